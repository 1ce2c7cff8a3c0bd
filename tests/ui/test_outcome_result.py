"""The result page: two readings, what to do, why, what is open, and people who decide."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from borg_triage.app.examples import names
from tests.ui.outcome_support import (
    Bench,
    all_examples,
    bench,
    button,
    cut_off,
    dress,
    settle,
    texts_of,
    unfold,
    unnamed,
    words_of,
)


@pytest.fixture(autouse=True)
def _look(qtbot: QtBot) -> None:
    dress()


@pytest.fixture
def door(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    """Eight questions and no more: much is open."""
    with bench(tmp_path, "eight-questions-at-the-door") as made:
        made.case.judge("elevated", "undetermined", "")
        yield made


@pytest.fixture
def quarrel(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    """A candidate for BORG."""
    with bench(tmp_path, "borg-candidate") as made:
        made.case.judge("elevated", "common_couple_violence", "")
        yield made


@pytest.fixture(scope="module")
def every_example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Bench]]:
    """One vault with all examples in it: made once."""
    with all_examples(tmp_path_factory.mktemp("examples")) as benches:
        yield benches


@pytest.mark.parametrize(("name", "language"), list(zip(names(), cycle(["nl", "en"]), strict=False)))
def test_every_example_shows_whole(every_example: dict[str, Bench], name: str, language: str) -> None:
    made = every_example[name].speak(language)
    page = made.page("result", width=1086)
    unfold(page)
    view = made.case.view
    shown = texts_of(page)
    assert made.ctx.t(f"level.{view.level}.label") in shown
    assert made.ctx.t(f"pattern.{view.pattern}.label") in shown
    for place in view.assessment.routes.destinations:
        assert made.ctx.t(f"destination.{place.id}.name") in shown
    for reason in view.assessment.reasons:
        if not reason.rule.startswith("criterion."):
            assert made.ctx.t(f"rule.{reason.rule}") in shown
    for change in view.assessment.would_change:
        for item in change.together:
            joint = [text for text in shown if text.startswith(together(made)) and label(made, item) in text]
            assert joint, item
    assert "⟦" not in words_of(page)
    assert "{" not in words_of(page)
    assert cut_off(page) == []
    assert unnamed(page) == []
    made.put_away()


@pytest.mark.parametrize("name", [name for name in names() if name.startswith("minor-")])
def test_a_minor_is_reported_today_before_what_the_route_says(
    every_example: dict[str, Bench], name: str
) -> None:
    made = every_example[name].speak("nl")
    view, t = made.case.view, made.ctx.t
    shown = texts_of(made.page("result"))
    assert t(f"what.child_protection.{view.user_group}") in shown
    assert t(f"what.{view.assessment.routes.primary}.{view.user_group}") not in shown
    made.put_away()


def together(made: Bench) -> str:
    return made.ctx.t("result.change.together", answers="").strip()


def label(made: Bench, item: str) -> str:
    return made.ctx.t(f"item.{item}.label")


@pytest.mark.parametrize(
    ("mode", "zoom", "width"), [("dark", 200, 830), ("contrast", 150, 830), ("light", 100, 420)]
)
def test_nothing_is_cut_off_when_it_is_large_or_narrow(
    quarrel: Bench, qtbot: QtBot, mode: str, zoom: int, width: int
) -> None:
    dress(mode, zoom)
    page = quarrel.page("result", width=width)
    unfold(page)
    assert cut_off(page) == []


def test_the_ladder_says_where_it_stands_and_how_far_it_can_move(door: Bench, qtbot: QtBot) -> None:
    page = door.page("result")
    level, t = door.case.view.assessment.level, door.ctx.t
    assert (level.lower, level.value, level.upper) == ("elevated", "high", "acute")
    steps = {step.label.text(): step for step in page.readings.ladder.steps}
    assert list(steps) == [
        t(f"level.{name}.label") for name in ("acute", "high", "elevated", "attention", "none_found")
    ]
    marks = {name: steps[t(f"level.{name}.label")] for name in ("acute", "high", "elevated", "attention")}
    assert [step.mark for step in marks.values()] == ["range", "now", "range", ""]
    assert marks["acute"].notes[0].text() == t("result.ladder.upper")
    assert marks["high"].notes[0].text() == t("result.ladder.now")
    assert marks["elevated"].notes[0].text() == t("result.ladder.lower")
    assert t("level.acute.label") in page.readings.ladder.accessibleName()


def test_the_first_open_questions_lead_to_their_place(door: Bench, qtbot: QtBot) -> None:
    page = door.page("result")
    asked = door.case.view.assessment.ask_next
    assert len(asked) > 5
    for question in asked[:5]:
        label = door.ctx.t(f"item.{question.item}.label")
        QTest.mouseClick(button(page, f"{label}\n"), Qt.MouseButton.LeftButton)
        section = door.case.ready.instrument.item[question.item].section
        assert door.went[-1] == ("questions", {"section": section, "item": question.item})
    sixth = door.ctx.t(f"item.{asked[5].item}.label") + "\n"
    assert not any(text.startswith(sixth) for text in texts_of(page))
    QTest.mouseClick(
        button(page, door.ctx.texts.plural("result.open.rest", len(asked) - 5)), Qt.MouseButton.LeftButton
    )
    settle()
    assert any(text.startswith(sixth) for text in texts_of(page))


def test_a_new_answer_counts_at_once(door: Bench, qtbot: QtBot) -> None:
    t = door.ctx.t
    before = door.page("result")
    assert t("urgent.title.high") in texts_of(before)
    door.case.answer("acute.danger_now", "yes", source="staff")
    after = door.page("result")
    assert t("urgent.title.acute") in texts_of(after)
    assert t("what.acute.police") in texts_of(after)


def test_an_answer_of_the_moment_lapses_overnight(door: Bench, qtbot: QtBot) -> None:
    door.case.answer("acute.danger_now", "yes", source="staff")
    door.later(days=3)
    page = door.page("result")
    assert door.case.view.assessment.level.value == "high"
    assert door.ctx.t("level.acute.label") not in page.readings.ladder.steps[1].label.text()
    assert door.ctx.t("urgent.title.high") in texts_of(page)


def test_a_deadline_that_passed_is_called_passed(door: Bench, qtbot: QtBot) -> None:
    page = door.page("result")
    passed = door.ctx.t("result.deadline.passed", due="").strip(". ")
    assert passed not in words_of(page)
    door.later(days=2)
    page = door.page("result")
    assert passed in words_of(page)


def test_a_number_nobody_confirmed_is_marked(quarrel: Bench, qtbot: QtBot) -> None:
    page = quarrel.page("result")
    assert "088-80 41 000" in texts_of(page)
    assert quarrel.ctx.t("result.place.unconfirmed") in texts_of(page)


def test_contradicting_answers_stand_together_and_an_overheard_no_does_not_count(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with bench(tmp_path, "strangulation-tonight") as made:
        made.case.judge("high", "undetermined", "")
        page = made.page("result")
        assert made.ctx.t("result.answer.disputed") in texts_of(page)
    with bench(tmp_path / "other", "partner-in-the-room") as made:
        made.case.judge("high", "undetermined", "")
        page = made.page("result")
        page.decisive.everything.toggle()
        settle()
        no = made.ctx.t("value.no")
        told = [text for text in texts_of(page) if made.ctx.t("result.answer.overheard") in text]
        assert told
        assert all(text.startswith(made.ctx.t("result.answer.open")) for text in told)
        assert any(no in text for text in told)


# ---------------------------------------------------------------- own judgement beside the result


@pytest.mark.parametrize(
    ("level", "pattern", "said"),
    [
        ("elevated", "common_couple_violence", ("level.same", "pattern.same")),
        ("attention", "no_pattern_found", ("level.program_graver", "pattern.program_graver")),
        ("acute", "intimate_terror_likely", ("level.worker_graver", "pattern.worker_graver")),
    ],
)
def test_a_difference_is_said_both_ways(
    quarrel: Bench, qtbot: QtBot, level: str, pattern: str, said: tuple[str, str]
) -> None:
    quarrel.case.judge(level, pattern, "Omdat.")
    page = quarrel.page("result")
    t = quarrel.ctx.t
    assert t(f"result.compare.{said[0]}", worker=t(f"level.{level}.label")) in texts_of(page)
    assert t(f"result.compare.{said[1]}", worker=t(f"pattern.{pattern}.label")) in texts_of(page)
    assert (t("result.compare.know_more") in texts_of(page)) == (level == "acute")


# ---------------------------------------------------------------- people decide


def open_form(made: Bench, qtbot: QtBot) -> object:
    page = made.page("result")
    QTest.mouseClick(page.people.disclosure.button, Qt.MouseButton.LeftButton)
    settle()
    return page.people.disclosure.content


def press(form: object, level: str, pattern: str, reason: str = "", second: str = "") -> None:
    form.choice.levels.options[level].click()
    form.choice.patterns.options[pattern].click()
    QTest.keyClicks(form.reason, reason)
    QTest.keyClicks(form.second, second)
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    settle()


def test_raising_needs_a_reason(quarrel: Bench, qtbot: QtBot) -> None:
    form = open_form(quarrel, qtbot)
    press(form, "high", "common_couple_violence")
    assert form.fault.text == quarrel.ctx.t("override.error.no_reason")
    assert quarrel.case.view.overrides == ()
    QTest.keyClicks(form.reason, "De buurman hoorde meer.")
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    view = quarrel.reopened().view
    assert (view.level, view.overrides[-1].reason) == ("high", "De buurman hoorde meer.")
    page = quarrel.page("result")
    t = quarrel.ctx.t
    assert t("what.high.veilig_thuis") in texts_of(page)
    steps = {step.label.text(): [note.text() for note in step.notes] for step in page.readings.ladder.steps}
    assert steps[t("level.high.label")] == [t("result.ladder.people")]
    assert steps[t("level.elevated.label")] == [t("result.ladder.program")]


def test_going_lower_needs_a_second_person_who_is_not_oneself(door: Bench, qtbot: QtBot) -> None:
    form = open_form(door, qtbot)
    press(form, "elevated", "undetermined", "Samen besproken.")
    assert form.fault.text == door.ctx.t("override.error.no_second_person")
    QTest.keyClicks(form.second, " m. bakker ")
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    assert form.fault.text == door.ctx.t("override.error.no_second_person")
    assert door.case.view.overrides == ()
    form.second.clear()
    QTest.keyClicks(form.second, "J. de Wit")
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    view = door.reopened().view
    assert (view.level, view.overrides[-1].second_person) == ("elevated", "J. de Wit")
    page = door.page("result")
    assert "J. de Wit" in words_of(page)
    # The urgent route has no words of its own for a lower level: the next one's are used.
    assert door.ctx.t("what.consult.police") in texts_of(page)


def test_below_the_best_case_cannot_even_be_chosen(door: Bench, qtbot: QtBot) -> None:
    form = open_form(door, qtbot)
    options = form.choice.levels.options
    assert [name for name, option in options.items() if not option.isEnabled()] == ["attention", "none_found"]
    QTest.mouseClick(options["none_found"], Qt.MouseButton.LeftButton)
    assert form.choice.levels.value == "high"
    assert options["none_found"].accessibleDescription() == door.ctx.t("override.too_low")


def test_the_lightest_word_for_violence_asks_for_the_prompts_here_too(door: Bench, qtbot: QtBot) -> None:
    form = open_form(door, qtbot)
    press(form, "high", "common_couple_violence", "Zij zegt dat het ruzie was.", "J. de Wit")
    assert form.fault.text == door.ctx.t("judgement.missing.prompts")
    assert door.case.view.overrides == ()


def test_what_people_set_lapses_when_something_graver_becomes_known(door: Bench, qtbot: QtBot) -> None:
    door.case.override("elevated", "undetermined", "Samen besproken.", "J. de Wit")
    door.case.answer("acute.danger_now", "yes", source="staff")
    page = door.page("result")
    assert door.ctx.t("result.people_lapsed.title") in texts_of(page)
    assert door.ctx.t("urgent.title.acute") in texts_of(page)


def test_an_outcome_that_could_not_be_stored_is_said(quarrel: Bench, qtbot: QtBot) -> None:
    form = open_form(quarrel, qtbot)
    quarrel.case.session.close()
    press(form, "high", "common_couple_violence", "Reden.")
    assert len(quarrel.failed) == 1
    assert quarrel.went == []


def test_a_talk_with_the_other_stays_locked_until_somebody_was_consulted(door: Bench, qtbot: QtBot) -> None:
    page = door.page("result")
    t = door.ctx.t
    assert t("locked.talk_about_her_account.text") in texts_of(page)
    locked = page.locked[0]
    QTest.mouseClick(locked.disclosure.button, Qt.MouseButton.LeftButton)
    settle()
    QTest.mouseClick(button(page, t("result.locked.save")), Qt.MouseButton.LeftButton)
    assert locked.fault.text == t("result.locked.with_missing")
    QTest.keyClicks(locked.who, "Veilig Thuis, mevrouw Aydin")
    QTest.mouseClick(button(page, t("result.locked.save")), Qt.MouseButton.LeftButton)
    events = door.reopened().view.events
    assert [(event.kind, dict(event.details)) for event in events] == [
        ("consulted", {"with": "Veilig Thuis, mevrouw Aydin"})
    ]
    again = door.page("result")
    assert t("locked.talk_about_her_account.text") not in texts_of(again)
    assert "mevrouw Aydin" in words_of(again)


def test_every_button_of_the_page_can_be_reached_by_keyboard(quarrel: Bench, qtbot: QtBot) -> None:
    page = quarrel.page("result")
    page.activateWindow()
    wanted = {one for one in page.findChildren(QAbstractButton) if one.isVisibleTo(page)}
    reached: set[object] = set()
    next(iter(wanted)).setFocus()
    for _ in range(3 * len(wanted)):
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
        reached.add(page.focusWidget())
    assert wanted <= reached
