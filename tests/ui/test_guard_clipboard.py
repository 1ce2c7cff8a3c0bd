"""What we copied leaves the clipboard; what others put there stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from borg_triage.ui.guard.clipboard import ClipboardGuard
from tests.ui.conftest import Hand

SAID = "Merel woont nu bij haar zus"
COPIED, SELECTED = QClipboard.Mode.Clipboard, QClipboard.Mode.Selection


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    yield
    QGuiApplication.clipboard().clear()


@pytest.fixture
def board(hand: Hand) -> QClipboard:
    """The clipboard, with the window's own guard still listening."""
    assert hand.window.guard is not None
    return QGuiApplication.clipboard()


def copy(hand: Hand, text: str = SAID) -> None:
    field = QLineEdit(text, hand.window)
    field.selectAll()
    field.copy()
    field.deleteLater()
    hand.settle()


def test_what_was_copied_is_gone_after_a_while(hand: Hand, board: QClipboard, qtbot: QtBot) -> None:
    guard = ClipboardGuard(hand.window, seconds=0.3)
    copy(hand)
    assert board.text() == SAID
    qtbot.wait(100)
    assert board.text() == SAID
    qtbot.waitUntil(lambda: board.text() == "", timeout=2000)
    guard.stop()


def test_the_programs_own_guard_waits_half_a_minute(hand: Hand, board: QClipboard) -> None:
    assert hand.window.guard is not None
    copy(hand)
    timers = hand.window.guard.clipboard._timers
    assert timers[COPIED].isActive()
    assert timers[COPIED].interval() == 30_000


def test_another_copy_begins_the_time_anew(hand: Hand, board: QClipboard, qtbot: QtBot) -> None:
    guard = ClipboardGuard(hand.window, seconds=0.4)
    copy(hand)
    qtbot.wait(250)
    copy(hand, "een ander woord")
    qtbot.wait(250)
    assert board.text() == "een ander woord"
    qtbot.waitUntil(lambda: board.text() == "", timeout=2000)
    guard.stop()


def test_what_another_program_put_there_since_stays(hand: Hand, board: QClipboard, qtbot: QtBot) -> None:
    assert hand.window.guard is not None
    hand.window.guard.stop()
    hand.window.guard = None
    ours = [True]
    guard = ClipboardGuard(hand.window, lambda _mode: ours[0], seconds=0.2)
    copy(hand)
    ours[0] = False
    board.setText("een boodschappenlijst")
    qtbot.wait(400)
    assert board.text() == "een boodschappenlijst"
    guard.stop()
    assert board.text() == "een boodschappenlijst"


def test_what_another_program_copied_is_none_of_our_business(
    hand: Hand, board: QClipboard, qtbot: QtBot
) -> None:
    assert hand.window.guard is not None
    hand.window.guard.stop()
    hand.window.guard = None
    guard = ClipboardGuard(hand.window, lambda _mode: False, seconds=0.1)
    board.setText("een boodschappenlijst")
    qtbot.wait(250)
    assert board.text() == "een boodschappenlijst"
    assert board.mimeData().formats() == ["text/plain"]
    guard.stop()


def test_locking_takes_it_away_at_once(hand: Hand, board: QClipboard) -> None:
    hand.case()
    copy(hand)
    hand.window.lock("hidden")
    assert board.text() == ""


def test_closing_takes_it_away_at_once(hand: Hand, board: QClipboard) -> None:
    copy(hand)
    hand.window.close()
    assert board.text() == ""


def test_the_text_is_kept_nowhere_but_on_the_clipboard(hand: Hand, board: QClipboard) -> None:
    assert hand.window.guard is not None
    copy(hand)
    guard = hand.window.guard.clipboard
    (fingerprint,) = guard._prints.values()
    assert fingerprint == hash(SAID)
    assert SAID not in repr(vars(guard))


def test_programs_that_keep_a_history_are_asked_to_leave_it_out(hand: Hand, board: QClipboard) -> None:
    copy(hand)
    formats = board.mimeData().formats()
    assert board.text() == SAID
    assert "x-kde-passwordManagerHint" in formats
    assert any("ExcludeClipboardContentFromMonitorProcessing" in one for one in formats)
    # The same word copied again is asked for again.
    copy(hand)
    assert "x-kde-passwordManagerHint" in board.mimeData().formats()
