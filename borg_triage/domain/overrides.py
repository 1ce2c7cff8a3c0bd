"""When people decide otherwise than the program (decision model section 7)."""

from __future__ import annotations

from collections.abc import Sequence

from borg_triage.domain.assessment import LevelRange
from borg_triage.domain.case import Override
from borg_triage.domain.errors import CaseRuleError
from borg_triage.domain.instrument import Instrument


def check_override(instrument: Instrument, level: LevelRange, pattern: str, wanted: Override) -> None:
    """Raise CaseRuleError unless people may set this outcome over an assessed level and pattern.

    Raising needs a reason; lowering a reason and a second named person; never below `level.lower`.
    """
    rank, order = instrument.levels.index, instrument.patterns.index
    if not wanted.reason.strip():
        raise CaseRuleError("override.error.no_reason")
    if rank(wanted.level) < rank(level.lower):
        raise CaseRuleError("override.error.below_lower", level=level.lower)
    lowers = rank(wanted.level) < rank(level.value) or order(wanted.pattern) < order(pattern)
    second = wanted.second_person.strip().casefold()
    if lowers and second in ("", wanted.by.strip().casefold()):
        raise CaseRuleError("override.error.no_second_person")


def standing_outcome(
    instrument: Instrument, level: LevelRange, pattern: str, overrides: Sequence[Override]
) -> tuple[str, str]:
    """The level and pattern that stand: people's last word, as long as it still fits what is known.

    A lighter word was about what was known then: where the program has since come to something graver, or
    where even the best case lies above it, it no longer holds.
    """
    if not overrides:
        return level.value, pattern
    last = overrides[-1]
    rank = instrument.levels.index
    stands = max(last.level, level.lower, key=rank)
    if rank(level.value) > rank(last.level_from):
        stands = max(stands, level.value, key=rank)
    order = instrument.patterns.index
    kind = last.pattern
    if order(pattern) > order(last.pattern_from):
        kind = max(kind, pattern, key=order)
    return stands, kind
