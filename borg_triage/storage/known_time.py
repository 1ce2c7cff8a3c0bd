"""The last moment that a vault knows for sure, and whether the clock can be right beside it.

A battery that died, or a slip of the hand, sets a clock years off for an afternoon. Nothing that lasts may
rest on such a clock. So a vault keeps the last moment at which the clock was in keeping with the one before.
A clock further from it than the bounds below is in doubt, today and tomorrow, until it is in keeping again or
a person says that it is right.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from borg_triage.storage.codec import encode
from borg_triage.storage.database import Database
from borg_triage.storage.settings import SettingStore

# A wrong time zone is no more than some hours.
BACK: Final = timedelta(days=1)
# A vault that nobody opened for longer is asked about once.
AHEAD: Final = timedelta(days=90)
_SETTING: Final = "clock.known"
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


class KnownTime:
    """Of an open vault. All methods raise VaultError."""

    def __init__(self, database: Database, settings: SettingStore) -> None:
        self._database = database
        self._settings = settings
        # Of this opening, where nothing was kept before it.
        self._opened_at: datetime | None = None

    def look(self, now: datetime) -> Doubt | None:
        """Whether the clock is in doubt; where it is not, keep what it says."""
        known = self._known(now)
        if not known - BACK <= now <= known + AHEAD:
            return Doubt(now, known)
        if now - known > _EXACT:
            self.trust(now)
        return None

    def trust(self, now: datetime) -> None:
        """Somebody says that the clock is right."""
        self._settings.put(_SETTING, str(encode(now)))

    def _known(self, now: datetime) -> datetime:
        kept = _moment(self._settings.get(_SETTING) or "")
        if kept is not None:
            return kept
        if self._opened_at is None:
            before = self._before_opening()
            if before is not None:
                # At once: what is written from now on has the moments of the clock of now.
                self.trust(before)
            self._opened_at = before or now
        return self._opened_at

    def _before_opening(self) -> datetime | None:
        """When a vault that kept nothing yet was last used before it was opened now."""
        opened = "SELECT max(seq) FROM log WHERE action = 'unlock'"
        before = f"SELECT at FROM log WHERE seq < ifnull(({opened}), seq + 1) ORDER BY seq DESC LIMIT 1"  # noqa: S608
        row = self._database.row(before)
        return _moment(row[0]) if row else None


def _moment(text: str) -> datetime | None:
    with suppress(ValueError, OverflowError):
        return datetime.fromisoformat(text).astimezone(UTC)
    return None
