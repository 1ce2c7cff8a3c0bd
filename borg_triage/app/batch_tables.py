"""What an instrument says about counting observations, as columns to look up in by number.

A pair (item, value) has the number item * values + value; the last value stands for every text that is no
answer of any item, which only a date is. A pair (item, source) has the number item * sources + source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

import polars as pl

from borg_triage.app.batch_rows import answers_of
from borg_triage.domain.counting import DATED, Counting, Newest
from borg_triage.domain.instrument import ABSENT, SOURCES, Instrument
from borg_triage.domain.worlds import Atom

# Days for what counts at any age, and for a date, which does too once it has been read.
NEVER_OLD = 2**40
DATE = NEVER_OLD - 1
# Days for what never counts, and for what is no answer of its item.
NEVER = -1
WRONG = -2


class Tables:
    """The tables of one instrument.

    items, words, sources: the texts that have numbers. answers: what can be said of an item, for messages.
    pasts: the items that an answer of the past makes a yes; on the board they come after the atoms.

    By (item, value): `atom`; `days`, how old it may be; `free`, whether it counts from anyone; `newest`,
    which days of its item count, and `newest_place`, the number of its item among those of the newest day;
    `past_after`, from what age on it speaks of the past, and `past`, where on the board that stands.
    By (item, source): `trusted`; `heard`, whether it may have been overheard; `hears`, whether that matters.
    By item: `default`, the source that is filled in.
    listening: pairs that say whether somebody may have listened, later ones over earlier ones, as 1 or 0.
    """

    def __init__(self, instrument: Instrument, atoms: Sequence[Atom], countings: Sequence[Counting]) -> None:
        self._instrument = instrument
        self._countings = countings
        self.atoms = atoms
        self.pasts = sorted({counting.once[1] for counting in countings if counting.once})
        words = {word: None for item in instrument.items for word in item.answers} | dict.fromkeys(ABSENT)
        self._words = list(words)
        self.items = pl.Enum([counting.item.id for counting in countings])
        self.words, self.sources = pl.Enum(self._words), pl.Enum(SOURCES)
        self.values = len(self._words) + 1
        self.answers = {counting.item.id: answers_of(counting.item) for counting in countings}
        self._fill_by_value()
        self._fill_newest()
        self._fill_past()
        self._fill_by_source()
        self.listening = list(self._listening())

    def _pairs(self) -> Iterator[tuple[Counting, str]]:
        for counting in self._countings:
            for word in [*self._words, DATED if counting.item.kind == "date" else ""]:
                yield counting, word

    def _fill_by_value(self) -> None:
        place = {atom: number for number, atom in enumerate(self.atoms)}
        pairs = list(self._pairs())
        atoms = [place.get((counting.item.id, word), 0) for counting, word in pairs]
        self.atom = pl.Series(atoms, dtype=pl.UInt32)
        self.days = pl.Series([_days(counting, word) for counting, word in pairs], dtype=pl.Int64)
        self.free = pl.Series([word in counting.free for counting, word in pairs])

    def _fill_newest(self) -> None:
        newest = [counting.newest for counting in self._countings]
        places = list(accumulate((kind != Newest.ANY for kind in newest), initial=0))
        self.newest_places = places[-1]
        self.newest = _each(map(int, newest), self.values, pl.UInt8)
        self.newest_place = _each(places[:-1], self.values, pl.UInt32)

    def _fill_past(self) -> None:
        past, after = [], []
        for counting, word in self._pairs():
            once = counting.once if word == counting.item.worse else None
            past.append(len(self.atoms) + self.pasts.index(once[1]) if once else 0)
            after.append(once[0] if once else NEVER_OLD)
        self.past = pl.Series(past, dtype=pl.UInt32)
        self.past_after = pl.Series(after, dtype=pl.Int64)

    def _fill_by_source(self) -> None:
        instrument = self._instrument
        default = [SOURCES.index(instrument.default_source(counting.item)) for counting in self._countings]
        self.default = pl.Series(default, dtype=pl.UInt32)
        pairs = [(counting, source) for counting in self._countings for source in SOURCES]
        self.trusted = pl.Series([source in counting.trusted for counting, source in pairs])
        self.heard = pl.Series([source in instrument.overheard.sources for _, source in pairs])
        self.hears = pl.Series([counting.listeners_matter for counting, _ in pairs])

    def _listening(self) -> Iterator[tuple[int, int]]:
        for number, counting in enumerate(self._countings):
            if counting.item.id == self._instrument.overheard.item and not counting.listeners_matter:
                for word, flag in ((counting.item.better, 0), (counting.item.worse, 1)):
                    yield number * self.values + self._words.index(word), flag


def _days(counting: Counting, word: str) -> int:
    if word == DATED:
        return DATE
    if word in counting.days:
        limit = counting.days[word]
        return NEVER_OLD if limit is None else limit
    return NEVER if word in counting.item.answers or word in ABSENT else WRONG


def _each(values: Iterator[int] | Sequence[int], times: int, kind: type[pl.DataType]) -> pl.Series:
    """Every value so many times in a row."""
    return pl.Series([value for value in values for _ in range(times)], dtype=kind)
