"""What to ask next, and what would change the outcome (decision model section 8, property 14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from borg_triage.domain.answers import Counted
from borg_triage.domain.assessment import Change, LevelRange, Outcome, Question
from borg_triage.domain.evidence import Evidence
from borg_triage.domain.instrument import Instrument, Item
from borg_triage.domain.variations import Evaluated, Fill, Variations, World

_CASE, _BEST, _WORST = 0, 1, 2


@dataclass(slots=True)
class _Trial:
    """The worlds in which one item is tried: bit sets, and the world of each answer."""

    item: Item
    answered: int = 0
    alone_worst: int = 0
    alone_best: int = 0
    by_answer: dict[str, int] = field(default_factory=dict)


class Explanation:
    """Tries every answer to every item of one case, all in one evaluation.

    counted: the answers before what follows. reliable_after: what would count if the interview were known
    to be out of hearing, as changes; None where that is already settled.
    """

    def __init__(
        self,
        instrument: Instrument,
        variations: Variations,
        counted: Counted,
        settled: Mapping[str, str],
        reliable_after: Mapping[str, str | None] | None,
    ) -> None:
        self._instrument = instrument
        self._settled = settled
        self._trials: list[_Trial] = []
        self._worlds: list[World] = [World(), World(fill=Fill.BEST), World(fill=Fill.WORST)]
        for item in instrument.items:
            if item.kind != "date":
                self._trials.append(self._try(item, reliable_after))
        self._evaluated: Evaluated = variations.evaluate(counted, self._worlds)

    def _try(self, item: Item, reliable_after: Mapping[str, str | None] | None) -> _Trial:
        trial = _Trial(item)
        known = self._settled.get(item.id)
        for answer in item.answers:
            if answer == known:
                continue
            changes: Mapping[str, str | None] = {item.id: answer}
            if item.id == self._instrument.overheard.item and answer == item.best and reliable_after:
                changes = reliable_after
            trial.by_answer[answer] = self._add(World(changes))
            trial.answered |= 1 << trial.by_answer[answer]
        if known is None:
            trial.alone_worst = 1 << self._add(World({item.id: item.worst}, Fill.BEST))
            trial.alone_best = 1 << self._add(World({item.id: item.best}, Fill.WORST))
        return trial

    def _add(self, world: World) -> int:
        self._worlds.append(world)
        return len(self._worlds) - 1

    def level(self) -> LevelRange:
        """The level with its best and worst case."""
        return LevelRange(
            self._evaluated.value("level", _CASE),
            self._evaluated.value("level", _BEST),
            self._evaluated.value("upper", _CASE),
        )

    def ask_next(self, evidence: Evidence) -> tuple[Question, ...]:
        """Open items that matter: first those whose answer changes the outcome now, then those that
        matter in the best or the worst case. Urgent things first.
        """
        now = self._evaluated.differing(self._evaluated.outcome(_CASE))
        best = self._evaluated.differing(self._evaluated.outcome(_BEST))
        worst = self._evaluated.differing(self._evaluated.outcome(_WORST))
        opened = self._opened_at_the_door(evidence)
        forward = self._brought_forward()
        ranked: list[tuple[tuple[object, ...], Question]] = []
        for order, trial in enumerate(self._trials):
            if trial.item.id in self._settled:
                continue
            changed = [kind for kind in Outcome._fields if now[kind] & trial.answered]
            part, worlds = 1, trial.answered
            if not changed:
                part, worlds = 2, trial.alone_worst
                changed = [
                    kind
                    for kind in Outcome._fields
                    if best[kind] & trial.alone_worst or worst[kind] & trial.alone_best
                ]
            if not changed:
                continue
            key = (
                part,
                not self._instrument.section[trial.item.section].ask_first,
                -self._evaluated.gravest_level(worlds),
                trial.item.id not in opened,
                *(kind not in changed for kind in ("pattern", "borg", "route")),
                trial.item.id not in forward,
                order,
            )
            ranked.append((key, Question(trial.item.id, tuple(changed))))
        return tuple(question for _, question in sorted(ranked, key=lambda entry: entry[0]))

    def _opened_at_the_door(self, evidence: Evidence) -> set[str]:
        asked = [item for item in self._instrument.items if item.opens]
        return {other for item in asked if evidence.is_(item.id, "door signal") for other in item.opens}

    def _brought_forward(self) -> set[str]:
        return {
            other
            for item in self._instrument.items
            if item.brings_forward and self._settled.get(item.id) == item.worse
            for other in item.brings_forward
        }

    def would_change(self) -> tuple[Change, ...]:
        """Every single answer, to an open or an answered item, that would change the outcome."""
        return tuple(self._changes(self._evaluated.outcome(_CASE)))

    def _changes(self, now: Outcome) -> Iterator[Change]:
        differing = self._evaluated.differing(now)
        any_difference = 0
        for worlds in differing.values():
            any_difference |= worlds
        for trial in self._trials:
            if not trial.answered & any_difference:
                continue
            for answer, world in trial.by_answer.items():
                if any_difference >> world & 1:
                    then = self._evaluated.outcome(world)
                    new = {kind: value for kind, value in _pairs(then) if value != getattr(now, kind)}
                    yield Change(trial.item.id, answer, new)


def _pairs(outcome: Outcome) -> Sequence[tuple[str, str]]:
    return list(zip(Outcome._fields, outcome, strict=True))
