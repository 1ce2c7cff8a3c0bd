"""Working on a case through the session, with a real vault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from borg_triage.app.instruments import current
from borg_triage.app.output import full_output
from borg_triage.app.session import MIN_PASSPHRASE, CaseSession, Session
from borg_triage.domain.case_input import CaseReader
from borg_triage.domain.errors import CaseRuleError
from borg_triage.storage.errors import PassphraseShort, PassphraseWeak, VaultError
from borg_triage.storage.keys.cost import Cost
from tests.app.vaults import new_session
from tests.clock import Clock

PASSPHRASE = "een lange wachtzin voor de proef"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(tmp_path: Path, clock: Clock) -> Iterator[Session]:
    opened = new_session(tmp_path, PASSPHRASE, "Sanne", clock)
    yield opened
    opened.close()


@pytest.fixture
def case(session: Session) -> CaseSession:
    return session.new_case("Zaak linde", "veilig_thuis")


def test_a_short_passphrase_makes_no_vault(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    with pytest.raises(PassphraseShort) as caught:
        Session.create(path, "x" * (MIN_PASSPHRASE - 1), "Sanne")
    assert caught.value.key == "vault.error.passphrase_short"
    with pytest.raises(PassphraseWeak):
        Session.create(path, "wachtwoordwachtwoord", "Sanne")
    assert not path.exists()


def test_answers_are_there_when_the_vault_is_opened_again(session: Session, case: CaseSession) -> None:
    case.answer("interview.separate", "yes")
    case.answer("flag.stalking", "yes", note="wacht haar op bij haar werk", on=date(2026, 11, 18))
    path = session.vault.path
    session.vault.add_person("Noor", "noors eigen lange wachtzin", cost=Cost.floor())
    session.close()
    again = Session.open(path, "noors eigen lange wachtzin", "noor ", clock=session.clock)
    assert again.worker == "Noor"
    found = again.open_case(case.id)
    said = found.view.said_about("flag.stalking")
    assert [(seen.observation.value, seen.observation.note, seen.recorded_by) for seen in said] == [
        ("yes", "wacht haar op bij haar werk", "Sanne")
    ]
    assert found.view.level == "high"
    again.close()


def test_a_wrong_passphrase_opens_nothing(session: Session) -> None:
    path = session.vault.path
    session.close()
    with pytest.raises(VaultError) as caught:
        Session.open(path, PASSPHRASE + "!", "Sanne")
    assert caught.value.key == "vault.error.wrong_passphrase"


def test_a_withdrawn_answer_stays_and_no_longer_counts(case: CaseSession) -> None:
    view = case.answer("flag.strangulation", "yes")
    assert view.level == "high"
    view = case.withdraw(view.recorded[-1].seq)
    assert view.level == "elevated"
    assert [entry.retracted for entry in view.recorded] == [True]
    assert view.said_about("flag.strangulation") == ()


@pytest.mark.parametrize(
    ("item", "value", "on"),
    [
        ("flag.stalking", "announced", None),
        ("flag.stalking", "yes", date(2026, 11, 21)),
        ("context.measure_ends", "2026-02-30", None),
        ("context.measure_ends", "morgen", None),
    ],
)
def test_an_answer_that_cannot_be_is_not_stored(
    case: CaseSession, item: str, value: str, on: date | None
) -> None:
    with pytest.raises(CaseRuleError):
        case.answer(item, value, on=on)
    assert case.refresh().recorded == ()


def test_raising_needs_a_reason_lowering_a_second_person_too(case: CaseSession) -> None:
    case.answer("ask.stress", "yes")
    result = case.view.assessment
    assert (result.level.value, result.level.lower) == ("elevated", "attention")
    with pytest.raises(CaseRuleError) as caught:
        case.override("high", result.pattern, " ")
    assert caught.value.key == "override.error.no_reason"
    assert case.override("high", result.pattern, "haar zus is ongerust").level == "high"
    for second in ("", "sanne "):
        with pytest.raises(CaseRuleError) as caught:
            case.override("attention", result.pattern, "rustig gesprek", second)
        assert caught.value.key == "override.error.no_second_person"
    assert case.override("attention", result.pattern, "rustig gesprek", "Noor").level == "attention"
    with pytest.raises(CaseRuleError) as caught:
        case.override("none_found", result.pattern, "rustig gesprek", "Noor")
    assert caught.value.key == "override.error.below_lower"


def test_a_lighter_word_lapses_when_something_graver_comes(case: CaseSession) -> None:
    case.answer("ask.stress", "yes")
    case.override("attention", "undetermined", "rustig gesprek", "Noor")
    view = case.answer("flag.threat_victim", "yes")
    assert view.level == "high"
    assert view.overrides[-1].level == "attention"


def test_deadlines_do_not_move_away_by_waiting(session: Session, case: CaseSession, clock: Clock) -> None:
    case.answer("flag.stalking", "yes")
    due = session.cases()[0].next_deadline
    assert due == clock.now + timedelta(hours=24)
    clock.pass_(days=3)
    case.answer("ask.stress", "yes")
    assert session.cases()[0].next_deadline == due


def test_a_new_day_lets_answers_of_the_moment_go(case: CaseSession, clock: Clock) -> None:
    assert case.answer("acute.danger_now", "yes").level == "acute"
    clock.pass_(days=2)
    assert case.refresh().level == "elevated"
    assert case.view.assessment.ask_next[0].item == "acute.danger_now"


def test_a_frozen_result_replays_to_the_letter(session: Session, case: CaseSession) -> None:
    case.answer("interview.separate", "yes")
    case.answer("flag.stalking", "yes")
    case.answer("control.isolation", "yes", note='met "aanhalingstekens" en é')
    case.freeze()
    row = session.vault.cases.results(case.id)[-1]
    ready = current()
    read = CaseReader(ready.instrument).read(json.loads(row.input_json), date(1999, 1, 1))
    again = full_output(ready.engine.assess(read), ready.ref, None)
    assert json.dumps(again, ensure_ascii=False) == row.output_json
    kept = session.vault.cases.instrument(row.instrument_id, row.instrument_version)
    assert kept is not None
    files = json.loads(kept.content)
    assert {name: text.encode() for name, text in files.items()} == ready.loaded.files


def test_the_acute_call_and_the_own_judgement_are_kept(case: CaseSession) -> None:
    case.note_event("acute_call", {"who": "112", "with": "meldkamer"})
    view = case.judge("high", "intimate_terror_possible", "zij durft niet te praten")
    assert [(event.kind, dict(event.details)) for event in view.events] == [
        ("acute_call", {"who": "112", "with": "meldkamer"})
    ]
    assert view.judgement is not None
    assert (view.judgement.level, view.judgement.by) == ("high", "Sanne")


def test_an_erasing_that_was_cut_short_is_finished_when_the_vault_is_recovered(session: Session) -> None:
    words = session.vault.make_recovery(1, 1)
    session.vault.backup()
    session.vault.settings.put("retention.scrub_due", "yes")
    path = session.vault.path
    session.close(back_up=False)
    again = Session.recover(path, words, "Sanne", PASSPHRASE + " nieuw", clock=session.clock)
    assert again.vault.settings.get("retention.scrub_due") == ""
    assert len(again.vault.backups()) == 2
    again.close(back_up=False)
