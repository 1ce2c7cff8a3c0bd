"""What goes in comes out, whatever people type; and it is still so after closing and opening."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borg_triage.storage.codec import columns
from borg_triage.storage.errors import VaultClosed
from borg_triage.storage.records import (
    NewCase,
    NewEvent,
    NewJudgement,
    NewObservation,
    NewOverride,
    NewResult,
    Standing,
)
from borg_triage.storage.vault import Vault

from .samples import INSTRUMENT, KEY, START, new_case, new_event, new_observation, new_vault

text = st.text(max_size=60)
word = st.text(min_size=1, max_size=20)
moments = st.datetimes(
    min_value=datetime(1900, 1, 2), max_value=datetime(9990, 1, 1), timezones=st.timezones()
) | st.datetimes(min_value=datetime(1900, 1, 2), timezones=st.just(UTC))
days = st.dates()
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
standings = st.builds(
    Standing,
    level=st.none() | st.sampled_from(["none_found", "attention", "elevated", "high", "acute", "nieuw"]),
    pattern=st.none() | text,
    primary_route=st.none() | text,
    next_deadline=st.none() | moments,
)
new_cases = st.builds(
    NewCase,
    pseudonym=text,
    user_group=st.sampled_from(["police", "shelter", "veilig_thuis"]),
    language=st.sampled_from(["nl", "en"]),
    opened_at=moments,
    opened_by=text,
)
new_observations = st.builds(
    NewObservation,
    item=word,
    value=word,
    source=st.sampled_from(["victim", "perpetrator", "child", "other_person", "staff", "record"]),
    overheard=st.none() | st.booleans(),
    said_on=days,
    note=text,
    recorded_at=moments,
    recorded_by=text,
    retracts=st.none(),
)
new_results = st.builds(
    NewResult,
    made_at=moments,
    made_by=text,
    instrument_id=st.just(INSTRUMENT.id),
    instrument_version=st.just(INSTRUMENT.version),
    instrument_sha256=st.just(INSTRUMENT.sha256),
    assessed_on=days,
    input_json=st.just('{"answers": {"flag.stalking": "yes"},\n  "b": 1.0}'),
    output_json=st.sampled_from(["{}", '{"level":  {"value": "é"}}', "[1e3, 1000.0]"]),
)
new_judgements = st.builds(
    NewJudgement, level=text, pattern=text, reason=text, at=moments, by=text, result_seq=st.none()
)
new_overrides = st.builds(
    NewOverride,
    level_from=text,
    level_to=text,
    pattern_from=text,
    pattern_to=text,
    reason=word,
    at=moments,
    by=text,
    second_person=st.none() | word,
    result_seq=st.none(),
)
new_events = st.builds(
    NewEvent,
    kind=word,
    payload=st.dictionaries(text, json_values, max_size=4),
    happened_at=moments,
    recorded_at=moments,
    by=text,
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """One vault for all examples."""
    with new_vault(tmp_path_factory.mktemp("vault")) as vault:
        vault.cases.keep_instrument(INSTRUMENT)
        yield vault


def same(stored: Any, given_: Any) -> bool:
    """Whether every field that was handed in came back."""
    return all(getattr(stored, name) == _utc(getattr(given_, name)) for name in columns(type(given_)))


def _utc(value: Any) -> Any:
    """In local time, a moment of the hour that the clock skips or repeats equals no other (PEP 495)."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


@settings(max_examples=60)
@given(
    new_cases,
    st.lists(new_observations, max_size=5),
    new_results,
    new_judgements,
    new_overrides,
    new_events,
    standings,
)
def test_every_record_comes_back_as_it_was_given(
    kept: Vault,
    case_in: NewCase,
    answers: list[NewObservation],
    result: NewResult,
    judgement: NewJudgement,
    override: NewOverride,
    event: NewEvent,
    standing: Standing,
) -> None:
    cases = kept.cases
    case = cases.create(case_in)
    assert same(case, case_in)
    assert case.touched_at == _utc(case_in.opened_at)
    assert case.standing == Standing()

    returned = [cases.append_observation(case.id, answer) for answer in answers]
    assert all(same(out, answer) for out, answer in zip(returned, answers, strict=True))
    assert cases.observations(case.id) == returned

    stored_result = cases.freeze_result(case.id, result, standing)
    assert same(stored_result, result)
    assert cases.results(case.id) == [stored_result]
    standing = replace(standing, next_deadline=_utc(standing.next_deadline))
    assert cases.get(case.id).standing == standing
    assert cases.get(case.id).touched_at == _utc(result.made_at)

    judgement = replace(judgement, result_seq=stored_result.seq)
    override = replace(override, result_seq=stored_result.seq)
    assert same(cases.append_judgement(case.id, judgement), judgement)
    assert same(cases.append_override(case.id, override), override)
    assert same(cases.append_event(case.id, event), event)
    assert [same(out, judgement) for out in cases.judgements(case.id)] == [True]
    assert [same(out, override) for out in cases.overrides(case.id)] == [True]
    assert [same(out, event) for out in cases.events(case.id, event.kind)] == [True]
    assert cases.get(case.id).standing == standing


