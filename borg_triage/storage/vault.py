"""A vault: one encrypted file with the cases of one team or one worker.

Nothing but this file is ever written: a write-ahead log beside it while it is open, encrypted with the same
key, and no temporary files. A process that has a vault open must not open its file in any other way:
closing that second handle would drop the vault's lock (POSIX).
"""

from __future__ import annotations

import errno
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlcipher3 import dbapi2

from borg_triage.storage import keying, migrate
from borg_triage.storage.cases import CaseStore
from borg_triage.storage.database import Database, translated
from borg_triage.storage.errors import (
    FolderMissing,
    NoSpace,
    NotAVault,
    PassphraseEmpty,
    VaultError,
    VaultExists,
    VaultIoError,
    VaultTruncated,
    WrongPassphrase,
    code_of,
    from_os,
    from_sqlcipher,
)
from borg_triage.storage.keying import Secret
from borg_triage.storage.recognise import journal, refuse_what_cannot_be_a_vault, why_locked
from borg_triage.storage.settings import SettingStore

EXTENSION: Final = ".borgvault"

# Seconds. Two programs that start together can each keep the other from taking the file: then one goes
# first; and a program that is just closing the vault gets half a second for it.
_PAUSES: Final = (0.02, 0.08, 0.2)


class Vault:
    """An open vault. Use as a context manager, or call `close`.

    Made by `create` and `open` only. Every method of its stores raises VaultError (`storage.errors`).
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.cases = CaseStore(database)
        self.settings = SettingStore(database)

    @classmethod
    def create(cls, path: Path, passphrase: Secret) -> Self:
        """Make a new vault and open it.

        It appears under its name complete or not at all, whenever the machine stops. An existing file is
        never touched. Raises PassphraseEmpty, VaultExists, FolderMissing, VaultReadOnly, NoSpace,
        VaultIoError.
        """
        if keying.is_empty(passphrase):
            raise PassphraseEmpty(path)
        if not path.parent.is_dir():
            raise FolderMissing(path)
        # A log left by an earlier vault of this name would be read into the new one.
        if os.path.lexists(path) or os.path.lexists(journal(path)):
            raise VaultExists(path)
        draft = path.with_name(f".{secrets.token_hex(8)}{EXTENSION}-new")
        try:
            _build(draft, path, passphrase)
            _put_in_place(draft, path)
        except OSError as error:
            raise from_os(error, path) from None
        finally:
            for leftover in (draft, journal(draft), draft.with_name(draft.name + "-journal")):
                with suppress(OSError):
                    leftover.unlink(missing_ok=True)
        return cls.open(path, passphrase)

    @classmethod
    def open(cls, path: Path, passphrase: Secret) -> Self:
        """Open a vault and bring it to this program's version.

        Takes about the time of one key derivation (a fraction of a second): call it off the window's
        thread. Raises WrongPassphrase, NotAVault, VaultDamaged, VaultTruncated, VaultNewer, VaultInUse,
        VaultMissing, VaultReadOnly, NoSpace, VaultIoError.
        """
        refuse_what_cannot_be_a_vault(path)
        if keying.is_empty(passphrase):
            raise WrongPassphrase(path)
        database = _unlock(path, passphrase)
        try:
            database.settle()
            _check_kind(database)
            _start_log(database)
            migrate.upgrade(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self._database.path

    def close(self) -> None:
        """Lock: let go of the file and the key. Nothing is ever unsaved; calling twice is harmless."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _unlock(path: Path, secret: Secret) -> Database:
    with translated(path):
        connection = keying.connect(path, secret)
    try:
        _first_read(connection)
    except dbapi2.Error as error:
        connection.close()
        raise _why_unread(error, path) from None
    except BaseException:
        connection.close()
        raise
    return Database(connection, path)


def _first_read(connection: dbapi2.Connection) -> None:
    """Derive the key, take the file for this program alone, and decrypt the first page."""
    for pause in (*_PAUSES, None):
        try:
            connection.execute("PRAGMA application_id").fetchone()
        except dbapi2.OperationalError as error:
            if pause is None or code_of(error) != dbapi2.SQLITE_BUSY:
                raise
            time.sleep(pause)
        else:
            return


def _why_unread(error: dbapi2.Error, path: Path) -> VaultError:
    code = code_of(error)
    if code == dbapi2.SQLITE_NOTADB:
        return why_locked(path)
    if code == dbapi2.SQLITE_CORRUPT:
        # The first page is authentic, and says that there are more pages than the file holds.
        return VaultTruncated(path)
    return from_sqlcipher(error, path)


def _check_kind(database: Database) -> None:
    row = database.row("PRAGMA application_id")
    if row is None or row[0] != migrate.APPLICATION_ID:
        raise NotAVault(database.path)
    # Before anything is written: a newer vault is left exactly as it is.
    migrate.refuse_newer(database)


def _start_log(database: Database) -> None:
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


def _build(draft: Path, path: Path, secret: Secret) -> None:
    """Write an empty vault to `draft`, on disk when this returns; errors name `path`."""
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with translated(path):
        database = Database(keying.connect(draft, secret), path)
    try:
        database.settle()
        database.execute(f"PRAGMA application_id = {migrate.APPLICATION_ID}")
        migrate.upgrade(database)
        database.row("PRAGMA journal_mode = WAL")
    finally:
        database.close()
    with draft.open("rb+") as file:
        os.fsync(file.fileno())


def _put_in_place(draft: Path, path: Path) -> None:
    """Give the finished file its name, never over another file (OSError: FileExistsError)."""
    if os.name == "nt":
        draft.rename(path)
        return
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:
        # No hard links here (a memory stick, some shares).
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        draft.rename(path)
    # The name itself must survive a power cut; some file systems cannot promise that, and say so.
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
