"""The page that says what is proved of the rules: where it opens, what it says, where it leads back to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from borg_triage.app.instruments import current, instrument_content, kept_instrument
from borg_triage.app.proof_sheet import PROPERTIES, proof_of
from borg_triage.app.session import CaseSession
from borg_triage.app.talks import Talk, keep_talk
from borg_triage.text import formats
from borg_triage.ui.help import HelpPanel
from borg_triage.ui.pages import cases, interview, proof, result, unlock
from tests.ui.conftest import Hand, MakeHand
from tests.ui.outcome_support import button, cut_off, unnamed


def page_of(hand: Hand) -> proof.Page:
    page = hand.window.page
    assert isinstance(page, proof.Page)
    return page


def help_of(hand: Hand) -> HelpPanel:
    hand.press(Qt.Key.Key_F1)
    panel = QApplication.activeModalWidget()
    assert isinstance(panel, HelpPanel)
    return panel


def by_help(hand: Hand) -> proof.Page:
    panel = help_of(hand)
    assert panel.proof is not None
    hand.click(panel.proof)
    assert QApplication.activeModalWidget() is None
    return page_of(hand)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_says_what_was_proved_how_when_and_what_that_does_not_say(
    make_hand: MakeHand, language: str
) -> None:
    hand = make_hand(language)
    hand.case()
    page, sheet = by_help(hand), proof_of(current().ref).sheet
    assert sheet is not None
    day = formats.day(sheet.proved_on, language)
    assert hand.shows(hand.t("proof.title.proved", version=current().ref.version, day=day), page)
    for number in PROPERTIES:
        assert hand.shows(hand.t(f"property.{number}.plain"), page)
    for key in ("every.title", "tried.title", "tested.title", "not_said.people", "not_said.answers"):
        assert hand.shows(hand.t(f"proof.{key}"), page)
    assert hand.shows(current().ref.sha256[:12], page)
    assert hand.shows(sheet.contract_sha256[:12], page)
    assert hand.shows(hand.t("honesty.nothing_is_safe"), page)
    assert not [text for text in hand.texts(page) if "⟦" in text or "{" in text]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_case_under_rules_that_were_not_proved_says_so(make_hand: MakeHand, language: str) -> None:
    hand = make_hand(language)
    made = hand.case()
    loaded = current().loaded
    files = {**loaded.files, "level.toml": loaded.files["level.toml"] + b"# one word more\n"}
    other = kept_instrument(instrument_content(replace(loaded, files=files)))
    hand.window.open_case(CaseSession(made.session, made.id, other))
    hand.go("proof")
    page = page_of(hand)
    for text in ("proof.none.instrument", "proof.none.text", "proof.none.do", "proof.not_said.people"):
        assert hand.shows(hand.t(text), page)
    assert hand.shows(hand.t("proof.none.title", version=other.ref.version), page)
    assert hand.shows(other.ref.sha256[:12], page)
    for text in (
        "proof.every.title",
        "proof.tested.title",
        "property.1.plain",
        "proof.intro",
        "proof.not_said.right_rules",
    ):
        assert not hand.shows(hand.t(text), page)


def test_it_opens_before_there_is_a_vault_and_leads_back(hand: Hand) -> None:
    assert isinstance(hand.window.page, unlock.Page)
    hand.click(by_help(hand).back)
    assert isinstance(hand.window.page, unlock.Page)


def test_without_a_case_it_leads_back_to_the_cases(hand: Hand) -> None:
    hand.session()
    hand.click(by_help(hand).back)
    assert isinstance(hand.window.page, cases.Page)


def test_with_a_case_it_leads_back_to_the_case(hand: Hand) -> None:
    made = hand.case()
    hand.click(by_help(hand).back)
    assert isinstance(hand.window.page, interview.Page)
    assert hand.window.context.case is made


def test_the_result_leads_there_and_back_in_another_language_too(hand: Hand) -> None:
    made = hand.case()
    made.judge("elevated", "undetermined", "eerste indruk")
    hand.go("result")
    page = hand.window.page
    assert isinstance(page, result.Page)
    link = button(page, hand.t("result.proof"))
    page.ensureWidgetVisible(link)
    hand.click(link)
    hand.press("l", Qt.KeyboardModifier.ControlModifier)
    back = page_of(hand).back
    assert back.text() == "Back to the result"
    page_of(hand).ensureWidgetVisible(back)
    hand.click(back)
    assert isinstance(hand.window.page, result.Page)


def test_with_the_partner_in_the_room_it_neither_shows_nor_opens(hand: Hand) -> None:
    made = hand.case()
    keep_talk(made, Talk(alone="no", partner_present=True))
    hand.window.refresh()
    panel = help_of(hand)
    assert panel.proof is None
    assert not hand.shows(hand.t("help.proof.title"), panel)
    panel.accept()
    hand.go("proof")
    assert isinstance(hand.window.page, interview.Page)


@pytest.mark.parametrize(
    ("language", "mode", "zoom"),
    [("nl", "light", 100), ("en", "dark", 150), ("nl", "contrast", 200), ("en", "light", 200)],
)
def test_every_word_has_room(make_hand: MakeHand, language: str, mode: str, zoom: int) -> None:
    hand = make_hand(language, mode, zoom)
    hand.case()
    hand.go("proof")
    page = page_of(hand)
    assert cut_off(page) == []
    assert unnamed(page) == []
