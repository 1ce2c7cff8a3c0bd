"""The list of cases."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage, QRegion
from pytestqt.qtbot import QtBot

from borg_triage.app.examples import enter, read_example
from borg_triage.app.session import Session
from borg_triage.ui.pages import cases, interview
from tests.ui.conftest import PASSPHRASE, WORKER, Hand, MakeHand
from tests.ui.outcome_support import cut_off


def page_of(hand: Hand) -> cases.Page:
    page = hand.window.page
    assert isinstance(page, cases.Page)
    return page


def names(page: cases.Page) -> list[str]:
    return [page.model.index(row).data() for row in range(page.model.rowCount())]


def three_cases(hand: Hand) -> None:
    session = hand.session()
    for name in ("Zonnebloem", "Appelboom", "Rivier"):
        case = session.new_case(name, "police")
        if name == "Appelboom":
            case.answer("acute.danger_now", "yes")
    hand.go("cases")


def test_the_most_urgent_stands_first_with_its_level_in_words(hand: Hand) -> None:
    three_cases(hand)
    page = page_of(hand)
    assert names(page)[0] == "Appelboom"
    line = page.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert hand.t("level.acute.label") in line
    assert hand.t("cases.due.now") in line


def test_typing_searches_and_enter_opens_the_first(hand: Hand, qtbot: QtBot) -> None:
    three_cases(hand)
    page = page_of(hand)
    hand.write("rivi")
    qtbot.waitUntil(lambda: names(page) == ["Rivier"])
    hand.press(Qt.Key.Key_Return)
    assert hand.window.context.opened.view.pseudonym == "Rivier"
    assert isinstance(hand.window.page, interview.Page)


def test_enter_straight_after_typing_opens_what_was_typed(hand: Hand) -> None:
    three_cases(hand)
    hand.write("zonne")
    hand.press(Qt.Key.Key_Return)
    assert hand.window.context.opened.view.pseudonym == "Zonnebloem"


def test_the_arrow_leads_into_the_list_and_enter_opens(hand: Hand) -> None:
    three_cases(hand)
    hand.press(Qt.Key.Key_Down)
    assert page_of(hand).list.hasFocus()
    hand.press(Qt.Key.Key_Return)
    assert hand.window.context.opened.view.pseudonym == "Appelboom"


def test_nothing_found_is_said(hand: Hand, qtbot: QtBot) -> None:
    three_cases(hand)
    page = page_of(hand)
    hand.write("xyz")
    qtbot.waitUntil(page.empty.isVisible)
    assert page.empty.text() == hand.t("cases.none_found")


def test_a_list_longer_than_one_reading_goes_on_when_scrolled(hand: Hand) -> None:
    session = hand.session()
    for number in range(130):
        session.new_case(f"Zaak {number:03}", "police")
    hand.go("cases")
    page = page_of(hand)
    assert page.model.rowCount() == 100
    page.list.scrollToBottom()
    hand.settle()
    assert page.model.rowCount() == 130


def test_a_new_case_needs_a_name_and_a_place_to_work(hand: Hand) -> None:
    hand.session()
    hand.click(page_of(hand).new)
    form = page_of(hand).form
    assert form is not None
    hand.click(form.start)
    assert hand.shows(hand.t("cases.error.no_group"))
    hand.click(form.group.rows["shelter"])
    hand.click(form.start)
    assert hand.shows(hand.t("cases.error.pseudonym_empty"))
    form.pseudonym.setFocus()
    hand.write("Kastanje")
    hand.press(Qt.Key.Key_Return)
    view = hand.window.context.opened.view
    assert (view.pseudonym, view.user_group) == ("Kastanje", "shelter")


def test_saved_answers_that_are_missing_are_told_first(hand: Hand, tmp_path: Path) -> None:
    three_cases(hand)
    assert not hand.shows(hand.t("vault.lost.title"))
    session = hand.window.context.session
    assert session is not None
    vault = session.vault.path
    session.new_case("Laatste", "police")
    # As a kill leaves it, with one wrong bit in what was stored last.
    for path in vault.parent.glob(f"{vault.name}*"):
        copy = tmp_path / path.name.replace("zaken", "kopie")
        content = bytearray(path.read_bytes())
        if path.name.endswith("-wal"):
            content[-100] ^= 1
        copy.write_bytes(content)
    session.close()
    hand.window.enter(Session.open(tmp_path / "kopie.borgvault", PASSPHRASE, WORKER))
    hand.settle()
    assert "Laatste" not in names(page_of(hand))
    assert hand.shows(hand.t("vault.lost.title"))
    # What is gone first, then what to do; how it came about last.
    lines = hand.texts()[hand.texts().index(hand.t("vault.lost.title")) :]
    assert [line.split()[0] for line in lines[1:5]] == ["Wat", "Kijk", "Er", "Hoe"]


def test_the_name_of_a_file_cuts_no_text_off_in_a_narrow_window(hand: Hand) -> None:
    hand.session()
    hand.window.resize(420, 768)
    name = "team-oost.000000022.20261118T090000Z.borgvault"
    hand.go("cases", done=hand.t("unlock.restore.done.aside", file=f"C:\\Users\\jan\\Documents\\{name}"))
    assert hand.window.page is not None
    assert cut_off(hand.window.page) == []
    (said,) = (text for text in hand.texts() if name in text)
    assert said.isprintable()


@pytest.mark.parametrize(("zoom", "narrow"), [(100, 420), (200, 840)])
def test_in_a_narrow_window_every_line_stands_clear_of_the_badge(
    make_hand: MakeHand, zoom: int, narrow: int
) -> None:
    hand = make_hand(zoom=zoom)
    case = enter(read_example("child-says-mother-denies"), hand.session(), "Roodborst 2")
    case.judge("high", "intimate_terror_possible", "zo lijkt het")

    def badge(width: int) -> QImage:
        hand.window.resize(width, 768)
        hand.go("cases")
        view = page_of(hand).list
        row = view.visualRect(page_of(hand).model.index(0))
        size = QSize(row.width(), row.height())
        picture = QImage(size, QImage.Format.Format_RGB32)
        view.viewport().render(picture, QPoint(0, 0), QRegion(row))
        # At the right the whole badge, and some room below it.
        return picture.copy(size.width() - zoom, 0, zoom, 44 * zoom // 100)

    assert badge(1366) == badge(narrow)
