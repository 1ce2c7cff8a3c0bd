"""How answers are counted, item by item, as data: for a reader that counts many cases at once.

`answers.Resolver` decides one case, observation by observation; these tables say the same (decision model
section 1) in a form that can be looked up for a whole column of observations. The two are held to each
other by tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from borg_triage.domain.instrument import Instrument, Item

DATED = "dated"


class Newest(IntEnum):
    """Which days of an item's answers count.

    ANY: all. MOMENT: the newest day of what counts. LADDER: the newest day of what is trusted, and of
    what is not trusted all that is not older, its favourable answer left out.
    """

    ANY = 0
    MOMENT = 1
    LADDER = 2


@dataclass(frozen=True, slots=True)
class Counting:
    """How one item's answers are counted.

    prevailing: the answers that can count, the one that prevails over the rest first; ("dated",) for a
    date item. days: how old an answer may be, None for any age. free: the answers that count whoever gave
    them and whoever listened. trusted: the sources whose other answers count. listeners_matter: those
    count only when not overheard. newest: which days count. once: from how many days on a worse answer
    speaks of the past, and of which item it then makes a yes.
    """

    item: Item
    prevailing: tuple[str, ...]
    days: Mapping[str, int | None]
    free: frozenset[str]
    trusted: frozenset[str]
    listeners_matter: bool
    newest: Newest
    once: tuple[int, str] | None


def counting_of(instrument: Instrument, item: Item) -> Counting:
    """The table of one item."""
    only_source = instrument.section[item.section].only_source
    once = (item.recent_days, item.becomes) if item.recent_days is not None and item.becomes else None
    if only_source:
        prevailing = tuple(value for value in (item.better, item.worse) if value in item.answers)
        days: dict[str, int | None] = dict.fromkeys(prevailing)
        return Counting(
            item, prevailing, days, frozenset(), frozenset((only_source,)), False, Newest.ANY, once
        )
    trusted = frozenset[str](instrument.reliable_from(item))
    if item.kind == "date":
        return Counting(item, (DATED,), {DATED: None}, frozenset((DATED,)), trusted, True, Newest.ANY, once)
    favourable = item.better if item.kind == "yes_no" else item.favourable
    prevailing = (item.worse, item.better) if item.kind == "yes_no" else item.values[::-1]
    return Counting(
        item=item,
        prevailing=prevailing,
        days={value: _days(instrument, item, value == favourable) for value in prevailing},
        free=frozenset(prevailing) - {favourable},
        trusted=trusted,
        listeners_matter=True,
        newest=_newest(item),
        once=once,
    )


def _newest(item: Item) -> Newest:
    if item.kind == "choice" and item.favourable is not None:
        return Newest.LADDER
    return Newest.MOMENT if item.moment else Newest.ANY


def _days(instrument: Instrument, item: Item, favourable: bool) -> int | None:
    limits = (
        instrument.section[item.section].all_days,
        instrument.favourable_days(item) if favourable else item.recent_days,
    )
    return min((limit for limit in limits if limit is not None), default=None)
