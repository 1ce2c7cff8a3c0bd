"""Every act on a case stands in the log: that act, once, with who and what for, and nothing of the case."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from borg_triage.app import case_care, case_records
from borg_triage.app.inspection import draft_for
from borg_triage.app.log_text import sentence, told
from borg_triage.app.logbook import GLASS_REASONS, PURPOSES, LogbookError
from borg_triage.app.resources import catalog
from borg_triage.app.saving import Laid, Nothing
from borg_triage.app.session import CaseRestricted, CaseSession, Session, SessionError
from borg_triage.app.since import Since
from borg_triage.domain.retention import Stage
from borg_triage.storage.errors import CaseMissing
from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.log import ACTIONS, LogEntry, Wanted
from borg_triage.storage.vault import Vault
from tests.app.vaults import new_session
from tests.clock import Clock
from tests.handing_over import NOTHING

PASSPHRASE = "een lange wachtzin voor de proef"
COLLEAGUE = "noors eigen lange wachtzin"
MARK = "Zandoogje"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(tmp_path: Path, clock: Clock) -> Iterator[Session]:
    opened = new_session(tmp_path, PASSPHRASE, "Sanne", clock)
    yield opened
    opened.close(back_up=False)


@pytest.fixture
def case(session: Session) -> CaseSession:
    return session.new_case(f"{MARK} 1", "police")


class Full(Exception):
    """The disk on which a paper is saved has no room."""


def as_noor(session: Session) -> Session:
    """The same vault, opened by a colleague who is no owner."""
    session.vault.add_person("Noor", COLLEAGUE, cost=Cost.floor())
    path, clock = session.vault.path, session.clock
    session.close(back_up=False)
    return Session.open(path, COLLEAGUE, "Noor", clock=clock)


def of_case(session: Session, case_id: str, after: int = 0) -> list[tuple[str, str]]:
    """What the log says of a case: actions with their kinds."""
    entries = session.vault.log.entries(case_id=case_id, after=after)
    return [(entry.action, str(entry.detail.get("kind", entry.detail.get("scope", "")))) for entry in entries]


def last(session: Session) -> LogEntry:
    return session.vault.log.latest(Wanted(), 1)[0]


def test_each_act_leaves_its_own_entry_and_no_other(session: Session, case: CaseSession) -> None:
    made = of_case(session, case.id)
    assert made == [("add", "case")]
    case.answer("ask.stress", "yes", note=f"{MARK} zei dit")
    case.withdraw(case.view.recorded[-1].seq)
    case.judge("high", "undetermined", f"{MARK} denkt dit")
    case.override("high", "undetermined", f"{MARK} weet meer")
    case.note_event("acute_call", {"to": MARK})
    case.freeze()
    case.hand_over("Veilig Thuis", encrypted=True, paper="veilig_thuis", withheld=NOTHING, lay=Nothing)
    case.hand_over("politie", encrypted=False, paper="police", withheld=NOTHING, lay=Nothing)
    case.close_case()
    case.reopen_case()
    assert of_case(session, case.id)[1:] == [
        ("add", "answer"),
        ("change", "answer"),
        ("add", "judgement"),
        ("override", ""),
        ("add", "acute_call"),
        ("add", "result"),
        ("export", "encrypted"),
        ("export", "plain"),
        ("change", "closed"),
        ("change", "reopened"),
    ]
    session.open_case(case.id)
    assert of_case(session, case.id)[-1] == ("view", "")
    count = len(of_case(session, case.id))
    case.refresh()
    case.input()
    case.settle()
    session.cases(MARK)
    assert len(of_case(session, case.id)) == count
    assert session.vault.log.first_broken() is None


def test_looking_after_a_case_leaves_its_entries(session: Session, case: CaseSession) -> None:
    before = session.vault.log.head().seq
    case_care.restrict(case, f"{MARK} werkt hier")
    case_care.lift(case)
    case_care.hold(case, f"{MARK} klaagt")
    case_care.hold(case, "")
    case_care.set_working_copy(case, working_copy=True)
    case.hand_over("Veilig Thuis", encrypted=True, paper="veilig_thuis", withheld=NOTHING, lay=Nothing)
    assert case_care.handed_over_unconfirmed(case)
    case_care.confirm_hand_over(case)
    assert case_care.confirmed_at(case) == session.now()
    draft = draft_for(session.vault, case.view, case.ready, "victim")
    case_care.keep_copy(case, "inspection", draft, "privacy_officer", Nothing, encrypted=True)
    case_care.keep_copy(case, "correction", draft, "asker", Nothing, encrypted=False)
    case_care.keep_list(case, Nothing, encrypted=True)
    case_care.note_case_log_read(case)
    case_care.save_log(session, "csv", lambda _content: Nothing(), case)
    case_care.erase(case)
    assert of_case(session, case.id, before) == [
        ("restricted", "set"),
        ("restricted", "lifted"),
        ("retention_changed", "hold"),
        ("retention_changed", "hold"),
        ("retention_changed", "working_copy"),
        ("export", "encrypted"),
        ("retention_changed", "handed_over"),
        ("inspection", ""),
        ("export", "encrypted"),
        ("correction", ""),
        ("export", "plain"),
        ("export", "encrypted"),
        ("read_log", "case"),
        ("read_log", "csv"),
        ("erase", ""),
    ]
    with pytest.raises(CaseMissing):
        session.open_case(case.id)
    case_care.note_log_read(session)
    assert (last(session).action, last(session).case_id, last(session).purpose) == (
        "read_log",
        None,
        "oversight",
    )
    assert session.vault.log.first_broken() is None


def test_nothing_of_the_case_is_in_the_log(session: Session, case: CaseSession) -> None:
    mark = f"{MARK} achter de kerk"
    case.answer("flag.strangulation", "yes", note=mark, on=date(2026, 11, 3))
    case.judge("high", "intimate_terror_possible", mark)
    case.override("acute", "intimate_terror_likely", mark, mark)
    case.note_event("talk", {"safe_contact": mark})
    case.freeze()
    case_care.restrict(case, mark)
    case_care.hold(case, mark)
    case_care.hold(case, "")
    session.open_case(case.id)
    case_care.erase(case)
    rows = session.vault.log.entries()
    found = "\n".join(str(row) for row in rows)
    assert len(rows) >= 10
    for word in (MARK, "kerk", "strangulation", "flag.", "intimate_terror_", "2026-11-03", "acute"):
        assert word not in found, word


def test_an_entry_says_who_for_whom_what_for_and_with_what(session: Session, case: CaseSession) -> None:
    case.answer("ask.stress", "yes")
    said = last(session)
    assert (said.person, said.person_id, said.role) == ("Sanne", session.vault.person.id, "owner")
    assert (said.purpose, said.on_behalf_of, said.case_id) == ("daily_task", "", case.id)
    assert said.instrument == f"{case.ready.ref.id} {case.ready.ref.version}"
    assert said.program
    session.logbook.choose_purpose("investigation")
    session.logbook.on_behalf_of = "  A. de\nVries "
    case.answer("ask.stress", "no")
    said = last(session)
    assert (said.purpose, said.on_behalf_of) == ("investigation", "A. de Vries")
    other = session.new_case("Beuk", "shelter")
    assert last(session).purpose == "care"
    assert other.acting.on_behalf_of == "A. de Vries"
    with pytest.raises(LogbookError):
        session.logbook.choose_purpose("nieuwsgierig")
    # The log outlives the case, and to whom it went can be where she went.
    case.hand_over(f"{MARK}, opvang", encrypted=True, paper="veilig_thuis", withheld=NOTHING, lay=Nothing)
    assert last(session).recipient == "in_case"


def test_an_act_and_its_entry_are_stored_both_or_neither(session: Session, case: CaseSession) -> None:
    head, before = session.vault.log.head(), case.view

    def full() -> Laid:
        raise Full

    with pytest.raises(Full):
        case.hand_over("Veilig Thuis", encrypted=True, paper="veilig_thuis", withheld=NOTHING, lay=full)
    draft = draft_for(session.vault, case.view, case.ready, "victim")
    with pytest.raises(Full):
        case_care.keep_copy(case, "inspection", draft, "asker", full, encrypted=True)
    assert session.vault.log.head() == head
    assert case.view is before
    assert case.refresh().events == ()


def test_an_answer_and_its_line_in_the_list_are_stored_together(session: Session, case: CaseSession) -> None:
    view = case.answer("flag.strangulation", "yes")
    (line,) = session.cases(MARK)
    assert (line.level, line.pattern) == (view.level, view.pattern)
    assert line.touched_at == session.now()


# ---------------------------------------------------------------- restricted cases


def test_a_restricted_case_opens_for_others_with_a_reason_only(session: Session, case: CaseSession) -> None:
    case_care.restrict(case, "een collega is erbij betrokken")
    assert session.glass(case.id) is None
    session.open_case(case.id)
    noor = as_noor(session)
    restriction = noor.glass(case.id)
    assert restriction is not None
    head = noor.vault.log.head()
    for why in ("", "zomaar"):
        with pytest.raises(CaseRestricted) as caught:
            noor.open_case(case.id, why)
        assert caught.value.key == "glass.error.restricted"
    assert noor.vault.log.head() == head
    opened = noor.open_case(case.id, "danger")
    entries = noor.vault.log.entries(after=head.seq)
    assert [(entry.action, entry.person, entry.detail) for entry in entries] == [
        ("break_glass", "Noor", {"why": "danger"}),
        ("view", "Noor", {}),
    ]
    for act in (
        lambda: case_care.lift(opened),
        lambda: case_care.restrict(opened, "x"),
        lambda: case_care.hold(opened, "x"),
        lambda: case_care.set_working_copy(opened, working_copy=True),
        lambda: case_care.erase(opened),
        lambda: case_care.note_log_read(noor),
        lambda: case_care.read_log(noor, Wanted(), 10),
        lambda: case_care.save_log(noor, "csv", lambda _content: Nothing()),
    ):
        with pytest.raises(SessionError):
            act()
    assert noor.vault.log.head().seq == entries[-1].seq
    assert noor.glass(case.id) == restriction
    noor.close(back_up=False)


def test_who_opened_a_case_looks_after_it(session: Session) -> None:
    noor = as_noor(session)
    own = noor.new_case("Beuk", "shelter")
    case_care.restrict(own, "familie van een collega")
    assert noor.glass(own.id) is None
    with pytest.raises(SessionError):
        case_care.restrict(own, "  ")
    case_care.lift(own)
    assert noor.vault.retention.restriction(own.id) is None
    noor.close(back_up=False)


def test_somebody_of_the_same_name_does_not_look_after_a_formers_cases(session: Session) -> None:
    noor = as_noor(session)
    old = noor.new_case("Beuk", "shelter").id
    assert case_care.may_care(noor.open_case(old))
    former = noor.vault.person.id
    noor.close(back_up=False)
    with Vault.open(session.vault.path, PASSPHRASE, "Sanne") as vault:
        vault.withdraw(former)
        vault.add_person("Noor", COLLEAGUE, cost=Cost.floor())
    again = Session.open(session.vault.path, COLLEAGUE, "Noor", clock=session.clock)
    assert again.vault.person.id != former
    assert not case_care.may_care(again.open_case(old))
    with pytest.raises(SessionError):
        case_care.restrict(again.open_case(old), "familie van een collega")
    assert case_care.may_care(again.new_case("Linde", "shelter"))
    again.close(back_up=False)


def test_in_a_vault_without_people_the_worker_is_known_by_name(tmp_path: Path, clock: Clock) -> None:
    vault = Vault.create(tmp_path / "kaal.borgvault", RawKey(bytes(range(32))))
    sanne, noor = Session(vault, "Sanne", clock=clock), Session(vault, "Noor", clock=clock)
    case = sanne.new_case("Beuk", "shelter")
    case_care.restrict(case, "een collega is erbij betrokken")
    assert sanne.glass(case.id) is None
    assert noor.glass(case.id) is not None
    assert last(sanne).person == "Sanne"
    vault.close()


def test_what_the_term_hides_is_hidden_when_somebody_looks(session: Session, clock: Clock) -> None:
    case = session.new_case("Beuk", "police")
    clock.pass_(days=5 * 366)
    assert session.dues.known is None
    # Nobody opened this vault for years, or the clock is wrong: a person says which.
    session.dues.confirm_clock()
    (found,) = session.dues.look()
    assert (found.case_id, found.stage, found.restricted) == (case.id, Stage.HIDDEN, True)
    assert session.dues.known == [found]
    assert of_case(session, case.id)[-1][0] == "restricted"
    assert session.glass(case.id) is not None
    with pytest.raises(SessionError):
        case_care.lift(case)
    clock.pass_(days=1)
    assert session.dues.known is None


# ---------------------------------------------------------------- reading


def test_the_log_is_read_newest_first_by_page_and_by_what_is_wanted(session: Session, clock: Clock) -> None:
    one, other = session.new_case("Beuk", "shelter"), session.new_case("Wilg", "shelter")
    start = clock.now
    for case in (one, other) * 3:
        clock.pass_(hours=9)
        case.answer("ask.stress", "yes")
    log = session.vault.log
    everything = [entry.seq for entry in log.entries()]
    assert [entry.seq for entry in log.latest(Wanted(), 100)] == everything[::-1]
    pages: list[int] = []
    while page := log.latest(Wanted(case_id=one.id), 2, pages[-1] if pages else None):
        pages += [entry.seq for entry in page]
    assert pages == [entry.seq for entry in log.entries(case_id=one.id)][::-1]
    person = session.vault.person.id
    assert {entry.action for entry in log.latest(Wanted(person_id=person, action="add"), 100)} == {"add"}
    assert log.latest(Wanted(person_id="niemand"), 100) == []
    since, until = start + timedelta(hours=9), start + timedelta(hours=27)
    assert [entry.at for entry in log.latest(Wanted(since=since, until=until), 100)] == [
        start + timedelta(hours=18),
        since,
    ]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_action_is_a_sentence_and_what_repeats_is_told_once(
    session: Session, case: CaseSession, clock: Clock, language: str
) -> None:
    texts = catalog(language)
    for item in ("ask.stress", "ask.violence", "flag.stalking"):
        clock.pass_(minutes=1)
        case.answer(item, "unknown")
    lines = told(session.vault.log.latest(Wanted(case_id=case.id), 100), texts)
    assert len(lines) == 2
    assert "(3 " in lines[0].sentence
    assert len(lines[0].entries) == 3
    clock.pass_(days=1)
    case.answer("ask.stress", "unknown")
    assert len(told(session.vault.log.latest(Wanted(case_id=case.id), 100), texts)) == 3
    for action in ACTIONS:
        made = session.vault.log.append(case.told(action))
        said = sentence(made, texts)
        assert "Sanne" in said or action == "failed_unlock"
        assert "⟦" not in said
        assert f": {action}" not in said
        assert texts.has(f"log.action.{action}")
    for detail in (
        {"kind": "counted", "entries": 7, "backup": "20260301T093000Z"},
        {"why": "vault_unread"},
        {"why": "no_key_file", "entries": 7},
    ):
        said = sentence(session.vault.log.append(case.told("restore", **detail)), texts)
        assert ("7" in said) == ("kind" in detail)
        assert ("2026" in said) == ("backup" in detail)
    for action in ("passphrase_changed", "unlock"):
        kit = session.vault.log.append(case.told(action, recipient="Noor", why="recovery"))
        assert {"nl": "herstelbladen", "en": "recovery sheets"}[language] in sentence(kit, texts)
    for group in PURPOSES.values():
        assert all(texts.has(f"log.purpose.{purpose}") for purpose in group)
    assert all(texts.has(f"glass.why.{why}") for why in GLASS_REASONS)


# ---------------------------------------------------------------- since when


@pytest.mark.parametrize("seed", range(4))
def test_since_when_is_the_same_remembered_and_played_anew(session: Session, clock: Clock, seed: int) -> None:
    draw = random.Random(seed)
    case = session.new_case("Beuk", "shelter")
    ready, items = case.ready, case.ready.instrument.items
    asked = [item for item in items if "yes" in item.answers]
    for _ in range(24):
        clock.pass_(hours=draw.choice((0, 1, 30, 24 * 40)))
        standing = [entry for entry in case.view.recorded if not entry.retracted]
        if standing and draw.random() < 0.25:
            case.withdraw(draw.choice(standing).seq)
        else:
            on = session.today() - timedelta(days=draw.choice((0, 0, 3, 200)))
            case.answer(draw.choice(asked).id, draw.choice(("yes", "yes", "no", "unknown")), on=on)
        if draw.random() < 0.2:
            clock.pass_(days=draw.choice((1, 100)))
            case.refresh()
        fresh = case_records.view(session.vault.cases, case.id, ready, session.now())
        assert case.view.since == fresh.since


def test_since_when_forgets_an_answer_that_was_not_stored(case: CaseSession, clock: Clock) -> None:
    """After a transaction that failed another answer takes the number of the one that was undone."""
    level = case.answer("flag.strangulation", "yes").assessment.level.value
    clock.pass_(hours=1)
    grave, harmless = case.answer("ask.stress", "unknown").recorded
    remembers = Since(case.ready, "police", case.view.opened_at)
    assert remembers.since((grave, harmless), level) == grave.recorded_at
    first = replace(harmless, seq=grave.seq, recorded_at=grave.recorded_at)
    second = replace(grave, seq=harmless.seq, recorded_at=harmless.recorded_at)
    assert remembers.since((first, second), level) == second.recorded_at
