"""Opening a vault, making one, and what is said when that does not work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from borg_triage.app.session import Session
from borg_triage.app.settings import load
from borg_triage.ui.pages import cases, unlock
from tests.ui.conftest import PASSPHRASE, WORKER, Hand, MakeHand


def page_of(hand: Hand) -> unlock.Page:
    page = hand.window.page
    assert isinstance(page, unlock.Page)
    return page


def wait_for_cases(hand: Hand, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: isinstance(hand.window.page, cases.Page), timeout=30_000)


def wait_for_words(hand: Hand, qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: page_of(hand).fault.body.count() > 0 and hand.window.isEnabled(), timeout=30_000)
    hand.settle()
    return " ".join(hand.texts(page_of(hand).fault))


def make_vault(folder: Path) -> None:
    Session.create(folder / "team.borgvault", PASSPHRASE, WORKER).close()


def test_a_vault_is_made_and_opened_by_keyboard_alone(hand: Hand, qtbot: QtBot) -> None:
    assert page_of(hand).making
    hand.press("a", Qt.KeyboardModifier.ControlModifier)
    hand.write("mijn team")
    for text in (PASSPHRASE, PASSPHRASE, WORKER):
        while not isinstance(hand.window.focusWidget(), QLineEdit) or hand.window.focusWidget().text():
            hand.press(Qt.Key.Key_Tab)
        hand.write(text)
    hand.press(Qt.Key.Key_Return)
    wait_for_cases(hand, qtbot)
    assert (hand.folder / "mijn team.borgvault").is_file()
    assert hand.window.context.session is not None
    assert hand.window.context.session.worker == WORKER
    assert hand.window.windowTitle() == hand.t("app.name")


def test_the_right_passphrase_opens_an_existing_vault(
    make_hand: MakeHand, qtbot: QtBot, tmp_path: Path
) -> None:
    make_vault(tmp_path)
    hand = make_hand()
    page = page_of(hand)
    assert not page.making
    assert page.choice.currentText() == "team"
    page.passphrase.line.setFocus()
    hand.write(PASSPHRASE)
    page.worker.setFocus()
    hand.write(WORKER)
    hand.click(page.submit)
    wait_for_cases(hand, qtbot)


def test_a_wrong_passphrase_is_said_in_words_and_can_be_typed_again(
    make_hand: MakeHand, qtbot: QtBot, tmp_path: Path
) -> None:
    make_vault(tmp_path)
    hand = make_hand()
    page = page_of(hand)
    page.passphrase.line.setText("niet de goede wachtzin")
    page.worker.setText(WORKER)
    hand.click(page.submit)
    said = wait_for_words(hand, qtbot)
    assert hand.t("vault.error.wrong_passphrase", path=str(tmp_path / "team.borgvault")) in said
    assert page.passphrase.line.hasFocus()
    assert page.passphrase.line.selectedText() == "niet de goede wachtzin"
    hand.write(PASSPHRASE)
    hand.click(page.submit)
    wait_for_cases(hand, qtbot)


@pytest.mark.parametrize(
    ("passphrase", "again", "worker", "key"),
    [
        ("", "", WORKER, "unlock.error.no_passphrase"),
        (PASSPHRASE, PASSPHRASE + "x", WORKER, "unlock.error.not_the_same"),
        (PASSPHRASE, PASSPHRASE, " ", "unlock.error.no_worker"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_made(
    hand: Hand, qtbot: QtBot, passphrase: str, again: str, worker: str, key: str
) -> None:
    page = page_of(hand)
    page.passphrase.line.setText(passphrase)
    page.again.line.setText(again)
    page.worker.setText(worker)
    hand.click(page.submit)
    assert hand.t(key) in wait_for_words(hand, qtbot)
    assert not list(hand.folder.glob("*.borgvault"))


def test_a_short_passphrase_makes_no_vault(hand: Hand, qtbot: QtBot) -> None:
    page = page_of(hand)
    for line in (page.passphrase.line, page.again.line):
        line.setText("te kort")
    page.worker.setText(WORKER)
    hand.click(page.submit)
    assert hand.t("vault.error.passphrase_short", minimum=14) in wait_for_words(hand, qtbot)
    assert not list(hand.folder.glob("*.borgvault"))


def test_the_passphrase_shows_only_when_asked(hand: Hand) -> None:
    field = page_of(hand).passphrase
    assert field.line.echoMode() == QLineEdit.EchoMode.Password
    hand.click(field.toggle)
    assert field.line.echoMode() == QLineEdit.EchoMode.Normal
    assert field.toggle.text() == hand.t("passphrase.hide")
    hand.click(field.toggle)
    assert field.line.echoMode() == QLineEdit.EchoMode.Password


def test_another_language_keeps_what_was_typed_but_never_a_passphrase(hand: Hand) -> None:
    page = page_of(hand)
    page.worker.setText(WORKER)
    page.file.setText("mijn team")
    page.passphrase.line.setText(PASSPHRASE)
    hand.press("l", Qt.KeyboardModifier.ControlModifier)
    page = page_of(hand)
    assert hand.shows("Make a new vault")
    assert (page.worker.text(), page.file.text(), page.passphrase.text()) == (WORKER, "mijn team", "")
    assert load().language == "en"


def test_the_honest_words_stand_there_before_a_vault_is_made(hand: Hand) -> None:
    assert hand.shows(hand.t("unlock.honest"))


def test_start_up_imports_nothing_that_the_unlock_page_does_not_need(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from borg_triage.ui.application import build\n"
        "app, window = build(['borg-triage'])\n"
        "window.show()\n"
        "app.processEvents()\n"
        "assert window.isVisible()\n"
        "print(' '.join(sorted({name.split('.')[0] for name in sys.modules})))\n"
        "print(' '.join(sorted(name for name in sys.modules if name.startswith('borg_triage'))))\n"
    )
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "BORG_TRIAGE_CONFIG": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    first, second = ran.stdout.splitlines()
    heavy = {"pydantic", "sqlcipher3", "babel", "reportlab", "zoneinfo", "platformdirs", "tomllib", "json"}
    assert not heavy & set(first.split())
    assert not {"borg_triage.app.session", "borg_triage.domain.instrument", "borg_triage.storage"} & set(
        second.split()
    )
