"""Older vaults become today's on a copy; what they were is kept; newer ones are left alone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from borg_triage.storage import migrate, upgrade
from borg_triage.storage.backup_way import DatedBackup
from borg_triage.storage.database import Database
from borg_triage.storage.errors import (
    KeyFileMissing,
    VaultDamaged,
    VaultNewer,
    WrongPassphrase,
)
from borg_triage.storage.keying import PAGE_BYTES, RawKey, connect
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import key_path
from borg_triage.storage.people import NameRefused
from borg_triage.storage.places import draft_path
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import UPGRADED

from .samples import KEY, NAME, PASSPHRASE, erase, filled_vault, new_case, new_observation, staffed_vault

OLD = Path(__file__).parents[1] / "old_vaults" / "version-1.borgvault"
# Who opens an old vault first becomes its owner.
pytestmark = pytest.mark.usefixtures("quick_keys")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A vault as the first release made it, with three invented cases."""
    path = tmp_path / "oud.borgvault"
    shutil.copy(OLD, path)
    return path


def opened(path: Path, passphrase: str = PASSPHRASE, name: str = NAME) -> Vault:
    return Vault.open(path, passphrase, name, Cost.floor())


def old_database(path: Path, key: RawKey) -> None:
    """An empty vault of version 1 under a bare key."""
    path.touch(0o600)
    database = Database(connect(path, key), path)
    database.settle()
    database.execute(f"PRAGMA application_id = {migrate.APPLICATION_ID}")
    migrate.run_all(database, migrate._migrations()[:1])
    database.close()


# ---------------------------------------------------------------- version 1: the key was the passphrase


def test_a_vault_of_version_1_gets_a_key_file_and_loses_nothing(old: Path) -> None:
    before = old.read_bytes()
    with opened(old) as vault:
        cases = vault.cases.list()
        assert {case.pseudonym for case in cases} == {"Mevrouw Zonnebloem", "Kastanje één", "Merel"}
        for case in cases:
            first, second = vault.cases.observations(case.id)
            assert first.note.startswith("Zij vertelde dit zelf")
            assert (second.retracts, first.retracted) == (first.seq, True)
            assert len(vault.cases.results(case.id)) == 1
            assert len(vault.cases.judgements(case.id)) == 1
            assert len(vault.cases.overrides(case.id)) == 1
            assert len(vault.cases.events(case.id)) == 1
        assert vault.settings.get("team") == "De Brug"
        assert (vault.person.name, vault.person.role) == (NAME, "owner")
        told = [(entry.person, entry.action) for entry in vault.log.entries()]
        assert told == [(NAME, "person_added"), (NAME, "upgrade"), (NAME, "unlock")]
        assert dict(vault.log.entries()[1].detail) == {"schema_from": 1, "schema_to": migrate.latest()}
        (kept,) = vault.backups()
    assert kept.kind == UPGRADED
    # But for the first page, which says how it is written to.
    assert kept.path.read_bytes()[PAGE_BYTES:] == before[PAGE_BYTES:]
    assert keyfile.read(old).generations == (1,)
    assert not draft_path(old).exists()
    with opened(old) as vault:
        vault.cases.create(new_case())
    with pytest.raises(WrongPassphrase):
        opened(old, PASSPHRASE, "Iemand anders")


def test_its_old_self_is_restored_and_converted_again(old: Path) -> None:
    with opened(old) as vault:
        (kept,) = vault.backups()
        vault.cases.create(new_case())
    Vault.restore(old, kept.path, PASSPHRASE, NAME)
    assert not key_path(old).exists()
    with opened(old) as vault:
        assert vault.cases.count() == 3


def test_its_old_self_takes_an_owner_of_now_and_the_passphrase_of_then(old: Path) -> None:
    another = "drie witte zwanen op het dak"
    with opened(old) as vault:
        (kept,) = vault.backups()
        vault.change_passphrase(PASSPHRASE, another, Cost.floor())
        assert vault.open_to_others() == [kept]
    with pytest.raises(WrongPassphrase):
        Vault.restore(old, kept.path, PASSPHRASE, NAME)
    with pytest.raises(KeyFileMissing):
        Vault.restore(old, kept.path, another, NAME)
    Vault.restore(old, DatedBackup(kept.path, "", PASSPHRASE), another, NAME)
    with opened(old) as vault:
        assert vault.cases.count() == 3


