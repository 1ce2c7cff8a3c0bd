"""One way to put another file under a vault's name: copy, verify, swap.

Key rotation, upgrades, the conversion of old vaults and restoring all go through here.

A kill or power cut at any moment leaves the old vault or the new one, whole:

1. `-next` is being written. The old vault stands; the next opening removes what was made.
2. Where the key file changes along: `-keys-next` appears, in one step. From now on the new vault stands: the
   next opening finishes what is left to do (`settle`). An error is another thing: it is undone (`commit`).
3. `-next` takes the vault's name, in one step; then the key file and its copy follow.

Only who holds the old file swaps, and nothing is written to the old file after the swap. A second program
that had opened the old file, or opens the new one first, finds out by itself (`opening.connected`).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlcipher3 import dbapi2

from borg_triage.storage import backup_files, copying, keying
from borg_triage.storage.database import Database, GiveWay, Progress, translated
from borg_triage.storage.errors import (
    GaveWay,
    KeyFileDamaged,
    SwapUnfinished,
    VaultError,
    VaultInUse,
    VaultIoError,
    code_of,
    from_os,
    from_sqlcipher,
)
from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.keyfile import KeyFile
from borg_triage.storage.keys.put import put_together, read_file, sync_folder
from borg_triage.storage.opening import connected, start_wal, stop_wal
from borg_triage.storage.places import (
    draft_path,
    journal_path,
    key_paths,
    marker_path,
    remove,
    remove_draft,
    saved_path,
    sync_file,
    wal_path,
)

Change = Callable[[Database], None]
_T = TypeVar("_T")

# What a file says that cannot be read with a key that fits nothing.
_UNREADABLE = (dbapi2.SQLITE_NOTADB, dbapi2.SQLITE_CORRUPT, dbapi2.SQLITE_IOERR)


def rewrite(
    database: Database,
    key: RawKey,
    change: Change,
    progress: Progress | None = None,
    before_swap: Callable[[], None] = lambda: None,
) -> None:
    """Put a copy of the open vault, under `key` and altered by `change`, in its place, and go on with it.

    The key file must know `key` already, and the old key for as long as anybody is in doubt which is in use.
    Without an error the new one is. After one the old vault is open as before, or the database is closed:
    then another program was quicker (VaultInUse), or the disk failed right at the swap, and what lies under
    the name is the old vault or the new, whole, with all that was stored. Raises VaultError.
    """
    path, draft = database.path, draft_path(database.path)
    with database.alone():
        try:
            stop_wal(database)
            remove_draft(draft)
            make_draft(database, key, change, progress)
            before_swap()
            _replace_open(database, draft, key)
        except BaseException as error:
            drop_draft(path)
            _start_wal_if_possible(database)
            if isinstance(error, OSError):
                raise from_os(error, path) from None
            raise
        # No error from here on: the new file is in use, and who is told otherwise goes back to the old key.
        _start_wal_if_possible(database)


def rewritten_giving_way(database: Database, key: RawKey, change: Change, give_way: GiveWay) -> bool:
    """The same, for work that can wait: nobody who wants the vault meanwhile waits for it.

    While the rows are copied it stops for whoever wants in. While the copy is verified, which takes longest,
    the others work in the old vault; what they store is not in the copy, which is then thrown away. Whether
    it was done: else the old vault is open as before. Raises what `rewrite` raises.
    """
    path, draft = database.path, draft_path(database.path)
    try:
        with database.alone():
            try:
                stop_wal(database)
                remove_draft(draft)
                expected = copying.facts(database)
                copying.export(database, draft, key, give_way=lambda: database.wanted or give_way())
                copied_at = database.changes
            finally:
                _start_wal_if_possible(database)
        _verify_draft(path, key, change, expected)
        with database.alone():
            if database.changes != copied_at or give_way():
                raise GaveWay(path)
            stop_wal(database)
            _replace_open(database, draft, key)
    except BaseException as error:
        with database.alone():
            # Closed meanwhile, the vault is another program's to hold, and so is what lies beside it.
            if database.is_open:
                drop_draft(path)
            _start_wal_if_possible(database)
        if isinstance(error, GaveWay):
            return False
        if isinstance(error, OSError):
            raise from_os(error, path) from None
        raise
    _start_wal_if_possible(database)
    return True


def _start_wal_if_possible(database: Database) -> None:
    """Without its write-ahead log the vault works as well; the next opening starts it again."""
    with suppress(VaultError):
        start_wal(database)


def make_draft(source: Database, key: keying.Secret, change: Change, progress: Progress | None) -> None:
    """Write `-next`: a verified copy, row by row, altered. Raises VaultError."""
    path, draft = source.path, draft_path(source.path)
    expected = copying.facts(source)
    copying.export(source, draft, key, progress)
    _verify_draft(path, key, change, expected)


def _verify_draft(path: Path, key: keying.Secret, change: Change, expected: copying.Facts) -> None:
    draft = draft_path(path)
    copying.verify(draft, key, path, expected, deep=False)
    finish_draft(draft, key, path, change)


def finish_draft(draft: Path, key: keying.Secret, vault: Path, change: Callable[[Database], _T]) -> _T:
    """Alter a copy, and verify it as it then is; on disk when this returns. Gives what `change` gives.

    Raises VaultError.
    """
    with copying.opened(draft, key, vault) as copy:
        outcome = change(copy)
        # So that whoever opens it first takes it with the first read, and never has a rollback journal that
        # closing the old file would take for its own.
        copy.row("PRAGMA journal_mode = WAL")
    copying.verify(draft, key, vault, None)
    try:
        sync_file(draft, rights=vault)
    except OSError as error:
        raise from_os(error, vault) from None
    return outcome


def _replace_open(database: Database, draft: Path, key: RawKey) -> None:
    path = database.path
    old = database.put_aside()
    try:
        if os.name == "nt":
            _close_unchanged(old, path)
        else:
            # Left by leaving the write-ahead log; it is of the old file and must not meet the new one.
            remove(journal_path(path))
            sync_folder(path.parent)
        draft.replace(path)
    except BaseException:
        # A share can lose the answer to what it did: without the copy the old file has no name any more, and
        # what was written to it would be gone at closing.
        if os.name == "nt" or not os.path.lexists(draft):
            old.close()
        else:
            database.take(old)
        raise
    # From here the old file must not be written to any more.
    try:
        sync_folder(path.parent)
        new = _settled(path, key)
    finally:
        old.close()
    database.take(new)


def _settled(path: Path, key: RawKey) -> dbapi2.Connection:
    connection = connected(path, key)
    if connection is None:
        raise VaultIoError(path, "swap")
    try:
        with translated(path):
            keying.settle(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _close_unchanged(connection: dbapi2.Connection, path: Path) -> None:
    """Where a file that is open cannot be replaced (Windows): close it, and see that nobody came between."""
    before = path.stat()
    connection.close()
    after = path.stat()
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise VaultInUse(path)


# ---------------------------------------------------------------- where the key file changes along


# What the marker says for a vault without a key file. An empty one says nothing: it was cut.
_NO_KEY_FILE = b"no key file\n"


def commit(path: Path, keys: KeyFile | None) -> Path | None:
    """Let the verified `-next` take the vault's name, with this key file (None: a vault without one).

    To be called with the old file held, and not open in any other way. Where the old file is now, if there
    was one. Raises VaultError: then the vault is as it was, but for SwapUnfinished (it is finished at the
    next opening).
    """
    before = set(_set_aside(path))
    try:
        put_together({marker_path(path): _NO_KEY_FILE if keys is None else keys.to_bytes()}, path)
        return finish(path)
    except (OSError, VaultError) as error:
        with suppress(OSError, VaultError):
            asides = [one for one in _set_aside(path) if one not in before]
            if not os.path.lexists(draft_path(path)):
                # Nothing but the key file is left to be done.
                finish(path)
                return next(iter(asides), None)
            _undo(path, asides)
        if os.path.lexists(marker_path(path)):
            raise SwapUnfinished(path) from None
        raise (from_os(error, path) if isinstance(error, OSError) else error) from None


def _set_aside(path: Path) -> list[Path]:
    return [one.path for one in backup_files.listed(path) if one.kind]


def _undo(path: Path, asides: list[Path]) -> None:
    """Give the old vault back what belongs to it. The marker goes last: until then it can be finished."""
    for aside in asides:
        if not os.path.lexists(path):
            aside.replace(path)
        for place in (wal_path, journal_path):
            with suppress(FileNotFoundError):
                place(aside).replace(place(path))
        remove(*key_paths(aside), aside)
    sync_folder(path.parent)
    remove(marker_path(path))
    sync_folder(path.parent)


def settle(path: Path) -> None:
    """Finish a swap that a killed program left half-way.

    Before every opening; costs a look at the folder. A copy that was in the making is left to who holds the
    vault (`drop_draft`): to hold it here SQLite would write into it whatever log lies beside it. Raises
    VaultInUse, VaultError.
    """
    drafted = os.path.lexists(draft_path(path))
    if not os.path.lexists(marker_path(path)) or not (drafted or path.exists()):
        return
    with held(path) as let_go:
        try:
            let_go()
            finish(path)
        except OSError as error:
            raise from_os(error, path) from None


@contextmanager
def held(path: Path) -> Iterator[Callable[[], None]]:
    """Keep every other program from opening what lies under the vault's name, whatever that is.

    With a key that fits nothing: SQLite takes its lock before it finds that it cannot read, and keeps it
    (`locking_mode`). A missing file needs no hold. Yields what to call just before the file is replaced:
    where an open file cannot be (Windows) it lets go. Raises VaultInUse, VaultError.
    """
    if not path.exists():
        yield lambda: None
        return
    connection: dbapi2.Connection | None = None
    fits_nothing = RawKey(secrets.token_bytes(keying.KEY_BYTES))
    try:
        connection = keying.connect(path, fits_nothing)
        connection.execute("PRAGMA application_id").fetchone()
    except dbapi2.Error as error:
        if connection is None or code_of(error) not in _UNREADABLE:
            if connection is not None:
                connection.close()
            raise from_sqlcipher(error, path) from None
    finally:
        fits_nothing.wipe()
    try:
        yield connection.close if os.name == "nt" else lambda: None
    finally:
        connection.close()


def drop_draft(path: Path) -> None:
    """Remove a copy that will not be put in place; one that is bound to be stays. Never fails."""
    if not os.path.lexists(marker_path(path)):
        remove_draft(draft_path(path))


def finish(path: Path) -> Path | None:
    """Step 3: again and again the same, from wherever it stopped. Raises OSError, VaultError."""
    aside: Path | None = None
    marker, draft = marker_path(path), draft_path(path)
    try:
        content = read_file(marker, keyfile.MOST_BYTES + 1)
    except FileNotFoundError:
        # Somebody else was quicker.
        return None
    try:
        keys = None if content == _NO_KEY_FILE else keyfile.parse(content, path)
    except KeyFileDamaged:
        _finish_unread(path)
        return None
    if draft.exists():
        at = datetime.fromtimestamp(marker.stat().st_mtime, UTC)
        if path.exists():
            aside = backup_files.set_aside(path, at)
        else:
            _send_logs_after(path, at)
        remove(wal_path(path), journal_path(path), saved_path(path))
        sync_folder(path.parent)
        with suppress(FileNotFoundError):
            draft.replace(path)
        sync_folder(path.parent)
    if keys is None:
        remove(*key_paths(path))
    else:
        keyfile.write(path, keys)
    remove(marker)
    sync_folder(path.parent)
    return aside


def _send_logs_after(path: Path, at: datetime) -> None:
    """Where a file has only one name, the old vault can have gone aside without its log. Raises OSError."""
    since = at.replace(microsecond=0)
    aside = next((one.path for one in backup_files.listed(path) if one.kind and one.at >= since), None)
    for place in (wal_path, journal_path):
        if aside is not None and not os.path.lexists(place(aside)):
            with suppress(FileNotFoundError):
                place(path).replace(place(aside))


def _finish_unread(path: Path) -> None:
    """The marker is cut or rotted, or an older program's: the old vault stands, if it is still there.

    Key files are left alone whatever happened: with them, or those of a backup, what is there opens.
    """
    if path.exists():
        remove_draft(draft_path(path))
    else:
        with suppress(FileNotFoundError):
            draft_path(path).replace(path)
    sync_folder(path.parent)
    remove(marker_path(path))
