"""Property 9: the named items are what an outcome stands on.

The engine collects evidence case by case (domain.evidence). Here the same collection is written as
circuit nodes, one per item: "this item is named by the rule". Tests hold the two against each other. The
solver then shows, for every case, that the named items are enough (a rule holds wherever they count as they
do, as long as nothing else is answered more favourably) and that they are all of it (with those of the level
put in their favourable sense the level is lower).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import z3

from borg_triage.domain.circuit import NodeId
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
from borg_triage.domain.lowering import pairs
from borg_triage.domain.references import children, items_read
from borg_triage.domain.rulebook import Rulebook
from borg_triage.proof.nodes import decided_lowering
from borg_triage.proof.outcomes import Promises
from borg_triage.proof.space import Space, World
from borg_triage.proof.verdict import Counterexample, Search, Verdict

Named = dict[str, NodeId]


class NamedRule(NamedTuple):
    """A rule that leads to a value of level, pattern, route or a criterion: where it holds, what it names."""

    kind: str
    value: str
    name: str
    holds: NodeId
    names: Named


class NamedItems:
    """Which items a condition names, as nodes."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._instrument = rulebook.instrument
        self._circuit = rulebook.circuit
        self._lowering = decided_lowering(rulebook)
        order = self._instrument.patterns
        self._fallback = self._instrument.pattern[-1].value
        self._lighter = [
            rule.when
            for rule in self._instrument.pattern
            if order.index(rule.value) < order.index(self._fallback)
        ]

    def of_level(self) -> Named:
        """Where each item is named among the reasons of the level."""
        found: list[Named] = []
        for rule in self._instrument.level:
            decides = self._circuit.all(
                [self._rulebook.outputs["level", rule.floor], self._lowering.holds(rule.when)]
            )
            found.append(self._where(decides, self._names(rule.when)))
        return self._merged(found)

    def by_rule(self) -> Iterator[NamedRule]:
        """Every reason of level, pattern, gate failure and route that does not ask the gate's result."""
        instrument = self._instrument
        rules: list[tuple[str, str, str, Node]] = [
            *(("level", rule.floor, rule.id, rule.when) for rule in instrument.level),
            *(("pattern", rule.value, rule.id, rule.when) for rule in instrument.pattern),
            *(
                ("criterion", "failed", f"criterion.{entry.id}", entry.failed)
                for entry in instrument.criteria
            ),
            *(("route", rule.route, rule.id, rule.when) for rule in instrument.primary),
        ]
        for kind, value, name, when in rules:
            if not _asks_the_gate(when):
                # The last route, taken when no other is, names nothing; the last pattern names the doubt.
                silent = kind == "route" and isinstance(when, Otherwise)
                names = {} if silent else self._names(when)
                yield NamedRule(kind, value, name, self._lowering.holds(when), names)

    def _where(self, node: NodeId, named: Named) -> Named:
        return {item: self._circuit.all([node, there]) for item, there in named.items()}

    def _merged(self, parts: Iterable[Named]) -> Named:
        collected: dict[str, list[NodeId]] = {}
        for part in parts:
            for item, node in part.items():
                collected.setdefault(item, []).append(node)
        return {item: self._circuit.any(nodes) for item, nodes in collected.items()}

    def _names(self, condition: Node) -> Named:
        holds = self._lowering.holds(condition)
        match condition:
            case Otherwise():
                return self._not_at_best()
            case TermRef():
                return self._names(self._instrument.terms[condition.term])
            case Sentence():
                return self._where(holds, self._of_sentence(condition))
            case All():
                return self._where(holds, self._merged(self._names(inner) for inner in condition.all))
            case AnyOf():
                return self._merged(self._names(inner) for inner in condition.any)
            case _:
                return self._where(holds, self._of_group(condition))

    def _of_group(self, condition: Some | Each | Count | Numbers | Pair) -> Named:
        item_is = self._lowering.item_is
        match condition:
            case Some():
                members = self._instrument.members(condition.some, condition.exclude)
                return {item: item_is(item, condition.are) for item in members}
            case Each():
                members = self._instrument.members(condition.each, condition.exclude)
                return {item: item_is(item, condition.are) for item in members}
            case Count():
                return {item: item_is(item, condition.are) for item in self._instrument.group(condition.of)}
            case Numbers():
                group = self._instrument.group(condition.of)
                numbered = (item for item in group if self._instrument.item[item].number is not None)
                return {item: item_is(item, "yes") for item in numbered}
            case Pair():
                both = (
                    (pair, self._circuit.all([item_is(pair[0], "yes"), item_is(pair[1], "yes")]))
                    for pair in pairs(self._instrument, condition)
                )
                return self._merged({item: node} for pair, node in both for item in pair)

    def _of_sentence(self, sentence: Sentence) -> Named:
        if sentence.subject in self._instrument.item:
            return {sentence.subject: 1}
        if sentence.subject == "level" and not sentence.negated:
            return self.of_level()
        if sentence.subject != "pattern" or sentence.negated:
            return {}
        outputs = self._rulebook.outputs
        rules = [
            self._where(outputs["pattern", rule.value], self._names(rule.when))
            for rule in self._instrument.pattern
            if rule.value in sentence.values
        ]
        if self._fallback in sentence.values:
            rules.append(self._not_at_best())
        return self._merged(rules)

    def _not_at_best(self) -> Named:
        read = {item for condition in self._lighter for item in items_read(self._instrument, condition)}
        best = {item: self._instrument.item[item].best for item in read}
        return {
            item: self._circuit.invert(self._lowering.state[item, answer]) for item, answer in best.items()
        }


