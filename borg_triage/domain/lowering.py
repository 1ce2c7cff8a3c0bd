"""Conditions to circuit nodes: the meaning of the rule language.

`Outcomes` holds what has been decided so far (pattern, level, criteria, gate, route), so that later rules
can ask for it. `holds` is the one place where a condition gets its truth; `evidence` mirrors it to say
which items made it true.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import assert_never

from borg_triage.domain.circuit import TRUE, Circuit, NodeId
from borg_triage.domain.conditions import (
    OUTCOME_SUBJECTS,
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
from borg_triage.domain.instrument import Instrument, Item
from borg_triage.domain.worlds import State, unresolved


@dataclass
class Outcomes:
    """Nodes of what is decided: by subject and value, and each criterion by status."""

    decided: dict[tuple[str, str], NodeId] = field(default_factory=dict)
    criteria: dict[tuple[str, str], NodeId] = field(default_factory=dict)


@dataclass
class Trace:
    """The nodes of every condition (by object identity) and item predicate that was lowered.

    It lets the evidence of a case read the very truth the engine computed.
    """

    conditions: dict[int, NodeId] = field(default_factory=dict)
    predicates: dict[tuple[str, str], NodeId] = field(default_factory=dict)


class Lowering:
    """Lowers conditions over one state of the answers."""

    def __init__(
        self,
        circuit: Circuit,
        instrument: Instrument,
        state: State,
        outcomes: Outcomes,
        trace: Trace | None = None,
    ) -> None:
        self.circuit = circuit
        self.instrument = instrument
        self.state = state
        self.outcomes = outcomes
        self.trace = trace or Trace()

    def holds(self, condition: Node) -> NodeId:
        """The node that is true where the condition holds."""
        node = self._lower(condition)
        self.trace.conditions[id(condition)] = node
        return node

    def _lower(self, condition: Node) -> NodeId:
        circuit = self.circuit
        match condition:
            case Otherwise():
                return TRUE
            case TermRef():
                return self.holds(self.instrument.terms[condition.term])
            case Sentence():
                return self._sentence(condition)
            case All():
                return circuit.all(self.holds(inner) for inner in condition.all)
            case AnyOf():
                return circuit.any(self.holds(inner) for inner in condition.any)
            case _:
                return self._over_group(condition)

    def _over_group(self, condition: Some | Each | Count | Numbers | Pair) -> NodeId:
        circuit = self.circuit
        match condition:
            case Some():
                return circuit.any(self._members(condition.some, condition.are, condition.exclude))
            case Each():
                return circuit.all(self._members(condition.each, condition.are, condition.exclude))
            case Count():
                return self._count(condition)
            case Numbers():
                return self._numbers(condition)
            case Pair():
                return circuit.any(
                    circuit.all([self.item_is(one, "yes"), self.item_is(other, "yes")])
                    for one, other in pairs(self.instrument, condition)
                )
            case _:
                assert_never(condition)

    def item_is(self, item_id: str, predicate: str) -> NodeId:
        """The node for a predicate of one item."""
        node = _PREDICATES[predicate](self, self.instrument.item[item_id])
        self.trace.predicates[item_id, predicate] = node
        return node

    def _sentence(self, sentence: Sentence) -> NodeId:
        if sentence.predicate:
            return self.item_is(sentence.subject, sentence.predicate)
        if sentence.subject in OUTCOME_SUBJECTS:
            nodes = [self.outcomes.decided[sentence.subject, value] for value in sentence.values]
        else:
            nodes = [self.state[sentence.subject, value] for value in sentence.values]
        node = self.circuit.any(nodes)
        return self.circuit.invert(node) if sentence.negated else node

    def _members(self, group: str, are: str, exclude: str | None) -> list[NodeId]:
        if group == "criteria":
            return [self.outcomes.criteria[entry.id, are] for entry in self.instrument.criteria]
        if group == "criteria.triage":
            ours = (entry for entry in self.instrument.criteria if entry.settled_by == "triage")
            return [self.outcomes.criteria[entry.id, are] for entry in ours]
        return [self.item_is(item, are) for item in self.instrument.members(group, exclude)]

    def _count(self, count: Count) -> NodeId:
        enough = self.circuit.at_least(count.count, self._members(count.of, count.are, None))
        if not count.including:
            return enough
        among = self.circuit.any(self.item_is(item, count.are) for item in count.including)
        return self.circuit.all([enough, among])

    def _numbers(self, numbers: Numbers) -> NodeId:
        by_number = {
            number: self.circuit.any(self.item_is(item, "yes") for item in items)
            for number, items in items_by_number(self.instrument, numbers.of).items()
        }
        enough = self.circuit.at_least(numbers.numbers, list(by_number.values()))
        among = self.circuit.any(by_number[number] for number in numbers.including if number in by_number)
        return self.circuit.all([enough, among])

    def _signals(self, item: Item) -> NodeId:
        return self.state[item.id, item.worse]

    def _door_signals(self, item: Item) -> NodeId:
        opened = self.circuit.any(self.item_is(other, "not ruled out") for other in item.opens)
        return self.circuit.all([self._signals(item), opened])


def pairs(
    instrument: Instrument, condition: Pair, among: Container[str] | None = None
) -> list[tuple[str, str]]:
    """The pairs that count: two different items (of `among`), not the same fact told twice."""
    same = {frozenset(entry.items) for entry in instrument.same_fact}
    ones, others = instrument.group(condition.pair), instrument.group(condition.with_)
    if among is not None:
        ones, others = (tuple(item for item in group if item in among) for group in (ones, others))
    return [
        (one, other)
        for one in ones
        for other in others
        if one != other and frozenset((one, other)) not in same
    ]


def items_by_number(instrument: Instrument, group: str) -> dict[int, list[str]]:
    """The items of a group by red-flag number; items without a number are left out."""
    by_number: dict[int, list[str]] = {}
    for item_id in instrument.group(group):
        number = instrument.item[item_id].number
        if number is not None:
            by_number.setdefault(number, []).append(item_id)
    return by_number


_PREDICATES: dict[str, Callable[[Lowering, Item], NodeId]] = {
    "yes": lambda low, item: low.state[item.id, "yes"],
    "no": lambda low, item: low.state[item.id, "no"],
    "not yes": lambda low, item: low.circuit.invert(low.state[item.id, "yes"]),
    "not ruled out": lambda low, item: low.circuit.invert(low.state[item.id, "no"]),
    "unresolved": lambda low, item: unresolved(low.circuit, item, low.state),
    "resolved": lambda low, item: low.circuit.invert(unresolved(low.circuit, item, low.state)),
    "dated": lambda low, item: low.state[item.id, "dated"],
    "signal": lambda low, item: low._signals(item),
    "door signal": lambda low, item: low._door_signals(item),
}
