"""What locks by itself: nobody there, the machine asleep; and what is left running."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import QPoint, Qt, QThread, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from borg_triage.app.settings import LOCK_AFTER, load
from borg_triage.storage.errors import VaultClosed
from borg_triage.ui.guard.away import Slept
from borg_triage.ui.guard.idle import Idle
from borg_triage.ui.guard.reasons import TOLD, Reason
from borg_triage.ui.pages import cases, unlock
from tests.ui.conftest import Hand, MakeHand
from tests.ui.guard_support import Seconds, pass_, reason, warnings, why_locked, with_clock

# ---------------------------------------------------------------- nobody there


def test_after_five_minutes_without_a_hand_it_locks_and_later_says_why(hand: Hand) -> None:
    case = hand.case()
    clock = with_clock(hand)
    pass_(hand, clock, 4 * 60)
    assert hand.window.cover is None
    pass_(hand, clock, 61)
    assert hand.window.cover is not None
    assert hand.window.windowTitle() == hand.t("cover.title")
    with pytest.raises(VaultClosed):
        case.answer("ask.stress", "yes")
    said = reason(hand)
    assert why_locked(hand, "idle") in said
    assert "5 minuten" in said
    assert "Kastanje" not in said


@pytest.mark.parametrize("touch", ["key", "mouse", "wheel", "page"])
def test_any_touch_begins_the_time_anew(hand: Hand, touch: str) -> None:
    hand.case()
    clock = with_clock(hand)
    for _ in range(3):
        pass_(hand, clock, 4 * 60)
        match touch:
            case "key":
                hand.press("x")
            case "mouse":
                QTest.mouseMove(hand.window.windowHandle(), QPoint(300, 300 + int(clock.now) % 50))
            case "wheel":
                QTest.wheelEvent(hand.window.windowHandle(), QPoint(400, 400), QPoint(0, -120))
            case "page":
                hand.go("door")
        hand.settle()
    assert hand.window.cover is None
    pass_(hand, clock, 5 * 60)
    assert hand.window.cover is not None


def test_a_hand_in_a_panel_counts(hand: Hand) -> None:
    hand.case()
    clock = with_clock(hand)
    hand.press(Qt.Key.Key_F12)
    pass_(hand, clock, 4 * 60)
    hand.press(Qt.Key.Key_Tab)
    pass_(hand, clock, 4 * 60)
    assert hand.window.cover is None


def test_it_is_said_twenty_seconds_before_and_moves_nothing(hand: Hand) -> None:
    hand.case()
    clock = with_clock(hand)
    page = hand.window.page
    assert page is not None
    before = page.geometry()
    pass_(hand, clock, 4 * 60 + 39)
    assert not warnings(hand)
    pass_(hand, clock, 2)
    (soon,) = warnings(hand)
    assert hand.t("lock.soon", seconds=20) in hand.texts(soon)
    assert soon.geometry().bottom() < hand.window.height()
    assert page.geometry() == before
    assert not soon.findChildren(QTimer)
    pass_(hand, clock, 10)
    assert len(warnings(hand)) == 1
    hand.press("x")
    assert not warnings(hand)
    pass_(hand, clock, 4 * 60 + 30)
    assert hand.window.cover is None


def test_the_warning_lies_over_a_panel(hand: Hand) -> None:
    hand.case()
    clock = with_clock(hand)
    hand.press(Qt.Key.Key_F1)
    panel = QApplication.activeModalWidget()
    pass_(hand, clock, 4 * 60 + 45)
    (soon,) = warnings(hand)
    assert soon.window() is panel
    pass_(hand, clock, 20)
    assert hand.window.cover is not None


def test_the_timer_itself_locks(qapp: QApplication, qtbot: QtBot) -> None:
    locked: list[bool] = []
    idle = Idle(qapp, time.monotonic, lambda _on: None, lambda: locked.append(True))
    idle.start(0)
    qtbot.waitUntil(lambda: locked == [True], timeout=2000)


def test_without_a_vault_nothing_is_counted(hand: Hand) -> None:
    clock = with_clock(hand)
    pass_(hand, clock, 3600)
    assert hand.window.cover is None
    assert isinstance(hand.window.page, unlock.Page)


def test_the_time_is_chosen_in_the_menu_and_holds_at_once(hand: Hand) -> None:
    hand.case()
    clock = with_clock(hand)
    menu = hand.window.header.look_menu()
    (after,) = [one.menu() for one in menu.actions() if one.text() == hand.t("lock.after")]
    texts = hand.window.context.texts
    assert [one.text() for one in after.actions()] == [
        texts.plural("lock.after.minutes", minutes) for minutes in LOCK_AFTER
    ]
    assert [one.isChecked() for one in after.actions()] == [minutes == 5 for minutes in LOCK_AFTER]
    after.actions()[1].trigger()
    assert load().lock_after == 2
    pass_(hand, clock, 2 * 60 + 1)
    assert why_locked(hand, "idle", 2) in reason(hand)


# ---------------------------------------------------------------- why


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_unlock_page_says_why_in_one_line_and_keeps_it_in_another_language(
    make_hand: MakeHand, language: str
) -> None:
    hand = make_hand(language)
    for why in TOLD:
        hand.session()
        hand.window.lock(why)
        assert why_locked(hand, why) in reason(hand)
        page = hand.window.page
        assert isinstance(page, unlock.Page)
        assert not page.making
        assert hand.window.isAncestorOf(hand.window.focusWidget())
    hand.press("l", Qt.KeyboardModifier.ControlModifier)
    assert hand.window.context.language != language
    assert hand.shows(why_locked(hand, TOLD[-1]))


@pytest.mark.parametrize("why", ["asked", "hidden"])
def test_what_was_done_on_purpose_is_not_explained(hand: Hand, why: Reason) -> None:
    hand.session()
    hand.window.lock(why)
    if hand.window.cover is not None:
        hand.click(hand.window.cover.go_on)
    page = hand.window.page
    assert isinstance(page, unlock.Page)
    assert not [one for one in TOLD if hand.shows(why_locked(hand, one))]


# ---------------------------------------------------------------- asleep


@pytest.mark.parametrize(
    ("by_day", "lived", "tells"),
    [
        (2, 2, False),
        (9, 2, False),
        (-3600, 2, False),
        (3600, 2, True),
        (3600, 3600, True),
        (20, 3, True),
        (2, 30, True),
    ],
)
def test_a_sleep_shows_in_the_clocks(qapp: QApplication, by_day: float, lived: float, tells: bool) -> None:
    told: list[str] = []
    wall, steady = Seconds(), Seconds()
    slept = Slept(qapp, told.append, wall, steady)
    slept.look()
    wall.now += by_day
    steady.now += lived
    slept.look()
    slept.look()
    slept.stop()
    assert told == (["asleep"] if tells else [])


def test_a_program_that_was_halted_locks_when_it_goes_on(
    hand: Hand, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = hand.case()
    assert hand.window.guard is not None
    # Half a minute that the window's thread did not live through, as the clocks tell it.
    real = time.time
    monkeypatch.setattr(hand.window.guard.slept, "_wall", lambda: real() + 30)
    qtbot.waitUntil(lambda: hand.window.cover is not None, timeout=5000)
    with pytest.raises(VaultClosed):
        case.answer("ask.stress", "yes")
    assert why_locked(hand, "asleep") in reason(hand)


# ---------------------------------------------------------------- nothing is left behind


def test_after_locking_and_after_closing_no_timer_and_no_thread_goes_on(hand: Hand, qtbot: QtBot) -> None:
    threads, grounds = set(threading.enumerate()), set(QApplication.topLevelWidgets())
    hand.case()
    hand.window.lock("hidden")
    qtbot.wait(150)
    hand.settle()
    running = [one for one in hand.window.findChildren(QTimer) if one.isActive()]
    assert hand.window.guard is not None
    # Only the clocks are still compared, and garbage collected.
    assert {one.parent() for one in running} == {hand.window.guard.slept, hand.window.guard.garbage}
    assert set(QApplication.topLevelWidgets()) <= grounds
    hand.window.close()
    hand.settle()
    assert not [one for one in hand.window.findChildren(QTimer) if one.isActive()]
    qtbot.waitUntil(lambda: set(threading.enumerate()) <= threads, timeout=3000)
    assert not hand.window.findChildren(QThread)
    assert hand.window.guard is None


def test_a_vault_can_be_opened_again_after_each_lock(hand: Hand) -> None:
    for why in ("hidden", "asked", "idle", "drive", "share"):
        hand.session()
        assert isinstance(hand.window.page, cases.Page)
        assert hand.window.cover is None
        assert hand.window.windowTitle() == hand.t("app.name")
        hand.window.lock(why)  # type: ignore[arg-type]
        hand.settle()


@pytest.mark.parametrize("why", ["hidden", "asked"])
def test_a_page_that_is_locked_before_it_began_does_not_begin(hand: Hand, why: Reason) -> None:
    """What it would ask of the case is gone by then: that would be an error that nobody caught."""
    hand.case()
    hand.window.go("questions", section="screening")
    hand.window.lock(why)
    hand.settle()
    assert hand.window.context.case is None