def test_everything_is_there_after_opening_again(tmp_path: Any) -> None:
    with new_vault(tmp_path) as vault:
        vault.cases.keep_instrument(INSTRUMENT)
        vault.settings.put("organisation", "Veilig Thuis Waterland")
        case = vault.cases.create(new_case())
        answers = [vault.cases.append_observation(case.id, new_observation(f"i{n}")) for n in range(40)]
        event = vault.cases.append_event(case.id, new_event())
        case = vault.cases.get(case.id)
    with Vault.open(vault.path, KEY) as again:
        assert again.cases.get(case.id) == case
        assert again.cases.observations(case.id) == answers
        assert again.cases.events(case.id) == [event]
        assert again.cases.instrument(INSTRUMENT.id, INSTRUMENT.version) == INSTRUMENT
        assert again.settings.all() == {"organisation": "Veilig Thuis Waterland"}


def test_answers_keep_the_order_of_writing_when_the_clock_goes_back(vault: Vault) -> None:
    case = vault.cases.create(new_case())
    for hours in (5, -30, 2):
        vault.cases.append_observation(
            case.id, replace(new_observation(f"h{hours}"), recorded_at=START + timedelta(hours=hours))
        )
    assert [row.item for row in vault.cases.observations(case.id)] == ["h5", "h-30", "h2"]


def test_moments_come_back_in_utc_and_need_a_zone(vault: Vault) -> None:
    winter = datetime(2026, 1, 5, 13, 0, tzinfo=timezone(timedelta(hours=1)))
    case = vault.cases.create(new_case(at=winter))
    assert case.opened_at == winter
    assert case.opened_at.tzinfo is UTC
    with pytest.raises(ValueError, match="time zone"):
        vault.cases.create(new_case(at=datetime(2026, 1, 5, 13, 0)))


def test_half_a_sign_does_not_cost_the_note(vault: Vault) -> None:
    case = vault.cases.create(new_case("Zon \ud83c"))
    assert case.pseudonym == "Zon \ufffd"
    joined = vault.cases.append_observation(case.id, new_observation(note="huis \ud83c\udfe0 \udc00!"))
    assert joined.note == "huis \U0001f3e0 \ufffd!"


def test_a_long_note_and_a_large_result_fit(vault: Vault) -> None:
    case = vault.cases.create(new_case())
    note = "Zij vertelt. " * 100_000
    assert vault.cases.append_observation(case.id, new_observation(note=note)).note == note
    assert vault.cases.observations(case.id)[0].note == note


def test_settings_are_replaced_and_listed(vault: Vault) -> None:
    assert vault.settings.get("a") is None
    vault.settings.put("a", "1")
    vault.settings.put("b", "twee")
    vault.settings.put("a", "3")
    assert vault.settings.get("a") == "3"
    assert vault.settings.all() == {"a": "3", "b": "twee"}
    vault.close()
    with pytest.raises(VaultClosed):
        vault.settings.put("a", "4")


def test_closing_renaming_and_standing_show_in_the_case(vault: Vault) -> None:
    case = vault.cases.create(new_case())
    later = [START + timedelta(days=day) for day in range(1, 6)]
    vault.cases.rename(case.id, "Mevrouw Ánders", later[0])
    assert vault.cases.get(case.id).pseudonym == "Mevrouw Ánders"
    assert [found.id for found in vault.cases.list("anders")] == [case.id]
    assert vault.cases.count("zonnebloem") == 0
    standing = Standing(level="acute", pattern="undetermined", primary_route="urgent", next_deadline=later[4])
    vault.cases.set_standing(case.id, standing, later[1])
    vault.cases.close_case(case.id, later[2])
    assert asdict(vault.cases.get(case.id)) == asdict(case) | {
        "pseudonym": "Mevrouw Ánders",
        "standing": asdict(standing),
        "closed_at": later[2],
        "touched_at": later[2],
    }
    vault.cases.append_event(case.id, new_event())
    vault.cases.reopen_case(case.id, later[3])
    assert vault.cases.get(case.id).closed_at is None
