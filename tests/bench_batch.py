"""Large sets: `assess --parquet` beside a bare Polars copy of the same file, and assess_frame in memory.

`python -m tests.bench_batch [CASES]` prints both forms of table (docs/batch.md) as a Markdown table, in some
two minutes; `make bench` takes the wide form only. Whole processes, start included, both sides in turn,
medians.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import polars as pl

from borg_triage.app.batch import assess_frame
from tests.batch_tables import random_observations, random_wide
from tests.bench import seconds

CASES = 1_000_000
# As many are made at random; a larger set repeats them, under other names.
_MADE = 50_000
# A random case has some ninety observations; a ninth of them is what a register may know.
_KEPT = 9

_COPY = "import sys, polars; polars.scan_parquet(sys.argv[1]).sink_parquet(sys.argv[2])"


class Figure(NamedTuple):
    """Cases a second through files and in memory; how many times the time of a bare copy; rows a case."""

    files: float
    memory: float
    times_bare: float
    rows: float


def few_observations(seed: int, cases: int) -> pl.DataFrame:
    """Some ten observations a case."""
    table = random_observations(seed, cases)
    return table.filter(pl.int_range(pl.len()).hash(seed) % _KEPT == 0)


def repeated(table: pl.DataFrame, cases: int) -> pl.DataFrame:
    """A larger set of the same cases, each time under other names."""
    times = -(-cases // _MADE)
    return pl.concat(
        table.with_columns(pl.col("case_id") + number * _MADE) for number in range(times)
    ).filter(pl.col("case_id") < cases)


def measured(make: Callable[[int, int], pl.DataFrame], cases: int, rounds: int) -> Figure:
    """The medians of one form of table."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.parquet", str(Path(folder) / "out.parquet")
        table = repeated(make(1, min(cases, _MADE)), cases)
        table.write_parquet(source)
        number, rows = table["case_id"].n_unique(), table.height
        del table
        ours = [sys.executable, "-m", "borg_triage", "assess", "--parquet", str(source), target]
        bare = [sys.executable, "-c", _COPY, str(source), target]
        pairs = [(seconds(ours), seconds(bare)) for _ in range(rounds)]
        memory = [in_memory(source) for _ in range(rounds)]
    return Figure(
        files=number / statistics.median(own for own, _ in pairs),
        memory=number / statistics.median(memory),
        times_bare=statistics.median(own / copy for own, copy in pairs),
        rows=rows / number,
    )


def in_memory(source: Path) -> float:
    """Seconds to assess a table that has been read."""
    table = pl.read_parquet(source)
    assess_frame(table.head(1))
    start = time.perf_counter()
    assess_frame(table)
    return time.perf_counter() - start


def said(figure: Figure) -> str:
    """A figure as it stands in the README."""
    return (
        f"{figure.files:,.0f} cases a second ({figure.memory:,.0f} in memory), "
        f"{figure.times_bare:.2f} times a bare Polars copy"
    )


def main(cases: int, rounds: int = 5) -> None:
    print("| what | measured |\n| --- | --- |")
    for name, make in (("one row a case", random_wide), ("one row an observation", few_observations)):
        figure = measured(make, cases, rounds)
        print(f"| {cases:,} cases, {name} ({figure.rows:.0f} rows a case) | {said(figure)} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2] or [CASES]))
