"""Which work in a vault no backup holds yet: by its log, and by the rows that this program wrote.

A backup is made while work goes on: it holds what was stored before its copying began, and of what came later
nobody can say. So it is from there that counts, not from where the log says that it was made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from borg_triage.storage.database import Database
from borg_triage.storage.log import LogStore

# Of what stands in the vault alone and keeps somebody from something: with a damaged vault a backup of before
# would say otherwise.
_AT_ONCE: Final = ("role_changed", "passphrase_changed")
_NO_WORK: Final = ("unlock", "failed_unlock", "lock", "backup", "person_added")


class Mark(NamedTuple):
    """How much was stored at some moment. seq: the last entry of the log; rows: of work."""

    seq: int
    rows: int


class Unbacked:
    """Of one open vault. found_at: the last entry of its log at opening. All methods raise VaultError."""

    def __init__(self, database: Database, found_at: int, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._found_at = found_at
        self._clock = clock
        # From when the hours of work count.
        self._since = clock()
        # Rows that the program wrote of its own accord.
        self._own = 0
        # What opening wrote is no work either.
        self._held = self._rows()

    def mark(self) -> Mark:
        """How much is stored now."""
        with self._database.alone():
            return Mark(LogStore(self._database).head().seq, self._rows())

    def are_held(self, mark: Mark) -> None:
        """There is a backup that holds all up to there."""
        self._held = mark.rows
        self._since = self._clock()

    @contextmanager
    def no_work(self) -> Iterator[None]:
        """What the block writes is no work. What others write meanwhile comes before it or after it."""
        with self._database.alone():
            before = self._database.changes
            yield
            self._own += self._database.changes - before

    @property
    def any(self) -> bool:
        """Whether there is any, by this program or one that was killed."""
        return self._rows() > self._held or behind(self._database)

    def due(self, hours: int) -> bool:
        """Whether it is time for a backup: after so many hours with work, and at once for work of an earlier
        opening and for a change of roles or of a passphrase."""
        if behind(self._database, self._found_at) or behind(self._database, only=_AT_ONCE):
            return True
        worked = self._clock() - self._since
        # By a clock that went back nobody knows how long it was.
        long = not timedelta(0) <= worked < timedelta(hours=hours)
        return long and self.any

    def _rows(self) -> int:
        with self._database.alone():
            return self._database.changes - self._own


def behind(database: Database, until: int | None = None, only: Sequence[str] = ()) -> bool:
    """Whether the log tells of work that the last backup does not hold.

    until: and not after this entry. only: by these actions.
    """
    actions = only or _NO_WORK
    which = f"action {'IN' if only else 'NOT IN'} ({', '.join('?' * len(actions))})"
    # From the end: the log can be long.
    last = database.row("SELECT seq, detail FROM log WHERE action = 'backup' ORDER BY seq DESC LIMIT 1")
    # An earlier program did not write down what the backup held.
    held = json.loads(last[1]).get("count", last[0]) if last else 0
    sql = f"SELECT 1 FROM log WHERE seq > ? AND seq <= ifnull(?, seq) AND {which} LIMIT 1"  # noqa: S608
    return database.row(sql, (held, until, *actions)) is not None
