"""What the batch readers share: the columns of a table, and rows that cannot be taken.

A row that cannot be taken is never passed over: all of them are counted, the first is named, and nothing
is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple, Protocol

import polars as pl

from borg_triage.app.batch_errors import BatchError
from borg_triage.domain.instrument import ABSENT, Item

# The number of a row in the file, from 1; no column of a file can be called this.
ROW = "\0row"

_SHOWN = 60


class Fault(NamedTuple):
    """One way in which a row can be wrong.

    key: the message. column: the column it is about. where: an expression that holds for the wrong rows.
    allowed: what would have been right; by item, where that depends on the row's item.
    """

    key: str
    column: str
    where: pl.Expr
    allowed: str | Mapping[str, str] = ""


class Faults(NamedTuple):
    """The wrong rows of a piece: how many, the number of the first, and its fault where that is known."""

    number: int
    row: int
    fault: Fault | None = None


class Cases(NamedTuple):
    """Many cases as planes of bits (domain.planes).

    ids: their case_id. said: one plane an atom of the rulebook. once: by item, what became history.
    """

    ids: pl.Series
    said: Sequence[int]
    once: Mapping[str, int]


class Shape(Protocol):
    """One of the two forms a table can have.

    needed: the columns it must have. kinds: of every column it may have, what kind will do. rows: how many
    rows to read together: enough to keep Polars busy, few enough for some hundred MB. ordered: whether a
    case has several rows, which then stand in the order of case_id.
    """

    kinds: Mapping[str, Callable[[pl.DataType], bool]]
    rows: int
    ordered: bool

    @property
    def needed(self) -> Sequence[str]:
        """The columns it must have."""
        ...

    def prepared(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The rows with what can be said of each by itself; runs while the rows before are worked on."""

    def read(self, piece: pl.DataFrame) -> Cases | Faults:
        """What the cases of a prepared piece say, or which of its rows are wrong."""

    def row_faults(self, rows: pl.LazyFrame) -> tuple[pl.LazyFrame, Sequence[Fault]]:
        """In which ways rows can be wrong by themselves, with the rows to look for that in."""


def check_columns(shape: Shape, schema: Mapping[str, pl.DataType]) -> None:
    """Raises BatchError for a column that is missing, unknown, or of another kind."""
    for name in shape.needed:
        if name not in schema:
            raise BatchError("batch.error.column_missing", column=name)
    for name, kind in schema.items():
        if name not in shape.kinds:
            raise BatchError("batch.error.column_unknown", column=shown(name))
        if not shape.kinds[name](kind):
            raise BatchError("batch.error.column_kind", column=name, kind=str(kind))


def is_text(kind: pl.DataType) -> bool:
    """Text in any form; a column of nothing but nulls has no kind and is taken too."""
    return isinstance(kind, pl.String | pl.Categorical | pl.Enum | pl.Null)


def is_id(kind: pl.DataType) -> bool:
    """What can name a case: text or a whole number."""
    return is_text(kind) or kind.is_integer()


def is_date(kind: pl.DataType) -> bool:
    """A date without a time."""
    return isinstance(kind, pl.Date | pl.Null)


def is_flag(kind: pl.DataType) -> bool:
    """True or false."""
    return isinstance(kind, pl.Boolean | pl.Null)


def text_of(column: str) -> pl.Expr:
    """A text column as plain text."""
    return pl.col(column).cast(pl.String)


def one_of(value: pl.Expr, allowed: Sequence[str]) -> pl.Expr:
    """Whether a text is one of a few; never null. Comparing beats looking up for a few short texts."""
    return reduce(or_, (value.eq_missing(pl.lit(one)) for one in allowed))


def answers_of(item: Item) -> str:
    """What can be said of an item, for a message."""
    return ", ".join((*(item.answers or ("YYYY-MM-DD",)), *ABSENT))


def no_date(text: pl.Expr) -> pl.Expr:
    """Where a text is not a day written YYYY-MM-DD; never null."""
    day = text.str.to_date("%Y-%m-%d", strict=False)
    written = text.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    return ~(written & day.is_not_null() & (day.dt.year() >= 1)).fill_null(False)


def find_faults(piece: pl.DataFrame, faults: Sequence[Fault]) -> Faults | None:
    """The wrong rows of a piece, if any; the fault is the first in the list that the first row has."""
    count = piece.select(pl.any_horizontal(fault.where for fault in faults).sum()).item()
    if not count:
        return None
    flags = piece.select(ROW, *(fault.where.alias(str(place)) for place, fault in enumerate(faults)))
    first = flags.filter(pl.any_horizontal(pl.exclude(ROW))).row(0, named=True)
    fault = next(fault for place, fault in enumerate(faults) if first[str(place)])
    return Faults(count, first[ROW], fault)


def error_of(faults: Faults, count: int, shape: Shape, rows: pl.LazyFrame) -> BatchError:
    """The error that a person sees. count: of all rows that are wrong. rows: the table."""
    row = rows.filter(pl.col(ROW) == faults.row)
    fault = faults.fault
    if fault is None:
        looked_at, possible = shape.row_faults(row)
        found = find_faults(looked_at.collect(), possible)
        if found is None or found.fault is None:
            raise LookupError(f"row {faults.row} is wrong for no reason")
        fault = found.fault
    given = row.collect().row(0, named=True)
    allowed, column = fault.allowed, fault.column
    if not isinstance(allowed, str):
        allowed, column = allowed[given["item"]], given["item"]
    value = shown(str(given[fault.column]))
    return BatchError(fault.key, count=count, row=faults.row, column=column, value=value, allowed=allowed)


def shown(text: str) -> str:
    """A text from a file as it may stand in a message: one short line of plain letters."""
    text = text.encode("ascii", "backslashreplace").decode()
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
