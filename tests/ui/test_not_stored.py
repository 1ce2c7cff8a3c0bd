"""An error of the vault says what happened; that something was not stored, only where it was filled in."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from borg_triage.app.resources import catalog
from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui.errors import not_all_stored, not_stored, words
from borg_triage.ui.pages import cases, door, interview, judgement, questions
from borg_triage.ui.widgets.basics import QuietButton
from tests.ui.conftest import Hand

SAID_ANYWHERE = ("vault.error.no_space", "vault.error.io", "vault.error.closed", "vault.error.refused")


def why(hand: Hand) -> str:
    return hand.t("vault.error.closed", path=str(hand.folder / "zaken.borgvault"))


def only_why(hand: Hand) -> bool:
    """The window says what happened, and nothing of what was filled in."""
    return why(hand) in hand.texts(hand.window.errors)


def says(hand: Hand, key: str, inside: QWidget | None = None) -> bool:
    return hand.t(key, why=why(hand)) in hand.texts(inside or hand.window.errors)


@pytest.mark.parametrize("key", SAID_ANYWHERE)
@pytest.mark.parametrize(("language", "of_filling_in"), [("nl", "invul"), ("en", "enter")])
def test_the_errors_of_a_vault_do_not_take_it_that_somebody_was_filling_in(
    key: str, language: str, of_filling_in: str
) -> None:
    """They come up while opening, changing keys and withdrawing too."""
    texts = catalog(language)
    said = texts.text(key, path="x", detail="x")
    assert of_filling_in not in said
    assert of_filling_in in texts.text("error.not_stored", why="")
    assert of_filling_in in texts.text("error.not_all_stored", why="")


def test_an_answer_or_a_change_of_one_that_was_not_stored_is_said(hand: Hand) -> None:
    case = hand.case()
    case.answer("flag.stalking", "yes")
    hand.go("questions", section="flags", item="flag.stalking")
    page = hand.window.page
    assert isinstance(page, questions.Page)
    row = page.rows["flag.stalking"]
    case.session.vault.close()
    assert row.give("no") is False
    hand.settle()
    assert says(hand, "error.not_stored")
    row.amend()
    hand.settle()
    assert says(hand, "error.not_all_stored")


def test_to_take_an_answer_back_fills_nothing_in(hand: Hand) -> None:
    case = hand.case()
    case.answer("flag.stalking", "yes")
    hand.go("questions", section="flags", item="flag.stalking")
    page = hand.window.page
    assert isinstance(page, questions.Page)
    row = page.rows["flag.stalking"]
    (button,) = [one for one in row.findChildren(QuietButton) if one.text() == hand.t("saying.withdraw")]
    case.session.vault.close()
    button.click()
    hand.settle()
    assert only_why(hand)


def test_an_answer_at_the_door_that_was_not_stored_is_said(hand: Hand) -> None:
    case = hand.case()
    hand.go("door", item="ask.fear_of_repeat")
    page = hand.window.page
    assert isinstance(page, door.Page)
    case.session.vault.close()
    page.give("no")
    hand.settle()
    assert says(hand, "error.not_stored")


def test_a_talk_that_was_not_stored_or_not_all_of_it_is_said(hand: Hand) -> None:
    case = hand.case()
    case.answer("interview.separate", "yes", source="staff")
    hand.go("interview")
    page = hand.window.page
    assert isinstance(page, interview.Page)
    case.session.vault.close()
    page._keep_talk()
    hand.settle()
    assert says(hand, "error.not_all_stored")


def test_a_judgement_that_was_not_stored_is_said(hand: Hand) -> None:
    case = hand.case()
    hand.go("judgement")
    page = hand.window.page
    assert isinstance(page, judgement.Page)
    page.form.choice.levels.options["elevated"].click()
    page.form.choice.patterns.options["undetermined"].click()
    case.session.vault.close()
    hand.click(page.form.save)
    assert says(hand, "error.not_stored")


def test_a_new_case_that_was_not_stored_is_said_and_to_open_one_fills_nothing_in(hand: Hand) -> None:
    session = hand.session()
    session.new_case("Kastanje", "shelter")
    hand.go("cases", new=True)
    page = hand.window.page
    assert isinstance(page, cases.Page)
    assert page.form is not None
    page.form.pseudonym.setText("Merel")
    session.vault.close()
    hand.click(page.form.start)
    assert says(hand, "error.not_stored")
    page._open(page.list.currentIndex())
    hand.settle()
    assert only_why(hand)


def test_what_a_case_does_not_take_says_itself_what_is_wrong() -> None:
    refused = BorgTriageError("cases.error.no_group")
    for said in (not_stored, not_all_stored):
        assert words(said(refused), catalog("nl")) == catalog("nl").text("cases.error.no_group")
