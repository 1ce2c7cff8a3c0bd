"""The vault's own page: who opens it, passphrases, its key; and the whole way through it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from borg_triage.storage.errors import WrongPassphrase
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.strength import PassphraseRule
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.vault import Vault
from borg_triage.ui.pages import cases, unlock
from tests.ui.conftest import PASSPHRASE, WORKER, Hand, MakeHand
from tests.ui.outcome_support import cut_off, unnamed
from tests.ui.vault_support import (
    COLLEAGUE,
    NEW,
    THEIRS,
    add_colleague,
    care,
    done,
    fill_new,
    is_open,
    kit,
    lock,
    make_kit,
    open_as,
    page_of,
    people_of,
    recovering,
    restoring,
)


@pytest.mark.timeout(300)
def test_from_a_new_vault_to_a_colleague_who_forgets_recovers_and_leaves(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    path = session.vault.path
    hand.click(care(hand).recovery.make)
    sheets = make_kit(hand, qtbot)
    assert not hand.shows(hand.t("recovery.reminder.title"))
    add_colleague(hand, qtbot)
    assert people_of(hand) == [WORKER, COLLEAGUE]
    lock(hand)

    open_as(hand, qtbot, COLLEAGUE, THEIRS)
    assert hand.window.context.session is not None
    assert hand.window.context.session.worker == COLLEAGUE
    lock(hand)

    page = hand.window.page
    assert isinstance(page, unlock.OpenPage)
    page.worker.setText(COLLEAGUE)
    hand.click(page.forgotten)
    assert len(recovering(hand).shares) == 2
    assert recovering(hand).worker.text() == COLLEAGUE
    for share, words in zip(recovering(hand).shares, (sheets[2], sheets[0]), strict=True):
        share.edit.setPlainText(words)
    fill_new(hand, NEW)
    hand.click(recovering(hand).submit)
    done(hand, qtbot)
    assert isinstance(hand.window.page, cases.Page)
    lock(hand)
    open_as(hand, qtbot, COLLEAGUE, THEIRS)
    assert not is_open(hand)
    open_as(hand, qtbot, COLLEAGUE, NEW)
    assert is_open(hand)
    lock(hand)

    open_as(hand, qtbot, WORKER, PASSPHRASE)
    people = care(hand).people
    hand.click(people.rows[1].button)
    people.rows[1].sure.confirm.field.line.setText(PASSPHRASE)
    hand.click(people.rows[1].sure.go_on)
    done(hand, qtbot)
    assert page_of(hand).done is not None
    assert people_of(hand) == [WORKER]
    lock(hand)
    open_as(hand, qtbot, COLLEAGUE, NEW)
    assert not is_open(hand)
    with Vault.recover(path, sheets[:2], "Nog iemand", "rots pauw deken vlieg acht", Cost.floor()) as vault:
        assert [person.name for person in vault.people.all()] == [WORKER, "Nog iemand"]


def test_withdrawing_says_what_happens_and_does_nothing_unless_asked_twice(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    care(hand)
    add_colleague(hand, qtbot)
    row = page_of(hand).people.rows[1]
    assert not row.sure.isVisible()
    row.button.setFocus()
    hand.press(Qt.Key.Key_Space)
    assert row.sure.back.hasFocus()
    for line in ("access", "key", "copies"):
        assert hand.shows(hand.t(f"care.withdraw.{line}", name=COLLEAGUE), row)
    assert hand.shows("seconden", row)
    hand.press(Qt.Key.Key_Space)
    assert not row.sure.isVisible()
    assert row.button.hasFocus()
    assert [person.name for person in session.vault.people.all()] == [WORKER, COLLEAGUE]


@pytest.mark.parametrize("made", [False, True])
def test_withdrawing_asks_for_recovery_sheets_back_where_there_are_any(hand: Hand, made: bool) -> None:
    session = hand.session()
    session.vault.add_person(COLLEAGUE, THEIRS, cost=Cost.floor())
    if made:
        session.vault.make_recovery(2, 3)
    row = care(hand).people.rows[1]
    hand.click(row.button)
    assert hand.shows(hand.t("care.withdraw.sheets", name=COLLEAGUE), row) == made


@pytest.mark.parametrize("what", ["withdraw", "add", "key", "kit"])
def test_what_lasts_takes_the_own_passphrase_once_more(hand: Hand, qtbot: QtBot, what: str) -> None:
    session = hand.session()
    session.vault.add_person(COLLEAGUE, THEIRS, cost=Cost.floor())
    page = care(hand)
    if what == "withdraw":
        row = page.people.rows[1]
        hand.click(row.button)
        confirm, button = row.sure.confirm, row.sure.go_on
    elif what == "add":
        form = page.people.form
        hand.click(page.people.add_button)
        form.person.setText("Nog iemand")
        for line in (form.new.first.line, form.new.again.line):
            line.setText(NEW)
        confirm, button = form.confirm, form.submit
    elif what == "key":
        hand.click(page.key.change)
        confirm, button = page.key.confirm, page.key.sure.go_on
    else:
        hand.click(page.recovery.make)
        shown = kit(hand)
        hand.click(shown.choice.options["one"])
        assert shown.confirm is not None
        confirm, button = shown.confirm, shown.go_on
    assert session.vault.ring is not None
    before = session.vault.ring.file
    told = confirm.told
    hand.click(button)
    assert told.text == hand.t("confirm.passphrase.none")
    for _ in range(4):
        # That of a colleague is not it.
        confirm.field.line.setText(THEIRS)
        hand.click(button)
        done(hand, qtbot)
        assert told.text == hand.t("confirm.passphrase.wrong")
        assert confirm.field.text() == ""
    confirm.field.line.setText(PASSPHRASE)
    hand.click(button)
    done(hand, qtbot)
    assert told.text == hand.window.context.texts.plural("confirm.passphrase.wait", 1)
    assert session.vault.ring.file == before
    refused = [entry for entry in session.vault.log.entries() if entry.action == "failed_unlock"]
    assert [entry.detail for entry in refused] == [{"why": "confirm"}] * 4
    qtbot.waitUntil(lambda: Tries(session.vault.path).wait() == 0)
    confirm.field.line.setText(PASSPHRASE)
    hand.press(Qt.Key.Key_Return) if confirm.field.line.hasFocus() else hand.click(button)
    done(hand, qtbot)
    assert session.vault.ring.file != before


def test_nobody_is_offered_to_withdraw_themselves(hand: Hand) -> None:
    hand.session()
    (row,) = care(hand).people.rows
    assert not hasattr(row, "button")
    assert hand.shows(hand.t("care.people.you", name=WORKER), row)


@pytest.mark.parametrize(
    ("name", "passphrase", "key", "params"),
    [
        (" ", THEIRS, "care.error.no_name", {}),
        (COLLEAGUE, "te kort", "vault.error.passphrase_short", {"minimum": 14}),
        (COLLEAGUE, "aaaaaaaaaaaaaaaaaaaa", "vault.error.passphrase_weak", {}),
        ("m. de BOER", THEIRS, "vault.error.person_exists", {"name": "m. de BOER"}),
    ],
)
def test_a_colleague_who_cannot_be_added_is_told_why(
    hand: Hand, qtbot: QtBot, name: str, passphrase: str, key: str, params: dict[str, object]
) -> None:
    session = hand.session()
    people = care(hand).people
    hand.click(people.add_button)
    people.form.person.setText(name)
    people.form.new.first.line.setText(passphrase)
    people.form.new.again.line.setText(passphrase)
    people.form.confirm.field.line.setText(PASSPHRASE)
    hand.click(people.form.submit)
    done(hand, qtbot)
    path = str(session.vault.path)
    assert people.told.text == hand.t(key, **{"path": path, **params})
    assert len(session.vault.people.all()) == 1


def test_a_member_sees_who_manages_the_vault_and_cannot_manage_it(hand: Hand, qtbot: QtBot) -> None:
    hand.session()
    care(hand)
    add_colleague(hand, qtbot)
    lock(hand)
    open_as(hand, qtbot, COLLEAGUE, THEIRS)
    page = care(hand)
    for part in ("people", "recovery", "key"):
        assert hand.shows(hand.t(f"care.{part}.owners_only", owners=WORKER), page)
    for text in ("care.people.add", "care.withdraw", "care.recovery.make", "care.key.change"):
        assert not hand.shows(hand.t(text), page)
    assert hand.shows(hand.t("recovery.reminder.member"), page)
    for text in ("care.passphrase.change", "care.backups.make", "care.check.start"):
        assert hand.shows(hand.t(text), page)


def test_a_colleague_can_be_made_a_manager(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    care(hand)
    add_colleague(hand, qtbot, role="owner")
    assert [person.role for person in session.vault.people.all()] == ["owner", "owner"]


def test_another_passphrase_holds_at_the_next_opening(hand: Hand, qtbot: QtBot) -> None:
    path = hand.session().vault.path
    part = care(hand).passphrase
    hand.click(part.change)
    part.old.line.setText("niet de goede wachtzin")
    for line in (part.new.first.line, part.new.again.line):
        line.setText(NEW)
    hand.click(part.submit)
    done(hand, qtbot)
    assert part.told.text == hand.t("care.passphrase.wrong")
    part.old.line.setText(PASSPHRASE)
    hand.click(part.submit)
    done(hand, qtbot)
    assert hand.shows(hand.t("care.passphrase.done"))
    lock(hand)
    with pytest.raises(WrongPassphrase):
        Vault.open(path, PASSPHRASE, WORKER)
    Vault.open(path, NEW, WORKER).close()


def test_the_key_changes_and_everything_opens_as_before(hand: Hand, qtbot: QtBot) -> None:
    made = hand.case()
    hand.window.open_case(None)
    hand.settle()
    ring = made.session.vault.ring
    assert ring is not None
    before = ring.file.generations
    part = care(hand).key
    hand.click(part.change)
    assert hand.shows(hand.t("care.key.who"), part)
    part.confirm.field.line.setText(PASSPHRASE)
    hand.click(part.sure.go_on)
    done(hand, qtbot)
    assert hand.shows(hand.t("care.key.done"))
    after = made.session.vault.ring
    assert after is not None
    assert after.file.generations != before
    lock(hand)
    open_as(hand, qtbot, WORKER, PASSPHRASE)
    assert hand.window.context.session is not None
    assert [case.pseudonym for case in hand.window.context.session.cases()] == ["Kastanje"]


def test_slow_work_shows_how_far_it_is_while_the_window_stays_alive(hand: Hand, qtbot: QtBot) -> None:
    hand.session()
    part = care(hand).key
    hand.click(part.change)
    part.confirm.field.line.setText(PASSPHRASE)
    hand.click(part.sure.go_on)
    assert part.work.isVisible()
    assert part.work.bar.accessibleName() == hand.t("care.key.busy")
    assert not hand.window.isEnabled()
    done(hand, qtbot)


def shown(widget: QWidget) -> QRect:
    """The part of it that shows."""
    return widget.visibleRegion().boundingRect()


@pytest.mark.parametrize(("zoom", "width"), [(200, 1366), (100, 420)])
def test_a_question_and_slow_work_come_into_view(
    make_hand: MakeHand, qtbot: QtBot, zoom: int, width: int
) -> None:
    hand = make_hand(zoom=zoom)
    hand.window.resize(width, 600)
    session = hand.session()
    for name in ("Anna", "Bas", "Carla", "Dirk"):
        session.vault.add_person(name, THEIRS, cost=Cost.floor())
    page = care(hand)
    row = page.people.rows[1]
    page.ensureWidgetVisible(row.button)
    hand.click(row.button)
    hand.settle()
    notice = row.sure.notice
    assert shown(notice).top() == 0
    high = notice.height() > page.viewport().height()
    assert high or shown(notice) == notice.rect()
    row.sure.confirm.field.line.setText("niet de goede wachtzin")
    page.ensureWidgetVisible(row.sure.go_on)
    hand.click(row.sure.go_on)
    hand.settle()
    assert shown(page.people.work.bar) == page.people.work.bar.rect()
    done(hand, qtbot)
    told = row.sure.confirm.told
    assert shown(told) == told.rect()
    # The field that it is about shows with it.
    line = row.sure.confirm.field.line
    assert line.hasFocus()
    assert shown(line) == line.rect()


def test_the_strength_is_measured_by_the_rule_of_the_organisation(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    session.vault.set_passphrase_rule(PassphraseRule(20, 4))
    part = care(hand).passphrase
    hand.click(part.change)
    assert hand.shows(hand.t("unlock.passphrase.rule", minimum=20), part)
    part.new.first.line.setText("kwartel bij maandag")
    qtbot.waitUntil(lambda: part.new.meter.score is not None, timeout=30_000)
    assert hand.shows(hand.window.context.texts.plural("passphrase.strength.short", 1), part.new.meter)
    part.new.first.line.setText("amsterdamrotterdam2026")
    qtbot.waitUntil(lambda: part.new.meter.score is not None, timeout=30_000)
    assert part.new.meter.score == 3
    assert hand.shows(hand.t("passphrase.strength.not_here"), part.new.meter)


@pytest.mark.parametrize(
    ("language", "zoom", "width"), [("nl", 200, 1366), ("en", 200, 1366), ("nl", 100, 420), ("en", 100, 420)]
)
def test_nothing_is_cut_off_and_everything_has_words(
    make_hand: MakeHand, qtbot: QtBot, language: str, zoom: int, width: int
) -> None:
    hand = make_hand(language, zoom=zoom)
    hand.window.resize(width, 768)
    session = hand.session()
    session.vault.add_person("Iemand met een tamelijk lange naam", THEIRS, cost=Cost.floor())
    session.vault.make_recovery(2, 3)
    session.vault.backup()
    file = str(session.vault.path)
    hand.go("vault", done=hand.t("care.withdraw.done", name=COLLEAGUE))

    def look() -> None:
        for _ in range(3):
            hand.settle()
        page = hand.window.page
        assert page is not None
        assert cut_off(page) == []
        assert unnamed(page) == []
        assert not [text for text in hand.texts(page) if "⟦" in text or "{" in text]

    look()
    page = page_of(hand)
    for button in (
        page.people.add_button,
        page.people.rows[1].button,
        page.passphrase.change,
        page.key.change,
    ):
        hand.click(button)
    hand.click(page.backups.rows[0].button)
    hand.click(page.check.start)
    done(hand, qtbot)
    look()
    lock(hand)
    hand.go("recover", file=file)
    recovering(hand).shares[0].edit.setPlainText("academic acidd ")
    look()
    hand.go("restore", file=file)
    restoring(hand).sure.ask()
    look()
