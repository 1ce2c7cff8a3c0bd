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
from borg_triage.proof.contract import Bound, Contract, read_contract
from borg_triage.proof.outcomes import Promises
from tests.proof.worlds import as_case

World = Mapping[str, str]


def contract() -> Contract:
    return read_contract((Path(resources()) / "safety" / "contract.toml").read_bytes())


class Breaks:
    """Tells for one instrument whether worlds break a property."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.engine = Engine(instrument)
        self.contract = contract()
        promises = Promises(self.engine.rulebook, self.contract)
        circuit = self.engine.rulebook.circuit
        self._bounds = {bound: circuit.evaluator([node]) for bound, node in promises.bounds.items()}

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
        open_, known = worlds
        if what in open_ or what not in known:
            return False
        one, other = self.brief(open_), self.brief(known)
        lighter = self._rank(one.level.value) < self._rank(other.level.value)
        admits = one.borg in self.contract.admitting and other.borg not in self.contract.admitting
        return lighter or (admits and what not in self.contract.light)

    def _below_the_floor(self, what: str, worlds: Sequence[World]) -> bool:
        brief = self.brief(worlds[0])
        if what in self.contract.floors:
            low = self._rank(brief.level.value) < self._rank(self.contract.floor_level)
            grave = worlds[0].get(what) == "yes"
            return grave and (low or brief.primary != self.contract.floor_route)
        bound = next(bound for bound in self.contract.bounds if bound.id == what)
        return self._bound_holds(bound, worlds[0]) and self._below(bound, brief)

    def _bound_holds(self, bound: Bound, world: World) -> bool:
        atoms = self.engine.rulebook.atoms
        inputs = [int(world.get(item) == answer) for item, answer in atoms] + [0, 0]
        return bool(self._bounds[bound.id](inputs, 1)[0])

    def _below(self, bound: Bound, brief: Brief) -> bool:
        patterns = self.contract.patterns
        low_level = bound.level and self._rank(brief.level.value) < self._rank(bound.level)
        light = bound.pattern and patterns.index(brief.pattern) < patterns.index(bound.pattern)
        return bool(low_level or light)

    def _unfit_for_borg(self, what: str, worlds: Sequence[World]) -> bool:
        brief = self.brief(worlds[0])
        taken = brief.primary == "borg" if what == "primary borg" else brief.borg in self.contract.admitting
        graver = self._rank(brief.level.upper) > self._rank(self.contract.borg_highest_level)
        return taken and (brief.pattern != self.contract.borg_pattern or graver)

    def _couple_violence_in_doubt(self, what: str, worlds: Sequence[World]) -> bool:
        found = self.engine.assess(as_case(self.instrument, worlds[0]))
        needed = "yes" if what in self.contract.interview else "no"
        return found.pattern == self.contract.borg_pattern and found.counted.get(what) != needed

    def _reasons_leave_out(self, what: str, worlds: Sequence[World]) -> bool:
        found = self.engine.assess(as_case(self.instrument, worlds[0]))
        rules = {rule.id for rule in self.instrument.level}
        named = {item for reason in found.reasons if reason.rule in rules for item in reason.items}
        without = dict(found.counted) | {item: self.instrument.item[item].best for item in named}
        stays = self._rank(self.brief(without).level.value) >= self._rank(found.level.value)
        return what == f"level {found.level.value}" and stays
