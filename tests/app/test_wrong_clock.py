"""Opened under a wrong clock: nothing is hidden, due or erased for good, and it is said in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from borg_triage.app import case_care, retention
from borg_triage.app.log_text import sentence
from borg_triage.app.resources import catalog
from borg_triage.app.retention_profiles import RetentionError, new_period
from borg_triage.app.session import CaseSession, Session, SessionError
from borg_triage.domain.retention import Stage
from borg_triage.storage.keys.cost import Cost
from tests.app.vaults import new_session

PASSPHRASE = "een lange wachtzin voor de proef"
THEIRS = "zeven paarse ballonnen boven zee"
START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
AHEAD = datetime(2033, 1, 1, 9, 0, tzinfo=UTC)
DEAD_BATTERY = datetime(2000, 1, 1, tzinfo=UTC)


class Team:
    """A vault that is opened, now and then, under the clock of that moment."""

    def __init__(self, path: Path) -> None:
        self.path, self.now = path, START
        self.session = new_session(path.parent, PASSPHRASE, "Sanne", lambda: self.now)

    def open(self, now: datetime, name: str = "Sanne") -> Session:
        self.session.close(back_up=False)
        self.now = now
        passphrase = PASSPHRASE if name == "Sanne" else THEIRS
        self.session = Session.open(self.path, passphrase, name, clock=lambda: self.now)
        return self.session

    def hidden(self, case_id: str) -> bool:
        return self.session.glass(case_id) is not None

    def pass_(self, days: int) -> None:
        """Work goes on: opened every few months."""
        end = self.now + timedelta(days=days)
        while self.now < end:
            self.open(min(end, self.now + timedelta(days=80)))


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path / "team.borgvault")
    yield made
    made.session.close(back_up=False)


def police_case(team: Team) -> CaseSession:
    return team.session.new_case("Beuk", "police")


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


# ---------------------------------------------------------------- what was written under it


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


# ---------------------------------------------------------------- a wrong clock that was called right


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
