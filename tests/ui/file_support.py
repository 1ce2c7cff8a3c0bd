"""Hands for the file page of a case."""

from __future__ import annotations

from typing import Any

from borg_triage.app.session import CaseSession, Session
from borg_triage.storage.keys.cost import Cost
from borg_triage.ui.pages import file
from tests.ui.conftest import Hand

COLLEAGUE = "noors eigen lange wachtzin"


def page_of(hand: Hand) -> file.Page:
    page = hand.window.page
    assert isinstance(page, file.Page)
    return page


def file_page(hand: Hand) -> file.Page:
    hand.go("file")
    return page_of(hand)


def click(hand: Hand, widget: Any) -> None:
    """Scroll to a button, and click it."""
    page = hand.window.page
    assert page is not None
    page.ensureWidgetVisible(widget)  # type: ignore[attr-defined]
    hand.settle()
    hand.click(widget)


def as_noor(hand: Hand, session: Session) -> Session:
    """A colleague opens the same vault."""
    session.vault.add_person("Noor", COLLEAGUE, cost=Cost.floor())
    path = session.vault.path
    session.close(back_up=False)
    noor = Session.open(path, COLLEAGUE, "Noor", clock=hand.clock)
    hand.window.leave(None)
    hand.window.enter(noor)
    hand.settle()
    return noor


def full_case(hand: Hand) -> CaseSession:
    case = hand.case("police")
    case.answer("flag.strangulation", "yes", note="hij kneep haar keel dicht", source="victim")
    case.answer("flag.stalking", "yes", source="child", note="papa staat buiten")
    case.answer("ask.stress", "no", source="perpetrator", note="bij mijn moeder in Delft")
    return case
