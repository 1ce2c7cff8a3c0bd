"""Batch runs: equal to the engine, in both forms of table; a wrong row stops everything and is named."""

from __future__ import annotations

import random
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from borg_triage.app import batch, batch_assess
from borg_triage.app.batch import assess_frame, run_parquet
from borg_triage.app.batch_errors import BatchError
from borg_triage.app.batch_observations import ObservationShape
from borg_triage.app.batch_wide import WideShape
from borg_triage.app.instruments import ReadyInstrument, current
from borg_triage.app.resources import catalog
from borg_triage.domain.case_input import CaseInput, CaseReader
from borg_triage.domain.engine import Engine
from borg_triage.domain.instrument import ABSENT
from tests.batch_tables import (
    DAY,
    OUTCOMES,
    cases_of,
    expected,
    observation_table,
    plain,
    random_observations,
    random_wide,
    wide_cases,
    wide_table,
)
from tests.oracle.random_cases import random_case

pl = pytest.importorskip("polars")

CASES = 4000


@pytest.fixture(scope="module")
def cases() -> list[CaseInput]:
    reader = CaseReader(current().instrument)
    return [reader.read(random_case(random.Random(seed)), DAY) for seed in range(CASES)]


@pytest.fixture(scope="module")
def observations(cases: list[CaseInput]) -> Any:
    return observation_table(cases)


@pytest.fixture(scope="module")
def answers(cases: list[CaseInput]) -> Any:
    return expected(cases)


# --- equal to the engine -------------------------------------------------------------------------
def test_observations_come_out_as_the_engine_says(observations: Any, answers: Any) -> None:
    assert plain(assess_frame(observations)).equals(answers)


def test_a_table_made_in_bulk_reaches_every_outcome_and_comes_out_as_the_engine_says() -> None:
    table = random_observations(1, 3000)
    found = expected(cases_of(table))
    assert plain(assess_frame(table)).equals(found)
    instrument = current().instrument
    assert set(found["level"]) == set(instrument.levels)
    assert set(found["pattern"]) == set(instrument.patterns)
    assert set(found["borg"]) == set(instrument.gate_results)
    assert set(found["primary_route"]) == set(instrument.primary_routes)


def test_the_wide_form_comes_out_as_the_engine_says(cases: list[CaseInput]) -> None:
    first = [{item: said[0].value for item, said in case.answers.items() if said} for case in cases]
    for table in (wide_table(first), random_wide(1, 2000)):
        assert plain(assess_frame(table)).equals(expected(wide_cases(table)))


@pytest.mark.proof
@pytest.mark.parametrize("part", range(100))
def test_a_million_random_cases_come_out_as_the_engine_says(part: int) -> None:
    for share in range(5):
        table = random_observations(1000 + 5 * part + share, 2000)
        assert plain(assess_frame(table)).equals(expected(cases_of(table)))
    wide = random_wide(part, 2000)
    assert plain(assess_frame(wide)).equals(expected(wide_cases(wide)))


def test_the_order_of_rows_and_a_row_given_twice_change_nothing(observations: Any, answers: Any) -> None:
    mixed = pl.concat([observations, observations.head(5000)]).sample(fraction=1, shuffle=True, seed=1)
    assert plain(assess_frame(mixed)).equals(answers)


def test_another_order_of_items_in_the_instrument_changes_nothing(observations: Any, answers: Any) -> None:
    ready = current()
    names = type(ready.instrument).model_fields
    turned = type(ready.instrument).model_construct(
        **{name: getattr(ready.instrument, name) for name in names} | {"items": ready.instrument.items[::-1]}
    )
    engine = Engine(turned)
    assert engine.rulebook.atoms != ready.engine.rulebook.atoms
    loaded = replace(ready.loaded, instrument=turned)
    found = batch_assess.assess(observations, batch_assess.Batch(ReadyInstrument(loaded, engine)))
    assert plain(found).equals(answers)


def test_texts_in_categories_and_columns_left_out_are_taken(observations: Any) -> None:
    texts = ["user_group", "item", "value", "source"]
    answers = plain(assess_frame(observations))
    for kind in (
        pl.Categorical,
        pl.Enum(sorted({text for name in texts for text in observations[name].drop_nulls()})),
    ):
        table = observations.with_columns(pl.col(texts).cast(kind))
        assert plain(assess_frame(table)).equals(answers)
    bare = observations.drop("source", "overheard", "on")
    nothing = [pl.lit(None).alias(name) for name in ("source", "overheard", "on")]
    assert assess_frame(bare).equals(assess_frame(bare.with_columns(*nothing)))


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical, pl.UInt8])
def test_a_case_keeps_its_name_whatever_kind_it_is(kind: Any) -> None:
    names = ["7", "20", "3"]
    table = pl.DataFrame(
        {
            "case_id": names,
            "user_group": "shelter",
            "assessed_on": DAY,
            "item": "flag.stalking",
            "value": "yes",
        }
    ).with_columns(pl.col("case_id").cast(kind))
    wide = pl.DataFrame({"case_id": names, "user_group": "shelter", "flag.stalking": "yes"}).with_columns(
        pl.col("case_id").cast(kind)
    )
    ordered = ["3", "7", "20"] if kind is pl.UInt8 else ["20", "3", "7"]
    assert assess_frame(table)["case_id"].cast(pl.String).to_list() == ordered
    assert assess_frame(wide)["case_id"].cast(pl.String).to_list() == names


