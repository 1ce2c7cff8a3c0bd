"""The last moment that a vault knows for sure, and whether the clock can be right beside it.

A battery that died, or a slip of the hand, sets a clock years off for an afternoon. Nothing that lasts may
rest on such a clock. So a vault keeps the last moment at which the clock was in keeping with the one before.
A clock further from it than the bounds below is in doubt, today and tomorrow, until it is in keeping again or
a person says that it is right.

What was written meanwhile has the moments of that clock, and keeps them. But it was written between two
moments that are known: which part of the log that was is kept too, so that no term runs from a day that never
was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from borg_triage.storage.codec import encode
from borg_triage.storage.database import Database, Value
from borg_triage.storage.errors import NoSpace, VaultIoError, VaultReadOnly
from borg_triage.storage.settings import SettingStore

# A wrong time zone is no more than some hours.
BACK: Final = timedelta(days=1)
# A vault that nobody opened for longer is asked about once.
AHEAD: Final = timedelta(days=90)
_SETTING: Final = "clock.known"
_IN_DOUBT_FROM: Final = "clock.in_doubt_from"
_STRETCHES: Final = "clock.in_doubt"
# How exact what is kept has to be; so that not every look writes.
_EXACT: Final = timedelta(hours=1)


class Doubt(NamedTuple):
    """A clock that can hardly be right: what it says, and the last moment that is known."""

    now: datetime
    known: datetime

    @property
    def ahead(self) -> bool:
        """Whether it is too far ahead; else it went back."""
        return self.now > self.known


class Stretch(NamedTuple):
    """Entries of the log, the first and the last, that were written while the clock was in doubt.

    Those whose moment is not from `since` to `until` have a wrong one; it was `until` at the latest.
    """

    first: int
    last: int
    since: datetime
    until: datetime


class WrongMoment(NamedTuple):
    """What the clock said when something was done with a case, and the latest that it can have been."""

    said: datetime
    latest: datetime


class KnownTime:
    """Of an open vault. All methods raise VaultError."""

    def __init__(self, database: Database, settings: SettingStore) -> None:
        self._database = database
        self._settings = settings
        # Of this opening, where nothing was kept before it.
        self._opened_at: datetime | None = None

    def look(self, now: datetime) -> Doubt | None:
        """Whether the clock is in doubt; what follows is kept, as far as the disk lets us."""
        known = self._known(now)
        if not known - BACK <= now <= known + AHEAD:
            with _as_far_as_it_goes():
                self._begin()
            return Doubt(now, known)
        with _as_far_as_it_goes():
            self._end(now, known)
            if now - known > _EXACT:
                self._keep(now)
        return None

    def trust(self, now: datetime) -> None:
        """Somebody says that the clock is right."""
        known = self._known(now)
        if now < known - BACK:
            # What was known was itself the word of a clock that was ahead: since then all is in doubt.
            first = self._number("SELECT min(seq) FROM log WHERE at > ?", encode(now + BACK))
            self._settings.put(_IN_DOUBT_FROM, str(first))
            known = now - AHEAD
        self._end(now, known)
        self._keep(now)

    def wrong_moments(self) -> dict[str, list[WrongMoment]]:
        """By case, what the log says of it at moments that cannot have been."""
        written = "SELECT case_id, at FROM log WHERE seq BETWEEN ? AND ? AND case_id IS NOT NULL"
        sql = f"{written} AND at NOT BETWEEN ? AND ?"
        found: dict[str, list[WrongMoment]] = {}
        for one in self._stretches():
            between = encode(one.since - BACK), encode(one.until + BACK)
            for case_id, at in self._database.rows(sql, (one.first, one.last, *between)):
                found.setdefault(case_id, []).append(WrongMoment(datetime.fromisoformat(at), one.until))
        return found

    def _keep(self, now: datetime) -> None:
        self._settings.put(_SETTING, str(encode(now)))

    def _begin(self) -> None:
        if not self._settings.get(_IN_DOUBT_FROM):
            first = self._number("SELECT max(seq) FROM log WHERE action = 'unlock'")
            self._settings.put(_IN_DOUBT_FROM, str(first))

    def _end(self, now: datetime, known: datetime) -> None:
        first = self._settings.get(_IN_DOUBT_FROM)
        if not first:
            return
        last = self._number("SELECT max(seq) FROM log")
        ended = [*self._stretches(), Stretch(int(first), last, known, now)]
        kept = [[one.first, one.last, encode(one.since), encode(one.until)] for one in ended]
        self._settings.put(_STRETCHES, json.dumps(kept))
        self._settings.put(_IN_DOUBT_FROM, "")

    def _stretches(self) -> Iterator[Stretch]:
        for first, last, since, until in json.loads(self._settings.get(_STRETCHES) or "[]"):
            yield Stretch(first, last, datetime.fromisoformat(since), datetime.fromisoformat(until))

    def _number(self, sql: str, *values: Value) -> int:
        row = self._database.row(sql, values)
        return int(row[0] or 0) if row else 0

    def _known(self, now: datetime) -> datetime:
        kept = _moment(self._settings.get(_SETTING) or "")
        if kept is not None:
            return kept
        if self._opened_at is None:
            before = self._before_opening()
            if before is not None:
                # At once: what is written from now on has the moments of the clock of now.
                with _as_far_as_it_goes():
                    self._keep(before)
            self._opened_at = before or now
        return self._opened_at

    def _before_opening(self) -> datetime | None:
        """When a vault that kept nothing yet was last used before it was opened now."""
        opened = "SELECT max(seq) FROM log WHERE action = 'unlock'"
        before = f"SELECT at FROM log WHERE seq < ifnull(({opened}), seq + 1) ORDER BY seq DESC LIMIT 1"  # noqa: S608
        row = self._database.row(before)
        return _moment(row[0]) if row else None


def _as_far_as_it_goes() -> suppress:
    """On a full or read-only disk there is nothing to keep it on; reading goes on."""
    return suppress(NoSpace, VaultReadOnly, VaultIoError)


def _moment(text: str) -> datetime | None:
    with suppress(ValueError, OverflowError):
        return datetime.fromisoformat(text).astimezone(UTC)
    return None
