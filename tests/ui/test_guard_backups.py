"""Backups while the vault is open: made when they are due, waited for by nobody, never while locking."""

from __future__ import annotations

import gc
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import ClassVar

import pytest
from PySide6.QtCore import QEvent, QStringListModel
from PySide6.QtWidgets import QApplication, QListView, QWidget
from pytestqt.qtbot import QtBot

from borg_triage.app.case_session import CaseSession
from borg_triage.app.session import Session
from borg_triage.storage.errors import VaultClosed
from borg_triage.text.backup_names import backups_folder
from borg_triage.ui import theme
from borg_triage.ui.guard.reasons import Reason
from borg_triage.ui.jobs import Job
from tests.ui.conftest import PASSPHRASE, WORKER, Hand, MakeHand

AT_ONCE: tuple[Reason, ...] = ("hidden", "idle", "asleep", "session", "drive", "share")


def backups(session: Session) -> int:
    return len(session.vault.backups())


def look(hand: Hand) -> None:
    """What the guard's timer does every few minutes."""
    assert hand.window.guard is not None
    hand.window.guard.backups.look()


def working(hand: Hand) -> list[Job]:
    assert hand.window.guard is not None
    return hand.window.guard.backups.findChildren(Job)


def rest(hand: Hand, qtbot: QtBot) -> None:
    """Until no backup is in the making."""
    qtbot.waitUntil(lambda: not working(hand), timeout=60_000)


def is_closed(session: Session) -> bool:
    try:
        session.cases()
    except VaultClosed:
        return True
    return False


@pytest.mark.parametrize("why", AT_ONCE)
def test_who_hides_or_sleeps_waits_for_no_backup(hand: Hand, qtbot: QtBot, why: Reason) -> None:
    session = hand.case().session
    path = session.vault.path
    before = backups(session)
    hand.window.lock(why)
    qtbot.waitUntil(lambda: is_closed(session), timeout=3000)
    with Session.open(path, PASSPHRASE, WORKER).vault as again:
        assert len(again.backups()) == before
        assert again.backup_due()


def test_who_asks_to_lock_gets_the_backup_first(hand: Hand) -> None:
    session = hand.case().session
    before = backups(session)
    hand.window.lock("asked")
    assert is_closed(session)
    assert backups(session) == before + 1


def test_who_closes_the_window_gets_the_backup_first(hand: Hand) -> None:
    session = hand.case().session
    path = session.vault.path
    before = backups(session)
    hand.window.close()
    assert is_closed(session)
    again = Session.open(path, PASSPHRASE, WORKER)
    assert backups(again) == before + 1
    assert not again.vault.changed
    again.close(back_up=False)


def test_what_the_last_time_left_is_backed_up_soon_after_the_opening(hand: Hand, qtbot: QtBot) -> None:
    session = hand.case().session
    path, before = session.vault.path, backups(session)
    hand.window.lock("hidden")
    again = Session.open(path, PASSPHRASE, WORKER, clock=hand.clock)
    hand.window.enter(again)
    look(hand)
    assert working(hand)
    rest(hand, qtbot)
    assert backups(again) == before + 1
    look(hand)
    rest(hand, qtbot)
    assert backups(again) == before + 1


def test_after_hours_of_work_one_is_made_and_without_work_none(hand: Hand, qtbot: QtBot) -> None:
    case = hand.case()
    session = case.session
    look(hand)
    rest(hand, qtbot)
    start = backups(session)
    hand.clock.now += timedelta(hours=session.vault.keeping.hours + 1)
    case.answer("ask.stress", "yes")
    look(hand)
    rest(hand, qtbot)
    assert backups(session) == start + 1
    hand.clock.now += timedelta(hours=session.vault.keeping.hours + 1)
    look(hand)
    rest(hand, qtbot)
    assert backups(session) == start + 1


def test_the_timer_itself_looks(hand: Hand) -> None:
    hand.session()
    assert hand.window.guard is not None
    timer = hand.window.guard.backups._timer
    # Timers of this kind may come up to a twentieth earlier or later.
    assert 0 < timer.remainingTime() <= 21_000
    look(hand)
    assert 21_000 < timer.remainingTime() <= 315_000
    hand.window.lock("hidden")
    assert not timer.isActive()


def fat_case(hand: Hand, megabytes: int) -> CaseSession:
    """A case of that many notes, in a vault that was never backed up."""
    case = hand.case()
    vault = case.session.vault
    items = [item for item in case.ready.instrument.items if item.kind == "yes_no"]
    note = "Zij vertelde dit zelf, op een dinsdag. " * 800
    with vault.saving():
        for number in range(megabytes * 31):
            case.session.vault.settings.put(f"x{number}", note)
    case.answer(items[0].id, "yes")
    hand.clock.now += timedelta(hours=vault.keeping.hours + 1)
    return case


