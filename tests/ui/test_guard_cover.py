"""Escape twice: from anywhere, at once, and nothing of a case is left to see."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from borg_triage.app.session import CaseSession, Session
from borg_triage.storage.errors import VaultClosed
from borg_triage.ui.guard.cover import Cover
from borg_triage.ui.guard.presses import TWICE
from borg_triage.ui.pages import interview, unlock
from tests.ui.conftest import PASSPHRASE, WORKER, Hand, MakeHand

ESCAPE = Qt.Key.Key_Escape
PAGES = [
    *("cases", "interview", "door", "judgement", "result", "gate", "handover"),
    *(f"questions:{section}" for section in ("acute", "flags", "control", "context", "care")),
]
BUDGET_S = 0.1


def twice(hand: Hand) -> None:
    hand.press(ESCAPE)
    hand.press(ESCAPE)


def show(hand: Hand, page: str) -> None:
    name, _, section = page.partition(":")
    hand.go(name, **({"section": section} if section else {}))


def answer_much(case: CaseSession, number: int) -> None:
    """That many answers, each with a note."""
    items = [item for item in case.ready.instrument.items if item.kind == "yes_no"]
    for item in (items * 2)[:number]:
        case.answer(item.id, item.worse, note=f"Kastanje zei dit over {item.id}")


def screen(hand: Hand) -> QImage:
    """What the system was last given to show, where the window is."""
    at = hand.window.geometry()
    shot = hand.window.screen().grabWindow(0, at.x(), at.y(), at.width(), at.height())
    return shot.toImage().convertToFormat(QImage.Format.Format_RGB32)


def assert_covered(hand: Hand, case: CaseSession | None = None) -> Cover:
    """The cover shows, and it alone."""
    window = hand.window
    cover = window.cover
    assert cover is not None
    assert cover.isVisible()
    assert cover.isEnabled()
    assert window.isEnabled()
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible()] == [window]
    seen = [one for one in QApplication.allWidgets() if one.isVisible()]
    assert [one for one in seen if one not in {window, cover} and not cover.isAncestorOf(one)] == []
    assert sorted(hand.texts()) == sorted([hand.t("cover.text"), hand.t("cover.go_on")])
    assert window.windowTitle() == hand.t("cover.title")
    assert window.windowHandle().title() == hand.t("cover.title")
    assert hand.t("app.name").casefold() not in window.windowTitle().casefold()
    assert window.context.session is None
    assert window.context.case is None
    assert window.page is None
    if case is not None:
        with pytest.raises(VaultClosed):
            case.answer("ask.stress", "yes")
    return cover


@pytest.mark.parametrize("page", PAGES)
def test_escape_twice_covers_every_page_and_closes_the_vault(hand: Hand, page: str) -> None:
    case = hand.case()
    show(hand, page)
    shown = hand.window.page
    twice(hand)
    assert_covered(hand, case)
    hand.settle()
    QTest.qWait(80)
    hand.settle()
    assert shown is not None
    assert not isValid(shown)


def test_the_way_back_leads_to_the_unlock_page(hand: Hand) -> None:
    hand.case()
    hand.window.context.drafts["answer"] = {"note": "half"}
    old = hand.window.context
    twice(hand)
    assert old.drafts == {}
    cover = assert_covered(hand)
    hand.click(cover.go_on)
    assert isinstance(hand.window.page, unlock.Page)
    assert not hand.window.page.making
    assert hand.window.windowTitle() == hand.t("app.name")
    assert hand.window.cover is None
    assert hand.window.context.drafts == {}


def test_by_keyboard_the_way_back_takes_two_keys_and_no_one_hits_it_by_typing_on(hand: Hand) -> None:
    hand.case()
    twice(hand)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, ESCAPE, Qt.Key.Key_F1, Qt.Key.Key_F12, Qt.Key.Key_J):
        hand.press(key)
    hand.press("l", Qt.KeyboardModifier.ControlModifier)
    hand.press("1", Qt.KeyboardModifier.AltModifier)
    assert_covered(hand)
    hand.press(Qt.Key.Key_Tab)
    hand.press(Qt.Key.Key_Space)
    assert isinstance(hand.window.page, unlock.Page)


def test_one_escape_does_what_it_did_and_two_slow_ones_do_too(hand: Hand) -> None:
    hand.case()
    hand.press(Qt.Key.Key_F12)
    assert QApplication.activeModalWidget() is not None
    hand.press(ESCAPE)
    assert QApplication.activeModalWidget() is None
    QTest.qWait(TWICE + 60)
    hand.press(ESCAPE)
    assert hand.window.cover is None
    assert isinstance(hand.window.page, interview.Page)


def test_another_key_between_the_two_is_no_double_press(hand: Hand) -> None:
    hand.case()
    hand.press(ESCAPE)
    hand.press("x")
    hand.press(ESCAPE)
    assert hand.window.cover is None


def test_a_key_held_down_is_one_press(hand: Hand) -> None:
    hand.case()
    hand.press(ESCAPE)
    handle = hand.window.windowHandle()
    for _ in range(5):
        again = QKeyEvent(QEvent.Type.KeyPress, ESCAPE, Qt.KeyboardModifier.NoModifier, "", True)
        QApplication.sendEvent(handle, again)
    hand.settle()
    assert hand.window.cover is None


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_F12])
def test_a_panel_is_covered_too_whichever_press_closes_it(hand: Hand, key: Qt.Key) -> None:
    case = hand.case()
    hand.press(key)
    panel = QApplication.activeModalWidget()
    assert panel is not None
    twice(hand)
    assert_covered(hand, case)
    assert not isValid(panel)


def test_a_panel_that_was_open_when_the_time_was_up_goes_before_the_cover_shows(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = hand.case()
    hand.press(Qt.Key.Key_F12)
    panel = QApplication.activeModalWidget()
    assert panel is not None
    (select,) = panel.findChildren(QComboBox)
    select.showPopup()
    hand.settle()
    seen: list[set[QWidget]] = []
    repaint = Cover.repaint

    def noted(cover: Cover) -> None:
        repaint(cover)
        seen.append({one for one in QApplication.topLevelWidgets() if one.isVisible()})

    monkeypatch.setattr(Cover, "repaint", noted)
    hand.window.lock("idle")
    assert seen == [{hand.window}]
    hand.settle()
    assert_covered(hand, case)
    assert not isValid(panel)


def test_a_list_that_dropped_down_is_covered(make_hand: MakeHand) -> None:
    hand = make_hand(zoom=200)
    case = hand.case()
    select = hand.window.narrow.select
    select.showPopup()
    hand.settle()
    assert select.view().isVisible()
    twice(hand)
    assert_covered(hand, case)


def test_a_list_in_a_panel_is_covered(hand: Hand) -> None:
    case = hand.case()
    hand.press(Qt.Key.Key_F12)
    panel = QApplication.activeModalWidget()
    assert panel is not None
    (select,) = panel.findChildren(QComboBox)
    select.showPopup()
    hand.settle()
    twice(hand)
    assert_covered(hand, case)


def test_a_text_being_written_is_covered(hand: Hand) -> None:
    case = hand.case()
    hand.go("judgement")
    page = hand.window.page
    assert page is not None
    field = next(iter(page.findChildren(QPlainTextEdit)), None) or page.findChildren(QLineEdit)[0]
    field.setFocus()
    hand.settle()
    assert field.hasFocus()
    hand.write("zij vertelde")
    twice(hand)
    assert_covered(hand, case)


def test_a_tool_tip_goes_with_it(hand: Hand) -> None:
    hand.case()
    QToolTip.showText(hand.window.mapToGlobal(hand.window.rect().center()), "Kastanje", hand.window)
    hand.settle()
    twice(hand)
    assert not [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not hand.window]


def in_a_loop_of_its_own(qtbot: QtBot, opens: Callable[[], object], then: Callable[[], object]) -> None:
    """As in the program: from its loop something opens that waits for its own end; meanwhile a hand acts."""
    ended: list[bool] = []

    def run() -> None:
        opens()
        ended.append(True)

    QTimer.singleShot(0, run)
    QTimer.singleShot(150, then)
    qtbot.waitUntil(lambda: bool(ended), timeout=5000)


def test_a_menu_that_waits_for_its_end_ends(hand: Hand, qtbot: QtBot) -> None:
    case = hand.case()
    menus: list[QMenu] = []

    def opens() -> None:
        menu = hand.window.header.look_menu()
        menus.append(menu)
        menu.exec(hand.window.mapToGlobal(hand.window.rect().center()))

    in_a_loop_of_its_own(qtbot, opens, lambda: twice(hand))
    hand.settle()
    assert menus
    assert_covered(hand, case)


def test_a_file_dialog_that_waits_on_a_page_ends_before_its_page_goes(hand: Hand, qtbot: QtBot) -> None:
    case = hand.case()
    hand.go("handover")
    page = hand.window.page
    assert page is not None
    chosen: list[str] = []

    def opens() -> None:
        dialog = QFileDialog(page, "x", str(hand.folder))
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        if dialog.exec():
            chosen.append("something")

    def asleep() -> None:
        assert QApplication.activeModalWidget() is not None
        hand.window.lock("asleep")
        assert isValid(page)

    in_a_loop_of_its_own(qtbot, opens, asleep)
    assert chosen == []
    qtbot.waitUntil(lambda: not isValid(page), timeout=3000)
    assert_covered(hand, case)


def test_a_page_waits_for_a_dialog_of_the_system_that_is_slow_to_end(hand: Hand, qtbot: QtBot) -> None:
    case = hand.case()
    page = hand.window.page
    returned: list[bool] = []

    def opens() -> None:
        loop = QEventLoop()
        QTimer.singleShot(500, loop.quit)
        loop.exec()
        returned.append(isValid(page))

    in_a_loop_of_its_own(qtbot, opens, lambda: hand.window.lock("asleep"))
    assert returned == [True]
    qtbot.waitUntil(lambda: not isValid(page), timeout=3000)
    assert_covered(hand, case)


def test_a_case_with_a_hundred_answers_is_covered_within_a_tenth_of_a_second(
    hand: Hand, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    case = hand.case()
    answer_much(case, 100)
    assert len(case.view.recorded) >= 100
    path, case_id = case.session.vault.path, case.id
    painted: list[float] = []
    shown: list[QImage] = []
    repaint = Cover.repaint

    def noted(cover: Cover) -> None:
        repaint(cover)
        painted.append(time.perf_counter())
        shown.append(screen(hand))

    monkeypatch.setattr(Cover, "repaint", noted)
    took: list[float] = []
    for number in range(20):
        show(hand, PAGES[number % len(PAGES)])
        hand.press(ESCAPE)
        began = time.perf_counter()
        QTest.keyClick(QGuiApplication.focusWindow() or hand.window.windowHandle(), ESCAPE)
        took.append(painted[-1] - began)
        cover = hand.window.cover
        assert cover is not None
        assert shown[-1] == cover.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        hand.settle()
        session = Session.open(path, PASSPHRASE, WORKER, clock=hand.clock)
        hand.window.enter(session)
        hand.window.open_case(session.open_case(case_id))
        hand.settle()
    record_property("median_ms", statistics.median(took) * 1000)
    record_property("worst_ms", max(took) * 1000)
    print(f"to the cover: median {statistics.median(took) * 1000:.1f} ms, worst {max(took) * 1000:.1f} ms")
    assert len(painted) == 20
    assert statistics.median(took) < BUDGET_S
    # Another program may have the machine just then: once, and not for long.
    assert sum(one > BUDGET_S for one in took) <= 1
    assert max(took) < 2.5 * BUDGET_S
