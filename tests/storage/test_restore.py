"""Putting a backup back: verified first, with nothing thrown away; also where the vault does not open."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from borg_triage.storage.backup_files import set_aside
from borg_triage.storage.errors import (
    FolderMissing,
    KeyFileMissing,
    VaultDamaged,
    VaultInUse,
    VaultMissing,
    WrongPassphrase,
)
from borg_triage.storage.keying import PAGE_BYTES
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.keys.put import put_together
from borg_triage.storage.places import draft_path, marker_path, wal_path
from borg_triage.storage.records import CaseFile
from borg_triage.storage.swap import settle
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import REPLACED, backups_folder
from tests.copies import lay_copy

from .samples import KEY, NAME, PASSPHRASE, new_case, new_vault, staffed_vault, taken_out

HERS = "drie witte zwanen op het dak"
pytestmark = pytest.mark.usefixtures("quick_keys")


class Kept:
    """A closed vault with one case in its backup, and one more of later."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.early, backup, self.late = lay_copy(path.parent, keep)
        self.backup = backups_folder(path) / backup

    def names(self, path: Path | None = None) -> list[str]:
        with Vault.open(taken_out(path) if path else self.path, PASSPHRASE, NAME) as opened:
            return sorted(case.pseudonym for case in opened.cases.list())

    def restore(self) -> Path | None:
        return Vault.restore(self.path, self.backup, PASSPHRASE, NAME)


def keep(folder: Path) -> tuple[CaseFile, str, CaseFile]:
    with staffed_vault(folder / "team.borgvault") as vault:
        early = vault.cases.create(new_case("vroeg"))
        backup = vault.backup().path.name
        return early, backup, vault.cases.create(new_case("laat"))


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "team.borgvault")


def test_the_backup_takes_the_vaults_place_and_what_lay_there_is_kept(kept: Kept) -> None:
    aside = kept.restore()
    assert kept.names() == ["vroeg"]
    assert aside is not None
    assert aside.parent == backups_folder(kept.path)
    assert kept.names(aside) == ["laat", "vroeg"]
    with Vault.open(kept.path, PASSPHRASE, NAME) as opened:
        assert {one.kind for one in opened.backups()} == {REPLACED, ""}
        assert "restore" in [entry.action for entry in opened.log.entries()]
        assert opened.log.first_broken() is None
    # And back again.
    Vault.restore(kept.path, aside, PASSPHRASE, NAME)
    assert kept.names() == ["laat", "vroeg"]


@pytest.mark.parametrize("damage", ["noise", "first page", "cut", "empty", "missing", "with its key files"])
def test_the_vault_itself_need_not_open(kept: Kept, damage: str) -> None:
    whole = kept.path.read_bytes()
    content = {
        "noise": bytes(range(256)) * 64,
        "first page": whole[:100] + b"\xff" * 9 + whole[109:],
        "cut": whole[: 3 * PAGE_BYTES],
        "empty": b"",
    }.get(damage, whole)
    kept.path.write_bytes(content)
    if damage == "missing":
        kept.path.unlink()
    if damage == "with its key files":
        kept.path.unlink()
        key_path(kept.path).unlink()
        copy_path(kept.path).unlink()
    aside = kept.restore()
    assert kept.names() == ["vroeg"]
    if damage in ("missing", "with its key files"):
        assert aside is None
    else:
        assert aside is not None
        assert aside.read_bytes() == content
        assert key_path(aside).exists()


def test_the_log_of_a_killed_program_is_set_aside_with_its_vault(kept: Kept) -> None:
    wal_path(kept.path).write_bytes(b"newest rows")
    aside = kept.restore()
    assert aside is not None
    assert wal_path(aside).read_bytes() == b"newest rows"
    assert kept.names() == ["vroeg"]


def test_a_wrong_passphrase_or_a_damaged_backup_changes_nothing(kept: Kept) -> None:
    before = {path.name: path.read_bytes() for path in kept.path.parent.iterdir() if path.is_file()}
    with pytest.raises(WrongPassphrase):
        Vault.restore(kept.path, kept.backup, HERS, NAME)
    whole = kept.backup.read_bytes()
    for content in (whole[:-PAGE_BYTES], whole[:-9] + b"\xff" * 9, b"\xff" * 99 + whole[99:]):
        kept.backup.write_bytes(content)
        with pytest.raises(VaultDamaged) as caught:
            kept.restore()
        assert caught.value.params["path"] == str(kept.backup)
    for path in (key_path(kept.backup), copy_path(kept.backup)):
        path.unlink()
    with pytest.raises(KeyFileMissing):
        kept.restore()
    after = {path.name: path.read_bytes() for path in kept.path.parent.iterdir() if path.is_file()}
    after.pop("team.borgvault-tries")
    assert after == before


def test_what_is_not_there_is_named(kept: Kept, tmp_path: Path) -> None:
    with pytest.raises(VaultMissing) as caught:
        Vault.restore(kept.path, tmp_path / "weg.borgvault", PASSPHRASE, NAME)
    assert caught.value.params["path"] == str(tmp_path / "weg.borgvault")
    with pytest.raises(FolderMissing):
        Vault.restore(tmp_path / "weg" / "team.borgvault", kept.backup, PASSPHRASE, NAME)


