"""From observations to what counts (decision model section 1).

Everything said is kept elsewhere; this module decides, per item, which single answer counts on the day of
the assessment, or that the item is unresolved. What follows from parts and wholes comes after, in worlds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from borg_triage.domain.instrument import ABSENT, Instrument, Item

Counted = dict[str, str]


class Observation(NamedTuple):
    """One thing said or seen about one item.

    value: an answer of the item, an ISO date for a date item, or why there is none (unknown, declined,
    not_asked). overheard: None where it was not stated; it then follows from the interview.
    """

    value: str
    source: str
    on: date
    overheard: bool | None = None
    note: str = ""


Answers = Mapping[str, Sequence[Observation]]


@dataclass(frozen=True, slots=True)
class _Policy:
    """What the instrument says about counting one item, laid out for speed."""

    item: Item
    trusted: frozenset[str]
    only_source: str | None
    all_days: int | None
    favourable_days: int | None
    rank: dict[str, int]


class Resolver:
    """Counts observations by one instrument's rules."""

    def __init__(self, instrument: Instrument) -> None:
        self._overheard = instrument.overheard
        self._policies = {
            item.id: _Policy(
                item=item,
                trusted=frozenset(instrument.reliable_from(item)),
                only_source=instrument.section[item.section].only_source,
                all_days=instrument.section[item.section].all_days,
                favourable_days=instrument.favourable_days(item),
                rank={value: rank for rank, value in enumerate(item.values)},
            )
            for item in instrument.items
        }

    def resolve(self, answers: Answers, assessed_on: date) -> Counted:
        """The counted answer of every item that has one. Items left out are unresolved.

        Raises KeyError for an item the instrument does not have.
        """
        today = assessed_on.toordinal()
        listening = self._may_be_overheard(answers)
        counted: Counted = {}
        once: list[str] = []
        for item_id, observations in answers.items():
            policy = self._policies[item_id]
            value = self._count(policy, observations, today, listening)
            if value is not None:
                counted[item_id] = value
            if policy.item.becomes and _was_yes_longer_ago(policy.item, observations, today):
                once.append(policy.item.becomes)
        for item_id in once:
            counted[item_id] = "yes"
        return counted

    def _may_be_overheard(self, answers: Answers) -> bool:
        """Whether answers without a statement of their own count as overheard."""
        item_id = self._overheard.item
        policy = self._policies[item_id]
        said = {seen.value for seen in answers.get(item_id, ()) if seen.source == policy.only_source}
        return policy.item.better not in said or policy.item.worse in said

    def _count(
        self, policy: _Policy, observations: Sequence[Observation], today: int, listening: bool
    ) -> str | None:
        said = [seen for seen in observations if seen.value not in ABSENT]
        if not said:
            return None
        item = policy.item
        if policy.only_source:
            values = {seen.value for seen in said if seen.source == policy.only_source}
            return next((value for value in (item.better, item.worse) if value in values), None)
        if item.kind == "date":
            newest = max(seen.on for seen in said)
            return min(seen.value for seen in said if seen.on == newest)
        said = [seen for seen in said if not _stale(policy, seen, today)]
        if item.kind == "choice" and item.favourable is not None:
            said = self._ladder(policy, said, listening)
        else:
            said = [seen for seen in said if self._counts(policy, seen, listening)]
            if item.moment and said:
                newest = max(seen.on for seen in said)
                said = [seen for seen in said if seen.on == newest]
        if not said:
            return None
        if item.kind == "choice":
            return max((seen.value for seen in said), key=policy.rank.__getitem__)
        return item.worse if any(seen.value == item.worse for seen in said) else item.better

    def _reliable(self, policy: _Policy, seen: Observation, listening: bool) -> bool:
        overheard = seen.overheard
        if overheard is None:
            overheard = listening and seen.source in self._overheard.sources
        return not overheard and seen.source in policy.trusted

    def _counts(self, policy: _Policy, seen: Observation, listening: bool) -> bool:
        """The worse sense counts whoever gave it; a reassuring answer only when reliable."""
        item = policy.item
        if item.kind == "choice" or seen.value == item.worse:
            return True
        return self._reliable(policy, seen, listening)

    def _ladder(self, policy: _Policy, said: list[Observation], listening: bool) -> list[Observation]:
        """For a list with a favourable value: a lighter answer displaces only when reliable."""
        favourable = policy.item.favourable
        reliable = [seen for seen in said if self._reliable(policy, seen, listening)]
        newest = max((seen.on for seen in reliable), default=date.min)
        return [seen for seen in reliable if seen.on == newest] + [
            seen
            for seen in said
            if seen.on >= newest and seen.value != favourable and not self._reliable(policy, seen, listening)
        ]


def _stale(policy: _Policy, seen: Observation, today: int) -> bool:
    item = policy.item
    age = today - seen.on.toordinal()
    if policy.all_days is not None and age > policy.all_days:
        return True
    favourable = item.better if item.kind == "yes_no" else item.favourable
    if seen.value == favourable:
        return policy.favourable_days is not None and age > policy.favourable_days
    return item.recent_days is not None and age > item.recent_days


def _was_yes_longer_ago(item: Item, observations: Sequence[Observation], today: int) -> bool:
    window = item.recent_days
    return window is not None and any(
        seen.value == item.worse and today - seen.on.toordinal() > window for seen in observations
    )
