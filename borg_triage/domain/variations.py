"""Many worlds of one case, or one world of many cases, evaluated at once.

A world is a case with some counted answers changed, and its open items left open, or all taken at their
best, or all at their worst. Bit n of every number stands for world n.

The trials of a case always stand in the same worlds (`Layout`), whatever is known: so the inputs of all
open items are laid out once, and only what is known has to be filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from borg_triage.domain.answers import Counted
from borg_triage.domain.assessment import Brief, LevelRange, Outcome
from borg_triage.domain.conditions import Node
from borg_triage.domain.instrument import Instrument, Item
from borg_triage.domain.rulebook import Rulebook

CASE, BEST, WORST = 0, 1, 2

Changes = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Trial:
    """The worlds in which one item is tried.

    by_answer: the world in which only this answer differs from the case; answered: all of those as bits.
    alone_worst / alone_best: as bits, this item at its worst (best), all else open at its best (worst).
    """

    item: Item
    by_answer: Mapping[str, int]
    answered: int
    alone_worst: int
    alone_best: int


class Layout:
    """Which world stands for what, and the circuit's inputs of a case about which nothing is known.

    every / answered: all worlds, and those in which one answer differs, as bits. touched: the worlds in
    which an item is not as the case has it.
    """

    def __init__(self, instrument: Instrument, place: Mapping[tuple[str, str], int]) -> None:
        self.trials: list[Trial] = []
        self.inputs = [0] * (len(place) + 2)
        self.touched: dict[str, int] = {}
        best, worst = 1 << BEST, 1 << WORST
        world = WORST + 1
        for item in instrument.items:
            if item.kind == "date":
                self.touched[item.id] = 0
                continue
            by_answer = {answer: world + number for number, answer in enumerate(item.answers)}
            world += len(by_answer)
            alone_worst, alone_best = 1 << world, 1 << (world + 1)
            world += 2
            best, worst = best | alone_worst, worst | alone_best
            for answer, number in by_answer.items():
                self.inputs[place[item.id, answer]] |= 1 << number
            self.inputs[place[item.id, item.worst]] |= alone_worst
            self.inputs[place[item.id, item.best]] |= alone_best
            answered = sum(1 << number for number in by_answer.values())
            self.touched[item.id] = answered | alone_worst | alone_best
            self.trials.append(Trial(item, by_answer, answered, alone_worst, alone_best))
        self.every = (1 << world) - 1
        self.answered = sum(trial.answered for trial in self.trials)
        self.inputs[-2], self.inputs[-1] = best, worst


class Worlds:
    """The outcomes of some worlds, each value as the bits of the worlds that have it."""

    def __init__(self, rulebook: Rulebook, values: Iterable[int]) -> None:
        self._values = dict(zip(rulebook.outcome_names, values, strict=True))
        self._by_kind: dict[str, list[tuple[str, int]]] = {}
        for (kind, value), worlds in self._values.items():
            self._by_kind.setdefault(kind, []).append((value, worlds))
        self._every = sum(worlds for _, worlds in self._by_kind["level"])
        self._gravest_first = [
            (rank, self._values["level", level]) for rank, level in enumerate(rulebook.instrument.levels)
        ][::-1]

    def value(self, kind: str, world: int) -> str:
        """The value of level, upper, pattern, borg or route in one world."""
        bit = 1 << world
        return next(value for value, worlds in self._by_kind[kind] if worlds & bit)

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
        for rank, reached in self._gravest_first:
            if reached & worlds:
                return rank
        raise ValueError("no world given")

    def where(self, kind: str, values: Iterable[str]) -> int:
        """The worlds in which a kind has one of these values."""
        return sum(self._values[kind, value] for value in values)

    def values(self, kind: str, worlds: int) -> dict[int, str]:
        """The value of a kind in each world of a bit set."""
        return {world: value for value, bits in self._by_kind[kind] for world in set_bits(bits & worlds)}


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

    def reads(self, condition: Node) -> tuple[str, ...]:
        """The items that a rule's condition reads itself, not through an outcome."""
        return self._rulebook.reads[id(condition)]

    def predicate(self, item: str, predicate: str) -> bool:
        """Whether an item satisfies a predicate that some rule asks for."""
        return bool(self._values[self._rulebook.predicates[item, predicate]])


