"""Who may put a backup back: an owner of now; and nobody who is out comes in again by a backup of before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from borg_triage.storage import backup_files, backup_keys, copying
from borg_triage.storage.backup_way import BackupOfThen, DatedBackup
from borg_triage.storage.errors import NoSpace, RecoveryRefused, TooSoon, VaultError, WrongPassphrase
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.log import LogEntry
from borg_triage.storage.people import OWNER
from borg_triage.storage.restoring import RestoreNeedsOwner
from borg_triage.storage.settings import SettingStore
from borg_triage.storage.unlocked import system_clock
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import backups_folder
from tests.copies import lay_copy

from .samples import NAME, PASSPHRASE, erase, new_case, staffed_vault, taken_out

NOOR, HERS = "Noor", "drie witte zwanen op het dak"
BO, HIS = "Bo", "zeven rode daken in de mist"
EVA, NEW = "Eva", "negen gele jassen aan de lijn"
pytestmark = pytest.mark.usefixtures("quick_keys")


class Team:
    """A closed vault of an owner, Noor and Bo: one case in its backup, one more of later."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.noor, self.bo, self.kit, backup = lay_copy(path.parent, keep)
        self.backup = backups_folder(path) / backup

    def opened(self) -> Vault:
        return Vault.open(self.path, PASSPHRASE, NAME)

    def files(self) -> dict[str, bytes]:
        found = sorted(self.path.parent.rglob("*"))
        return {
            str(path): path.read_bytes() for path in found if path.is_file() and "-tries" not in path.name
        }

    def restore(self, name: str = NAME, passphrase: str = PASSPHRASE) -> Path | None:
        return Vault.restore(self.path, self.backup, passphrase, name)

    def lose_keys(self) -> None:
        for path in (key_path(self.path), copy_path(self.path)):
            path.unlink()


def keep(folder: Path) -> tuple[str, str, list[str], str]:
    with staffed_vault(folder / "team.borgvault") as vault:
        noor = vault.add_person(NOOR, HERS, cost=Cost.floor()).id
        bo = vault.add_person(BO, HIS, cost=Cost.floor()).id
        kit = vault.make_recovery(1, 1)
        vault.cases.create(new_case("vroeg"))
        backup = vault.backup().path.name
        vault.cases.create(new_case("laat"))
        return noor, bo, kit, backup


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path / "team.borgvault")


def restored(vault: Vault) -> LogEntry:
    return [one for one in vault.log.entries() if one.action == "restore"][-1]


def is_kept_out(team: Team, name: str, passphrase: str) -> None:
    copy = taken_out(team.backup)
    before = team.files()
    for path in (team.path, copy):
        with pytest.raises(WrongPassphrase):
            Vault.open(path, passphrase, name)
        Tries(path).take()
    with pytest.raises(WrongPassphrase):
        team.restore(name, passphrase)
    Tries(team.path).take()
    assert team.files() == before


# ---------------------------------------------------------------- who is out stays out


def test_who_was_withdrawn_gets_in_by_no_backup(team: Team) -> None:
    with team.opened() as vault:
        vault.withdraw(team.bo)
        vault.withdraw(team.noor)
    is_kept_out(team, NOOR, HERS)
    is_kept_out(team, BO, HIS)
    team.restore()
    with pytest.raises(WrongPassphrase):
        Vault.open(team.path, HERS, NOOR)
    with team.opened() as vault:
        assert [case.pseudonym for case in vault.cases.list()] == ["vroeg"]
        assert [one.name for one in vault.people.all()] == [NAME]
        assert [one.name for one in vault.people.all(withdrawn=True)] == [NAME, NOOR, BO]
        assert all(finding.good for finding in vault.check())
        assert keyfile.read(team.path).generations == (3,)


