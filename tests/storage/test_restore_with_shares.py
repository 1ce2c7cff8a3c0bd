"""Putting a backup back with the recovery sheets, and a new passphrase in the same step."""

from __future__ import annotations

from pathlib import Path

import pytest

from borg_triage.storage.backup_way import BackupOfThen
from borg_triage.storage.errors import (
    KeyFileMissing,
    PassphraseShort,
    PassphraseWeak,
    SlotsFull,
    VaultError,
    WrongPassphrase,
)
from borg_triage.storage.keys import ring
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.keys.share_errors import RecoveryNone, ShareForeign, ShareForeignBackup, SharesTooFew
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.people import NameRefused
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import backups_folder
from tests.copies import lay_copy

from .samples import NAME, PASSPHRASE, new_case, staffed_vault, taken_out

HERS = "drie witte zwanen op het dak"
NOOR = "Noor"
pytestmark = pytest.mark.usefixtures("quick_keys")


class Kept:
    """A closed vault with sheets (2 of 3), one case in its backup, and one more of later."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sheets, backup = lay_copy(path.parent, keep)
        self.backup = backups_folder(path) / backup

    def restore(
        self, name: str = NAME, passphrase: str = HERS, shares: list[str] | None = None
    ) -> Path | None:
        given = self.sheets[1:] if shares is None else shares
        return Vault.restore(self.path, self.backup, passphrase, name, given, cost=Cost.floor())

    def files(self) -> dict[str, bytes]:
        found = sorted(self.path.parent.rglob("*"))
        return {str(path): path.read_bytes() for path in found if path.is_file()}


def keep(folder: Path) -> tuple[list[str], str]:
    with staffed_vault(folder / "team.borgvault") as vault:
        sheets = vault.make_recovery(2, 3)
        vault.cases.create(new_case("vroeg"))
        backup = vault.backup().path.name
        vault.cases.create(new_case("laat"))
        return sheets, backup


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "team.borgvault")


def test_the_sheets_put_it_back_and_the_name_gets_the_new_passphrase(kept: Kept) -> None:
    before = kept.files()
    aside = kept.restore()
    assert aside is not None
    with pytest.raises(WrongPassphrase):
        Vault.open(kept.path, PASSPHRASE, NAME)
    with Vault.open(kept.path, HERS, NAME) as opened:
        assert [case.pseudonym for case in opened.cases.list()] == ["vroeg"]
        assert opened.person.role == "owner"
        told = [(entry.person, entry.action) for entry in opened.log.entries()]
        assert (NAME, "restore") in told
        assert ("", "passphrase_changed") in told
        assert opened.log.first_broken() is None
        assert all(finding.good for finding in opened.check())
    # The backup stays as it was, and what was set aside is whole; both open for the people of now.
    assert kept.files()[str(kept.backup)] == before[str(kept.backup)]
    with pytest.raises(WrongPassphrase):
        Vault.open(taken_out(aside), PASSPHRASE, NAME)
    with Vault.open(taken_out(aside), HERS, NAME) as old:
        assert sorted(case.pseudonym for case in old.cases.list()) == ["laat", "vroeg"]


def test_a_name_that_the_backup_does_not_know_comes_in_as_an_owner(kept: Kept) -> None:
    kept.restore(NOOR)
    with Vault.open(kept.path, HERS, NOOR) as opened:
        assert opened.person.role == "owner"
        assert [one.name for one in opened.people.all()] == [NAME, NOOR]
    Vault.open(kept.path, PASSPHRASE, NAME).close()


def test_somebody_who_came_after_the_backup_can_be_let_in_by_that_same_name(kept: Kept) -> None:
    with Vault.open(kept.path, PASSPHRASE, NAME) as opened:
        opened.add_person(NOOR, PASSPHRASE, cost=Cost.floor())
    kept.restore(NOOR)
    with Vault.open(kept.path, HERS, NOOR) as opened:
        assert [one.name for one in opened.people.all()] == [NAME, NOOR]
        assert opened.ring is not None
        assert len(opened.ring.file.passphrase_slots) == 2
    Vault.open(kept.path, PASSPHRASE, NAME).close()


@pytest.mark.parametrize(
    ("name", "passphrase", "error"),
    [
        (NAME, "kort", PassphraseShort),
        (NAME, "wachtwoordwachtwoord", PassphraseWeak),
        ("twee\nregels" * 20, HERS, NameRefused),
    ],
)
def test_what_is_refused_is_refused_before_anything_is_replaced(
    kept: Kept, name: str, passphrase: str, error: type[VaultError]
) -> None:
    before = kept.files()
    with pytest.raises(error):
        kept.restore(name, passphrase)
    assert kept.files() == before


def test_a_vault_that_is_full_of_people_takes_nobody_new(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ring, "MOST_PEOPLE", 1)
    before = kept.files()
    with pytest.raises(SlotsFull):
        kept.restore(NOOR)
    assert kept.files() == before
    kept.restore()


def test_the_rule_of_the_organisation_in_the_backup_holds(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    with staffed_vault(path) as vault:
        sheets = vault.make_recovery(1, 1)
        vault.settings.put("passphrase.length", "40")
        made = vault.backup().path
    with pytest.raises(PassphraseShort) as caught:
        Vault.restore(path, made, HERS, NAME, sheets)
    assert caught.value.params["minimum"] == 40


def test_sheets_that_are_too_few_foreign_or_of_no_kit_change_nothing(kept: Kept, tmp_path: Path) -> None:
    with staffed_vault(tmp_path / "ander.borgvault") as other:
        foreign = other.make_recovery(2, 3)
    with staffed_vault(tmp_path / "zonder.borgvault") as plain:
        without = plain.backup().path
    before = kept.files()
    with pytest.raises(SharesTooFew):
        kept.restore(shares=kept.sheets[:1])
    with pytest.raises(ShareForeign) as now:
        kept.restore(shares=[kept.sheets[0], foreign[1]])
    assert now.value.params == {"path": str(kept.path), "share": 2}
    with pytest.raises(BackupOfThen):
        Vault.restore(kept.path, without, HERS, NAME, kept.sheets)
    assert kept.files() == before


def test_without_the_key_file_of_now_the_sheets_are_those_of_the_backup(kept: Kept, tmp_path: Path) -> None:
    with staffed_vault(tmp_path / "ander.borgvault") as other:
        foreign = other.make_recovery(2, 3)
    with staffed_vault(tmp_path / "zonder.borgvault") as plain:
        without = plain.backup().path
    for path in (key_path(kept.path), copy_path(kept.path)):
        path.unlink()
    before = kept.files()
    with pytest.raises(ShareForeignBackup) as then:
        kept.restore(shares=[kept.sheets[0], foreign[1]])
    assert then.value.params == {"path": str(kept.backup), "share": 2}
    with pytest.raises(RecoveryNone):
        Vault.restore(kept.path, without, HERS, NAME, kept.sheets)
    assert kept.files() == before
    kept.restore()
    with Vault.open(kept.path, HERS, NAME) as opened:
        (told,) = [one for one in opened.log.entries() if one.action == "restore"]
        assert told.detail["why"] == "no_key_file"
    for path in (key_path(kept.path), copy_path(kept.path), key_path(kept.backup), copy_path(kept.backup)):
        path.unlink()
    with pytest.raises(KeyFileMissing):
        kept.restore()


def test_tries_of_before_are_told_in_the_log_and_keep_nobody_waiting(kept: Kept) -> None:
    for _ in range(8):
        Tries(kept.path).failed()
    failed = Tries(kept.path).failures()
    assert Tries(kept.path).wait() > 0
    kept.restore()
    with Vault.open(kept.path, HERS, NAME) as opened:
        assert [one.at for one in opened.log.entries() if one.action == "failed_unlock"] == failed
    assert Tries(kept.path).failures() == []


def test_without_a_name_nobody_gets_another_passphrase(kept: Kept) -> None:
    Vault.restore(kept.path, kept.backup, shares=kept.sheets[:2])
    Vault.open(kept.path, PASSPHRASE, NAME).close()
