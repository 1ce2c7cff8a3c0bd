"""The hand-over: chosen recipient by recipient, seen before it is saved, kept in the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from borg_triage.app.talks import Talk, keep_talk
from tests.ui.outcome_support import (
    Bench,
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


@pytest.fixture
def acute(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    """An acute case, judged."""
    dress()
    with bench(tmp_path, "strangulation-tonight") as made:
        made.case.judge("high", "undetermined", "")
        yield made


def preview(page: object) -> str:
    """What page 1 says now."""
    QTest.qWait(400)
    settle()
    said = page.preview.label.accessibleDescription()
    assert isinstance(said, str)
    return said


def pdf_text(path: Path) -> str:
    """All words of a PDF, on one line."""
    pages = PdfReader(BytesIO(path.read_bytes())).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def save_as(page: object, path: Path) -> None:
    page.ask_where = lambda: str(path)
    QTest.mouseClick(page.save, Qt.MouseButton.LeftButton)
    settle()


def test_the_preview_shows_page_one_and_follows_the_choices(acute: Bench) -> None:
    page = acute.page("handover")
    first = preview(page)
    assert acute.ctx.t("paper.front.title.veilig_thuis") in first
    assert acute.ctx.t("level.acute.label") in first
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis Utrecht")
    assert "Veilig Thuis Utrecht" in preview(page)
    QTest.mouseClick(page.choice.language.options["en"], Qt.MouseButton.LeftButton)
    english = preview(page)
    assert "Intimate terror likely" in english
    assert "Intieme terreur" not in english


def test_what_is_typed_is_shown_as_typed_never_as_markup(acute: Bench) -> None:
    page = acute.page("handover")
    QTest.keyClicks(page.choice.recipient, '<img src="x"><b>VT</b> & co')
    assert '<img src="x"><b>VT</b> & co' in preview(page)
    assert "<img" not in page.preview.label.text()


def test_whereabouts_and_reporter_are_out_unless_ticked(acute: Bench, tmp_path: Path) -> None:
    page = acute.page("handover")
    assert not page.choice.ticks["reporter"].isChecked()
    assert not page.choice.ticks["whereabouts"].isChecked()
    note = "In de ambulance gesproken"
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis")
    save_as(page, tmp_path / "without.pdf")
    assert note not in pdf_text(tmp_path / "without.pdf")
    assert "M. Bakker" not in pdf_text(tmp_path / "without.pdf")
    page = acute.page("handover")
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis")
    QTest.mouseClick(page.choice.ticks["reporter"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.choice.ticks["whereabouts"], Qt.MouseButton.LeftButton)
    save_as(page, tmp_path / "with.pdf")
    assert note in pdf_text(tmp_path / "with.pdf")
    assert "M. Bakker" in pdf_text(tmp_path / "with.pdf")


def test_control_answers_can_be_left_out(acute: Bench, tmp_path: Path) -> None:
    label = acute.ctx.t("item.control.surveillance.label")
    page = acute.page("handover")
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis")
    save_as(page, tmp_path / "all.pdf")
    page = acute.page("handover")
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis")
    QTest.mouseClick(page.choice.ticks["control_answers"], Qt.MouseButton.LeftButton)
    save_as(page, tmp_path / "less.pdf")
    assert label in pdf_text(tmp_path / "all.pdf")
    assert label not in pdf_text(tmp_path / "less.pdf")


def test_saving_freezes_the_result_and_logs_the_hand_over(acute: Bench, tmp_path: Path) -> None:
    page = acute.page("handover")
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis, mevrouw Aydin")
    save_as(page, tmp_path / "paper.pdf")
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")
    assert acute.went == [("handover", {"saved": "paper.pdf"})]
    case = acute.reopened()
    assert [(event.kind, dict(event.details)) for event in case.view.events] == [
        ("hand_over", {"to": "Veilig Thuis, mevrouw Aydin"})
    ]
    frozen = case.session.vault.cases.results(case.id)
    assert len(frozen) == 1
    assert json.loads(frozen[0].output_json)["level"]["value"] == "acute"
    again = acute.page("handover", saved="paper.pdf")
    assert acute.ctx.t("handover.saved", file="paper.pdf") in texts_of(again)
    assert "mevrouw Aydin" in words_of(again)
    # The next recipient is another choice.
    assert again.choice.recipient.text() == ""


def test_without_a_recipient_nothing_is_saved(acute: Bench, tmp_path: Path) -> None:
    page = acute.page("handover")
    save_as(page, tmp_path / "paper.pdf")
    assert page.fault.text == acute.ctx.t("handover.error.recipient")
    assert not (tmp_path / "paper.pdf").exists()
    assert acute.reopened().view.events == ()


def test_thinking_better_of_it_changes_nothing(acute: Bench) -> None:
    page = acute.page("handover")
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis")
    page.ask_where = lambda: ""
    QTest.mouseClick(page.save, Qt.MouseButton.LeftButton)
    case = acute.reopened()
    assert case.view.events == ()
    assert list(case.session.vault.cases.results(case.id)) == []
    assert acute.failed == []


def test_a_place_that_cannot_be_written_is_said_and_nothing_is_logged(acute: Bench, tmp_path: Path) -> None:
    page = acute.page("handover")
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis")
    save_as(page, tmp_path / "no such folder" / "paper.pdf")
    assert page.fault.text == acute.ctx.t("paper.error.no_folder")
    assert acute.went == []
    assert acute.reopened().view.events == ()


def test_the_file_dialog_proposes_a_name_that_tells_nothing(
    acute: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    page = acute.page("handover")
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis")
    proposed = []

    def choose() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(line, QLineEdit)
        proposed.append(Path(line.text()).name)
        line.setText(str(tmp_path / "chosen"))
        dialog.accept()

    QTimer.singleShot(300, page, choose)
    QTest.mouseClick(page.save, Qt.MouseButton.LeftButton)
    settle()
    assert proposed == ["overdracht-2026-10-09.pdf"]
    assert (tmp_path / "chosen.pdf").is_file()


def test_the_agreed_contact_is_offered_and_only_taken_over_on_purpose(acute: Bench) -> None:
    keep_talk(acute.case, Talk(alone="yes", phone_away="yes", safe_contact="Bel op dinsdag op haar werk."))
    page = acute.page("handover")
    assert "dinsdag" not in preview(page)
    QTest.mouseClick(page.choice.more.button, Qt.MouseButton.LeftButton)
    settle()
    take = acute.ctx.t("handover.safe_contact.take", agreed="Bel op dinsdag op haar werk.")
    QTest.mouseClick(button(page, take), Qt.MouseButton.LeftButton)
    assert "Bel op dinsdag op haar werk." in preview(page)


def test_what_was_chosen_stays_when_the_page_is_built_anew(acute: Bench) -> None:
    page = acute.page("handover")
    QTest.keyClicks(page.choice.recipient, "Half")
    QTest.mouseClick(page.choice.ticks["whereabouts"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.choice.language.options["en"], Qt.MouseButton.LeftButton)
    again = acute.page("handover")
    assert again.choice.recipient.text() == "Half"
    assert again.choice.ticks["whereabouts"].isChecked()
    assert again.choice.language.value == "en"


def test_without_a_judgement_it_can_still_be_handed_over(qtbot: QtBot, tmp_path: Path) -> None:
    dress()
    with bench(tmp_path, "strangulation-tonight") as made:
        page = made.page("handover")
        assert made.ctx.t("handover.judgement_missing") in texts_of(page)
        QTest.keyClicks(page.choice.recipient, "Veilig Thuis")
        save_as(page, tmp_path / "paper.pdf")
        assert (tmp_path / "paper.pdf").is_file()


@pytest.mark.parametrize(
    ("mode", "zoom", "width", "language"),
    [("light", 100, 1086, "nl"), ("dark", 200, 830, "en"), ("contrast", 150, 420, "nl")],
)
def test_nothing_is_cut_off(
    qtbot: QtBot, tmp_path: Path, mode: str, zoom: int, width: int, language: str
) -> None:
    dress(mode, zoom)
    with bench(tmp_path, "separation-considered", language) as made:
        made.case.judge("high", "undetermined", "")
        page = made.page("handover", width=width)
        unfold(page)
        assert cut_off(page) == []
        assert unnamed(page) == []
        assert "⟦" not in words_of(page)
