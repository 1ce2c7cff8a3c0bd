"""The window: its section list, keys, language and looks, its lock, and errors that nobody caught."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from borg_triage.app.settings import load
from borg_triage.storage.errors import VaultClosed
from borg_triage.ui import theme
from borg_triage.ui.pages import cases, interview, questions, unlock
from borg_triage.ui.uncaught import Hook
from borg_triage.ui.widgets.focus import Ring
from tests.ui.conftest import Hand, MakeHand
from tests.ui.outcome_support import cut_off

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def listed(hand: Hand) -> dict[str, str]:
    return {one.entry.title: one.entry.detail for one in hand.window.side.buttons}


def test_the_section_list_says_in_words_how_far_each_section_is(hand: Hand) -> None:
    case = hand.case()
    assert listed(hand)[hand.t("nav.section.screening")] == hand.t("nav.progress", answered=0, total=8)
    case.answer("ask.stress", "unknown")
    case.answer("ask.violence", "yes")
    hand.window.refresh()
    progress = hand.t("nav.progress", answered=2, total=8)
    assert listed(hand)[hand.t("nav.section.screening")] == hand.t("nav.progress.signal", progress=progress)
    assert listed(hand)[hand.t("nav.section.control")] == hand.t("nav.progress", answered=0, total=10)


def test_clicks_and_keys_go_from_section_to_section(hand: Hand) -> None:
    hand.case()
    hand.click(hand.window.side.buttons[3])
    assert hand.shows(hand.t("section.screening.title"))
    hand.press(Qt.Key.Key_PageDown, CTRL)
    assert hand.shows(hand.t("section.flags.title"))
    hand.press(Qt.Key.Key_PageUp, CTRL)
    assert hand.shows(hand.t("section.screening.title"))
    hand.press("3", ALT)
    assert hand.shows(hand.t("section.acute.title"))
    assert [one.isChecked() for one in hand.window.side.buttons].index(True) == 2


def test_the_level_waits_for_peoples_judgement_unless_it_is_certain_and_urgent(hand: Hand) -> None:
    case = hand.case()
    assert hand.shows(hand.t("side.not_judged"), hand.window.side)
    case.answer("flag.stalking", "yes")
    hand.window.refresh()
    hand.settle()
    high = hand.t("level.high.label")
    assert hand.shows(hand.t("side.at_least", level=high), hand.window.side)
    case.judge("elevated", "undetermined", "eerste indruk")
    hand.window.refresh()
    hand.settle()
    assert hand.shows(high, hand.window.side)
    assert not hand.shows(hand.t("side.at_least", level=high), hand.window.side)


def test_the_banner_moves_no_button_under_a_hand(hand: Hand) -> None:
    hand.case()
    hand.go("questions", section="flags", item="flag.strangulation")
    page = hand.window.page
    assert isinstance(page, questions.Page)
    button = page.rows["flag.strangulation"].input.target()
    before = button.mapToGlobal(button.rect().center()).y()
    hand.press("j")
    assert hand.window.urgent.isVisible()
    assert abs(button.mapToGlobal(button.rect().center()).y() - before) <= 2


def test_another_language_while_answering_keeps_place_and_answers(hand: Hand) -> None:
    case = hand.case()
    hand.go("questions", section="flags", item="flag.strangulation")
    hand.press("j")
    hand.press("l", CTRL)
    page = hand.window.page
    assert isinstance(page, questions.Page)
    assert hand.shows("Red flags")
    row = page.rows["flag.strangulation"]
    assert row.isAncestorOf(hand.window.focusWidget())
    hand.press("y")
    assert [entry.observation.value for entry in case.refresh().said_about("flag.strangulation")] == [
        "yes"
    ] * 2
    assert load().language == "en"
    assert hand.window.context.session is not None
    assert hand.window.context.session.language == "en"


@pytest.mark.parametrize("mode", ["dark", "contrast"])
def test_appearance_and_size_are_applied_at_once_and_kept(hand: Hand, mode: str) -> None:
    hand.case()
    for wanted in (hand.t(f"look.{mode}"), hand.t("look.zoom", percent=150)):
        (action,) = [one for one in hand.window.header.look_menu().actions() if one.text() == wanted]
        assert not action.isChecked()
        action.trigger()
        hand.settle()
        (action,) = [one for one in hand.window.header.look_menu().actions() if one.text() == wanted]
        assert action.isChecked()
    assert (theme.current().mode, theme.current().px(100)) == (mode, 150)
    assert (load().appearance, load().zoom) == (mode, 150)


def test_settings_hold_nothing_of_a_case(hand: Hand) -> None:
    hand.case()
    hand.window.choose(hand.window.context.settings._replace(zoom=125))
    (file,) = (hand.folder / "config").iterdir()
    kept = {"language", "appearance", "zoom", "vault_folder", "lock_after", "hide_from_capture"}
    assert set(json.loads(file.read_text("utf-8"))) == kept
    assert "Kastanje" not in file.read_text("utf-8")


@pytest.mark.parametrize(("zoom", "width"), [(200, 1366), (100, 800)])
def test_with_little_room_the_list_folds_into_one_line(make_hand: MakeHand, zoom: int, width: int) -> None:
    hand = make_hand(zoom=zoom)
    hand.case()
    hand.window.resize(width, 768)
    hand.settle()
    assert not hand.window.side.isVisible()
    select = hand.window.narrow.select
    assert select.isVisible()
    titles = [select.itemText(row) for row in range(select.count())]
    place = next(row for row, text in enumerate(titles) if text.startswith(hand.t("nav.section.flags")))
    here = select.currentIndex()
    select.setFocus()
    hand.press("z")
    hand.press(Qt.Key.Key_Down)
    for _ in range(place - here):
        hand.press(Qt.Key.Key_Down)
    assert select.currentIndex() == here
    hand.press(Qt.Key.Key_Return)
    assert hand.shows(hand.t("section.flags.title"))
    assert select.currentText().startswith(hand.t("nav.section.flags"))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_beside_a_long_badge_the_name_of_a_section_is_read(make_hand: MakeHand, language: str) -> None:
    hand = make_hand(language)
    case = hand.case()
    hand.window.resize(420, 768)
    hand.go("handover")
    narrow = hand.window.narrow
    assert narrow.select.y() == narrow.back.y()
    case.answer("flag.strangulation", "yes")
    hand.window.refresh()
    hand.settle()
    assert narrow.badge is not None
    assert narrow.select.y() > narrow.badge.geometry().bottom()
    name = narrow.select.currentText()
    assert narrow.select.width() > narrow.select.fontMetrics().horizontalAdvance(name) + 50
    assert cut_off(narrow) == []
    hand.window.resize(800, 768)
    hand.settle()
    assert narrow.select.y() == narrow.back.y()


@pytest.mark.parametrize(("zoom", "width"), [(100, 420), (200, 840)])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_window_may_be_narrow_and_keeps_every_button_of_its_header(
    make_hand: MakeHand, language: str, zoom: int, width: int
) -> None:
    hand = make_hand(language, zoom=zoom)
    hand.session()
    hand.window.resize(width, 768)
    hand.settle()
    assert hand.window.width() == width
    header = hand.window.header
    row = [header.name, header.language, header.look, header.help, header.lock, header.acute]
    assert all(left.geometry().right() < right.x() for left, right in pairwise(row))
    assert header.acute.geometry().right() < width
    assert header.acute.text() == hand.t("header.acute")
    hand.window.tell_of_backup(OSError())
    hand.settle()
    assert hand.window.errors.isVisible()
    assert cut_off(hand.window) == []
    hand.window.resize(1366, 768)
    hand.settle()
    assert header.lock.text() == hand.t("header.lock")


def test_locking_closes_the_vault_and_shows_nothing_of_it(hand: Hand) -> None:
    case = hand.case()
    hand.click(hand.window.header.lock)
    assert isinstance(hand.window.page, unlock.Page)
    assert not hand.shows("Kastanje")
    assert hand.window.context.case is None
    with pytest.raises(VaultClosed):
        case.answer("ask.stress", "yes")
    assert not hand.window.header.lock.isVisible()


def test_back_leads_to_the_cases(hand: Hand) -> None:
    hand.case()
    hand.click(hand.window.side.back)
    assert isinstance(hand.window.page, cases.Page)


def test_closing_the_window_closes_the_vault(hand: Hand) -> None:
    case = hand.case()
    hand.window.close()
    with pytest.raises(VaultClosed):
        case.answer("ask.stress", "yes")


def test_an_error_that_nobody_caught_is_said_and_the_page_shows_what_is_stored(
    hand: Hand, qtbot: QtBot, capfd: pytest.CaptureFixture[str]
) -> None:
    hand.case()
    hand.go("questions", section="flags")
    page = hand.window.page
    hook = Hook(hand.window.caught)
    hook.install()
    QTimer.singleShot(0, hand.window, _look_for_a_street)
    qtbot.waitUntil(lambda: hand.window.errors.notice is not None)
    hook.remove()
    assert capfd.readouterr().err == "borg-triage: KeyError (-)\n"
    assert hand.shows(hand.t("error.unexpected", kind="KeyError"))
    assert hand.window.page is not page
    assert "Kastanje" not in " ".join(hand.texts(hand.window.errors))
    # The page that shows anew does not take the keyboard from it.
    hand.settle()
    hand.press(Qt.Key.Key_Space)
    assert hand.window.errors.notice is None


def _look_for_a_street() -> None:
    print(dict[str, str]()["Kastanjelaan 12"])


def test_the_keys_are_told(hand: Hand) -> None:
    hand.case()
    hand.press(Qt.Key.Key_F1)
    panel = QApplication.activeModalWidget()
    assert panel is not None
    for key in ("answers", "sections", "door"):
        assert hand.shows(hand.t(f"help.key.{key}.text"), panel)
    hand.press(Qt.Key.Key_Escape)
    assert isinstance(hand.window.page, interview.Page)


def test_the_ring_lies_around_what_has_the_keyboard(hand: Hand) -> None:
    hand.case()
    hand.go("questions", section="screening")
    for _ in range(3):
        hand.press(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        rings = [ring for ring in hand.window.findChildren(Ring) if ring.isVisible()]
        assert len(rings) == 1
        around = rings[0].rect().translated(rings[0].mapToGlobal(rings[0].rect().topLeft()))
        inside = focused.rect().translated(focused.mapToGlobal(focused.rect().topLeft()))
        assert around.contains(inside)
        assert around.width() - inside.width() == 8


def test_every_control_has_an_accessible_name(hand: Hand) -> None:
    hand.case()
    for page, args in (
        ("cases", {"new": True}),
        ("interview", {}),
        ("questions", {"section": "context"}),
        ("door", {}),
    ):
        hand.go(page, **args)
        controls = [
            one
            for one in QApplication.allWidgets()
            if one.isVisible() and one.window() is hand.window and one.focusPolicy() != Qt.FocusPolicy.NoFocus
        ]
        nameless = [
            one
            for one in controls
            if not one.accessibleName() and type(one).__name__ not in {"MainWindow", "Page", "QScrollBar"}
        ]
        assert not nameless, (page, nameless)
