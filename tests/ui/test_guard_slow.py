"""What does not answer: the vault's drive goes or hangs, or work is still under way when it locks."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from borg_triage.app.session import Session
from borg_triage.storage.errors import VaultClosed
from borg_triage.ui.guard.drive import DriveWatch, look_at
from borg_triage.ui.guard.reasons import Reason
from borg_triage.ui.jobs import Job
from borg_triage.ui.pages import interview, unlock
from tests.ui.conftest import PASSPHRASE, WORKER, Hand, MakeHand
from tests.ui.guard_support import Seconds, reason, why_locked

# ---------------------------------------------------------------- the drive


@pytest.mark.parametrize("how", ["renamed", "removed"])
def test_a_vault_whose_folder_goes_away_locks_and_says_so(hand: Hand, qtbot: QtBot, how: str) -> None:
    stick = hand.folder / "stick"
    stick.mkdir()
    hand.folder = stick
    case = hand.case()
    if how == "renamed":
        stick.rename(stick.with_name("elsewhere"))
    else:
        for file in stick.iterdir():
            file.unlink()
        stick.rmdir()
    qtbot.waitUntil(lambda: hand.window.cover is not None, timeout=8000)
    assert _is_closed(case.session)
    assert why_locked(hand, "drive") in reason(hand)


def _is_closed(session: Session) -> bool:
    try:
        session.cases()
    except VaultClosed:
        return True
    return False


def test_a_share_that_does_not_answer_is_told_and_never_waited_for(
    qapp: QApplication, tmp_path: Path
) -> None:
    clock, told, answers = Seconds(), list[Reason](), deque[bool]()
    watch = DriveWatch(qapp, told.append, clock, lambda _path: answers)
    watch.start(tmp_path)
    watch.look()
    clock.now += 9
    watch.look()
    assert told == []
    clock.now += 2
    watch.look()
    watch.look()
    answers.append(True)
    watch.look()
    assert told == ["share"]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([True, True, True, True], []),
        ([False, True, False, True], []),
        ([True, False, False, True], ["drive"]),
    ],
)
def test_one_look_that_fails_is_not_enough(
    qapp: QApplication, tmp_path: Path, answers: list[bool], told: list[str]
) -> None:
    heard: list[Reason] = []
    watch = DriveWatch(qapp, heard.append, time.monotonic, lambda _path: deque([answers.pop(0)]))
    watch.start(tmp_path)
    for _ in range(7):
        if answers:
            watch.look()
    watch.stop()
    assert heard == told


def test_a_look_sees_whether_the_file_is_there(tmp_path: Path, qtbot: QtBot) -> None:
    seen, missed = look_at(tmp_path), look_at(tmp_path / "nothing")
    qtbot.waitUntil(lambda: bool(seen and missed), timeout=3000)
    assert (list(seen), list(missed)) == ([True], [False])


def test_a_share_that_hangs_is_closed_without_the_window_waiting(
    hand: Hand, monkeypatch: pytest.MonkeyPatch, slow: threading.Event, qtbot: QtBot
) -> None:
    session = hand.session()
    really = session.close

    def hang(back_up: bool = True) -> None:
        assert not back_up
        slow.wait(20)
        really(back_up=back_up)

    monkeypatch.setattr(session, "close", hang)
    began = time.perf_counter()
    hand.window.lock("share")
    assert time.perf_counter() - began < 5
    assert hand.window.cover is not None
    slow.set()
    qtbot.waitUntil(lambda: _is_closed(session), timeout=3000)


@pytest.fixture
def slow() -> Iterator[threading.Event]:
    """Lets slow work end."""
    event = threading.Event()
    yield event
    event.set()


# ---------------------------------------------------------------- work under way


def test_a_vault_that_was_being_opened_is_closed_again_and_never_shown(
    make_hand: MakeHand, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Session.create(tmp_path / "team.borgvault", PASSPHRASE, WORKER).close()
    hand = make_hand()
    page = hand.window.page
    assert isinstance(page, unlock.Page)
    opened: list[Session] = []
    really = Session.open

    def noted(*args: object, **kwargs: object) -> Session:
        opened.append(really(*args, **kwargs))  # type: ignore[arg-type]
        return opened[0]

    monkeypatch.setattr(Session, "open", noted)
    page.passphrase.line.setText(PASSPHRASE)
    page.worker.setText(WORKER)
    hand.click(page.submit)
    assert not hand.window.isEnabled()
    hand.press(Qt.Key.Key_Escape)
    hand.press(Qt.Key.Key_Escape)
    cover = hand.window.cover
    assert cover is not None
    assert hand.window.isEnabled()
    assert not opened
    qtbot.waitUntil(lambda: bool(opened) and _is_closed(opened[0]), timeout=30_000)
    qtbot.waitUntil(lambda: not isValid(page), timeout=3000)
    assert hand.window.cover is cover
    assert hand.window.context.session is None
    hand.click(cover.go_on)
    assert isinstance(hand.window.page, unlock.Page)
    assert hand.window.page.passphrase.text() == ""


def test_work_of_a_page_ends_in_peace_and_never_holds_the_window(
    hand: Hand, qtbot: QtBot, slow: threading.Event
) -> None:
    case = hand.case()
    page = hand.window.page
    assert isinstance(page, interview.Page)
    heard: list[object] = []

    def work() -> str:
        # As a backup would: the vault is in use until it is done.
        with case.session.vault._database.transaction():
            slow.wait(20)
        return "done"

    job = Job(page, work, heard.append, heard.append)
    job.start()
    qtbot.wait(50)
    began = time.perf_counter()
    hand.press(Qt.Key.Key_Escape)
    hand.press(Qt.Key.Key_Escape)
    assert time.perf_counter() - began < 2
    assert hand.window.cover is not None
    hand.click(hand.window.cover.go_on)
    assert isinstance(hand.window.page, unlock.Page)
    assert isValid(page)
    assert hand.shows(hand.t("lock.works"))
    # Another language, and the machine falling asleep meanwhile, take that away no more than time does.
    hand.press("l", Qt.KeyboardModifier.ControlModifier)
    assert hand.shows(hand.t("lock.works"))
    hand.press("l", Qt.KeyboardModifier.ControlModifier)
    hand.window.lock("asleep")
    hand.settle()
    assert hand.shows(hand.t("lock.works"))
    hand.window.caught(ValueError("of the page that is gone"))
    assert hand.window.errors.notice is None
    slow.set()
    qtbot.waitUntil(lambda: not isValid(page) and _is_closed(case.session), timeout=3000)
    assert not isValid(job)
    assert heard == ["done"]
    qtbot.waitUntil(lambda: not hand.shows(hand.t("lock.works")), timeout=3000)
    hand.window.caught(ValueError("of the page that shows"))
    assert hand.window.errors.notice is not None


def test_an_error_under_the_cover_shows_nothing(hand: Hand) -> None:
    hand.case()
    hand.window.lock("hidden")
    hand.window.caught(ValueError("Kastanje"))
    hand.window.fail(ValueError("Kastanje"))
    hand.settle()
    assert sorted(hand.texts()) == sorted([hand.t("cover.text"), hand.t("cover.go_on")])