def test_a_passphrase_that_leaked_opens_no_backup(team: Team) -> None:
    with team.opened() as vault:
        vault.change_passphrase(PASSPHRASE, NEW, Cost.floor())
        vault.rotate()
    is_kept_out(team, NAME, PASSPHRASE)
    team.restore(passphrase=NEW)
    Vault.open(team.path, NEW, NAME).close()


def test_a_kit_that_was_lost_opens_no_backup(team: Team) -> None:
    with team.opened() as vault:
        kit = vault.make_recovery(1, 1)
        vault.rotate()
    for path in (team.path, taken_out(team.backup)):
        with pytest.raises(RecoveryRefused):
            Vault.recover(path, team.kit, NAME, NEW, Cost.floor())
    with pytest.raises(RecoveryRefused):
        Vault.restore(team.path, team.backup, shares=team.kit)
    Vault.restore(team.path, team.backup, shares=kit)
    team.opened().close()


def test_who_came_back_under_the_same_name_stays_the_new_person(team: Team) -> None:
    with team.opened() as vault:
        vault.withdraw(team.noor)
        again = vault.add_person(NOOR, NEW, cost=Cost.floor())
    team.restore()
    with Vault.open(team.path, NEW, NOOR) as vault:
        assert vault.person == again
        assert [one.name for one in vault.people.all()] == [NAME, BO, NOOR]


def test_a_kill_between_a_key_file_and_its_copy_is_mended_at_the_next_opening(team: Team) -> None:
    then = copy_path(team.backup).read_bytes()
    with team.opened() as vault:
        vault.withdraw(team.noor)
    copy_path(team.backup).write_bytes(then)
    team.opened().close()
    assert copy_path(team.backup).read_bytes() == key_path(team.backup).read_bytes() != then


# ---------------------------------------------------------------- members


def test_a_member_does_not_put_back(team: Team) -> None:
    before = team.files()
    with pytest.raises(RestoreNeedsOwner):
        team.restore(NOOR, HERS)
    assert team.files() == before


def test_where_the_vault_cannot_be_read_its_newest_backup_says_who_is_an_owner(team: Team) -> None:
    with team.opened() as vault:
        vault.add_person(EVA, NEW, OWNER, Cost.floor())
        vault.backup()
    team.path.write_bytes(b"\xff" * 9999)
    with pytest.raises(RestoreNeedsOwner):
        team.restore(NOOR, HERS)
    team.restore(EVA, NEW)
    with Vault.open(team.path, NEW, EVA) as vault:
        assert (restored(vault).person, restored(vault).detail["why"]) == (EVA, "vault_unread")
        assert [one.name for one in vault.people.all()] == [NAME, NOOR, BO, EVA]


def test_where_only_the_backup_itself_can_be_read_it_says_who_is_an_owner(team: Team) -> None:
    with team.opened() as vault:
        vault.rotate()
    team.path.write_bytes(b"\xff" * 9999)
    with pytest.raises(RestoreNeedsOwner):
        team.restore(NOOR, HERS)
    team.restore()
    with team.opened() as vault:
        assert [case.pseudonym for case in vault.cases.list()] == ["vroeg"]
        assert list(backup_keys.past_keys(vault.settings)) == [1]


# ---------------------------------------------------------------- what the log says


def held_before(then: Vault) -> int:
    """How many entries a backup had, before opening it wrote down that, and that no room was beside it."""
    entries = then.log.entries()
    while entries[-1].action in ("unlock", "waiting_lost"):
        entries.pop()
    return len(entries)


def test_the_log_names_the_backup_and_how_much_is_later(team: Team) -> None:
    with team.opened() as vault:
        count = vault.log.head().seq
    with Vault.open(taken_out(team.backup), PASSPHRASE, NAME) as then:
        known = held_before(then)
    newest = backup_files.newest_number(team.path)
    aside = team.restore()
    with team.opened() as vault:
        told = restored(vault)
        # All that was written after the backup, also how it was closed just now.
        later = count + 1 - known
        assert dict(told.detail) == {
            "backup": team.backup.name.split(".")[2],
            "entries": later,
            "kind": "counted",
            "seq": newest,
        }
        assert told.person == NAME
        ahead = vault.log.head().seq + 1 - known
    # To what was set aside and back: beyond the fork all counts.
    assert aside is not None
    Vault.restore(team.path, aside, PASSPHRASE, NAME)
    with team.opened() as vault:
        assert restored(vault).detail["entries"] == ahead


