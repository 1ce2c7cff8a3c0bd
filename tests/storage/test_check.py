"""What `check` says: good of what is good, and of each kind of damage where it is and which backup helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from borg_triage.storage import keying
from borg_triage.storage.check import Finding
from borg_triage.storage.keying import PAGE_BYTES
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.vault import Vault

from .samples import KEY, NAME, PASSPHRASE, new_case, new_observation, new_vault, staffed_vault

pytestmark = pytest.mark.usefixtures("quick_keys")


def bad(findings: list[Finding]) -> dict[str, dict[str, object]]:
    return {finding.key: dict(finding.params) for finding in findings if not finding.good}


def worked_in(vault: Vault) -> Vault:
    for number in range(3):
        case = vault.cases.create(new_case(f"Merel {number}"))
        for answer in range(30):
            vault.cases.append_observation(case.id, new_observation(f"i{answer}", note="Zij zei het. " * 20))
        vault.log.append(vault._unlocked.entry("add"))
    return vault


def test_all_is_good(tmp_path: Path) -> None:
    with worked_in(staffed_vault(tmp_path / "team.borgvault")) as vault:
        assert [one.key for one in vault.check()] == [
            "vault.check.pages",
            "vault.check.structure",
            "vault.check.references",
            "vault.check.schema",
            "vault.check.log",
            "vault.check.keys",
            "vault.check.no_backup",
        ]
        old = vault.backup().path
        vault.rotate()
        new = vault.backup().path
        found = vault.check()
        assert bad(found) == {}
        assert [(one.key, one.params["backup"]) for one in found[-2:]] == [
            ("vault.check.backup", new.name),
            ("vault.check.backup", old.name),
        ]
        vault.settings.drop("keys.past.1")
        assert vault.check()[-1] == Finding("vault.check.backup_other_key", True, {"backup": old.name})


def test_a_bad_page_and_a_bad_backup_are_told_with_the_one_to_restore(tmp_path: Path) -> None:
    with worked_in(new_vault(tmp_path)) as vault:
        good, worse = vault.backup().path, vault.backup().path
    for path in (vault.path, worse):
        content = bytearray(path.read_bytes())
        content[-PAGE_BYTES // 2] ^= 4
        path.write_bytes(content)
    with Vault.open(vault.path, KEY) as vault:
        found = vault.check()
    assert bad(found) == {
        "vault.check.pages_bad": {"count": 1},
        "vault.check.backup_bad": {"backup": worse.name},
        "vault.check.restore": {"backup": str(good)},
    }


def test_a_bad_backup_is_no_reason_to_restore_a_vault_that_is_whole(tmp_path: Path) -> None:
    with worked_in(new_vault(tmp_path)) as vault:
        worse, good = vault.backup().path, vault.backup().path
        vault.cases.create(new_case("later"))
        content = bytearray(worse.read_bytes())
        content[-PAGE_BYTES // 2] ^= 4
        worse.write_bytes(content)
        found = vault.check()
    assert bad(found) == {"vault.check.backup_bad": {"backup": worse.name}}
    assert Finding("vault.check.backup", True, {"backup": good.name}) in found
    assert Finding("vault.check.restore_not", True) in found


def test_a_backup_with_a_damaged_beginning_is_told_apart_from_one_with_another_key(tmp_path: Path) -> None:
    with worked_in(staffed_vault(tmp_path / "team.borgvault")) as vault:
        good, worse = vault.backup().path, vault.backup().path
        content = bytearray(worse.read_bytes())
        content[PAGE_BYTES // 2] ^= 4
        worse.write_bytes(content)
        vault.rotate()
        found = vault.check()
        assert bad(found) == {"vault.check.backup_unopened": {"backup": worse.name}}
        assert Finding("vault.check.backup", True, {"backup": good.name}) in found
        assert Finding("vault.check.restore_not", True) in found


def test_a_backup_that_another_program_holds_is_not_called_damaged(tmp_path: Path) -> None:
    with worked_in(new_vault(tmp_path)) as vault:
        held = vault.backup().path
        connection = keying.connect(held, KEY)
        try:
            connection.execute("SELECT count(*) FROM case_file")
            found = vault.check()
        finally:
            connection.close()
        assert bad(found) == {}
        assert Finding("vault.check.backup_in_use", True, {"backup": held.name}) in found
        assert Finding("vault.check.backup", True, {"backup": held.name}) in vault.check()


def test_a_broken_log_is_no_reason_to_restore_a_vault_that_is_whole(tmp_path: Path) -> None:
    with worked_in(new_vault(tmp_path)) as vault:
        vault.backup()
        database = vault._database
        (guard,) = database.rows("SELECT sql FROM sqlite_schema WHERE name = 'log_no_update'")
        database.execute("DROP TRIGGER log_no_update")
        database.execute("UPDATE log SET person = 'Iemand' WHERE seq = 2")
        database.execute(str(guard[0]))
        found = vault.check()
    assert bad(found) == {"vault.check.log_changed": {"seq": 2}, "vault.check.log_broken": {}}
    assert Finding("vault.check.restore_not", True) in found


def test_a_key_file_that_cannot_be_mended_is_no_reason_to_restore(tmp_path: Path) -> None:
    with worked_in(staffed_vault(tmp_path / "team.borgvault")) as vault:
        vault.backup()
        first, second = key_path(vault.path), copy_path(vault.path)
        first.unlink()
        first.mkdir()
        found = vault.check()
        assert bad(found) == {"vault.check.keys_bad": {"file": first.name, "whole": second.name}}
        assert Finding("vault.check.restore_not", True) in found
        second.unlink()
        second.mkdir()
        both = f"{first.name}, {second.name}"
        assert bad(vault.check()) == {"vault.check.keys_bad_both": {"file": both}}
        first.rmdir()
        second.rmdir()
        assert bad(vault.check()) == {}
    Vault.open(vault.path, PASSPHRASE, NAME).close()


def test_without_a_backup_that_is_said(tmp_path: Path) -> None:
    with new_vault(tmp_path) as vault:
        vault._database.execute("DROP TRIGGER log_no_update")
        assert list(bad(vault.check())) == ["vault.check.schema_bad", "vault.check.restore_nothing"]


@pytest.mark.parametrize(
    ("trigger", "statement", "key", "seq"),
    [
        ("log_no_update", "UPDATE log SET person = 'Iemand' WHERE seq = 2", "log_changed", 2),
        ("log_no_delete", "DELETE FROM log WHERE seq = 2", "log_missing", 2),
        ("log_no_delete", "DELETE FROM log WHERE seq = 3", "log_missing", 3),
    ],
)
def test_the_first_broken_link_of_the_log_is_named(
    tmp_path: Path, trigger: str, statement: str, key: str, seq: int
) -> None:
    with worked_in(new_vault(tmp_path)) as vault:
        vault._database.execute(f"DROP TRIGGER {trigger}")
        vault._database.execute(statement)
        assert bad(vault.check())[f"vault.check.{key}"] == {"seq": seq}


def test_a_log_made_anew_does_not_hold_against_a_backup(tmp_path: Path) -> None:
    with worked_in(new_vault(tmp_path)) as vault:
        vault.backup()
        database = vault._database
        for name in ("log_no_update", "log_no_delete"):
            database.execute(f"DROP TRIGGER {name}")
        database.execute("DELETE FROM log")
        database.execute("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'log'")
        for _ in range(6):
            vault.log.append(vault._unlocked.entry("view"))
        assert vault.log.first_broken() is None
        assert bad(vault.check())["vault.check.log_other_head"] == {"seq": 3}


def test_broken_references_are_counted(tmp_path: Path) -> None:
    with worked_in(new_vault(tmp_path)) as vault:
        vault._database.execute("PRAGMA foreign_keys = OFF")
        vault._database.execute("PRAGMA ignore_check_constraints = ON")
        vault._database.execute("DROP TRIGGER case_file_fixed")
        vault._database.execute("UPDATE case_file SET id = id || 'x' WHERE seq = 1")
        assert bad(vault.check())["vault.check.references_bad"] == {"count": 30}


def test_a_damaged_key_file_is_mended(tmp_path: Path) -> None:
    with staffed_vault(tmp_path / "team.borgvault") as vault:
        for path in (key_path(vault.path), copy_path(vault.path)):
            whole = path.read_bytes()
            path.write_bytes(whole[:-1])
            (told,) = [one for one in vault.check() if one.key == "vault.check.keys_mended"]
            assert told.params == {"file": path.name}
            assert path.read_bytes() == whole
    Vault.open(vault.path, PASSPHRASE, NAME).close()
