"""The wide form: one row a case, one text column an item; sources and overheard as section 9 fills them in.

Everything was said on the day of the assessment, so no answer is stale and none is newer than another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import polars as pl

from borg_triage.app.batch_rows import (
    ROW,
    Cases,
    Fault,
    Faults,
    answers_of,
    find_faults,
    is_date,
    is_id,
    is_text,
    no_date,
    one_of,
    text_of,
)
from borg_triage.domain.counting import DATED, Counting
from borg_triage.domain.instrument import ABSENT, USER_GROUPS, Instrument, Item
from borg_triage.domain.planes import everyone, pack
from borg_triage.domain.worlds import Atom


class WideShape:
    """Reads the wide form for one instrument (see batch_rows.Shape)."""

    needed = ("user_group",)
    rows = 131_072
    ordered = False

    def __init__(self, instrument: Instrument, atoms: Sequence[Atom], countings: Sequence[Counting]) -> None:
        self._atoms = atoms
        self._countings = {counting.item.id: counting for counting in countings}
        self._overheard = instrument.overheard
        self._default = {item.id: instrument.default_source(item) for item in instrument.items}
        self._dates = {item.id for item in instrument.items if item.kind == "date"}
        self.kinds: Mapping[str, Callable[[pl.DataType], bool]] = {
            "case_id": is_id,
            "user_group": is_text,
            "assessed_on": is_date,
            **{item.id: self._is_answer(item.id) for item in instrument.items},
        }

    def _is_answer(self, item: str) -> Callable[[pl.DataType], bool]:
        return (lambda kind: is_text(kind) or is_date(kind)) if item in self._dates else is_text

    def prepared(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The rows as they are."""
        return rows

    def read(self, piece: pl.DataFrame) -> Cases | Faults:
        """What the rows say, or which of them are wrong."""
        asked = [atom for atom in self._atoms if atom[0] in piece.columns]
        flags = piece.select(
            _as_bytes(self._says(item, answer)).alias(str(place))
            for place, (item, answer) in enumerate(asked)
        )
        said = dict.fromkeys(self._atoms, 0)
        for place, atom in enumerate(asked):
            said[atom] = pack(flags.item(0, str(place)))
        faults = find_faults(piece, [*self._known_faults(piece), *self._answer_faults(piece, said)])
        if faults:
            return faults
        ids = piece["case_id"] if "case_id" in piece.columns else piece[ROW].alias("case_id")
        return Cases(ids, self._counted(said, piece.height), {})

    def row_faults(self, rows: pl.LazyFrame) -> tuple[pl.LazyFrame, Sequence[Fault]]:
        """None: what is wrong is known as soon as a piece is read."""
        return rows, ()

    def _says(self, item: str, answer: str) -> pl.Expr:
        text = text_of(item)
        if answer == DATED:
            return text.is_not_null() & ~one_of(text, ABSENT)
        return text.eq_missing(pl.lit(answer))

    def _known_faults(self, piece: pl.DataFrame) -> Iterator[Fault]:
        if "case_id" in piece.columns:
            yield Fault("batch.error.missing", "case_id", pl.col("case_id").is_null())
        yield Fault("batch.error.missing", "user_group", pl.col("user_group").is_null())
        wrong_group = ~one_of(text_of("user_group"), USER_GROUPS)
        yield Fault("batch.error.value", "user_group", wrong_group, ", ".join(USER_GROUPS))

    def _answer_faults(self, piece: pl.DataFrame, said: Mapping[Atom, int]) -> Iterator[Fault]:
        """What is said in the columns in which more is said than the answers found and the reasons for none.

        Counting comes first, since it is cheap and a right table needs no more.
        """
        more = {item: piece.height - piece[item].null_count() for item in self._countings if item in piece}
        for item, answer in self._atoms:
            if item in more:
                more[item] -= said[item, answer].bit_count()
        for absent in ABSENT:
            unclear = [item for item, number in more.items() if number]
            found = piece.select(text_of(item).eq_missing(pl.lit(absent)).sum() for item in unclear)
            for item in unclear:
                more[item] -= found.item(0, item)
        for item, number in more.items():
            if item in self._dates or number:
                yield self._answer_fault(piece, self._countings[item].item)

    def _answer_fault(self, piece: pl.DataFrame, item: Item) -> Fault:
        given = piece.select(text_of(item.id).drop_nulls().unique()).to_series()
        taken = no_date(pl.col(item.id)) if item.kind == "date" else ~one_of(pl.col(item.id), item.answers)
        wrong = given.to_frame().filter(taken & ~one_of(pl.col(item.id), ABSENT)).to_series().to_list()
        return Fault("batch.error.value", item.id, text_of(item.id).is_in(wrong), answers_of(item))

    def _counted(self, said: Mapping[Atom, int], cases: int) -> list[int]:
        """A reassuring answer only where its source is trusted and nobody may have listened."""
        every = everyone(cases)
        listening = self._listening(said, every)
        planes = []
        for item, answer in self._atoms:
            counting, source = self._countings[item], self._default[item]
            plane = said[item, answer]
            if answer not in counting.prevailing:
                plane = 0
            elif answer not in counting.free:
                if source not in counting.trusted:
                    plane = 0
                elif counting.listeners_matter and source in self._overheard.sources:
                    plane &= every ^ listening
            planes.append(plane)
        return planes

    def _listening(self, said: Mapping[Atom, int], every: int) -> int:
        counting = self._countings[self._overheard.item]
        item = counting.item
        if counting.listeners_matter or self._default[item.id] not in counting.trusted:
            return every
        return (every ^ said[item.id, item.better]) | said[item.id, item.worse]


def _as_bytes(flag: pl.Expr) -> pl.Expr:
    """A column of flags as one value: a byte each."""
    return flag.cast(pl.UInt8).implode().cast(pl.Binary)
