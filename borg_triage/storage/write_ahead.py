"""Whether a write-ahead log that lies beside a vault is that vault's own.

SQLite takes whatever lies there for the file's own log, and writes it into the file at the first opening. One
of another day (left behind by hand, brought back by a program that keeps folders alike) so puts old pages
over new ones, and answers that were saved are gone without a word. What is held against it:

- the note in `-saved` (`storage.saved_mark`), which names the log, and how much was stored before it began;
- where that says nothing (lost with the power, or a kill just then): the log must bring the file forward.

Nothing of the vault is written, and nobody is waited for: while another program has it open, its log is its
own.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from secrets import token_hex
from typing import Final

from borg_triage.storage import copying, keying
from borg_triage.storage.database import Database, is_open_here, translated
from borg_triage.storage.errors import VaultDamaged, VaultError, VaultInUse, from_os
from borg_triage.storage.keying import RawKey
from borg_triage.storage.log import LogStore
from borg_triage.storage.places import remove_draft, saved_path, wal_path
from borg_triage.storage.saved_mark import SavedMark, log_id

# While another program writes, what is read in two steps need not fit together: then once more.
_LOOKS: Final = 5
_PAUSE: Final = 0.1
_LOOK: Final = "-look-"


class ForeignLog(VaultError):
    """The write-ahead log beside the vault (`log`) is not this file's. Nothing was changed."""

    KEY = "vault.error.foreign_log"


def refuse_foreign(path: Path, key: RawKey) -> None:
    """Raise ForeignLog where the log beside a vault is surely not its own; before anybody opens the vault.

    What cannot be read with this key says nothing. Raises VaultInUse where it changed all the while.
    """
    # Its log is its own; and the look below is one without locks, the end of which takes those away that this
    # program holds (POSIX).
    if is_open_here(path):
        return
    for _ in range(_LOOKS):
        before = _signs(path)
        if log_id(path) is None or not _is_foreign(path, key):
            return
        if _signs(path) == before:
            raise ForeignLog(path, log=wal_path(path).name)
        time.sleep(_PAUSE)
    raise VaultInUse(path)


def _signs(path: Path) -> list[tuple[int, int, int]]:
    found = []
    for file in (path, wal_path(path), saved_path(path)):
        try:
            told = file.stat()
        except OSError:
            continue
        found.append((told.st_ino, told.st_size, told.st_mtime_ns))
    return found


def _is_foreign(path: Path, key: RawKey) -> bool:
    try:
        with copying.seen(path, key, path) as alone:
            mark = SavedMark(path, alone.row, lambda: key)
            stored, noted = mark.stored(), mark.noted()
            if noted is not None and noted.log == log_id(path):
                if stored < noted.base:
                    # An earlier file than the one that this log began on.
                    return True
                if stored <= noted.stored:
                    return False
            return not _brings_forward(path, key, alone, stored)
    except VaultError:
        # A file that is being written to when its program is killed is whole with its log only.
        return False


def _brings_forward(path: Path, key: RawKey, alone: Database, stored: int) -> bool:
    """Whether the file with the log is the file without it, and what came after. Raises VaultError."""
    try:
        with _with_log(path, key) as both:
            more = SavedMark(path, both.row, lambda: key).stored() >= stored
            if not (more and LogStore(both).goes_on_from(LogStore(alone))):
                return False
            return copying.holds_together(both) or not copying.holds_together(alone)
    except VaultDamaged:
        # SQLite leaves out what is damaged in a log. So where the file is whole, the log is of another.
        return bool(copying.damage(alone, deep=False))


@contextmanager
def _with_log(path: Path, key: RawKey) -> Iterator[Database]:
    """The file with a copy of the log beside it, to look into.

    Closing a connection writes the log beside its file into that, and deletes a log with nothing in it, also
    of a file that was opened to be read. So the log is a copy, and the file has another name meanwhile: a
    second one, or where a file has only one that of a copy.
    """
    look = path.with_name(f"{path.name}{_LOOK}{token_hex(4)}")
    try:
        _lay_ready(path, look)
        with translated(path):
            connection = keying.connect(look, key, "look with log")
        database = Database(connection, path, look)
        try:
            yield database
        finally:
            database.close()
    finally:
        remove_draft(look)


def _lay_ready(path: Path, look: Path) -> None:
    try:
        try:
            os.link(path, look)
        except OSError:
            shutil.copyfile(path, look)
        shutil.copyfile(wal_path(path), wal_path(look))
    except OSError as error:
        raise from_os(error, path) from None


def sweep(path: Path) -> None:
    """Remove what a kill left of a look. Only for who holds the vault; what cannot go now goes later."""
    for left in path.parent.glob(f"{escape(path.name)}{_LOOK}*"):
        remove_draft(left)
