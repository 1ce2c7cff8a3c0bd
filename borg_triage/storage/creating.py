"""Making a vault: it appears under its name complete, with its key file, or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from borg_triage.storage import backup_files, keying, migrate, swap, upgrade
from borg_triage.storage.database import Database, translated
from borg_triage.storage.errors import FolderMissing, VaultError, VaultExists, VaultInUse, from_os
from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys.keyfile import KeyFile
from borg_triage.storage.keys.put import DRAFT, put_together, sync_folder
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.places import (
    key_paths,
    marker_path,
    remove,
    remove_draft,
    waiting_path,
    wal_path,
)
from borg_triage.text.backup_names import place_of, vault_backed_up

# Seconds. Making a vault takes a fraction of one from the first file to the last.
_KILLED_AFTER: Final = 10
_USUAL_LONGEST: Final = 255
# Of what SQLite opens; it keeps the room for `-journal`.
_LONGEST_PATH: Final = 512 - 8


class NamedAsBackup(VaultError):
    """Under that name the vault would never open: it is taken for a backup."""

    KEY = "vault.error.named_as_backup"


class NameTooLong(VaultError):
    """The files beside a vault, and its backups, have longer names than itself: `over` too long here."""

    KEY = "vault.error.name_too_long"


def free_place(path: Path) -> Path:
    """Where a vault of this name can be made: nothing of another one lies there.

    Raises NamedAsBackup, FolderMissing, NameTooLong, VaultExists; nothing was touched.
    """
    if vault_backed_up(path) is not None:
        raise NamedAsBackup(path, name=path.name)
    path = place_of(path)
    if not path.parent.is_dir():
        raise FolderMissing(path)
    over = _too_long(path)
    if over > 0:
        raise NameTooLong(path, name=path.name, over=over)
    # A log, a key file or backups left by an earlier vault of this name would be taken for the new one's.
    if any(os.path.lexists(one) for one in (path, wal_path(path), *key_paths(path))):
        raise VaultExists(path)
    if backup_files.listed(path) or backup_files.is_unlisted(path):
        raise VaultExists(path)
    return path


def _too_long(path: Path) -> int:
    """By how much a name is too long for all that is made beside it. Paths are another matter on Windows."""
    backup = backup_files.longest_path(path)
    over = _length(key_paths(backup)[1].name + DRAFT) - _longest_in(path.parent)
    if os.name == "nt":
        return over
    whole = _length(os.path.realpath(path.parent)) + _length(str(backup.relative_to(path.parent))) + 1
    # The name stands in it twice.
    return max(over, -(-(whole - _LONGEST_PATH) // 2))


def _length(name: str) -> int:
    """As the system counts a name: in bytes, or on Windows in units of UTF-16."""
    if os.name == "nt":
        return len(name.encode("utf-16-le", "surrogatepass")) // 2
    return len(os.fsencode(name))


def _longest_in(folder: Path) -> int:
    """The longest name that a folder takes. Some say more than they take."""
    said = -1
    if hasattr(os, "pathconf"):
        with suppress(OSError, ValueError):
            said = os.pathconf(folder, "PC_NAME_MAX")
    return min(said, _USUAL_LONGEST) if said > 0 else _USUAL_LONGEST


def make(path: Path, key: RawKey, ring: KeyRing | None, name: str, at: datetime) -> None:
    """Make a vault that `key` opens. Raises VaultExists, NameRefused, NoSpace and the like."""
    draft = path.with_name(f".{secrets.token_hex(8)}.borgvault-new")
    marked = False
    try:
        _build(draft, path, key, ring, name, at)
        if ring is not None:
            _mark(path, ring.file)
            marked = True
        put_in_place(draft, path)
        if ring is not None:
            swap.finish(path)
            marked = False
        Tries(path).take()
        remove(waiting_path(path))
    except OSError as error:
        raise from_os(error, path) from None
    finally:
        remove_draft(draft)
        # Not where the vault stands: then the next opening does the rest.
        if marked and not path.exists():
            with suppress(OSError):
                remove(marker_path(path))


def _build(draft: Path, path: Path, key: RawKey, ring: KeyRing | None, name: str, at: datetime) -> None:
    """Write an empty vault to `draft`, on disk when this returns; errors name `path`."""
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with translated(path):
        database = Database(keying.connect(draft, key), path, draft)
    try:
        database.settle()
        database.execute(f"PRAGMA application_id = {migrate.APPLICATION_ID}")
        migrate.run_all(database)
        migrate.check_schema(database)
        upgrade.name_vault(database, ring, name, at)
        database.row("PRAGMA journal_mode = WAL")
    finally:
        database.close()
    with draft.open("rb+") as file:
        os.fsync(file.fileno())


def _mark(path: Path, keys: KeyFile) -> None:
    """Lay the key file ready: once the vault has its name, whoever opens it first puts it in place."""
    marker = marker_path(path)
    with suppress(FileNotFoundError):
        if time.time() - marker.stat().st_mtime < _KILLED_AFTER:
            raise VaultInUse(path)
        remove(marker)
    draft = path.with_name(f".{secrets.token_hex(8)}.borgvault-new")
    try:
        put_together({draft: keys.to_bytes()})
        put_in_place(draft, marker)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def put_in_place(draft: Path, path: Path) -> None:
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
    sync_folder(path.parent)
