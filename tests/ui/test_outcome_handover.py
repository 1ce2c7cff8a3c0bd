"""The hand-over: chosen recipient by recipient, seen before it is saved, sealed, kept in the log."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PasswordType, PdfReader
from PySide6.QtCore import QPoint, QRect, QSettings, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from borg_triage.app.settings import Settings
from borg_triage.app.talks import Talk, keep_talk
from borg_triage.report.sealed_pdf import fresh_passphrase
from borg_triage.ui.widgets.outcome_sealing import Saved
from tests.ui.conftest import MakeHand
from tests.ui.outcome_support import (
    WORKER,
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


def pdf_text(path: Path, passphrase: str) -> str:
    """All words of a PDF, on one line. passphrase: empty for a file that needs none."""
    reader = PdfReader(BytesIO(path.read_bytes()))
    assert reader.is_encrypted == bool(passphrase)
    if passphrase:
        assert reader.decrypt(passphrase) == PasswordType.USER_PASSWORD
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    settle()


def save_as(bench: Bench, page: Any, path: Path) -> str:
    """Save where there is no file dialog; gives the passphrase that the page hands on to show."""
    page.ask_where = lambda: str(path)
    click(page.save)
    if not bench.went:
        return ""
    where, args = bench.went.pop()
    assert where == "handover"
    assert args["saved"].file == path.name
    passphrase = args["saved"].passphrase
    assert isinstance(passphrase, str)
    return passphrase


def signs(page: Any) -> str:
    """The passphrase as it shows, group after group."""
    return "".join(label.text() for label in page.saved.passphrase.signs.findChildren(QLabel))


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
    without = pdf_text(tmp_path / "without.pdf", save_as(acute, page, tmp_path / "without.pdf"))
    assert note not in without
    assert "M. Bakker" not in without
    page = acute.page("handover")
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis")
    QTest.mouseClick(page.choice.ticks["reporter"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.choice.ticks["whereabouts"], Qt.MouseButton.LeftButton)
    told = pdf_text(tmp_path / "with.pdf", save_as(acute, page, tmp_path / "with.pdf"))
    assert note in told
    assert "M. Bakker" in told


def test_control_answers_can_be_left_out(acute: Bench, tmp_path: Path) -> None:
    label = acute.ctx.t("item.control.surveillance.label")
    page = acute.page("handover")
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis")
    everything = save_as(acute, page, tmp_path / "all.pdf")
    page = acute.page("handover")
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis")
    QTest.mouseClick(page.choice.ticks["control_answers"], Qt.MouseButton.LeftButton)
    less = save_as(acute, page, tmp_path / "less.pdf")
    assert label in pdf_text(tmp_path / "all.pdf", everything)
    assert label not in pdf_text(tmp_path / "less.pdf", less)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_saving_encrypts_freezes_the_result_and_logs_the_hand_over(
    acute: Bench, tmp_path: Path, language: str
) -> None:
    t = acute.speak(language).ctx.t
    page = acute.page("handover")
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis, mevrouw Aydin")
    passphrase = save_as(acute, page, tmp_path / "paper.pdf")
    assert "mevrouw Aydin" in pdf_text(tmp_path / "paper.pdf", passphrase)
    assert b"Aydin" not in (tmp_path / "paper.pdf").read_bytes()
    case = acute.reopened()
    assert [(event.kind, dict(event.details)) for event in case.view.events] == [
        ("hand_over", {"to": "Veilig Thuis, mevrouw Aydin", "encrypted": "yes"})
    ]
    frozen = case.session.vault.cases.results(case.id)
    assert len(frozen) == 1
    assert json.loads(frozen[0].output_json)["level"]["value"] == "acute"
    again = acute.page("handover", saved=Saved("paper.pdf", passphrase))
    assert t("handover.saved", file="paper.pdf") in texts_of(again)
    line = t("handover.log.line.encrypted", when="", who="Veilig Thuis, mevrouw Aydin", by=WORKER)
    assert any(text.endswith(line) for text in texts_of(again))
    # The next recipient is another choice.
    assert again.choice.recipient.text() == ""


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_passphrase_shows_large_in_groups_and_can_be_copied(acute: Bench, language: str) -> None:
    t, passphrase = acute.speak(language).ctx.t, fresh_passphrase()
    page = acute.page("handover", saved=Saved("paper.pdf", passphrase))
    assert signs(page) == passphrase
    labels = page.saved.passphrase.signs.findChildren(QLabel)
    assert len(labels) == 6
    assert all(label.font().pixelSize() > page.font().pixelSize() * 1.5 for label in labels)
    for line in ("intro", "way", "exact", "gone"):
        assert t(f"handover.passphrase.{line}") in texts_of(page)
    # For who hears the page: sign by sign.
    spoken = page.saved.passphrase.signs.accessibleDescription().replace(t("handover.passphrase.dash"), "-")
    assert spoken.replace(", ", "") == passphrase
    QGuiApplication.clipboard().clear()
    copy = button(page, t("handover.passphrase.copy"))
    click(copy)
    assert QGuiApplication.clipboard().text() == passphrase
    assert copy.text() == t("handover.passphrase.copied")
    QGuiApplication.clipboard().clear()


@pytest.mark.parametrize("zoom", [100, 200])
def test_the_passphrase_is_in_view_at_once(make_hand: MakeHand, zoom: int) -> None:
    hand = make_hand("en", "dark", zoom)
    hand.case()
    hand.go("handover", saved=Saved("paper.pdf", fresh_passphrase()))
    hand.settle()
    page, box = hand.window.page, hand.window.page.saved.passphrase.signs
    assert page.viewport().rect().contains(QRect(box.mapTo(page.viewport(), QPoint(0, 0)), box.size()))


def test_every_save_has_another_passphrase(acute: Bench, tmp_path: Path) -> None:
    found = set()
    for number in range(2):
        page = acute.page("handover")
        QTest.keyClicks(page.choice.recipient, "Veilig Thuis")
        found.add(save_as(acute, page, tmp_path / f"{number}.pdf"))
    assert len(found) == 2


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_pdf_without_a_passphrase_asks_first(acute: Bench, tmp_path: Path, language: str) -> None:
    t, path = acute.speak(language).ctx.t, tmp_path / "plain.pdf"
    page = acute.page("handover")
    page.ask_where = lambda: str(path)
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis")
    click(page.save_plain)
    for line in ("title", "who", "where", "when"):
        assert t(f"handover.plain.{line}") in texts_of(page)
    assert not path.exists()
    click(button(page, t("handover.plain.back")))
    assert t("handover.plain.who") not in texts_of(page)
    assert not path.exists()
    click(page.save_plain)
    click(button(page, t("handover.plain.go_on")))
    assert "Veilig Thuis" in pdf_text(path, "")
    assert acute.went == [("handover", {"saved": Saved("plain.pdf")})]
    (event,) = acute.reopened().view.events
    assert dict(event.details) == {"to": "Veilig Thuis", "encrypted": "no"}
    again = acute.page("handover", saved=Saved("plain.pdf"))
    assert again.saved.passphrase is None
    assert t("handover.plain.warning") in texts_of(again)
    assert t("handover.passphrase.title") not in texts_of(again)


def test_the_warning_is_brought_into_view_with_the_keyboard_on_the_way_back(acute: Bench) -> None:
    page = acute.page("handover", height=420)
    page.activateWindow()
    QTest.keyClicks(page.choice.recipient, "Veilig Thuis")
    page.ensureWidgetVisible(page.save_plain)
    click(page.save_plain)
    settle()
    top = page.warning.mapTo(page.viewport(), page.warning.rect().topLeft()).y()
    assert 0 <= top < page.viewport().height() - page.warning.keep.height()
    assert page.focusWidget() is page.warning.keep
    QTest.keyClick(page.warning.keep, Qt.Key.Key_Space)
    settle()
    assert not page.warning.isVisible()
    assert page.focusWidget() is page.save


def test_without_a_recipient_the_warning_does_not_come_yet(acute: Bench) -> None:
    page = acute.page("handover")
    click(page.save_plain)
    assert page.fault.text == acute.ctx.t("handover.error.recipient")
    assert not page.warning.isVisible()


def test_the_passphrase_is_nowhere_after_the_page(
    make_hand: MakeHand, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    hand = make_hand()
    case = hand.case()
    hand.go("handover")
    page = hand.window.page
    page.ask_where = lambda: str(tmp_path / "paper.pdf")
    page.choice.recipient.setText("Veilig Thuis")
    hand.click(page.save)
    passphrase = signs(hand.window.page)
    pdf_text(tmp_path / "paper.pdf", passphrase)
    # A larger print is for reading it better: it is still there.
    hand.window.choose(Settings("en", "dark", 150, str(tmp_path)))
    hand.settle()
    assert signs(hand.window.page) == passphrase
    hand.go("result")
    hand.go("handover")
    assert hand.window.page.saved is None
    assert passphrase not in "".join(hand.texts())
    del page
    gc.collect()
    held = [one for one in gc.get_objects() if isinstance(one, Saved)]
    assert passphrase not in [one.passphrase for one in held]
    # Nor in what the case keeps, nor in anything that was written or told.
    kept = case.session.vault.cases
    assert passphrase not in f"{case.refresh()!r} {list(kept.results(case.id))!r}"
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or passphrase.encode() not in path.read_bytes()
    assert passphrase not in "".join(capfd.readouterr()) + caplog.text


def test_without_a_recipient_nothing_is_saved(acute: Bench, tmp_path: Path) -> None:
    page = acute.page("handover")
    save_as(acute, page, tmp_path / "paper.pdf")
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
    save_as(acute, page, tmp_path / "no such folder" / "paper.pdf")
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
        save_as(made, page, tmp_path / "paper.pdf")
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
        page = made.page("handover", width=width, saved=Saved("paper.pdf", fresh_passphrase()))
        page.warning.ask()
        unfold(page)
        assert cut_off(page) == []
        assert unnamed(page) == []
        assert "⟦" not in words_of(page)
