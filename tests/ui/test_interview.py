"""Describing the talk, and the neutral view for when the partner looks on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from borg_triage.app.talks import current_talk
from borg_triage.ui.pages import interview, questions
from tests.ui.conftest import Hand

# Words that nobody who looks over a shoulder should read.
LOADED = ("terreur", "vlag", "pleger", "slachtoffer", "dwang", "veilig thuis", "urgent", "hoog", "acuut:")


def page_of(hand: Hand) -> interview.Page:
    page = hand.window.page
    assert isinstance(page, interview.Page)
    return page


def described(hand: Hand, alone: str = "yes", phone: str = "yes", interpreter: str = "not_needed") -> None:
    page = page_of(hand)
    hand.click(page.alone.rows[alone])
    hand.click(page.phone_away.rows[phone])
    hand.click(page.interpreter.rows[interpreter])


def test_a_talk_apart_is_kept_as_an_observation_of_staff(hand: Hand) -> None:
    case = hand.case()
    described(hand)
    page = page_of(hand)
    page.safe_contact.setText("eigen telefoon, tussen 9 en 11")
    hand.click(page.other_heard.rows["no"])
    hand.click(page.keep)
    counted = case.refresh().assessment.counted
    assert (counted["interview.separate"], counted["interview.other_heard"]) == ("yes", "no")
    (event,) = case.view.events
    assert (event.kind, event.details["safe_contact"]) == ("talk", "eigen telefoon, tussen 9 en 11")
    talk = current_talk(case)
    assert talk is not None
    assert talk.overheard("victim") is False
    assert isinstance(hand.window.page, questions.Page)


@pytest.mark.parametrize(
    ("alone", "phone", "interpreter"),
    [
        ("no", "yes", "not_needed"),
        ("yes", "no", "not_needed"),
        ("yes", "yes", "partner"),
        ("yes", "yes", "child"),
        ("yes", "yes", "family"),
        ("yes", "yes", "missing"),
    ],
)
def test_one_thing_wrong_is_not_apart(hand: Hand, alone: str, phone: str, interpreter: str) -> None:
    case = hand.case()
    described(hand, alone, phone, interpreter)
    assert hand.shows(hand.t("interview.outcome.no.title"))
    hand.click(page_of(hand).keep)
    assert case.refresh().assessment.counted["interview.separate"] == "no"


@pytest.mark.parametrize("interpreter", ["partner", "child", "family"])
def test_a_partner_child_or_relative_as_interpreter_is_warned_against(hand: Hand, interpreter: str) -> None:
    hand.case()
    page = page_of(hand)
    assert not hand.shows(hand.t("interview.interpreter.never"))
    hand.click(page.interpreter.rows[interpreter])
    assert hand.shows(hand.t("interview.interpreter.never"))
    hand.click(page.interpreter.rows["independent"])
    assert not hand.shows(hand.t("interview.interpreter.never"))


def test_not_sure_is_kept_as_unknown_and_counts_as_overheard(hand: Hand) -> None:
    case = hand.case()
    hand.click(page_of(hand).keep)
    assert "interview.separate" in case.refresh().assessment.unresolved
    talk = current_talk(case)
    assert talk is not None
    assert talk.overheard("victim") is True


def test_what_is_half_filled_in_survives_another_language(hand: Hand) -> None:
    hand.case()
    described(hand, "no", "yes", "child")
    page_of(hand).language.setText("Tigrinya")
    hand.press("l", Qt.KeyboardModifier.ControlModifier)
    page = page_of(hand)
    assert (page.alone.value(), page.interpreter.value(), page.language.text()) == ("no", "child", "Tigrinya")


def test_with_the_partner_there_only_plain_words_and_observations_show(hand: Hand) -> None:
    case = hand.case()
    case.answer("flag.strangulation", "yes")
    hand.go("interview")
    assert hand.window.urgent.notice is not None
    hand.click(page_of(hand).present)
    talk = current_talk(case)
    assert talk is not None
    assert talk.partner_present
    assert case.refresh().assessment.counted["interview.separate"] == "no"
    asked = []
    for section in ("acute", "flags"):
        hand.go("questions", section=section)
        page = hand.window.page
        assert isinstance(page, questions.Page)
        asked += list(page.rows)
        shown = " ".join(hand.texts(page)).casefold() + " ".join(hand.texts(hand.window.side)).casefold()
        shown += " ".join(button.entry.title.casefold() for button in hand.window.side.buttons)
        assert not [word for word in LOADED if word in shown]
        assert hand.t(f"section.{section}.neutral_title").casefold() in shown
    assert asked == [
        "acute.danger_now",
        "acute.can_reach",
        "acute.needs_medical_care",
        "flag.afraid_to_speak",
    ]
    assert hand.window.urgent.notice is None
    assert hand.window.windowTitle() == hand.t("app.name")


def test_answers_given_with_the_partner_there_count_as_overheard(hand: Hand) -> None:
    case = hand.case()
    hand.click(page_of(hand).present)
    hand.go("questions", section="flags")
    hand.press("n")
    (entry,) = case.refresh().said_about("flag.afraid_to_speak")
    assert (entry.observation.source, entry.observation.overheard) == ("staff", True)
    assert "flag.afraid_to_speak" in case.view.assessment.unresolved
    page = hand.window.page
    assert isinstance(page, questions.Page)
    assert not hand.shows(hand.t("saying.overheard", line=""), page)


@pytest.mark.parametrize("page", ["result", "judgement", "gate", "handover", "door"])
def test_no_other_page_opens_while_the_partner_looks_on(hand: Hand, page: str) -> None:
    hand.case()
    hand.click(page_of(hand).present)
    hand.go(page)
    assert isinstance(hand.window.page, interview.Page)


def test_a_new_talk_ends_the_neutral_view(hand: Hand) -> None:
    case = hand.case()
    hand.click(page_of(hand).present)
    hand.click(page_of(hand).alone_again)
    talk = current_talk(case)
    assert talk is not None
    assert not talk.partner_present
    assert hand.shows(hand.t("interview.present.title"))
    assert [one.entry.place.page for one in hand.window.side.buttons][-1] == "file"


def test_a_talk_that_could_not_be_kept_is_said(hand: Hand) -> None:
    case = hand.case()
    case.session.vault.close()
    hand.click(page_of(hand).present)
    assert hand.window.errors.notice is not None
    assert hand.shows(hand.t("interview.present.title"))


def test_yesterdays_talk_is_not_todays(hand: Hand) -> None:
    case = hand.case()
    described(hand)
    hand.click(page_of(hand).keep)
    hand.clock.pass_(days=1)
    case.refresh()
    assert current_talk(case) is None
    hand.go("questions", section="screening")
    assert hand.shows(hand.t("questions.talk.none"))
