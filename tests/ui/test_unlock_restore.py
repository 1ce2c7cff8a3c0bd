"""Backups: made, kept, checked and put back through the windows."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from borg_triage.app import retention
from borg_triage.app.session import Session
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.ui.pages import unlock, unlock_restore
from borg_triage.ui.widgets.care_backups import BackupRow
from tests.ui.conftest import PASSPHRASE, WORKER, Hand
from tests.ui.vault_support import (
    COLLEAGUE,
    NEW,
    THEIRS,
    care,
    done,
    is_open,
    lock,
    open_as,
    opening,
    page_of,
    restoring,
)


def test_a_backup_is_made_now_and_listed_as_checked(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    assert hand.shows(hand.t("care.backups.none"), care(hand))
    hand.click(page_of(hand).backups.make)
    done(hand, qtbot)
    (backup,) = session.vault.backups()
    page = page_of(hand)
    assert [row.backup for row in page.backups.rows] == [backup]
    assert hand.shows(hand.t("care.backups.kind.rolling"), page.backups)


def test_how_many_backups_are_kept_is_kept_in_the_vault(hand: Hand) -> None:
    session = hand.session()
    part = care(hand).backups
    for select, value in ((part.copies, "20"), (part.days, "365")):
        select.choose(value)
        select.chosen.emit(value)
    assert (session.vault.keeping.copies, session.vault.keeping.days) == (20, 365)
    assert part.kept.text == hand.t("care.keeping.kept")


def test_a_check_says_in_words_what_holds(hand: Hand, qtbot: QtBot) -> None:
    hand.session()
    part = care(hand).check
    hand.click(part.start)
    done(hand, qtbot)
    assert part.told.text == hand.t("care.check.good")
    assert hand.shows(hand.t("vault.check.keys"), part)
    assert hand.shows(hand.t("care.check.holds"), part)
    assert not hand.shows(hand.t("care.check.fails"), part)


def test_a_check_says_what_does_not_hold_and_what_to_do(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    care(hand)
    hand.click(page_of(hand).backups.make)
    done(hand, qtbot)
    (backup,) = session.vault.backups()
    content = bytearray(backup.path.read_bytes())
    content[5000] ^= 1
    backup.path.write_bytes(content)
    part = page_of(hand).check
    hand.click(part.start)
    done(hand, qtbot)
    assert hand.shows(hand.t("vault.check.backup_bad", backup=backup.path.name), part)
    assert hand.shows(hand.t("care.check.fails"), part)
    assert part.told.text != hand.t("care.check.good")


def test_a_backup_is_restored_from_the_page_and_the_present_vault_is_set_aside(
    hand: Hand, qtbot: QtBot
) -> None:
    session = hand.session()
    session.new_case("Voor de kopie", "shelter")
    session.vault.backup()
    session.new_case("Na de kopie", "shelter")
    hand.go("cases")
    row: BackupRow = care(hand).backups.rows[0]
    hand.click(row.button)
    assert hand.shows(hand.t("care.restore.aside"), row)
    hand.click(row.sure.go_on)
    page = restoring(hand)
    assert not is_open(hand)
    assert page.worker.text() == WORKER
    assert page.backups.value == str(row_path(page, session))
    page.passphrase.line.setText(PASSPHRASE)
    hand.click(page.submit)
    assert page.sure.isVisible()
    assert hand.shows(hand.t("unlock.restore.sure.since"), page)
    hand.click(page.sure.go_on)
    done(hand, qtbot)
    assert page_of(hand).done is not None
    opened = hand.window.context.session
    assert opened is not None
    assert [case.pseudonym for case in opened.cases()] == ["Voor de kopie"]
    (aside,) = [backup for backup in opened.vault.backups() if backup.kind == "replaced"]
    assert hand.shows(aside.path.name)
    assert hand.shows(hand.t("care.backups.kind.replaced"))
    # Who tidies up must not take it for the lesser of the two.
    assert hand.shows("Er kan werk in staan van na die reservekopie.")
    # An erased case in it is no reason to take the rest of that work away unasked.
    retention.erase(opened.vault, [opened.cases()[0].id], opened.logbook.acting())
    hand.go("cases")
    shown = care(hand)
    assert aside.path.exists()
    assert hand.shows(hand.t("care.backups.erased_aside.title"), shown.backups)
    assert hand.shows(hand.t("care.backups.erased_aside", backups=named(hand, aside.path)), shown.backups)


def row_path(page: unlock_restore.Page, session: Session) -> Path:
    """The oldest backup: the one that was chosen (locking made another)."""
    return sorted(Path(option) for option in page.backups.options if session.vault.path.stem in option)[0]


def test_a_vault_that_is_gone_is_restored_from_the_first_window(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    path = session.vault.path
    session.new_case("Merel", "shelter")
    session.vault.backup()
    lock(hand)
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    hand.go("unlock")
    hand.go("restore")
    page = restoring(hand)
    assert page.choice.currentText() == path.stem
    hand.click(next(iter(page.backups.options.values())))
    page.worker.setText(WORKER)
    page.passphrase.line.setText("niet de goede wachtzin")
    hand.click(page.submit)
    hand.click(page.sure.go_on)
    done(hand, qtbot)
    assert page.fault.text
    assert not path.exists()
    page.passphrase.line.setText(PASSPHRASE)
    hand.click(page.submit)
    hand.click(page.sure.go_on)
    done(hand, qtbot)
    assert hand.window.context.session is not None
    assert [case.pseudonym for case in hand.window.context.session.cases()] == ["Merel"]


def test_a_damaged_vault_offers_the_backup_that_it_names(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    path = session.vault.path
    session.new_case("Merel", "shelter")
    made = session.vault.backup().path
    lock(hand)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    path.write_bytes(content)
    open_as(hand, qtbot, WORKER, PASSPHRASE)
    page = opening(hand)
    assert made.name in page.fault.text
    # With the message, not cut off below it.
    assert page.to_named.visibleRegion().boundingRect() == page.to_named.rect()
    hand.click(page.to_named)
    shown = restoring(hand)
    assert (shown.choice.currentText(), shown.backups.value) == (path.stem, str(made))
    assert shown.worker.text() == WORKER
    assert shown.passphrase.line.hasFocus()


def test_without_a_chosen_backup_nothing_is_restored(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    session.vault.backup()
    lock(hand)
    page = hand.window.page
    assert isinstance(page, unlock.OpenPage)
    hand.click(page.to_restore)
    hand.click(restoring(hand).submit)
    assert restoring(hand).fault.text == hand.t("unlock.restore.error.none_chosen")
    assert not restoring(hand).sure.isVisible()


def test_a_member_sees_backups_and_neither_restores_nor_says_how_many_stay(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    session.vault.backup()
    session.vault.add_person(COLLEAGUE, THEIRS, cost=Cost.floor())
    lock(hand)
    open_as(hand, qtbot, COLLEAGUE, THEIRS)
    part = care(hand).backups
    assert part.rows
    assert not hand.shows(hand.t("care.restore"), part)
    assert not hasattr(part, "copies")
    said = hand.t("care.keeping.owners_only", owners=WORKER, copies=10, days=90)
    assert hand.shows(said, part)
    lock(hand)
    hand.go("restore")
    page = restoring(hand)
    now = hand.t("unlock.restore.how.passphrase.now")
    assert page.way.options["passphrase"].accessibleDescription() == now
    hand.click(next(iter(page.backups.options.values())))
    page.worker.setText(COLLEAGUE)
    page.passphrase.line.setText(THEIRS)
    hand.click(page.submit)
    hand.click(page.sure.go_on)
    done(hand, qtbot)
    assert page.fault.text == hand.t("vault.error.restore_needs_owner", path=str(session.vault.path))
    assert not page.then.isVisible()


def named(hand: Hand, made: Path) -> str:
    """A backup as a warning names it: by its file, and by the moment that stands in the list."""
    (row,) = (row for row in page_of(hand).backups.rows if row.backup.path == made)
    when = page_of(hand).backups.moment(row.backup.at)
    assert when in hand.texts(row)
    return hand.t("care.backups.named", when=when, file=made.name)


def test_a_backup_that_nobody_can_look_into_is_named_once_something_was_erased(hand: Hand) -> None:
    session = hand.session()
    case = session.new_case("Voor de kopie", "shelter")
    made = session.vault.backup().path
    session.vault.rotate()
    session.vault.settings.drop("keys.past.1")
    assert not session.vault.erasing_left().any
    retention.erase(session.vault, [case.id], session.logbook.acting())
    page = care(hand)
    assert hand.shows(hand.t("care.backups.erased.title"), page.backups)
    assert hand.shows(hand.t("care.backups.erased", backups=named(hand, made)), page.backups)


def test_a_backup_of_an_unknown_key_is_named_and_takes_the_passphrase_of_its_day(
    hand: Hand, qtbot: QtBot
) -> None:
    session = hand.session()
    session.new_case("Voor de kopie", "shelter")
    made = session.vault.backup().path
    then = key_path(made).read_bytes()
    session.vault.rotate()
    session.vault.change_passphrase(PASSPHRASE, NEW, Cost.floor())
    session.vault.settings.drop("keys.past.1")
    for file in (key_path(made), copy_path(made)):
        file.write_bytes(then)
    page = care(hand)
    assert hand.shows(hand.t("care.backups.others", backups=named(hand, made)), page.backups)
    hand.click(page.check.start)
    done(hand, qtbot)
    assert hand.shows(hand.t("vault.check.backup_open_to_others", backup=made.name), page.check)
    assert not hand.shows(hand.t("vault.check.restore", backup=str(made)), page.check)
    row = next(row for row in page.backups.rows if row.backup.path == made)
    hand.click(row.button)
    hand.click(row.sure.go_on)
    form = restoring(hand)
    form.passphrase.line.setText(NEW)
    hand.click(form.submit)
    hand.click(form.sure.go_on)
    done(hand, qtbot)
    assert form.fault.text == hand.t("vault.error.backup_of_then", path=str(made))
    assert form.then.worker.hasFocus()
    form.then.worker.setText(WORKER)
    form.then.passphrase.line.setText(PASSPHRASE)
    form.passphrase.line.setText(NEW)
    hand.click(form.submit)
    hand.click(form.sure.go_on)
    done(hand, qtbot)
    opened = hand.window.context.session
    assert opened is not None
    assert [case.pseudonym for case in opened.cases()] == ["Voor de kopie"]
    assert opened.vault.open_to_others() == []


def test_a_vault_behind_a_link_is_the_one_whose_backups_are_put_back(hand: Hand, tmp_path: Path) -> None:
    """Another vault stands before it in the list, and has backups too."""
    session = hand.session()
    session.vault.backup()
    path = session.vault.path
    other = path.with_name("aaa.borgvault")
    backup = path.with_name("aaa-backups") / "aaa.000000001.20261122T101500Z.borgvault"
    backup.parent.mkdir()
    for one in (other, backup):
        one.write_bytes(b"\1" * 4096)
    lock(hand)
    away = tmp_path / "share"
    away.mkdir()
    for one in sorted(path.parent.glob(f"{path.stem}*")):
        one.rename(away / one.name)
    path.symlink_to(away / path.name)

    hand.go("restore", file=str(away / path.name), name=WORKER)
    page = restoring(hand)
    assert page.choice.value() == str(path)
    assert [Path(value).parent.parent for value in page.backups.options] == [away]
