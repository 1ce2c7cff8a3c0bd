"""The form with one row an observation: the resolution of decision model section 1 over whole columns.

The rows of a case stand together, cases in the order of their case_id. Texts become numbers once; what the
instrument says about them is then looked up by number (batch_tables).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from borg_triage.app.batch_rows import (
    ROW,
    Cases,
    Fault,
    Faults,
    find_faults,
    is_date,
    is_flag,
    is_id,
    is_text,
    no_date,
    text_of,
)
from borg_triage.app.batch_tables import DATE, NEVER_OLD, WRONG, Tables
from borg_triage.domain.counting import Counting, Newest
from borg_triage.domain.instrument import SOURCES, USER_GROUPS, Instrument
from borg_triage.domain.planes import pack
from borg_triage.domain.worlds import Atom

_NO_CASE = 2**32 - 1
_NUMBERS = ("case", "pair", "told", "age", "days", "overheard")


class ObservationShape:
    """Reads the form with one row an observation for one instrument (see batch_rows.Shape)."""

    needed = ("case_id", "user_group", "assessed_on", "item", "value")
    kinds: Mapping[str, Callable[[pl.DataType], bool]] = {
        "case_id": is_id,
        "user_group": is_text,
        "assessed_on": is_date,
        "item": is_text,
        "value": is_text,
        "source": is_text,
        "overheard": is_flag,
        "on": is_date,
        "note": is_text,
    }
    rows = 524_288
    ordered = True

    def __init__(self, instrument: Instrument, atoms: Sequence[Atom], countings: Sequence[Counting]) -> None:
        self._tables = Tables(instrument, atoms, countings)
        self._last: object = None

    def _numbered(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The rows with numbers: of the pairs (item, value) and (item, source), and the age in days."""
        tables = self._tables
        numbered = _whole(rows).with_columns(
            group=_place_of("user_group", USER_GROUPS),
            nr=_number("item", tables.items),
            word=_number("value", tables.words).fill_null(tables.values - 1),
            by=_number("source", tables.sources),
            age=(_day("assessed_on") - _day("on")).fill_null(0),
        )
        paired = numbered.with_columns(
            pair=pl.col("nr") * tables.values + pl.col("word"),
            told=pl.col("nr") * len(SOURCES) + pl.col("by").fill_null(_look_up(tables.default, "nr")),
        )
        return paired.with_columns(days=_look_up(tables.days, "pair"))

    def prepared(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The numbers only: texts would be in the way, and a wrong row can be read again."""
        dated = pl.when(pl.col("days") == DATE).then(text_of("value"))
        wrong = pl.any_horizontal(fault.where for fault in self._faults())
        kept = (ROW, "case_id", "group", "assessed_on", "overheard", "age", "pair", "told", "days")
        return self._numbered(rows).select(*kept, dated=dated, wrong=wrong)

    def row_faults(self, rows: pl.LazyFrame) -> tuple[pl.LazyFrame, Sequence[Fault]]:
        """What can be wrong with a row by itself."""
        no_day = (pl.col("days") == DATE) & no_date(text_of("value"))
        faults = [*self._faults(), Fault("batch.error.value", "value", no_day, self._tables.answers)]
        return self._numbered(rows), faults

    def _faults(self) -> list[Fault]:
        """What can be wrong with a numbered row, but for a date that is none: too costly to ask of each."""
        sources, groups = ", ".join(SOURCES), ", ".join(USER_GROUPS)
        no_value, answers = pl.col("days") == WRONG, self._tables.answers
        no_source = pl.col("source").is_not_null() & pl.col("by").is_null()
        return [
            *(Fault("batch.error.missing", name, pl.col(name).is_null()) for name in self.needed),
            Fault("batch.error.value", "user_group", pl.col("group") == 0, groups),
            Fault("batch.error.item", "item", pl.col("nr").is_null()),
            Fault("batch.error.value", "value", no_value.fill_null(False), answers),
            Fault("batch.error.value", "source", no_source, sources),
            Fault("batch.error.future", "on", pl.col("age") < 0),
        ]

    def read(self, piece: pl.DataFrame) -> Cases | Faults:
        """What the cases say, or which rows are wrong."""
        before, self._last = self._last, piece["case_id"][-1]
        coded = _by_case(piece.rechunk(), before)
        faults = _wrong_in_place(coded)
        if faults:
            return faults
        names = coded["case_id"].filter(coded["case"] != coded["case"].shift(1, fill_value=_NO_CASE))
        cases, atoms = len(names), len(self._tables.atoms)
        board = self._board(coded.select(_NUMBERS), cases)
        planes = [pack(board[start : start + cases]) for start in range(0, len(board), cases)]
        return Cases(names, planes[:atoms], dict(zip(self._tables.pasts, planes[atoms:], strict=True)))

    def _board(self, coded: pl.DataFrame, cases: int) -> memoryview:
        """One byte a case for each atom, then for each past: 1 where an observation says so."""
        tables, case = self._tables, pl.col("case")
        listening = pl.lit(self._listening(coded, cases)).gather(case)
        overheard = pl.col("overheard").fill_null(_look_up(tables.heard, "told") & listening)
        weighed = coded.select(
            "case",
            "pair",
            "age",
            fresh=pl.col("age") <= pl.col("days"),
            free=_look_up(tables.free, "pair"),
            trusted=_look_up(tables.trusted, "told") & ~(_look_up(tables.hears, "told") & overheard),
            newest=_look_up(tables.newest, "pair"),
        )
        any_day = pl.col("newest") == int(Newest.ANY)
        counting = pl.col("fresh") & (pl.col("free") | pl.col("trusted"))
        past = pl.col("age") > _look_up(tables.past_after, "pair")
        board = pl.zeros((len(tables.atoms) + len(tables.pasts)) * cases, pl.UInt8, eager=True)
        for found, table in (
            (weighed.filter(any_day & counting), tables.atom),
            (self._newest_only(weighed.filter(~any_day & pl.col("fresh")), cases), tables.atom),
            (coded.filter(past), tables.past),
        ):
            board.scatter(found.select(_look_up(table, "pair") * cases + case).to_series(), 1)
        return memoryview(board.implode().cast(pl.Binary).item())

    def _newest_only(self, weighed: pl.DataFrame, cases: int) -> pl.DataFrame:
        """Of items for which the newest day counts, the observations of that day (counting.Newest)."""
        tables = self._tables
        ladder = pl.col("newest") == int(Newest.LADDER)
        anchors = pl.col("trusted") | (pl.col("free") & ~ladder)
        slot = _look_up(tables.newest_place, "pair") * cases + pl.col("case")
        youngest = weighed.filter(anchors).group_by(slot.alias("slot")).agg(pl.col("age").min())
        ages = pl.repeat(NEVER_OLD, tables.newest_places * cases, dtype=pl.Int64, eager=True)
        newest = pl.lit(ages.scatter(youngest["slot"], youngest["age"])).gather(slot)
        rest = ladder & pl.col("free") & (pl.col("age") <= newest)
        return weighed.filter(pl.when(anchors).then(pl.col("age") == newest).otherwise(rest))

    def _listening(self, coded: pl.DataFrame, cases: int) -> pl.Series:
        """By case: whether answers without a statement of their own count as overheard."""
        tables = self._tables
        listening = pl.repeat(1, cases, dtype=pl.UInt8, eager=True)
        for pair, flag in tables.listening:
            said = coded.select("case", "told").filter(coded["pair"] == pair)
            listening.scatter(said.filter(_look_up(tables.trusted, "told"))["case"], flag)
        return listening == 1


def _by_case(piece: pl.DataFrame, before: object) -> pl.DataFrame:
    """The rows with the number of their case, and whether they come before the row that stands before them.

    before: the case_id of the row before the first, None for none.
    """
    ids = pl.col("case_id")
    back = (ids < ids.shift(1)).fill_null(pl.lit(before) > pl.lit(piece["case_id"][0]))
    return piece.with_columns(case=ids.rle_id(), back=back.fill_null(False))


def _wrong_in_place(coded: pl.DataFrame) -> Faults | None:
    """The rows that are wrong by themselves, or where they stand."""
    dates = coded.select(ROW, "dated").filter(coded["dated"].is_not_null())
    no_dates = dates.filter(no_date(pl.col("dated")))[ROW]
    faults = [
        Fault("", "", pl.col("wrong")),
        Fault("", "", pl.col(ROW).is_in(no_dates.implode()) if len(no_dates) else pl.lit(False)),
        Fault("batch.error.order", "case_id", pl.col("back")),
        Fault("batch.error.differs", "user_group", _differs("group")),
        Fault("batch.error.differs", "assessed_on", _differs("assessed_on")),
    ]
    found = find_faults(coded, faults)
    # What is wrong by itself is told apart when the row is read again.
    return found._replace(fault=None) if found and found.fault and not found.fault.key else found


def _whole(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with the columns that may be left out filled in as not stated."""
    kinds = {"source": pl.String, "overheard": pl.Boolean, "on": pl.Date}
    given = rows.collect_schema()
    return rows.with_columns(
        (pl.col(name) if name in given else pl.lit(None)).cast(kind).alias(name)
        for name, kind in kinds.items()
    )


def _differs(column: str) -> pl.Expr:
    """Where a row says otherwise than the row before it in the same case."""
    return (pl.col("case") == pl.col("case").shift(1)) & (pl.col(column) != pl.col(column).shift(1))


def _place_of(column: str, words: Sequence[str]) -> pl.Expr:
    """The place of each text among a few words, counted from 1; 0 for any other."""
    text = text_of(column)
    return sum(
        (text.eq_missing(word).cast(pl.UInt8) * place for place, word in enumerate(words, 1)), pl.lit(0)
    )


def _number(column: str, words: pl.Enum) -> pl.Expr:
    """The place of each text among the words, null for any other."""
    return pl.col(column).cast(words, strict=False).to_physical().cast(pl.UInt32)


def _day(column: str) -> pl.Expr:
    """A date as a number, wide enough to subtract any two."""
    return pl.col(column).cast(pl.Int32).cast(pl.Int64)


def _look_up(table: pl.Series, numbers: str) -> pl.Expr:
    return pl.lit(table).gather(pl.col(numbers))
