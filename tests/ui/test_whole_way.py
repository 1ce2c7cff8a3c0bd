"""Three worked cases through the real windows and a real vault to the PDF."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from borg_triage.app.examples import read_example
from borg_triage.app.resources import catalog
from borg_triage.app.settings import Settings
from borg_triage.ui.application import open_window
from borg_triage.ui.demo import SIZE, Demo, own_settings


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("name", "language"),
    [("strangulation-tonight", "nl"), ("pet-threat-no-violence", "en"), ("borg-candidate", "nl")],
)
def test_from_the_first_question_to_the_paper(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, name: str, language: str
) -> None:
    example = read_example(name)
    with own_settings() as own:
        window = open_window(qapp, Settings(language=language, vault_folder=str(own)))
        qtbot.addWidget(window)
        window.resize(*SIZE)
        window.show()
        demo = Demo(window, example, tmp_path)
        demo.run()
        case = window.context.case
        assert case is not None
        view = case.refresh()
        frozen = case.session.vault.cases.results(view.id)
        kinds = [event.kind for event in view.events]
        window.close()
    expected = example.about["expected"]
    assert {
        "level": view.assessment.level.value,
        "pattern": view.assessment.pattern,
        "borg": view.assessment.borg,
        "primary": view.assessment.routes.primary,
    } == {key: expected[key] for key in ("level", "pattern", "borg", "primary")}
    assert len(frozen) == 1
    assert "hand_over" in kinds
    assert PdfReader(demo.pdf).is_encrypted
    paper = PdfReader(demo.pdf, password=demo.passphrase)
    first = paper.pages[0].extract_text()
    texts = catalog(language)
    assert texts.text(f"level.{view.level}.label") in first
    assert texts.text(f"pattern.{view.pattern}.label") in first
