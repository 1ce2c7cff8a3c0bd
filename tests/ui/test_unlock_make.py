"""Making a vault: its name, yours, and a passphrase that will do."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from borg_triage.app.settings import load
from borg_triage.ui.pages import cases, unlock_kit
from tests.ui.conftest import PASSPHRASE, WORKER, Hand, MakeHand
from tests.ui.outcome_support import cut_off, unnamed
from tests.ui.vault_support import (
    kit,
    make_vault,
    making,
    opening,
    to_passphrase,
    try_to_open,
    type_new,
    wait_for,
    wait_for_words,
)


def test_a_vault_is_made_by_keyboard_alone(hand: Hand, qtbot: QtBot) -> None:
    assert making(hand).step == "place"
    hand.press("a", Qt.KeyboardModifier.ControlModifier)
    hand.write("mijn team")
    while not isinstance(hand.window.focusWidget(), QLineEdit) or hand.window.focusWidget().text():
        hand.press(Qt.Key.Key_Tab)
    hand.write(WORKER)
    hand.press(Qt.Key.Key_Return)
    assert making(hand).step == "passphrase"
    qtbot.waitUntil(making(hand).new.first.line.hasFocus)
    hand.write(PASSPHRASE)
    hand.press(Qt.Key.Key_Return)
    hand.write(PASSPHRASE)
    hand.press(Qt.Key.Key_Return)
    wait_for(hand, qtbot, unlock_kit.Page)
    assert (hand.folder / "mijn team.borgvault").is_file()
    assert hand.window.context.session is not None
    assert hand.window.context.session.worker == WORKER
    assert hand.window.windowTitle() == hand.t("app.name")


def test_stopped_after_its_passphrase_the_vault_is_there_and_opens(hand: Hand, qtbot: QtBot) -> None:
    to_passphrase(hand)
    type_new(hand, PASSPHRASE)
    hand.click(making(hand).submit)
    wait_for(hand, qtbot, unlock_kit.Page)
    hand.window.lock()  # whatever ends it: nothing more is done
    hand.settle()
    try_to_open(hand, qtbot, WORKER, PASSPHRASE)
    assert isinstance(hand.window.page, cases.Page)
    assert hand.shows(hand.t("recovery.reminder.title"))


def test_without_a_name_for_vault_or_worker_it_goes_no_further(hand: Hand) -> None:
    page = making(hand)
    hand.click(page.submit)
    assert page.fault.text == hand.t("unlock.error.no_worker")
    page.worker.setText(WORKER)
    page.file.setText("  ")
    hand.click(page.submit)
    assert page.fault.text == hand.t("unlock.error.no_file")
    assert making(hand).step == "place"


def test_a_name_that_is_taken_is_said_before_a_passphrase_is_asked(
    make_hand: MakeHand, tmp_path: Path
) -> None:
    make_vault(tmp_path)
    hand = make_hand()
    hand.click(opening(hand).to_make)
    making(hand).file.setText("team")
    making(hand).worker.setText(WORKER)
    hand.click(making(hand).submit)
    assert making(hand).fault.text == hand.t("unlock.error.exists", name="team")


@pytest.mark.parametrize("letters", [225, 300])
def test_a_name_that_leaves_no_room_for_backups_is_refused_in_words(
    hand: Hand, qtbot: QtBot, letters: int
) -> None:
    making(hand).worker.setText(WORKER)
    making(hand).file.setText("x" * letters)
    hand.click(making(hand).submit)
    type_new(hand, PASSPHRASE)
    hand.click(making(hand).submit)
    said = wait_for_words(hand, qtbot)
    name = "x" * letters + ".borgvault"
    assert said in [hand.t("vault.error.name_too_long", name=name, over=over) for over in range(1, 300)]
    assert not list(hand.folder.glob("x*"))


@pytest.mark.parametrize(
    ("passphrase", "again", "key", "params"),
    [
        ("", "", "unlock.error.no_passphrase", {}),
        (PASSPHRASE, PASSPHRASE + "x", "unlock.error.not_the_same", {}),
        ("te kort", "te kort", "vault.error.passphrase_short", {"minimum": 14}),
        ("aaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaa", "vault.error.passphrase_weak", {}),
    ],
)
def test_a_passphrase_that_will_not_do_is_refused_with_the_reason_and_makes_nothing(
    hand: Hand, qtbot: QtBot, passphrase: str, again: str, key: str, params: dict[str, object]
) -> None:
    to_passphrase(hand)
    type_new(hand, passphrase, again)
    hand.click(making(hand).submit)
    assert hand.t(key, **params) in wait_for_words(hand, qtbot)
    assert not list(hand.folder.glob("*.borgvault"))
    type_new(hand, PASSPHRASE)
    hand.click(making(hand).submit)
    wait_for(hand, qtbot, unlock_kit.Page)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("aaaaaaaaaaaaaaaaaa", "passphrase.strength.0"),
        ("fiets dorp kraan zesde mosterd", "passphrase.strength.4"),
    ],
)
def test_the_strength_is_told_in_words_while_one_types(
    hand: Hand, qtbot: QtBot, typed: str, key: str
) -> None:
    to_passphrase(hand)
    meter = making(hand).new.meter
    assert hand.shows(hand.t("passphrase.strength.none"), meter)
    making(hand).new.first.line.setText(typed)
    qtbot.waitUntil(lambda: meter.score is not None, timeout=30_000)
    assert hand.texts(meter) == [hand.t(key)]
    assert meter.marks.accessibleName() == hand.t(key)


def test_one_that_is_too_short_never_looks_strong(hand: Hand, qtbot: QtBot) -> None:
    to_passphrase(hand)
    new = making(hand).new
    new.first.line.setText("kR7#vQ2!zX9%")
    qtbot.waitUntil(lambda: new.meter.score is not None, timeout=30_000)
    assert new.meter.score == 4
    assert hand.texts(new.meter) == [hand.window.context.texts.plural("passphrase.strength.short", 2)]


def test_the_page_can_go_while_the_strength_is_worked_out(hand: Hand, qtbot: QtBot) -> None:
    to_passphrase(hand)
    for _ in range(3):
        making(hand).new.first.line.setText(PASSPHRASE)
        qtbot.wait(255)
        hand.click(making(hand).back)
        hand.click(making(hand).submit)
    assert making(hand).step == "passphrase"


def test_a_passphrase_can_be_pasted_and_shows_only_when_asked(hand: Hand) -> None:
    to_passphrase(hand)
    field = making(hand).new.first
    QGuiApplication.clipboard().setText(PASSPHRASE)
    field.line.setFocus()
    hand.press("v", Qt.KeyboardModifier.ControlModifier)
    assert field.text() == PASSPHRASE
    assert field.line.echoMode() == QLineEdit.EchoMode.Password
    hand.click(field.toggle)
    assert field.line.echoMode() == QLineEdit.EchoMode.Normal
    assert field.toggle.text() == hand.t("passphrase.hide")
    hand.click(field.toggle)
    assert field.line.echoMode() == QLineEdit.EchoMode.Password


def test_another_language_keeps_what_was_typed_but_never_a_passphrase(hand: Hand) -> None:
    page = making(hand)
    page.worker.setText(WORKER)
    page.file.setText("mijn team")
    hand.click(page.submit)
    type_new(hand, PASSPHRASE)
    hand.press("l", Qt.KeyboardModifier.ControlModifier)
    page = making(hand)
    assert hand.shows("Think of a passphrase")
    assert (page.worker.text(), page.file.text(), page.new.text()) == (WORKER, "mijn team", "")
    assert load().language == "en"


@pytest.mark.parametrize(
    ("language", "zoom", "width"), [("nl", 200, 1366), ("en", 100, 420), ("nl", 150, 420)]
)
def test_nothing_is_cut_off_on_the_way_to_a_vault(
    make_hand: MakeHand, qtbot: QtBot, language: str, zoom: int, width: int
) -> None:
    hand = make_hand(language, zoom=zoom)
    hand.window.resize(width, 768)

    def look() -> None:
        hand.settle()
        page = hand.window.page
        assert page is not None
        assert cut_off(page) == []
        assert unnamed(page) == []
        assert not [text for text in hand.texts(page) if "⟦" in text or "{" in text]

    look()
    to_passphrase(hand)
    look()
    making(hand).new.problem()
    making(hand).fault.say(hand.t("vault.error.passphrase_weak"))
    look()
    type_new(hand, PASSPHRASE)
    hand.click(making(hand).submit)
    wait_for(hand, qtbot, unlock_kit.Page)
    hand.click(kit(hand).later)
    look()
    hand.click(kit(hand).choice.options["three_of_five"])
    hand.click(kit(hand).go_on)
    qtbot.waitUntil(lambda: kit(hand).step == "words", timeout=30_000)
    look()
    while kit(hand).step == "words":
        hand.click(kit(hand).go_on)
    hand.click(kit(hand).go_on)
    look()
    hand.window.lock()
    hand.settle()
    look()
    opening(hand).pause.begin(30)
    opening(hand).fault.say(hand.t("vault.error.wrong_passphrase", path="team.borgvault"))
    look()
