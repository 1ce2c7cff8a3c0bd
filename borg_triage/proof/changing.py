"""What would_change says of one case, held against the outcomes of the changed cases themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations

from borg_triage.domain.answers import Counted, Observation, Resolver
from borg_triage.domain.assessment import Change, Outcome
from borg_triage.domain.case_input import CaseInput
from borg_triage.domain.engine import Engine
from borg_triage.domain.instrument import Instrument, Item

_Told = dict[str, str]


class Changing:
    """One case and its changes. tried: how many changed cases were assessed."""

    def __init__(self, engine: Engine, case: CaseInput) -> None:
        self._engine, self._instrument, self._case = engine, engine.instrument, case
        self._counted = Resolver(engine.instrument).resolve(case.answers, case.assessed_on)
        self._now = outcomes(engine, [case])[0]
        self.tried = 0

    def faults(self) -> Iterator[str]:
        """Every change that is left out, untrue, or larger than it must be."""
        changes = self._engine.assess(self._case).would_change
        named = {(change.item, change.to): dict(change.outcome) for change in changes if not change.together}
        yield from self._single(named)
        for change in changes:
            if change.together:
                yield from self._joint(change)

    def _single(self, named: Mapping[tuple[str, str], _Told]) -> Iterator[str]:
        answers = [
            (item, answer)
            for item in self._instrument.items
            if item.kind != "date"
            for answer in item.answers
        ]
        found = self._outcomes([self._changed({item.id: answer}) for item, answer in answers])
        for (item, answer), outcome in zip(answers, found, strict=True):
            if named.get((item.id, answer), {}) != self._told(outcome):
                yield f"{item.id} {answer}: would_change and the outcome disagree"

    def _joint(self, change: Change) -> Iterator[str]:
        answers = {change.item: change.to, **change.together}
        if len(answers) > 3:
            yield f"{change.item}: more than three changes together"
        outcome = self._outcomes([self._changed(answers)])[0]
        if dict(change.outcome) != self._told(outcome) or not self._lighter(outcome):
            yield f"{change.item}: joint changes do not come to what is said"
        fewer = [dict(some) for some in combinations(answers.items(), len(answers) - 1)]
        for some in self._outcomes([self._changed(part) for part in fewer]):
            if self._lighter(some) >= self._lighter(outcome):
                yield f"{change.item}: fewer changes do it too"

    def _lighter(self, outcome: Outcome) -> set[str]:
        """Of level, pattern and route, those that are lighter than in the case."""
        orders = {
            "level": self._instrument.levels,
            "pattern": self._instrument.patterns,
            "route": self._instrument.primary_routes[::-1],
        }
        return {
            kind
            for kind, order in orders.items()
            if order.index(getattr(outcome, kind)) < order.index(getattr(self._now, kind))
        }

    def _told(self, outcome: Outcome) -> _Told:
        was = self._now._asdict()
        return {kind: value for kind, value in outcome._asdict().items() if value != was[kind]}

    def _changed(self, answers: Mapping[str, str]) -> CaseInput:
        """The case with other answers counted. That a talk was out of hearing lets more answers count."""
        counted = dict(self._counted)
        talk = self._instrument.item[self._instrument.overheard.item]
        if answers.get(talk.id) == talk.best and talk.id not in counted:
            apart = self._case.with_answer(
                talk.id, reliable(self._instrument, talk, talk.best, self._case.assessed_on)
            )
            counted = Resolver(self._instrument).resolve(apart.answers, apart.assessed_on)
        return as_case(self._instrument, self._case, counted | dict(answers))

    def _outcomes(self, cases: Sequence[CaseInput]) -> list[Outcome]:
        self.tried += len(cases)
        return outcomes(self._engine, cases)


def outcomes(engine: Engine, cases: Sequence[CaseInput]) -> list[Outcome]:
    """The four answers to each case."""
    briefs = engine.briefs(cases)
    return [Outcome(one.level.value, one.pattern, one.borg, one.primary) for one in briefs]


def as_case(instrument: Instrument, case: CaseInput, counted: Counted) -> CaseInput:
    """A case of the same day in which exactly these answers count; dates are left out."""
    answers: dict[str, tuple[Observation, ...]] = {
        item: (reliable(instrument, instrument.item[item], value, case.assessed_on),)
        for item, value in counted.items()
        if instrument.item[item].kind != "date"
    }
    return CaseInput(case.user_group, case.assessed_on, answers)


def reliable(instrument: Instrument, item: Item, value: str, on: date) -> Observation:
    """An answer that counts, whoever was in the room."""
    source = instrument.section[item.section].only_source or instrument.reliable_from(item)[0]
    return Observation(value, source, on, overheard=False)
