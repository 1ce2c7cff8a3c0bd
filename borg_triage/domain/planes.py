"""Many cases at once, as planes of bits: one whole number an answer, one bit a case.

The rules run on them as they are: the rulebook's circuit works on numbers of any length. Case number i of
n stands at bit 8 * (i % w) + i // w with w = ceil(n / 8): eight blocks of cases lie interleaved, so that
going from and to one byte a case takes eight steps and not one for each case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from borg_triage.domain.counting import Counting
from borg_triage.domain.rulebook import Rulebook

_BLOCKS = 8


def width(cases: int) -> int:
    """How many bytes a plane of so many cases takes."""
    return -(-cases // _BLOCKS)


def everyone(cases: int) -> int:
    """The plane in which every case is set; the places beyond the last case are set too."""
    return (1 << _BLOCKS * width(cases)) - 1


def pack(flags: bytes | memoryview) -> int:
    """One byte a case, 0 or 1, to a plane."""
    size = width(len(flags))
    plane = 0
    for block in range(_BLOCKS):
        plane |= int.from_bytes(flags[block * size : (block + 1) * size], "little") << block
    return plane


def spread(planes: Sequence[int], cases: int) -> bytes:
    """One byte a case: the number of the one plane it is set in, counted from 1; 0 for none."""
    size = width(cases)
    lowest = int.from_bytes(b"\x01" * size, "little")
    blocks = []
    for block in range(_BLOCKS):
        numbers = sum(number * (plane >> block & lowest) for number, plane in enumerate(planes, start=1))
        blocks.append(numbers.to_bytes(size, "little"))
    return b"".join(blocks)[:cases]


class Decided(NamedTuple):
    """Of each outcome, one plane a value, in the order of `Judge.names`."""

    level: Sequence[int]
    level_lower: Sequence[int]
    level_upper: Sequence[int]
    pattern: Sequence[int]
    borg: Sequence[int]
    primary_route: Sequence[int]


class Judge:
    """From the planes of what counts to the planes of what is decided.

    names: of each outcome, its values; of the levels and patterns in the instrument's order.
    """

    def __init__(self, rulebook: Rulebook, countings: Sequence[Counting]) -> None:
        instrument = rulebook.instrument
        self._rulebook = rulebook
        self._countings = countings
        self._place = {atom: place for place, atom in enumerate(rulebook.atoms)}
        # The lower level needs the all-favourable world, and of that world nothing else.
        self._level = rulebook.circuit.evaluator(
            [rulebook.outputs["level", level] for level in instrument.levels]
        )
        self.names = {
            "level": instrument.levels,
            "level_lower": instrument.levels,
            "level_upper": instrument.levels,
            "pattern": instrument.patterns,
            "borg": instrument.gate_results,
            "primary_route": instrument.primary_routes,
        }

    def decide(self, said: Sequence[int], once: Mapping[str, int], cases: int) -> Decided:
        """The outcomes of the cases.

        said: a plane for each of the rulebook's atoms, in their order: where an observation that counts
        says so. once: by item, where an observation that has become history makes it a yes.
        """
        counted = self._prevailing(said, once)
        every = everyone(cases)
        found = self._rulebook.outcomes([*counted, 0, 0], every)
        values = dict(zip(self._rulebook.outcome_names, found, strict=True))
        instrument = self._rulebook.instrument
        return Decided(
            level=[values["level", level] for level in instrument.levels],
            level_lower=self._level([*counted, every, 0], every),
            level_upper=[values["upper", level] for level in instrument.levels],
            pattern=[values["pattern", pattern] for pattern in instrument.patterns],
            borg=[values["borg", result] for result in instrument.gate_results],
            primary_route=[values["route", route] for route in instrument.primary_routes],
        )

    def _prevailing(self, said: Sequence[int], once: Mapping[str, int]) -> list[int]:
        """One answer an item: what prevails; and a yes of the past over what is said of now."""
        counted = [0] * len(said)
        for counting in self._countings:
            item = counting.item.id
            history = once.get(item, 0)
            taken = history
            for answer in counting.prevailing:
                place = self._place[item, answer]
                counted[place] = said[place] & ~taken
                taken |= said[place]
            if history:
                counted[self._place[item, "yes"]] |= history
        return counted
