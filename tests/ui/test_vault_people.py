"""A colleague who forgot the passphrase gets a new one, and roles change: on the vault's page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from borg_triage.app.case_care import may_care
from borg_triage.storage import given, notices, roles_of_then
from borg_triage.storage.errors import WrongPassphrase
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.restoring import RestoreNeedsOwner
from borg_triage.storage.vault import Vault
from borg_triage.ui.pages import cases
from borg_triage.ui.widgets.care_person import PersonRow, RenewForm
from tests.ui.conftest import PASSPHRASE, WORKER, Hand, MakeHand
from tests.ui.outcome_support import cut_off, unnamed
from tests.ui.vault_support import (
    COLLEAGUE,
    NEW,
    THEIRS,
    care,
    done,
    is_open,
    lock,
    open_as,
    page_of,
)

OWN = "acht gele stoelen om de tafel"


def with_colleague(hand: Hand, role: str = "member") -> PersonRow:
    """The row of a colleague on the vault's page."""
    hand.session().vault.add_person(COLLEAGUE, THEIRS, role, cost=Cost.floor())
    return care(hand).people.rows[1]


def vault_of(hand: Hand) -> Vault:
    session = hand.window.context.session
    assert session is not None
    return session.vault


def form_of(hand: Hand, row: PersonRow) -> RenewForm:
    hand.click(row.renew)
    assert row.form is not None
    return row.form


def fill(form: RenewForm, passphrase: str, own: str = PASSPHRASE) -> None:
    for line in (form.new.first.line, form.new.again.line):
        line.setText(passphrase)
    form.confirm.field.line.setText(own)


def cases_of(hand: Hand) -> cases.Page:
    page = hand.window.page
    assert isinstance(page, cases.Page)
    return page


def logged(hand: Hand) -> list[str]:
    hand.click(page_of(hand).log)
    hand.settle()
    return hand.texts(hand.window.page)


@pytest.mark.timeout(300)
def test_who_forgot_the_passphrase_gets_a_new_one_and_keeps_the_own_case(hand: Hand, qtbot: QtBot) -> None:
    with_colleague(hand)
    path = vault_of(hand).path
    lock(hand)
    open_as(hand, qtbot, COLLEAGUE, THEIRS)
    session = hand.window.context.session
    assert session is not None
    hers = session.new_case("Kastanje", "shelter")
    session.vault.retention.restrict(hers.id, session.logbook.who, session.now(), "familie")
    who = session.logbook.who
    lock(hand)

    open_as(hand, qtbot, WORKER, PASSPHRASE)
    row = care(hand).people.rows[1]
    form = form_of(hand, row)
    assert form.new.first.line.hasFocus()
    for line in ("hand_over", "stays", "leaked", "log"):
        assert hand.shows(hand.t(f"care.renew.{line}", name=COLLEAGUE), form)
    fill(form, NEW)
    hand.click(form.submit)
    done(hand, qtbot)
    assert hand.shows(hand.t("care.renew.done", name=COLLEAGUE))
    assert [one.person.id for one in page_of(hand).people.rows][1] == who
    said = logged(hand)
    assert any(WORKER in line and COLLEAGUE in line and "nieuwe wachtzin" in line for line in said)
    lock(hand)

    open_as(hand, qtbot, COLLEAGUE, THEIRS)
    assert not is_open(hand)
    open_as(hand, qtbot, COLLEAGUE, NEW)
    session = hand.window.context.session
    assert session is not None
    assert session.glass(hers.id) is None
    assert may_care(session.open_case(hers.id))
    # By whom it was, to her, until she says that it is hers alone.
    notice = cases_of(hand).given
    assert notice is not None
    assert hand.shows(hand.t("given.title"), notice)
    assert any(WORKER in line for line in hand.texts(notice))
    hand.click(notice.known)
    assert cases_of(hand).given is None
    lock(hand)
    with pytest.raises(WrongPassphrase):
        Vault.open(path, THEIRS, COLLEAGUE)


def test_it_is_told_at_every_opening_until_she_changes_it(hand: Hand, qtbot: QtBot) -> None:
    row = with_colleague(hand)
    vault_of(hand).reset_passphrase(row.person.id, NEW, Cost.floor())
    lock(hand)
    open_as(hand, qtbot, WORKER, PASSPHRASE)
    assert cases_of(hand).given is None
    lock(hand)
    for _ in range(2):
        open_as(hand, qtbot, COLLEAGUE, NEW)
        assert cases_of(hand).given is not None
        lock(hand)
    open_as(hand, qtbot, COLLEAGUE, NEW)
    notice = cases_of(hand).given
    assert notice is not None
    hand.click(notice.way)
    part = page_of(hand).passphrase
    assert part.old.line.hasFocus()
    part.old.line.setText(NEW)
    for line in (part.new.first.line, part.new.again.line):
        line.setText(OWN)
    hand.click(part.submit)
    done(hand, qtbot)
    hand.click(page_of(hand).back)
    assert cases_of(hand).given is None


