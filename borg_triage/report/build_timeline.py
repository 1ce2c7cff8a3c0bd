"""The timeline: by day, what was done and what was said in a worse sense, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from borg_triage.domain.instrument import ABSENT
from borg_triage.report.context import Making
from borg_triage.report.model import Block, Grid, Line, Text
from borg_triage.report.standing import ItemStanding
from borg_triage.report.words import line, strong
from borg_triage.text.formats import DUTCH_TIME

_Entry = tuple[date, int, datetime | None, Line]


def timeline(making: Making) -> Iterator[Block]:
    """One table, the oldest day first. Answers in a favourable sense are counted, not named."""
    entries = sorted(
        [*_said(making), *_dated(making), *_done(making)],
        key=lambda entry: (entry[0], entry[1], entry[2].timestamp() if entry[2] else 0.0),
    )
    words = making.words
    if not entries:
        yield Text(line(words.t("paper.timeline.none")))
        return
    rows: list[tuple[Line, ...]] = []
    shown: date | None = None
    for day, _, moment, told in entries:
        when = words.short_day(day) if day != shown else ""
        clock = moment.astimezone(DUTCH_TIME).strftime("%H:%M") if moment else ""
        rows.append((line(strong(when)), line(clock), told))
        shown = day
    yield Grid(
        caption=words.t("paper.timeline.title"),
        header=tuple(words.t(f"paper.timeline.{name}") for name in ("day", "time", "what")),
        rows=tuple(rows),
        widths=(14, 9, 77),
    )


def _standings(making: Making) -> Iterator[ItemStanding]:
    for section in making.instrument.sections:
        yield from making.standings.section(section.id)


def _told(making: Making) -> frozenset[str]:
    return frozenset(making.instrument.expand(making.layout.timeline))


def _said(making: Making) -> Iterator[_Entry]:
    """Per day and source: what was said in a worse sense; then how much else was answered that day."""
    worse: dict[tuple[date, str], list[str]] = {}
    others: dict[date, int] = {}
    told_here = _told(making)
    for standing in _standings(making):
        for said in standing.statements:
            if standing.item.id in told_here and said in standing.worse:
                worse.setdefault((said.on, said.source), []).append(_named(making, standing, said.value))
            elif standing.item.kind != "date":
                others[said.on] = others.get(said.on, 0) + 1
    words = making.words
    for (day, source), names in worse.items():
        told = line(strong(words.t(f"paper.told.{source}")), " ", " · ".join(dict.fromkeys(names)))
        yield day, 0, None, told
    for day, number in others.items():
        yield day, 1, None, line(words.n("paper.timeline.others", number))


def _named(making: Making, standing: ItemStanding, value: str) -> str:
    label = making.words.item(standing.item.id)
    if standing.item.kind == "yes_no" and value == "yes":
        return label
    return f"{label}: {making.words.value(standing.item.id, value).lower()}"


def _dated(making: Making) -> Iterator[_Entry]:
    """Dates that were themselves an answer; they may lie ahead."""
    for standing in _standings(making):
        if standing.item.kind == "date":
            for value in dict.fromkeys(s.value for s in standing.statements if s.value not in ABSENT):
                yield date.fromisoformat(value), 2, None, line(strong(making.words.item(standing.item.id)))


def _done(making: Making) -> Iterator[_Entry]:
    for event in making.view.events:
        day = event.happened_at.astimezone(DUTCH_TIME).date()
        yield day, 3, event.happened_at, line(making.done(event))
