"""Since when a case stands at its level: it is played again, backwards, until it was lower.

An answer asks this anew, and all but one of the cases it plays were played for the answer before. What a case
with its first so many answers came to depends on those answers alone, so it is remembered by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from borg_triage.app.instruments import ReadyInstrument
from borg_triage.domain.answers import Observation
from borg_triage.domain.case import Recorded
from borg_triage.domain.case_input import CaseInput
from borg_triage.domain.instrument import UserGroup
from borg_triage.text.formats import DUTCH_TIME


def case_input(recorded: Iterable[Recorded], user_group: UserGroup, today: date) -> CaseInput:
    """The observations that were not withdrawn, as the engine reads them."""
    answers: dict[str, tuple[Observation, ...]] = {}
    for entry in recorded:
        if not entry.retracted:
            answers[entry.item] = (*answers.get(entry.item, ()), entry.observation)
    return CaseInput(user_group, today, answers)


class Since:
    """For one case, whose group and moment of opening never change."""

    def __init__(self, ready: ReadyInstrument, group: UserGroup, opened_at: datetime) -> None:
        self._ready = ready
        self._group = group
        self._opened_at = opened_at
        self._answers: list[Recorded] = []
        # By number of answers: the rank of the level that the first so many came to, once it was asked for.
        self._ranks: dict[int, int] = {}

    def since(self, recorded: Sequence[Recorded], level: str) -> datetime:
        """When the case with these answers, which stands at `level` now, came to stand at it."""
        now = self._ready.instrument.levels.index(level)
        standing = [entry for entry in recorded if not entry.retracted]
        self._follow(standing)
        for number in range(len(standing) - 1, -1, -1):
            if self._rank(number) < now:
                return standing[number].recorded_at
        return self._opened_at

    def _follow(self, standing: list[Recorded]) -> None:
        """Forget what rests on an answer that no longer stands where it stood.

        Compared as a whole, not by number: after an answer that could not be stored another takes its number.
        """
        same = next(
            (
                place
                for place, (old, new) in enumerate(zip(self._answers, standing, strict=False))
                if old != new
            ),
            min(len(self._answers), len(standing)),
        )
        self._ranks = {number: rank for number, rank in self._ranks.items() if number <= same}
        self._answers = standing

    def _rank(self, number: int) -> int:
        if number not in self._ranks:
            before = self._answers[:number]
            day = (before[-1].recorded_at if before else self._opened_at).astimezone(DUTCH_TIME).date()
            said = [entry for entry in before if entry.observation.on <= day]
            brief = self._ready.engine.brief(case_input(said, self._group, day))
            self._ranks[number] = self._ready.instrument.levels.index(brief.level.value)
        return self._ranks[number]