def test_every_row_of_the_outcomes_names_the_instrument(observations: Any) -> None:
    found = assess_frame(observations.head(50)).select(pl.col("^instrument.*$").unique())
    assert found.row(0) == (current().ref.id, current().ref.version, current().ref.sha256)


# --- files ---------------------------------------------------------------------------------------
def run(folder: Path, table: Any) -> Any:
    table.write_parquet(folder / "in.parquet")
    assert run_parquet(folder / "in.parquet", folder / "out.parquet", catalog("nl")) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["in.parquet", "out.parquet"]
    return pl.read_parquet(folder / "out.parquet")


def test_a_file_comes_out_as_a_table_does(
    tmp_path: Path, observations: Any, answers: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    found = run(tmp_path, observations)
    assert plain(found).equals(answers)
    assert found.equals(assess_frame(observations))
    assert str(CASES) in capfd.readouterr().out


def test_the_levels_of_a_file_can_be_compared(tmp_path: Path, observations: Any) -> None:
    found = run(tmp_path, observations.head(2000))
    assert found.filter(pl.col("level_lower") > pl.col("level")).is_empty()
    assert not found.filter(pl.col("level") >= "high").is_empty()


@pytest.mark.parametrize("rows", [1, 3, 50, 1000])
def test_cases_are_whole_wherever_the_file_is_cut(
    tmp_path: Path, observations: Any, answers: Any, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ObservationShape, "rows", rows)
    some = observations.filter(pl.col("case_id") < max(5, rows // 2))
    assert plain(run(tmp_path, some)).equals(answers.head(max(5, rows // 2)))


def test_a_wide_file_without_names_is_numbered_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = random_wide(3, 300)
    monkeypatch.setattr(WideShape, "rows", 128)
    found = run(tmp_path, table.drop("case_id", "assessed_on"))
    assert found["case_id"].to_list() == list(range(1, 301))
    assert found.select(OUTCOMES).equals(assess_frame(table).select(OUTCOMES))


@pytest.mark.parametrize("form", ["observations", "wide"])
def test_an_empty_table_gives_an_empty_table(tmp_path: Path, observations: Any, form: str) -> None:
    table = (observations if form == "observations" else random_wide(1, 10)).clear()
    found = run(tmp_path, table)
    assert found.height == 0
    assert found.schema == assess_frame(table).schema
    assert set(OUTCOMES) < set(found.columns)


def test_an_older_result_is_replaced_and_only_its_owner_can_read_it(
    tmp_path: Path, observations: Any
) -> None:
    (tmp_path / "out.parquet").write_bytes(b"older")
    assert run(tmp_path, observations.head(10)).height > 0
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "out.parquet").stat().st_mode) == 0o600


# --- what cannot be taken ------------------------------------------------------------------------
def assert_said(error: BatchError) -> None:
    """In both languages there is one line, with its blanks filled in."""
    for language in ("nl", "en"):
        line = catalog(language).text(error.key, **error.params)
        assert not set(line) & set("⟦{}\n")


def one_case(**columns: Any) -> Any:
    """Three right rows; what is named differs in the second."""
    right: dict[str, Any] = {
        "case_id": 5,
        "user_group": "police",
        "assessed_on": DAY,
        "item": "flag.stalking",
        "value": "no",
        "source": "victim",
        "overheard": False,
        "on": DAY,
    }
    return pl.DataFrame([right, right | columns, right], schema_overrides={"overheard": pl.Boolean})


WRONG_ROWS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no case": ({"case_id": None}, "batch.error.missing", "case_id"),
    "no group": ({"user_group": None}, "batch.error.missing", "user_group"),
    "no day": ({"assessed_on": None}, "batch.error.missing", "assessed_on"),
    "no item": ({"item": None}, "batch.error.missing", "item"),
    "no value": ({"value": None}, "batch.error.missing", "value"),
    "an unknown item": ({"item": "flag.stalkin"}, "batch.error.item", "flag.stalkin"),
    "a value outside its set": ({"value": "maybe"}, "batch.error.value", "maybe"),
    "a value of another item": ({"value": "announced"}, "batch.error.value", "announced"),
    "a value in capitals": ({"value": "Yes"}, "batch.error.value", "Yes"),
    "no text": ({"value": ""}, "batch.error.value", ""),
    "a day for no date": ({"value": "2026-11-22"}, "batch.error.value", "2026-11-22"),
    "a name for the days": ({"value": "dated", "item": "context.measure_ends"}, "batch.error.value", "dated"),
    "yes for a date": ({"value": "yes", "item": "context.measure_ends"}, "batch.error.value", "yes"),
    "a day that is none": (
        {"value": "2026-02-30", "item": "context.measure_ends"},
        "batch.error.value",
        "2026-02-30",
    ),
    "a day in another form": (
        {"value": "20261122", "item": "context.separation_on"},
        "batch.error.value",
        "20261122",
    ),
    "a day before all days": (
        {"value": "0000-01-01", "item": "context.separation_on"},
        "batch.error.value",
        "0000-01-01",
    ),
    "an unknown source": ({"source": "neighbour"}, "batch.error.value", "neighbour"),
    "an unknown group": ({"user_group": "army"}, "batch.error.value", "army"),
    "a day ahead": ({"on": date(2026, 11, 23)}, "batch.error.future", "2026-11-23"),
    "two groups in one case": ({"user_group": "shelter"}, "batch.error.differs", "shelter"),
    "two days in one case": ({"assessed_on": date(2026, 11, 23)}, "batch.error.differs", "2026-11-23"),
}


@pytest.mark.parametrize("name", WRONG_ROWS)
def test_a_wrong_row_is_named_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    columns, key, named = WRONG_ROWS[name]
    table = one_case(**columns)
    table.write_parquet(tmp_path / "in.parquet")
    (tmp_path / "out.parquet").write_bytes(b"older")
    with pytest.raises(BatchError) as found:
        run_parquet(tmp_path / "in.parquet", tmp_path / "out.parquet", catalog("nl"))
    assert (found.value.key, found.value.params["row"]) == (key, 2)
    assert_said(found.value)
    assert named in (found.value.params["column"], found.value.params["value"])
    assert (tmp_path / "out.parquet").read_bytes() == b"older"
    assert len(list(tmp_path.iterdir())) == 2
    with pytest.raises(BatchError) as in_memory:
        assess_frame(table)
    # In memory the rows are put in order first, which a row without a case cannot be.
    assert in_memory.value.key == key


def test_a_value_is_answered_with_what_would_do() -> None:
    with pytest.raises(BatchError) as found:
        assess_frame(one_case(item="context.separation", value="yes"))
    item = current().instrument.item["context.separation"]
    assert found.value.params["allowed"] == ", ".join((*item.answers, *ABSENT))
    assert found.value.params["column"] == "context.separation"


def test_all_wrong_rows_are_counted_over_the_whole_file(
    tmp_path: Path, observations: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ObservationShape, "rows", 20_000)
    wrong = observations.with_row_index().with_columns(
        value=pl.when(pl.col("index") % 5000 == 4999).then(pl.lit("perhaps")).otherwise("value")
    )
    wrong.drop("index").write_parquet(tmp_path / "in.parquet")
    with pytest.raises(BatchError) as found:
        run_parquet(tmp_path / "in.parquet", tmp_path / "out.parquet", catalog("nl"))
    assert (found.value.params["count"], found.value.params["row"]) == (observations.height // 5000, 5000)


@pytest.mark.parametrize("rows", [2, 100_000])
def test_a_file_out_of_order_is_refused(tmp_path: Path, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ObservationShape, "rows", rows)
    table = pl.concat([one_case(), one_case(case_id=5).with_columns(case_id=pl.lit(4, pl.Int64))])
    table.write_parquet(tmp_path / "in.parquet")
    with pytest.raises(BatchError) as found:
        run_parquet(tmp_path / "in.parquet", tmp_path / "out.parquet", catalog("nl"))
    assert (found.value.key, found.value.params["row"]) == ("batch.error.order", 4)
    assert_said(found.value)
    assert assess_frame(table)["case_id"].to_list() == [4, 5]


def test_a_case_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("borg_triage.app.batch_observations.MOST_ROWS", 100)
    with pytest.raises(BatchError) as found:
        assess_frame(pl.concat([one_case()] * 50))
    assert found.value.key == "batch.error.too_many"
    assert_said(found.value)


WRONG_WIDE: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "no group": ({"user_group": None}, "batch.error.missing", "user_group", "None"),
    "no case": ({"case_id": None}, "batch.error.missing", "case_id", "None"),
    "an unknown group": ({"user_group": "army"}, "batch.error.value", "user_group", "army"),
    "a value outside its set": ({"flag.stalking": "maybe"}, "batch.error.value", "flag.stalking", "maybe"),
    "a value of another item": ({"flag.stalking": "none"}, "batch.error.value", "flag.stalking", "none"),
    "no text": ({"flag.stalking": ""}, "batch.error.value", "flag.stalking", ""),
    "a day that is none": (
        {"context.measure_ends": "2026-02-30"},
        "batch.error.value",
        "context.measure_ends",
        "2026-02-30",
    ),
}


@pytest.mark.parametrize("name", WRONG_WIDE)
def test_a_wrong_row_of_the_wide_form_is_named(name: str) -> None:
    columns, key, column, value = WRONG_WIDE[name]
    right: dict[str, Any] = {
        "case_id": 1,
        "user_group": "police",
        "flag.stalking": "unknown",
        "context.measure_ends": "2026-12-01",
    }
    table = pl.DataFrame([right, right | {"flag.stalking": None}, right | columns, right | columns])
    with pytest.raises(BatchError) as found:
        assess_frame(table)
    assert found.value.key == key
    params = found.value.params
    assert (params["count"], params["row"], params["column"], params["value"]) == (2, 3, column, value)


WRONG_COLUMNS: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "none that is needed": (
        lambda table: table.drop("assessed_on"),
        "batch.error.column_missing",
        "assessed_on",
    ),
    "neither form": (lambda table: table.select("case_id"), "batch.error.column_missing", "user_group"),
    "one that is not known": (
        lambda table: table.with_columns(sex=pl.lit("f")),
        "batch.error.column_unknown",
        "sex",
    ),
    "a misspelt item": (
        lambda table: table.select("user_group", pl.col("value").alias("flag.stalkin")),
        "batch.error.column_unknown",
        "flag.stalkin",
    ),
    "true for yes": (lambda table: table.with_columns(value=True), "batch.error.column_kind", "value"),
    "a day with a time": (
        lambda table: table.with_columns(pl.col("on").cast(pl.Datetime)),
        "batch.error.column_kind",
        "on",
    ),
    "overheard in words": (
        lambda table: table.with_columns(overheard=pl.lit("no")),
        "batch.error.column_kind",
        "overheard",
    ),
    "a fraction for a case": (
        lambda table: table.with_columns(case_id=0.5),
        "batch.error.column_kind",
        "case_id",
    ),
}


@pytest.mark.parametrize("name", WRONG_COLUMNS)
def test_a_wrong_column_is_named(name: str, tmp_path: Path) -> None:
    change, key, column = WRONG_COLUMNS[name]
    change(one_case()).write_parquet(tmp_path / "in.parquet")
    with pytest.raises(BatchError) as found:
        run_parquet(tmp_path / "in.parquet", tmp_path / "out.parquet", catalog("nl"))
    assert (found.value.key, found.value.params["column"]) == (key, column)
    assert_said(found.value)
    assert not (tmp_path / "out.parquet").exists()


def test_a_note_is_not_read() -> None:
    table = one_case()
    assert assess_frame(table.with_columns(note=pl.lit("Invented."))).equals(assess_frame(table))


def file_errors(folder: Path) -> Iterator[tuple[str, Path, Path]]:
    good, target = folder / "good.parquet", folder / "out.parquet"
    one_case().write_parquet(good)
    (folder / "empty.parquet").write_bytes(b"")
    (folder / "text.parquet").write_text("case_id;item\n", "utf-8")
    (folder / "cut.parquet").write_bytes(good.read_bytes()[:-100])
    broken = bytearray(good.read_bytes())
    broken[4:200] = bytes(196)
    (folder / "broken.parquet").write_bytes(broken)
    yield "batch.error.unreadable", folder / "absent.parquet", target
    yield "batch.error.unreadable", folder, target
    for name in ("empty", "text", "cut", "broken"):
        yield "batch.error.not_parquet", folder / f"{name}.parquet", target
    yield "batch.error.same_file", good, good
    yield "batch.error.unwritable", good, folder / "absent" / "out.parquet"
    yield "batch.error.unwritable", good, folder


def test_what_cannot_be_read_or_written_is_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    for key, source, target in file_errors(tmp_path):
        before = sorted(tmp_path.iterdir())
        with pytest.raises(BatchError) as found:
            run_parquet(source, target, catalog("nl"))
        assert found.value.key == key, source
        assert_said(found.value)
        assert sorted(tmp_path.iterdir()) == before


def test_without_polars_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    batch._batch.cache_clear()
    with pytest.raises(BatchError) as found:
        run_parquet(Path("in.parquet"), Path("out.parquet"), catalog("nl"))
    assert found.value.key == "batch.error.no_polars"
    assert_said(found.value)


def test_polars_is_loaded_only_for_a_batch_run() -> None:
    code = "import sys, borg_triage.app.batch, borg_triage.app.cli; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
