"""A wrong clock that somebody called right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from borg_triage.app import retention
from borg_triage.app.retention_profiles import new_period
from borg_triage.domain.retention import Stage
from tests.app.wrong_clock_support import AHEAD, DEAD_BATTERY, START, Team, police_case


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path / "team.borgvault")
    yield made
    made.session.close(back_up=False)


def terms(team: Team) -> dict[str, date]:
    """By case, the day its term runs from."""
    vault, today = team.session.vault, team.session.today()
    found = {one.id: retention.of_case(vault, one.id, today).due.clock for one in team.session.cases()}
    return {case_id: day for case_id, day in found.items() if day is not None}


@pytest.mark.parametrize(
    ("wrong", "ahead"),
    [
        (wrong, timedelta(days=days))
        for wrong in (
            datetime(2001, 1, 1, tzinfo=UTC),
            START - timedelta(days=365),
            START - timedelta(days=30),
        )
        for days in (1, -30, 300)
        if (START - wrong).days > 30 or days > 0
    ],
)
def test_one_mistaken_word_for_a_clock_that_went_back_makes_nothing_due(
    team: Team, wrong: datetime, ahead: timedelta
) -> None:
    """Nor where what was known before was itself some weeks ahead, nor where the vault lay idle meanwhile."""
    for group in ("veilig_thuis", "police"):
        team.session.new_case("Beuk", group)
    last = START + timedelta(days=19)
    team.open(last)
    team.session.new_case("Eik", "police")
    before = terms(team)
    session = team.open(wrong)
    session.dues.confirm_clock()
    assert session.dues.look() == []
    under_it = session.new_case("Es", "police")
    right = last + ahead
    session = team.open(right)
    session.dues.look()
    session.dues.confirm_clock()
    found = session.dues.look()
    assert [case.stage for case in found if case.stage is not Stage.IDLE] == []
    assert session.dues.doubt is None
    # No term got shorter, and what was written before keeps its day.
    assert {case_id: day for case_id, day in terms(team).items() if case_id in before} == before
    assert terms(team)[under_it.id] == right.date()


def test_two_mistaken_words_make_nothing_due_either(team: Team) -> None:
    case = police_case(team)
    for now in (DEAD_BATTERY, DEAD_BATTERY + timedelta(days=15 * 365), START + timedelta(days=2)):
        session = team.open(now)
        session.dues.confirm_clock()
        assert session.dues.look() == []
        assert terms(team)[case.id] >= min(now, START).date()
    assert terms(team) == {case.id: START.date()}


def test_what_was_written_before_the_mistaken_word_is_put_right_too(team: Team) -> None:
    session = team.open(AHEAD)
    ahead = session.new_case("Beuk", "police")
    session.dues.confirm_clock()
    right = START + timedelta(days=4)
    session = team.open(right)
    session.dues.confirm_clock()
    team.pass_(days=200)
    assert terms(team) == {ahead.id: right.date()}


def test_a_mistaken_word_leaves_right_what_was_put_right_before(team: Team) -> None:
    case = team.open(DEAD_BATTERY).new_case("Beuk", "police")
    right = START + timedelta(days=4)
    team.open(right)
    assert terms(team) == {case.id: right.date()}
    team.open(START - timedelta(days=9000)).dues.confirm_clock()
    session = team.open(right + timedelta(days=1))
    session.dues.confirm_clock()
    assert terms(team)[case.id] >= right.date()
    assert session.dues.look() == []


def test_a_clock_that_was_right_takes_its_time_and_nothing_is_put_off(team: Team) -> None:
    session = team.open(START + timedelta(days=400))
    session.dues.confirm_clock()
    session.new_case("Beuk", "police")
    session = team.open(START)
    session.dues.confirm_clock()
    right = session.new_case("Wilg", "police")
    team.pass_(days=500)
    assert terms(team)[right.id] == START.date()


def test_where_only_a_look_saw_the_clock_ahead_no_entry_is_in_doubt(team: Team) -> None:
    case = police_case(team)
    team.pass_(days=600)
    right = team.now
    team.now = right + timedelta(days=30)
    team.session.dues.look()
    team.now = right + timedelta(hours=2)
    assert team.session.vault.clock_doubt() is not None
    team.session.dues.confirm_clock()
    assert terms(team) == {case.id: START.date()}
    assert team.session.vault.wrong_moments() == {}


def test_an_earlier_wrong_afternoon_is_not_put_right_twice(team: Team) -> None:
    team.open(AHEAD).new_case("Es", "police")
    team.open(START + timedelta(days=1))
    before = terms(team)
    team.pass_(days=200)
    right = team.now
    team.open(right + timedelta(days=40)).new_case("Eik", "police")
    team.open(right + timedelta(days=1)).dues.confirm_clock()
    after = terms(team)
    assert {case_id: after[case_id] for case_id in before} == before


def test_what_a_change_of_terms_would_do_is_told_by_the_days_that_were(team: Team) -> None:
    session = team.open(AHEAD)
    cases = [session.new_case(name, "veilig_thuis").id for name in ("Beuk", "Wilg")]
    team.open(START + timedelta(days=1)).dues.look()
    team.pass_(days=240)
    session = team.session
    new = new_period("veilig_thuis", "erased", "P3M", "besluit van het bestuur")
    told = retention.effect(session.vault, new, session.today())
    assert (told.erase, told.show) == (len(cases), 0)
    retention.change(session.vault, session.logbook.acting(), new)
    session.dues.forget()
    assert [case.stage for case in session.dues.look()] == [Stage.ERASE] * told.erase