class Variations:
    """Evaluates worlds of cases by one rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._place = {atom: place for place, atom in enumerate(rulebook.atoms)}
        self._dates = {item.id for item in rulebook.instrument.items if item.kind == "date"}
        self.layout = Layout(rulebook.instrument, self._place)

    def _atom(self, item: str, value: str) -> int:
        return self._place[item, "dated" if item in self._dates else value]

    def try_all(self, counted: Counted, instead: Mapping[int, Changes]) -> Worlds:
        """The outcomes of the case and of all its trials.

        instead: worlds of the layout in which other answers change than the trial's own.
        """
        layout = self.layout
        given = layout.inputs.copy()
        for item, value in counted.items():
            given[self._atom(item, value)] |= layout.every & ~layout.touched[item]
        for world, changes in instead.items():
            bit = 1 << world
            for item, new in changes.items():
                if item in counted:
                    given[self._atom(item, counted[item])] &= ~bit
                if new is not None:
                    given[self._atom(item, new)] |= bit
        return Worlds(self._rulebook, self._rulebook.outcomes(given, layout.every))

    def worlds(self, cases: Iterable[tuple[Counted, Sequence[Changes]]]) -> Worlds:
        """The outcomes of cases, each under some changes: one world a change, in order."""
        given = [0] * (len(self._place) + 2)
        bit = 1
        for counted, variants in cases:
            block = (bit << len(variants)) - bit
            places = {item: self._atom(item, value) for item, value in counted.items()}
            for place in places.values():
                given[place] |= block
            for changes in variants:
                for item, new in changes.items():
                    if item in places:
                        given[places[item]] &= ~bit
                    if new is not None:
                        given[self._atom(item, new)] |= bit
                bit <<= 1
        return Worlds(self._rulebook, self._rulebook.outcomes(given, bit - 1))

    def details(self, counted: Counted) -> Details:
        """Everything about the case itself."""
        given = [0] * (len(self._place) + 2)
        for item, value in counted.items():
            given[self._atom(item, value)] = 1
        return Details(self._rulebook, self._rulebook.details(given, 1))

    def brief(self, cases: Sequence[Counted]) -> list[Brief]:
        """Level, pattern, gate and primary route of many cases: two worlds each, as it is and at its best."""
        given = [0] * (len(self._place) + 2)
        bit = 0b11
        for counted in cases:
            for item, value in counted.items():
                given[self._atom(item, value)] |= bit
            bit <<= 2
        every = bit // 0b11 - 1
        as_it_is = every // 0b11
        given[-2] = as_it_is << 1
        values = dict(zip(self._rulebook.brief_names, self._rulebook.brief(given, every), strict=True))
        return list(_briefs(self._rulebook.instrument, values, len(cases)))


def _briefs(instrument: Instrument, values: Mapping[tuple[str, str], int], number: int) -> Iterator[Brief]:
    decided: dict[str, dict[int, str]] = {}
    listed: dict[str, list[list[str]]] = {
        kind: [[] for _ in range(number)] for kind in ("marks", "pattern.open")
    }
    for (kind, value), worlds in values.items():
        if kind in listed:
            for case, held in enumerate(reversed(format(worlds, f"0{2 * number}b")[1::2])):
                if held == "1":
                    listed[kind][case].append(value)
        else:
            decided.setdefault(kind, {}).update(dict.fromkeys(set_bits(worlds), value))
    for case in range(number):
        world = 2 * case
        level = LevelRange(decided["level"][world], decided["level"][world + 1], decided["upper"][world])
        marks = {rule.id: rule.id in listed["marks"][case] for rule in instrument.marks}
        waiting = tuple(listed["pattern.open"][case])
        yield Brief(
            level, decided["pattern"][world], marks, waiting, decided["borg"][world], decided["route"][world]
        )


def set_bits(bits: int) -> Iterator[int]:
    """The places of the ones in a number, lowest first."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