@pytest.mark.parametrize(
    ("passphrase", "again", "key", "params"),
    [
        ("", "", "unlock.error.no_passphrase", {}),
        (NEW, NEW + " ", "unlock.error.not_the_same", {}),
        ("te kort", "te kort", "vault.error.passphrase_short", {"minimum": 14}),
        ("aaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaa", "vault.error.passphrase_weak", {}),
    ],
)
def test_a_passphrase_that_cannot_be_is_refused_in_the_form(
    hand: Hand, qtbot: QtBot, passphrase: str, again: str, key: str, params: dict[str, object]
) -> None:
    form = form_of(hand, with_colleague(hand))
    path = vault_of(hand).path
    fill(form, passphrase)
    form.new.again.line.setText(again)
    hand.click(form.submit)
    done(hand, qtbot)
    assert form.told.text == hand.t(key, path=str(path), **params)
    assert form.isVisible()
    lock(hand)
    Vault.open(path, THEIRS, COLLEAGUE).close()


@pytest.mark.parametrize("what", ["renew", "owner", "member"])
def test_each_takes_the_own_passphrase_once_more(hand: Hand, qtbot: QtBot, what: str) -> None:
    row = with_colleague(hand, "owner" if what == "member" else "member")
    vault = vault_of(hand)
    if what == "renew":
        form = form_of(hand, row)
        fill(form, NEW, "")
        confirm, button = form.confirm, form.submit
    else:
        hand.click(row.role)
        confirm, button = row.role_sure.confirm, row.role_sure.go_on
    head = vault.log.head()
    hand.click(button)
    assert confirm.told.text == hand.t("confirm.passphrase.none")
    # That of the colleague is not it.
    confirm.field.line.setText(THEIRS)
    hand.click(button)
    done(hand, qtbot)
    assert confirm.told.text == hand.t("confirm.passphrase.wrong")
    assert [one.action for one in vault.log.entries(after=head.seq)] == ["failed_unlock"]
    qtbot.waitUntil(lambda: Tries(vault.path).wait() == 0)
    confirm.field.line.setText(PASSPHRASE)
    hand.press(Qt.Key.Key_Return)
    done(hand, qtbot)
    last = vault.log.entries(after=head.seq)[-1]
    assert last.action == ("passphrase_changed" if what == "renew" else "role_changed")
    assert last.recipient == COLLEAGUE


def test_a_member_becomes_a_manager_and_the_first_one_a_member(hand: Hand, qtbot: QtBot) -> None:
    row = with_colleague(hand)
    assert row.role.text() == hand.t("care.make_owner")
    row.role.setFocus()
    hand.press(Qt.Key.Key_Space)
    # Enter twice never does it.
    assert row.role_sure.back.hasFocus()
    row.role_sure.confirm.field.line.setText(PASSPHRASE)
    hand.click(row.role_sure.go_on)
    done(hand, qtbot)
    assert hand.shows(hand.t("care.make_owner.done", name=COLLEAGUE))
    assert page_of(hand).people.rows[1].role.text() == hand.t("care.make_member")
    lock(hand)

    open_as(hand, qtbot, COLLEAGUE, THEIRS)
    row = care(hand).people.rows[0]
    assert row.person.name == WORKER
    hand.click(row.role)
    row.role_sure.confirm.field.line.setText(THEIRS)
    hand.click(row.role_sure.go_on)
    done(hand, qtbot)
    said = logged(hand)
    assert any(line.startswith(WORKER) and COLLEAGUE in line and "beheerder" in line for line in said)
    assert any(line.startswith(COLLEAGUE) and WORKER in line and "medewerker" in line for line in said)
    lock(hand)

    open_as(hand, qtbot, WORKER, PASSPHRASE)
    page = care(hand)
    assert hand.shows(hand.t("care.people.owners_only", owners=COLLEAGUE), page)
    for shown in page.people.rows:
        assert not hasattr(shown, "renew")
        assert not hasattr(shown, "role")


@pytest.mark.parametrize("what", ["role", "renew"])
def test_a_backup_follows_by_itself_so_that_damage_brings_no_role_or_passphrase_back(
    hand: Hand, qtbot: QtBot, what: str
) -> None:
    row = with_colleague(hand, "owner")
    vault = vault_of(hand)
    before = vault.backup()
    if what == "role":
        hand.click(row.role)
        row.role_sure.confirm.field.line.setText(PASSPHRASE)
        hand.click(row.role_sure.go_on)
    else:
        form = form_of(hand, row)
        fill(form, NEW)
        hand.click(form.submit)
    done(hand, qtbot)
    # Nobody has to wait for the clock, nor to close the vault by the button.
    qtbot.waitUntil(lambda: not vault.backup_due(), timeout=10_000)
    hand.window.lock("hidden")
    hand.settle()
    content = bytearray(vault.path.read_bytes())
    content[50] ^= 1
    vault.path.write_bytes(content)
    if what == "role":
        with pytest.raises(RestoreNeedsOwner):
            Vault.restore(vault.path, before.path, THEIRS, COLLEAGUE)
        return
    Vault.restore(vault.path, before.path, PASSPHRASE, WORKER)
    with Vault.open(vault.path, NEW, COLLEAGUE) as restored:
        assert len(given.told(restored.settings, restored.person.id)) == 1


