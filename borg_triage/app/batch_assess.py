"""Tables in, tables of outcomes out: the same rules as the engine's, for many cases at once."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from borg_triage.app.batch_errors import BatchError
from borg_triage.app.batch_observations import ObservationShape
from borg_triage.app.batch_rows import ROW, Cases, Faults, Shape, check_columns, is_text, text_of
from borg_triage.app.batch_wide import WideShape
from borg_triage.app.instruments import ReadyInstrument
from borg_triage.domain.counting import counting_of
from borg_triage.domain.planes import Judge, spread

# A note is for people.
UNREAD = ("note",)


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

    def outcomes(self, shape: Shape, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The outcomes of all cases, in order.

        frames: the rows of the table in order, numbered from 1 in the column ROW. Raises BatchError at the
        end when a row was wrong: every row is looked at first, so that the error says how many there are.
        """
        first: Faults | None = None
        wrong = 0
        for piece in shape.pieces(frame for frame in frames if frame.height):
            found = shape.read(piece)
            if isinstance(found, Faults):
                first, wrong = first or found, wrong + found.number
            elif first is None:
                yield self._decide(found)
        if first:
            raise first.error(wrong)

    def columns(self, case_id: pl.DataType) -> dict[str, pl.DataType]:
        """The columns of the outcomes, by their kind."""
        decided = {name: values.dtype for name, values in self._values.items()}
        return {"case_id": case_id} | decided | dict.fromkeys(self._stamp, pl.String())

    def _decide(self, cases: Cases) -> pl.DataFrame:
        number = len(cases.ids)
        decided = self._judge.decide(cases.said, cases.once, number)._asdict()
        bytes_of = pl.DataFrame({name: [spread(planes, number)] for name, planes in decided.items()})
        # From one value of n bytes to n numbers, which count from 1; a 0 would be out of bounds.
        places = pl.all().bin.reinterpret(dtype=pl.Array(pl.UInt8, number)).explode() - 1
        return bytes_of.select(places).select(
            pl.lit(cases.ids).alias("case_id"),
            *(pl.lit(values).gather(pl.col(name)).alias(name) for name, values in self._values.items()),
            *(pl.lit(value).alias(name) for name, value in self._stamp.items()),
        )


def assess(frame: pl.DataFrame, batch: Batch) -> pl.DataFrame:
    """The outcomes of a table in memory; with observations, in the order of case_id. Raises BatchError."""
    shape = batch.shape(frame.columns)
    check_columns(shape, frame.schema)
    rows = shape.prepared(_plain(frame.lazy().with_row_index(ROW, offset=1), frame.schema)).collect()
    if shape.ordered:
        rows = rows.sort("case_id", maintain_order=True)
    outcomes = batch.outcomes(shape, rows.iter_slices(shape.rows))
    return pl.concat([pl.DataFrame(schema=batch.columns(_id_kind(rows.schema))), *outcomes])


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
    columns = batch.columns(_id_kind(rows.collect_schema()))
    cases = 0

    def outcomes(*_: object) -> Iterator[pl.DataFrame]:
        nonlocal cases
        for found in batch.outcomes(shape, _read(rows, source, shape)):
            cases += found.height
            yield found

    with _written_beside(target) as part:
        register_io_source(outcomes, schema=columns).sink_parquet(part, sync_on_close="all")
    return cases


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
    """The rows in order, some at a time, the next ones read while these are worked on.

    Polars can hand out batches itself, but then reads on into memory when they are not taken fast enough.
    """

    def part(start: int) -> pl.LazyFrame:
        # Cut before anything is worked out: Polars would not read less for a cut made after.
        return shape.prepared(rows.slice(start, shape.rows))

    with ThreadPoolExecutor(1) as ahead:
        start, following = 0, ahead.submit(part(0).collect)
        while True:
            with _readable(source):
                frame = following.result()
            if not frame.height:
                return
            start += frame.height
            following = ahead.submit(part(start).collect)
            yield frame


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
def _written_beside(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its place when all went well, and is gone when not."""
    part: Path | None = None
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
            part = Path(file.name)
        yield part
        part.replace(target)
    except OSError as error:
        problem = error.strerror or str(error)
        raise BatchError("batch.error.unwritable", file=target.name, problem=problem) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)
