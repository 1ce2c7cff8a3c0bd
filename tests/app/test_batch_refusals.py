"""Batch runs: a wrong row stops everything and is named; nothing is written, and nothing left behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from borg_triage.app import batch
from borg_triage.app.batch import assess_frame, run_parquet
from borg_triage.app.batch_errors import BatchError
from borg_triage.app.batch_observations import ObservationShape
from borg_triage.app.instruments import current
from borg_triage.app.resources import catalog
from borg_triage.domain.instrument import ABSENT
from tests.batch_tables import one_case, random_observations

pl = pytest.importorskip("polars")


def assert_said(error: BatchError) -> None:
    """In both languages there is one line, with its blanks filled in."""
    for language in ("nl", "en"):
        line = catalog(language).text(error.key, **error.params)
        assert not set(line) & set("⟦{}\n")


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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    observations = random_observations(1, 500)
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
    monkeypatch.setattr("borg_triage.app.batch_assess.MOST_ROWS", 100)
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
    if sys.platform != "win32":
        os.mkfifo(folder / "pipe")
        yield "batch.error.unwritable", good, folder / "pipe"


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
