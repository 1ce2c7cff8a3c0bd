"""The log of the whole vault: for owners, by person, by act and by period."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from borg_triage.app import case_care
from borg_triage.app.session import Session
from borg_triage.storage.keys.cost import Cost
from borg_triage.ui.pages import logbook, vault_care
from borg_triage.ui.widgets.select import Select
from tests.ui.conftest import Hand, MakeHand
from tests.ui.outcome_support import cut_off, unnamed

COLLEAGUE = "noors eigen lange wachtzin"


def log_page(hand: Hand) -> logbook.Page:
    hand.go("logbook")
    page = hand.window.page
    assert isinstance(page, logbook.Page)
    return page


def choose(hand: Hand, select: Select, value: str) -> None:
    """As by the list that drops down."""
    select.choose(value)
    select.activated.emit(select.currentIndex())
    hand.settle()


def worked_in(hand: Hand) -> Session:
    """A vault in which two people worked on three days; its owner is at work again."""
    session = hand.session()
    session.new_case("Beuk", "shelter").answer("ask.stress", "yes")
    session.vault.add_person("Noor", COLLEAGUE, cost=Cost.floor())
    path = session.vault.path
    session.close(back_up=False)
    hand.clock.pass_(days=1)
    noor = Session.open(path, COLLEAGUE, "Noor", clock=hand.clock)
    noor.open_case(noor.cases()[0].id)
    gone = noor.new_case("Wilg", "shelter")
    case_care.erase(gone)
    noor.close(back_up=False)
    hand.clock.pass_(days=1)
    from tests.ui.conftest import PASSPHRASE, WORKER

    again = Session.open(path, PASSPHRASE, WORKER, clock=hand.clock)
    hand.window.enter(again)
    hand.settle()
    return again


def test_the_log_is_filtered_by_person_act_and_period(hand: Hand) -> None:
    session = worked_in(hand)
    page = log_page(hand)
    assert page.list.shown[0].sentence == hand.t("log.did.read_log", who="M. de Boer")
    everything = len(page.list.shown)
    noor = session.vault.people.by_name("Noor")
    assert noor is not None
    choose(hand, page.person, noor.id)
    assert 0 < len(page.list.shown) < everything
    assert all("Noor" in line.sentence for line in page.list.shown)
    assert hand.shows("Beuk", page.list)
    assert hand.shows(", gewist", page.list)
    choose(hand, page.action, "view")
    assert [line.sentence for line in page.list.shown] == [hand.t("log.did.view", who="Noor")]
    choose(hand, page.person, "")
    choose(hand, page.action, "")
    assert len(page.list.shown) == everything
    page.since.setFocus()
    QTest.keyClicks(page.since, "21-11-2026")
    hand.settle()
    assert len(page.list.shown) < everything
    page.until.setFocus()
    QTest.keyClicks(page.until, "21-11-2026")
    hand.settle()
    assert page.list.shown
    assert all(line.when.startswith("21 nov 2026") for line in page.list.shown)
    choose(hand, page.action, "share")
    assert page.list.shown == []
    assert hand.shows(hand.t("log.none"), page.list)


def test_the_whole_log_is_saved(hand: Hand, tmp_path: Path) -> None:
    session = worked_in(hand)
    page = log_page(hand)
    page.export.ask_where = lambda _name: str(tmp_path / "uit")
    page.ensureWidgetVisible(page.export.json)
    hand.settle()
    hand.click(page.export.json)
    lines = (tmp_path / "uit.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == session.vault.log.head().seq
    assert hand.shows(hand.t("file.save.done", name="uit.jsonl"))


def test_an_owner_comes_there_from_the_vault_page_and_a_member_does_not(hand: Hand) -> None:
    session = worked_in(hand)
    hand.go("vault")
    page = hand.window.page
    assert isinstance(page, vault_care.Page)
    hand.click(page.log)
    shown = hand.window.page
    assert isinstance(shown, logbook.Page)
    hand.click(shown.back)
    assert isinstance(hand.window.page, vault_care.Page)
    path = session.vault.path
    session.close(back_up=False)
    noor = Session.open(path, COLLEAGUE, "Noor", clock=hand.clock)
    hand.window.enter(noor)
    hand.go("vault")
    page = hand.window.page
    assert isinstance(page, vault_care.Page)
    assert not page.log.isVisible()
    head = noor.vault.log.head()
    refused = log_page(hand)
    assert hand.shows(hand.t("log.error.owners_only"), refused)
    assert not hasattr(refused, "list")
    assert noor.vault.log.head() == head


@pytest.mark.parametrize(
    ("language", "mode", "zoom", "width"),
    [("nl", "light", 100, 1366), ("en", "dark", 200, 1366), ("en", "light", 100, 480)],
)
def test_every_word_is_there_and_has_room(
    make_hand: MakeHand, language: str, mode: str, zoom: int, width: int
) -> None:
    hand = make_hand(language, mode, zoom)
    hand.window.resize(width, 768)
    worked_in(hand)
    page = log_page(hand)
    assert cut_off(page) == []
    assert unnamed(page) == []
    assert [text for text in hand.texts() if "⟦" in text or "{" in text] == []