def test_a_save_does_not_wait_for_a_backup_of_twenty_megabytes(hand: Hand, qtbot: QtBot) -> None:
    case = fat_case(hand, 20)
    session = case.session
    before = backups(session)
    alone = [seconds(lambda: case.answer("ask.stress", "yes")) for _ in range(10)]
    look(hand)
    during: list[float] = []
    while not working(hand)[0].isFinished():
        during.append(seconds(lambda: case.answer("ask.stress", "no")))
    rest(hand, qtbot)
    assert backups(session) == before + 1
    assert session.vault.path.stat().st_size > 15e6
    print(f"saves: alone {statistics.median(alone):.3f} s, during {statistics.median(during):.3f} s,")
    print(f"at worst {max(during):.3f} s; {len(during)} while the backup was made")
    assert len(during) > 3
    assert statistics.median(during) < statistics.median(alone) + 0.1
    assert max(during) < 0.5


def seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def test_who_locks_does_not_wait_for_a_backup_and_it_leaves_nothing(hand: Hand, qtbot: QtBot) -> None:
    case = fat_case(hand, 40)
    session = case.session
    before = backups(session)
    look(hand)
    assert working(hand)
    folder = backups_folder(session.vault.path)
    qtbot.waitUntil(lambda: folder.exists() and bool(list(folder.iterdir())), timeout=10_000)
    assert seconds(lambda: hand.window.lock("hidden")) < 2.0
    assert is_closed(session)
    rest(hand, qtbot)
    assert backups(session) == before
    assert [one for one in folder.iterdir() if "-next" in one.name] == []
    # Nothing of it is told: not over the cover, not after it.
    assert hand.window.cover is not None
    assert sorted(hand.texts()) == sorted([hand.t("cover.text"), hand.t("cover.go_on")])


def test_a_backup_that_fails_is_said_and_not_tried_at_every_look(hand: Hand, qtbot: QtBot) -> None:
    case = hand.case()
    session = case.session
    folder = backups_folder(session.vault.path)
    folder.write_text("een brief")
    hand.clock.now += timedelta(hours=session.vault.keeping.hours + 1)
    case.answer("ask.stress", "yes")
    look(hand)
    rest(hand, qtbot)
    assert hand.shows(hand.t("backup.error.failed"))
    assert hand.window.guard is not None
    assert hand.window.guard.backups._timer.remainingTime() > 50 * 60_000


# ---------------------------------------------------------------- garbage


@pytest.fixture
def collected() -> Iterator[set[int]]:
    """The threads in which garbage is collected meanwhile."""
    threads: set[int] = set()

    def note(_phase: str, _info: dict[str, int]) -> None:
        threads.add(threading.get_ident())

    gc.callbacks.append(note)
    yield threads
    gc.callbacks.remove(note)


def test_garbage_is_collected_in_the_windows_thread_alone(
    make_hand: MakeHand, qtbot: QtBot, collected: set[int]
) -> None:
    """A list and its model that are collected on another thread end the program."""
    # As at the start of the program: a window of another test may still keep it off.
    gc.enable()
    hand = make_hand()
    for _ in range(50):
        view, model = QListView(), QStringListModel(["x"])
        view.setModel(model)
        view.mine, model.mine = model, view  # type: ignore[attr-defined]
    del view, model

    def work() -> None:
        for _ in range(20_000):
            circle: list[object] = []
            circle.append(circle)

    ended: list[object] = []
    collected.clear()
    Job(hand.window, work, ended.append, ended.append).start()
    qtbot.waitUntil(lambda: ended == [None], timeout=10_000)
    assert collected <= {threading.get_ident()}
    qtbot.waitUntil(lambda: collected == {threading.get_ident()}, timeout=5000)
    assert not gc.isenabled()
    hand.window.close()
    assert gc.isenabled()


class Eager(QWidget):
    """Notes whether garbage could be collected while it is dressed; makes some, as anything in Python may."""

    could: ClassVar[list[bool]] = []

    def changeEvent(self, event: QEvent) -> None:
        self.could.append(gc.isenabled())
        for _ in range(2000):
            circle: list[object] = []
            circle.append(circle)
        super().changeEvent(event)


def test_nothing_is_collected_while_qt_dresses_every_widget(hand: Hand, qtbot: QtBot) -> None:
    """A page that goes from under it ends the program."""
    eager = Eager()
    qtbot.addWidget(eager)
    eager.show()
    hand.settle()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    gc.enable()
    try:
        for mode in ("dark", "light"):
            for _ in range(20):
                page = QWidget()
                page.mine = page  # type: ignore[attr-defined]
                page.show()
            del page
            Eager.could.clear()
            theme.apply(app, mode, 100)
            assert set(Eager.could) == {False}
            assert gc.isenabled()
    finally:
        gc.disable()
