"""Many worlds of one case, evaluated at once.

A world is the case with some counted answers changed, and its open items left open, or all taken at
their best, or all at their worst. Bit n of every number stands for world n.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from borg_triage.domain.answers import Counted
from borg_triage.domain.assessment import Brief, LevelRange, Outcome
from borg_triage.domain.conditions import Node
from borg_triage.domain.rulebook import Rulebook


class Fill(Enum):
    """How a world takes the items that are still open."""

    OPEN = "open"
    BEST = "best"
    WORST = "worst"


class World(NamedTuple):
    """Answers that differ from the case (None takes an answer away), and how open items are taken."""

    changes: Mapping[str, str | None] = MappingProxyType({})
    fill: Fill = Fill.OPEN


_BRIEF_WORLDS = (World(), World(fill=Fill.BEST))


class Evaluated:
    """The outcomes of a list of worlds."""

    def __init__(self, every: int, values: Mapping[tuple[str, str], int], levels: Sequence[str]) -> None:
        self._every = every
        self._values = values
        self._by_kind: dict[str, list[tuple[str, int]]] = {}
        for (kind, value), bits in values.items():
            self._by_kind.setdefault(kind, []).append((value, bits))
        self._levels = levels

    def value(self, kind: str, world: int) -> str:
        """The value of level, upper, pattern, borg or route in one world."""
        bit = 1 << world
        return next(value for value, bits in self._by_kind[kind] if bits & bit)

    def outcome(self, world: int) -> Outcome:
        """The four answers of one world."""
        return Outcome(*(self.value(kind, world) for kind in Outcome._fields))

    def differing(self, outcome: Outcome) -> dict[str, int]:
        """For each of the four kinds, the worlds that differ from an outcome."""
        return {
            kind: self._every ^ self._values[kind, value]
            for kind, value in zip(Outcome._fields, outcome, strict=True)
        }

    def gravest_level(self, worlds: int) -> int:
        """The rank of the gravest level among the worlds of a bit set."""
        ranks = range(len(self._levels) - 1, -1, -1)
        return next(rank for rank in ranks if self._values["level", self._levels[rank]] & worlds)


class Details:
    """Everything about one world: what is decided, which rules, conditions and predicates hold."""

    def __init__(self, rulebook: Rulebook, values: tuple[int, ...]) -> None:
        self._rulebook = rulebook
        self._values = values
        self._held: dict[str, list[str]] = {}
        for (kind, value), holds in zip(rulebook.detail_names, values, strict=False):
            if holds:
                self._held.setdefault(kind, []).append(value)

    def held(self, kind: str) -> list[str]:
        """The values of a kind of output that hold."""
        return self._held.get(kind, [])

    def condition(self, condition: Node) -> bool:
        """Whether a condition of the instrument holds."""
        return bool(self._values[self._rulebook.conditions[id(condition)]])

    def predicate(self, item: str, predicate: str) -> bool:
        """Whether an item satisfies a predicate that some rule asks for."""
        return bool(self._values[self._rulebook.predicates[item, predicate]])


class Variations:
    """Evaluates worlds of cases by one rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._place = {atom: place for place, atom in enumerate(rulebook.atoms)}
        self._size = len(rulebook.atoms) + 2
        self._dates = {item.id for item in rulebook.instrument.items if item.kind == "date"}

    def inputs(self, counted: Counted, worlds: Sequence[World]) -> list[int]:
        """The circuit's inputs for the worlds of a case."""
        every = (1 << len(worlds)) - 1
        given = [0] * self._size
        base: dict[str, int] = {}
        for item, value in counted.items():
            base[item] = place = self._place[item, "dated" if item in self._dates else value]
            given[place] = every
        best = worst = 0
        bit = 1
        for changes, fill in worlds:
            for item, new in changes.items():
                if item in base:
                    given[base[item]] &= ~bit
                if new is not None:
                    given[self._place[item, "dated" if item in self._dates else new]] |= bit
            if fill is Fill.BEST:
                best |= bit
            elif fill is Fill.WORST:
                worst |= bit
            bit <<= 1
        given[-2], given[-1] = best, worst
        return given

    def brief(self, counted: Counted) -> Brief:
        """Level, pattern, gate and primary route of the case, from the case and its best world."""
        values = self._rulebook.brief(self.inputs(counted, _BRIEF_WORLDS), 0b11)
        held: dict[str, list[str]] = {}
        lower = ""
        for (kind, value), bits in zip(self._rulebook.brief_names, values, strict=True):
            if bits & 0b01:
                held.setdefault(kind, []).append(value)
            if bits & 0b10 and kind == "level":
                lower = value
        marks = held.get("marks", [])
        return Brief(
            LevelRange(held["level"][0], lower, held["upper"][0]),
            held["pattern"][0],
            {rule.id: rule.id in marks for rule in self._rulebook.instrument.marks},
            tuple(held.get("pattern.open", [])),
            held["borg"][0],
            held["route"][0],
        )

    def evaluate(self, counted: Counted, worlds: Sequence[World]) -> Evaluated:
        """The outcomes of each world."""
        every = (1 << len(worlds)) - 1
        values = self._rulebook.outcomes(self.inputs(counted, worlds), every)
        named = dict(zip(self._rulebook.outcome_names, values, strict=True))
        return Evaluated(every, named, self._rulebook.instrument.levels)

    def details(self, counted: Counted) -> Details:
        """Everything about the case itself."""
        return Details(self._rulebook, self._rulebook.details(self.inputs(counted, [World()]), 1))
