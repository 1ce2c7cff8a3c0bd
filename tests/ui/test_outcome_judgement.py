"""The worker's own judgement comes before the result, and the lightest word for violence asks for care."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.outcome_support import Bench, bench, button, dress, settle, texts_of, words_of

CCV = "common_couple_violence"


@pytest.fixture
def quarrel(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    """A case that is not urgent."""
    dress()
    with bench(tmp_path, "borg-candidate") as made:
        yield made


@pytest.fixture
def acute(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    """A case that cannot wait."""
    dress()
    with bench(tmp_path, "strangulation-tonight") as made:
        yield made


@pytest.mark.parametrize("page", ["result", "gate"])
def test_the_judgement_is_asked_before_anything_of_the_result_shows(
    quarrel: Bench, page: str, qtbot: QtBot
) -> None:
    made = quarrel.page(page)
    t = quarrel.ctx.t
    assert t("judgement.level.question") in texts_of(made)
    for hidden in ("result.todo.title", "gate.criteria.title", "result.reading.level", "judgement.later"):
        assert t(hidden) not in texts_of(made)


def test_an_urgent_case_says_what_to_do_at_once_and_lets_the_worker_go_on(acute: Bench, qtbot: QtBot) -> None:
    made = acute.page("result")
    t = acute.ctx.t
    assert t("urgent.title.acute") in texts_of(made)
    assert t("what.acute.police") in texts_of(made)
    assert "112" in texts_of(made)
    QTest.mouseClick(button(made, t("judgement.later")), Qt.MouseButton.LeftButton)
    assert acute.went == [("result", {"show": True})]
    shown = acute.page("result", show=True)
    assert t("result.todo.title") in texts_of(shown)
    assert t("result.compare.none") in texts_of(shown)


def test_a_judgement_is_stored_before_the_result_comes(quarrel: Bench, qtbot: QtBot) -> None:
    form = quarrel.page("judgement").form
    QTest.mouseClick(form.choice.levels.options["high"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(form.choice.patterns.options["intimate_terror_possible"], Qt.MouseButton.LeftButton)
    QTest.keyClicks(form.why, "Zij keek steeds naar de deur.")
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    assert quarrel.went == [("result", {})]
    kept = quarrel.reopened().view.judgement
    assert kept is not None
    assert (kept.level, kept.pattern, kept.why) == (
        "high",
        "intimate_terror_possible",
        "Zij keek steeds naar de deur.",
    )


def test_by_keyboard_alone(quarrel: Bench, qtbot: QtBot) -> None:
    made = quarrel.page("judgement")
    made.activateWindow()
    made.form.choice.levels.first.setFocus()
    QTest.keyClick(made.form.choice.levels.first, Qt.Key.Key_Space)
    QTest.keyClick(made.form.choice.levels.first, Qt.Key.Key_Down)
    QTest.keyClick(made.focusWidget(), Qt.Key.Key_Tab)
    QTest.keyClick(made.focusWidget(), Qt.Key.Key_Space)
    QTest.keyClick(made.focusWidget(), Qt.Key.Key_Tab)
    assert made.focusWidget() is made.form.why
    QTest.keyClick(made.form.why, Qt.Key.Key_Return)
    kept = quarrel.reopened().view.judgement
    assert kept is not None
    assert (kept.level, kept.pattern) == ("high", "intimate_terror_likely")


@pytest.mark.parametrize(
    ("level", "pattern", "said"),
    [
        (None, None, "judgement.missing.level"),
        ("high", None, "judgement.missing.pattern"),
        (None, "undetermined", "judgement.missing.level"),
        ("elevated", CCV, "judgement.missing.prompts"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_stored(
    quarrel: Bench, qtbot: QtBot, level: str | None, pattern: str | None, said: str
) -> None:
    form = quarrel.page("judgement").form
    if level:
        form.choice.levels.options[level].click()
    if pattern:
        form.choice.patterns.options[pattern].click()
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    settle()
    assert form.fault.text == quarrel.ctx.t(said)
    assert form.fault.text in texts_of(form)
    assert quarrel.went == []
    assert quarrel.reopened().view.judgement is None


def test_every_line_must_be_ticked_before_the_pattern_is_taken(quarrel: Bench, qtbot: QtBot) -> None:
    form = quarrel.page("judgement").form
    prompts = form.choice.prompts[CCV]
    assert not prompts.isVisible()
    form.choice.levels.options["elevated"].click()
    form.choice.patterns.options[CCV].click()
    settle()
    assert prompts.isVisible()
    assert len(prompts.ticks) == 3
    for tick in prompts.ticks:
        form.save.click()
        assert quarrel.went == []
        QTest.mouseClick(tick, Qt.MouseButton.LeftButton)
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    assert quarrel.went == [("result", {})]
    kept = quarrel.reopened().view.judgement
    assert kept is not None
    assert kept.pattern == CCV


def test_the_prompts_go_when_another_pattern_is_picked(quarrel: Bench, qtbot: QtBot) -> None:
    form = quarrel.page("judgement").form
    form.choice.patterns.options[CCV].click()
    form.choice.patterns.options["undetermined"].click()
    settle()
    assert not form.choice.prompts[CCV].isVisible()


def test_what_was_picked_stays_when_the_page_is_built_anew(quarrel: Bench, qtbot: QtBot) -> None:
    first = quarrel.page("judgement").form
    first.choice.levels.options["attention"].click()
    first.choice.patterns.options[CCV].click()
    QTest.keyClicks(first.why, "half")
    again = quarrel.page("judgement").form
    assert (again.choice.levels.value, again.choice.patterns.value, again.why.text()) == (
        "attention",
        CCV,
        "half",
    )
    assert again.choice.prompts[CCV].isVisible()


def test_a_judgement_that_could_not_be_stored_is_said_and_stays_on_the_page(
    quarrel: Bench, qtbot: QtBot
) -> None:
    form = quarrel.page("judgement").form
    form.choice.levels.options["high"].click()
    form.choice.patterns.options["undetermined"].click()
    quarrel.case.session.close()
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    assert len(quarrel.failed) == 1
    assert quarrel.went == []
    assert form.choice.levels.value == "high"
    assert quarrel.reopened().view.judgement is None


def test_a_judgement_can_be_revised_and_starts_from_the_last(quarrel: Bench, qtbot: QtBot) -> None:
    quarrel.case.judge("high", "undetermined", "Eerst dit.")
    form = quarrel.page("judgement").form
    assert form.choice.levels.value == "high"
    assert form.why.text() == "Eerst dit."
    assert quarrel.ctx.t("urgent.judgement_can_wait") not in words_of(form)
