"""The smallest joint changes that make the outcome lighter, where no single answer does.

Only items named as evidence, and graver answers that stand behind them, can make something lighter, and an
item that carries the outcome alone must be part of every such change. So a few worlds tell which items are
needed, and the rest are tried in twos and threes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from borg_triage.domain.answers import Counted
from borg_triage.domain.assessment import Change, Outcome
from borg_triage.domain.instrument import Instrument
from borg_triage.domain.variations import Changes, Variations, Worlds, set_bits

MOST_ITEMS = 3
_MOST_TRIED = 3000
# What so many items carry, as an unasked list of flags does, no three answers will take away.
_MOST_NAMED = 24


class LighterChanges:
    """Looks for joint changes in one case.

    counted: the answers before what follows; now: the case's outcome.
    """

    def __init__(
        self, instrument: Instrument, variations: Variations, counted: Counted, now: Outcome
    ) -> None:
        self._best = instrument.best
        self._variations = variations
        self._counted = counted
        self._now = now
        gravest_last = {
            "level": instrument.levels,
            "pattern": instrument.patterns,
            "route": instrument.primary_routes[::-1],
        }
        self._lighter: dict[str, Sequence[str]] = {
            kind: order[: order.index(getattr(now, kind))] for kind, order in gravest_last.items()
        }

    def find(self, named: Mapping[str, Sequence[str]], known: Sequence[Change]) -> list[Change]:
        """The smallest joint changes that make level, pattern or route lighter.

        named: by kind, the items that are evidence of it. known: single changes already found; where one
        of them does it, there is nothing to add.
        """
        wanted = {
            kind: self._with_what_stands_behind(items)
            for kind, items in named.items()
            if 0 < len(items) <= _MOST_NAMED and self._lighter[kind] and not self._done(kind, known)
        }
        joint: dict[tuple[str, ...], Change] = {}
        for kind, needed in self._needed(wanted).items():
            for change in self._smallest(kind, needed, wanted[kind]):
                joint.setdefault((change.item, *change.together), change)
        return list(joint.values())

    def _with_what_stands_behind(self, named: Sequence[str]) -> Sequence[str]:
        """The named items, and what else was answered for the worse: taking away the reasons of now may
        leave those. Where these are too many, three answers would not do.
        """
        behind = [
            item
            for item, best in self._best.items()
            if self._counted.get(item, best) != best and item not in named
        ]
        return (*named, *behind) if len(named) + len(behind) <= _MOST_NAMED else named

    def _done(self, kind: str, known: Sequence[Change]) -> bool:
        lighter = self._lighter[kind]
        return any(change.outcome.get(kind) in lighter for change in known)

    def _needed(self, wanted: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
        """By kind, the items without which no change of the named ones helps; kinds for which three items
        cannot be enough are left out.
        """
        cases: list[tuple[Counted, Sequence[Changes]]] = []
        first: dict[str, int] = {}
        world = 0
        for kind, items in wanted.items():
            first[kind] = world
            at_best = self._counted | {item: self._best[item] for item in items}
            but_one: list[Changes] = [{item: self._counted.get(item)} for item in items]
            cases.append((at_best, [{}, *but_one]))
            world += 1 + len(items)
        if not cases:
            return {}
        found = self._variations.worlds(cases)
        needed: dict[str, tuple[str, ...]] = {}
        for kind, items in wanted.items():
            lighter = found.where(kind, self._lighter[kind]) >> first[kind]
            without = tuple(item for place, item in enumerate(items, 1) if not lighter >> place & 1)
            if lighter & 1 and len(without) <= MOST_ITEMS:
                needed[kind] = without
        return needed

    def _smallest(self, kind: str, needed: tuple[str, ...], named: Sequence[str]) -> Iterator[Change]:
        others = [item for item in named if item not in needed]
        for size in range(max(2, len(needed)), MOST_ITEMS + 1):
            sets = [needed + more for more in combinations(others, size - len(needed))]
            if len(sets) > _MOST_TRIED:
                return
            at_best: list[Changes] = [{item: self._best[item] for item in items} for items in sets]
            found = self._variations.worlds([(self._counted, at_best)])
            lighter = found.where(kind, self._lighter[kind])
            if lighter:
                yield from (self._change(sets[world], found, world) for world in set_bits(lighter))
                return

    def _change(self, items: tuple[str, ...], found: Worlds, world: int) -> Change:
        now = self._now._asdict()
        new = {kind: value for kind, value in found.outcome(world)._asdict().items() if value != now[kind]}
        first, *others = items
        return Change(first, self._best[first], new, {item: self._best[item] for item in others})
