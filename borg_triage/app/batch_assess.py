"""Tables in, tables of outcomes out: the same rules as the engine's, for many cases at once."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from borg_triage.app.batch_errors import BatchError
from borg_triage.app.batch_observations import ObservationShape
from borg_triage.app.batch_rows import ROW, Cases, Faults, Shape, check_columns, error_of, is_text, text_of
from borg_triage.app.batch_wide import WideShape
from borg_triage.app.instruments import ReadyInstrument
from borg_triage.domain.counting import counting_of
from borg_triage.domain.planes import Judge, spread

# A note is for people.
UNREAD = ("note",)

# No case has so many observations; it keeps a column filled with one case_id from filling the memory.
MOST_ROWS = 1_000_000

# Outcomes kept in memory before they are written.
_TOGETHER = 500_000


class Batch:
    """Assesses tables by one instrument."""

    def __init__(self, ready: ReadyInstrument) -> None:
        instrument, rulebook = ready.instrument, ready.engine.rulebook
        self._instrument = instrument
        self._atoms = rulebook.atoms
        self._countings = [counting_of(instrument, item) for item in instrument.items]
        self._judge = Judge(rulebook, self._countings)
        self._values = {
            name: pl.Series(values, dtype=pl.Enum(values)) for name, values in self._judge.names.items()
        }
        ref = ready.ref
        self._stamp = {
            "instrument": ref.id,
            "instrument_version": ref.version,
            "instrument_sha256": ref.sha256,
        }

    def shape(self, names: Iterable[str]) -> Shape:
        """Which of the two forms a table with these columns has."""
        if {"item", "value"} <= set(names):
            return ObservationShape(self._instrument, self._atoms, self._countings)
        return WideShape(self._instrument, self._atoms, self._countings)

    def outcomes(
        self, shape: Shape, rows: pl.LazyFrame, pieces: Iterable[pl.DataFrame]
    ) -> Iterator[pl.DataFrame]:
        """The outcomes of all cases, in order.

        rows: the table. pieces: its prepared rows, of whole cases. Raises BatchError at the end when a row
        was wrong: every row is looked at first, so that the error says how many there are.
        """
        first: Faults | None = None
        wrong = 0
        for piece in pieces:
            found = shape.read(piece)
            if isinstance(found, Faults):
                first, wrong = first or found, wrong + found.number
            elif first is None:
                yield self._decide(found)
        if first:
            raise error_of(first, wrong, shape, rows)

    def columns(self, case_id: pl.DataType) -> dict[str, pl.DataType]:
        """The columns of the outcomes, by their kind."""
        decided = {name: values.dtype for name, values in self._values.items()}
        stamp = {name: pl.Enum([value]) for name, value in self._stamp.items()}
        return {"case_id": case_id} | decided | stamp

    def _decide(self, cases: Cases) -> pl.DataFrame:
        number = len(cases.ids)
        decided = self._judge.decide(cases.said, cases.once, number)._asdict()
        bytes_of = pl.DataFrame({name: [spread(planes, number)] for name, planes in decided.items()})
        # From one value of n bytes to n numbers, which count from 1; a 0 would be out of bounds.
        places = pl.all().bin.reinterpret(dtype=pl.Array(pl.UInt8, number)).explode() - 1
        return bytes_of.select(places).select(
            pl.lit(cases.ids).alias("case_id"),
            *(pl.lit(values).gather(pl.col(name)).alias(name) for name, values in self._values.items()),
            *(pl.lit(value, pl.Enum([value])).alias(name) for name, value in self._stamp.items()),
        )


def assess(frame: pl.DataFrame, batch: Batch) -> pl.DataFrame:
    """The outcomes of a table in memory; with observations, in the order of case_id. Raises BatchError."""
    shape = batch.shape(frame.columns)
    check_columns(shape, frame.schema)
    rows = _plain(frame.lazy().with_row_index(ROW, offset=1), frame.schema)
    if shape.ordered:
        rows = _in_order(rows.collect()).lazy()
    empty = pl.DataFrame(schema=batch.columns(_id_kind(rows.collect_schema())))
    return pl.concat([empty, *batch.outcomes(shape, rows, _pieces(rows, shape))])


def assess_file(source: Path, target: Path, batch: Batch) -> int:
    """Write the outcomes of one Parquet file to another; gives the number of cases. Raises BatchError.

    The result is written beside the target and takes its name only when it is whole.
    """
    rows, schema = _opened(source)
    if target.exists() and target.samefile(source):
        raise BatchError("batch.error.same_file", file=target.name)
    shape = batch.shape(schema)
    check_columns(shape, schema)
    rows = _plain(rows, schema)
    empty = pl.DataFrame(schema=batch.columns(_id_kind(rows.collect_schema())))
    with _beside(target) as folder:
        parts = _parts(folder, empty, batch.outcomes(shape, rows, _read(rows, source, shape)))
        outcomes = pl.scan_ipc(parts, glob=False)
        cases: int = outcomes.select(pl.len()).collect().item()
        whole = folder / "whole"
        whole.touch(0o600)
        outcomes.sink_parquet(whole, sync_on_close="all")
        whole.replace(target.resolve())
    return cases


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of each case together; most tables are in order already, and looking costs far less."""
    return rows if rows["case_id"].is_sorted() else rows.sort("case_id", maintain_order=True)


