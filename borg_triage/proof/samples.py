"""Property 14, tested on random cases: every question, and every change that is named, is tried in full."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from borg_triage.domain.answers import Counted, Observation
from borg_triage.domain.assessment import Outcome
from borg_triage.domain.case_input import CaseInput
from borg_triage.domain.engine import Engine
from borg_triage.domain.instrument import SOURCES, USER_GROUPS, Instrument, Item
from borg_triage.proof.changing import Changing, as_case, outcomes, reliable
from borg_triage.proof.verdict import Verdict

TODAY = date(2026, 11, 22)
SEED = 20261122


def random_cases(instrument: Instrument, number: int, seed: int = SEED) -> Iterator[CaseInput]:
    """Cases of all kinds, from nearly empty to full, from leaning to the best to leaning to the worst."""
    lots = random.Random(seed)
    for _ in range(number):
        said, lean = lots.random(), lots.random()
        answers: dict[str, tuple[Observation, ...]] = {}
        for item in instrument.items:
            if item.kind != "date" and lots.random() < said:
                answers[item.id] = tuple(
                    _observation(instrument, item, lots, lean) for _ in range(lots.choice((1, 1, 1, 2, 3)))
                )
        yield CaseInput(lots.choice(USER_GROUPS), TODAY, answers)


def _observation(instrument: Instrument, item: Item, lots: random.Random, lean: float) -> Observation:
    value = item.best if lots.random() < lean else lots.choice((*item.answers, "unknown"))
    source = instrument.default_source(item) if lots.random() < 0.8 else lots.choice(SOURCES)
    age = lots.choice((0, 0, 0, 1, 2, 27, 28, 29, 92, 93))
    overheard = lots.choice((None, None, False, True))
    return Observation(value, source, TODAY - timedelta(days=age), overheard)


def questions_are_honest(engine: Engine, number: int = 150) -> Verdict:
    """Property 14: ask_next names exactly the items whose answer matters, by its own words one by one; and
    would_change exactly the answers that change the outcome, and joint changes of which none is too much.
    """
    tried, faults = 0, set[str]()
    for case in random_cases(engine.instrument, number, SEED + 1):
        named = {question.item for question in engine.assess(case).ask_next}
        trial = _Trial(engine, case)
        for item in trial.open_items():
            tried += 1
            if trial.matters(item) != (item.id in named):
                faults.add(f"{item.id}: ask_next and the outcomes disagree")
        changes = Changing(engine, case)
        faults |= set(changes.faults())
        tried += changes.tried
    return Verdict(14, "failed" if faults else "tested", "random", tried, faults=tuple(sorted(faults)))


class _Trial:
    """One case, with answers added to it one at a time."""

    def __init__(self, engine: Engine, case: CaseInput) -> None:
        self._engine = engine
        self._case = case
        self._settled = dict(engine.counted(case))
        self._now = self._outcome(case)
        self._best = self._filled({}, lambda item: item.best)
        self._worst = self._filled({}, lambda item: item.worst)

    def open_items(self) -> list[Item]:
        items = self._engine.instrument.items
        return [item for item in items if item.kind != "date" and item.id not in self._settled]

    def matters(self, item: Item) -> bool:
        """The two parts of property 14."""
        instrument, day = self._engine.instrument, self._case.assessed_on
        given = (reliable(instrument, item, answer, day) for answer in item.answers)
        answered = (self._outcome(self._case.with_answer(item.id, seen)) for seen in given)
        if any(outcome != self._now for outcome in answered):
            return True
        alone_worst = self._filled({item.id: item.worst}, lambda other: other.best)
        alone_best = self._filled({item.id: item.best}, lambda other: other.worst)
        return alone_worst != self._best or alone_best != self._worst

    def _outcome(self, case: CaseInput) -> Outcome:
        return outcomes(self._engine, [case])[0]

    def _filled(self, given: Counted, taken: Callable[[Item], str]) -> Outcome:
        """First the answer, then what follows, then the filling of what is still open."""
        settled = dict(self._engine.counted(self._as_case(self._settled | given)))
        for item in self._engine.instrument.items:
            if item.kind != "date" and item.id not in settled:
                settled[item.id] = taken(item)
        return self._outcome(self._as_case(settled))

    def _as_case(self, counted: Counted) -> CaseInput:
        return as_case(self._engine.instrument, self._case, counted)
