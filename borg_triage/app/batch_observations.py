"""The form with one row an observation: the resolution of decision model section 1 over whole columns.

The rows of a case stand together, cases in the order of their case_id. Texts become numbers once; what the
instrument says about a pair of item and value, or item and source, is then looked up by number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

import polars as pl

from borg_triage.app.batch_errors import BatchError
from borg_triage.app.batch_rows import (
    ROW,
    Cases,
    Fault,
    Faults,
    answers_of,
    find_faults,
    is_date,
    is_flag,
    is_id,
    is_text,
    no_date,
    one_of,
    text_of,
)
from borg_triage.domain.counting import DATED, Counting, Newest
from borg_triage.domain.instrument import ABSENT, SOURCES, USER_GROUPS, Instrument
from borg_triage.domain.planes import pack
from borg_triage.domain.worlds import Atom

# No case has so many observations; it keeps a column filled with one case_id from filling the memory.
MOST_ROWS = 1_000_000

# Days for what counts at any age, for what never counts, and for what is no answer of its item.
_ALWAYS, _NEVER, _WRONG = 2**40, -1, -2

_NO_CASE = 2**32 - 1
_NUMBERS = ("case", "nr", "word", "pair", "told", "age", "days", "overheard")

_KINDS: Mapping[str, Callable[[pl.DataType], bool]] = {
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


class ObservationShape:
    """Reads the form with one row an observation for one instrument (see batch_rows.Shape)."""

    needed = ("case_id", "user_group", "assessed_on", "item", "value")
    kinds = _KINDS
    rows = 524_288
    ordered = True

    def __init__(self, instrument: Instrument, atoms: Sequence[Atom], countings: Sequence[Counting]) -> None:
        self._tables = _Tables(instrument, atoms, countings)
        self._overheard = next(c for c in countings if c.item.id == instrument.overheard.item)
        self._last: object = None

    def prepared(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The rows with numbers: of item, value and source, of their pairs, and the age in days."""
        tables = self._tables
        numbered = _whole(rows).with_columns(
            group=one_of(text_of("user_group"), USER_GROUPS),
            nr=_number("item", tables.item_kind),
            word=_number("value", tables.word_kind).fill_null(len(tables.words)),
            by=_number("source", tables.source_kind),
            age=(_day("assessed_on") - _day("on")).fill_null(0),
        )
        paired = numbered.with_columns(
            pair=pl.col("nr") * tables.values + pl.col("word"),
            told=pl.col("nr") * len(SOURCES) + pl.col("by").fill_null(_look_up(tables.default, "nr")),
        )
        return paired.with_columns(days=_look_up(tables.days, "pair"))

    def pieces(self, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The rows cut between two cases. Raises BatchError for a case without end."""
        held: list[pl.DataFrame] = []
        for frame in frames:
            start = _start_of_last(frame)
            if start:
                yield pl.concat([*held, frame.head(start)], rechunk=True)
                held = []
            held.append(frame.slice(start))
            if sum(part.height for part in held) > MOST_ROWS:
                raise BatchError("batch.error.too_many", most=MOST_ROWS)
        if held:
            yield pl.concat(held, rechunk=True)

    def read(self, piece: pl.DataFrame) -> Cases | Faults:
        """What the cases say, or which rows are wrong."""
        before, self._last = self._last, piece["case_id"][-1]
        coded = self._coded(piece, before)
        faults = find_faults(coded, self._faults(coded))
        if faults:
            return faults
        ids = piece["case_id"].filter(coded["case"] != coded["case"].shift(1, fill_value=_NO_CASE))
        board = self._board(coded.select(_NUMBERS), len(ids))
        planes = [pack(board[start : start + len(ids)]) for start in range(0, len(board), len(ids))]
        atoms = len(self._tables.atoms)
        once = dict(zip(self._tables.histories, planes[atoms:], strict=True))
        return Cases(ids, planes[:atoms], once)

    def _coded(self, piece: pl.DataFrame, before: object) -> pl.DataFrame:
        """The rows with the number of their case, and whether they stand before the row they come after.

        before: the case_id of the row before the first, None for none.
        """
        ids = pl.col("case_id")
        back = (ids < ids.shift(1)).fill_null(pl.lit(before) > pl.lit(piece["case_id"][0]))
        return piece.with_columns(case=ids.rle_id(), back=back.fill_null(False))

    def _faults(self, coded: pl.DataFrame) -> list[Fault]:
        """What can be wrong with a coded row."""
        sources, groups = ", ".join(SOURCES), ", ".join(USER_GROUPS)
        no_source = pl.col("source").is_not_null() & pl.col("by").is_null()
        return [
            *(Fault("batch.error.missing", name, pl.col(name).is_null()) for name in self.needed),
            Fault("batch.error.order", "case_id", pl.col("back")),
            Fault("batch.error.value", "user_group", ~pl.col("group"), groups),
            Fault("batch.error.item", "item", pl.col("nr").is_null()),
            Fault("batch.error.value", "value", self._wrong_values(coded), self._tables.answers),
            Fault("batch.error.value", "source", no_source, sources),
            Fault("batch.error.future", "on", pl.col("age") < 0),
            Fault("batch.error.differs", "user_group", _differs("user_group")),
            Fault("batch.error.differs", "assessed_on", _differs("assessed_on")),
        ]

    def _wrong_values(self, coded: pl.DataFrame) -> pl.Expr:
        """Where a value is none of its item's; a text that no item has as answer may still be a date."""
        dated = (coded["word"] == len(self._tables.words)) & (coded["days"] != _WRONG)
        rows = coded.select(ROW, "value").filter(dated).filter(no_date(text_of("value")))[ROW]
        wrong = pl.col("days") == _WRONG
        return wrong | pl.col(ROW).is_in(rows.implode()) if len(rows) else wrong

    def _board(self, coded: pl.DataFrame, cases: int) -> memoryview:
        """One byte a case for each atom, then for each history: 1 where an observation says so."""
        tables, age, case = self._tables, pl.col("age"), pl.col("case")
        listening = pl.lit(self._listening(coded, cases)).gather(case)
        overheard = pl.col("overheard").fill_null(_look_up(tables.heard, "told") & listening)
        weighed = coded.select(
            "case",
            "age",
            "nr",
            "pair",
            fresh=age <= pl.col("days"),
            free=_look_up(tables.free, "pair"),
            trusted=_look_up(tables.trusted, "told") & ~(_look_up(tables.hears, "told") & overheard),
            newest=_look_up(tables.newest, "pair"),
        )
        any_day = pl.col("newest") == int(Newest.ANY)
        counting = pl.col("fresh") & (pl.col("free") | pl.col("trusted"))
        square = _look_up(tables.atom, "pair") * cases + case
        past_square = _look_up(tables.past, "pair") * cases + case
        board = pl.zeros((len(tables.atoms) + len(tables.histories)) * cases, pl.UInt8, eager=True)
        for rows in (
            weighed.lazy().filter(any_day & counting).select(square),
            self._newest_only(weighed.filter(~any_day & pl.col("fresh")), cases).lazy().select(square),
            coded.lazy().filter(age > _look_up(tables.past_after, "pair")).select(past_square),
        ):
            board.scatter(rows.collect().to_series(), 1)
        return memoryview(board.implode().cast(pl.Binary).item())

    def _newest_only(self, weighed: pl.DataFrame, cases: int) -> pl.DataFrame:
        """Of items for which the newest day counts, the observations of that day (counting.Newest)."""
        tables = self._tables
        ladder = pl.col("newest") == int(Newest.LADDER)
        anchors = pl.col("trusted") | (pl.col("free") & ~ladder)
        slot = _look_up(tables.newest_place, "nr") * cases + pl.col("case")
        youngest = weighed.filter(anchors).group_by(slot.alias("slot")).agg(pl.col("age").min())
        ages = pl.repeat(_ALWAYS, tables.newest_places * cases, dtype=pl.Int64, eager=True)
        newest = pl.lit(ages.scatter(youngest["slot"], youngest["age"])).gather(slot)
        rest = ladder & pl.col("free") & (pl.col("age") <= newest)
        return weighed.filter(pl.when(anchors).then(pl.col("age") == newest).otherwise(rest))

    def _listening(self, coded: pl.DataFrame, cases: int) -> pl.Series:
        """By case: whether answers without a statement of their own count as overheard."""
        tables, counting = self._tables, self._overheard
        listening = pl.repeat(1, cases, dtype=pl.UInt8, eager=True)
        if not counting.listeners_matter:
            said = coded.filter(coded["nr"] == tables.items.index(counting.item.id))
            said = said.filter(_look_up(tables.trusted, "told"))
            for word, flag in ((counting.item.better, 0), (counting.item.worse, 1)):
                listening.scatter(said["case"].filter(said["word"] == tables.words.index(word)), flag)
        return listening == 1


def _start_of_last(frame: pl.DataFrame) -> int:
    """Where the rows of the last case begin."""
    ids = frame["case_id"]
    others = ids.ne_missing(pl.Series([ids[-1]], dtype=ids.dtype)).arg_true()
    return int(others[-1]) + 1 if len(others) else 0


def _whole(piece: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with the columns that may be left out filled in as not stated."""
    kinds = {"source": pl.String, "overheard": pl.Boolean, "on": pl.Date}
    given = piece.collect_schema()
    return piece.with_columns(
        (pl.col(name) if name in given else pl.lit(None)).cast(kind).alias(name)
        for name, kind in kinds.items()
    )


def _differs(column: str) -> pl.Expr:
    """Where a row says otherwise than the row before it in the same case."""
    return (pl.col("case") == pl.col("case").shift(1)) & (pl.col(column) != pl.col(column).shift(1))


def _number(column: str, words: pl.Enum) -> pl.Expr:
    """The place of each text among the words, null for any other."""
    return pl.col(column).cast(words, strict=False).to_physical().cast(pl.UInt32)


def _day(column: str) -> pl.Expr:
    """A date as a number, wide enough to subtract any two."""
    return pl.col(column).cast(pl.Int32).cast(pl.Int64)


def _look_up(table: pl.Series, numbers: str) -> pl.Expr:
    return pl.lit(table).gather(pl.col(numbers))


class _Tables:
    """What the instrument says, by number.

    A pair (item, value) has the number item * values + value; the last value stands for every text that is
    no answer of any item, which only a date is. A pair (item, source) has the number item * sources +
    source.
    """

    def __init__(self, instrument: Instrument, atoms: Sequence[Atom], countings: Sequence[Counting]) -> None:
        self.atoms = atoms
        self.histories = sorted({counting.once[1] for counting in countings if counting.once})
        self.items = [counting.item.id for counting in countings]
        words = {word: None for item in instrument.items for word in item.answers} | dict.fromkeys(ABSENT)
        self.words = list(words)
        self.item_kind, self.word_kind = pl.Enum(self.items), pl.Enum(self.words)
        self.source_kind = pl.Enum(SOURCES)
        self.answers = {counting.item.id: answers_of(counting.item) for counting in countings}
        self._countings = countings
        self.values = len(self.words) + 1
        self._fill_by_value()
        newest = [counting.newest != Newest.ANY for counting in countings]
        self.newest_places = sum(newest)
        # The items for which the newest day counts, numbered among themselves.
        self.newest_place = pl.Series(accumulate(newest, initial=0), dtype=pl.UInt32)
        self._fill_by_source(instrument)

    def _fill_by_value(self) -> None:
        place = {atom: number for number, atom in enumerate(self.atoms)}
        atom, days, free, newest, square, after = [], [], [], [], [], []
        for counting in self._countings:
            for word in [*self.words, DATED if counting.item.kind == "date" else ""]:
                atom.append(place.get((counting.item.id, word), 0))
                days.append(_days(counting, word))
                free.append(word in counting.free)
                newest.append(int(counting.newest))
                once = counting.once if word == counting.item.worse else None
                square.append(len(self.atoms) + self.histories.index(once[1]) if once else 0)
                after.append(once[0] if once else _ALWAYS)
        # The atom; how old it may be; whether it counts from anyone; which days of its item count.
        self.atom = pl.Series(atom, dtype=pl.UInt32)
        self.days = pl.Series(days, dtype=pl.Int64)
        self.free = pl.Series(free, dtype=pl.Boolean)
        self.newest = pl.Series(newest, dtype=pl.UInt8)
        # From what age on it speaks of the past, and where on the board that stands.
        self.past_after = pl.Series(after, dtype=pl.Int64)
        self.past = pl.Series(square, dtype=pl.UInt32)

    def _fill_by_source(self, instrument: Instrument) -> None:
        default = [SOURCES.index(instrument.default_source(counting.item)) for counting in self._countings]
        pairs = [(counting, source) for counting in self._countings for source in SOURCES]
        self.default = pl.Series(default, dtype=pl.UInt32)
        # Whether the source is trusted; whether it may have been overheard; whether that matters.
        self.trusted = pl.Series([source in counting.trusted for counting, source in pairs])
        self.heard = pl.Series([source in instrument.overheard.sources for _, source in pairs])
        self.hears = pl.Series([counting.listeners_matter for counting, _ in pairs])


def _days(counting: Counting, word: str) -> int:
    if word in counting.days:
        limit = counting.days[word]
        return _ALWAYS if limit is None else limit
    known = word in counting.item.answers or word in ABSENT or word == DATED
    return _NEVER if known else _WRONG
