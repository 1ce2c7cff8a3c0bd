"""Worlds to try: counted answers, and cases in which exactly those count."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date

from borg_triage.app.verification import case_file
from borg_triage.domain.case_input import CaseInput, CaseReader
from borg_triage.domain.instrument import Instrument, Item

TODAY = date(2026, 11, 22)

Counted = dict[str, str]

_READERS: dict[int, tuple[Instrument, CaseReader]] = {}


def as_case(instrument: Instrument, counted: Mapping[str, str]) -> CaseInput:
    """A case in which these answers count, made by the case file that a counterexample is written as."""
    reader = _READERS.setdefault(id(instrument), (instrument, CaseReader(instrument)))[1]
    return reader.read(case_file(instrument, counted), TODAY)


def answers_of(item: Item) -> tuple[str, ...]:
    return item.answers or ("2026-12-24",)


def reassuring(instrument: Instrument) -> Counted:
    """Every yes/no item and list at its best."""
    return {item.id: item.best for item in instrument.items if item.kind != "date"}


def near_reassuring(instrument: Instrument, number: int, seed: int) -> Iterator[Counted]:
    """Worlds a few answers away from the lightest ones, where one answer more tips the outcome.

    Cases drawn freely are nearly always grave: they never come to common couple violence or to BORG.
    """
    lots = random.Random(seed)
    items = list(instrument.items)
    for _ in range(number):
        world = reassuring(instrument)
        for light in ("flag.recent_violence", "flag.earlier_violence"):
            world[light] = lots.choice(("yes", "no"))
        for item in lots.sample(items, lots.choice((0, 1, 1, 2, 3, 5, 8))):
            answer = lots.choice((None, None, *answers_of(item)))
            if answer is None:
                world.pop(item.id, None)
            else:
                world[item.id] = answer
        yield world
