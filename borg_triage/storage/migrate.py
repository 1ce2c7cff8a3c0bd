"""From an older vault to today's: numbered SQL files, one transaction each.

`migrations/NNNN_name.sql` takes a vault from version NNNN-1 to NNNN; `user_version` in the file says where
it stands. A released migration is never edited. `schema.sql` is what they add up to.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Final

from borg_triage.storage.database import Database
from borg_triage.storage.errors import VaultDamaged, VaultNewer

_HERE: Final = "borg_triage.storage"
APPLICATION_ID: Final = 0x424F5247  # "BORG"


def latest() -> int:
    """The version that this program writes."""
    return len(_migrations())


def version(database: Database) -> int:
    """The version of an open vault. Raises VaultError."""
    row = database.row("PRAGMA user_version")
    return int(row[0]) if row else 0


def refuse_newer(database: Database) -> None:
    """Raise VaultNewer for a vault that a newer program has written."""
    found = version(database)
    if found > latest():
        raise VaultNewer(database.path, found=found, known=latest())


def check_schema(database: Database) -> None:
    """Raise VaultDamaged for a vault that is not what the migrations make: also one without its triggers."""
    if schema(database) != expected_schema():
        raise VaultDamaged(database.path)


def run_all(database: Database, steps: Sequence[str] | None = None) -> None:
    """Run the steps (ours, unless others are given) that the vault has not had yet. Raises VaultError."""
    found = version(database)
    for number, sql in enumerate((_migrations() if steps is None else steps)[found:], start=found + 1):
        database.script(f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;")


def schema(database: Database) -> str:
    """The schema of an open vault as text, in the form of schema.sql."""
    rows = database.rows(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!' "
        "ORDER BY tbl_name, type = 'table' DESC, type, name"
    )
    return "\n".join(f"{sql};\n" for (sql,) in rows)


@cache
def expected_schema() -> str:
    """The committed schema.sql."""
    return (resources.files(_HERE) / "schema.sql").read_text("utf-8")


@cache
def _migrations() -> tuple[str, ...]:
    folder = resources.files(_HERE) / "migrations"
    files = sorted((entry.name, entry) for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return tuple(entry.read_text("utf-8") for _, entry in files)
