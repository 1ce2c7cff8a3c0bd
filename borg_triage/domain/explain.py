"""What to ask next, and what would change the outcome (decision model section 8, property 14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from operator import or_

from borg_triage.domain.answers import Counted
from borg_triage.domain.assessment import Change, LevelRange, Outcome, Question
from borg_triage.domain.evidence import Evidence
from borg_triage.domain.instrument import Instrument
from borg_triage.domain.lighter import LighterChanges
from borg_triage.domain.variations import BEST, CASE, WORST, Changes, Trial, Variations


class Explanation:
    """Every answer to every item of one case, tried in one evaluation.

    counted: the answers before what follows; settled: after it. reliable_after: what would count if the
    interview were known to be out of hearing, as changes; None where that is already settled.
    """

    def __init__(
        self,
        instrument: Instrument,
        variations: Variations,
        counted: Counted,
        settled: Mapping[str, str],
        reliable_after: Changes | None,
    ) -> None:
        self._instrument = instrument
        self._variations = variations
        self._counted = counted
        self._settled = settled
        self._trials = variations.layout.trials
        self._answered = variations.layout.answered
        instead: dict[int, Changes] = {}
        if reliable_after:
            talk = next(trial for trial in self._trials if trial.item.id == instrument.overheard.item)
            instead[talk.by_answer[talk.item.best]] = reliable_after
        self._tried = variations.try_all(counted, instead)

    def level(self) -> LevelRange:
        """The level with its best and worst case."""
        tried = self._tried
        return LevelRange(tried.value("level", CASE), tried.value("level", BEST), tried.value("upper", CASE))

    def ask_next(self, evidence: Evidence) -> tuple[Question, ...]:
        """Open items that matter: first those whose answer changes the outcome now, then those that
        matter in the best or the worst case. Urgent things first.
        """
        tried = self._tried
        now = tried.differing(tried.outcome(CASE))
        best = tried.differing(tried.outcome(BEST))
        worst = tried.differing(tried.outcome(WORST))
        opened = self._opened_at_the_door(evidence)
        forward = self._brought_forward()
        ranked: list[tuple[tuple[object, ...], Question]] = []
        any_now, any_best, any_worst = _union(now), _union(best), _union(worst)
        for order, trial in enumerate(self._trials):
            if trial.item.id in self._settled:
                continue
            if trial.answered & any_now:
                part, worlds = 1, trial.answered
                changed = [kind for kind, differing in now.items() if differing & worlds]
            elif trial.alone_worst & any_best or trial.alone_best & any_worst:
                part, worlds = 2, trial.alone_worst
                changed = [kind for kind in now if _matters(kind, trial, best, worst)]
            else:
                continue
            key = (
                part,
                not self._instrument.section[trial.item.section].ask_first,
                -tried.gravest_level(worlds),
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

    def would_change(self, evidence: Evidence) -> tuple[Change, ...]:
        """Every single answer, to an open or an answered item, that would change the outcome; and, where
        none makes level, pattern or route lighter, the smallest joint changes of at most three that do.
        """
        now = self._tried.outcome(CASE)
        singles = list(self._changes(now))
        named = {
            "level": evidence.of_level(),
            "pattern": evidence.of_pattern(),
            "route": evidence.of_route(),
        }
        search = LighterChanges(self._instrument, self._variations, self._counted, now)
        return (*singles, *search.find(named, singles))

    def _changes(self, now: Outcome) -> Iterator[Change]:
        any_difference = _union(self._tried.differing(now)) & self._answered
        values = {kind: self._tried.values(kind, any_difference) for kind in Outcome._fields}
        was = now._asdict()
        for trial in self._trials:
            if not trial.answered & any_difference:
                continue
            for answer, world in trial.by_answer.items():
                if any_difference >> world & 1:
                    new = {kind: found[world] for kind, found in values.items() if found[world] != was[kind]}
                    yield Change(trial.item.id, answer, new)


def _union(differing: Mapping[str, int]) -> int:
    return reduce(or_, differing.values(), 0)


def _matters(kind: str, trial: Trial, best: Mapping[str, int], worst: Mapping[str, int]) -> bool:
    return bool(best[kind] & trial.alone_worst or worst[kind] & trial.alone_best)
