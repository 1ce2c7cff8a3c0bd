"""Rows are never changed, whoever asks: the vault itself refuses. They go only when the whole case goes."""

from __future__ import annotations

import pytest

from borg_triage.storage.cases import CaseStore
from borg_triage.storage.database import Database
from borg_triage.storage.errors import CaseMissing, RecordRefused
from borg_triage.storage.records import CaseFile, Instrument
from borg_triage.storage.vault import Vault

from .samples import (
    INSTRUMENT,
    new_case,
    new_event,
    new_judgement,
    new_observation,
    new_override,
    new_result,
)

TABLES = ("observation", "result", "judgement", "override", "event")


@pytest.fixture
def case(vault: Vault) -> CaseFile:
    """A case with one row in every table, and a second case beside it."""
    for case in (vault.cases.create(new_case("een")), vault.cases.create(new_case("twee"))):
        fill(vault.cases, case.id)
    return case


def fill(cases: CaseStore, case_id: str) -> None:
    cases.keep_instrument(INSTRUMENT)
    first = cases.append_observation(case_id, new_observation())
    cases.append_observation(case_id, new_observation(value="no", retracts=first.seq))
    result = cases.freeze_result(case_id, new_result())
    cases.append_judgement(case_id, new_judgement(result.seq))
    cases.append_override(case_id, new_override(result.seq))
    cases.append_event(case_id, new_event())


def everything(database: Database) -> dict[str, list[object]]:
    return {table: list(database.rows(f"SELECT * FROM {table}")) for table in (*TABLES, "instrument")}


@pytest.mark.parametrize("table", [*TABLES, "instrument"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET seq = seq + 100",
        "UPDATE OR REPLACE {table} SET seq = 1",
        "DELETE FROM {table}",
        "DELETE FROM {table} WHERE seq = 1",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "INSERT INTO {table} SELECT * FROM {table} WHERE TRUE ON CONFLICT DO UPDATE SET seq = 9",
    ],
)
def test_no_row_is_changed_or_deleted(vault: Vault, case: CaseFile, table: str, statement: str) -> None:
    database = vault._database
    before = everything(database)
    with pytest.raises(RecordRefused), database.transaction():
        database.execute(statement.format(table=table))
    assert everything(database) == before


@pytest.mark.parametrize(
    "column", ["note = 'anders'", "value = 'no'", "said_on = '2020-01-01'", "overheard = 1"]
)
def test_no_column_of_an_answer_is_changed(vault: Vault, case: CaseFile, column: str) -> None:
    before = vault.cases.observations(case.id)
    with pytest.raises(RecordRefused):
        vault._database.execute(f"UPDATE observation SET {column}")
    assert vault.cases.observations(case.id) == before


@pytest.mark.parametrize(
    "change",
    ["id = hex(randomblob(18))", "opened_at = touched_at", "opened_by = 'x'", "user_group = 'police'"],
)
def test_what_a_case_is_stays(vault: Vault, case: CaseFile, change: str) -> None:
    with pytest.raises(RecordRefused):
        vault._database.execute(f"UPDATE case_file SET {change}")
    assert vault.cases.get(case.id).opened_by == case.opened_by


def test_a_case_is_not_replaced_with_all_its_rows(vault: Vault, case: CaseFile) -> None:
    before = everything(vault._database)
    with pytest.raises(RecordRefused):
        vault._database.execute("INSERT OR REPLACE INTO case_file SELECT * FROM case_file")
    assert everything(vault._database) == before


def test_erasing_takes_the_whole_case_and_no_other(vault: Vault, case: CaseFile) -> None:
    cases = vault.cases
    (other,) = [listed.id for listed in cases.list() if listed.id != case.id]
    kept = (cases.get(other), cases.observations(other), cases.results(other), cases.events(other))
    cases.erase(case.id)
    with pytest.raises(CaseMissing):
        cases.get(case.id)
    for table in TABLES:
        assert vault._database.rows(f"SELECT 1 FROM {table} WHERE case_id = ?", (case.id,)) == []
    assert (cases.get(other), cases.observations(other), cases.results(other), cases.events(other)) == kept
    assert cases.instrument(INSTRUMENT.id, INSTRUMENT.version) == INSTRUMENT


