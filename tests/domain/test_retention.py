"""When a case is due: by the calendar, never later than the term says, never while it is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from borg_triage.domain.retention import (
    ABSENCE,
    Choices,
    Copy,
    Moments,
    Period,
    Profile,
    Stage,
    due,
    goes_on,
    still_said,
)

days = st.dates(date(1990, 1, 1), date(2120, 12, 31))
lengths = st.builds(
    lambda years, months, more: f"P{years}Y{months}M{more}D",
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 400),
)


def period(length: str) -> Period:
    return Period(length=length, source="een bron", status="unconfirmed")


def profile(**changes: object) -> Profile:
    given_values: dict[str, object] = {
        "id": "police",
        "clock": "opened",
        "hidden": period("P5Y"),
        "erased": period("P10Y"),
        "idle": period("P1Y"),
        "working_copy": True,
        "handed_over": period("P30D"),
        "remind": period("P14D"),
    }
    return Profile(**{**given_values, **changes})  # type: ignore[arg-type]


@st.composite
def moments(draw: st.DrawFn) -> Moments:
    opened = draw(days)
    touched = opened + timedelta(days=draw(st.integers(0, 4000)))
    closed = draw(st.none() | st.just(touched))
    handed_over = draw(st.none() | st.integers(0, 4000).map(lambda more: opened + timedelta(days=more)))
    return Moments(opened=opened, touched=touched, closed=closed, handed_over=handed_over)


profiles = st.builds(
    lambda clock, working_copy, hidden, erased, gone, remind: profile(
        clock=clock,
        working_copy=working_copy,
        hidden=period(hidden) if hidden else None,
        erased=period(erased),
        handed_over=period(gone),
        remind=period(remind),
    ),
    st.sampled_from(["opened", "touched", "closed"]),
    st.booleans(),
    st.sampled_from(["", "P1Y", "P5Y"]),
    st.sampled_from(["P5Y", "P10Y", "P15Y", "P20Y6M"]),
    st.sampled_from(["P0D", "P30D", "P90D", "P2M"]),
    st.sampled_from(["P0D", "P14D", "P1M"]),
)
choices = st.builds(
    Choices,
    working_copy=st.none() | st.booleans(),
    keep_until=st.none() | days,
    held=st.booleans(),
)


# ---------------------------------------------------------------- lengths


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        (date(2026, 11, 22), "P5Y", date(2031, 11, 22)),
        (date(2024, 2, 29), "P5Y", date(2029, 2, 28)),
        (date(2024, 2, 29), "P4Y", date(2028, 2, 29)),
        (date(2024, 2, 28), "P1Y", date(2025, 2, 28)),
        (date(2026, 1, 31), "P1M", date(2026, 2, 28)),
        (date(2026, 10, 31), "P6M", date(2027, 4, 30)),
        (date(2026, 12, 15), "P1M", date(2027, 1, 15)),
        (date(2026, 11, 22), "P30D", date(2026, 12, 22)),
        (date(2024, 2, 29), "P1Y1D", date(2025, 3, 1)),
        (date(2026, 1, 1), "P0D", date(2026, 1, 1)),
        (date(9990, 1, 1), "P15Y", date.max),
        (date(9999, 12, 30), "P30D", date.max),
    ],
)
def test_a_length_by_the_calendar(start: date, length: str, end: date) -> None:
    assert period(length).after(start) == end


@given(days, st.integers(0, 60))
def test_years_keep_the_day_except_for_the_leap_day(start: date, years: int) -> None:
    end = period(f"P{years}Y").after(start)
    assert (end.year, end.month) == (start.year + years, start.month)
    leap_day_lost = (start.month, start.day, end.day) == (2, 29, 28)
    assert leap_day_lost or end.day == start.day


@given(days, days, lengths)
def test_a_later_start_never_ends_earlier(first: date, second: date, length: str) -> None:
    first, second = sorted((first, second))
    assert period(length).after(first) <= period(length).after(second)
    assert period(length).after(first) >= first


@pytest.mark.parametrize(
    "length", ["", "P", "5Y", "P5", "PT5H", "P5W", "P-5Y", "P1.5Y", "P5Y ", "P1D1Y", "5"]
)
def test_what_is_not_a_length_is_refused(length: str) -> None:
    with pytest.raises(ValidationError):
        period(length)


@pytest.mark.parametrize(
    "change",
    [
        {"hidden": period("P11Y")},
        {"erased": period("P0D"), "hidden": None},
        {"idle": period("P0Y0M0D")},
        {"clock": "yesterday"},
        {"id": "Politie!"},
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        profile(**change)


# ---------------------------------------------------------------- the days of a case


def test_the_police_case_by_hand() -> None:
    kept = due(profile(), Moments(opened=date(2024, 2, 29), touched=date(2025, 1, 1)), Choices())
    assert (kept.clock, kept.why) == (date(2024, 2, 29), "term")
    assert (kept.hide_on, kept.erase_on) == (date(2029, 2, 28), date(2034, 2, 28))
    assert (kept.remind_on, kept.idle_on) == (date(2034, 2, 14), date(2026, 1, 1))
    stages = [
        (date(2025, 12, 31), Stage.KEPT),
        (date(2026, 1, 1), Stage.IDLE),
        (date(2029, 2, 27), Stage.IDLE),
        (date(2029, 2, 28), Stage.HIDDEN),
        (date(2034, 2, 20), Stage.HIDDEN),
        (date(2034, 2, 27), Stage.HIDDEN),
        (date(2034, 2, 28), Stage.ERASE),
        (date(2050, 1, 1), Stage.ERASE),
    ]
    assert [kept.stage(day) for day, _ in stages] == [stage for _, stage in stages]


def test_a_working_copy_goes_after_a_confirmed_hand_over_and_not_before() -> None:
    case = Moments(opened=date(2026, 1, 1), touched=date(2026, 3, 1), closed=date(2026, 3, 1))
    assert due(profile(), case, Choices()).why == "term"
    handed_over = replace(case, handed_over=date(2026, 3, 2))
    kept = due(profile(), handed_over, Choices())
    assert (kept.why, kept.erase_on, kept.hide_on) == ("working_copy", date(2026, 4, 1), None)
    assert kept.stage(date(2026, 3, 18)) is Stage.REMIND
    assert due(profile(), handed_over, Choices(working_copy=False)).why == "term"
    assert due(profile(working_copy=False), handed_over, Choices()).why == "term"
    assert due(profile(working_copy=False), handed_over, Choices(working_copy=True)).why == "working_copy"


def test_a_term_that_counts_from_closing_does_not_run_while_the_case_is_open() -> None:
    shelter = profile(clock="closed")
    case = Moments(opened=date(2020, 1, 1), touched=date(2020, 2, 1))
    kept = due(shelter, case, Choices())
    assert (kept.clock, kept.erase_on, kept.remind_on, kept.why) == (None, None, None, "not_started")
    # It does not lie there forgotten either.
    assert kept.stage(date(2099, 1, 1)) is Stage.IDLE
    closed = due(shelter, replace(case, closed=date(2020, 2, 1)), Choices())
    assert (closed.erase_on, closed.idle_on) == (date(2030, 2, 1), None)


@given(profiles, moments(), choices, days)
def test_the_days_stand_in_order(one: Profile, case: Moments, chosen: Choices, today: date) -> None:
    kept = due(one, case, chosen)
    if kept.erase_on is None:
        assert (kept.remind_on, kept.why, kept.clock) == (None, "not_started", None)
    else:
        assert kept.remind_on is not None
        assert kept.remind_on <= kept.erase_on
        assert kept.hide_on is None or kept.hide_on < kept.erase_on
    assert kept.held == chosen.held
    assert (kept.stage(today) in {Stage.ERASE, Stage.HELD}) == (
        kept.erase_on is not None and today >= kept.erase_on
    )


@given(profiles, moments(), choices, days)
def test_a_held_case_is_never_to_be_erased(one: Profile, case: Moments, chosen: Choices, today: date) -> None:
    assert due(one, case, replace(chosen, held=True)).stage(today) is not Stage.ERASE


@given(profiles, moments(), choices)
def test_the_term_is_never_passed_except_by_a_day_that_people_set(
    one: Profile, case: Moments, chosen: Choices
) -> None:
    kept = due(one, case, chosen)
    if chosen.keep_until is not None:
        assert (kept.erase_on, kept.why) == (chosen.keep_until, "keep_until")
    elif kept.clock is not None:
        assert kept.erase_on is not None
        assert kept.erase_on <= one.erased.after(kept.clock)
        assert (kept.erase_on == one.erased.after(kept.clock)) or kept.why == "working_copy"


@given(profiles, moments(), st.integers(1, 5000))
def test_working_on_never_brings_the_end_nearer(one: Profile, case: Moments, more: int) -> None:
    later = replace(case, touched=case.touched + timedelta(days=more))
    before, after = due(one, case, Choices()).erase_on, due(one, later, Choices()).erase_on
    assume(before is not None)
    assert before is not None
    assert after is not None
    assert after >= before


@given(profiles, moments(), choices, days, st.integers(0, 9000))
def test_time_passing_only_makes_it_more_urgent(
    one: Profile, case: Moments, chosen: Choices, today: date, more: int
) -> None:
    order = [Stage.KEPT, Stage.IDLE, Stage.REMIND, Stage.HIDDEN, Stage.HELD, Stage.ERASE]
    kept = due(one, case, chosen)
    now, later = kept.stage(today), kept.stage(today + timedelta(days=more))
    assert order.index(now) <= order.index(later)


@given(profiles, moments(), days)
def test_a_start_that_people_set_takes_the_place_of_the_clock(
    one: Profile, case: Moments, start: date
) -> None:
    kept = due(one, replace(case, start=start, handed_over=None), Choices())
    assert (kept.clock, kept.erase_on) == (start, one.erased.after(start))


# ---------------------------------------------------------------- what the program erases itself

HANDED = Moments(
    opened=date(2026, 1, 1), touched=date(2026, 3, 1), closed=date(2026, 3, 1), handed_over=date(2026, 3, 2)
)
WHOLE = Copy(as_confirmed=True, restricted=False, said_on=date(2026, 3, 18))
copies = st.builds(Copy, as_confirmed=st.booleans(), restricted=st.booleans(), said_on=st.none() | days)


@pytest.mark.parametrize(
    ("copy", "chosen", "today", "day"),
    [
        (WHOLE, Choices(), date(2026, 3, 20), date(2026, 4, 1)),
        (WHOLE, Choices(), date(2026, 5, 1), date(2026, 4, 1)),
        # First said on the day itself, or long after it: there is a day to say no.
        (replace(WHOLE, said_on=date(2026, 4, 1)), Choices(), date(2026, 4, 1), date(2026, 4, 2)),
        (replace(WHOLE, said_on=None), Choices(), date(2026, 3, 20), date(2026, 4, 1)),
        (replace(WHOLE, said_on=None), Choices(), date(2026, 4, 1), date(2026, 4, 2)),
        (replace(WHOLE, said_on=None), Choices(), date(2026, 7, 7), date(2026, 7, 8)),
        (replace(WHOLE, as_confirmed=False), Choices(), date(2026, 5, 1), None),
        (replace(WHOLE, restricted=True), Choices(), date(2026, 5, 1), None),
        (WHOLE, Choices(held=True), date(2026, 5, 1), None),
        (WHOLE, Choices(working_copy=False), date(2026, 5, 1), None),
        (WHOLE, Choices(keep_until=date(2026, 4, 20)), date(2026, 5, 1), None),
    ],
)
def test_when_the_program_erases_a_working_copy(
    copy: Copy, chosen: Choices, today: date, day: date | None
) -> None:
    assert goes_on(due(profile(), HANDED, chosen), copy, today) == day


@given(profiles, moments(), choices, copies, days)
def test_the_program_erases_nothing_but_what_was_confirmed_whole_and_said_before(
    one: Profile, case: Moments, chosen: Choices, copy: Copy, today: date
) -> None:
    kept = due(one, case, chosen)
    day = goes_on(kept, copy, today)
    if day is None or day > today:
        return
    assert kept.stage(today) is Stage.ERASE
    assert case.handed_over is not None
    assert case.handed_over <= today
    assert chosen.working_copy is not False
    assert chosen.keep_until is None
    assert (copy.as_confirmed, copy.restricted, chosen.held) == (True, False, False)
    assert copy.said_on is not None
    assert copy.said_on < today


@pytest.mark.parametrize(("more", "counts"), [(0, True), (1, True), (7, True), (8, False), (400, False)])
def test_what_was_said_long_ago_is_said_anew(more: int, counts: bool) -> None:
    assert still_said(date(2026, 3, 1), date(2026, 3, 1) + timedelta(days=more)) is counts
    assert timedelta(days=7) == ABSENCE
