"""Which items made a rule hold in a case.

Truth comes from the nodes that the engine itself evaluated; this module only collects.
Decision model section 8, property 9: with all named items in their favourable sense the level is lower.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from borg_triage.domain.conditions import (
    All,
    AnyOf,
    Count,
    Each,
    Node,
    Numbers,
    Otherwise,
    Pair,
    Sentence,
    Some,
    TermRef,
)
from borg_triage.domain.instrument import Criterion, Instrument
from borg_triage.domain.lowering import items_by_number, pairs
from borg_triage.domain.variations import Details


class Evidence:
    """Collects items for the conditions of one case.

    details: the evaluated case. counted: the answers after what follows.
    """

    def __init__(self, instrument: Instrument, details: Details, counted: Mapping[str, str]) -> None:
        self._instrument = instrument
        self._details = details
        self._counted = counted
        self._order = instrument.order
        self._level_items: list[str] | None = None
        self._doubt: list[str] | None = None
        self.statuses: dict[str, str] = {}
        for held in details.held("criterion"):
            criterion, _, self.statuses[criterion] = held.partition("=")

    def holds(self, condition: Node) -> bool:
        """Whether the condition holds in this case."""
        return self._details.condition(condition)

    def is_(self, item: str, predicate: str) -> bool:
        """Whether an item satisfies a predicate in this case."""
        return self._details.predicate(item, predicate)

    def items(self, condition: Node) -> tuple[str, ...]:
        """The items that make a condition hold, in the instrument's order."""
        return self._in_order(self._items(condition))

    def _in_order(self, items: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(set(items), key=self._order.__getitem__))

    def open_items(self, condition: Node) -> tuple[str, ...]:
        """The unresolved items that a condition reads, in the instrument's order."""
        read = self._details.reads(condition)
        return self._in_order(item for item in read if item not in self._counted)

    def criterion_items(self, criterion: Criterion) -> tuple[str, ...]:
        """The items that made a criterion what it is."""
        status = self.statuses[criterion.id]
        if status == "failed":
            return self.items(criterion.failed)
        if status == "met":
            return self.items(criterion.met)
        return self.open_items(criterion.met) or self.open_items(criterion.failed)

    def of_level(self) -> tuple[str, ...]:
        """The items that every rule at the case's level stands on."""
        return self._in_order(self.level_items())

    def of_pattern(self) -> tuple[str, ...]:
        """The items that keep the pattern from being lighter."""
        return self._in_order(self._of_pattern((self._details.held("pattern")[0],)))

    def of_route(self) -> tuple[str, ...]:
        """The items that the primary route stands on."""
        rule = next(rule for rule in self._instrument.primary if self.holds(rule.when))
        return () if isinstance(rule.when, Otherwise) else self.items(rule.when)

    def _items(self, condition: Node) -> Iterable[str]:
        match condition:
            case Otherwise():
                return self._left_in_doubt()
            case TermRef():
                return self._items(self._instrument.terms[condition.term])
            case Sentence():
                return self._of_sentence(condition)
            case All():
                return [item for inner in condition.all for item in self._items(inner)]
            case AnyOf():
                return [item for inner in condition.any if self.holds(inner) for item in self._items(inner)]
            case _:
                return self._of_group(condition)

    def _of_group(self, condition: Some | Each | Count | Numbers | Pair) -> Iterable[str]:
        match condition:
            case Some():
                return self._of_members(condition.some, condition.are, condition.exclude)
            case Each():
                return self._of_members(condition.each, condition.are, condition.exclude)
            case Count():
                return self._of_members(condition.of, condition.are, None)
            case Numbers():
                numbered = items_by_number(self._instrument, condition.of)
                return [item for items in numbered.values() for item in items if self.is_(item, "yes")]
            case Pair():
                held = {item for item, answer in self._counted.items() if answer == "yes"}
                return [i for pair in pairs(self._instrument, condition, held) for i in pair]

    def _of_members(self, group: str, are: str, exclude: str | None) -> Iterable[str]:
        if group.startswith("criteria"):
            entries = [
                entry
                for entry in self._instrument.criteria
                if (group == "criteria" or entry.settled_by == "triage") and self.statuses[entry.id] == are
            ]
            return [item for entry in entries for item in self.criterion_items(entry)]
        return [item for item in self._instrument.members(group, exclude) if self.is_(item, are)]

    def _of_sentence(self, sentence: Sentence) -> Iterable[str]:
        if sentence.subject in self._instrument.item:
            return [sentence.subject]
        if sentence.negated:
            return []
        if sentence.subject == "pattern":
            return self._of_pattern(sentence.values)
        if sentence.subject == "level":
            return self.level_items()
        if sentence.subject == "gate":
            gate = next(rule for rule in self._instrument.gate if self.holds(rule.when))
            return self._items(gate.when) if not isinstance(gate.when, Otherwise) else []
        return []

    def _of_pattern(self, values: tuple[str, ...]) -> Iterable[str]:
        """What keeps the pattern: its own evidence, and, where doubt is enough, what leaves the doubt."""
        pattern = self._details.held("pattern")[0]
        rules = [rule for rule in self._instrument.pattern if rule.value == pattern and self.holds(rule.when)]
        found = [item for rule in rules for item in self._items(rule.when)]
        fallback = self._instrument.pattern[-1].value
        if fallback in values:
            found += self._left_in_doubt()
        return found

    def level_items(self) -> Iterable[str]:
        """The items of every rule that holds at the case's level."""
        if self._level_items is not None:
            return self._level_items
        level = self._details.held("level")[0]
        self._level_items = [
            item
            for rule in self._instrument.level
            if rule.floor == level and self.holds(rule.when)
            for item in self._items(rule.when)
        ]
        return self._level_items

    def _lighter_rules(self) -> list[Node]:
        """The conditions of the patterns lighter than the one taken when nothing else holds."""
        order = self._instrument.patterns
        fallback = order.index(self._instrument.pattern[-1].value)
        return [rule.when for rule in self._instrument.pattern if order.index(rule.value) < fallback]

    def _left_in_doubt(self) -> list[str]:
        """The items that keep every pattern lighter than doubt from being taken."""
        if self._doubt is None:
            best = self._instrument.best
            self._doubt = [
                item
                for condition in self._lighter_rules()
                for item in self._details.reads(condition)
                if self._counted.get(item) != best[item]
            ]
        return self._doubt
