"""The outcome pages in the real window, and the two programs that drive it: the demo and the screenshots."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from borg_triage.app.settings import OVERRIDE, Settings
from borg_triage.app.talks import Talk, keep_talk
from borg_triage.domain.case import CaseView
from borg_triage.ui import demo, screenshots
from borg_triage.ui.application import open_window
from borg_triage.ui.driver import Driver
from borg_triage.ui.pages import questions, result
from borg_triage.ui.window import MainWindow
from tests.ui.outcome_support import Bench, bench, button, settle, texts_of


@pytest.fixture
def door(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[MainWindow, Bench]]:
    """The window with a case open of which much is still to be asked."""
    monkeypatch.setenv(OVERRIDE, str(tmp_path))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    with bench(tmp_path, "eight-questions-at-the-door") as made:
        made.case.judge("elevated", "undetermined", "")
        window = open_window(app, Settings(vault_folder=str(tmp_path)))
        window.resize(1366, 768)
        window.show()
        window.enter(made.case.session)
        window.open_case(made.case)
        settle()
        yield window, made
        window.close()
        window.deleteLater()
        settle()


def test_the_result_opens_at_its_top_and_the_keys_scroll_it(door: tuple[MainWindow, Bench]) -> None:
    window, _ = door
    window.go("result")
    QTest.qWait(50)
    page = Driver(window).page(result.Page)
    assert page.verticalScrollBar().value() == 0
    window.activateWindow()
    QTest.keyClick(page, Qt.Key.Key_PageDown)
    assert page.verticalScrollBar().value() > 0


def test_from_an_open_question_to_its_answer_and_back_to_another_result(
    door: tuple[MainWindow, Bench],
) -> None:
    window, made = door
    hand, t = Driver(window), window.context.t
    window.go("result")
    asked = made.case.view.assessment.ask_next[0].item
    page = hand.page(result.Page)
    hand.click(button(page, f"{t(f'item.{asked}.label')}\n"))
    row = hand.page(questions.Page).rows[asked]
    hand.click(row.input.segments.options["yes"])
    assert made.case.view.assessment.counted[asked] == "yes"
    window.go("result")
    after = hand.page(result.Page)
    assert made.case.view.assessment.level.value == "acute"
    assert t("urgent.title.acute") in texts_of(after)
    assert t("level.acute.label") in texts_of(window.side)


def test_the_window_says_nothing_of_the_case_in_its_title(door: tuple[MainWindow, Bench]) -> None:
    window, made = door
    for page in ("judgement", "result", "gate", "handover"):
        window.go(page)
        settle()
        assert window.windowTitle() == window.context.t("app.name")
        assert made.case.view.pseudonym not in window.windowTitle()


def test_with_the_partner_in_the_room_no_outcome_page_opens(door: tuple[MainWindow, Bench]) -> None:
    window, made = door
    keep_talk(made.case, Talk(alone="no", partner_present=True))
    for page in ("judgement", "result", "gate", "handover"):
        window.go(page)
        settle()
        assert type(window.page).__module__.endswith("pages.interview")
        assert window.context.t("level.high.label") not in texts_of(window)


class Watched(demo.Demo):
    """The demo, with a look at the case just before it is judged."""

    view: CaseView

    def judge(self) -> None:
        assert self.window.context.case is not None
        self.view = self.window.context.case.view
        super().judge()


def test_the_demo_answers_everything_and_leaves_paper_and_pictures(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    monkeypatch.setattr(demo, "Demo", Watched)
    made = demo.run_demo(app, tmp_path / "out")
    settle()
    assert isinstance(made, Watched)
    _went_through_the_widgets(made)
    pages = PdfReader(BytesIO(made.pdf.read_bytes()), password=made.passphrase).pages
    first = " ".join(pages[0].extract_text().split())
    assert "Merel 12" in first
    assert "Intieme terreur waarschijnlijk" in first
    assert "9 oktober 2026" in first
    everything = " ".join(" ".join(page.extract_text().split()) for page in pages)
    assert "Met twee handen, tot zij sterretjes zag." in everything
    pictures = sorted((tmp_path / "out").glob("*.png"))
    assert pictures == sorted(made.hand.taken)
    assert len(pictures) >= 12
    assert all(not QImage(str(picture)).isNull() for picture in pictures)
    # No vault, no settings: nothing else is left behind.
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".png", ".pdf"}


def _went_through_the_widgets(made: Watched) -> None:
    """What lies in the vault is what the example says, source and note included; so is the outcome."""
    for item, observations in made.example.case.answers.items():
        given = {(one.value, one.source, one.note) for one in observations if one.value != "not_asked"}
        if item.startswith("interview."):  # described as a talk, without a note
            given = {(value, source, "") for value, source, _ in given}
        kept = [one.observation for one in made.view.said_about(item)]
        assert {(one.value, one.source, one.note) for one in kept} == given, item
    expected = made.example.about["expected"]
    names = ("level", "pattern", "borg", "primary")
    assert made.view.assessment.outcome == tuple(expected[name] for name in names)


def test_the_screenshots_of_one_look(qtbot: QtBot, tmp_path: Path) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    look = screenshots.Look("en", "dark", 100, ("result-acute", "gate", "handover", "cases-given"))
    taken = screenshots.take_all(app, tmp_path, [look])
    settle()
    assert [path.name for path in taken] == [
        "unlock-en-dark.png",
        "unlock-locked-en-dark.png",
        "unlock-recover-en-dark.png",
        "unlock-restore-en-dark.png",
        "unlock-restore-how-en-dark.png",
        "unlock-restore-sheets-en-dark.png",
        "unlock-restore-passphrase-en-dark.png",
        "result-acute-en-dark.png",
        "gate-en-dark.png",
        "handover-en-dark.png",
        "cases-given-en-dark.png",
    ]
    for path in taken:
        image = QImage(str(path))
        assert (image.width(), image.height()) == (1366, 768)
        assert image.pixelColor(330, 740).lightness() < 90


def test_wrong_arguments_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main([]) == 2
    assert screenshots.main(["a", "b"]) == 2
    assert "borg_triage.ui.demo" in capsys.readouterr().err
