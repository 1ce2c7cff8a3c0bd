"""At the door: one question a screen, by number keys, urgent the moment it is certain."""

from __future__ import annotations

from PySide6.QtCore import Qt

from borg_triage.app.talks import current_talk
from borg_triage.ui import theme
from borg_triage.ui.pages import door, interview, judgement
from tests.ui.conftest import Hand

FIRST = ["acute.danger_now", "acute.can_reach", "acute.needs_medical_care", "interview.separate"]
EIGHT = ["stress", "social_circle", "phone_access", "violence", "children_pets", "substance_gambling"]
EIGHT += ["fear_of_repeat", "weapons"]


def page_of(hand: Hand) -> door.Page:
    page = hand.window.page
    assert isinstance(page, door.Page)
    return page


def test_number_keys_go_through_the_questions_in_order(hand: Hand) -> None:
    case = hand.case("police")
    hand.go("door")
    asked = []
    while page_of(hand).item != "end":
        asked.append(page_of(hand).item)
        hand.press("1" if asked[-1] in {"ask.violence", "interview.separate"} else "2")
    opened = ["flag.recent_violence", "flag.violence_in_pregnancy", "flag.forced_sex", "flag.strangulation"]
    # No to the phone question is its signal: it opens three of the control questions.
    controls = ["control.surveillance", "control.isolation", "control.autonomy"]
    expected = [*FIRST, *(f"ask.{name}" for name in EIGHT), "flag.afraid_to_speak", *opened]
    assert asked == [*expected, "flag.escalation", *controls]
    counted = case.refresh().assessment.counted
    assert (counted["ask.violence"], counted["ask.phone_access"]) == ("yes", "no")
    talk = current_talk(case)
    assert talk is not None
    assert talk.separate == "yes"
    assert hand.shows(hand.t("door.end.all"))


def test_three_and_four_are_unknown_and_declined(hand: Hand) -> None:
    case = hand.case("police")
    hand.go("door")
    hand.press("3")
    hand.press("4")
    values = [entry.observation.value for entry in case.refresh().recorded]
    assert values == ["unknown", "declined"]


def test_one_large_question_fills_the_window(hand: Hand) -> None:
    hand.case("police")
    hand.go("door")
    page = page_of(hand)
    assert page.segments is not None
    for button in page.segments.options.values():
        assert button.height() >= theme.DOOR_TARGET
        assert button.width() >= 300
    assert not hand.window.side.isVisible()
    assert page.verticalScrollBar().maximum() == 0


def test_the_first_urgent_result_shows_the_moment_it_is_certain(hand: Hand) -> None:
    hand.case("police")
    hand.go("door")
    assert hand.window.urgent.notice is None
    hand.press("1")
    assert page_of(hand).item == "acute.can_reach"
    assert hand.window.urgent.isVisible()
    assert hand.shows(hand.t("banner.urgent", level=hand.t("level.acute.label")))
    assert hand.shows(hand.t("what.acute.police"))


def test_an_answer_that_could_not_be_stored_stays_the_question(hand: Hand) -> None:
    case = hand.case("police")
    hand.go("door")
    case.session.vault.close()
    hand.press("1")
    page = page_of(hand)
    assert page.item == "acute.danger_now"
    assert page.segments is not None
    assert page.segments.value() is None
    assert hand.window.errors.notice is not None


def test_back_skip_and_stop(hand: Hand) -> None:
    case = hand.case("police")
    hand.go("door")
    hand.press("2")
    hand.press(Qt.Key.Key_Backspace)
    page = page_of(hand)
    assert page.item == "acute.danger_now"
    assert page.segments is not None
    assert page.segments.value() == "no"
    for text, item in ((hand.t("door.skip"), "acute.can_reach"), (hand.t("door.stop"), "end")):
        (button,) = [one for one in page_of(hand).findChildren(door.Button) if one.text() == text]
        hand.click(button)
        assert page_of(hand).item == item
    assert len(case.refresh().recorded) == 1
    hand.click(page_of(hand).on_to)
    assert isinstance(hand.window.page, judgement.Page)


def test_no_to_apart_is_a_talk_in_which_answers_are_overheard(hand: Hand) -> None:
    case = hand.case("police")
    hand.go("door", item="interview.separate")
    hand.press("2")
    hand.press("2")
    (entry,) = case.refresh().said_about("ask.stress")
    assert entry.observation.overheard is True


def test_the_partner_in_the_room_is_one_press_away(hand: Hand) -> None:
    hand.case("police")
    hand.go("door", item="interview.separate")
    text = hand.t("interview.present.start")
    (button,) = [one for one in page_of(hand).findChildren(door.Button) if one.text() == text]
    hand.click(button)
    assert isinstance(hand.window.page, interview.Page)
    assert hand.window.context.neutral
