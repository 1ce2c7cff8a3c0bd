"""Batch runs: equal to the engine, in both forms of table, in memory and through files."""

from __future__ import annotations

import random
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from borg_triage.app import batch_assess
from borg_triage.app.batch import assess_frame, run_parquet
from borg_triage.app.batch_observations import ObservationShape
from borg_triage.app.batch_wide import WideShape
from borg_triage.app.instruments import ReadyInstrument, current
from borg_triage.app.resources import catalog
from borg_triage.domain.case_input import CaseInput, CaseReader
from borg_triage.domain.engine import Engine
from tests.batch_tables import (
    DAY,
    OUTCOMES,
    cases_of,
    expected,
    observation_table,
    one_case,
    plain,
    random_observations,
    random_wide,
    thinned,
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
    few = thinned(1, table)
    assert plain(assess_frame(few)).equals(expected(cases_of(few)))
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
    table = thinned(part, random_observations(1000 + part, 10_000))
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
    monkeypatch.setattr(batch_assess, "_TOGETHER", 100)
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


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and SIGTERM")
def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    one_case().write_parquet(tmp_path / "in.parquet")
    (tmp_path / "out.parquet").symlink_to(tmp_path / "there" / "real.parquet")
    assert run_parquet(tmp_path / "in.parquet", tmp_path / "out.parquet", catalog("nl")) == 0
    assert (tmp_path / "out.parquet").is_symlink()
    assert pl.read_parquet(tmp_path / "there" / "real.parquet").height == 1
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["real.parquet"]


_STOPPED = """
import os, signal, sys
from pathlib import Path
from borg_triage.app import batch_assess
from borg_triage.app.cli import run_command
def stop(*_):
    assert len(list(Path(sys.argv[2]).parent.iterdir())) == 2
    os.kill(os.getpid(), signal.SIGTERM)
    return iter(())
batch_assess._read = stop
run_command(["assess", "--parquet", *sys.argv[1:]])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and SIGTERM")
def test_a_run_that_is_told_to_stop_leaves_nothing_behind(tmp_path: Path) -> None:
    one_case().write_parquet(tmp_path / "in.parquet")
    files = [str(tmp_path / "in.parquet"), str(tmp_path / "out.parquet")]
    stopped = subprocess.run([sys.executable, "-c", _STOPPED, *files], check=False, capture_output=True)
    assert stopped.returncode == 128 + signal.SIGTERM, stopped.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


def test_a_note_is_not_read() -> None:
    table = one_case()
    assert assess_frame(table.with_columns(note=pl.lit("Invented."))).equals(assess_frame(table))


def test_polars_is_loaded_only_for_a_batch_run() -> None:
    code = "import sys, borg_triage.app.batch, borg_triage.app.cli; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
