"""Property 11 and 13: no rule that never holds or changes nothing, none that contradict or that a less urgent
one swallows, no item unread, no destination that is not in the directory.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

import z3

from borg_triage.domain.circuit import NodeId
from borg_triage.domain.conditions import Otherwise
from borg_triage.domain.instrument import Instrument
from borg_triage.domain.references import conditions_of, items_read
from borg_triage.domain.rulebook import Rulebook
from borg_triage.proof.contract import Contract
from borg_triage.proof.nodes import decided_lowering
from borg_triage.proof.space import Formula, Space
from borg_triage.proof.swallowed import behind
from borg_triage.proof.verdict import UndecidedError, Verdict


class Hygiene:
    """Looks for rules that do nothing or disagree."""

    def __init__(self, rulebook: Rulebook, contract: Contract) -> None:
        self._instrument = rulebook.instrument
        self._contract = contract
        lowering = decided_lowering(rulebook)
        self._holds: dict[int, NodeId] = {
            id(condition): lowering.holds(condition) for _, condition in conditions_of(rulebook.instrument)
        }
        self._space = Space(rulebook, self._holds.values())
        self._world = self._space.world()
        self._possible = self._world.possible()

    def verdict(self) -> Verdict:
        """Property 11."""
        faults = tuple(self._faults())
        status = "failed" if faults else "proved"
        return Verdict(11, status, "solver", self._space.combinations, faults=faults)  # type: ignore[arg-type]  # a str of two

    def _faults(self) -> Iterator[str]:
        yield from self._dead()
        yield from self._pointless_floors("level", "floor", "level")
        yield from self._pointless_floors("pattern", "value", "pattern")
        yield from self._pointless_in_order("gate", "value")
        yield from self._pointless_in_order("primary", "route")
        yield from self._swallowed()
        yield from self._contradicting_criteria()
        yield from unread(self._instrument)
        yield from disordered(self._instrument, self._contract)

    def _can(self, *formulas: Formula) -> bool:
        solver = z3.SolverFor("QF_FD")
        solver.add(*self._possible, *formulas)
        answer = solver.check()
        if answer == z3.unknown:
            raise UndecidedError("verify.error.undecided", what="rules")
        return bool(answer == z3.sat)

    def _fires(self, condition: object) -> Formula:
        return self._world.node(self._holds[id(condition)])

    def _dead(self) -> Iterator[str]:
        for path, condition in conditions_of(self._instrument):
            if not self._can(self._fires(condition)):
                yield f"dead: {self._name(path)} never holds"

    def _name(self, path: Sequence[int | str]) -> str:
        entry = getattr(self._instrument, str(path[0]))
        if isinstance(path[1], int):
            named = entry[path[1]]
            name = getattr(named, "id", None) or f"{path[0]} of {getattr(named, 'to', path[1])}"
            return f"{name} ({path[2]})" if path[0] == "criteria" else name
        return f"term {path[1]}"

    def _pointless_floors(self, key: str, field: str, kind: str) -> Iterator[str]:
        """A rule that never decides alone: others of the same outcome always hold with it."""
        rules = getattr(self._instrument, key)
        for rule in rules:
            outcome = getattr(rule, field)
            others = [
                self._fires(other.when)
                for other in rules
                if other is not rule and getattr(other, field) == outcome
            ]
            alone = [z3.Not(other) for other in others if not z3.is_true(other)]
            if not self._can(self._fires(rule.when), self._world.says(kind, outcome), *alone):
                yield f"pointless: {rule.id} never decides alone"

    def _pointless_in_order(self, key: str, field: str) -> Iterator[str]:
        """A rule of a first-match list without which the outcome is always the same."""
        rules = getattr(self._instrument, key)
        for place, rule in enumerate(rules):
            if isinstance(rule.when, Otherwise):
                continue
            first = [z3.Not(self._fires(earlier.when)) for earlier in rules[:place]]
            matters: list[Formula] = []
            none_between: list[Formula] = []
            for later in rules[place + 1 :]:
                fires = self._fires(later.when)
                if getattr(later, field) != getattr(rule, field):
                    matters.append(z3.And(*none_between, fires))
                none_between.append(z3.Not(fires))
            if not self._can(*first, self._fires(rule.when), z3.Or(*matters)):
                yield f"pointless: without {rule.id} nothing changes"

    def _swallowed(self) -> Iterator[str]:
        for found in behind(self._instrument, self._contract):
            first = [z3.Not(self._fires(rule.when)) for rule in found.before]
            if self._can(*first, self._fires(found.read.when), self._fires(found.unread.when)):
                yield f"swallowed: {found}"

    def _contradicting_criteria(self) -> Iterator[str]:
        for criterion in self._instrument.criteria:
            if self._can(self._fires(criterion.failed), self._fires(criterion.met)):
                yield f"contradiction: criterion {criterion.id} can be failed and met at once"


def unread(instrument: Instrument) -> Iterator[str]:
    """Items that no rule reads and that are not marked recorded, and the other way round."""
    deciding = ("pattern", "level", "criteria", "gate", "primary")
    read = {item for ruling in instrument.rulings_out for item in ruling.when_no}
    for path, condition in conditions_of(instrument):
        if path[0] in deciding:
            read |= set(items_read(instrument, condition))
    for item in instrument.items:
        if item.id not in read and not item.recorded:
            yield f"unread: no rule reads {item.id}, and it is not marked recorded"
        if item.id in read and item.recorded:
            yield f"recorded: {item.id} is marked recorded, but a rule reads it"


def disordered(instrument: Instrument, contract: Contract) -> Iterator[str]:
    """Outcomes in another order than the contract's, and questions that come later than they must."""
    routes = tuple(route for ranks in contract.route_ranks for route in ranks)
    for name, order in (
        ("levels", contract.levels),
        ("patterns", contract.patterns),
        ("primary_routes", routes),
    ):
        if getattr(instrument, name) != order:
            yield f"order: {name} stand in another order"
    for item in instrument.items:
        if item.id in contract.door and instrument.depth_of(item) != "door":
            yield f"order: {item.id} is not asked at the door"
        if item.id in contract.acute and not instrument.section[item.section].ask_first:
            yield f"order: {item.id} is not asked first"
        if item.brings_forward != contract.brings_forward.get(item.id, ()):
            yield f"order: {item.id} brings other questions forward"


def destinations_exist(instrument: Instrument, directory: Container[str]) -> Verdict:
    """Property 13: every destination that a route can name is in the directory (checked when it is read
    for a source and a checked-on date).
    """
    named = sorted({rule.to for rule in instrument.destinations})
    faults = tuple(f"destination {to} is not in the directory" for to in named if to not in directory)
    return Verdict(13, "failed" if faults else "proved", "structure", len(named), faults=faults)
