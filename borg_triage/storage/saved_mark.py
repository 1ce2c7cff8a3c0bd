"""How much was stored, noted beside an open vault: so that it shows when its write-ahead log lost its end.

SQLite cannot tell a log with a wrong bit in it from one that a kill cut short: it goes on with what lies
before, and nobody is told. So after each save the number of rows ever stored goes into `-saved`. It is not
waited for until that is on disk: a kill leaves what was written, and after a power cut the note can be behind
the log, never ahead of it. What it notes and the vault does not have was on disk, and is gone.

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
# Two numbers of 16 hexadecimal digits, and what binds them.
_NUMBER: Final = 16
_BYTES: Final = 2 * _NUMBER + 64


class Lost(NamedTuple):
    """Something that was stored between these moments is not there. since: of the last that is there."""

    since: datetime
    until: datetime


class SavedMark:
    """The note of one open vault. read: the first row of a SELECT. key: the database key of now.

    Best effort: it never raises OSError, and what cannot be read says nothing.
    """

    def __init__(self, vault: Path, read: Read, key: Callable[[], RawKey]) -> None:
        self._vault, self._read, self._key = vault, read, key

    def store(self) -> None:
        """Note how much is stored now. Raises VaultError."""
        content = f"{self._stored():016x}{time.time_ns() // 1000:016x}".encode("ascii")
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
        try:
            found = read_file(saved_path(self._vault), _BYTES + 1)
        except OSError:
            return None
        content = found[: 2 * _NUMBER]
        if not hmac.compare_digest(found[2 * _NUMBER :], self._bound(content)):
            return None
        if int(content[:_NUMBER], 16) <= self._stored():
            return None
        until = datetime.fromtimestamp(int(content[_NUMBER:], 16) / 1_000_000, UTC)
        last = self._read(_LAST)
        since = datetime.fromisoformat(last[0]) if last else until
        # The clock can have gone back.
        return Lost(since, max(since, until))

    def let_go(self) -> None:
        """The vault is closed: without a log there is nothing more to compare with."""
        if not os.path.lexists(wal_path(self._vault)):
            with suppress(OSError):
                saved_path(self._vault).unlink(missing_ok=True)

    def _stored(self) -> int:
        # Of every row that is only ever added: the numbers given out, which erasing does not take back.
        row = self._read(_STORED)
        return int(row[0]) if row else 0

    def _bound(self, content: bytes) -> bytes:
        row = self._read("PRAGMA cipher_salt")
        salt = str(row[0]) if row else ""
        bound = b"stored in this file: " + salt.encode("ascii") + content
        return hmac.digest(self._key().material, bound, "sha256").hex().encode("ascii")
