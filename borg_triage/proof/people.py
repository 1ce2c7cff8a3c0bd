"""Property 10: an override never ends below level.lower, tried for every level, word and later change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

from borg_triage.domain.assessment import LevelRange
from borg_triage.domain.case import Override
from borg_triage.domain.errors import CaseRuleError
from borg_triage.domain.instrument import Instrument
from borg_triage.domain.overrides import check_override, standing_outcome
from borg_triage.proof.verdict import Verdict

_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def overrides_keep_the_lower_level(instrument: Instrument) -> Verdict:
    """Every override that is taken, over every range and under every later range, ends at lower or above;
    what was graver since, or needs a second person, is not passed by.
    """
    tried, faults = 0, set[str]()
    ranges = list(_ranges(instrument))
    for now, pattern in product(ranges, instrument.patterns):
        for wanted in _wanted(instrument, now, pattern):
            tried += 1
            try:
                check_override(instrument, now, pattern, wanted)
            except CaseRuleError:
                continue
            faults |= set(_faults(instrument, now, pattern, wanted, ranges))
            tried += len(ranges)
    return Verdict(10, "failed" if faults else "proved", "exhaustive", tried, faults=tuple(sorted(faults)))


def _ranges(instrument: Instrument) -> Iterator[LevelRange]:
    levels = instrument.levels
    for low, value, high in product(range(len(levels)), repeat=3):
        if low <= value <= high:
            yield LevelRange(levels[value], levels[low], levels[high])


def _wanted(instrument: Instrument, now: LevelRange, pattern: str) -> Iterator[Override]:
    for level, kind, reason, second in product(
        instrument.levels, instrument.patterns, ("", "a reason"), ("", "Sanne", "Noor")
    ):
        yield Override(now.value, level, pattern, kind, reason, second, _NOON, "Sanne")


def _faults(
    instrument: Instrument, now: LevelRange, pattern: str, wanted: Override, ranges: list[LevelRange]
) -> Iterator[str]:
    rank, order = instrument.levels.index, instrument.patterns.index
    if not wanted.reason:
        yield "an override without a reason is taken"
    if rank(wanted.level) < rank(now.lower):
        yield "an override below level.lower is taken"
    lighter = rank(wanted.level) < rank(now.value) or order(wanted.pattern) < order(pattern)
    if lighter and wanted.second_person in ("", "Sanne"):
        yield "an override that lowers is taken without a second person"
    for later in ranges:
        level, _ = standing_outcome(instrument, later, pattern, [wanted])
        if rank(level) < rank(later.lower):
            yield "an override ends below level.lower"
        if rank(later.value) > rank(now.value) and rank(level) < rank(later.value):
            yield "an override hides something graver that came later"
