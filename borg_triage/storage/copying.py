"""Whole copies of a vault: made page by page, then opened and read to the last page before anybody relies
on them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from borg_triage.storage import keying, migrate
from borg_triage.storage.database import Database, GiveWay, Progress, translated
from borg_triage.storage.errors import VaultDamaged, VaultError, from_os
from borg_triage.storage.keying import Secret
from borg_triage.storage.opening import first_read
from borg_triage.storage.places import sync_file

_TABLES: Final = (
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'sqlite_stat1' ORDER BY name"
)


class Facts(NamedTuple):
    """What a copy has in common with its original. rows: how many by table. head: of the log."""

    vault: str
    version: int
    schema: str
    rows: dict[str, int]
    head: str


def copy(source: Database, target: Path, secret: Secret, progress: Progress | None = None) -> None:
    """Write the whole of `source` to a new file under `secret`, on disk when this returns.

    An existing file is never overwritten. Raises VaultError (of the source's path), VaultExists.
    """
    _start(source, target)
    with translated(source.path):
        connection = keying.connect(target, secret)
        try:
            # Nobody reads it before it is whole: neither a journal nor a wait for the disk at each step.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            source.copy_to(connection, progress)
            connection.execute("PRAGMA journal_mode = DELETE")
        finally:
            connection.close()
    _end(source, target)


def export(
    source: Database,
    target: Path,
    secret: Secret,
    progress: Progress | None = None,
    give_way: GiveWay | None = None,
) -> None:
    """The same row by row: nothing that was erased comes along, and nobody writes meanwhile."""
    _start(source, target)
    source.export_to(target, secret, progress, give_way)
    _end(source, target)


def _start(source: Database, target: Path) -> None:
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise from_os(error, source.path) from None


def _end(source: Database, target: Path) -> None:
    try:
        sync_file(target)
    except OSError as error:
        raise from_os(error, source.path) from None


@contextmanager
def opened(file: Path, secret: Secret, vault: Path) -> Iterator[Database]:
    """A copy, open to be read or changed; errors name `vault`. Raises VaultDamaged, VaultInUse."""
    with translated(vault):
        connection = keying.connect(file, secret)
        try:
            first_read(connection)
        except BaseException:
            connection.close()
            raise
    database = Database(connection, vault, file)
    try:
        database.settle()
        yield database
    finally:
        database.close()


@contextmanager
def seen(file: Path, secret: Secret, vault: Path) -> Iterator[Database]:
    """A file to look into as it lies there: nothing is written, taken or waited for.

    What is in a write-ahead log beside it does not show. Errors name `vault`. Raises VaultDamaged where the
    secret does not fit, other VaultErrors.
    """
    with translated(vault):
        connection = keying.connect(file, secret, "look")
    database = Database(connection, vault, file)
    try:
        database.row("PRAGMA application_id")
        yield database
    finally:
        database.close()


def fits(file: Path, secret: Secret, vault: Path) -> bool:
    """Whether a file is under this key; False also where it cannot be read."""
    try:
        with seen(file, secret, vault):
            return True
    except VaultError:
        return False


def facts(database: Database) -> Facts:
    """Count what is there. Raises VaultError."""
    version = migrate.version(database)
    rows = {}
    for (table,) in database.rows(_TABLES):
        (count,) = database.rows(f'SELECT count(*) FROM "{table}"')[0]  # noqa: S608  (names from the schema)
        rows[str(table)] = int(count)
    vault = database.row("SELECT id FROM vault") if "vault" in rows else None
    head = database.row("SELECT hash FROM log ORDER BY seq DESC LIMIT 1") if "log" in rows else None
    return Facts(
        str(vault[0]) if vault else "",
        version,
        migrate.schema(database),
        rows,
        str(head[0]) if head else "",
    )


def damage(database: Database, *, deep: bool = True) -> list[str]:
    """What SQLCipher and SQLite say is wrong; nothing where all is well. Raises VaultError.

    Every page is read and its authentication code checked; `deep` also holds indexes against their tables
    and references against what they point to.
    """
    said = [str(row[0]) for row in database.rows("PRAGMA cipher_integrity_check")]
    if said:
        return said
    check = "integrity_check" if deep else "quick_check"
    said += [str(row[0]) for row in database.rows(f"PRAGMA {check}") if row[0] != "ok"]
    if deep:
        said += [f"{row[0]}: {row[2]}" for row in database.rows("PRAGMA foreign_key_check")]
    return said


def holds_together(database: Database) -> bool:
    """Whether what file and write-ahead log hold together is one whole. Raises VaultError."""
    return not database.rows("PRAGMA foreign_key_check") and all(
        row[0] == "ok" for row in database.rows("PRAGMA integrity_check")
    )


def verify(file: Path, secret: Secret, vault: Path, expected: Facts | None, *, deep: bool = True) -> Facts:
    """Open a copy and read all of it; its facts. Raises VaultDamaged: not `expected`, or not whole."""
    with opened(file, secret, vault) as database:
        if damage(database, deep=deep):
            raise VaultDamaged(vault)
        found = facts(database)
    if expected is not None and found != expected:
        raise VaultDamaged(vault)
    return found
