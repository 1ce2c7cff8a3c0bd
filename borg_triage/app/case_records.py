"""Between the stored rows of a case and the records that the engine, screens and papers read."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import cast

from borg_triage.app.instruments import ReadyInstrument
from borg_triage.app.since import Since, case_input
from borg_triage.domain.answers import Observation
from borg_triage.domain.case import CaseEvent, CaseView, Judgement, Override, Recorded
from borg_triage.domain.errors import CaseRuleError
from borg_triage.domain.instrument import ABSENT, Item, UserGroup
from borg_triage.domain.overrides import standing_outcome
from borg_triage.domain.plan import due_at
from borg_triage.storage.cases import CaseStore
from borg_triage.storage.records import CaseFile, Standing
from borg_triage.storage.records import Judgement as StoredJudgement
from borg_triage.storage.records import Override as StoredOverride
from borg_triage.text.formats import DUTCH_TIME


def check_answer(item: Item, value: str, on: date, today: date) -> None:
    """Raise CaseRuleError unless the item can take this value on this day."""
    if on > today:
        raise CaseRuleError("answer.error.in_the_future")
    if value in ABSENT or value in item.answers:
        return
    if item.kind == "date" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            date.fromisoformat(value)
        except ValueError:
            pass
        else:
            return
    raise CaseRuleError("answer.error.wrong_value", item=item.id, value=value)


def view(
    cases: CaseStore, case_id: str, ready: ReadyInstrument, now: datetime, since: Since | None = None
) -> CaseView:
    """Read a case and assess it as of now. since: of this case, with what it remembers; else a fresh one."""
    file = cases.get(case_id)
    group = cast(UserGroup, file.user_group)
    today = now.astimezone(DUTCH_TIME).date()
    recorded = _recorded(cases, case_id)
    assessment = ready.engine.assess(case_input(recorded, group, today))
    judgements = cases.judgements(case_id)
    overrides = tuple(_override(row) for row in cases.overrides(case_id))
    level, pattern = standing_outcome(ready.instrument, assessment.level, assessment.pattern, overrides)
    return CaseView(
        id=file.id,
        pseudonym=file.pseudonym,
        user_group=group,
        opened_at=file.opened_at,
        opened_by=file.opened_by,
        today=today,
        recorded=recorded,
        judgement=_judgement(judgements[-1]) if judgements else None,
        overrides=overrides,
        events=tuple(
            CaseEvent(row.kind, row.payload, row.happened_at, row.by) for row in cases.events(case_id)
        ),
        assessment=assessment,
        instrument=ready.ref,
        since=(since or since_of(file, ready)).since(recorded, assessment.level.value),
        level=level,
        pattern=pattern,
    )


def since_of(file: CaseFile, ready: ReadyInstrument) -> Since:
    """What tells since when this case stands at its level."""
    return Since(ready, cast(UserGroup, file.user_group), file.opened_at)


def _recorded(cases: CaseStore, case_id: str) -> tuple[Recorded, ...]:
    return tuple(
        Recorded(
            row.seq,
            row.item,
            Observation(row.value, row.source, row.said_on, row.overheard, row.note),
            row.recorded_at,
            row.recorded_by,
            row.retracted,
        )
        for row in cases.observations(case_id)
        if row.retracts is None
    )


def _override(row: StoredOverride) -> Override:
    return Override(
        level_from=row.level_from,
        level=row.level_to,
        pattern_from=row.pattern_from,
        pattern=row.pattern_to,
        reason=row.reason,
        second_person=row.second_person or "",
        at=row.at,
        by=row.by,
    )


def _judgement(row: StoredJudgement) -> Judgement:
    return Judgement(row.level, row.pattern, row.reason, row.at, row.by)


def standing(case: CaseView) -> Standing:
    """The case's line in the list: what stands, and what is due first."""
    due = [due_at(deadline, case.since) for deadline in case.assessment.deadlines]
    return Standing(
        level=case.level,
        pattern=case.pattern,
        primary_route=case.assessment.routes.primary,
        next_deadline=min(due, default=None),
    )
