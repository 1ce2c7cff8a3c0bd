"""The log of a vault: who did what with which case, when, with what; never what stands in the case.

The fields follow NEN 7513; `purpose` and `recipient` are what article 32a of the Dutch police data act asks
for. Each entry carries a SHA-256 over its own row and the hash of the entry before it, so that a row
changed, taken out, put in or moved shows, and where. An entry is part of the transaction of what it tells of:
neither is stored without the other.

What a chain cannot show: somebody who holds the key and makes the whole log anew. Whoever kept an earlier
`head` (a backup, a printed log) can tell: hand it to `first_broken`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from borg_triage.storage.codec import columns, encode, from_row, to_row
from borg_triage.storage.database import Database, Row, Value
from borg_triage.storage.errors import RecordRefused

ACTIONS: Final = frozenset(
    (
        *("view", "add", "change", "export", "share", "override", "erase"),
        *("unlock", "failed_unlock", "break_glass", "read_log", "lock"),
        *("person_added", "person_withdrawn", "passphrase_changed", "recovery_made", "key_rotated"),
        *("passphrase_rule_changed", "keeping_changed", "role_changed"),
        *("backup", "restore", "retention_changed", "restricted", "inspection", "correction", "upgrade"),
        *("saved_lost", "waiting_lost"),
    )
)

_NUMBER: Final = "number"
_WORD: Final = re.compile(r"[a-z][a-z0-9_.]{0,63}")
_ID: Final = re.compile(r"(?=.*\d)[0-9a-fA-FTZ-]{4,64}")
_VERSION: Final = re.compile(r"\d[0-9A-Za-z.+-]{0,31}")
_TERM: Final = re.compile(r"P[0-9YMD]{2,15}")
_KINDS: Final[Mapping[str, object]] = MappingProxyType(
    {
        **dict.fromkeys(("seq", "count", "cases", "entries", "generation", "days"), _NUMBER),
        **dict.fromkeys(("threshold", "shares", "schema_from", "schema_to", "broken_at"), _NUMBER),
        **dict.fromkeys(("length", "score", "hours"), _NUMBER),
        **dict.fromkeys(("kind", "paper", "format", "scope", "profile", "setting", "subject", "why"), _WORD),
        **dict.fromkeys(("person", "slot", "backup", "bundle", "sha256"), _ID),
        **dict.fromkeys(("from_version", "to_version"), _VERSION),
        "term": _TERM,
    }
)
_LINE: Final = 200
_PAGE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLogEntry:
    """Something that was done, to be written down.

    person, role: as they are now; person_id: None where nobody is known (a failed unlock). on_behalf_of: who
    answers for it, where that is somebody else. case_id: of which case, also after it is erased. action: one
    of `ACTIONS`. purpose, recipient: one line each. detail: ids, kinds and counts only, by the names that
    `DETAILS` allows. program, instrument: versions.
    """

    at: datetime
    action: str
    person: str
    program: str
    person_id: str | None = None
    role: str = ""
    on_behalf_of: str = ""
    case_id: str | None = None
    purpose: str = ""
    recipient: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    instrument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry(NewLogEntry):
    """An entry as stored. previous: the hash of the entry before; hash: of this one."""

    seq: int
    previous: str
    hash: str


class Wanted(NamedTuple):
    """Which entries one looks for; None: any. since, until: moments, the first included, the last not."""

    case_id: str | None = None
    person_id: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Head(NamedTuple):
    """The end of the log at some moment. seq 0: nothing written yet."""

    seq: int
    hash: str


class Broken(NamedTuple):
    """The first place where the log does not hold.

    why: "missing" (the entry with this number is not there: taken out or cut off), "changed" (this entry, or
    its place in the chain, is not what was written), "other_head" (it is whole, but not the log that the
    known head was of).
    """

    seq: int
    why: str


DETAILS: Final = frozenset(_KINDS)


class LogStore:
    """The log of an open vault. All methods raise VaultError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, new: NewLogEntry) -> LogEntry:
        """Write one entry down, within the caller's transaction where there is one.

        Raises RecordRefused for an action or a detail that the log does not take.
        """
        self._refuse(new)
        with self._database.transaction():
            # The number follows the highest ever given out: after a cut tail a hole stays to be seen.
            seq = self._given_out() + 1
            row = (seq, *to_row(new), self.head().hash)
            digest = _hash(_STORED[:-1], row)
            marks = ", ".join("?" * len(_STORED))
            self._database.execute(
                f"INSERT INTO log ({', '.join(_STORED)}) VALUES ({marks})",  # noqa: S608
                (*row, digest),
            )
        return from_row(LogEntry, _STORED, (*row, digest))

    def entries(
        self,
        case_id: str | None = None,
        person: str | None = None,
        limit: int | None = None,
        after: int = 0,
        action: str | None = None,
    ) -> list[LogEntry]:
        """Entries in the order of writing: of one case, one person (by id), or all; after number `after`.

        Reading the log is itself logged: by the caller, who knows why.
        """
        where = ["seq > ?"]
        values: list[str | int | None] = [after]
        for name, value in (("case_id", case_id), ("person_id", person), ("action", action)):
            if value is not None:
                where.append(f"{name} = ?")
                values.append(value)
        sql = f"SELECT {', '.join(_STORED)} FROM log WHERE {' AND '.join(where)} ORDER BY seq LIMIT ?"  # noqa: S608
        rows = self._database.rows(sql, (*values, -1 if limit is None else limit))
        return [from_row(LogEntry, _STORED, row) for row in rows]

    def latest(self, wanted: Wanted, limit: int, before: int | None = None) -> list[LogEntry]:
        """Entries that are wanted, the last written first; `before` a number: the ones that go before it.

        Reading the log is itself logged: by the caller, who knows why.
        """
        conditions: tuple[tuple[str, Value], ...] = (
            ("seq < ?", before),
            ("case_id = ?", wanted.case_id),
            ("person_id = ?", wanted.person_id),
            ("action = ?", wanted.action),
            ("at >= ?", encode(wanted.since)),
            ("at < ?", encode(wanted.until)),
        )
        asked = [one for one in conditions if one[1] is not None]
        where = " AND ".join(condition for condition, _ in asked) or "1"
        sql = f"SELECT {', '.join(_STORED)} FROM log WHERE {where} ORDER BY seq DESC LIMIT ?"  # noqa: S608
        values = (value for _, value in asked)
        return [from_row(LogEntry, _STORED, row) for row in self._database.rows(sql, (*values, limit))]

    def head(self, until: int | None = None) -> Head:
        """The number and hash of the last entry, or the last up to a number: worth keeping elsewhere."""
        last = "SELECT seq, hash FROM log WHERE seq <= ? ORDER BY seq DESC LIMIT 1"
        row = self._database.row(last, (_LAST_POSSIBLE if until is None else until,))
        return Head(*row) if row else Head(0, self._start())

    def first_broken(self, known: Head | None = None) -> Broken | None:
        """Read the whole log and name the first place where it does not hold; None: it holds.

        known: a head of this log that was kept elsewhere.
        """
        expected, previous = 1, self._start()
        for row in self._in_order():
            seq, digest = row[0], row[-1]
            if seq > expected:
                return Broken(expected, "missing")
            if seq < expected or row[-2] != previous or _hash(_STORED[:-1], row[:-1]) != digest:
                return Broken(seq, "changed")
            if known is not None and seq == known.seq and digest != known.hash:
                return Broken(seq, "other_head")
            expected, previous = seq + 1, digest
        if self._given_out() >= expected or (known is not None and known.seq >= expected):
            return Broken(expected, "missing")
        return None

    def goes_on_from(self, earlier: LogStore) -> bool:
        """Whether it is that log, and whole from where that one ends to its own end."""
        last = earlier.head()
        if self.head(last.seq) != last:
            return False
        # A tail that was cut off before leaves a hole that stays to be seen.
        given = max(last.seq, earlier._given_out())
        for row in self._in_order(last.seq + 1):
            seq, previous, digest = row[0], row[-2], row[-1]
            if (seq, previous) != (given + 1, last.hash) or _hash(_STORED[:-1], row[:-1]) != digest:
                return False
            last, given = Head(seq, digest), seq
        return self._given_out() <= given

    def _in_order(self, start: int | None = None) -> Iterator[Row]:
        sql = f"SELECT {', '.join(_STORED)} FROM log WHERE seq >= ? ORDER BY seq LIMIT {_PAGE}"  # noqa: S608
        at = _FIRST_POSSIBLE if start is None else start
        while rows := self._database.rows(sql, (at,)):
            yield from rows
            at = rows[-1][0] + 1

    def _given_out(self) -> int:
        row = self._database.row("SELECT max(seq) FROM sqlite_sequence WHERE name = 'log'")
        return int(row[0]) if row and row[0] is not None else 0

    def _start(self) -> str:
        """What stands for the hash before the first entry: a log belongs to one vault."""
        row = self._database.row("SELECT id FROM vault")
        return hashlib.sha256(canonical({"log of vault": row[0] if row else ""})).hexdigest()

    def _refuse(self, new: NewLogEntry) -> None:
        if new.action not in ACTIONS:
            raise RecordRefused(self._database.path, "log: unknown action")
        for name in ("purpose", "recipient", "on_behalf_of", "person"):
            text = getattr(new, name)
            if len(text) > _LINE or len(text.splitlines()) > 1:
                raise RecordRefused(self._database.path, f"log: {name} is not one line")
        for name, value in new.detail.items():
            if not _allowed(name, value):
                raise RecordRefused(self._database.path, "log: detail holds ids, kinds and counts only")


def canonical(values: Mapping[str, Any]) -> bytes:
    """JSON in the one form that hashes are made over: sorted names, no spaces, UTF-8."""
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def _allowed(name: str, value: object) -> bool:
    kind = _KINDS.get(name)
    if kind is _NUMBER:
        return type(value) is int and value >= 0
    return isinstance(kind, re.Pattern) and isinstance(value, str) and kind.fullmatch(value) is not None


def _hash(names: tuple[str, ...], row: Row) -> str:
    """Over the values as the file holds them, so that no reading of them can differ."""
    return hashlib.sha256(canonical(dict(zip(names, row, strict=True)))).hexdigest()


_STORED: Final = ("seq", *columns(NewLogEntry), "previous", "hash")
_FIRST_POSSIBLE: Final = -(2**63)
_LAST_POSSIBLE: Final = 2**63 - 1
