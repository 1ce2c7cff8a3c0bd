"""Who may put a backup back: an owner of now; and nobody who is out comes in again by a backup of before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from borg_triage.storage import backup_files, backup_keys
from borg_triage.storage.errors import RecoveryRefused, WrongPassphrase
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.people import OWNER
from borg_triage.storage.restoring import RestoreNeedsOwner
from borg_triage.storage.unlocked import system_clock
from borg_triage.storage.vault import Vault

from .harm import lose_keys
from .owners import BO, EVA, HERS, HIS, NEW, NOOR, Team, restored
from .samples import NAME, PASSPHRASE, taken_out

pytestmark = pytest.mark.usefixtures("quick_keys")


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path / "team.borgvault")


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
    lose_keys(team.path)
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
    lose_keys(team.path)
    before = team.files()
    with pytest.raises(WrongPassphrase):
        team.restore(EVA, NEW)
    assert team.files() == before


def test_a_key_of_the_same_number_never_takes_the_place_of_another(team: Team) -> None:
    with team.opened() as vault:
        vault.rotate()
        second = vault.backup().path
    file = key_path(second).read_bytes()
    lose_keys(team.path)
    team.restore()
    with team.opened() as vault:
        vault.rotate()
        vault.change_passphrase(PASSPHRASE, NEW, Cost.floor())
        assert keyfile.read(team.path).generations == (2,)
    assert key_path(second).read_bytes() == file
    with Vault.open(taken_out(second), PASSPHRASE, NAME) as then:
        assert [case.pseudonym for case in then.cases.list()] == ["laat", "vroeg"]
