"""The cases of an open vault. Every append is one transaction, on disk before the call returns.

All methods raise VaultError (`storage.errors`): NoSpace, VaultReadOnly, VaultIoError, VaultDamaged and
VaultClosed at any time; CaseMissing where a `case_id` is handed in to be changed; RecordRefused for a row
that breaks the vault's own rules. After an error nothing of that call is stored, and all before it is.
"""

from __future__ import annotations

import builtins
import uuid
from datetime import datetime
from typing import Any, Final, TypeVar

from borg_triage.storage import case_list
from borg_triage.storage.codec import clean, columns, encode, from_row, to_row
from borg_triage.storage.database import Database, Value
from borg_triage.storage.errors import CaseMissing
from borg_triage.storage.records import (
    CaseFile,
    CaseSummary,
    Event,
    Instrument,
    Judgement,
    NewCase,
    NewEvent,
    NewJudgement,
    NewObservation,
    NewOverride,
    NewResult,
    Observation,
    Override,
    Result,
    Standing,
)

_Stored = TypeVar("_Stored")

_CASE_COLUMNS: Final = ("id", *columns(NewCase), "touched_at", "closed_at")


class CaseStore:
    """Cases, and what was said, concluded and done in each.

    `standing` is the line that the case list shows; where it is given it is stored in the same transaction.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # ------------------------------------------------------------ the case itself

    def create(self, new: NewCase) -> CaseFile:
        """Open a case; its id is a new random UUID."""
        case_id = str(uuid.uuid4())
        values = (case_id, *to_row(new), encode(new.opened_at))
        derived = {**case_list.name_columns(new.pseudonym), **case_list.standing_columns(Standing())}
        names = ("id", *columns(NewCase), "touched_at", *derived)
        with self._database.transaction():
            self._database.execute(_insert("case_file", names), (*values, *derived.values()))
        return self.get(case_id)

    def get(self, case_id: str) -> CaseFile:
        """One case. Raises CaseMissing."""
        standing = columns(Standing)
        row = self._database.row(_select("case_file", (*_CASE_COLUMNS, *standing), "id = ?"), (case_id,))
        if row is None:
            raise CaseMissing(self._database.path, case_id=case_id)
        own = len(_CASE_COLUMNS)
        return from_row(CaseFile, _CASE_COLUMNS, row[:own], standing=from_row(Standing, standing, row[own:]))

    def list(
        self, text: str = "", level: str | None = None, limit: int = 100, offset: int = 0
    ) -> builtins.list[CaseSummary]:
        """The cases whose pseudonym holds every word of `text` (no capitals or accents needed).

        Open cases first; in them the gravest level (a case without one stands with `elevated`), then the
        earliest deadline, then the latest touched. `level` keeps only the cases of that level.
        """
        return case_list.page(self._database, text, level, limit, offset)

    def count(self, text: str = "", level: str | None = None) -> int:
        """How many cases `list` would give without a limit."""
        return case_list.count(self._database, text, level)

    def rename(self, case_id: str, pseudonym: str, at: datetime) -> None:
        """Give a case another pseudonym. The old one is not kept: it may have said too much."""
        named = {"pseudonym": clean(pseudonym), **case_list.name_columns(pseudonym)}
        self._change(case_id, {**named, "touched_at": encode(at)})

    def set_standing(self, case_id: str, standing: Standing, at: datetime) -> None:
        """Bring the case's line in the list up to date, with nothing appended."""
        self._change(case_id, {"touched_at": encode(at), **case_list.standing_columns(standing)})

    def close_case(self, case_id: str, at: datetime) -> None:
        """Mark a case as closed. It stays as it is, and can still be added to."""
        self._change(case_id, {"closed_at": encode(at), "list_closed": 1, "touched_at": encode(at)})

    def reopen_case(self, case_id: str, at: datetime) -> None:
        """Take the mark away again."""
        self._change(case_id, {"closed_at": None, "list_closed": 0, "touched_at": encode(at)})

    def erase(self, case_id: str) -> None:
        """Delete a case with all its rows, overwritten in the file (`secure_delete`). Raises CaseMissing.

        What SQLite left of them elsewhere in the file, and the backups, are `Vault.scrub`'s to clear.
        """
        with self._database.transaction():
            self._require(case_id)
            self._database.execute("DELETE FROM case_file WHERE id = ?", (case_id,))
        # The log beside the file still holds the pages as they were.
        if not self._database.in_transaction:
            self._database.row("PRAGMA wal_checkpoint(TRUNCATE)")

    # ------------------------------------------------------------ what is only ever added

    def append_observation(
        self, case_id: str, new: NewObservation, standing: Standing | None = None
    ) -> Observation:
        """Store one answer. A correction is a new answer that `retracts` the mistaken one."""
        seq = self._append("observation", case_id, new, new.recorded_at, standing)
        return self._stored("observation", Observation, seq, retracted=False)

    def observations(self, case_id: str) -> builtins.list[Observation]:
        """All answers in the order of writing, retracted ones too.

        A retraction that is itself retracted no longer counts: what it withdrew stands again.
        """
        names = columns(NewObservation)
        sql = _select("observation", ("seq", *names), "case_id = ? ORDER BY seq")
        rows = self._database.rows(sql, (case_id,))
        position = 1 + names.index("retracts")
        withdrawn: set[int] = set()
        # Only a later answer withdraws an earlier one, so one pass from the end knows who still stands.
        for row in reversed(rows):
            if row[position] is not None and row[0] not in withdrawn:
                withdrawn.add(row[position])
        return [
            from_row(Observation, ("seq", *names), row, case_id=case_id, retracted=row[0] in withdrawn)
            for row in rows
        ]

    def freeze_result(self, case_id: str, new: NewResult, standing: Standing | None = None) -> Result:
        """Store an evaluation as it was made. Its instrument must be kept first (else RecordRefused)."""
        seq = self._append("result", case_id, new, new.made_at, standing)
        return self._stored("result", Result, seq)

    def results(self, case_id: str) -> builtins.list[Result]:
        """All frozen evaluations, oldest first."""
        return self._all("result", Result, case_id)

    def append_judgement(
        self, case_id: str, new: NewJudgement, standing: Standing | None = None
    ) -> Judgement:
        """Store the worker's own reading."""
        return self._stored("judgement", Judgement, self._append("judgement", case_id, new, new.at, standing))

    def judgements(self, case_id: str) -> builtins.list[Judgement]:
        """All judgements, oldest first."""
        return self._all("judgement", Judgement, case_id)

    def append_override(self, case_id: str, new: NewOverride, standing: Standing | None = None) -> Override:
        """Store a decision that departs from the result."""
        return self._stored("override", Override, self._append("override", case_id, new, new.at, standing))

    def overrides(self, case_id: str) -> builtins.list[Override]:
        """All overrides, oldest first."""
        return self._all("override", Override, case_id)

    def append_event(self, case_id: str, new: NewEvent, standing: Standing | None = None) -> Event:
        """Store something that was done."""
        return self._stored("event", Event, self._append("event", case_id, new, new.recorded_at, standing))

    def events(self, case_id: str, kind: str | None = None) -> builtins.list[Event]:
        """All events, or those of one kind, in the order of writing."""
        found = self._all("event", Event, case_id)
        return [event for event in found if kind in (None, event.kind)]

    # ------------------------------------------------------------ instruments

    def keep_instrument(self, new: Instrument) -> None:
        """Keep the full text of an instrument; does nothing where this very one is kept already.

        The same version with another hash is kept beside the first: no result ever loses its text.
        """
        known = "SELECT 1 FROM instrument WHERE id = ? AND version = ? AND sha256 = ?"
        with self._database.transaction():
            if self._database.row(known, (new.id, new.version, new.sha256)) is None:
                self._database.execute(_insert("instrument", columns(Instrument)), to_row(new))

    def instrument(self, instrument_id: str, version: str, sha256: str | None = None) -> Instrument | None:
        """The kept text of one version (the latest kept where no hash is given), or None."""
        names = columns(Instrument)
        where = "id = ? AND version = ? AND sha256 = ifnull(?, sha256) ORDER BY seq DESC"
        row = self._database.row(_select("instrument", names, where), (instrument_id, version, sha256))
        return None if row is None else from_row(Instrument, names, row)

    # ------------------------------------------------------------ how it is done

    def _append(self, table: str, case_id: str, record: Any, at: datetime, standing: Standing | None) -> int:
        values = (case_id, *to_row(record))
        changes = {"touched_at": encode(at)}
        if standing is not None:
            changes |= case_list.standing_columns(standing)
        with self._database.transaction():
            self._change(case_id, changes)
            return self._database.execute(_insert(table, ("case_id", *columns(type(record)))), values)

    def _change(self, case_id: str, values: dict[str, Value]) -> None:
        with self._database.transaction():
            self._require(case_id)
            self._database.execute(_update("case_file", tuple(values)), (*values.values(), case_id))

    def _require(self, case_id: str) -> None:
        if self._database.row("SELECT 1 FROM case_file WHERE id = ?", (case_id,)) is None:
            raise CaseMissing(self._database.path, case_id=case_id)

    def _stored(self, table: str, record: type[_Stored], seq: int, **more: object) -> _Stored:
        names = tuple(name for name in columns(record) if name not in more)
        (row,) = self._database.rows(_select(table, names, "seq = ?"), (seq,))
        return from_row(record, names, row, **more)

    def _all(self, table: str, record: type[_Stored], case_id: str) -> builtins.list[_Stored]:
        names = columns(record)
        rows = self._database.rows(_select(table, names, "case_id = ? ORDER BY seq"), (case_id,))
        return [from_row(record, names, row) for row in rows]


# The names in these statements are ours (tables, and fields of the records); values are always bound.


def _insert(table: str, names: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - ours


def _update(table: str, names: tuple[str, ...]) -> str:
    return f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?"  # noqa: S608 - ours


def _select(table: str, names: tuple[str, ...], where: str) -> str:
    return f"SELECT {', '.join(names)} FROM {table} WHERE {where}"  # noqa: S608 - ours