def test_an_open_vault_is_not_replaced(kept: Kept) -> None:
    with Vault.open(kept.path, PASSPHRASE, NAME) as opened:
        with pytest.raises(VaultInUse):
            kept.restore()
        opened.cases.create(new_case("nog een"))
    assert kept.names() == ["laat", "nog een", "vroeg"]


def test_a_backup_under_an_older_key_comes_back_under_the_present_one(kept: Kept) -> None:
    with Vault.open(kept.path, PASSPHRASE, NAME) as opened:
        opened.rotate()
    old, now = keyfile.read(kept.backup), keyfile.read(kept.path)
    assert (old.generations, now.generations) == ((1,), (2,))
    kept.restore()
    assert keyfile.read(kept.path) == now
    assert kept.names() == ["vroeg"]


def test_somebody_added_since_stays_in(kept: Kept) -> None:
    with Vault.open(kept.path, PASSPHRASE, NAME) as opened:
        noor = opened.add_person("Noor", HERS, cost=Cost.floor())
    kept.restore()
    with Vault.open(kept.path, HERS, "Noor") as opened:
        assert opened.person == noor
        assert [one.name for one in opened.people.all()] == [NAME, "Noor"]


def test_a_recovery_kit_opens_a_backup_too(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    with staffed_vault(path) as vault:
        words = vault.make_recovery(2, 3)
        made = vault.backup().path
    Vault.restore(path, made, shares=words[1:])
    with Vault.recover(path, words[:2], NAME, HERS, Cost.floor()) as opened:
        assert opened.person.name == NAME


def test_a_bare_key_restores_too(tmp_path: Path) -> None:
    with new_vault(tmp_path) as vault:
        case = vault.cases.create(new_case())
        made = vault.backup().path
        vault.cases.erase(case.id)
    Vault.restore(vault.path, made, KEY)
    with Vault.open(vault.path, KEY) as again:
        assert again.cases.get(case.id) == case


def test_a_restore_that_was_bound_to_be_is_ended_by_whoever_comes_next(kept: Kept) -> None:
    draft_path(kept.path).write_bytes(kept.backup.read_bytes())
    marker_path(kept.path).write_bytes(key_path(kept.backup).read_bytes())
    settle(kept.path)
    assert kept.names() == ["vroeg"]
    assert not marker_path(kept.path).exists()


def test_a_restore_that_had_only_begun_is_forgotten(kept: Kept) -> None:
    draft_path(kept.path).write_bytes(kept.backup.read_bytes()[:-PAGE_BYTES])
    assert kept.names() == ["laat", "vroeg"]
    assert not draft_path(kept.path).exists()


def test_a_rotten_word_of_a_restore_leaves_the_vault_that_is_there(kept: Kept) -> None:
    draft_path(kept.path).write_bytes(kept.backup.read_bytes())
    marker_path(kept.path).write_bytes(key_path(kept.backup).read_bytes()[:-4])
    assert kept.names() == ["laat", "vroeg"]
    assert not draft_path(kept.path).exists()


@pytest.mark.parametrize("marker", [b"", b"\0" * 500, b"{}"], ids=["empty", "zeros", "damaged"])
@pytest.mark.parametrize("before_the_swap", [True, False])
def test_a_marker_that_says_nothing_takes_no_key_file_away(
    kept: Kept, marker: bytes, before_the_swap: bool
) -> None:
    # Also what an older program left while it restored a vault without a key file.
    if before_the_swap:
        draft_path(kept.path).write_bytes(kept.backup.read_bytes())
    marker_path(kept.path).write_bytes(marker)
    assert kept.names() == ["laat", "vroeg"]
    assert key_path(kept.path).exists()
    assert copy_path(kept.path).exists()
    assert not marker_path(kept.path).exists()
    assert not draft_path(kept.path).exists()


def test_the_copy_beside_such_a_marker_is_not_thrown_away_where_no_vault_is_left(kept: Kept) -> None:
    kept.path.rename(draft_path(kept.path))
    marker_path(kept.path).write_bytes(b"")
    settle(kept.path)
    assert kept.names() == ["laat", "vroeg"]


def test_a_vault_without_a_key_file_takes_the_place_of_one_with_it(kept: Kept, tmp_path: Path) -> None:
    bare = new_vault(tmp_path, "bare.borgvault")
    bare.cases.create(new_case("kaal"))
    bare.close()
    Vault.restore(kept.path, bare.path, KEY)
    assert not key_path(kept.path).exists()
    with Vault.open(kept.path, KEY) as opened:
        assert [case.pseudonym for case in opened.cases.list()] == ["kaal"]


def test_the_log_follows_a_vault_that_was_set_aside_without_it(kept: Kept) -> None:
    """Killed between the two, where a file can have only one name (a memory stick)."""
    with Vault.open(kept.path, PASSPHRASE, NAME) as opened:
        opened.cases.create(new_case("nieuwste"))
        vault, log = kept.path.read_bytes(), wal_path(kept.path).read_bytes()
    draft_path(kept.path).write_bytes(kept.backup.read_bytes())
    put_together({marker_path(kept.path): key_path(kept.backup).read_bytes()})
    kept.path.write_bytes(vault)
    aside = set_aside(kept.path, datetime.fromtimestamp(marker_path(kept.path).stat().st_mtime, UTC))
    kept.path.unlink()
    wal_path(kept.path).write_bytes(log)
    settle(kept.path)
    assert kept.names() == ["vroeg"]
    assert kept.names(aside) == ["laat", "nieuwste", "vroeg"]
