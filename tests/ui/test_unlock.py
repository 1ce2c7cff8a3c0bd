"""Opening a vault, and what is said when that does not work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from borg_triage.app.session import Session
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.tries import Tries
from borg_triage.ui.pages import cases, unlock
from tests.ui.conftest import PASSPHRASE, WORKER, MakeHand
from tests.ui.vault_support import make_vault, opening, try_to_open, wait_for

WRONG = "niet de goede wachtzin"


def test_the_right_name_and_passphrase_open_a_vault(
    make_hand: MakeHand, qtbot: QtBot, tmp_path: Path
) -> None:
    make_vault(tmp_path)
    hand = make_hand()
    page = opening(hand)
    assert page.choice.currentText() == "team"
    qtbot.waitUntil(page.worker.hasFocus)
    hand.write("m. de boer")
    page.passphrase.line.setFocus()
    hand.write(PASSPHRASE)
    hand.press(Qt.Key.Key_Return)
    wait_for(hand, qtbot, cases.Page)
    assert hand.window.context.session is not None
    assert hand.window.context.session.worker == WORKER


def test_a_wrong_name_and_a_wrong_passphrase_get_the_same_words(
    make_hand: MakeHand, qtbot: QtBot, tmp_path: Path
) -> None:
    path = make_vault(tmp_path)
    hand = make_hand()
    said = hand.t("vault.error.wrong_passphrase", path=str(path))
    for name, passphrase in ((WORKER, WRONG), ("Iemand Anders", PASSPHRASE)):
        try_to_open(hand, qtbot, name, passphrase)
        assert opening(hand).fault.text == said
        assert opening(hand).passphrase.line.hasFocus()
        assert opening(hand).passphrase.line.selectedText() == passphrase
    try_to_open(hand, qtbot, WORKER, PASSPHRASE)
    assert isinstance(hand.window.page, cases.Page)


def test_after_several_wrong_ones_the_button_rests_while_the_seconds_count_down(
    make_hand: MakeHand, qtbot: QtBot, tmp_path: Path
) -> None:
    path = make_vault(tmp_path)
    for _ in range(4):  # with the next one: two seconds
        Tries(path).failed()
    qtbot.wait(1100)
    hand = make_hand()
    try_to_open(hand, qtbot, WORKER, WRONG)
    page = opening(hand)
    assert page.pause.isVisible()
    assert not page.submit.isEnabled()
    assert hand.texts(page.pause)[-1] == hand.window.context.texts.plural("unlock.wait", 2)
    page.passphrase.line.setText(PASSPHRASE)
    hand.press(Qt.Key.Key_Return)
    assert isinstance(hand.window.page, unlock.OpenPage)
    one = hand.window.context.texts.plural("unlock.wait", 1)
    qtbot.waitUntil(lambda: hand.texts(page.pause)[-1:] == [one], timeout=5_000)
    qtbot.waitUntil(page.submit.isEnabled, timeout=5_000)
    assert not page.pause.isVisible()
    qtbot.wait(100)
    hand.click(page.submit)
    wait_for(hand, qtbot, cases.Page)


def test_the_pause_holds_after_a_restart_too(make_hand: MakeHand, qtbot: QtBot, tmp_path: Path) -> None:
    path = make_vault(tmp_path)
    for _ in range(9):
        Tries(path).failed()
    hand = make_hand()
    try_to_open(hand, qtbot, WORKER, PASSPHRASE)
    page = opening(hand)
    assert 25 <= page.pause.left <= 32
    assert not page.submit.isEnabled()
    assert not page.fault.isVisible()


def test_the_pause_of_one_vault_does_not_keep_another_shut(
    make_hand: MakeHand, qtbot: QtBot, tmp_path: Path
) -> None:
    path = make_vault(tmp_path)
    other = tmp_path / "ander.borgvault"
    Session.create(other, PASSPHRASE, WORKER, cost=Cost.floor()).close()
    for _ in range(9):
        Tries(path).failed()
    hand = make_hand()
    opening(hand).choice.choose(str(path))
    try_to_open(hand, qtbot, WORKER, PASSPHRASE)
    assert not opening(hand).submit.isEnabled()
    opening(hand).choice.choose(str(other))
    opening(hand).choice.chosen.emit(str(other))
    assert opening(hand).submit.isEnabled()
    hand.click(opening(hand).submit)
    wait_for(hand, qtbot, cases.Page)


@pytest.mark.parametrize(("zoom", "width"), [(200, 1366), (200, 840), (100, 420)])
def test_why_it_was_locked_is_in_view_before_a_field_is_and_the_field_once_one_types(
    make_hand: MakeHand, zoom: int, width: int
) -> None:
    hand = make_hand(zoom=zoom)
    hand.window.resize(width, 768)
    hand.session()
    hand.window.lock("idle")
    hand.settle()
    assert hand.window.cover is not None
    hand.click(hand.window.cover.go_on)
    hand.settle()
    page = opening(hand)
    assert page.reason is not None
    assert page.reason.visibleRegion().boundingRect() == page.reason.rect()
    assert page.worker.hasFocus()
    hand.write("M. de")
    assert page.worker.text() == "M. de"
    assert page.worker.visibleRegion().boundingRect() == page.worker.rect()


def test_what_is_missing_is_said(make_hand: MakeHand, qtbot: QtBot, tmp_path: Path) -> None:
    make_vault(tmp_path)
    hand = make_hand()
    try_to_open(hand, qtbot, " ", PASSPHRASE)
    assert opening(hand).fault.text == hand.t("unlock.error.no_worker")
    try_to_open(hand, qtbot, WORKER, "")
    assert opening(hand).fault.text == hand.t("unlock.error.no_passphrase")


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
    heavy |= {"argon2", "cryptography", "shamir_mnemonic", "zxcvbn", "difflib", "secrets"}
    assert not heavy & set(first.split())
    assert not {"borg_triage.app.session", "borg_triage.domain.instrument", "borg_triage.storage"} & set(
        second.split()
    )


def test_a_folder_of_backups_is_not_chosen_and_not_remembered(
    make_hand: MakeHand, qtbot: QtBot, tmp_path: Path
) -> None:
    path = make_vault(tmp_path)
    session = Session.open(path, PASSPHRASE, WORKER)
    backups = session.vault.backup().path.parent
    session.close(back_up=False)
    hand = make_hand()
    page = opening(hand)
    before = hand.window.context.settings
    page.use_folder(backups)
    hand.settle()
    assert opening(hand) is page
    assert page.not_there.text == hand.t("unlock.folder.backups", folder=backups)
    assert hand.window.context.settings == before
    # One that was chosen under an earlier program offers none of them either.
    hand.window.context.choose(before._replace(vault_folder=str(backups)))
    hand.window.go("unlock", making=False)
    hand.settle()
    assert opening(hand).choice.count() == 0


def test_a_backup_that_is_the_choice_all_the_same_is_refused_in_words(
    make_hand: MakeHand, qtbot: QtBot, tmp_path: Path
) -> None:
    path = make_vault(tmp_path)
    session = Session.open(path, PASSPHRASE, WORKER)
    made = session.vault.backup().path
    session.close(back_up=False)
    hand = make_hand()
    page = opening(hand)
    page.choice.addItem("x", str(made))
    page.choice.setCurrentIndex(page.choice.count() - 1)
    assert page.choice.value() == str(made)
    try_to_open(hand, qtbot, WORKER, PASSPHRASE)
    assert opening(hand).fault.text == hand.t("vault.error.is_backup", path=str(made), vault=path.name)