def test_numbers_are_not_given_out_again(vault: Vault) -> None:
    first = vault.cases.create(new_case())
    seq = vault.cases.append_observation(first.id, new_observation()).seq
    vault.cases.erase(first.id)
    second = vault.cases.create(new_case())
    assert vault.cases.append_observation(second.id, new_observation()).seq > seq


def test_nothing_is_added_to_a_case_that_is_not_there(vault: Vault) -> None:
    cases = vault.cases
    missing = "00000000-0000-4000-8000-000000000000"
    cases.keep_instrument(INSTRUMENT)
    for attempt in (
        lambda: cases.append_observation(missing, new_observation()),
        lambda: cases.freeze_result(missing, new_result()),
        lambda: cases.append_event(missing, new_event()),
        lambda: cases.close_case(missing, new_case().opened_at),
        lambda: cases.erase(missing),
    ):
        with pytest.raises(CaseMissing) as caught:
            attempt()
        assert caught.value.key == "vault.error.case_missing"
    assert everything(vault._database)["observation"] == []


def test_a_result_needs_its_instrument_and_a_refused_row_leaves_no_trace(vault: Vault) -> None:
    case = vault.cases.create(new_case())
    with pytest.raises(RecordRefused):
        vault.cases.freeze_result(case.id, new_result())
    assert vault.cases.results(case.id) == []
    assert vault.cases.get(case.id) == case


def test_a_row_points_only_within_its_own_case(vault: Vault, case: CaseFile) -> None:
    other = vault.cases.create(new_case("drie"))
    answer = vault.cases.observations(case.id)[0].seq
    with pytest.raises(RecordRefused):
        vault.cases.append_observation(other.id, new_observation(retracts=answer))
    with pytest.raises(RecordRefused):
        vault.cases.append_judgement(other.id, new_judgement(vault.cases.results(case.id)[0].seq))
    with pytest.raises(RecordRefused):
        vault.cases.append_observation(case.id, new_observation(retracts=10_000))
    assert vault.cases.observations(other.id) == []


@pytest.mark.parametrize("field", ["source", "item", "value"])
def test_an_answer_outside_its_form_is_refused(vault: Vault, case: CaseFile, field: str) -> None:
    good = {"item": "'i'", "value": "'yes'", "source": "'victim'"}
    good[field] = "''"
    with pytest.raises(RecordRefused):
        vault._database.execute(
            "INSERT INTO observation (case_id, item, value, source, said_on, note, recorded_at, recorded_by)"
            f" VALUES (?, {good['item']}, {good['value']}, {good['source']}, '2026-01-01', '',"
            " '2026-01-01T00:00:00.000000Z', 'x')",
            (case.id,),
        )


def test_the_same_version_with_another_text_is_kept_beside_the_first(vault: Vault) -> None:
    changed = Instrument(id=INSTRUMENT.id, version=INSTRUMENT.version, sha256="cd" * 32, content=b"changed")
    for instrument in (INSTRUMENT, changed, INSTRUMENT):
        vault.cases.keep_instrument(instrument)
    assert len(everything(vault._database)["instrument"]) == 2
    assert vault.cases.instrument(changed.id, changed.version) == changed
    assert vault.cases.instrument(changed.id, changed.version, INSTRUMENT.sha256) == INSTRUMENT
    assert vault.cases.instrument(changed.id, "2.0") is None


# ---------------------------------------------------------------- retracting


def test_a_correction_keeps_the_mistake_visible(vault: Vault) -> None:
    case = vault.cases.create(new_case())
    wrong = vault.cases.append_observation(case.id, new_observation(value="no"))
    vault.cases.append_observation(case.id, new_observation(value="yes", retracts=wrong.seq))
    stored = vault.cases.observations(case.id)
    assert [(row.value, row.retracted) for row in stored] == [("no", True), ("yes", False)]
    assert not wrong.retracted


def test_a_retraction_taken_back_lets_the_first_answer_stand(vault: Vault) -> None:
    case = vault.cases.create(new_case())
    first = vault.cases.append_observation(case.id, new_observation(value="yes"))
    second = vault.cases.append_observation(case.id, new_observation(value="no", retracts=first.seq))
    vault.cases.append_observation(case.id, new_observation(value="unknown", retracts=second.seq))
    stored = vault.cases.observations(case.id)
    assert [(row.value, row.retracted) for row in stored] == [
        ("yes", False),
        ("no", True),
        ("unknown", False),
    ]
