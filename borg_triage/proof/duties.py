"""Where to turn, by when, and what never to do: what an instrument leaves out of a duty of the contract.

Of several rules for one place, or one deadline, the first that holds is what people read; so a rule that
comes too early in the file can undo a duty as well as one that is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import z3

from borg_triage.domain.instrument import DeadlineRule, DestinationRule, UserGroup
from borg_triage.proof.contract import Duty, Told, Within
from borg_triage.proof.space import Formula, World

_Rule = TypeVar("_Rule", DestinationRule, DeadlineRule)


def left_out(duty: Duty, world: World) -> Iterator[tuple[str, Formula]]:
    """Each part of a duty with the formula that it is not said; user group and part are named."""
    for group in duty.groups:
        for part, missing in _to_group(duty, group, world):
            yield f"{group}: {part}", missing
    for name in duty.also:
        yield name, z3.Not(_also(name, duty.after_safety, world))
    for kind in ("locked", "marks"):
        for name in getattr(duty, kind):
            yield name, z3.Not(_output(world, kind, name))
    for name in duty.notes:
        yield name, z3.Not(_note(name, world))
    for name in duty.counter_indicated:
        yield name, z3.Not(_counter_indicated(name, world))
    for item in duty.withheld:
        yield item, z3.Not(_withheld(item, duty.apart, world))


def _to_group(duty: Duty, group: UserGroup, world: World) -> Iterator[tuple[str, Formula]]:
    for told in duty.to:
        yield f"{told.place} {told.when}", z3.Not(_told(told, group, world))
    for place in duty.names:
        yield place, z3.Not(_named(place, group, world))
    for place in duty.never_to:
        yield f"not {place}", _named(place, group, world)
    for limit in duty.within:
        yield limit.deadline, z3.Not(_within(limit, group, world))


def _told(told: Told, group: UserGroup, world: World) -> Formula:
    def fits(rule: DestinationRule) -> bool:
        return (rule.when_due, rule.kind) == (told.when, told.kind)

    rules = world.space.instrument.destinations
    mine = [(place, rule) for place, rule in enumerate(rules) if rule.to == told.place]
    return _first_fits("destinations", mine, group, fits, world)


def _within(limit: Within, group: UserGroup, world: World) -> Formula:
    def fits(rule: DeadlineRule) -> bool:
        wanted = (limit.time, limit.before, limit.working_days)
        return (rule.within, rule.before, rule.working_days) == wanted

    rules = world.space.instrument.deadlines
    mine = [(place, rule) for place, rule in enumerate(rules) if rule.id == limit.deadline]
    return _first_fits("deadlines", mine, group, fits, world)


def _first_fits(
    kind: str,
    rules: Sequence[tuple[int, _Rule]],
    group: UserGroup,
    fits: Callable[[_Rule], bool],
    world: World,
) -> Formula:
    """The first rule that holds for this group is one that fits."""
    found: list[Formula] = []
    earlier: list[Formula] = []
    for place, rule in rules:
        if group in rule.groups:
            holds = _output(world, kind, str(place))
            if fits(rule):
                found.append(z3.And(holds, *map(z3.Not, earlier)))
            earlier.append(holds)
    return z3.Or(*found)


def _named(place: str, group: UserGroup, world: World) -> Formula:
    rules = enumerate(world.space.instrument.destinations)
    mine = [str(index) for index, rule in rules if rule.to == place and group in rule.groups]
    return z3.Or(*[_output(world, "destinations", index) for index in mine])


def _counter_indicated(name: str, world: World) -> Formula:
    entries = enumerate(world.space.instrument.counter_indicated)
    return z3.Or(
        *[_output(world, "counter_indicated", str(index)) for index, entry in entries if name in entry.ids]
    )


def _also(name: str, after_safety: bool, world: World) -> Formula:
    marked = any(rule.after_safety for rule in world.space.instrument.also if rule.id == name)
    return _output(world, "also", name) if marked or not after_safety else z3.BoolVal(False)


def _note(name: str, world: World) -> Formula:
    notes = enumerate(world.space.instrument.gate_notes)
    return z3.Or(*[_output(world, "gate_notes", str(index)) for index, note in notes if note.id == name])


def _withheld(item: str, apart: bool, world: World) -> Formula:
    """apart: only a rule that withholds this item and no other."""
    instrument = world.space.instrument
    named = ((rule.id, instrument.expand(rule.items)) for rule in instrument.withheld)
    rules = [rule for rule, items in named if item in items and (len(items) == 1 or not apart)]
    return z3.Or(*[_output(world, "withheld", rule) for rule in rules])


def _output(world: World, kind: str, value: str) -> Formula:
    """An output of the rulebook, never where the instrument has no such one."""
    return world.says(kind, value) if (kind, value) in world.space.rulebook.outputs else z3.BoolVal(False)