@pytest.mark.timeout(300)
def test_who_else_opens_it_is_told_that_roles_may_be_of_before(hand: Hand, qtbot: QtBot) -> None:
    with_colleague(hand, "owner")
    vault = vault_of(hand)
    made = vault.backup()
    lock(hand)
    vault.path.write_bytes(b"\xff" * 9999)
    Vault.restore(vault.path, made.path, THEIRS, COLLEAGUE)
    open_as(hand, qtbot, COLLEAGUE, THEIRS)
    assert cases_of(hand).roles is None
    lock(hand)
    open_as(hand, qtbot, WORKER, PASSPHRASE)
    notice = cases_of(hand).roles
    assert notice is not None
    assert hand.shows(hand.t("roles.title"), notice)
    assert any(COLLEAGUE in line for line in hand.texts(notice))
    hand.click(notice.way)
    assert [row.person.role for row in page_of(hand).people.rows] == ["owner", "owner"]
    said = logged(hand)
    assert any(COLLEAGUE in line and "rollen" in line for line in said)
    lock(hand)
    # To have looked at the people is not yet to have said so.
    open_as(hand, qtbot, WORKER, PASSPHRASE)
    notice = cases_of(hand).roles
    assert notice is not None
    hand.click(notice.known)
    assert cases_of(hand).roles is None


def test_nobody_is_offered_a_role_or_a_reset_of_their_own(hand: Hand) -> None:
    hand.session()
    (row,) = care(hand).people.rows
    for text in ("care.renew", "care.make_member", "care.make_owner", "care.withdraw"):
        assert not hand.shows(hand.t(text), row)


def test_one_thing_at_a_time_and_nothing_typed_stays_behind(hand: Hand) -> None:
    row = with_colleague(hand)
    form = form_of(hand, row)
    fill(form, NEW)
    hand.click(row.role)
    assert row.role_sure.isVisible()
    assert not form.isVisible()
    typed = (form.new.first.line, form.new.again.line, form.confirm.field.line)
    assert [line.text() for line in typed] == ["", "", ""]
    row.role_sure.confirm.field.line.setText(PASSPHRASE)
    hand.click(row.button)
    assert row.sure.isVisible()
    assert not row.role_sure.isVisible()
    assert row.role_sure.confirm.field.text() == ""
    hand.click(row.renew)
    assert form.isVisible()
    assert not row.sure.isVisible()
    fill(form, NEW)
    hand.click(form.back)
    assert not form.isVisible()
    assert row.renew.hasFocus()
    assert [line.text() for line in typed] == ["", "", ""]


@pytest.mark.parametrize(
    ("language", "zoom", "width"), [("nl", 200, 1366), ("en", 200, 1366), ("nl", 100, 420), ("en", 100, 420)]
)
def test_nothing_is_cut_off_and_everything_has_words(
    make_hand: MakeHand, qtbot: QtBot, language: str, zoom: int, width: int
) -> None:
    hand = make_hand(language, zoom=zoom)
    hand.window.resize(width, 768)
    vault = hand.session().vault
    vault.add_person("Iemand met een tamelijk lange naam", THEIRS, cost=Cost.floor())
    vault.add_person(COLLEAGUE, THEIRS, "owner", cost=Cost.floor())

    def look() -> None:
        for _ in range(3):
            hand.settle()
        page = hand.window.page
        assert page is not None
        assert cut_off(page) == []
        assert unnamed(page) == []
        assert not [text for text in hand.texts(page) if "⟦" in text or "{" in text]

    for row in care(hand).people.rows[1:]:
        page_of(hand).ensureWidgetVisible(row.renew)
        hand.click(row.renew)
        look()
        assert row.form is not None
        line = row.form.new.first.line
        assert line.hasFocus()
        assert line.visibleRegion().boundingRect() == line.rect()
        # The heading stands nearer to what it heads than to the buttons above it.
        above = row.form.heading.mapTo(row, QPoint()).y() - row.renew.parentWidget().geometry().bottom()
        assert above > row.form.body.spacing()
        page_of(hand).ensureWidgetVisible(row.form.submit)
        hand.click(row.form.submit)
        look()
        # What is wrong stands where the field that it is about shows too.
        for widget in (row.form.told, line):
            assert widget.visibleRegion().boundingRect() == widget.rect()
        hand.click(row.role)
        look()
    vault.reset_passphrase(vault.person.id, OWN, Cost.floor())
    key = roles_of_then.PREFIX + vault.person.id
    notices.write(vault.settings, key, [notices.Notice(hand.clock(), by) for by in (COLLEAGUE, "")])
    hand.go("cases")
    assert cases_of(hand).given is not None
    assert cases_of(hand).roles is not None
    look()