class Reasons:
    """Proves what the reasons of one instrument claim."""

    def __init__(self, promises: Promises) -> None:
        self._promises = promises
        rulebook = promises.space.rulebook
        named = NamedItems(rulebook)
        self._level, self._rules = named.of_level(), list(named.by_rule())
        nodes = [node for rule in self._rules for node in (rule.holds, *rule.names.values())]
        self._space = Space(rulebook, (*self._level.values(), *nodes))

    def verdict(self) -> Verdict:
        """Property 9."""
        found = [*self._enough(), *self._complete()]
        return Verdict(9, "failed" if found else "proved", "solver", self._space.combinations, tuple(found))

    def _complete(self) -> list[Counterexample]:
        """Without the named items the level is lower, unless there was none."""
        before, after = self._space.world(), self._space.world()
        search = Search([*before.possible(), *_without(before, after, self._level)])
        levels = self._space.instrument.levels
        for rank in range(1, len(levels)):
            stays = z3.And(before.says("level", levels[rank]), after.at_least("level", levels, rank))
            search.refute(f"level {levels[rank]}", stays, [before])
        return search.found

    def _enough(self) -> list[Counterexample]:
        """Wherever what a rule names counts the same and nothing else is more favourable, the rule holds, or
        the outcome is graver by another.
        """
        before, after, worse = self._promises.worsened_in(self._space)
        search = Search([*before.possible(), *after.possible()])
        for rule in self._rules:
            same = [
                z3.Implies(before.node(node), before.state(item, answer) == after.state(item, answer))
                for item, node in rule.names.items()
                for answer in self._space.instrument.item[item].answers or ("dated",)
            ]
            broken = z3.And(*same, before.node(rule.holds), z3.Not(after.node(rule.holds)))
            # For nearly all rules it holds whatever else is answered; then the solver need not look further.
            if search.possible(broken):
                lighter = z3.Not(self._as_grave(rule, after))
                search.refute(f"enough: {rule.name}", z3.And(broken, lighter, *worse), [before, after])
        return search.found

    def _as_grave(self, rule: NamedRule, world: World) -> z3.BoolRef:
        contract = self._promises.contract
        if rule.kind == "route":
            return world.says("route", *contract.routes_down_to(rule.value))
        if rule.kind == "criterion":
            return world.node(rule.holds)
        order = contract.levels if rule.kind == "level" else contract.patterns
        return world.at_least(rule.kind, order, order.index(rule.value))


def _asks_the_gate(condition: Node) -> bool:
    return any(map(_asks_the_gate, children(condition))) or getattr(condition, "subject", "") == "gate"


def _without(before: World, after: World, named: Mapping[str, NodeId]) -> Iterable[z3.BoolRef]:
    """The second world is what counts in the first, with the named items at their best."""
    for item in before.space.instrument.items:
        for answer in item.answers:
            kept = before.state(item.id, answer)
            if item.id in named:
                at_best = z3.BoolVal(answer == item.best)
                kept = z3.If(before.node(named[item.id]), at_best, kept)
            yield after.counts(item.id, answer) == kept
