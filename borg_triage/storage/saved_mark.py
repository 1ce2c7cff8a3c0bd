"""How much was stored, noted beside an open vault: so that it shows when its write-ahead log lost its end.

SQLite cannot tell a log with a wrong bit in it from one that a kill cut short: it goes on with what lies
before, and nobody is told. So after each save the number of rows ever stored goes into `-saved`. It is not
waited for until that is on disk: a kill leaves what was written, and after a power cut the note can be behind
the log, never ahead of it. What it notes and the vault does not have was on disk, and is gone.

It also names the log, and says how much was stored in the file when that log began: so that a log of another
day, or a file of another day beside the log, is not taken for what belongs together (`storage.write_ahead`).

It is bound to the database key and to the one file (its salt), so that it says nothing of a backup that was
put back, and nobody without the key can raise the alarm. It goes when the vault is closed. Without it, as in
a copy that was made without it, nothing is known.
"""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys.put import give_rights, open_file, read_file
from borg_triage.storage.places import saved_path, wal_path

Read = Callable[[str], tuple[Any, ...] | None]

_STORED: Final = "SELECT ifnull(sum(seq), 0) FROM sqlite_sequence"
_LAST: Final = "SELECT at FROM log ORDER BY seq DESC LIMIT 1"
# Four numbers of 16 hexadecimal digits, and what binds them.
_NUMBER: Final = 16
_NUMBERS: Final = 4 * _NUMBER
_BYTES: Final = _NUMBERS + 64
# A log's header, and in it the numbers that SQLite draws for each log anew (its file format, section 4.1).
_LOG_HEADER: Final = 32
_DRAWN: Final = slice(16, 24)


class Lost(NamedTuple):
    """Something that was stored between these moments is not there. since: of the last that is there."""

    since: datetime
    until: datetime


class Noted(NamedTuple):
    """stored: how many rows ever, at what moment. base: how many before the log began. log: its `log_id`."""

    stored: int
    at: datetime
    base: int
    log: int


def log_id(vault: Path) -> int | None:
    """What tells the write-ahead log beside a vault from others; None where there is nothing in one."""
    try:
        header = read_file(wal_path(vault), _LOG_HEADER + 1)
    except OSError:
        return None
    return int.from_bytes(header[_DRAWN], "big") if len(header) > _LOG_HEADER else None


class SavedMark:
    """The note of one open vault. read: the first row of a SELECT. key: the database key of now.

    Best effort: it never raises OSError, and what cannot be read says nothing.
    """

    def __init__(self, vault: Path, read: Read, key: Callable[[], RawKey]) -> None:
        self._vault, self._read, self._key = vault, read, key
        self._count = self._base = 0
        self._log: int | None = None

    def begin(self) -> None:
        """The file holds all that is stored, and no log does. Raises VaultError."""
        self._count, self._log = self.stored(), None

    def store(self) -> None:
        """Note how much is stored now. Raises VaultError."""
        log = log_id(self._vault) or 0
        if log != self._log:
            # SQLite begins a log anew once all of the last one is in the file.
            self._base, self._log = self._count, log
        self._count = self.stored()
        numbers = (self._count, time.time_ns() // 1000, self._base, log)
        content = "".join(f"{number:016x}" for number in numbers).encode("ascii")
        with suppress(OSError):
            handle = open_file(saved_path(self._vault), os.O_WRONLY | os.O_CREAT)
            try:
                if not os.fstat(handle).st_size:
                    give_rights(handle, self._vault)
                os.write(handle, content + self._bound(content))
            finally:
                os.close(handle)

    def lost(self) -> Lost | None:
        """Whether more was stored than is there. Raises VaultError."""
        noted = self.noted()
        if noted is None or noted.stored <= self.stored():
            return None
        last = self._read(_LAST)
        since = datetime.fromisoformat(last[0]) if last else noted.at
        # The clock can have gone back.
        return Lost(since, max(since, noted.at))

    def noted(self) -> Noted | None:
        """What was noted; None where it is not of this file. Raises VaultError."""
        try:
            found = read_file(saved_path(self._vault), _BYTES + 1)
        except OSError:
            return None
        content = found[:_NUMBERS]
        if not hmac.compare_digest(found[_NUMBERS:], self._bound(content)):
            return None
        starts = range(0, _NUMBERS, _NUMBER)
        stored, at, base, log = (int(content[start : start + _NUMBER], 16) for start in starts)
        return Noted(stored, datetime.fromtimestamp(at / 1_000_000, UTC), base, log)

    def let_go(self) -> None:
        """The vault is closed: without a log there is nothing more to compare with."""
        if not os.path.lexists(wal_path(self._vault)):
            with suppress(OSError):
                saved_path(self._vault).unlink(missing_ok=True)

    def stored(self) -> int:
        """Of every row that is only ever added: the numbers given out, which erasing does not take back."""
        row = self._read(_STORED)
        return int(row[0]) if row else 0

    def _bound(self, content: bytes) -> bytes:
        row = self._read("PRAGMA cipher_salt")
        salt = str(row[0]) if row else ""
        bound = b"stored in this file: " + salt.encode("ascii") + content
        return hmac.digest(self._key().material, bound, "sha256").hex().encode("ascii")
