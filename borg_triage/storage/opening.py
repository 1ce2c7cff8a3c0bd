"""Taking a vault's file for this program alone, and reading its first page with the right key."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlcipher3 import dbapi2

from borg_triage.storage import keying, migrate
from borg_triage.storage.database import Database, translated
from borg_triage.storage.errors import (
    NoSpace,
    NotAVault,
    VaultDamaged,
    VaultError,
    VaultInUse,
    VaultIoError,
    VaultTruncated,
    WrongPassphrase,
    code_of,
    from_os,
    from_sqlcipher,
)
from borg_triage.storage.keying import Secret
from borg_triage.storage.places import identity
from borg_triage.storage.recognise import why_locked

# Seconds. Two programs that start together can each keep the other from taking the file: then one goes
# first; and a program that is just closing the vault gets half a second for it.
_PAUSES: Final = (0.02, 0.08, 0.2)
# How often another program may put another file under the vault's name while we open it.
_SWAPS: Final = 3


def unlock(path: Path, secrets: Sequence[Secret], *, certain: bool = False) -> tuple[Database, int]:
    """Open a vault with the first of `secrets` that fits; the database, and which one it was.

    certain: one of them must be right (they come out of the key file), so that a first page which none
    opens is damaged. The database is settled and known to be a vault; nothing in it was changed. Raises
    WrongPassphrase, NotAVault, VaultDamaged, VaultTruncated, VaultNewer, VaultInUse, VaultIoError.
    """
    for place, secret in enumerate(secrets):
        connection = connected(path, secret)
        if connection is not None:
            return _known(Database(connection, path)), place
    error = why_locked(path)
    if certain and isinstance(error, WrongPassphrase | NotAVault):
        error = VaultDamaged(path)
    raise error


def connected(path: Path, secret: Secret) -> dbapi2.Connection | None:
    """A connection that holds the file and has read its first page; None where the secret does not fit."""
    for _ in range(_SWAPS):
        before = identity(path)
        with translated(path):
            connection = keying.connect(path, secret)
        try:
            first_read(connection)
        except dbapi2.Error as error:
            connection.close()
            if code_of(error) != dbapi2.SQLITE_NOTADB:
                raise _unreadable(error, path) from None
            if identity(path) == before:
                return None
            continue
        except BaseException:
            connection.close()
            raise
        # Another program may have put a new file in place after we opened the old one.
        if identity(path) == before:
            return connection
        connection.close()
    raise VaultInUse(path)


def first_read(connection: dbapi2.Connection) -> None:
    """Derive the key, take the file for this program alone, and decrypt the first page."""
    for pause in (*_PAUSES, None):
        try:
            connection.execute("PRAGMA application_id").fetchone()
            # With a write-ahead log the read has taken the file already; without one (a program was killed
            # while it replaced the file) two programs could read side by side.
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except dbapi2.OperationalError as error:
            if pause is None or code_of(error) != dbapi2.SQLITE_BUSY:
                raise
            time.sleep(pause)
        else:
            return


def start_wal(database: Database) -> None:
    """Write-ahead log on; what a killed program left in it goes into the file; the file must be whole."""
    mode = database.row("PRAGMA journal_mode = WAL")
    if mode is None or mode[0] != "wal":
        raise VaultIoError(database.path, "journal_mode")
    try:
        database.row("PRAGMA wal_checkpoint(TRUNCATE)")
    except (NoSpace, VaultIoError):
        # Everything can still be read, from the log; the next write will say what is wrong.
        return
    pages = database.row("PRAGMA page_count")
    try:
        size = database.path.stat().st_size
    except OSError as error:
        raise from_os(error, database.path) from None
    if pages is None or size < pages[0] * keying.PAGE_BYTES:
        raise VaultTruncated(database.path)
    if database.mark is not None:
        database.mark.begin()


def stop_wal(database: Database) -> None:
    """Everything into the one file, which then is whole by itself; the hold stays. Raises VaultError."""
    database.row("PRAGMA wal_checkpoint(TRUNCATE)")
    mode = database.row("PRAGMA journal_mode = DELETE")
    if mode is None or mode[0] != "delete":
        raise VaultIoError(database.path, "journal_mode")


def _known(database: Database) -> Database:
    try:
        database.settle()
        row = database.row("PRAGMA application_id")
        if row is None or row[0] != migrate.APPLICATION_ID:
            raise NotAVault(database.path)
        # Before anything is written: a newer vault is left exactly as it is.
        migrate.refuse_newer(database)
    except BaseException:
        database.close()
        raise
    return database


def _unreadable(error: dbapi2.Error, path: Path) -> VaultError:
    if code_of(error) == dbapi2.SQLITE_CORRUPT:
        # The first page is authentic, and says that there are more pages than the file holds.
        return VaultTruncated(path)
    return from_sqlcipher(error, path)
