"""What the list of cases says of terms, by real clicks: near one, gone by itself, and the ways there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from borg_triage.app import case_care
from borg_triage.app.retention import change_period
from borg_triage.app.session import Session
from borg_triage.storage.errors import NoSpace
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.vault import Vault
from borg_triage.ui.guard.locking import revoke
from borg_triage.ui.pages import cases, due, file, handover, terms, vault_care
from borg_triage.ui.widgets.basics import Notice
from tests.storage.refusals import undeletable
from tests.ui.conftest import Hand, MakeHand
from tests.ui.due_support import handed_over, next_opening
from tests.ui.file_support import click
from tests.ui.outcome_support import cut_off, unnamed
from tests.ui.vault_support import COLLEAGUE, THEIRS

SOURCE = "besluit van het bestuur"


def listed(hand: Hand) -> cases.Page:
    hand.window.open_case(None)
    hand.settle()
    page = hand.window.page
    assert isinstance(page, cases.Page)
    return page


# ---------------------------------------------------------------- reminders


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_is_near_its_term_or_long_untouched_is_said_and_leads_to_the_page(
    make_hand: MakeHand, language: str
) -> None:
    hand = make_hand(language)
    session = hand.session()
    soon = session.new_case("Beuk", "shelter")
    soon.close_case()
    session.new_case("Es", "shelter")
    acting = session.logbook.acting()
    change_period(session.vault, acting, "shelter", "erased", "P60D", SOURCE)
    change_period(session.vault, acting, "shelter", "idle", "P40D", SOURCE)
    assert listed(hand).due.notice is None
    hand.clock.pass_(days=35)
    page = listed(hand)
    texts = hand.window.context.texts
    assert hand.shows(texts.plural("due.notice.soon", 1), page.due)
    assert not hand.shows(texts.plural("due.notice.idle", 1), page.due)
    assert page.due.notice is not None
    assert page.due.notice.property("ground") != "elevated"
    hand.clock.pass_(days=10)
    page = listed(hand)
    assert hand.shows(texts.plural("due.notice.idle", 1), page.due)
    assert (cut_off(hand.window), unnamed(hand.window)) == ([], [])
    click(hand, page.due.show_them)
    found = hand.window.page
    assert isinstance(found, due.Page)
    assert [row.case.pseudonym for row in found.rows] == ["Beuk", "Es"]


def test_a_term_for_reminding_moves_the_reminder(hand: Hand) -> None:
    session = hand.session()
    session.new_case("Beuk", "shelter").close_case()
    acting = session.logbook.acting()
    change_period(session.vault, acting, "shelter", "erased", "P60D", SOURCE)
    change_period(session.vault, acting, "shelter", "remind", "P10D", SOURCE)
    hand.clock.pass_(days=49)
    assert listed(hand).due.notice is None
    hand.clock.pass_(days=1)
    assert hand.shows("Van 1 zaak is de termijn bijna om.", listed(hand).due)


def test_the_page_is_always_reached_from_the_terms_and_from_the_vault(hand: Hand) -> None:
    session = hand.session()
    case = session.new_case("Beuk", "shelter")
    case_care.hold(case, "er loopt een klacht")
    hand.go("vault")
    page = hand.window.page
    assert isinstance(page, vault_care.Page)
    click(hand, page.terms.due)
    assert isinstance(hand.window.page, due.Page)
    hand.go("terms")
    page_of_terms = hand.window.page
    assert isinstance(page_of_terms, terms.Page)
    click(hand, page_of_terms.due)
    assert isinstance(hand.window.page, due.Page)


def test_nearly_over_is_not_said_to_be_erased_by_itself(hand: Hand) -> None:
    session = hand.session()
    case = session.new_case("Beuk", "shelter")
    case.close_case()
    change_period(session.vault, session.logbook.acting(), "shelter", "erased", "P60D", SOURCE)
    hand.clock.pass_(days=40)
    hand.window.open_case(case)
    hand.go("file")
    page = hand.window.page
    assert isinstance(page, file.Page)
    assert hand.shows("De termijn is bijna om", page.keeping)
    assert not hand.shows("gewist", page.keeping)


# ---------------------------------------------------------------- working copies


def test_what_follows_is_said_with_its_day_before_one_confirms(hand: Hand) -> None:
    session = hand.session()
    case = handed_over(session)
    hand.window.open_case(case)
    hand.go("handover")
    page = hand.window.page
    assert isinstance(page, handover.Page)
    assert page.arrived is not None
    assert hand.shows("wist het programma de zaak hier op 20 december 2026 zelf", page.arrived)
    hand.go("file")
    kept = hand.window.page
    assert isinstance(kept, file.Page)
    assert hand.shows("wist het programma de zaak hier op 20 december 2026 zelf", kept.keeping)
    case.answer("flag.stalking", "yes")
    hand.go("handover")
    page = hand.window.page
    assert isinstance(page, handover.Page)
    assert page.arrived is not None
    assert hand.shows("op 20 december 2026 komt ze op de lijst, en beslist u", page.arrived)
    assert page.arrived.confirm is not None
    click(hand, page.arrived.confirm)
    assert hand.shows("U beslist; de werkkopie kan weg vanaf 20 december 2026", page.arrived)
    # The keyboard stays here, and a screen reader says what was recorded.
    assert page.arrived.hasFocus()
    assert page.arrived.accessibleName() in hand.texts(page.arrived)


def test_what_follows_is_said_with_its_day_before_one_makes_it_a_working_copy(hand: Hand) -> None:
    case = handed_over(hand.session())
    case_care.set_working_copy(case, working_copy=False)
    hand.window.open_case(case)
    hand.go("file")
    page = hand.window.page
    assert isinstance(page, file.Page)
    assert hand.shows("Een werkkopie mag weg, 30 dagen na", page.keeping)
    case_care.confirm_hand_over(case)
    hand.clock.pass_(days=40)
    hand.go("file")
    page = hand.window.page
    assert isinstance(page, file.Page)
    # Its day has passed: not today, but tomorrow.
    assert hand.shows("wist het programma de zaak op 31 december 2026 zelf", page.keeping)
    click(hand, page.keeping.buttons["copy.turn_on"])
    page = hand.window.page
    assert isinstance(page, file.Page)
    assert hand.shows("het programma wist deze werkkopie op 31 december 2026", page.keeping)
    assert case.session.vault.cases.count() == 1


@pytest.mark.parametrize(
    ("ticked", "said", "after"),
    [
        (False, "maar de overdracht liet iets weg. Dat staat misschien alleen hier.", "U beslist"),
        (
            True,
            "wist het programma de zaak hier op 20 december 2026 zelf",
            "het programma wist deze werkkopie",
        ),
    ],
)
def test_the_paper_that_the_window_saves_decides_whether_it_goes_by_itself(
    hand: Hand, tmp_path: Path, ticked: bool, said: str, after: str
) -> None:
    case = hand.session().new_case("Kastanje", "police")
    case.answer("flag.stalking", "yes", source="other_person", note="De buurvrouw ziet hem elke avond.")
    hand.window.open_case(case)
    hand.go("handover")
    page = hand.window.page
    assert isinstance(page, handover.Page)
    page.ask_where = lambda: str(tmp_path / "paper.pdf")
    page.choice.recipient.setText("Veilig Thuis")
    page.choice.ticks["reporter"].setChecked(ticked)
    click(hand, page.save)
    page = hand.window.page
    assert isinstance(page, handover.Page)
    assert page.arrived is not None
    assert page.arrived.confirm is not None
    assert hand.shows(said, page.arrived)
    click(hand, page.arrived.confirm)
    assert hand.shows(after, page.arrived)
    assert (cut_off(hand.window), unnamed(hand.window)) == ([], [])
    hand.go("file")
    kept = hand.window.page
    assert isinstance(kept, file.Page)
    assert hand.shows(after, kept.keeping)


def test_a_colleague_reads_that_their_word_alone_erases_nothing(hand: Hand) -> None:
    session = hand.session()
    case_id = handed_over(session).id
    session.vault.add_person(COLLEAGUE, THEIRS, cost=Cost.floor())
    path = session.vault.path
    revoke(hand.window.context)
    session.close(back_up=False)
    hand.window.leave(None)
    hand.window.enter(Session.open(path, THEIRS, COLLEAGUE, clock=hand.clock))
    session = hand.window.context.session
    assert session is not None
    hand.window.open_case(session.open_case(case_id))
    hand.go("handover")
    page = hand.window.page
    assert isinstance(page, handover.Page)
    assert page.arrived is not None
    assert page.arrived.confirm is not None
    assert hand.shows("u begon de zaak niet en bent geen beheerder", page.arrived)
    click(hand, page.arrived.confirm)
    assert hand.shows("Wie de zaak begon of een beheerder beslist", page.arrived)


def test_it_goes_on_its_day_and_that_is_said_quietly(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    gone = handed_over(session)
    session.new_case("Es", "shelter")
    case_care.confirm_hand_over(gone)
    next_opening(hand, 20)
    page = hand.window.page
    assert isinstance(page, cases.Page)
    assert hand.shows("Het programma wist binnenkort zelf 1 werkkopie", page.due)
    next_opening(hand, 5)
    later = next_opening(hand, 5)
    qtbot.waitUntil(lambda: hand.shows("1 werkkopie is gewist"), timeout=20_000)
    page = hand.window.page
    assert isinstance(page, cases.Page)
    assert hand.window.isEnabled()
    assert page.search.hasFocus()
    assert page.due.show_them is None
    assert page.model.rowCount() == 1
    assert [case.pseudonym for case in later.cases()] == ["Es"]
    assert not hand.shows("Kastanje")
    assert (cut_off(hand.window), unnamed(hand.window)) == ([], [])
    # Said for as long as the vault is open, and not again at the next opening.
    assert hand.shows("1 werkkopie is gewist", listed(hand).due)
    next_opening(hand, 1)
    assert not hand.shows("1 werkkopie is gewist")


def test_the_case_that_is_open_in_the_window_stays(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    mine, other = handed_over(session, "Es"), handed_over(session, "Eik")
    for case in (mine, other):
        case_care.confirm_hand_over(case)
    next_opening(hand, 20)
    session = next_opening(hand, 5)
    hand.window.open_case(session.open_case(mine.id))
    hand.settle()
    hand.clock.pass_(days=5)
    # Midnight passes: the terms are looked at while the case is open.
    hand.go("cases")
    qtbot.waitUntil(lambda: hand.shows("1 werkkopie is gewist"), timeout=20_000)
    assert [case.pseudonym for case in session.cases()] == ["Es"]
    assert hand.window.context.case is not None
    hand.window.context.case.answer("flag.stalking", "yes")


def test_what_fails_is_said_and_stays_due(hand: Hand, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    session = hand.session()
    case_care.confirm_hand_over(handed_over(session))

    def breaks(vault: Vault, *_: object) -> None:
        raise NoSpace(vault.path)

    next_opening(hand, 20)
    next_opening(hand, 5)
    with monkeypatch.context() as broken:
        broken.setattr("borg_triage.app.working_copies._require_room", breaks)
        later = next_opening(hand, 5)
        qtbot.waitUntil(lambda: hand.shows(hand.t("error.title")), timeout=20_000)
    assert hand.window.isEnabled()
    assert later.vault.cases.count() == 1
    page = hand.window.page
    assert isinstance(page, cases.Page)
    assert hand.shows("Het programma wist binnenkort zelf 1 werkkopie", page.due)
    next_opening(hand, 1)
    qtbot.waitUntil(lambda: hand.shows("1 werkkopie is gewist"), timeout=20_000)


def test_what_a_backup_still_holds_is_said_as_after_erasing_by_hand(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    case_care.confirm_hand_over(handed_over(session))
    next_opening(hand, 20)
    session = next_opening(hand, 5)
    held = session.vault.backup().path
    with undeletable(held):
        later = next_opening(hand, 5)
        qtbot.waitUntil(lambda: hand.shows(hand.t("file.erase.unfinished.title")), timeout=20_000)
        lines = [
            hand.t("file.erase.unfinished.title"),
            hand.t("file.erase.unfinished"),
            hand.window.context.texts.plural("file.erase.unfinished.held", 1),
            hand.t("file.erase.unfinished.page"),
        ]
        (notice,) = [n for n in hand.window.findChildren(Notice) if n.accessibleName() == lines[0]]
        assert [text for text in hand.texts(notice) if text] == lines
        assert hand.shows("1 werkkopie is gewist")
        hand.settle()
        assert (cut_off(hand.window), unnamed(hand.window)) == ([], [])
    later.vault.backup()
    later.dues.forget()
    listed(hand)
    assert not held.exists()
    assert not hand.shows(hand.t("file.erase.unfinished.title"))
    assert hand.shows("1 werkkopie is gewist")


# ---------------------------------------------------------------- another day


def test_a_file_is_kept_until_another_day_with_a_reason(hand: Hand) -> None:
    case = hand.case("veilig_thuis")
    hand.go("file")
    page = hand.window.page
    assert isinstance(page, file.Page)
    until = page.keeping.until
    click(hand, until.button)
    assert until.day.hasFocus()
    click(hand, until.keep)
    assert until.told.text == hand.t("file.until.error.day")
    until.day.setFocus()
    hand.write("20-11-2026")
    click(hand, until.keep)
    assert until.told.text == hand.t("file.error.day_past")
    assert until.day.hasFocus()
    until.day.clear()
    hand.write("01-06-2043")
    click(hand, until.keep)
    assert until.told.text == hand.t("retention.error.reason")
    assert until.reason.hasFocus()
    assert case.session.vault.retention.get(case.id) is None
    hand.write("dan wordt het jongste kind achttien")
    click(hand, until.keep)
    page = hand.window.page
    assert isinstance(page, file.Page)
    assert hand.shows(hand.t("file.until.done", day="1 juni 2043"))
    assert hand.shows("Voor deze zaak is 1 juni 2043 afgesproken", page.keeping)
    assert hand.shows("dan wordt het jongste kind achttien", page.keeping)
    assert not any("achttien" in str(entry) for entry in case.session.vault.log.entries())
    assert (cut_off(hand.window), unnamed(hand.window)) == ([], [])
    click(hand, page.keeping.until.button)
    page = hand.window.page
    assert isinstance(page, file.Page)
    assert hand.shows(hand.t("file.until.none"), page.keeping)
    kept = case.session.vault.retention.get(case.id)
    assert kept is not None
    assert (kept.keep_until, kept.keep_reason) == (None, "")


@pytest.mark.parametrize(("zoom", "width"), [(100, 1366), (200, 1366), (100, 420), (200, 840)])
def test_a_form_that_opens_what_is_wrong_in_it_and_what_was_done_come_into_view(
    make_hand: MakeHand, zoom: int, width: int
) -> None:
    hand = make_hand(zoom=zoom)
    hand.window.resize(width, 768)
    # Above the page it says what is urgent, which leaves less room.
    hand.case("veilig_thuis").answer("flag.strangulation", "yes")
    hand.go("file")
    page = hand.window.page
    assert isinstance(page, file.Page)
    until = page.keeping.until
    page.ensureWidgetVisible(until.button)
    click(hand, until.button)
    assert in_view(until.day)
    page.ensureWidgetVisible(until.keep)
    click(hand, until.keep)
    assert until.told.text
    assert in_view(until.told)
    assert in_view(until.day)
    until.day.setFocus()
    hand.write("01-06-2043")
    until.reason.setText("dan wordt het jongste kind achttien")
    click(hand, until.keep)
    page = hand.window.page
    assert isinstance(page, file.Page)
    assert page.done is not None
    assert in_view(page.done)
    page.ensureWidgetVisible(page.keeping.buttons["hold"])
    click(hand, page.keeping.buttons["hold"])
    assert in_view(page.keeping.reason)


def in_view(widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect() == widget.rect()
