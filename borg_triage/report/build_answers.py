"""Every answer with its standing, section by section; sources that contradict each other side by side."""

from __future__ import annotations

from collections.abc import Iterator

from borg_triage.domain.instrument import ABSENT
from borg_triage.domain.item_state import item_state
from borg_triage.report.context import Making
from borg_triage.report.model import Answer, Answers, Block, Heading, Line, Text
from borg_triage.report.standing import ItemStanding, Statement
from borg_triage.report.words import line, quiet, strong

WORSE, BETTER, OPEN = "●", "○", "?"
_SIDE_BY_SIDE = 2


def answers(making: Making) -> Iterator[Block]:
    """All sections; what was not asked stands in one line under its section."""
    words = making.words
    yield Text(line(quiet(words.t("paper.answers.legend", worse=WORSE, better=BETTER, open=OPEN))))
    for section in making.instrument.sections:
        standings = making.standings.section(section.id)
        if not standings:
            continue
        title = words.t(f"section.{section.id}.title")
        yield Heading(3, title)
        asked = [standing for standing in standings if standing.asked]
        if asked:
            header = (
                words.t("paper.answers.item"),
                words.t("paper.answers.counts"),
                words.t("paper.answers.said"),
            )
            yield Answers(title, header, tuple(_answer(making, standing) for standing in asked))
        not_asked = tuple(standing.item.id for standing in standings if not standing.asked)
        if not_asked:
            yield Text(line(strong(words.t("standing.not_asked")), ": ", words.items(not_asked)))


def _answer(making: Making, standing: ItemStanding) -> Answer:
    return Answer(
        label=making.words.item(standing.item.id),
        counted=_counted(making, standing),
        columns=_columns(making, standing),
        remark=_remark(making, standing),
    )


def _counted(making: Making, standing: ItemStanding) -> Line:
    words = making.words
    item, counted = standing.item, standing.counted
    if counted is not None:
        value = words.value(item.id, counted)
        if item.kind != "yes_no" and item.favourable is None:
            return line(strong(value))
        return line(strong(f"{WORSE if standing.is_worse else BETTER} {value}"))
    why = item_state(making.instrument, making.view, item).why
    absent = [said.value for said in standing.statements]
    if why == "absent":
        return line(f"{OPEN} {words.t(f'value.{absent[-1]}')}")
    return line(f"{OPEN} {words.t('paper.open', why=words.t(f'paper.why.{why}'))}")


def _columns(making: Making, standing: ItemStanding) -> tuple[tuple[Line, ...], ...]:
    values = sorted(standing.values, key=lambda value: all(said.value != value for said in standing.worse))
    if len(values) != _SIDE_BY_SIDE:
        return (
            tuple(_statement(making, standing, said, named=len(values) > 1) for said in standing.statements),
        )
    columns = []
    for value in values:
        held = [said for said in standing.statements if said.value == value]
        head = line(strong(making.words.value(standing.item.id, value)))
        columns.append((head, *(making.said(said) for said in held)))
    absent = [said for said in standing.statements if said.value not in values]
    columns[0] = (*columns[0], *(making.said(said) for said in absent))
    return tuple(columns)


def _statement(making: Making, standing: ItemStanding, said: Statement, *, named: bool) -> Line:
    told = making.said(said)
    if said.value in ABSENT or (said.value == standing.counted and not named):
        return told
    return line(strong(f"{making.words.value(standing.item.id, said.value)}. "), *told)


def _remark(making: Making, standing: ItemStanding) -> Line:
    """How it came to count so, where that is not plain."""
    words = making.words
    if len(standing.values) > 1:
        enough = words.t("paper.one_is_enough") if standing.is_worse else ""
        return line(strong(words.t("paper.contradiction")), " ", enough)
    if standing.follows_from:
        return line(quiet(words.t("paper.follows_from", items=words.items(standing.follows_from))))
    return ()