def test_its_old_self_goes_with_a_case_that_it_held_for_certain(old: Path) -> None:
    with opened(old) as vault:
        (kept,) = vault.backups()
        later = vault.cases.create(new_case()).id
        vault.log.append(replace(vault._unlocked.entry("add", kind="case"), case_id=later))
        erase(vault, later)
        # Begun after it; but it cannot be looked into.
        assert kept in vault.backups()
        assert vault.erasing_left().unread == [kept]
        # Of 0.1.0, which had no log: the one before it all knew it.
        erase(vault, vault.cases.list()[0].id)
        assert kept not in vault.backups()
        assert not vault.erasing_left().any


def test_with_a_wrong_passphrase_it_stays_as_it_is(old: Path) -> None:
    before = old.read_bytes()
    with pytest.raises(KeyFileMissing):
        opened(old, PASSPHRASE + "x")
    with pytest.raises(NameRefused):
        opened(old, PASSPHRASE, "")
    assert old.read_bytes()[PAGE_BYTES:] == before[PAGE_BYTES:]
    # The guess is counted.
    assert {path.name for path in old.parent.iterdir()} == {old.name, f"{old.name}-tries"}
    opened(old).close()


# ---------------------------------------------------------------- later versions


def test_an_upgrade_keeps_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    old_database(path, KEY)
    before = path.read_bytes()
    with Vault.open(path, KEY) as vault:
        assert migrate.version(vault._database) == migrate.latest()
        (kept,) = vault.backups()
        assert [entry.action for entry in vault.log.entries()] == ["upgrade"]
        vault.cases.create(new_case())
    assert kept.kind == UPGRADED
    assert kept.path.read_bytes()[PAGE_BYTES:] == before[PAGE_BYTES:]
    with Vault.open(path, KEY) as vault:
        assert len(vault.backups()) == 1


def test_where_files_have_one_name_only_a_copy_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "team.borgvault"
    old_database(path, KEY)

    def refuse(*_: object) -> None:
        raise PermissionError(1, "no hard links on this file system")

    monkeypatch.setattr(upgrade.os, "link", refuse)
    with Vault.open(path, KEY) as vault:
        (kept,) = vault.backups()
    old = Database(connect(kept.path, KEY), kept.path)
    assert migrate.version(old) == 1
    old.close()


@pytest.mark.parametrize(
    "step",
    ["SELECT no_such_column;", "CREATE TABLE more (a TEXT) STRICT;", "DELETE FROM setting;"],
    ids=["fails", "makes another schema", "loses rows"],
)
def test_an_upgrade_that_goes_wrong_leaves_the_vault_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "team.borgvault"
    with staffed_vault(path) as vault:
        case = vault.cases.create(new_case())
        vault.settings.put("team", "De Brug")
    released = migrate._migrations()
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "_migrations", lambda: (*released, step))
        with pytest.raises(Exception, match=r"vault\.error"):
            opened(path)
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        assert vault.cases.get(case.id) == case
        assert migrate.version(vault._database) == len(released)
        assert vault.settings.get("team") == "De Brug"


def test_an_old_program_refuses_a_newer_vault_in_words(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    with staffed_vault(path) as vault:
        vault._database.execute(f"PRAGMA user_version = {migrate.latest() + 3}")
    before = path.read_bytes()
    with pytest.raises(VaultNewer) as caught:
        opened(path)
    assert (caught.value.params["found"], caught.value.params["known"]) == (
        migrate.latest() + 3,
        migrate.latest(),
    )
    assert path.read_bytes() == before


def test_a_vault_without_one_of_its_triggers_names_the_backup(tmp_path: Path) -> None:
    path = filled_vault(tmp_path, cases=1, answers=1)
    with Vault.open(path, KEY) as vault:
        made = vault.backup().path
        vault._database.execute("DROP TRIGGER observation_no_update")
    with pytest.raises(VaultDamaged) as caught:
        Vault.open(path, KEY)
    assert caught.value.params["backup"] == str(made)


def test_the_answers_of_an_old_vault_can_still_be_added_to(old: Path) -> None:
    with opened(old) as vault:
        case = vault.cases.list()[0]
        stored = vault.cases.append_observation(case.id, new_observation())
        assert vault.cases.observations(case.id)[-1] == stored
