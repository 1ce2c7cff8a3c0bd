"""Working copies that the program erases: what the receiver has, and was said before."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from borg_triage.app import case_care, retention, working_copies
from borg_triage.app.log_text import sentence
from borg_triage.app.resources import catalog
from borg_triage.app.retention_profiles import new_period
from borg_triage.app.saving import Nothing
from borg_triage.app.session import CaseSession, Session
from borg_triage.domain.retention import Stage
from tests.app.working_copies_support import (
    COLLEAGUE,
    DAY,
    PASSPHRASE,
    TERM,
    THEIRS,
    Team,
    cases_in_backups,
    confirmed,
    sent,
)
from tests.handing_over import NOTHING, hand_over


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path / "team.borgvault")
    yield made
    made.session.close(back_up=False)


# ---------------------------------------------------------------- it goes


def test_what_the_receiver_has_goes_by_itself_on_its_day(team: Team) -> None:
    gone, kept = confirmed(team), team.session.new_case("Es", "veilig_thuis").id
    team.session.vault.backup()
    team.come_to_the_day()
    assert team.has(gone)
    assert team.session.dues.fates[gone].on == team.session.today() + DAY
    team.next_day()
    assert (team.has(gone), team.has(kept)) == (False, True)
    assert team.session.dues.erased == 1
    vault = team.session.vault
    entry = vault.log.entries(gone)[-1]
    assert (entry.action, entry.detail) == ("erase", {"profile": "veilig_thuis", "why": "handed_over"})
    assert entry.person == "Sanne"
    assert not retention.is_unfinished(vault)
    assert cases_in_backups(team) == {kept}
    for language, words in (("nl", "Het programma wiste"), ("en", "The program erased")):
        assert sentence(entry, catalog(language)).startswith(words)


def test_closing_reading_and_looking_leave_it_as_the_receiver_has_it(team: Team) -> None:
    case = sent(team)
    case.close_case()
    case_care.confirm_hand_over(case)
    case_care.note_case_log_read(team.take(case.id))
    team.come_to_the_day()
    team.next_day()
    assert not team.has(case.id)


def test_what_another_paper_brought_up_to_date_goes_after_that_was_confirmed(team: Team) -> None:
    case = sent(team)
    case.answer("flag.stalking", "yes")
    hand_over(case)
    case_care.confirm_hand_over(case)
    team.come_to_the_day()
    team.next_day()
    assert not team.has(case.id)


# ---------------------------------------------------------------- it stays, for people to decide


def after_the_hand_over(case: CaseSession) -> None:
    case.answer("flag.stalking", "yes")
    case_care.confirm_hand_over(case)


def after_the_arrival(case: CaseSession) -> None:
    case_care.confirm_hand_over(case)
    case.answer("flag.stalking", "yes")


def withdrawn(case: CaseSession) -> None:
    case_care.confirm_hand_over(case)
    case.withdraw(case.view.recorded[0].seq)


def gone_on_with(case: CaseSession) -> None:
    case.close_case()
    case_care.confirm_hand_over(case)
    case.reopen_case()


def sent_again_and_not_confirmed(case: CaseSession) -> None:
    case_care.confirm_hand_over(case)
    hand_over(case)


def sent_in_part(case: CaseSession) -> None:
    case.hand_over("haar", encrypted=True, paper="a_letter_for_her", withheld=NOTHING, lay=Nothing)
    case_care.confirm_hand_over(case)


@pytest.mark.parametrize(
    "do",
    [
        after_the_hand_over,
        after_the_arrival,
        withdrawn,
        gone_on_with,
        sent_again_and_not_confirmed,
        sent_in_part,
    ],
)
def test_what_the_receiver_may_not_have_stays_and_says_so(
    team: Team, do: Callable[[CaseSession], None]
) -> None:
    case = sent(team)
    do(case)
    assert team.keeps(case.id, "changed")
    (due,) = team.session.dues.known or []
    assert due.stage is Stage.ERASE


# ---------------------------------------------------------------- on whose word


def test_on_a_colleagues_word_alone_it_stays(team: Team) -> None:
    hers, asked = sent(team), sent(team, "Es")
    team.add_colleague()
    team.opened_by(COLLEAGUE, THEIRS)
    case = team.take(hers.id)
    hand_over(case)
    now = team.clock.now
    assert working_copies.fate_if(team.session.vault, case.id, now, arrived=True) == (
        team.session.today() + TERM * DAY,
        working_copies.Fate(None, "another"),
    )
    case_care.confirm_hand_over(case)
    mine = sent(team, "Eik")
    case_care.confirm_hand_over(mine)
    hand_over(team.take(asked.id))
    team.open_again()
    # An owner says so of what the colleague sent.
    case_care.confirm_hand_over(team.take(asked.id))
    team.come_to_the_day()
    team.next_day()
    team.next_day()
    assert [team.has(one.id) for one in (hers, mine, asked)] == [True, False, False]
    assert team.why(hers.id) == "another"


def test_what_no_log_tells_of_stays(team: Team) -> None:
    case = team.session.new_case("Wilg", "veilig_thuis")
    # As in a vault of before the log: somebody said that it arrived, and nothing says what.
    retention.confirm_hand_over(team.session.vault, case.id, case.acting, team.clock.now)
    team.come_to_the_day()
    team.next_day()
    assert (team.has(case.id), team.why(case.id)) == (True, "changed")


def test_a_held_one_and_a_restricted_one_stay(team: Team) -> None:
    held, restricted, other, until = (confirmed(team, name) for name in ("Es", "Eik", "Beuk", "Els"))
    case_care.hold(team.take(held), "er loopt een klacht")
    case_care.restrict(team.take(restricted), "een collega kent hem")
    case_care.set_working_copy(team.take(other), working_copy=False)
    case_care.keep_until(team.take(until), team.session.today() + 5 * DAY, "het jongste kind")
    team.come_to_the_day()
    team.next_day()
    team.next_day()
    assert all(team.has(case_id) for case_id in (held, restricted, other, until))
    assert team.why(restricted) == "restricted"
    assert team.session.dues.erased == 0
    case_care.hold(team.take(held), "")
    team.next_day()
    assert team.has(held)  # let go today, and said today
    team.next_day()
    assert not team.has(held)


def test_the_case_that_somebody_works_on_stays_until_they_are_done(team: Team) -> None:
    mine, other = confirmed(team, "Es"), confirmed(team, "Eik")
    team.come_to_the_day()
    team.open_again(days=1)
    case = team.session.open_case(mine)
    team.look()
    assert (team.has(mine), team.has(other)) == (True, False)
    assert case.refresh().pseudonym == "Es"
    team.session.in_hand = ""
    team.next_day()
    assert not team.has(mine)


def test_who_opens_it_while_the_program_is_about_to_erase_it_keeps_it(team: Team) -> None:
    case_id = confirmed(team)
    team.come_to_the_day()
    team.open_again(days=1)
    session = team.session
    session.dues.look()
    assert session.dues.going == 1

    def opened_meanwhile() -> str:
        return session.open_case(case_id).id

    acting = session.logbook.acting()
    assert working_copies.take_out(session.vault, acting, session.today(), opened_meanwhile) == 0
    assert team.has(case_id)


def test_while_the_clock_is_in_doubt_nothing_goes(team: Team) -> None:
    case_id = confirmed(team)
    team.come_to_the_day()
    team.next_day(120)
    assert team.has(case_id)
    assert team.session.dues.fates == {}
    acting = team.session.logbook.acting()
    assert working_copies.take_out(team.session.vault, acting, team.session.today(), lambda: "") == 0
    team.session.dues.confirm_clock()
    team.look()
    assert team.has(case_id)  # said today
    team.next_day()
    assert not team.has(case_id)


@pytest.mark.parametrize("away", [TERM, TERM + 1, 80])
def test_after_a_long_absence_it_is_said_first(team: Team, away: int) -> None:
    case_id = confirmed(team)
    team.look()
    team.next_day(away)
    assert team.has(case_id)
    assert team.session.dues.fates[case_id].on == team.session.today() + DAY
    team.open_again()
    team.look()
    assert team.has(case_id)  # the same day
    team.next_day()
    assert not team.has(case_id)


def test_another_term_is_no_surprise(team: Team) -> None:
    case_id = confirmed(team)
    team.next_day(2)
    team.next_day()
    shorter = new_period("veilig_thuis", "handed_over", "P1D", "eigen besluit")
    retention.change(team.session.vault, team.session.logbook.acting(), shorter)
    team.session.dues.forget()
    team.look()
    assert team.has(case_id)
    team.next_day()
    assert not team.has(case_id)


def test_what_a_restore_brought_back_is_said_first(team: Team) -> None:
    case_id = confirmed(team)
    team.come_to_the_day()
    copy = team.path.parent / "elders"
    team.session.vault.backup()
    shutil.copytree(team.session.vault.backups()[0].path.parent, copy)
    team.next_day()
    assert not team.has(case_id)
    backup = max(copy.glob("*.borgvault"))
    team.session.close(back_up=False)
    team.session, _ = Session.restore(team.path, backup, "Sanne", PASSPHRASE, clock=team.clock)
    team.look()
    assert team.has(case_id)
    team.next_day()
    assert not team.has(case_id)


# ---------------------------------------------------------------- said before


def test_what_would_follow_is_known_before_one_decides(team: Team) -> None:
    case, vault, now = sent(team), team.session.vault, team.clock.now
    day = team.session.today() + TERM * DAY
    assert working_copies.fate_if(vault, case.id, now, chosen=True) is None
    then = working_copies.fate_if(vault, case.id, now, arrived=True)
    assert then == (day, working_copies.Fate(day))
    case.answer("flag.stalking", "yes")
    then = working_copies.fate_if(vault, case.id, now, arrived=True)
    assert then == (day, working_copies.Fate(None, "changed"))
    hand_over(case)
    case_care.confirm_hand_over(case)
    case_care.set_working_copy(case, working_copy=False)
    then = working_copies.fate_if(vault, case.id, now, chosen=True)
    assert then == (day, working_copies.Fate(day))
    kept = vault.retention.get(case.id)
    assert kept is not None
    assert kept.working_copy is False
