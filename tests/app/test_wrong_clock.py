"""A clock that is years wrong: nothing is hidden, erased or shown for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from borg_triage.app import case_care, retention
from borg_triage.app.log_text import sentence
from borg_triage.app.resources import catalog
from borg_triage.app.retention_profiles import RetentionError
from borg_triage.app.session import SessionError
from borg_triage.domain.retention import Stage
from borg_triage.storage.keys.cost import Cost
from tests.app.wrong_clock_support import AHEAD, DEAD_BATTERY, START, THEIRS, Team, police_case


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path / "team.borgvault")
    yield made
    made.session.close(back_up=False)


def test_a_clock_years_ahead_hides_nothing_also_on_the_days_after(team: Team) -> None:
    case = police_case(team)
    for now in (AHEAD, AHEAD + timedelta(days=1)):
        session = team.open(now)
        (found,) = session.dues.look()
        assert (found.stage, found.restricted) == (Stage.HIDDEN, False)
        assert session.dues.doubt == (now, START)
        with pytest.raises(RetentionError) as caught:
            case_care.erase(session.open_case(case.id))
        assert caught.value.key == "retention.error.clock"
    session = team.open(START + timedelta(days=7))
    assert session.dues.look() == []
    assert session.dues.doubt is None
    assert not team.hidden(case.id)


def test_one_long_opening_is_no_different(team: Team) -> None:
    case = police_case(team)
    team.now = AHEAD
    team.session.dues.look()
    assert not team.hidden(case.id)
    team.now = START + timedelta(days=7)
    assert team.session.dues.look() == []
    case_care.lift(case)


def test_what_was_hidden_by_a_term_that_is_not_over_comes_back_by_itself(team: Team) -> None:
    """Hidden by another term, or by an earlier program."""
    case = police_case(team)
    other = team.session.new_case("Wilg", "police")
    case_care.restrict(other, "familie van een collega")
    acting = team.session.logbook.acting()
    assert retention.hide_what_is_due(team.session.vault, acting, AHEAD.date()) == [case.id]
    session = team.open(START + timedelta(days=7))
    assert session.dues.look() == []
    assert not team.hidden(case.id)
    assert session.vault.retention.restriction(other.id) is not None
    told = session.vault.log.entries(case_id=case.id)[-1]
    assert (told.action, told.person, told.detail) == ("restricted", "Sanne", {"kind": "not_over"})
    for language in ("nl", "en"):
        assert "⟦" not in sentence(told, catalog(language))


def test_a_clock_that_went_back_shows_nothing_hidden_by_itself_also_when_it_is_called_right(
    team: Team,
) -> None:
    """Somebody said that a clock years ahead was right, and it hid a case; an owner opens it again."""
    case = police_case(team)
    session = team.open(AHEAD)
    session.dues.confirm_clock()
    session.dues.look()
    assert team.hidden(case.id)
    session = team.open(START + timedelta(days=7))
    session.dues.look()
    # Back seven years: again it is not sure which of the two is right.
    assert session.dues.doubt is not None
    session.dues.confirm_clock()
    assert session.dues.look() == []
    assert team.hidden(case.id)
    said = [entry for entry in session.vault.log.entries() if entry.detail.get("kind") == "clock_right"]
    assert len(said) == len((AHEAD, START))
    case_care.lift(session.open_case(case.id, "oversight"))
    assert not team.hidden(case.id)


def test_a_member_who_turns_the_clock_back_opens_nothing_that_a_term_hides(team: Team) -> None:
    team.session.vault.add_person("Noor", THEIRS, cost=Cost.floor())
    case = team.open(START, "Noor").new_case("Beuk", "police")
    team.pass_(days=5 * 366)
    team.session.dues.look()
    assert team.hidden(case.id)
    late = team.now
    session = team.open(START + timedelta(days=30), "Noor")
    assert (session.vault.person.role, retention.may_change(session.vault)) == ("member", False)
    before = session.vault.log.head()
    with pytest.raises(RetentionError) as refused:
        session.dues.confirm_clock()
    assert refused.value.key == "retention.error.clock_owners_only"
    assert session.vault.log.head() == before
    session.dues.look()
    assert session.dues.doubt is not None
    assert team.hidden(case.id)
    # Nor where an owner says by mistake that it is right.
    team.open(START + timedelta(days=30)).dues.confirm_clock()
    session = team.open(START + timedelta(days=31), "Noor")
    session.dues.look()
    assert (session.dues.doubt, team.hidden(case.id)) == (None, True)
    with pytest.raises(SessionError) as caught:
        case_care.lift(session.open_case(case.id, "oversight"))
    assert caught.value.key == "file.error.hidden_later"
    # That a clock which went ahead is right, every one of them may say.
    session = team.open(late + timedelta(days=1), "Noor")
    session.dues.confirm_clock()
    session.dues.look()
    assert (session.dues.doubt, team.hidden(case.id)) == (None, True)


def test_lifting_asks_whether_the_term_is_over_now(team: Team) -> None:
    case = police_case(team)
    acting = team.session.logbook.acting()
    assert retention.hide_what_is_due(team.session.vault, acting, AHEAD.date()) == [case.id]
    case_care.lift(case)
    assert not team.hidden(case.id)
    # The term is over: it is not lifted, nor by turning the clock back.
    team.pass_(days=5 * 366)
    team.session.dues.look()
    assert team.hidden(case.id)
    for now, key in ((team.now, "file.error.hidden_by_term"), (START, "file.error.clock")):
        session = team.open(now)
        session.dues.look()
        assert team.hidden(case.id)
        with pytest.raises(SessionError) as caught:
            case_care.lift(session.open_case(case.id, "oversight"))
        assert caught.value.key == key


def test_what_is_over_by_a_clock_that_is_right_is_hidden_and_can_be_erased(team: Team) -> None:
    case = police_case(team)
    team.pass_(days=10 * 366)
    (found,) = team.session.dues.look()
    assert (found.stage, found.restricted, team.session.dues.doubt) == (Stage.ERASE, True, None)
    case_care.erase(team.session.open_case(case.id, "oversight"))
    assert team.session.cases() == []


@pytest.mark.parametrize(
    ("step", "sure"),
    [
        (timedelta(days=90), True),
        (timedelta(days=91), False),
        (timedelta(hours=-24), True),
        (timedelta(hours=-25), False),
        (DEAD_BATTERY - START, False),
    ],
)
def test_how_far_a_clock_may_be_from_the_last_known_moment(team: Team, step: timedelta, sure: bool) -> None:
    session = team.open(START + step)
    assert (session.vault.clock_doubt() is None) == sure
    assert not session.vault.changed, "looking at the clock is no work to be backed up"
    session.dues.confirm_clock()
    assert session.vault.clock_doubt() is None


def test_a_clock_that_creeps_back_is_held_against_the_latest_moment(team: Team) -> None:
    for hours in range(0, 60, 20):
        session = team.open(START - timedelta(hours=hours))
        assert (session.vault.clock_doubt() is None) == (hours <= 24)


def test_a_vault_of_an_earlier_program_is_held_against_its_log(team: Team) -> None:
    team.session.vault._database.execute("DELETE FROM setting")
    assert team.open(AHEAD).vault.clock_doubt() == (AHEAD, START)
    assert team.open(AHEAD + timedelta(days=1)).vault.clock_doubt() is not None
    assert team.open(START + timedelta(days=1)).vault.clock_doubt() is None
    # What is kept and cannot be read counts as nothing kept.
    team.session.vault.settings.put("clock.known", "gisteren")
    assert team.open(AHEAD).vault.clock_doubt() == (AHEAD, START + timedelta(days=1))


def test_to_erase_needs_a_word_about_the_clock_first(team: Team) -> None:
    case = police_case(team)
    session = team.open(AHEAD)
    before = session.vault.log.head()
    with pytest.raises(RetentionError):
        retention.erase(session.vault, [case.id], session.logbook.acting())
    assert (session.vault.log.head(), session.vault.cases.count()) == (before, 1)
    session.dues.confirm_clock()
    case_care.erase(session.open_case(case.id))
    assert session.cases() == []
    for language in ("nl", "en"):
        for key in ("retention.error.clock", "retention.error.clock_owners_only", "file.error.clock"):
            assert "⟦" not in catalog(language).text(key)


@pytest.mark.parametrize("wrong", [AHEAD, DEAD_BATTERY, START - timedelta(days=3000)])
def test_no_term_runs_from_a_day_that_never_was(team: Team, wrong: datetime) -> None:
    early = team.session.new_case("Es", "shelter")
    for days in (0, 1):
        session = team.open(wrong + timedelta(days=days))
        session.dues.look()
    police = session.new_case("Beuk", "police")
    shelter = session.new_case("Wilg", "shelter")
    shelter.close_case()
    session.open_case(early.id).answer("ask.stress", "yes")
    copy = session.new_case("Eik", "shelter")
    case_care.set_working_copy(copy, working_copy=True)
    case_care.confirm_hand_over(copy)
    touched = session.new_case("Iep", "veilig_thuis")
    right = START + timedelta(days=4)
    session = team.open(right)
    assert session.dues.look() == []
    days = {
        name: retention.of_case(session.vault, one.id, right.date()).due
        for name, one in (("police", police), ("shelter", shelter), ("copy", copy), ("touched", touched))
    }
    assert (days["police"].clock, days["police"].hide_on) == (right.date(), right.date().replace(year=2031))
    assert (days["shelter"].clock, days["shelter"].why) == (right.date(), "term")
    assert (days["copy"].why, days["copy"].erase_on) == ("working_copy", (right + timedelta(days=90)).date())
    assert days["touched"].clock == right.date()
    assert retention.of_case(session.vault, early.id, right.date()).due.idle_on > right.date()
    assert not any(team.hidden(one.id) for one in (police, shelter, copy, touched))
    # The record itself keeps what the clock said.
    assert session.vault.retention.clock(police.id).opened_at == wrong + timedelta(days=1)


def test_a_clock_that_was_wrongly_called_right_is_put_right_too(team: Team) -> None:
    session = team.open(AHEAD)
    session.dues.confirm_clock()
    ahead = session.new_case("Beuk", "police")
    right = START + timedelta(days=4)
    session = team.open(right)
    good = session.new_case("Wilg", "police")
    session = team.open(right + timedelta(days=40))
    session.dues.confirm_clock()
    today = (right + timedelta(days=40)).date()
    assert session.dues.look() == []
    clocks = [retention.of_case(session.vault, one.id, today).due.clock for one in (ahead, good)]
    assert clocks == [today, right.date()]


def test_after_a_long_absence_what_was_written_keeps_its_day(team: Team) -> None:
    late = START + timedelta(days=400)
    session = team.open(late)
    case = session.new_case("Beuk", "police")
    session = team.open(late + timedelta(days=1))
    session.dues.confirm_clock()
    assert retention.of_case(session.vault, case.id, late.date()).due.clock == late.date()
    session.new_case("Wilg", "police")
    assert team.open(late + timedelta(days=2)).vault.wrong_moments() == {}
