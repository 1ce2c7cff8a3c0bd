"""Recovery sheets: chosen, put on paper, and tried out before they count."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QPoint, Qt
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.vault import Vault
from borg_triage.ui.pages import cases, unlock_kit
from borg_triage.ui.print_memory import memory_folder
from tests.ui.conftest import PASSPHRASE, Hand
from tests.ui.vault_support import (
    kit,
    made,
    making,
    read_sheets,
    to_passphrase,
    type_back,
    type_new,
    wait_for,
)


def test_the_vault_opens_once_words_of_every_sheet_were_typed_back(hand: Hand, qtbot: QtBot) -> None:
    sheets = made(hand, qtbot)
    assert len(sheets) == 3
    read_sheets(hand)
    page = kit(hand)
    assert [len(asked.lines) for asked in page.asked] == [3, 3, 3]
    type_back(hand)
    first = page.asked[1]
    place = next(iter(first.lines))
    first.lines[place].setText("acid" if page.kit.words(1)[place - 1] != "acid" else "acne")
    hand.click(page.go_on)
    assert isinstance(hand.window.page, unlock_kit.Page)
    sheet = hand.t("recovery.sheet", n=2, of=3)
    wrong = hand.window.context.texts.plural("recovery.confirm.wrong", 1, sheet=sheet, word=place)
    assert page.fault.text == wrong
    assert first.lines[place].hasFocus()
    type_back(hand)
    hand.click(page.go_on)
    wait_for(hand, qtbot, cases.Page)
    assert not hand.shows(hand.t("recovery.reminder.title"))


def test_no_kit_is_made_before_one_is_chosen(hand: Hand, qtbot: QtBot) -> None:
    to_passphrase(hand)
    type_new(hand, PASSPHRASE)
    hand.click(making(hand).submit)
    wait_for(hand, qtbot, unlock_kit.Page)
    hand.click(kit(hand).go_on)
    assert kit(hand).fault.text == hand.t("recovery.choose.none")
    session = hand.window.context.session
    assert session is not None
    assert session.vault.ring is not None
    assert session.vault.ring.file.recovery_slot is None


@pytest.mark.parametrize("choice", ["one", "three_of_five"])
def test_the_words_that_show_open_the_vault(hand: Hand, qtbot: QtBot, choice: str) -> None:
    sheets = made(hand, qtbot, choice)
    needed, all_ = unlock_kit.KITS[choice]
    assert len(sheets) == all_
    session = hand.window.context.session
    assert session is not None
    path = session.vault.path
    hand.window.lock()
    hand.settle()
    with Vault.recover(path, sheets[-needed:], "Iemand", PASSPHRASE + " nieuw", Cost.floor()) as vault:
        assert vault.person.name == "Iemand"


def test_to_leave_it_for_later_takes_a_second_press_and_keeps_a_reminder(hand: Hand, qtbot: QtBot) -> None:
    made(hand, qtbot)
    hand.click(kit(hand).later)
    assert kit(hand).sure.back.hasFocus()
    assert hand.shows(hand.t("recovery.later.made"))
    hand.press(Qt.Key.Key_Space)
    assert not kit(hand).sure.isVisible()
    hand.click(kit(hand).later)
    hand.click(kit(hand).sure.go_on)
    wait_for(hand, qtbot, cases.Page)
    assert hand.shows(hand.t("recovery.reminder.title"))


def test_another_language_shows_the_same_sheet_and_asks_the_same_words(hand: Hand, qtbot: QtBot) -> None:
    sheets = made(hand, qtbot)
    hand.click(kit(hand).go_on)
    hand.press("l", Qt.KeyboardModifier.ControlModifier)
    assert (kit(hand).kit.sheets, kit(hand).place) == (sheets, 1)
    read_sheets(hand)
    asked = [list(one.lines) for one in kit(hand).asked]
    hand.press("l", Qt.KeyboardModifier.ControlModifier)
    assert [list(one.lines) for one in kit(hand).asked] == asked


def test_leaving_the_page_lets_go_of_the_words(hand: Hand, qtbot: QtBot) -> None:
    sheets = made(hand, qtbot)
    assert sheets[0] not in repr(kit(hand).kit)
    hand.click(kit(hand).later)
    hand.click(kit(hand).sure.go_on)
    wait_for(hand, qtbot, cases.Page)
    words = sheets[0].split()
    assert sheets[0] not in repr(hand.window._args)
    # One of them may be a part of a word on the page by chance.
    assert sum(hand.shows(word) for word in words) < len(words) / 2


def test_the_sheets_go_to_the_printer_each_on_its_own_page(hand: Hand, qtbot: QtBot, tmp_path: Path) -> None:
    sheets = made(hand, qtbot)
    paper = tmp_path / "papier.pdf"
    before = os.environ.get("TMPDIR")
    put_aside: list[str | None] = []

    class Printer(QPrinter):
        def newPage(self) -> bool:
            put_aside.append(os.environ.get("TMPDIR"))
            return super().newPage()

    def printer() -> QPrinter:
        made_here = Printer(QPrinter.PrinterMode.HighResolution)
        made_here.setOutputFileName(str(paper))
        return made_here

    kit(hand).printer = printer
    hand.click(kit(hand).print)
    assert kit(hand).fault.text == hand.t("recovery.print.sent")
    # Where there is a folder in memory: on Linux.
    memory = memory_folder()
    assert put_aside == [str(memory) if memory else before] * 2
    assert os.environ.get("TMPDIR") == before
    pages = [page.extract_text() for page in PdfReader(paper).pages]
    assert len(pages) == 3
    for number, (text, sheet) in enumerate(zip(pages, sheets, strict=True), start=1):
        words = text.split()
        numbered = list(pairwise(words))
        assert all((str(n), word) in numbered for n, word in enumerate(sheet.split(), start=1))
        assert " ".join(words).count(hand.t("recovery.sheet", n=number, of=3)) == 1
        assert "zaken." in words
    assert PdfReader(paper).metadata.title in (hand.t("app.name"), None)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_before_printing_it_says_who_may_keep_the_sheet(hand: Hand, qtbot: QtBot, language: str) -> None:
    made(hand, qtbot)
    if language == "en":
        hand.press("l", Qt.KeyboardModifier.ControlModifier)
    told = hand.t("recovery.words.printer")
    (label,) = [one for one in hand.window.findChildren(QLabel) if one.isVisible() and one.text() == told]
    button = kit(hand).print
    assert label.mapToGlobal(QPoint()).y() < button.mapToGlobal(QPoint()).y()
    queue, memory = {"nl": ("afdrukwachtrij", "geheugen"), "en": ("print queue", "memory")}[language]
    assert queue in told
    assert memory in told
    # Of what leaves the program nobody can say that it was kept nowhere.
    assert all(queue in hand.t(f"recovery.print.{end}") for end in ("sent", "failed"))


def test_without_a_printer_it_says_to_write_them_down(
    hand: Hand, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(hand, qtbot)
    if QPrinterInfo.availablePrinterNames():
        pytest.skip("this machine has a printer")
    hand.click(kit(hand).print)
    assert kit(hand).fault.text == hand.t("recovery.print.none")


def test_the_honest_words_stand_there_before_recovery_is_chosen(hand: Hand, qtbot: QtBot) -> None:
    to_passphrase(hand)
    type_new(hand, PASSPHRASE)
    hand.click(making(hand).submit)
    wait_for(hand, qtbot, unlock_kit.Page)
    assert hand.shows(hand.t("unlock.honest"))
