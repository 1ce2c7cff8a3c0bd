"""The last moment that a vault knows for sure, and whether the clock can be right beside it.

A battery that died, or a slip of the hand, sets a clock years off for an afternoon. Nothing that lasts may
rest on such a clock. So a vault keeps the last moment at which the clock was in keeping with the one before.
A clock further from it than the bounds below is in doubt, today and tomorrow, until it is in keeping again or
a person says that it is right.

What was written meanwhile has the moments of that clock, and keeps them. But it was written between two
moments that are known: which part of the log that was is kept too, so that no term runs from a day that never
was.

A person's word can be the mistake. So where it says that a clock which went back is right, what was known
before is kept beside it: a clock that gets there again shows that the word was wrong, not what was written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
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
# No bound: before, and after, any clock.
_EVER: Final = datetime(1900, 1, 1, tzinfo=UTC)
_NEVER: Final = datetime(9000, 1, 1, tzinfo=UTC)


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

    Those whose moment is not from `since` to `until` have a wrong one; it was `latest` at the latest.
    former: where this rests on a person's word for a clock that went back, what was known before. That clock
    wrote from the entry `doubted` on.
    """

    first: int
    last: int
    since: datetime
    until: datetime
    latest: datetime
    former: datetime | None = None
    doubted: int = 0


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
            self._come_back(now, BACK)
            if now - known > _EXACT:
                self._keep(now)
        return None

    def trust(self, now: datetime) -> None:
        """Somebody says that the clock is right."""
        known = self._known(now)
        if now < known - BACK:
            self._go_back(now, known)
        else:
            self._end(now, known)
            self._come_back(now, AHEAD, jumped=True)
            self._put([_later(one, now) for one in self._stretches()])
        self._keep(now)

    def wrong_moments(self) -> dict[str, list[WrongMoment]]:
        """By case, what the log says of it at moments that cannot have been."""
        written = "SELECT case_id, at FROM log WHERE seq BETWEEN ? AND ? AND case_id IS NOT NULL"
        sql = f"{written} AND at NOT BETWEEN ? AND ?"
        found: dict[str, list[WrongMoment]] = {}
        known = _moment(self._settings.get(_SETTING) or "") or _NEVER
        for one in self._stretches():
            # What lies ahead of a clock that was called right cannot have been; all else may have.
            between = encode(one.since - BACK), encode(min(one.until, known) + BACK)
            for case_id, at in self._database.rows(sql, (one.first, one.last, *between)):
                found.setdefault(case_id, []).append(WrongMoment(datetime.fromisoformat(at), one.latest))
        return found

    def _go_back(self, now: datetime, known: datetime) -> None:
        """What was known was itself the word of a clock that was ahead, or `now` is the mistake."""
        self._begin()
        doubted, last = int(self._settings.get(_IN_DOUBT_FROM) or 0), self._last()
        before = list(self._stretches())
        # What an earlier stretch holds was put right by it, unless by a clock that was ahead itself.
        after = max((one.last for one in before if one.latest <= now), default=0)
        kept = [one if one.latest <= now else _capped(one, now, known, doubted) for one in before]
        ahead = self._number("SELECT min(seq) FROM log WHERE at > ? AND seq > ?", encode(now + BACK), after)
        if ahead:
            kept.append(Stretch(ahead, last, _EVER, _NEVER, now, known, doubted))
        # Other clocks, further back, may have written since the doubt began.
        kept.append(Stretch(doubted, last, now - AHEAD, _NEVER, now, known, doubted))
        self._put(kept)
        self._settings.put(_IN_DOUBT_FROM, "")

    def _come_back(self, now: datetime, near: timedelta, *, jumped: bool = False) -> None:
        """Where the clock is again what was known before it went back, that it went back was the mistake.

        Not where it took its time to get there, as a clock that is right does.
        """
        kept: list[Stretch] = []
        for one in self._stretches():
            if one.former is None or now < one.former - near:
                kept.append(one)
            elif jumped or one.former - one.latest <= AHEAD:
                # Clocks further back than both were wrong in any case.
                if one.since > _EVER:
                    kept.append(one._replace(former=None, latest=max(one.latest, now)))
                kept.append(Stretch(one.doubted, self._last(), min(one.former, now), now, now))
            else:
                kept.append(one._replace(former=None))
        self._put(list(dict.fromkeys(kept)))

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
        self._put([*self._stretches(), Stretch(int(first), self._last(), known, now, now)])
        self._settings.put(_IN_DOUBT_FROM, "")

    def _stretches(self) -> Iterator[Stretch]:
        for first, last, *moments, doubted in json.loads(self._settings.get(_STRETCHES) or "[]"):
            since, until, latest, former = (one and datetime.fromisoformat(one) for one in moments)
            yield Stretch(first, last, since, until, latest, former, doubted)

    def _put(self, stretches: Sequence[Stretch]) -> None:
        kept = json.dumps([[encode(value) for value in one] for one in stretches])
        if kept != (self._settings.get(_STRETCHES) or "[]"):
            self._settings.put(_STRETCHES, kept)

    def _last(self) -> int:
        return self._number("SELECT max(seq) FROM log")

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


def _capped(one: Stretch, now: datetime, known: datetime, doubted: int) -> Stretch:
    """A stretch that was ended by a clock ahead of one that is now called right."""
    if one.former is None:
        one = one._replace(former=known, doubted=doubted)
    return one._replace(latest=now)


def _later(one: Stretch, now: datetime) -> Stretch:
    """A stretch beside a clock that jumped ahead and was called right: it shortens no term."""
    latest = one.latest if one.former is None else max(one.latest, now)
    return one._replace(until=max(one.until, now), latest=latest)


def _as_far_as_it_goes() -> suppress:
    """On a full or read-only disk there is nothing to keep it on; reading goes on."""
    return suppress(NoSpace, VaultReadOnly, VaultIoError)


def _moment(text: str) -> datetime | None:
    with suppress(ValueError, OverflowError):
        return datetime.fromisoformat(text).astimezone(UTC)
    return None
