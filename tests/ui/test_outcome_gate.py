"""The BORG gate: sixteen conditions in order, each with its status in words, its source, its answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.outcome_support import bench, cut_off, dress, settle, texts_of, unfold, unnamed, words_of

CASES = ("borg-eligible", "borg-candidate", "borg-review-earlier-violence-outside", "strangulation-tonight")


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_sixteen_conditions_stand_in_order_with_status_and_source(
    qtbot: QtBot, tmp_path: Path, name: str, language: str
) -> None:
    dress()
    with bench(tmp_path, name, language) as made:
        made.case.judge("elevated", "undetermined", "")
        page = made.page("gate")
        t, result = made.ctx.t, made.case.view.assessment
        assert len(page.criteria) == 16
        for number, (row, criterion) in enumerate(zip(page.criteria, result.criteria, strict=True), start=1):
            shown = texts_of(row)
            assert f"{number}. {t(f'criterion.{criterion.id}.label')}" in shown
            assert t(f"status.{criterion.status}") in shown
            assert t(f"criterion.{criterion.id}.{criterion.status}") in shown
            assert t(f"gate.settled_by.{criterion.settled_by}") in shown
            assert t(f"status.{criterion.status}") in row.accessibleName()
        assert t(f"gate.{result.borg}.text") in texts_of(page)
        for note in result.gate_notes:
            assert t(f"gate.note.{note}") in texts_of(page)
        unfold(page)
        assert "⟦" not in words_of(page)
        assert cut_off(page) == []
        assert unnamed(page) == []


def test_the_answers_beneath_a_condition_unfold_and_fold(qtbot: QtBot, tmp_path: Path) -> None:
    dress()
    with bench(tmp_path, "strangulation-tonight") as made:
        made.case.judge("elevated", "undetermined", "")
        page = made.page("gate")
        pattern = page.criteria[1]
        label = made.ctx.t("item.pattern.over_time.label")
        assert label not in texts_of(pattern)
        QTest.mouseClick(pattern.button, Qt.MouseButton.LeftButton)
        settle()
        assert label in texts_of(pattern)
        assert "Sinds zij samenwonen." in words_of(pattern)
        QTest.mouseClick(pattern.button, Qt.MouseButton.LeftButton)
        settle()
        assert label not in texts_of(pattern)


def test_signals_to_look_at_first_are_listed_until_ruled_out(qtbot: QtBot, tmp_path: Path) -> None:
    dress()
    with bench(tmp_path, "borg-review-earlier-violence-outside") as made:
        made.case.judge("elevated", "common_couple_violence", "")
        page = made.page("gate")
        assert made.ctx.t("item.borg.violence_outside_home.label") in texts_of(page)
    with bench(tmp_path / "other", "borg-eligible") as made:
        made.case.judge("elevated", "common_couple_violence", "")
        page = made.page("gate")
        assert made.ctx.t("gate.signals.title") not in texts_of(page)


def test_large_and_in_high_contrast_nothing_is_cut_off(qtbot: QtBot, tmp_path: Path) -> None:
    dress("contrast", 200)
    with bench(tmp_path, "borg-candidate", "en") as made:
        made.case.judge("elevated", "undetermined", "")
        page = made.page("gate", width=830)
        unfold(page)
        assert cut_off(page) == []
