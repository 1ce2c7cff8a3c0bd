"""Backups under a key of before: what opens them, and how long that key is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from borg_triage.storage import backup_files, backup_keys, copying
from borg_triage.storage.backup_way import BackupOfThen, DatedBackup
from borg_triage.storage.errors import NoSpace, TooSoon, VaultError, WrongPassphrase
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.restoring import RestoreNeedsOwner
from borg_triage.storage.settings import SettingStore
from borg_triage.storage.vault import Vault

from .owners import BO, HERS, HIS, NEW, NOOR, Team
from .samples import NAME, PASSPHRASE, erase, new_case, taken_out

pytestmark = pytest.mark.usefixtures("quick_keys")


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path / "team.borgvault")


# ---------------------------------------------------------------- a key that the vault no longer knows


@pytest.fixture
def forgotten(team: Team) -> Team:
    """A backup of before past keys were kept: its key file is that of its day, and Noor left since."""
    then = key_path(team.backup).read_bytes()
    with team.opened() as vault:
        vault.withdraw(team.noor)
        vault.change_passphrase(PASSPHRASE, NEW, Cost.floor())
        vault.settings.drop("keys.past.1")
    for path in (key_path(team.backup), copy_path(team.backup)):
        path.write_bytes(then)
    return team


def test_one_of_an_unknown_key_takes_an_owner_of_now_and_a_way_in_of_then(forgotten: Team) -> None:
    team, before = forgotten, forgotten.files()
    with pytest.raises(WrongPassphrase):
        team.restore(NOOR, HERS)
    with pytest.raises(RestoreNeedsOwner):
        Vault.restore(team.path, DatedBackup(team.backup, NOOR, HERS), HIS, BO)
    with pytest.raises(BackupOfThen):
        team.restore(NAME, NEW)
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            Vault.restore(team.path, DatedBackup(team.backup, NAME, NEW), NEW, NAME)
    with pytest.raises(TooSoon):
        Vault.restore(team.path, DatedBackup(team.backup, NAME, PASSPHRASE), NEW, NAME)
    Tries(team.path).take()
    assert team.files() == before
    Vault.restore(team.path, DatedBackup(team.backup, NAME, PASSPHRASE), NEW, NAME)
    for name, passphrase in ((NAME, PASSPHRASE), (NOOR, HERS)):
        with pytest.raises(WrongPassphrase):
            Vault.open(team.path, passphrase, name)
    with Vault.open(team.path, NEW, NAME) as vault:
        assert [case.pseudonym for case in vault.cases.list()] == ["vroeg"]
        # Its key is known from now on, so nobody of then opens it any more.
        assert vault.open_to_others() == []
    with pytest.raises(WrongPassphrase):
        Vault.open(taken_out(team.backup), HERS, NOOR)


def test_with_the_sheets_of_now_too(forgotten: Team) -> None:
    team = forgotten
    with Vault.open(team.path, NEW, NAME) as vault:
        kit = vault.make_recovery(1, 1)
    with pytest.raises(BackupOfThen):
        Vault.restore(team.path, team.backup, shares=kit)
    Vault.restore(team.path, DatedBackup(team.backup, NAME, PASSPHRASE), shares=kit)
    Vault.open(team.path, NEW, NAME).close()


def test_backups_that_let_others_in_are_named(forgotten: Team) -> None:
    with Vault.open(forgotten.path, NEW, NAME) as vault:
        assert [one.path for one in vault.open_to_others()] == [forgotten.backup]


@pytest.mark.parametrize("known", [True, False], ids=["readable", "not to be written"])
def test_a_backup_that_cannot_be_written_to_is_named_until_it_can(
    team: Team, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    # Who runs the tests may write to a read-only folder all the same: the refusal is the system's words.
    from borg_triage.storage.errors import VaultReadOnly

    real = keyfile.write

    def refused(vault: Path, file: keyfile.KeyFile) -> None:
        if vault == team.backup:
            raise VaultReadOnly(vault)
        real(vault, file)

    with team.opened() as vault, monkeypatch.context() as patched:
        if not known:
            patched.setattr(keyfile, "write", refused)
        vault.withdraw(team.noor)
        assert [one.path for one in vault.open_to_others()] == ([] if known else [team.backup])
    with team.opened() as vault:
        assert vault.open_to_others() == []


# ---------------------------------------------------------------- how long a past key is kept


def test_past_keys_are_kept_as_long_as_there_are_backups_under_them(team: Team) -> None:
    with team.opened() as vault:
        vault.rotate()
        second = vault.backup()
        vault.rotate()
        assert sorted(backup_keys.past_keys(vault.settings)) == [1, 2]
        for gone, left in ((team.backup, [2]), (second.path, [])):
            backup_files.delete(next(one for one in vault.backups() if one.path == gone))
            vault.backup()
            assert sorted(backup_keys.past_keys(vault.settings)) == left
            assert not vault.changed


def test_a_backup_whose_key_file_cannot_be_read_keeps_them_all(team: Team) -> None:
    with team.opened() as vault:
        vault.rotate()
        second = vault.backup()
        vault.rotate()
        backup_files.delete(vault.backups()[-1])
        for path in (key_path(second.path), copy_path(second.path)):
            path.write_bytes(b"{}")
        backup_keys.forget_unused(team.path, vault.settings)
        assert sorted(backup_keys.past_keys(vault.settings)) == [1, 2]


@pytest.mark.parametrize("by_program", ["this", "one before it"])
def test_a_restore_during_an_interrupted_rotation_keeps_the_key_of_the_earlier_backups(
    team: Team, monkeypatch: pytest.MonkeyPatch, by_program: str
) -> None:
    # What a full disk does while the copy is written; nothing else of it can be had without a disk to fill.
    def full(*_: object, **__: object) -> None:
        raise NoSpace(team.path)

    with team.opened() as vault:
        with monkeypatch.context() as patched:
            patched.setattr(copying, "export", full)
            with pytest.raises(NoSpace):
                vault.withdraw(team.noor)
        assert list(keyfile.read(team.path).generations) == [1, 2]
    team.restore()
    ring = KeyRing.unlock(keyfile.read(team.path), team.path, NAME, PASSPHRASE)
    with copying.opened(team.path, ring.keys[2], team.path) as database:
        settings = SettingStore(database)
        assert list(backup_keys.past_keys(settings)) == [1]
        if by_program != "this":
            # It remembered nothing of a key that the key file still had.
            settings.drop("keys.past.1")
    with team.opened() as vault:
        assert keyfile.read(team.path).generations == (2,)
        assert list(backup_keys.past_keys(vault.settings)) == [1]
        assert vault.open_to_others() == []
        assert all(finding.good for finding in vault.check())
        erase(vault, vault.cases.create(new_case("weg")).id)
        assert team.backup in [one.path for one in vault.backups()]
        assert not vault.erasing_left().any


def test_a_damaged_vault_still_names_a_backup_under_an_older_key(team: Team) -> None:
    with team.opened() as vault:
        vault.rotate()
        assert vault._unlocked.backup_to_name() == team.backup
    content = bytearray(team.backup.read_bytes())
    content[-50] ^= 8
    team.backup.write_bytes(content)
    with team.opened() as vault:
        assert vault._unlocked.backup_to_name() is None


def test_a_bare_key_knows_no_past(tmp_path: Path) -> None:
    from .samples import new_vault

    with new_vault(tmp_path) as vault:
        assert vault.open_to_others() == []
        with pytest.raises(VaultError):
            vault.withdraw("niemand")
