"""While the program erases working copies by itself people work on: real windows, a vault of some size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from borg_triage.app import case_care
from borg_triage.app.session import Session
from borg_triage.app.talks import Talk, keep_talk
from borg_triage.storage.places import draft_path
from borg_triage.storage.vault import Vault
from borg_triage.ui.acute import AcutePanel
from borg_triage.ui.guard.locking import closes_later
from borg_triage.ui.pages import cases, unlock
from tests.storage.samples import new_event
from tests.ui.conftest import PASSPHRASE, WORKER, Hand
from tests.ui.due_support import handed_over, next_opening

# Of 40 kB each: the file then takes a while to be written anew.
_EVENTS = 700


@pytest.fixture
def clearing(hand: Hand, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The list of cases shows, a working copy was taken out, and the file is being written anew."""
    monkeypatch.setattr("borg_triage.ui.quiet_erasing._AGAIN_MS", 300)
    session = hand.session()
    case_care.confirm_hand_over(handed_over(session))
    kept = session.new_case("Es", "shelter")
    with session.vault.saving():
        for _ in range(_EVENTS):
            event = replace(new_event("consulted"), payload={"with": "x" * 40_000})
            session.vault.cases.append_event(kept.id, event)
    session.in_hand = ""
    next_opening(hand, 20)
    next_opening(hand, 5)
    later = next_opening(hand, 5)
    qtbot.waitUntil(lambda: draft_path(later.vault.path).exists(), timeout=20_000)
    return later


def es(session: Session) -> str:
    (found,) = session.cases()
    return found.id


def acute_panel() -> AcutePanel:
    panel = QApplication.activeModalWidget()
    assert isinstance(panel, AcutePanel)
    return panel


def test_the_acute_button_works_and_an_answer_given_meanwhile_is_stored_and_stays(
    hand: Hand, clearing: Session, qtbot: QtBot
) -> None:
    assert hand.window.isEnabled()
    assert hand.shows("1 werkkopie is gewist")
    assert hand.shows("U kunt gewoon doorwerken.")
    hand.click(hand.window.header.acute)
    panel = acute_panel()
    assert panel.isEnabled()
    hand.press(Qt.Key.Key_Escape)
    assert QApplication.activeModalWidget() is None
    assert clearing.dues.clearing
    page = hand.window.page
    assert isinstance(page, cases.Page)
    page.list.setFocus()
    hand.press(Qt.Key.Key_Return)
    case = hand.window.context.case
    assert case is not None
    case.answer("flag.stalking", "yes", note="terwijl er werd opgeruimd")
    assert clearing.dues.clearing
    hand.click(hand.window.header.acute)
    panel = acute_panel()
    assert panel.log is not None
    hand.click(panel.log.keep)
    hand.press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not clearing.dues.clearing, timeout=60_000)
    assert not clearing.vault.erasing_left().any
    path, case_id = clearing.vault.path, case.id
    hand.window.lock()
    hand.settle()
    again = Session.open(path, PASSPHRASE, WORKER, clock=hand.clock)
    kept = again.open_case(case_id).view
    assert [one.observation.note for one in kept.recorded] == ["terwijl er werd opgeruimd"]
    assert kept.events[-1].details["who"] == "emergency_112"
    assert again.vault.log.first_broken() is None
    again.close(back_up=False)


def test_the_list_says_when_it_is_done(hand: Hand, clearing: Session, qtbot: QtBot) -> None:
    hand.go("cases")
    assert hand.shows("U kunt gewoon doorwerken.")

    def is_done() -> bool:
        return hand.shows("1 werkkopie is gewist") and not hand.shows("U kunt gewoon doorwerken.")

    qtbot.waitUntil(is_done, timeout=60_000)
    assert not clearing.dues.clearing


def test_what_fails_is_not_said_while_the_partner_looks_on(
    hand: Hand, clearing: Session, qtbot: QtBot
) -> None:
    case = clearing.open_case(es(clearing))
    keep_talk(case, Talk(partner_present=True))
    hand.window.open_case(case)
    hand.settle()
    assert hand.window.context.neutral
    # The copy that takes the file's place cannot be made any more.
    qtbot.waitUntil(lambda: not draft_path(clearing.vault.path).exists(), timeout=20_000)
    draft_path(clearing.vault.path).mkdir()
    qtbot.waitUntil(lambda: not clearing.dues.clearing, timeout=60_000)
    hand.settle()
    assert clearing.dues.left is not None
    assert clearing.dues.left.file
    assert not hand.shows(hand.t("error.title"))
    draft_path(clearing.vault.path).rmdir()


def test_locking_meanwhile_closes_the_vault_and_the_next_opening_does_the_rest(
    hand: Hand, clearing: Session, qtbot: QtBot
) -> None:
    path = clearing.vault.path
    hand.window.lock()
    hand.settle()
    assert isinstance(hand.window.page, unlock.OpenPage)
    assert hand.window.isEnabled()
    qtbot.waitUntil(lambda: not closes_later(hand.window), timeout=60_000)
    with Session.open(path, PASSPHRASE, WORKER, clock=hand.clock).vault as again:
        assert [case.pseudonym for case in again.cases.list()] == ["Es"]
        assert not again.erasing_left().any
        assert again.log.first_broken() is None


def test_hiding_meanwhile_covers_at_once(hand: Hand, clearing: Session, qtbot: QtBot) -> None:
    path = clearing.vault.path
    hand.window.lock("hidden")
    assert hand.window.cover is not None
    assert hand.window.cover.isVisible()
    qtbot.waitUntil(lambda: not closes_later(hand.window), timeout=60_000)
    _opens(path)


def test_closing_the_window_meanwhile_ends_the_work(hand: Hand, clearing: Session) -> None:
    path = clearing.vault.path
    hand.window.close()
    with Vault.open(path, PASSPHRASE, WORKER, clock=hand.clock) as again:
        assert not again.erasing_left().any
    _opens(path)


def test_closing_the_window_before_the_work_goes_on_ends_it_too(
    hand: Hand, clearing: Session, qtbot: QtBot
) -> None:
    path = clearing.vault.path
    clearing.open_case(es(clearing)).answer("flag.stalking", "yes")
    assert clearing.dues.clearing
    hand.window.close()
    assert not hand.window.isVisible()
    with Vault.open(path, PASSPHRASE, WORKER, clock=hand.clock) as again:
        assert not again.erasing_left().any
        assert len(again.cases.observations(again.cases.list()[0].id)) == 1


def _opens(path: Path) -> None:
    with Vault.open(path, PASSPHRASE, WORKER) as again:
        assert [case.pseudonym for case in again.cases.list()] == ["Es"]
