"""A case as people work on it: what was said and by whom, what workers judged, what was done.

Plain frozen records. Storage keeps them, the session hands them out, screens and papers read them.
Times are aware datetimes in UTC; days are dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from borg_triage.domain.answers import Observation
from borg_triage.domain.assessment import Assessment
from borg_triage.domain.instrument import UserGroup


@dataclass(frozen=True, slots=True)
class Recorded:
    """One observation in the file. `retracted`: withdrawn later as a mistake; it stays visible."""

    seq: int
    item: str
    observation: Observation
    recorded_at: datetime
    recorded_by: str
    retracted: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the worker thought before the program's result was shown."""

    level: str
    pattern: str
    why: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Override:
    """An outcome set by people. Lowering names a second person; it never ends below the lower level.

    level_from, pattern_from: what the program said when people decided.
    """

    level_from: str
    level: str
    pattern_from: str
    pattern: str
    reason: str
    second_person: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Something done in the case.

    kind: "acute_call", "talk", "hand_over", "consulted", "agreement". `details` holds plain texts by
    field name, e.g. {"who": "112", "with": "meldkamer"}.
    """

    kind: str
    details: Mapping[str, str]
    happened_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class InstrumentRef:
    """Exactly which instrument an assessment was made with."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything about one case at one moment, with its assessment.

    since: when the case came to stand at its present level; deadlines count from there (plan.due_at).
    level, pattern: what stands, people's where they set one (overrides.standing_outcome).
    """

    id: str
    pseudonym: str
    user_group: UserGroup
    opened_at: datetime
    opened_by: str
    today: date
    recorded: tuple[Recorded, ...]
    judgement: Judgement | None
    overrides: tuple[Override, ...]
    events: tuple[CaseEvent, ...]
    assessment: Assessment
    instrument: InstrumentRef
    since: datetime
    level: str
    pattern: str

    def said_about(self, item: str) -> tuple[Recorded, ...]:
        """What was said about one item, oldest first, without what was withdrawn."""
        return tuple(entry for entry in self.recorded if entry.item == item and not entry.retracted)
