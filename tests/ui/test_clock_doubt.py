"""A clock that can hardly be right: said with the terms, and asked about before anything is erased."""

from __future__ import annotations

from typing import Any

import pytest

from borg_triage.app.session import Session
from borg_triage.storage.keys.cost import Cost
from borg_triage.ui.pages import cases, due, file
from tests.ui.conftest import WORKER, Hand
from tests.ui.outcome_support import cut_off, unnamed

COLLEAGUE = "zeven paarse ballonnen boven zee"


def click(hand: Hand, widget: Any) -> None:
    """Scroll to a button, and click it."""
    page = hand.window.page
    assert page is not None
    page.ensureWidgetVisible(widget)  # type: ignore[attr-defined]
    hand.settle()
    hand.click(widget)


def test_it_is_said_where_the_dues_are_shown_and_a_person_says_that_it_is_right(hand: Hand) -> None:
    session = hand.session()
    kept = session.new_case("Beuk", "police")
    hand.clock.pass_(days=6 * 366)
    hand.go("cases")
    listed = hand.window.page
    assert isinstance(listed, cases.Page)
    assert hand.shows(hand.t("due.notice.clock"), listed.due)
    assert session.glass(kept.id) is None
    click(hand, listed.due.show_them)
    page = hand.window.page
    assert isinstance(page, due.Page)
    assert page.doubt is not None
    assert hand.shows("24 nov 2032", page.doubt)
    assert hand.shows("20 nov 2026", page.doubt)
    assert hand.shows(hand.t("due.by_this_clock"), page)
    assert (cut_off(hand.window), unnamed(hand.window)) == ([], [])
    click(hand, page.doubt.right)
    assert page.doubt.sure.back.hasFocus()
    click(hand, page.doubt.sure.back)
    assert session.vault.clock_doubt() is not None
    click(hand, page.doubt.right)
    click(hand, page.doubt.sure.go_on)
    page = hand.window.page
    assert isinstance(page, due.Page)
    assert page.doubt is None
    assert not hand.shows(hand.t("due.by_this_clock"), page)
    assert session.vault.clock_doubt() is None
    assert session.glass(kept.id) is not None
    hand.go("cases")
    listed = hand.window.page
    assert isinstance(listed, cases.Page)
    assert not hand.shows(hand.t("due.notice.clock"), listed.due)


def test_a_member_reads_whom_to_ask_where_the_clock_went_back(hand: Hand) -> None:
    session = hand.session()
    session.vault.add_person("Noor", COLLEAGUE, cost=Cost.floor())
    path = session.vault.path
    session.close(back_up=False)
    for days in (-300, 600):
        hand.clock.pass_(days=days)
        noor = Session.open(path, COLLEAGUE, "Noor", clock=hand.clock)
        hand.window.leave(None)
        hand.window.enter(noor)
        noor.dues.look()
        hand.go("due")
        page = hand.window.page
        assert isinstance(page, due.Page)
        assert page.doubt is not None
        asks = hand.t("due.clock.owners_only", owners=WORKER)
        back = days < 0
        assert hand.shows(asks, page.doubt) == back
        assert hasattr(page.doubt, "right") != back
        # Nor does it say as known what only this clock says.
        assert hand.shows(hand.t("due.none_by_this_clock"), page)
        assert not hand.shows(hand.t("due.none"), page)
        assert (cut_off(hand.window), unnamed(hand.window)) == ([], [])
        noor.close(back_up=False)


@pytest.mark.parametrize("days", [-300, 300])
def test_before_anything_is_erased_somebody_says_that_the_clock_is_right(hand: Hand, days: int) -> None:
    case = hand.case("shelter")
    hand.clock.pass_(days=days)
    hand.go("file")
    page = hand.window.page
    assert isinstance(page, file.Page)
    assert not hasattr(page.erasing, "button")
    assert hand.shows(hand.t("file.erase.clock"), page.erasing)
    click(hand, page.erasing.doubt.right)
    click(hand, page.erasing.doubt.sure.go_on)
    page = hand.window.page
    assert isinstance(page, file.Page)
    assert "clock_right" in [entry.detail.get("kind") for entry in case.session.vault.log.entries()]
    click(hand, page.erasing.button)
    assert page.erasing.sure.isVisible()
