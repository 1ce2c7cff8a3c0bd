"""What people may set over a result, which word stands, and when a deadline falls."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from borg_triage.domain.assessment import Deadline, LevelRange
from borg_triage.domain.case import Override
from borg_triage.domain.errors import CaseRuleError
from borg_triage.domain.instrument import Instrument
from borg_triage.domain.overrides import check_override, standing_outcome
from borg_triage.domain.plan import due_at, duration

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # a Friday
FOUND = LevelRange("elevated", "attention", "high")
UNDETERMINED, POSSIBLE = "undetermined", "intimate_terror_possible"


def wanted(
    level: str,
    pattern: str = UNDETERMINED,
    reason: str = "Een buurman zag meer.",
    second: str = "",
    *,
    level_from: str = "elevated",
    pattern_from: str = UNDETERMINED,
) -> Override:
    return Override(level_from, level, pattern_from, pattern, reason, second, NOW, "Sanne")


def refused(instrument: Instrument, override: Override) -> CaseRuleError:
    with pytest.raises(CaseRuleError) as caught:
        check_override(instrument, FOUND, UNDETERMINED, override)
    return caught.value


def test_raising_needs_a_reason_and_lowering_a_second_person_too(instrument: Instrument) -> None:
    for allowed in (
        wanted("elevated"),
        wanted("high"),
        wanted("acute", "intimate_terror_likely"),
        wanted("attention", second="Joris"),
        wanted("elevated", "common_couple_violence", second="Joris"),
        wanted("high", "common_couple_violence", second=" Joris "),
    ):
        check_override(instrument, FOUND, UNDETERMINED, allowed)
    for reason in ("", " \n"):
        assert refused(instrument, wanted("high", reason=reason)).key == "override.error.no_reason"
    for second in ("", "  ", "Sanne", " sanne "):
        for lowered in (
            wanted("attention", second=second),
            wanted("elevated", "common_couple_violence", second=second),
            wanted("high", "no_pattern_found", second=second),
            wanted("attention", POSSIBLE, second=second),
        ):
            assert refused(instrument, lowered).key == "override.error.no_second_person"


def test_nobody_goes_below_the_best_case(instrument: Instrument) -> None:
    error = refused(instrument, wanted("none_found", second="Joris"))
    assert (error.key, error.params) == ("override.error.below_lower", {"level": "attention"})


def test_the_last_word_stands_as_long_as_it_fits_what_is_known(instrument: Instrument) -> None:
    def stands(level: LevelRange, pattern: str, *words: Override) -> tuple[str, str]:
        return standing_outcome(instrument, level, pattern, words)

    assert stands(FOUND, UNDETERMINED) == ("elevated", UNDETERMINED)
    lowered = wanted("attention", "common_couple_violence", second="Joris")
    assert stands(FOUND, UNDETERMINED, lowered) == ("attention", "common_couple_violence")
    assert stands(FOUND, UNDETERMINED, lowered, wanted("high", POSSIBLE)) == ("high", POSSIBLE)
    assert stands(FOUND, UNDETERMINED, wanted("high", POSSIBLE), lowered)[0] == "attention"
    # The best case now lies above what people set.
    assert stands(LevelRange("elevated", "elevated", "high"), UNDETERMINED, lowered)[0] == "elevated"
    # The program came to something graver since.
    assert stands(LevelRange("high", "attention", "high"), UNDETERMINED, lowered)[0] == "high"
    assert stands(LevelRange("high", "attention", "high"), UNDETERMINED, wanted("acute"))[0] == "acute"
    assert stands(FOUND, POSSIBLE, lowered)[1] == POSSIBLE
    graver = wanted("elevated", "intimate_terror_likely")
    assert stands(FOUND, POSSIBLE, graver)[1] == "intimate_terror_likely"
    # Something lighter, or the same, changes nothing of a graver word.
    assert stands(LevelRange("attention", "none_found", "high"), "no_pattern_found", lowered) == (
        "attention",
        "common_couple_violence",
    )


def deadline(within: str | None, before: str | None = None, *, working: bool = False) -> Deadline:
    return Deadline("first_plan", within, before, working, ("own",))


def test_deadlines_fall_from_when_the_level_came_to_stand() -> None:
    assert due_at(deadline("PT48H"), NOW) == NOW + timedelta(hours=48)
    assert due_at(deadline("P7D"), NOW) == NOW + timedelta(days=7)
    assert due_at(deadline("PT0H"), NOW) == NOW
    assert due_at(deadline(None), NOW) == NOW
    assert due_at(deadline(None, "2026-12-24"), NOW) == datetime(2026, 12, 24, tzinfo=UTC)
    assert due_at(deadline(None, "2026-12-24", working=True), NOW) == datetime(2026, 12, 24, tzinfo=UTC)


def test_working_days_pass_over_the_weekend() -> None:
    weekend = {date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 28), date(2026, 11, 29)}
    for start in range(8):
        for days in range(1, 7):
            since = NOW + timedelta(days=start)
            due = due_at(deadline(f"P{days}D", working=True), since)
            passed = [since.date() + timedelta(days=ago) for ago in range(1, (due - since).days + 1)]
            worked = [day for day in passed if day not in weekend and day.isoweekday() <= 5]
            assert len(worked) == days
            assert due.date() in worked
            assert due.timetz() == since.timetz()


def test_a_duration_is_days_or_hours_and_nothing_else() -> None:
    assert duration("P14D") == timedelta(days=14)
    assert duration("PT48H") == timedelta(hours=48)
    for text in ("", "P7", "7D", "PT3D", "P3H", "P1DT2H", "P-1D", "p7d", "P7D "):
        with pytest.raises(ValueError, match=f"^not a duration: '{text}'$"):
            duration(text)
