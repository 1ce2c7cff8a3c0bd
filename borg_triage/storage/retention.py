"""How long each case stays, as far as it departs from its profile; and which cases are restricted.

What the dates mean is worked out in `domain.retention`; here they are only kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from borg_triage.storage.codec import columns, encode, from_row, to_row
from borg_triage.storage.database import Database
from borg_triage.storage.errors import CaseMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What was set for one case; None (or "") where its profile decides.

    profile: another profile than that of the case's user group. clock_start: another start of the clock.
    handed_over_at: when the receiver confirmed to have it. working_copy: whether the case goes after a
    confirmed hand-over. keep_until with keep_reason: a day on which the case goes instead. hold_reason: why
    the case may not be erased at all for now (a complaint, a court case).
    """

    changed_at: datetime
    changed_by: str
    profile: str | None = None
    clock_start: datetime | None = None
    handed_over_at: datetime | None = None
    working_copy: bool | None = None
    keep_until: date | None = None
    keep_reason: str = ""
    hold_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClock:
    """One case as the clock sees it; `retention` is None where nothing was set for it."""

    case_id: str
    pseudonym: str
    user_group: str
    opened_at: datetime
    touched_at: datetime
    closed_at: datetime | None
    retention: Retention | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """Why a case opens for `restricted_by` (a person's id) only, and for others by breaking the glass."""

    case_id: str
    restricted_by: str
    at: datetime
    reason: str


_SET: Final = columns(Retention)
_CASE: Final = tuple(name for name in columns(CaseClock) if name != "retention")
_RESTRICTED: Final = columns(Restriction)


class RetentionStore:
    """Of an open vault. All methods raise VaultError; CaseMissing where a case is not there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, case_id: str) -> Retention | None:
        """What was set for a case, or None."""
        row = self._database.row(
            f"SELECT {', '.join(_SET)} FROM retention WHERE case_id = ?",  # noqa: S608
            (case_id,),
        )
        return None if row is None else from_row(Retention, _SET, row)

    def put(self, case_id: str, new: Retention) -> None:
        """Set it anew as a whole. RecordRefused for a day to keep until without a reason."""
        marks = ", ".join("?" * (len(_SET) + 1))
        changes = ", ".join(f"{name} = excluded.{name}" for name in _SET)
        with self._database.transaction():
            self._require(case_id)
            self._database.execute(
                f"INSERT INTO retention (case_id, {', '.join(_SET)}) VALUES ({marks}) "  # noqa: S608
                f"ON CONFLICT (case_id) DO UPDATE SET {changes}",
                (case_id, *to_row(new)),
            )

    def clock(self, case_id: str) -> CaseClock:
        """One case as the clock sees it. Raises CaseMissing."""
        found = self._clocks("WHERE kept.id = ?", case_id)
        if not found:
            raise CaseMissing(self._database.path, case_id=case_id)
        return found[0]

    def clocks(self) -> list[CaseClock]:
        """Every case as the clock sees it, in the order of opening."""
        return self._clocks("ORDER BY kept.seq")

    def restrict(self, case_id: str, by: str, at: datetime, reason: str) -> Restriction:
        """Restrict a case to one person; a restriction that was there already is left as it is."""
        with self._database.transaction():
            self._require(case_id)
            there = self.restriction(case_id)
            if there is not None:
                return there
            new = Restriction(case_id=case_id, restricted_by=by, at=at, reason=reason)
            self._database.execute(
                f"INSERT INTO restricted_case ({', '.join(_RESTRICTED)}) VALUES (?, ?, ?, ?)",  # noqa: S608
                to_row(new),
            )
        return new

    def restriction(self, case_id: str) -> Restriction | None:
        """Why a case is restricted, or None."""
        row = self._database.row(
            f"SELECT {', '.join(_RESTRICTED)} FROM restricted_case WHERE case_id = ?",  # noqa: S608
            (case_id,),
        )
        return None if row is None else from_row(Restriction, _RESTRICTED, row)

    def restrictions(self) -> dict[str, Restriction]:
        """Every restriction by case."""
        rows = self._database.rows(f"SELECT {', '.join(_RESTRICTED)} FROM restricted_case")  # noqa: S608
        found = (from_row(Restriction, _RESTRICTED, row) for row in rows)
        return {restriction.case_id: restriction for restriction in found}

    def lift(self, case_id: str) -> None:
        """Let everybody in again; nothing happens where nothing was restricted."""
        with self._database.transaction():
            self._database.execute("DELETE FROM restricted_case WHERE case_id = ?", (encode(case_id),))

    def _clocks(self, which: str, *values: str) -> list[CaseClock]:
        own_columns = ", ".join(f"kept.{'id' if name == 'case_id' else name}" for name in _CASE)
        set_columns = ", ".join(f"retention.{name}" for name in _SET)
        sql = (
            f"SELECT {own_columns}, retention.case_id IS NOT NULL, {set_columns} "  # noqa: S608
            f"FROM case_file AS kept LEFT JOIN retention ON retention.case_id = kept.id {which}"
        )
        rows = self._database.rows(sql, values)
        own = len(_CASE)
        return [
            from_row(
                CaseClock,
                _CASE,
                row[:own],
                retention=from_row(Retention, _SET, row[own + 1 :]) if row[own] else None,
            )
            for row in rows
        ]

    def _require(self, case_id: str) -> None:
        if self._database.row("SELECT 1 FROM case_file WHERE id = ?", (case_id,)) is None:
            raise CaseMissing(self._database.path, case_id=case_id)
