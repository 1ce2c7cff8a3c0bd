"""Properties 1 to 6 of decision model section 8, each proved over the whole answer space by the solver."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import z3

from borg_triage.domain.circuit import NodeId
from borg_triage.domain.instrument import USER_GROUPS, Item
from borg_triage.domain.rulebook import Rulebook
from borg_triage.proof.contract import Bound, Contract
from borg_triage.proof.contract_view import followed, seen_by
from borg_triage.proof.duties import left_out
from borg_triage.proof.nodes import decided_lowering
from borg_triage.proof.space import Formula, Space, World
from borg_triage.proof.verdict import Search, Verdict


class Promises:
    """The contract's conditions as nodes of an instrument's own circuit, and the space to try them in."""

    def __init__(self, rulebook: Rulebook, contract: Contract) -> None:
        self.contract = contract
        seen = seen_by(contract, rulebook.instrument)
        self.follows = followed(rulebook, seen)
        lowering = decided_lowering(rulebook, seen, self.follows)
        # What the contract calls by one id holds at one node: bounds, duties, and criteria failed and met.
        self.bounds: dict[str, NodeId] = {bound.id: lowering.holds(bound.when) for bound in contract.bounds}
        self.bounds |= {duty.id: lowering.holds(duty.when) for duty in contract.duties}
        self.criteria: dict[str, tuple[NodeId, NodeId]] = {
            one.id: (lowering.holds(one.failed), lowering.holds(one.met)) for one in contract.criteria
        }
        nodes = (*self.follows.values(), *self.bounds.values())
        self.space = Space(rulebook, (*nodes, *(node for pair in self.criteria.values() for node in pair)))

    def prove(self) -> Iterator[Callable[[], Verdict]]:
        """One call per property, each giving its verdict."""
        yield self.total
        yield self.monotone
        yield self.unknown_never_better
        yield self.floors
        yield self.borg_only_for_couple_violence
        yield self.couple_violence_needs_all_ruled_out

    def _verdict(self, number: int, search: Search) -> Verdict:
        status = "failed" if search.found else "proved"
        found = tuple(search.found)
        return Verdict(number, status, "solver", self.space.combinations, found)  # type: ignore[arg-type]  # of two

    def total(self) -> Verdict:
        """Property 1: one level, pattern, gate result and route, and a destination for each user group."""
        world = self.space.world()
        search = Search(world.possible())
        instrument = self.space.instrument
        for kind, values in (
            ("level", instrument.levels),
            ("upper", instrument.levels),
            ("pattern", instrument.patterns),
            ("borg", instrument.gate_results),
            ("route", instrument.primary_routes),
        ):
            formulas = [world.says(kind, value) for value in values]
            exactly_one = z3.And(z3.Or(*formulas), z3.AtMost(*formulas, 1))
            search.refute(f"one {kind}", z3.Not(exactly_one), [world])
        for group in USER_GROUPS:
            rules = [
                world.says("destinations", str(index))
                for index, rule in enumerate(instrument.destinations)
                if group in rule.groups
            ]
            search.refute(f"a destination for {group}", z3.Not(z3.Or(*rules)), [world])
        return self._verdict(1, search)

    def _worse(self, item: Item, before: World, after: World) -> list[Formula]:
        """One item stands the same or further in its worse sense, by the contract's polarity."""
        if item.kind == "choice":
            clauses = [
                z3.Implies(
                    before.counts(item.id, value),
                    z3.Or(*[after.counts(item.id, v) for v in item.values[rank:]]),
                )
                for rank, value in enumerate(item.values)
            ]
            return [*clauses, before.known(item) == after.known(item)]
        better = self.contract.favourable_of(item.id)
        worse = "no" if better == "yes" else "yes"
        return [
            z3.Implies(before.counts(item.id, worse), after.counts(item.id, worse)),
            z3.Implies(after.counts(item.id, better), before.counts(item.id, better)),
        ]

    def worsened_in(self, space: Space, *, light: bool = True) -> tuple[World, World, list[Formula]]:
        """Two worlds, and that the second is worse or equal in every item the contract names.

        light: whether the light flags are among them.
        """
        before, after = space.world(), space.world()
        left_out = () if light else self.contract.light
        items = [item for item in self.contract.worsened() if item not in left_out]
        clauses = [*before.same_but(after, items)]
        for name in items:
            clauses += self._worse(space.instrument.item[name], before, after)
        return before, after, clauses

    def _worsened(self, light: bool) -> tuple[World, World, list[Formula]]:
        before, after, clauses = self.worsened_in(self.space, light=light)
        return before, after, [*before.possible(), *after.possible(), *clauses]

    def monotone(self) -> Verdict:
        """Property 2: worsening never lowers the level, lower or upper, nor the urgency of the route.

        Lower is at most value, and value at most upper, besides.
        """
        levels = self.contract.levels
        before, after, clauses = self._worsened(light=True)
        search = Search(clauses)
        for kind in ("level", "upper"):
            search.refute(f"{kind} lowered", _sinks(kind, levels, before, after), [before, after])
        best = [self.space.refilled(world, "best") for world in (before, after)]
        search.refute("lower lowered", _sinks("level", levels, *best), [before, after])
        search.refute("lower above value", _sinks("level", levels, best[0], before), [before])
        above_upper = z3.Or(
            *[
                z3.And(before.at_least("level", levels, rank), z3.Not(before.at_least("upper", levels, rank)))
                for rank in range(1, len(levels))
            ]
        )
        search.refute("value above upper", above_upper, [before])
        before, after, clauses = self._worsened(light=False)
        routes = Search(clauses)
        ranks = self.contract.route_ranks
        for rank in range(len(ranks) - 1):
            grave = self.contract.routes_down_to(ranks[rank][0])
            lighter = z3.And(before.says("route", *grave), z3.Not(after.says("route", *grave)))
            routes.refute(f"route no longer {grave[-1]}", lighter, [before, after])
        search.found += routes.found
        return self._verdict(2, search)

    def unknown_never_better(self) -> Verdict:
        """Property 3: an open item never gives a lower level than its favourable answer, nor a gate that
        admits further than the favourable answer does (but for the light flags); and nobody's answer becomes
        another, nor does an open item become one, but for what follows by the contract.
        """
        open_, known = self.space.world(), self.space.world()
        search = Search([*open_.possible(), *known.possible()])
        self._only_what_follows(search)
        levels, admitting = self.contract.levels, self.contract.admitting
        for item in self.space.instrument.items:
            if item.kind == "date" or (item.kind == "choice" and item.favourable is None):
                continue
            best = self.contract.best(item)
            same = [*open_.same_but(known, [item.id]), z3.Not(open_.known(item)), known.counts(item.id, best)]
            lower = _sinks("level", levels, known, open_)
            further = [admitting[: place + 1] for place in range(len(admitting))]
            better = z3.Or(
                *[z3.And(open_.says("borg", *most), z3.Not(known.says("borg", *most))) for most in further]
            )
            breaks = lower if item.id in self.contract.light else z3.Or(lower, better)
            search.refute(item.id, z3.And(*same, breaks), [open_, known])
        return self._verdict(3, search)

    def _only_what_follows(self, search: Search) -> None:
        world = self.space.world()
        for item in self.space.instrument.items:
            differs = [
                world.state(item.id, answer) != world.node(self.follows[item.id, answer])
                for answer in item.answers or ("dated",)
            ]
            violation = z3.And(*world.possible(), z3.Or(*differs))
            search.refute(f"what follows: {item.id}", violation, [world])

    def floors(self) -> Verdict:
        """Property 4: each grave sign alone gives its level and route, nothing falls below the bounds, and no
        duty is left out.
        """
        contract = self.contract
        world = self.space.world()
        search = Search(world.possible())
        high = contract.levels.index(contract.floor_level)
        for flag in contract.floors:
            below = z3.Or(
                z3.Not(world.at_least("level", contract.levels, high)),
                z3.Not(world.says("route", contract.floor_route)),
            )
            search.refute(flag, z3.And(world.counts(flag, "yes"), below), [world])
        for bound in contract.bounds:
            holds = world.node(self.bounds[bound.id])
            search.refute(bound.id, z3.And(holds, self._below(bound, world)), [world])
        for duty in contract.duties:
            holds = world.node(self.bounds[duty.id])
            for part, missing in left_out(duty, world):
                search.refute(f"{duty.id}: {part}", z3.And(holds, missing), [world])
        return self._verdict(4, search)

    def _below(self, bound: Bound, world: World) -> Formula:
        contract, below = self.contract, [world.says("route", *bound.never)]
        if bound.level:
            rank = contract.levels.index(bound.level)
            below.append(z3.Not(world.at_least("level", contract.levels, rank)))
        if bound.pattern:
            rank = contract.patterns.index(bound.pattern)
            below.append(z3.Not(world.at_least("pattern", contract.patterns, rank)))
        if bound.route:
            below.append(z3.Not(world.says("route", *contract.routes_down_to(bound.route))))
        return z3.Or(*below)

    def borg_only_for_couple_violence(self) -> Verdict:
        """Property 5: BORG only with its pattern, with level.upper at most elevated, and by its criteria."""
        contract = self.contract
        world = self.space.world()
        search = Search(world.possible())
        above = contract.levels.index(contract.borg_highest_level) + 1
        unfit = z3.Or(
            z3.Not(world.says("pattern", contract.borg_pattern)),
            world.at_least("upper", contract.levels, above),
        )
        search.refute("primary borg", z3.And(world.says("route", "borg"), unfit), [world])
        search.refute("admitted", z3.And(world.says("borg", *contract.admitting), unfit), [world])
        self._by_its_criteria(search, world)
        return self._verdict(5, search)

    def _by_its_criteria(self, search: Search, world: World) -> None:
        """Failed shuts the gate; open leaves it open or, where others settle it, without the best result."""
        contract = self.contract
        best, nearly = contract.admitting[:2]
        for criterion in contract.criteria:
            failed, met = (world.node(node) for node in self.criteria[criterion.id])
            refused = world.says("borg", contract.refusing)
            search.refute(f"failed: {criterion.id}", z3.And(failed, z3.Not(refused)), [world])
            shut = contract.admitting if criterion.settled_by == "triage" else (best,)
            search.refute(f"not met: {criterion.id}", z3.And(z3.Not(met), world.says("borg", *shut)), [world])
        for item in contract.review:
            signals = z3.And(world.state(item, "yes"), world.says("borg", best, nearly))
            unknown = z3.And(z3.Not(world.state(item, "no")), world.says("borg", best))
            search.refute(f"review: {item}", z3.Or(signals, unknown), [world])

    def couple_violence_needs_all_ruled_out(self) -> Verdict:
        """Property 6: common couple violence only with every control block and hard item resolved no, and
        both interview items yes.
        """
        contract = self.contract
        world = self.space.world()
        search = Search([*world.possible(), world.says("pattern", contract.borg_pattern)])
        for item in (*contract.control, *contract.hard, *contract.possessive):
            search.refute(item, z3.Not(world.state(item, "no")), [world])
        for item in contract.interview:
            search.refute(item, z3.Not(world.state(item, "yes")), [world])
        return self._verdict(6, search)


def _sinks(kind: str, levels: tuple[str, ...], before: World, after: World) -> Formula:
    """The second world stands lower than the first."""
    return z3.Or(
        *[
            z3.And(before.at_least(kind, levels, rank), z3.Not(after.at_least(kind, levels, rank)))
            for rank in range(1, len(levels))
        ]
    )
