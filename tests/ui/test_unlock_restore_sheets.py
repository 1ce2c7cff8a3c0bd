"""A backup put back from the window by who has no passphrase for it: with the recovery sheets."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from borg_triage.app.session import Session
from borg_triage.storage.errors import WrongPassphrase
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.people import OWNER
from borg_triage.storage.vault import Vault
from borg_triage.ui.pages import unlock, unlock_restore
from borg_triage.ui.widgets.recovery_state import is_confirmed
from tests.ui.conftest import PASSPHRASE, WORKER, Hand
from tests.ui.vault_support import NEW, done, is_open, lock, page_of, restoring

NOOR = "Noor Visser"


class Kept(NamedTuple):
    """A locked vault: "Voor de kopie" is in its backup, "Na de kopie" came later."""

    path: Path
    backup: Path
    sheets: list[str]

    def files(self) -> dict[str, bytes]:
        found = [path for path in self.path.parent.rglob(f"{self.path.stem}*") if path.is_file()]
        return {str(path): path.read_bytes() for path in found}

    def cases(self, passphrase: str, name: str = WORKER) -> list[str]:
        with Vault.open(self.path, passphrase, name) as vault:
            return sorted(case.pseudonym for case in vault.cases.list())


def keep(hand: Hand, kit: tuple[int, int] | None = (2, 3)) -> Kept:
    """Make it, and lock it: that makes no second backup that would bring the later case."""
    session = hand.session()
    sheets = session.vault.make_recovery(*kit) if kit else []
    session.new_case("Voor de kopie", "shelter")
    backup = session.vault.backup().path
    lock(hand)
    with Vault.open(session.vault.path, PASSPHRASE, WORKER, clock=hand.clock) as vault:
        again = Session(vault, WORKER, clock=hand.clock)
        again.new_case("Na de kopie", "shelter")
    return Kept(session.vault.path, backup, sheets)


def with_sheets(hand: Hand, kept: Kept) -> unlock_restore.Page:
    """From the first window to the sheets of the backup."""
    hand.go("unlock")
    page = hand.window.page
    if isinstance(page, unlock.OpenPage):
        hand.click(page.to_restore)
    else:
        hand.go("restore")
    found = restoring(hand)
    hand.click(found.backups.options[str(kept.backup)])
    hand.click(found.way.options["sheets"])
    return found


def type_sheets(page: unlock_restore.Page, *sheets: str) -> None:
    assert page.sheets.fields is not None
    for share, words in zip(page.sheets.fields.shares, sheets, strict=True):
        share.edit.setPlainText(words)


def type_new(page: unlock_restore.Page, passphrase: str = NEW, again: str | None = None) -> None:
    page.sheets.new.first.line.setText(passphrase)
    page.sheets.new.again.line.setText(passphrase if again is None else again)


def put_back(hand: Hand, qtbot: QtBot) -> None:
    page = restoring(hand)
    hand.click(page.submit)
    assert page.sure.isVisible(), page.fault.text
    hand.click(page.sure.go_on)
    done(hand, qtbot)


def test_the_sheets_and_a_new_passphrase_put_a_backup_back(hand: Hand, qtbot: QtBot) -> None:
    kept = keep(hand)
    page = with_sheets(hand, kept)
    assert not page.passphrase.isVisible()
    texts = hand.window.context.texts
    assert hand.shows(texts.plural("recovery.enter.left", 2), page)
    type_sheets(page, kept.sheets[2], kept.sheets[0])
    assert hand.shows(hand.t("recovery.enter.enough"), page)
    page.worker.setText(WORKER)
    type_new(page)
    put_back(hand, qtbot)
    session = hand.window.context.session
    assert session is not None
    assert [case.pseudonym for case in session.cases()] == ["Voor de kopie"]
    assert (session.vault.person.name, session.vault.person.role) == (WORKER, OWNER)
    assert is_confirmed(session)
    (aside,) = [backup for backup in session.vault.backups() if backup.kind == "replaced"]
    said = hand.t("unlock.restore.done.aside", file=aside.path.name)
    assert page_of(hand).done is not None
    assert hand.shows(hand.t("unlock.restore.done.sheets", done=said))
    lock(hand)
    assert kept.cases(NEW) == ["Voor de kopie"]
    with pytest.raises(WrongPassphrase):
        kept.cases(PASSPHRASE)


@pytest.mark.parametrize("damage", ["damaged", "lost", "keys lost"])
def test_a_vault_that_is_damaged_or_lost_comes_back_with_the_sheets(
    hand: Hand, qtbot: QtBot, damage: str
) -> None:
    kept = keep(hand)
    if damage == "damaged":
        kept.path.write_bytes(kept.path.read_bytes()[:5000] + bytes(5000))
    if damage == "lost":
        kept.path.unlink()
    if damage != "damaged":
        key_path(kept.path).unlink()
        copy_path(kept.path).unlink()
    page = with_sheets(hand, kept)
    type_sheets(page, *kept.sheets[:2])
    page.worker.setText(NOOR)
    type_new(page)
    put_back(hand, qtbot)
    session = hand.window.context.session
    assert session is not None
    assert [case.pseudonym for case in session.cases()] == ["Voor de kopie"]
    assert [person.name for person in session.vault.people.all()] == [WORKER, NOOR]
    lock(hand)
    # Who had a passphrase in the backup still has it.
    assert kept.cases(PASSPHRASE) == kept.cases(NEW, NOOR) == ["Voor de kopie"]


def test_many_wrong_passphrases_before_keep_nobody_from_using_the_sheets(hand: Hand, qtbot: QtBot) -> None:
    kept = keep(hand)
    for _ in range(10):
        Tries(kept.path).failed()
    page = with_sheets(hand, kept)
    hand.click(page.way.options["passphrase"])
    page.worker.setText(WORKER)
    page.passphrase.line.setText(PASSPHRASE)
    put_back(hand, qtbot)
    assert page.pause.isVisible()
    assert not page.submit.isEnabled()
    hand.click(page.way.options["sheets"])
    assert not page.pause.isVisible()
    type_sheets(page, *kept.sheets[:2])
    type_new(page)
    put_back(hand, qtbot)
    assert is_open(hand)


def test_what_is_missing_is_told_before_anything_is_asked(hand: Hand) -> None:
    kept = keep(hand)
    before = kept.files()
    hand.go("restore", file=str(kept.path), with_sheets=True)
    page, texts = restoring(hand), hand.window.context.texts
    assert hand.shows(hand.t("unlock.restore.sheets.first"), page)
    assert not page.sheets.new.isVisible()

    def refuses(said: str, where: object) -> None:
        hand.click(page.submit)
        assert page.fault.text == said
        assert QApplication.focusWidget() is where
        assert not page.sure.isVisible()

    refuses(hand.t("unlock.restore.error.none_chosen"), page.backups.first)
    hand.click(page.backups.options[str(kept.backup)])
    assert page.sheets.fields is not None
    first, second = page.sheets.fields.shares
    refuses(hand.t("unlock.error.no_worker"), page.worker)
    page.worker.setText(WORKER)
    refuses(texts.plural("recovery.enter.left", 2), first.edit)
    type_sheets(page, kept.sheets[0], kept.sheets[0])
    assert hand.shows(hand.t("recovery.share.twice"), second)
    refuses(texts.plural("recovery.enter.left", 1), second.edit)
    type_sheets(page, kept.sheets[0], kept.sheets[1])
    refuses(hand.t("unlock.error.no_passphrase"), page.sheets.new.first.line)
    type_new(page, NEW, "iets anders")
    refuses(hand.t("unlock.error.not_the_same"), page.sheets.new.first.line)
    assert kept.files() == before


def test_a_refused_name_or_passphrase_leaves_everything_as_it_is(hand: Hand, qtbot: QtBot) -> None:
    kept = keep(hand)
    before = kept.files()
    page = with_sheets(hand, kept)
    type_sheets(page, *kept.sheets[:2])
    page.worker.setText(WORKER)
    for passphrase, key in (("te kort", "passphrase_short"), ("wachtwoordwachtwoord", "passphrase_weak")):
        type_new(page, passphrase)
        put_back(hand, qtbot)
        assert page.fault.text == hand.t(f"vault.error.{key}", minimum=14)
        assert page.sheets.new.first.line.hasFocus()
    page.worker.setText("lang" * 40)
    type_new(page)
    put_back(hand, qtbot)
    assert page.fault.text == hand.t("vault.error.name_refused", longest=100, path=str(kept.path))
    assert page.worker.hasFocus()
    assert not is_open(hand)
    assert kept.files() == before
    page.worker.setText(WORKER)
    put_back(hand, qtbot)
    assert is_open(hand)


def test_sheets_of_another_vault_are_told_in_words_and_change_nothing(
    hand: Hand, qtbot: QtBot, tmp_path: Path
) -> None:
    kept = keep(hand)
    with Vault.create(tmp_path / "ander.borgvault", PASSPHRASE, WORKER) as vault:
        foreign = vault.make_recovery(2, 3)
    before = kept.files()
    page = with_sheets(hand, kept)
    page.worker.setText(WORKER)
    type_new(page)
    for given, wrong in (((kept.sheets[0], foreign[1]), 2), ((foreign[0], foreign[1]), 1)):
        type_sheets(page, *given)
        put_back(hand, qtbot)
        said = hand.t("vault.error.share_foreign", path=str(kept.path), share=wrong)
        assert page.fault.text == said
        assert page.sheets.fields is not None
        assert page.sheets.fields.shares[wrong - 1].edit.hasFocus()
    assert not is_open(hand)
    assert kept.files() == before


def test_a_backup_without_sheets_says_so_and_another_can_be_chosen(hand: Hand, qtbot: QtBot) -> None:
    kept = keep(hand, kit=None)
    before = kept.files()
    page = with_sheets(hand, kept)
    assert page.sheets.fields is None
    assert hand.shows(hand.t("unlock.restore.sheets.now"), page)
    assert not page.sheets.new.isVisible()
    page.worker.setText(WORKER)
    hand.click(page.submit)
    assert page.fault.text == hand.t("unlock.restore.error.no_sheets")
    assert page.backups.first.hasFocus()
    assert not page.sure.isVisible()
    assert kept.files() == before
    hand.click(page.way.options["passphrase"])
    assert page.fault.text == ""
    page.passphrase.line.setText(PASSPHRASE)
    put_back(hand, qtbot)
    assert is_open(hand)
    assert not hand.shows(hand.t("unlock.restore.done.sheets", done=""))


def test_a_backup_without_its_key_file_says_so(hand: Hand) -> None:
    kept = keep(hand)
    for path in (kept.backup, kept.path):
        key_path(path).unlink()
        copy_path(path).unlink()
    page = with_sheets(hand, kept)
    said = hand.t("unlock.restore.sheets.no_keys", file=key_path(kept.backup).name)
    assert hand.shows(said, page)
    assert page.sheets.fields is None


def test_while_the_key_file_is_whole_the_sheets_are_those_of_now(hand: Hand, qtbot: QtBot) -> None:
    kept = keep(hand)
    with Vault.open(kept.path, PASSPHRASE, WORKER, clock=hand.clock) as vault:
        (sheet,) = vault.make_recovery(1, 1)
    for path in (key_path(kept.backup), copy_path(kept.backup)):
        path.unlink()
    page = with_sheets(hand, kept)
    assert hand.shows(hand.t("recovery.sheet.only"), page)
    type_sheets(page, sheet)
    page.worker.setText(WORKER)
    type_new(page)
    put_back(hand, qtbot)
    lock(hand)
    assert kept.cases(NEW) == ["Voor de kopie"]


def test_without_one_each_backup_asks_for_as_many_sheets_as_it_takes(hand: Hand) -> None:
    kept = keep(hand)
    then = key_path(kept.backup).read_bytes()
    with Vault.open(kept.path, PASSPHRASE, WORKER, clock=hand.clock) as vault:
        vault.rotate()
        vault.make_recovery(1, 1)
        hand.clock.pass_(hours=1)
        later = vault.backup().path
    for path in (key_path(kept.backup), copy_path(kept.backup)):
        path.write_bytes(then)
    for path in (key_path(kept.path), copy_path(kept.path)):
        path.unlink()
    page = with_sheets(hand, kept)
    type_sheets(page, "academic acid ", "acne ")
    hand.click(page.backups.options[str(later)])
    assert page.sheets.fields is not None
    assert page.sheets.fields.texts() == ("academic acid ",)
    assert hand.shows(hand.t("recovery.sheet.only"), page)
    hand.click(page.backups.options[str(kept.backup)])
    assert page.sheets.fields.texts() == ("academic acid ", "acne ")


def test_what_is_typed_survives_another_language_but_no_passphrase(hand: Hand) -> None:
    kept = keep(hand)
    page = with_sheets(hand, kept)
    type_sheets(page, kept.sheets[0], "academic ")
    page.worker.setText(WORKER)
    type_new(page)
    assert NEW not in str(page.state())
    hand.press("l", Qt.KeyboardModifier.ControlModifier)
    again = restoring(hand)
    assert again is not page
    assert again.backups.value == str(kept.backup)
    assert again.worker.text() == WORKER
    assert again.sheets.texts() == (kept.sheets[0], "academic ")
    assert again.sheets.new.text() == again.passphrase.text() == ""
    assert again.sheets.fields is not None
    assert again.sheets.fields.shares[0].edit.hasFocus()


def test_all_of_it_goes_by_keyboard(hand: Hand, qtbot: QtBot) -> None:
    kept = keep(hand)
    hand.go("restore", file=str(kept.path), source=str(kept.backup))
    page = restoring(hand)
    qtbot.waitUntil(page.worker.hasFocus)
    hand.write(WORKER)
    hand.press(Qt.Key.Key_Tab)
    assert page.way.options["passphrase"].hasFocus()
    hand.press(Qt.Key.Key_Down)
    assert page.way.value == "sheets"
    hand.press(Qt.Key.Key_Tab)
    for sheet in kept.sheets[:2]:
        hand.write(" ".join(word[:4] for word in sheet.split()) + " ")
        hand.press(Qt.Key.Key_Tab)
    assert page.sheets.new.first.line.hasFocus()
    hand.write(NEW)
    hand.press(Qt.Key.Key_Return)
    assert page.sheets.new.again.line.hasFocus()
    hand.write(NEW)
    hand.press(Qt.Key.Key_Return)
    assert page.sure.isVisible(), page.fault.text
    assert page.sure.back.hasFocus()
    assert not page.sure.go_on.visibleRegion().isEmpty()
    hand.press(Qt.Key.Key_Tab)
    hand.press(Qt.Key.Key_Space)
    done(hand, qtbot)
    assert is_open(hand)


def test_a_vault_that_was_put_back_and_then_does_not_open_is_told_so(
    hand: Hand, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep(hand)
    page = with_sheets(hand, kept)
    type_sheets(page, *kept.sheets[:2])
    page.worker.setText(WORKER)
    type_new(page)
    put, held = Vault.restore, []

    def put_and_hold(*args: object, **named: object) -> Path | None:
        """Another window that opens it in between."""
        aside = put(*args, **named)  # type: ignore[arg-type]
        held.append(Vault.open(kept.path, NEW, WORKER))
        return aside

    monkeypatch.setattr(Vault, "restore", put_and_hold)
    put_back(hand, qtbot)
    held[0].close()
    why = hand.t("vault.error.in_use", path=str(kept.path))
    assert page.fault.text == hand.t("session.error.restored_unopened", path=str(kept.path), why=why)
    assert page.back.hasFocus()
    assert not page.submit.isEnabled()
    hand.click(page.back)
    assert isinstance(hand.window.page, unlock.OpenPage)
    assert kept.cases(NEW) == ["Voor de kopie"]
