"""The numbered migrations and the committed schema say the same, and stay numbered without a hole."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from borg_triage import storage
from borg_triage.storage import migrate
from borg_triage.storage.database import Database
from borg_triage.storage.errors import NotAVault, VaultDamaged, VaultError, VaultNewer
from borg_triage.storage.keying import connect
from borg_triage.storage.vault import Vault

from .samples import KEY, filled_vault
from .write_schema import migrated_schema

FOLDER = Path(storage.__file__).parent


def test_the_migrations_add_up_to_the_committed_schema() -> None:
    assert migrated_schema() == (FOLDER / "schema.sql").read_text("utf-8"), (
        "run: python -m tests.storage.write_schema"
    )


def test_the_migrations_are_numbered_without_a_hole() -> None:
    numbers = sorted(int(path.name[:4]) for path in (FOLDER / "migrations").glob("*.sql"))
    assert numbers == list(range(1, migrate.latest() + 1))


def test_every_table_is_strict() -> None:
    tables = [part for part in migrated_schema().split(";\n") if part.lstrip().startswith("CREATE TABLE")]
    assert len(tables) == 13
    for table in tables:
        assert "STRICT" in table.rsplit(")", 1)[1]


def _run(path: Path, sql: str) -> None:
    connection = connect(path, KEY)
    connection.executescript(sql)
    connection.close()


def test_a_newer_vault_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = filled_vault(tmp_path, cases=1, answers=1)
    _run(path, f"CREATE TABLE of_tomorrow (a); PRAGMA user_version = {migrate.latest() + 1}")
    before = path.read_bytes()
    with pytest.raises(VaultNewer) as caught:
        Vault.open(path, KEY)
    assert caught.value.key == "vault.error.newer"
    assert (caught.value.params["found"], caught.value.params["known"]) == (
        migrate.latest() + 1,
        migrate.latest(),
    )
    assert path.read_bytes() == before


def test_an_encrypted_database_of_another_program_is_not_a_vault(tmp_path: Path) -> None:
    path = filled_vault(tmp_path, cases=1, answers=1)
    _run(path, "PRAGMA application_id = 7")
    before = path.read_bytes()
    with pytest.raises(NotAVault):
        Vault.open(path, KEY)
    assert path.read_bytes() == before


def test_a_vault_without_one_of_its_triggers_is_refused(tmp_path: Path) -> None:
    path = filled_vault(tmp_path, cases=1, answers=1)
    _run(path, "DROP TRIGGER observation_no_update")
    with pytest.raises(VaultDamaged):
        Vault.open(path, KEY)


def test_a_step_that_fails_leaves_the_version_before_it() -> None:
    steps = (
        "CREATE TABLE first (a TEXT) STRICT;",
        "CREATE TABLE second (a TEXT) STRICT; INSERT INTO first VALUES ('kept');",
        "DELETE FROM first; CREATE TABLE third (a TEXT) STRICT; SELECT no_such_column;",
    )
    memory = Database(dbapi2.connect(":memory:", isolation_level=None), Path(":memory:"))
    with pytest.raises(VaultError):
        migrate.run_all(memory, steps)
    assert migrate.version(memory) == 2
    assert memory.rows("SELECT a FROM first") == [("kept",)]
    assert "third" not in migrate.schema(memory)
    memory.close()