def _parts(folder: Path, empty: pl.DataFrame, outcomes: Iterator[pl.DataFrame]) -> list[Path]:
    """Write the outcomes to files of a size that memory can hold; at least one file."""
    parts: list[Path] = []
    while True:
        frames, cases = [empty], 0
        while cases < _TOGETHER and (found := next(outcomes, None)) is not None:
            frames.append(found)
            cases += found.height
        if parts and not cases:
            return parts
        parts.append(folder / str(len(parts)))
        pl.concat(frames).write_ipc(parts[-1])


def _plain(rows: pl.LazyFrame, schema: Mapping[str, pl.DataType]) -> pl.LazyFrame:
    """The rows without what is not read; a case_id that is text in another form as text, for its order."""
    kind = schema.get("case_id")
    plain = [text_of("case_id")] if kind is not None and is_text(kind) else []
    return rows.select(pl.exclude(*UNREAD)).with_columns(*plain)


def _id_kind(schema: Mapping[str, pl.DataType]) -> pl.DataType:
    return schema.get("case_id", schema[ROW])


def _opened(source: Path) -> tuple[pl.LazyFrame, Mapping[str, pl.DataType]]:
    """The rows of a file, not read yet, and its columns."""
    with _readable(source):
        with source.open("rb"):
            pass
        rows = pl.scan_parquet(
            source, glob=False, hive_partitioning=False, row_index_name=ROW, row_index_offset=1
        )
        schema = dict(rows.collect_schema())
    del schema[ROW]
    return rows, schema


def _read(rows: pl.LazyFrame, source: Path, shape: Shape) -> Iterator[pl.DataFrame]:
    pieces = _pieces(rows, shape)
    while True:
        with _readable(source):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _pieces(rows: pl.LazyFrame, shape: Shape) -> Iterator[pl.DataFrame]:
    """The prepared rows in order, some at a time, the next ones read while these are worked on.

    Polars can hand out batches itself, but then reads on into memory when they are not taken fast enough.
    """
    cuts = _cuts_between_cases(rows, shape.rows) if shape.ordered else _cuts(rows, shape.rows)
    with ThreadPoolExecutor(1) as ahead:
        following: Future[pl.DataFrame] | None = None
        for start, stop in cuts:
            # Cut before anything is worked out: Polars would not read less for a cut made after.
            piece = shape.prepared(rows.slice(start, stop - start))
            reading, following = following, ahead.submit(piece.collect)
            if reading:
                yield reading.result()
        if following:
            yield following.result()


def _cuts(rows: pl.LazyFrame, together: int) -> Iterator[tuple[int, int]]:
    number: int = rows.select(pl.len()).collect().item()
    for start in range(0, number, together):
        yield start, min(start + together, number)


def _cuts_between_cases(rows: pl.LazyFrame, together: int) -> Iterator[tuple[int, int]]:
    """From where to where to read. Raises BatchError for a case without end."""
    start = seen = 0
    while len(ids := rows.select("case_id").slice(seen, together).collect().to_series()):
        others = ids.ne_missing(pl.Series([ids[-1]], dtype=ids.dtype)).arg_true()
        if len(others):
            last_case = seen + int(others[-1]) + 1
            yield start, last_case
            start = last_case
        seen += len(ids)
        if seen - start > MOST_ROWS:
            raise BatchError("batch.error.too_many", most=MOST_ROWS)
    if seen > start:
        yield start, seen


@contextmanager
def _readable(source: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BatchError(
            "batch.error.unreadable", file=source.name, problem=error.strerror or str(error)
        ) from error
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise BatchError("batch.error.not_parquet", file=source.name) from error


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder of passing files beside the target, so that the result can take its name in one step."""
    try:
        if target.exists() and not target.is_file():
            # Not only a folder: taking the name of a device would remove it.
            wrong = errno.EISDIR if target.is_dir() else errno.EINVAL
            raise OSError(wrong, os.strerror(wrong))
        with TemporaryDirectory(dir=target.resolve().parent, prefix=f".{target.name}.") as folder:
            yield Path(folder)
    except OSError as error:
        problem = error.strerror or str(error)
        raise BatchError("batch.error.unwritable", file=target.name, problem=problem) from error
