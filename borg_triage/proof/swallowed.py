"""Of several rules for one place, or one deadline, people read the first that holds (property 11).

A more urgent one that stands behind a less urgent one is then never read where both hold: so a report today
was once swallowed by the ordinary report. Here is which rules stand so; `proof.hygiene` asks whether they can
hold together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from borg_triage.domain.instrument import USER_GROUPS, DeadlineRule, DestinationRule, Instrument, UserGroup
from borg_triage.domain.plan import duration
from borg_triage.proof.contract import Contract

_Rule = TypeVar("_Rule", DestinationRule, DeadlineRule)


@dataclass(frozen=True, slots=True)
class Behind:
    """A rule that stands behind a less urgent one for the same group; `before`: what stands before both."""

    group: UserGroup
    read: DestinationRule | DeadlineRule
    unread: DestinationRule | DeadlineRule
    before: tuple[DestinationRule | DeadlineRule, ...]

    def __str__(self) -> str:
        return f"{_said(self.unread)} stands behind {_said(self.read)} for {self.group}"


def behind(instrument: Instrument, contract: Contract) -> Iterator[Behind]:
    """Every rule that a less urgent one could keep from being read."""
    for group in USER_GROUPS:
        for place in dict.fromkeys(rule.to for rule in instrument.destinations):
            named = [rule for rule in instrument.destinations if rule.to == place and group in rule.groups]
            for before, read, unread in _in_order(named):
                if _turns_sooner(unread, read, contract) or _tells_more(unread, read, contract):
                    yield Behind(group, read, unread, before)
        for name in dict.fromkeys(rule.id for rule in instrument.deadlines):
            limits = [rule for rule in instrument.deadlines if rule.id == name and group in rule.groups]
            for earlier, limit, later in _in_order(limits):
                if _may_fall_sooner(later, limit):
                    yield Behind(group, limit, later, earlier)


def _in_order(rules: Sequence[_Rule]) -> Iterator[tuple[tuple[_Rule, ...], _Rule, _Rule]]:
    """Every two in the order in which they stand, with those before the first."""
    for (place, first), (_, second) in combinations(enumerate(rules), 2):
        yield tuple(rules[:place]), first, second


def _turns_sooner(one: DestinationRule, other: DestinationRule, contract: Contract) -> bool:
    return contract.dues.index(one.when_due) < contract.dues.index(other.when_due)


def _tells_more(one: DestinationRule, other: DestinationRule, contract: Contract) -> bool:
    forms = contract.forms
    return {one.kind, other.kind} <= set(forms) and forms.index(one.kind) < forms.index(other.kind)


def _may_fall_sooner(one: DeadlineRule, other: DeadlineRule) -> bool:
    """Before a date is not to be ranked beside a duration; a working day lasts no shorter than a day."""
    if one.within is None or other.within is None:
        return (one.within, one.before) != (other.within, other.before)
    shorter = duration(one.within) < duration(other.within)
    return shorter or (other.working_days and not one.working_days)


def _said(rule: DestinationRule | DeadlineRule) -> str:
    if isinstance(rule, DestinationRule):
        return f"{rule.to} ({rule.kind}, {rule.when_due})"
    return f"{rule.id} ({rule.within or rule.before})"
