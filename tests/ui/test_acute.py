"""The acute panel: on every page, with a log where there is a case to keep it in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from borg_triage.app.directory import directory
from borg_triage.ui.acute import AcutePanel
from tests.ui.conftest import WORKER, Hand


def panel_of(hand: Hand) -> AcutePanel:
    (panel,) = [one for one in hand.window.findChildren(AcutePanel) if one.isVisible()]
    return panel


def test_before_unlocking_it_shows_the_numbers_and_says_that_it_keeps_nothing(hand: Hand) -> None:
    hand.click(hand.window.header.acute)
    panel = panel_of(hand)
    for destination in ("emergency_112", "veilig_thuis"):
        contact = directory().contact(destination)
        assert contact is not None
        assert contact.phone is not None
        assert hand.shows(contact.phone, panel)
    assert panel.log is None
    assert hand.shows(hand.t("acute.no_case"), panel)


@pytest.mark.parametrize(
    "page", ["interview", "door", "questions", "judgement", "result", "gate", "handover"]
)
def test_it_opens_on_every_page_by_key(hand: Hand, page: str) -> None:
    hand.case()
    hand.go(page, **({"section": "flags"} if page == "questions" else {}))
    assert hand.window.header.acute.isVisible()
    hand.press(Qt.Key.Key_F12)
    assert panel_of(hand).log is not None
    hand.press(Qt.Key.Key_Escape)
    assert not [one for one in hand.window.findChildren(AcutePanel) if one.isVisible()]


def test_a_call_is_kept_with_whom_when_and_by_whom(hand: Hand) -> None:
    case = hand.case()
    hand.press("a", Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
    log = panel_of(hand).log
    assert log is not None
    assert log.when.text() == "10:00"
    log.who.choose("veilig_thuis")
    log.when.setText("9.55")
    log.spoke_with.setFocus()
    hand.write("mevrouw Smit")
    hand.click(log.keep)
    (event,) = case.refresh().events
    assert (event.kind, dict(event.details)) == (
        "acute_call",
        {"who": "veilig_thuis", "with": "mevrouw Smit"},
    )
    assert (event.happened_at, event.by) == (datetime(2026, 11, 20, 8, 55, tzinfo=UTC), WORKER)
    assert hand.shows("mevrouw Smit", log.kept)


def test_a_time_still_to_come_was_yesterdays(hand: Hand) -> None:
    case = hand.case()
    hand.press(Qt.Key.Key_F12)
    log = panel_of(hand).log
    assert log is not None
    log.when.setText("23:50")
    hand.click(log.keep)
    (event,) = case.refresh().events
    assert event.happened_at == datetime(2026, 11, 19, 22, 50, tzinfo=UTC)


def test_what_is_no_time_is_said_and_nothing_is_kept(hand: Hand) -> None:
    case = hand.case()
    hand.press(Qt.Key.Key_F12)
    log = panel_of(hand).log
    assert log is not None
    log.when.setText("25:70")
    hand.click(log.keep)
    assert not case.refresh().events
    assert hand.shows(hand.t("acute.log.error.time"), log)


def test_a_call_that_could_not_be_kept_is_said_in_the_panel(hand: Hand) -> None:
    case = hand.case()
    hand.press(Qt.Key.Key_F12)
    log = panel_of(hand).log
    assert log is not None
    log.spoke_with.setText("meldkamer")
    case.session.vault.close()
    hand.click(log.keep)
    why = hand.t("vault.error.closed", path=str(hand.folder / "zaken.borgvault"))
    assert hand.shows(hand.t("error.not_stored", why=why), log)
    assert log.spoke_with.text() == "meldkamer"
