"""Whether a counterexample breaks its property, read from what the engine itself answers.

Written apart from the proof: levels, patterns and routes here come from `Engine`, not from formulas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from borg_triage.app.resources import resources
from borg_triage.domain.assessment import Brief
from borg_triage.domain.engine import Engine
from borg_triage.domain.instrument import Instrument
from borg_triage.proof.contract import Bound, Contract, Duty, read_contract
from borg_triage.proof.outcomes import Promises
from tests.proof.worlds import as_case

World = Mapping[str, str]


def contract() -> Contract:
    return read_contract((Path(resources()) / "safety" / "contract.toml").read_bytes())


def followed(contract: Contract, world: World) -> dict[str, str]:
    """What counts after what follows by the contract, worked out apart from the circuit."""
    counted = dict(world)
    for part, whole in contract.follows.parts:
        if counted.get(part) == "yes":
            counted[whole] = "yes"
    for part, whole in contract.follows.parts:
        if counted.get(whole) == "no":
            counted.setdefault(part, "no")
    for when_no, then_no in contract.follows.rulings_out:
        if all(counted.get(item) == "no" for item in when_no):
            for item in then_no:
                counted.setdefault(item, "no")
    return counted


class Breaks:
    """Tells for one instrument whether worlds break a property."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.engine = Engine(instrument)
        self.contract = contract()
        promises = Promises(self.engine.rulebook, self.contract)
        circuit = self.engine.rulebook.circuit
        self._bounds = {bound: circuit.evaluator([node]) for bound, node in promises.bounds.items()}
        self._criteria = {name: circuit.evaluator(nodes) for name, nodes in promises.criteria.items()}

    def __call__(self, number: int, what: str, worlds: Sequence[World]) -> bool:
        """Whether property `number` is broken, in the part of it that `what` names."""
        check = {
            1: self._nowhere_to_turn,
            2: self._worse_is_lighter,
            3: self._unknown_is_better,
            4: self._below_the_floor,
            5: self._unfit_for_borg,
            6: self._couple_violence_in_doubt,
            9: self._reasons_leave_out,
        }[number]
        return check(what, worlds)

    def ranks_no_lighter(self, worlds: Sequence[World]) -> bool:
        """Whether no list goes down from the first world to the last, by this instrument's own order."""
        lists = {item.id: item.values.index for item in self.instrument.items if item.kind == "choice"}
        first, last = worlds[0], worlds[-1]
        return all(
            rank(last[item]) >= rank(first[item])
            for item, rank in lists.items()
            if item in first and item in last
        )

    def brief(self, world: World) -> Brief:
        return self.engine.brief(as_case(self.instrument, world))

    def _rank(self, level: str) -> int:
        return self.contract.levels.index(level)

    def _nowhere_to_turn(self, what: str, worlds: Sequence[World]) -> bool:
        group = what.removeprefix("a destination for ")
        case = replace(as_case(self.instrument, worlds[0]), user_group=group)
        return not self.engine.assess(case).routes.destinations

    def _worse_is_lighter(self, what: str, worlds: Sequence[World]) -> bool:
        briefs = [self.brief(world) for world in worlds]
        first, last = briefs[0], briefs[-1]
        rank = self._rank
        if what.startswith("route no longer "):
            graver = what.removeprefix("route no longer ")
            urgency = next(n for n, routes in enumerate(self.contract.route_ranks) if graver in routes)
            grave = {route for routes in self.contract.route_ranks[: urgency + 1] for route in routes}
            return first.primary in grave and last.primary not in grave
        return {
            "level lowered": rank(last.level.value) < rank(first.level.value),
            "upper lowered": rank(last.level.upper) < rank(first.level.upper),
            "lower lowered": rank(last.level.lower) < rank(first.level.lower),
            "lower above value": rank(first.level.lower) > rank(first.level.value),
            "value above upper": rank(first.level.value) > rank(first.level.upper),
        }[what]

    def _unknown_is_better(self, what: str, worlds: Sequence[World]) -> bool:
        if what.startswith("what follows: "):
            item = what.removeprefix("what follows: ")
            counted = self.engine.counted(as_case(self.instrument, worlds[0]))
            return counted.get(item) != followed(self.contract, worlds[0]).get(item)
        open_, known = worlds
        if what in open_ or what not in known:
            return False
        one, other = self.brief(open_), self.brief(known)
        lighter = self._rank(one.level.value) < self._rank(other.level.value)
        admits = self._gate_rank(one.borg) > self._gate_rank(other.borg)
        return lighter or (admits and what not in self.contract.light)

    def _gate_rank(self, borg: str) -> int:
        """How far the gate admits: 0 not at all."""
        admitting = self.contract.admitting
        return len(admitting) - admitting.index(borg) if borg in admitting else 0

    def _below_the_floor(self, what: str, worlds: Sequence[World]) -> bool:
        brief = self.brief(worlds[0])
        if what in self.contract.floors:
            low = self._rank(brief.level.value) < self._rank(self.contract.floor_level)
            grave = worlds[0].get(what) == "yes"
            return grave and (low or brief.primary != self.contract.floor_route)
        name, _, part = what.partition(": ")
        if not bool(self._bounds[name](self._inputs(worlds[0]), 1)[0]):
            return False
        duty = next((duty for duty in self.contract.duties if duty.id == name), None)
        if duty is not None:
            return self._neglects(duty, part, worlds[0])
        return self._below(next(bound for bound in self.contract.bounds if bound.id == name), brief)

    def _inputs(self, world: World) -> list[int]:
        return [int(world.get(item) == answer) for item, answer in self.engine.rulebook.atoms] + [0, 0]

    def _neglects(self, duty: Duty, part: str, world: World) -> bool:
        """Whether a part of a duty is not in the whole assessment, for its user group."""
        group, _, thing = part.rpartition(": ")
        case = replace(as_case(self.instrument, world), user_group=group or "police")
        found = self.engine.assess(case)
        said = {
            *(f"{one.id} {one.when}" for one in found.routes.destinations),
            *(one.id for one in found.routes.destinations if one.id in duty.names),
            *(
                limit.deadline
                for limit in duty.within
                for one in found.deadlines
                if (one.id, one.within, one.working_days) == (limit.deadline, limit.time, limit.working_days)
            ),
        }
        if thing.startswith("not "):
            return thing.removeprefix("not ") in {one.id for one in found.routes.destinations}
        if group:
            return thing not in said
        routes = found.routes
        withheld = (rule.items for rule in self.instrument.withheld if rule.id in routes.withheld)
        kept = [self.instrument.expand(items) for items in withheld]
        hidden = {item for items in kept for item in items if len(items) == 1 or not duty.apart}
        also = routes.after_safety if duty.after_safety else routes.also
        marks = {mark for mark, holds in found.marks.items() if holds}
        return thing not in {
            *also, *routes.locked, *routes.counter_indicated, *hidden, *marks, *found.gate_notes
        }  # fmt: skip

    def _below(self, bound: Bound, brief: Brief) -> bool:
        patterns = self.contract.patterns
        low_level = bound.level and self._rank(brief.level.value) < self._rank(bound.level)
        light = bound.pattern and patterns.index(brief.pattern) < patterns.index(bound.pattern)
        slow = bound.route and brief.primary not in self.contract.routes_down_to(bound.route)
        return bool(low_level or light or slow or brief.primary in bound.never)

    def _unfit_for_borg(self, what: str, worlds: Sequence[World]) -> bool:
        brief = self.brief(worlds[0])
        part, _, name = what.partition(": ")
        if name:
            return self._admitted_against(part, name, worlds[0], brief.borg)
        taken = brief.primary == "borg" if what == "primary borg" else brief.borg in self.contract.admitting
        graver = self._rank(brief.level.upper) > self._rank(self.contract.borg_highest_level)
        return taken and (brief.pattern != self.contract.borg_pattern or graver)

    def _admitted_against(self, part: str, name: str, world: World, borg: str) -> bool:
        best, nearly, _ = admitting = self.contract.admitting
        if part == "review":
            answer = self.engine.counted(as_case(self.instrument, world)).get(name)
            return borg in {"yes": (best, nearly), "no": ()}.get(answer or "", (best,))
        failed, met = self._criteria[name](self._inputs(world), 1)
        if part == "failed":
            return bool(failed) and borg != self.contract.refusing
        criterion = next(one for one in self.contract.criteria if one.id == name)
        return not met and borg in (admitting if criterion.settled_by == "triage" else (best,))

    def _couple_violence_in_doubt(self, what: str, worlds: Sequence[World]) -> bool:
        found = self.engine.assess(as_case(self.instrument, worlds[0]))
        needed = "yes" if what in self.contract.interview else "no"
        return found.pattern == self.contract.borg_pattern and found.counted.get(what) != needed

    def _reasons_leave_out(self, what: str, worlds: Sequence[World]) -> bool:
        if what.startswith("enough: "):
            return self._reason_is_not_enough(what.removeprefix("enough: "), worlds)
        found = self.engine.assess(as_case(self.instrument, worlds[0]))
        rules = {rule.id for rule in self.instrument.level}
        named = {item for reason in found.reasons if reason.rule in rules for item in reason.items}
        without = dict(found.counted) | {item: self.instrument.item[item].best for item in named}
        stays = self._rank(self.brief(without).level.value) >= self._rank(found.level.value)
        return what == f"level {found.level.value}" and stays

    def _reason_is_not_enough(self, rule: str, worlds: Sequence[World]) -> bool:
        """The rule is a reason in the first case and none in the second, where its items count the same."""
        before, after = (self.engine.assess(as_case(self.instrument, world)) for world in worlds)
        reason = next((reason for reason in before.reasons if reason.rule == rule), None)
        if reason is None or any(one.rule == rule for one in after.reasons):
            return False
        return all(before.counted.get(item) == after.counted.get(item) for item in reason.items)
