"""How one item stands in a case, and why: what it counts as, or what keeps it open.

Says in words of its own (reason ids, `counts.<reason>` in the catalogues) what `answers.Resolver` decides;
it never decides anything itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from borg_triage.domain.answers import Observation
from borg_triage.domain.case import CaseView, Recorded
from borg_triage.domain.instrument import ABSENT, Instrument, Item

Why = Literal[
    "not_asked", "absent", "overheard", "source", "stale", "longer_ago", "counts", "one_is_enough", "follows"
]


@dataclass(frozen=True, slots=True)
class ItemState:
    """What counts now for one item.

    value: the counted answer, None when open. why: the reason. said: what was said, oldest first, without
    what was withdrawn. differ: the answers (absent ones left out) are not all the same.
    """

    value: str | None
    why: Why
    said: tuple[Recorded, ...]
    differ: bool


def item_state(instrument: Instrument, case: CaseView, item: Item) -> ItemState:
    """How an item stands in a case."""
    said = case.said_about(item.id)
    value = case.assessment.counted.get(item.id)
    answers = {entry.observation.value for entry in said} - set(ABSENT)
    if value is None:
        return ItemState(None, _why_open(instrument, case, item, said), said, len(answers) > 1)
    return ItemState(value, _why_counted(value, answers), said, len(answers) > 1)


def _why_counted(value: str, answers: set[str]) -> Why:
    if value not in answers:
        return "follows"
    return "one_is_enough" if len(answers) > 1 else "counts"


def _why_open(instrument: Instrument, case: CaseView, item: Item, said: tuple[Recorded, ...]) -> Why:
    """Why nothing counts: the first hurdle that no answer takes."""
    seen = [entry.observation for entry in said]
    if all(one.value == "not_asked" for one in seen):
        return "not_asked"
    answers = [one for one in seen if one.value not in ABSENT]
    if not answers:
        return "absent"
    fresh = [one for one in answers if not _has_run_out(instrument, case, item, one)]
    if not fresh:
        old_yes = item.recent_days is not None and any(one.value == item.worse for one in answers)
        return "longer_ago" if old_yes else "stale"
    known = [one for one in fresh if one.source in _trusted(instrument, item)]
    return "overheard" if known else "source"


def _trusted(instrument: Instrument, item: Item) -> tuple[str, ...]:
    only = instrument.section[item.section].only_source
    return (only,) if only else instrument.reliable_from(item)


def _has_run_out(instrument: Instrument, case: CaseView, item: Item, one: Observation) -> bool:
    age = (case.today - one.on).days
    every = instrument.section[item.section].all_days
    favourable = item.better if item.kind == "yes_no" else item.favourable
    own = instrument.favourable_days(item) if one.value == favourable else item.recent_days
    return (every is not None and age > every) or (own is not None and age > own)
