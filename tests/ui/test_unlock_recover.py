"""The way in with the words on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from borg_triage.app.session import Session
from borg_triage.storage.keys.recovery import split
from borg_triage.storage.vault import Vault
from borg_triage.ui import recovery_words
from borg_triage.ui.guard.locking import has_leftovers
from borg_triage.ui.pages import unlock, unlock_kit
from borg_triage.ui.widgets.recovery_state import is_confirmed
from tests.ui.conftest import PASSPHRASE, WORKER, Hand
from tests.ui.vault_support import (
    NEW,
    care,
    done,
    fill_new,
    is_open,
    lock,
    make_kit,
    page_of,
    recovering,
)


def test_new_sheets_replace_the_old_ones(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    hand.click(care(hand).recovery.make)
    old = make_kit(hand, qtbot, "one")
    assert is_confirmed(session)
    assert hand.shows(hand.t("care.recovery.one"))
    hand.click(page_of(hand).recovery.make)
    assert hand.shows(hand.t("recovery.choose.replaces"))
    new = make_kit(hand, qtbot)
    assert hand.shows(hand.t("care.recovery.some", needed=2, sheets=3))
    lock(hand)
    page = hand.window.page
    assert isinstance(page, unlock.OpenPage)
    hand.click(page.forgotten)
    recovering(hand).shares[0].edit.setPlainText(new[0])
    recovering(hand).shares[1].edit.setPlainText(old[0])
    recovering(hand).worker.setText(WORKER)
    fill_new(hand, NEW)
    hand.click(recovering(hand).submit)
    done(hand, qtbot)
    assert not is_open(hand)
    said = recovering(hand).fault.text
    assert said == hand.t("vault.error.share_foreign", path=str(session.vault.path), share=2)


def test_a_new_kit_that_nobody_tried_out_brings_the_reminder_back(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    hand.click(care(hand).recovery.make)
    make_kit(hand, qtbot)
    assert page_of(hand).reminder is None
    hand.click(page_of(hand).recovery.make)
    page = hand.window.page
    assert isinstance(page, unlock_kit.Page)
    hand.click(page.choice.options["one"])
    assert page.confirm is not None
    page.confirm.field.line.setText(PASSPHRASE)
    hand.click(page.go_on)
    qtbot.waitUntil(lambda: getattr(hand.window.page, "step", "") == "words", timeout=30_000)
    hand.settle()
    lock(hand)
    assert not is_confirmed_in(session.vault.path)


def is_confirmed_in(path: Path) -> bool:
    session = Session.open(path, PASSPHRASE, WORKER)
    try:
        return is_confirmed(session)
    finally:
        session.close()


def test_a_vault_without_sheets_says_that_there_is_no_back_door(hand: Hand) -> None:
    hand.session()
    lock(hand)
    page = hand.window.page
    assert isinstance(page, unlock.OpenPage)
    hand.click(page.forgotten)
    assert hand.shows(hand.t("recovery.enter.none"))
    assert not recovering(hand).shares
    hand.click(recovering(hand).back)
    assert isinstance(hand.window.page, unlock.OpenPage)


def recovery_page(hand: Hand, qtbot: QtBot) -> tuple[str, ...]:
    """The page where words are typed, for a vault with two of three sheets."""
    hand.session()
    hand.click(care(hand).recovery.make)
    sheets = make_kit(hand, qtbot)
    lock(hand)
    page = hand.window.page
    assert isinstance(page, unlock.OpenPage)
    hand.click(page.forgotten)
    return sheets


def test_words_are_completed_and_a_misspelt_one_is_named_as_one_types(hand: Hand, qtbot: QtBot) -> None:
    words = recovery_page(hand, qtbot)[0].split()
    share = recovering(hand).shares[0]
    qtbot.waitUntil(share.edit.hasFocus)
    hand.write(f"{words[0][:4]} {words[1][:4]} ")
    assert share.text() == f"{words[0]} {words[1]} "
    assert hand.shows(hand.t("recovery.share.typing", n=2, of=33), share)
    hand.write("aca")
    assert hand.shows(hand.t("recovery.share.near", n=3, near="academic"), share)
    hand.write("demisch ")
    said = hand.t("recovery.share.misspelt", place=3, word="academisch", near="academic")
    assert hand.shows(said, share)
    assert share.edit.accessibleDescription() == said


def test_how_many_sheets_are_still_needed_is_told(hand: Hand, qtbot: QtBot) -> None:
    sheets = recovery_page(hand, qtbot)
    page, texts = recovering(hand), hand.window.context.texts
    assert hand.shows(texts.plural("recovery.enter.left", 2), page)
    page.shares[0].edit.setPlainText(sheets[1].upper())
    assert hand.shows(hand.t("recovery.share.right", of=33), page.shares[0])
    assert hand.shows(texts.plural("recovery.enter.left", 1), page)
    page.shares[1].edit.setPlainText(sheets[1])
    assert hand.shows(hand.t("recovery.share.twice"), page.shares[1])
    page.worker.setText(WORKER)
    fill_new(hand, NEW)
    hand.click(page.submit)
    assert page.fault.text == texts.plural("recovery.enter.left", 1)
    assert page.shares[1].edit.hasFocus()
    words = sheets[2].split()
    words[10], words[11] = words[11], words[10]
    page.shares[1].edit.setPlainText(" ".join(words))
    assert hand.shows(hand.t("recovery.share.mixed", of=33), page.shares[1])
    page.shares[1].edit.setPlainText(sheets[2])
    assert hand.shows(hand.t("recovery.enter.enough"), page)


def test_words_typed_so_far_survive_another_language(hand: Hand, qtbot: QtBot) -> None:
    sheets = recovery_page(hand, qtbot)
    recovering(hand).shares[0].edit.setPlainText(sheets[0])
    fill_new(hand, NEW)
    hand.press("l", Qt.KeyboardModifier.ControlModifier)
    assert recovering(hand).shares[0].text() == sheets[0]
    assert recovering(hand).new.text() == ""


def test_a_window_covered_while_it_recovers_opens_nothing(hand: Hand, qtbot: QtBot) -> None:
    sheets = recovery_page(hand, qtbot)
    page = recovering(hand)
    for share, words in zip(page.shares, sheets, strict=False):
        share.edit.setPlainText(words)
    page.worker.setText(WORKER)
    fill_new(hand, NEW)
    hand.click(page.submit)
    hand.window.lock("hidden")
    assert has_leftovers(hand.window)
    qtbot.waitUntil(lambda: not has_leftovers(hand.window), timeout=60_000)
    hand.settle()
    assert not is_open(hand)
    Vault.open(hand.folder / "zaken.borgvault", NEW, WORKER).close()


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ("", "empty"),
        ("academic acid ", "typing"),
        ("academic aci", "near"),
        ("academic zzqx ", "unlike"),
        ("academic acidd ", "misspelt"),
        ("academic " * 34, "many"),
        ("academic " * 33, "mixed"),
    ],
)
def test_what_is_typed_of_a_sheet_is_read_as(typed: str, state: str) -> None:
    assert recovery_words.read(typed).state == state


def test_a_sheet_is_read_with_its_numbers_too() -> None:
    kit = split(bytes(range(32)), 2, 3)
    numbered = "\n".join(f"{n}. {word}," for n, word in enumerate(kit.mnemonics[2].split(), start=1))
    sheet = recovery_words.read(numbered)
    assert (sheet.right, sheet.number, sheet.needed) == (True, 2, 2)
    for _ in range(50):
        places = recovery_words.asked()
        assert len(set(places)) == 3
        assert min(places) >= 3
        assert max(places) <= 33
