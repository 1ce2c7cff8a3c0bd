"""What goes into a vault and comes out: frozen records, plain values, no behaviour.

`New…` is what a caller hands in; the stored record adds `seq` (its place in the order of writing) and
`case_id`. Moments are datetimes with a time zone and come back in UTC; days are dates. Storage has no clock
and reads no meaning into items, values, levels or kinds: those are the instrument's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a case stands, kept beside it for the case list (a copy: the frozen results are the truth)."""

    level: str | None = None
    pattern: str | None = None
    primary_route: str | None = None
    next_deadline: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A case to open. `user_group` is police, shelter or veilig_thuis; `pseudonym` is free text."""

    pseudonym: str
    user_group: str
    language: str
    opened_at: datetime
    opened_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile(NewCase):
    """A case as stored. `touched_at` is the moment of its latest change; `id` is a random UUID."""

    id: str
    touched_at: datetime
    closed_at: datetime | None
    standing: Standing


class CaseSummary(NamedTuple):
    """One line of the case list: what it shows, and no more. Its moments stay as stored until asked for:
    of the hundred lines that each key of a search reads, some ten show.
    """

    id: str
    pseudonym: str
    user_group: str
    touched: str
    level: str | None
    pattern: str | None
    due: str | None

    @property
    def touched_at(self) -> datetime:
        """The moment of its latest change."""
        return datetime.fromisoformat(self.touched)

    @property
    def next_deadline(self) -> datetime | None:
        """By when something must be done."""
        return None if self.due is None else datetime.fromisoformat(self.due)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewObservation:
    """One answer by one source.

    value: yes, no, unknown, declined, not_asked, a value of the item's list, or an ISO date.
    source: victim, perpetrator, child, other_person, staff or record.
    overheard: None where it was not stated. said_on: the day it was said or seen.
    retracts: the `seq` of an earlier observation of this case that this one withdraws as a typing mistake.
    """

    item: str
    value: str
    source: str
    said_on: date
    recorded_at: datetime
    recorded_by: str
    overheard: bool | None = None
    note: str = ""
    retracts: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation(NewObservation):
    """A stored answer. `retracted`: a later observation that still stands has withdrawn it."""

    seq: int
    case_id: str
    retracted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewResult:
    """An evaluation to freeze, word for word: what went in, what came out, by which instrument.

    The instrument's text must have been handed to `keep_instrument` before.
    """

    made_at: datetime
    made_by: str
    instrument_id: str
    instrument_version: str
    instrument_sha256: str
    assessed_on: date
    input_json: str
    output_json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(NewResult):
    """A frozen evaluation."""

    seq: int
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJudgement:
    """The worker's own level and pattern with one line why; `result_seq` once there is a result."""

    level: str
    pattern: str
    reason: str
    at: datetime
    by: str
    result_seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement(NewJudgement):
    """A stored judgement."""

    seq: int
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOverride:
    """People deciding otherwise than the result; lowering names a `second_person` (the caller checks)."""

    level_from: str
    level_to: str
    pattern_from: str
    pattern_to: str
    reason: str
    at: datetime
    by: str
    second_person: str | None = None
    result_seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(NewOverride):
    """A stored override."""

    seq: int
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """Something that was done: an acute call, a talk, a hand-over, a consultation, an agreement.

    kind: a word of the caller's, such as `acute_call`. payload: what JSON can hold, by name.
    """

    kind: str
    payload: Mapping[str, Any]
    happened_at: datetime
    recorded_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(NewEvent):
    """A stored event."""

    seq: int
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """The full text of one version of an instrument, as it was used."""

    id: str
    version: str
    sha256: str
    content: bytes