def test_what_a_killed_program_left_in_its_write_ahead_log_is_counted(team: Team, tmp_path: Path) -> None:
    import shutil

    from borg_triage.storage.places import wal_path

    with team.opened() as vault:
        before = vault.log.head().seq
        vault.log.append(vault._unlocked.entry("add"))
        for place in (lambda path: path, wal_path):
            shutil.copy(place(team.path), tmp_path / place(Path("kopie.borgvault")))
    for place in (lambda path: path, wal_path):
        shutil.move(tmp_path / place(Path("kopie.borgvault")), place(team.path))
    with Vault.open(taken_out(team.backup), PASSPHRASE, NAME) as then:
        known = held_before(then)
    team.restore()
    with team.opened() as vault:
        assert restored(vault).detail["entries"] == before + 1 - known


def test_a_restore_takes_back_no_more_of_the_log_than_it_names(team: Team) -> None:
    day = timedelta(days=1)
    with Vault.open(team.path, PASSPHRASE, NAME, clock=lambda: system_clock() + day) as vault:
        vault.log.append(vault._unlocked.entry("add"))
        vault.backup()
    Vault.restore(team.path, team.backup, PASSPHRASE, NAME, clock=lambda: system_clock() + 2 * day)
    with team.opened() as vault:
        assert all(finding.good for finding in vault.check())
        told = restored(vault)
        for name in ("log_no_update", "log_no_delete"):
            vault._database.execute(f"DROP TRIGGER {name}")
        vault._database.execute("DELETE FROM log")
        vault._database.execute("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'log'")
        for _ in range(told.seq):
            vault.log.append(vault._unlocked.entry("view"))
        vault.log.append(vault._unlocked.entry("restore", told.at, **told.detail))
        assert "vault.check.log_other_head" in [finding.key for finding in vault.check()]


# ---------------------------------------------------------------- the key file is lost


def test_without_its_key_file_the_backups_own_says_who_opens_it_and_the_log_tells(team: Team) -> None:
    with team.opened() as vault:
        vault.withdraw(team.noor)
    team.lose_keys()
    with pytest.raises(WrongPassphrase):
        team.restore(NOOR, HERS)
    team.restore()
    with team.opened() as vault:
        assert restored(vault).detail["why"] == "no_key_file"
        assert [one.name for one in vault.people.all()] == [NAME, BO]
    with pytest.raises(WrongPassphrase):
        Vault.open(team.path, HERS, NOOR)


def test_somebody_whom_the_backup_does_not_know_is_not_locked_out_by_it(team: Team) -> None:
    with team.opened() as vault:
        vault.add_person(EVA, NEW, OWNER, Cost.floor())
    team.lose_keys()
    before = team.files()
    with pytest.raises(WrongPassphrase):
        team.restore(EVA, NEW)
    assert team.files() == before


def test_a_key_of_the_same_number_never_takes_the_place_of_another(team: Team) -> None:
    with team.opened() as vault:
        vault.rotate()
        second = vault.backup().path
    file = key_path(second).read_bytes()
    team.lose_keys()
    team.restore()
    with team.opened() as vault:
        vault.rotate()
        vault.change_passphrase(PASSPHRASE, NEW, Cost.floor())
        assert keyfile.read(team.path).generations == (2,)
    assert key_path(second).read_bytes() == file
    with Vault.open(taken_out(second), PASSPHRASE, NAME) as then:
        assert [case.pseudonym for case in then.cases.list()] == ["laat", "vroeg"]


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
