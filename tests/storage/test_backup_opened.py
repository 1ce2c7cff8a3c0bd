"""A backup is not opened to work in, by any way in; and one that an earlier program opened is told apart."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from borg_triage.storage import entry
from borg_triage.storage.check import Finding
from borg_triage.storage.creating import NamedAsBackup
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import key_path
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.recognise import VaultIsBackup
from borg_triage.storage.unlocked import system_clock
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import backups_folder, vault_backed_up
from tests.copies import lay_copy

from .samples import KEY, NAME, PASSPHRASE, new_case, new_vault, staffed_vault

NEW = "negen gele jassen aan de lijn"
pytestmark = pytest.mark.usefixtures("quick_keys")


class Kept:
    """A closed vault with one case in its backup, and one of later."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kit, backup = lay_copy(path.parent, keep)
        self.backup = backups_folder(path) / backup

    def files(self) -> dict[str, bytes]:
        found = sorted(self.path.parent.rglob("*"))
        return {str(path): path.read_bytes() for path in found if path.is_file()}

    def work_in_backup(self) -> None:
        """What an earlier program let people do."""
        ring = KeyRing.unlock(keyfile.read(self.backup), self.backup, NAME, PASSPHRASE)
        unlocked = entry.with_ring(self.backup, ring, system_clock)
        entry.write_down(unlocked)
        with Vault(unlocked) as vault:
            vault.cases.create(new_case("verdwaald"))

    def check(self) -> list[Finding]:
        with Vault.open(self.path, PASSPHRASE, NAME) as vault:
            return vault.check()


def keep(folder: Path) -> tuple[list[str], str]:
    with staffed_vault(folder / "team.borgvault") as vault:
        kit = vault.make_recovery(1, 1)
        vault.cases.create(new_case("vroeg"))
        backup = vault.backup().path.name
        vault.cases.create(new_case("laat"))
        return kit, backup


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "team.borgvault")


def bad(findings: list[Finding]) -> dict[str, dict[str, object]]:
    return {finding.key: dict(finding.params) for finding in findings if not finding.good}


@pytest.mark.parametrize("way", ["passphrase", "sheets", "key", "restored over"])
def test_no_way_in_opens_a_backup(kept: Kept, tmp_path: Path, way: str) -> None:
    path = kept.backup
    if way == "key":
        with new_vault(tmp_path, "kaal.borgvault") as vault:
            path = vault.backup().path
    before = kept.files()
    ways = {
        "passphrase": lambda: Vault.open(path, PASSPHRASE, NAME),
        "sheets": lambda: Vault.recover(path, kept.kit, NAME, NEW, Cost.floor()),
        "key": lambda: Vault.open(path, KEY),
        "restored over": lambda: Vault.restore(path, kept.path, PASSPHRASE, NAME),
    }
    with pytest.raises(VaultIsBackup) as refused:
        ways[way]()
    name = "kaal.borgvault" if way == "key" else "team.borgvault"
    assert refused.value.params == {"path": str(path), "vault": name}
    assert kept.files() == before


def test_also_where_it_was_copied_to_or_linked_from(kept: Kept, tmp_path: Path) -> None:
    elsewhere = tmp_path / "stick"
    elsewhere.mkdir()
    for one in (kept.backup, key_path(kept.backup)):
        shutil.copy(one, elsewhere)
    link = tmp_path / "werk.borgvault"
    link.symlink_to(kept.backup)
    for path in (elsewhere / kept.backup.name, link):
        with pytest.raises(VaultIsBackup):
            Vault.open(path, PASSPHRASE, NAME)


@pytest.mark.parametrize(
    ("name", "vault"),
    [
        ("team.000000123.20261122T101500Z.borgvault", "team.borgvault"),
        ("team.20261122T101500Z.borgvault", "team.borgvault"),
        ("team.000000123.20261122T101500Z-upgraded.borgvault", "team.borgvault"),
        ("team.000000123.20261122T101500Z-replaced.borgvault", "team.borgvault"),
        ("a.b.000000123.20261122T101500Z.borgvault", "a.b.borgvault"),
        # As it is found where capitals make no difference.
        ("TEAM.000000123.20261122t101500z.BORGVAULT", "TEAM.BORGVAULT"),
        ("team.borgvault", None),
        ("team.2026.borgvault", None),
        ("team.20261322T101500Z.borgvault", None),
        ("20261122T101500Z.borgvault", None),
    ],
)
def test_what_is_called_a_backup(tmp_path: Path, name: str, vault: str | None) -> None:
    assert vault_backed_up(tmp_path / name) == vault


def test_no_vault_is_made_under_the_name_of_a_backup(tmp_path: Path) -> None:
    with pytest.raises(NamedAsBackup):
        Vault.create(tmp_path / "team.20261122T101500Z.borgvault", KEY)
    assert list(tmp_path.iterdir()) == []


def test_it_is_still_checked_and_restored(kept: Kept) -> None:
    found = kept.check()
    assert bad(found) == {}
    assert Finding("vault.check.backup", True, {"backup": kept.backup.name}) in found
    Vault.restore(kept.path, kept.backup, PASSPHRASE, NAME)
    with Vault.open(kept.path, PASSPHRASE, NAME) as vault:
        assert [case.pseudonym for case in vault.cases.list()] == ["vroeg"]


def test_one_that_was_worked_in_is_told_and_the_log_is_not_blamed(kept: Kept) -> None:
    kept.work_in_backup()
    found = kept.check()
    assert bad(found) == {"vault.check.backup_worked_in": {"backup": kept.backup.name}}
    assert "vault.check.log" in [one.key for one in found]
    assert Finding("vault.check.restore_not", True) in found


def test_one_that_was_worked_in_still_holds_against_a_log_made_anew(kept: Kept) -> None:
    kept.work_in_backup()
    with Vault.open(kept.path, PASSPHRASE, NAME) as vault:
        database = vault._database
        for name in ("log_no_update", "log_no_delete"):
            database.execute(f"DROP TRIGGER {name}")
        database.execute("DELETE FROM log")
        database.execute("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'log'")
        for _ in range(30):
            vault.log.append(vault._unlocked.entry("view"))
        assert "vault.check.log_other_head" in bad(vault.check())


def test_one_that_was_worked_in_is_never_named_for_restoring(kept: Kept) -> None:
    with Vault.open(kept.path, PASSPHRASE, NAME) as vault:
        later = vault.backup().path
    kept.backup, first = later, kept.backup
    kept.work_in_backup()
    with Vault.open(kept.path, PASSPHRASE, NAME) as vault:
        vault._database.execute("DROP TRIGGER log_no_update")
        found = bad(vault.check())
    assert "vault.check.schema_bad" in found
    assert found["vault.check.restore"] == {"backup": str(first)}


def test_what_was_stored_in_one_is_read_by_restoring_it_under_a_new_name(kept: Kept) -> None:
    kept.work_in_backup()
    aside = kept.path.with_name("nieuw.borgvault")
    assert Vault.restore(aside, kept.backup, PASSPHRASE, NAME) is None
    with Vault.open(aside, PASSPHRASE, NAME) as vault:
        assert {case.pseudonym for case in vault.cases.list()} == {"vroeg", "verdwaald"}
    with Vault.open(kept.path, PASSPHRASE, NAME) as vault:
        assert {case.pseudonym for case in vault.cases.list()} == {"vroeg", "laat"}
