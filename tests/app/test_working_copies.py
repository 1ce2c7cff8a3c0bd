"""Working copies that the program erases: what the receiver has, whole, and was said before."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from borg_triage.app import case_care, retention, working_copies
from borg_triage.app.log_text import sentence, told
from borg_triage.app.resources import catalog
from borg_triage.app.retention_profiles import new_period
from borg_triage.app.saving import Nothing
from borg_triage.app.session import CaseSession, Session
from borg_triage.domain.retention import Stage
from borg_triage.storage import copying
from borg_triage.storage.errors import NoSpace, VaultError
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.log import Wanted
from borg_triage.storage.places import draft_path
from borg_triage.storage.vault import Vault
from tests.app.vaults import new_session
from tests.clock import Clock
from tests.handing_over import NOTHING, hand_over
from tests.storage.refusals import undeletable

PASSPHRASE = "vier losse woorden hier"
COLLEAGUE = "Noor"
THEIRS = "noors eigen lange wachtzin"
DAY = timedelta(days=1)
# Of Veilig Thuis: thirty days after the arrival was confirmed, with a reminder as long before.
TERM = 30


class Team:
    """People who open one vault on one machine, day after day."""

    def __init__(self, path: Path) -> None:
        self.path, self.clock = path, Clock()
        self.session = new_session(path.parent, PASSPHRASE, "Sanne", self.clock)

    def open_again(self, **later: float) -> None:
        self.clock.pass_(**later)
        self.opened_by("Sanne", PASSPHRASE)

    def opened_by(self, name: str, passphrase: str) -> None:
        self.session.close(back_up=False)
        self.session = Session.open(self.path, passphrase, name, clock=self.clock)

    def add_colleague(self) -> None:
        self.session.vault.add_person(COLLEAGUE, THEIRS, cost=Cost.floor())

    def look(self) -> None:
        """As the list of cases does when it comes to show."""
        dues = self.session.dues
        dues.look()
        if dues.going:
            dues.take_out_copies()
            dues.clear_up()
            dues.look()

    def next_day(self, days: int = 1) -> None:
        self.open_again(days=days)
        self.look()

    def come_to_the_day(self) -> None:
        """Once a week somebody opens the vault, until the day before a case of now is to go."""
        for _ in range((TERM - 1) // 7):
            self.next_day(7)
        self.next_day((TERM - 1) % 7)

    def has(self, case_id: str) -> bool:
        return any(case.id == case_id for case in self.session.cases())

    def why(self, case_id: str) -> str:
        """Why people decide about it."""
        return self.session.dues.fates[case_id].why

    def take(self, case_id: str) -> CaseSession:
        case = self.session.open_case(case_id)
        self.session.in_hand = ""
        return case


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path / "team.borgvault")
    yield made
    made.session.close(back_up=False)


def sent(team: Team, name: str = "Wilg") -> CaseSession:
    case = team.session.new_case(name, "veilig_thuis")
    case.answer("flag.strangulation", "yes")
    hand_over(case)
    team.session.in_hand = ""
    return case


def cases_in_backups(team: Team) -> set[str]:
    """Every case that any backup of the vault holds."""
    found = set()
    for backup in team.session.vault.backups():
        with copying.seen(backup.path, team.session.vault._unlocked.key, backup.path) as database:
            found |= {row[0] for row in database.rows("SELECT id FROM case_file")}
    return found


def confirmed(team: Team, name: str = "Wilg") -> str:
    case = sent(team, name)
    case_care.confirm_hand_over(case)
    return case.id


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
    team.come_to_the_day()
    team.next_day()
    team.next_day()
    assert team.has(case.id)
    assert team.why(case.id) == "changed"
    (due,) = team.session.dues.known or []
    assert due.stage is Stage.ERASE


# ---------------------------------------------------------------- what the paper left out


def of_the_neighbour(case: CaseSession) -> None:
    case.answer("flag.stalking", "yes", source="other_person", note="Hij staat er elke avond.")


def where_she_is(case: CaseSession) -> None:
    case.answer("context.cannot_stay", "yes", note="Zij slaapt bij haar zus in Assen.")


def how_to_reach_her(case: CaseSession) -> None:
    case.note_event("talk", {"who": "zijzelf", "safe_contact": "alleen via haar zus"})


def who_interpreted(case: CaseSession) -> None:
    case.note_event("talk", {"who": "zijzelf", "interpreter_name": "mevrouw Haddad"})


def who_signed_too(case: CaseSession) -> None:
    outcome = case.view.assessment
    case.override(outcome.level.value, outcome.pattern, "wij zagen haar samen", "Tarik")


@pytest.mark.parametrize(
    ("tell", "tick"),
    [
        (of_the_neighbour, "include_reporter"),
        (where_she_is, "include_whereabouts"),
        (how_to_reach_her, "include_whereabouts"),
        (who_interpreted, "include_reporter"),
        (who_signed_too, "include_reporter"),
    ],
)
def test_what_the_paper_left_out_keeps_the_case_here(
    team: Team, tell: Callable[[CaseSession], None], tick: str
) -> None:
    kept, gone = (team.session.new_case(name, "veilig_thuis") for name in ("Wilg", "Es"))
    for case, ticks in ((kept, {}), (gone, {tick: True})):
        case.answer("flag.strangulation", "yes", note="Zij kon niet meer praten.")
        tell(case)
        hand_over(case, **ticks)
        case_care.confirm_hand_over(case)
    team.session.in_hand = ""
    said = [
        entry.detail["scope"]
        for case in (kept, gone)
        for entry in team.session.vault.log.entries(case.id, action="export")
    ]
    assert said == ["part", "whole"]
    team.come_to_the_day()
    team.next_day()
    team.next_day()
    assert (team.has(kept.id), team.has(gone.id)) == (True, False)
    assert team.why(kept.id) == "part"


def test_the_same_ticks_leave_nothing_out_where_there_is_nothing_to_leave_out(team: Team) -> None:
    case = team.session.new_case("Wilg", "veilig_thuis")
    case.answer("flag.strangulation", "yes", note="Zij kon niet meer praten.")
    case.answer("context.cannot_stay", "yes")
    case.answer("flag.stalking", "yes", source="other_person")
    case.note_event("talk", {"who": "zijzelf", "safe_contact": " "})
    case.judge("severe", "intimate_terror", "zij is bang")
    hand_over(case)
    case_care.confirm_hand_over(case)
    team.session.in_hand = ""
    team.come_to_the_day()
    team.next_day()
    assert not team.has(case.id)


def withdrawn_before(case: CaseSession) -> None:
    case.answer("flag.stalking", "yes", note="dat zei zij eerst")
    case.withdraw(case.view.recorded[-1].seq)


def judged_twice(case: CaseSession) -> None:
    case.judge("severe", "intimate_terror", "zij is bang")
    case.judge("elevated", "undetermined", "zij is rustiger")


def in_a_script_that_the_paper_has_no_letters_for(case: CaseSession) -> None:
    case.answer("flag.stalking", "yes", note="\u0623\u0646\u0627 \u062e\u0627\u0626\u0641\u0629")


def beside_what_was_not_asked(case: CaseSession) -> None:
    case.answer("flag.stalking", "not_asked", note="hij stond ernaast")


@pytest.mark.parametrize(
    "tell",
    [
        withdrawn_before,
        judged_twice,
        in_a_script_that_the_paper_has_no_letters_for,
        beside_what_was_not_asked,
    ],
)
def test_what_no_tick_puts_on_the_paper_keeps_the_case_here_too(
    team: Team, tell: Callable[[CaseSession], None]
) -> None:
    case = team.session.new_case("Wilg", "veilig_thuis")
    case.answer("flag.strangulation", "yes")
    tell(case)
    hand_over(case, include_reporter=True, include_whereabouts=True)
    case_care.confirm_hand_over(case)
    team.session.in_hand = ""
    team.come_to_the_day()
    team.next_day()
    team.next_day()
    assert (team.has(case.id), team.why(case.id)) == (True, "part")


def test_a_hand_over_of_before_the_log_said_what_was_on_it_leaves_it_to_people(team: Team) -> None:
    case = team.session.new_case("Wilg", "veilig_thuis")
    # As an earlier program wrote it.
    team.session.vault.log.append(
        case.told("export", "Veilig Thuis", kind="encrypted", paper="veilig_thuis", format="pdf", seq=1)
    )
    case_care.confirm_hand_over(case)
    team.session.in_hand = ""
    team.come_to_the_day()
    team.next_day()
    team.next_day()
    assert (team.has(case.id), team.why(case.id)) == (True, "unsaid")


def test_the_log_says_whether_the_paper_told_all(team: Team) -> None:
    case = team.session.new_case("Wilg", "veilig_thuis")
    hand_over(case)
    of_the_neighbour(case)
    hand_over(case)
    entries = team.session.vault.log.latest(Wanted(case_id=case.id, action="export"), 2)
    for language, words in (
        ("nl", ["de overdracht liet iets weg", "alles van de zaak stond erop"]),
        ("en", ["the hand-over left something out", "all of the case was on it"]),
    ):
        assert [one.more[0] for one in told(entries, catalog(language))] == words


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


# ---------------------------------------------------------------- what cannot be done whole


def test_without_room_it_stays_due_and_goes_the_next_day(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = confirmed(team)
    team.come_to_the_day()
    team.open_again(days=1)
    full = shutil._ntuple_diskusage(10**12, 10**12, 0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: full)
    with pytest.raises(NoSpace):
        team.look()
    monkeypatch.undo()
    assert team.has(case_id)
    assert team.session.vault.log.entries(case_id)[-1].action != "erase"
    team.look()
    assert team.has(case_id)  # once a day
    team.next_day()
    assert not team.has(case_id)


def test_what_a_backup_still_holds_is_known_until_it_is_gone(team: Team) -> None:
    case_id = confirmed(team)
    held = team.session.vault.backup().path
    team.come_to_the_day()
    with undeletable(held):
        team.next_day()
        assert not team.has(case_id)
        left = team.session.dues.left
        assert left is not None
        assert [one.path for one in left.held] == [held]
    team.session.vault.backup()
    team.look()
    assert team.session.dues.left is None


def test_a_folder_that_vanished_is_an_error_of_the_vault(team: Team) -> None:
    confirmed(team)
    team.come_to_the_day()
    team.open_again(days=1)
    team.session.dues.look()
    elsewhere = team.path.parent.with_name("elders")

    def vanishes() -> str:
        team.path.parent.rename(elsewhere)
        return ""

    acting = team.session.logbook.acting()
    with pytest.raises(VaultError):
        working_copies.take_out(team.session.vault, acting, team.session.today(), vanishes)
    elsewhere.rename(team.path.parent)


def test_what_changes_while_one_looks_is_looked_at_again(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    case = sent(team)
    dues, seen = team.session.dues, []

    def meanwhile(vault: Vault, today: date) -> list[retention.DueCase]:
        found = due_cases(vault, today)
        if not seen:
            seen.append(case_care.confirm_hand_over(case))
        return found

    due_cases = retention.due_cases
    monkeypatch.setattr(retention, "due_cases", meanwhile)
    team.clock.pass_(days=TERM)
    dues.look()
    assert dues.known is None
    assert dues.look() == dues.known


def test_while_an_earlier_erasing_is_unfinished_nothing_goes(team: Team) -> None:
    case_id = confirmed(team)
    other = team.session.new_case("Es", "veilig_thuis")
    team.come_to_the_day()
    team.open_again(days=1)

    # The copy that takes the file's place cannot be made.
    draft_path(team.path).mkdir()
    assert case_care.erase(team.take(other.id)).file
    team.look()
    assert (team.has(case_id), team.session.dues.erased) == (True, 0)
    draft_path(team.path).rmdir()
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
