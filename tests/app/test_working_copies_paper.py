"""A working copy stays where its paper left anything of the case out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from borg_triage.app import case_care
from borg_triage.app.log_text import told
from borg_triage.app.resources import catalog
from borg_triage.app.session import CaseSession
from borg_triage.storage.log import Wanted
from tests.app.working_copies_support import Team
from tests.handing_over import hand_over


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path / "team.borgvault")
    yield made
    made.session.close(back_up=False)


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
    assert team.keeps(case.id, "part")


def test_a_hand_over_of_before_the_log_said_what_was_on_it_leaves_it_to_people(team: Team) -> None:
    case = team.session.new_case("Wilg", "veilig_thuis")
    # As an earlier program wrote it.
    team.session.vault.log.append(
        case.told("export", "Veilig Thuis", kind="encrypted", paper="veilig_thuis", format="pdf", seq=1)
    )
    case_care.confirm_hand_over(case)
    assert team.keeps(case.id, "unsaid")


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
