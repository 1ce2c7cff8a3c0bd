"""Answering: by mouse and by keys, of every kind; what counts, what contradicts, what could not be stored."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt

from borg_triage.app.talks import Talk, keep_talk
from borg_triage.domain.case import Recorded
from borg_triage.ui.pages import questions
from borg_triage.ui.widgets.answer_inputs import ChoiceInput, DateInput, YesNoInput
from borg_triage.ui.widgets.answer_row import AnswerRow
from borg_triage.ui.widgets.basics import QuietButton
from tests.ui.conftest import WORKER, Hand, MakeHand


def row_of(hand: Hand, item: str) -> AnswerRow:
    page = hand.window.page
    assert isinstance(page, questions.Page)
    return page.rows[item]


def press(hand: Hand, item: str, value: str) -> None:
    given = row_of(hand, item).input
    assert isinstance(given, YesNoInput)
    hand.click(given.segments.options[value])


def shown(hand: Hand, item: str) -> str | None:
    given = row_of(hand, item).input
    assert isinstance(given, YesNoInput)
    return given.segments.value()


def said(hand: Hand, item: str) -> tuple[Recorded, ...]:
    return hand.window.context.opened.refresh().said_about(item)


def on(hand: Hand, section: str, item: str = "") -> None:
    hand.go("questions", section=section, item=item)


def test_a_click_stores_the_answer_with_who_when_and_source(hand: Hand) -> None:
    hand.case()
    on(hand, "flags")
    press(hand, "flag.stalking", "yes")
    (entry,) = said(hand, "flag.stalking")
    seen = entry.observation
    assert (seen.value, seen.source, seen.on, entry.recorded_by) == (
        "yes",
        "victim",
        date(2026, 11, 20),
        WORKER,
    )
    assert shown(hand, "flag.stalking") == "yes"
    assert hand.shows(hand.t("counts.why.counts"), row_of(hand, "flag.stalking"))


@pytest.mark.parametrize(
    ("language", "keys"),
    [
        ("nl", {"j": "yes", "n": "no", "w": "unknown", "z": "declined"}),
        ("en", {"y": "yes", "n": "no", "u": "unknown", "d": "declined"}),
    ],
)
def test_letters_answer_the_question_that_has_the_keyboard(
    make_hand: MakeHand, language: str, keys: dict[str, str]
) -> None:
    hand = make_hand(language)
    hand.case()
    on(hand, "screening")
    for item, (key, value) in zip(
        ("ask.stress", "ask.social_circle", "ask.phone_access", "ask.violence"), keys.items(), strict=True
    ):
        hand.press(key)
        assert [entry.observation.value for entry in said(hand, item)] == [value]
        hand.press(Qt.Key.Key_Down)
    assert not said(hand, "ask.children_pets")


def test_arrows_move_and_never_answer(hand: Hand) -> None:
    hand.case()
    on(hand, "screening")
    hand.press(Qt.Key.Key_Right)
    hand.press(Qt.Key.Key_Right)
    hand.press(Qt.Key.Key_Left)
    first = row_of(hand, "ask.stress").input
    assert isinstance(first, YesNoInput)
    assert first.segments.options["no"].hasFocus()
    hand.press(Qt.Key.Key_Down)
    hand.press(Qt.Key.Key_Up)
    assert not hand.window.context.opened.refresh().recorded
    hand.press(Qt.Key.Key_Right)
    hand.press(Qt.Key.Key_Return)
    assert [entry.observation.value for entry in said(hand, "ask.stress")] == ["no"]


def test_letters_typed_in_a_note_answer_nothing(hand: Hand) -> None:
    hand.case()
    on(hand, "screening")
    row = row_of(hand, "ask.stress")
    hand.click(row.details_button)
    assert row.details is not None
    row.details.note.setFocus()
    hand.write("jn wz")
    assert not hand.window.context.opened.refresh().recorded
    assert row.details.note.text() == "jn wz"


def test_contradicting_sources_stand_side_by_side_and_the_gravest_counts(hand: Hand) -> None:
    case = hand.case()
    case.answer("flag.strangulation", "no", source="victim", overheard=False)
    case.answer("flag.strangulation", "yes", source="child", note="Zei: hij deed dit.")
    on(hand, "flags", "flag.strangulation")
    row = row_of(hand, "flag.strangulation")
    assert hand.shows(hand.t("saying.differ"), row)
    assert hand.shows(hand.t("counts.why.one_is_enough"), row)
    for source in ("victim", "child"):
        assert hand.shows(hand.t(f"source.{source}.short"), row)
    assert hand.shows("Zei: hij deed dit.", row)
    assert hand.shows(WORKER, row)
    cards = [label for label in row.findChildren(QuietButton) if label.text() == hand.t("saying.withdraw")]
    assert len(cards) == 2
    left, right = sorted(button.mapTo(row, button.rect().center()).x() for button in cards)
    assert right - left > 150


def test_a_mistake_is_withdrawn_and_stays_in_the_file(hand: Hand) -> None:
    hand.case()
    on(hand, "flags")
    press(hand, "flag.stalking", "yes")
    row = row_of(hand, "flag.stalking")
    (button,) = [one for one in row.findChildren(QuietButton) if one.text() == hand.t("saying.withdraw")]
    hand.click(button)
    assert not said(hand, "flag.stalking")
    (entry,) = hand.window.context.opened.view.recorded
    assert entry.retracted
    assert shown(hand, "flag.stalking") is None


def test_a_no_after_a_yes_keeps_both_and_the_yes_counts(hand: Hand) -> None:
    hand.case()
    on(hand, "flags")
    press(hand, "flag.stalking", "yes")
    press(hand, "flag.stalking", "no")
    assert [entry.observation.value for entry in said(hand, "flag.stalking")] == ["yes", "no"]
    assert hand.window.context.opened.view.assessment.counted["flag.stalking"] == "yes"
    assert hand.shows(hand.t("saying.differ"), row_of(hand, "flag.stalking"))


@pytest.mark.parametrize(("alone", "overheard"), [("yes", False), ("no", True), ("unknown", True)])
def test_the_talk_decides_whether_an_answer_counts_as_overheard(
    hand: Hand, alone: str, overheard: bool
) -> None:
    case = hand.case()
    keep_talk(case, Talk(alone=alone, phone_away="yes"))
    on(hand, "flags")
    press(hand, "flag.stalking", "no")
    (entry,) = said(hand, "flag.stalking")
    assert entry.observation.overheard is overheard
    open_still = "flag.stalking" in case.refresh().assessment.unresolved
    assert open_still is overheard
    assert hand.shows(hand.t("counts.why.overheard"), row_of(hand, "flag.stalking")) is overheard


def test_a_no_from_the_wrong_source_is_said_to_stay_open(hand: Hand) -> None:
    hand.case()
    on(hand, "flags")
    page = hand.window.page
    assert isinstance(page, questions.Page)
    page.source.choose("other_person")
    page.source.chosen.emit("other_person")
    hand.settle()
    press(hand, "flag.stalking", "no")
    (entry,) = said(hand, "flag.stalking")
    assert entry.observation.source == "other_person"
    assert hand.shows(hand.t("counts.why.source"), row_of(hand, "flag.stalking"))


def test_details_go_with_the_answer_and_can_be_given_afterwards(hand: Hand) -> None:
    hand.case()
    on(hand, "flags")
    row = row_of(hand, "flag.stalking")
    hand.click(row.details_button)
    assert row.details is not None
    assert not row.details.keep.isEnabled()
    press(hand, "flag.stalking", "yes")
    row.details.day.setFocus()
    row.details.day.selectAll()
    hand.write("03-11-2026")
    row.details.note.setFocus()
    hand.write("Elke avond bij het werk")
    hand.click(row.details.keep)
    (entry,) = said(hand, "flag.stalking")
    seen = entry.observation
    assert (seen.value, seen.on, seen.note) == ("yes", date(2026, 11, 3), "Elke avond bij het werk")
    assert [one.retracted for one in hand.window.context.opened.view.recorded] == [True, False]


def test_a_day_that_is_none_stores_nothing_and_says_so(hand: Hand) -> None:
    hand.case()
    on(hand, "flags")
    row = row_of(hand, "flag.stalking")
    hand.click(row.details_button)
    assert row.details is not None
    row.details.day.setFocus()
    row.details.day.selectAll()
    hand.write("31-02-2026")
    press(hand, "flag.stalking", "yes")
    assert not hand.window.context.opened.refresh().recorded
    assert hand.shows(hand.t("day.wrong"))
    assert shown(hand, "flag.stalking") is None


def test_a_day_ahead_is_refused_in_words(hand: Hand) -> None:
    hand.case()
    on(hand, "flags")
    row = row_of(hand, "flag.stalking")
    hand.click(row.details_button)
    assert row.details is not None
    row.details.day.setFocus()
    row.details.day.selectAll()
    hand.write("21-11-2026")
    press(hand, "flag.stalking", "yes")
    assert hand.shows(hand.t("answer.error.in_the_future"))
    assert shown(hand, "flag.stalking") is None


def test_what_could_not_be_stored_is_said_and_the_button_goes_back(hand: Hand) -> None:
    case = hand.case()
    on(hand, "flags")
    press(hand, "flag.stalking", "no")
    case.session.vault.close()
    press(hand, "flag.stalking", "yes")
    assert hand.window.errors.notice is not None
    assert hand.shows(hand.t("error.title"), hand.window.errors)
    assert shown(hand, "flag.stalking") == "no"
    hand.press("j")
    assert shown(hand, "flag.stalking") == "no"


def test_an_answer_that_has_run_out_shows_as_not_given(hand: Hand) -> None:
    case = hand.case()
    case.answer("acute.danger_now", "no")
    on(hand, "acute")
    assert shown(hand, "acute.danger_now") == "no"
    hand.clock.pass_(days=2)
    case.refresh()
    on(hand, "acute")
    assert shown(hand, "acute.danger_now") is None
    assert hand.shows(hand.t("counts.why.stale"), row_of(hand, "acute.danger_now"))


def test_a_list_is_answered_by_mouse_and_passed_by_arrows(hand: Hand) -> None:
    hand.case()
    on(hand, "context", "context.separation")
    given = row_of(hand, "context.separation").input
    assert isinstance(given, ChoiceInput)
    for _ in range(3):
        hand.press(Qt.Key.Key_Down)
    assert not said(hand, "context.separation")
    assert given.rows.rows["partner_suspects"].hasFocus()
    hand.press(Qt.Key.Key_Space)
    assert [one.observation.value for one in said(hand, "context.separation")] == ["partner_suspects"]
    hand.click(given.rows.rows["announced"])
    assert given.rows.value() == "announced"


def test_a_date_may_lie_ahead_and_can_be_taken_back(hand: Hand) -> None:
    hand.case()
    on(hand, "context", "context.measure_ends")
    given = row_of(hand, "context.measure_ends").input
    assert isinstance(given, DateInput)
    hand.write("30-02-2027")
    hand.press(Qt.Key.Key_Return)
    assert given.fault.isVisible()
    assert not said(hand, "context.measure_ends")
    given.day.selectAll()
    hand.write("05-01-2027")
    hand.click(given.keep)
    assert [one.observation.value for one in said(hand, "context.measure_ends")] == ["2027-01-05"]
    row = row_of(hand, "context.measure_ends")
    (button,) = [one for one in row.findChildren(QuietButton) if one.text() == hand.t("saying.withdraw")]
    hand.click(button)
    assert given.day.text() == ""


def test_sub_questions_write_the_block(hand: Hand) -> None:
    case = hand.case()
    keep_talk(case, Talk(alone="yes", phone_away="yes"))
    on(hand, "control")
    row = row_of(hand, "control.threats")
    hand.click(row.more.buttons[0])
    assert row.parts is not None
    for part in ("self", "children"):
        hand.click(row.parts.segments[part].options["no"])
        assert not said(hand, "control.threats")
    hand.click(row.parts.segments["pets"].options["no"])
    (entry,) = said(hand, "control.threats")
    assert entry.observation.value == "no"
    hand.click(row.parts.segments["pets"].options["yes"])
    last = said(hand, "control.threats")[-1].observation
    assert last.value == "yes"
    assert hand.t("item.control.threats.part.pets") in last.note
    assert case.view.assessment.counted["control.threats"] == "yes"


def test_a_sub_question_that_could_not_be_stored_goes_back(hand: Hand) -> None:
    case = hand.case()
    on(hand, "control")
    row = row_of(hand, "control.threats")
    hand.click(row.more.buttons[0])
    assert row.parts is not None
    case.session.vault.close()
    hand.click(row.parts.segments["pets"].options["yes"])
    assert row.parts.segments["pets"].value() is None
    assert hand.window.errors.notice is not None


def test_a_door_signal_marks_the_questions_to_ask_on(hand: Hand) -> None:
    case = hand.case()
    on(hand, "flags")
    assert not hand.shows(hand.t("mark.ask_on"))
    case.answer("ask.violence", "yes")
    on(hand, "flags")
    assert hand.shows(hand.t("mark.ask_on"), row_of(hand, "flag.strangulation"))
    assert not hand.shows(hand.t("mark.ask_on"), row_of(hand, "flag.stalking"))


def test_what_is_ours_and_why_it_is_asked_is_said(hand: Hand) -> None:
    hand.case()
    on(hand, "flags")
    assert hand.shows(hand.t("mark.added"), row_of(hand, "flag.contact_ban_breach"))
    assert hand.shows(hand.t("mark.own"), row_of(hand, "flag.weapon_used_recent"))
    row = row_of(hand, "flag.strangulation")
    hand.click(row.why_button)
    assert hand.shows(hand.t("item.flag.strangulation.why"), row)
    assert hand.shows("Factsheet Intieme terreur", row)


def test_every_question_has_its_numbers_heading(hand: Hand) -> None:
    hand.case()
    on(hand, "flags")
    for number in range(1, 14):
        heading = hand.t("questions.number", number=number, name=hand.t(f"number.{number}"))
        assert hand.shows(heading)


def test_the_keyboard_starts_at_the_first_open_question(hand: Hand) -> None:
    case = hand.case()
    case.answer("ask.stress", "yes")
    on(hand, "screening")
    assert row_of(hand, "ask.social_circle").isAncestorOf(hand.window.focusWidget())


def test_only_one_answer_of_a_question_is_in_the_order_of_the_tab_key(hand: Hand) -> None:
    hand.case()
    on(hand, "screening")
    first = row_of(hand, "ask.stress")
    hand.press(Qt.Key.Key_Tab)
    assert first.details_button.hasFocus()
    hand.press(Qt.Key.Key_Tab)
    hand.press(Qt.Key.Key_Tab)
    assert row_of(hand, "ask.social_circle").isAncestorOf(hand.window.focusWidget())
