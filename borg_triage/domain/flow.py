"""Which questions come in which order: per section at a depth, at the door, and with the partner in the room.

Order and visibility follow from the instrument and the assessment alone; the windows only show them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from borg_triage.domain.assessment import Assessment
from borg_triage.domain.case import CaseView
from borg_triage.domain.instrument import DEPTHS, Depth, Instrument, Item
from borg_triage.domain.references import items_read


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a section is.

    answered: items with an answer that has not run out, "unknown" too. unresolved: items that still count as
    open, whatever was said. signals: something in it counts in a sense that raises the level or the pattern.
    """

    answered: int
    total: int
    unresolved: int
    signals: bool


class Flow:
    """The order of one instrument."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        rules = (*instrument.level, *instrument.pattern)
        self._raising = {
            name
            for rule in rules
            for name in items_read(instrument, rule.when)
            if instrument.item[name].worse == "yes" or instrument.item[name].opens
        }
        # With the partner in the room only what staff see themselves can be kept without asking aloud.
        self._neutral = {
            item.id
            for item in instrument.items
            if instrument.section[item.section].ask_first or instrument.reliable_from(item) == ("staff",)
        }

    # ------------------------------------------------------------ sections and their items

    def items(self, section: str, depth: Depth = "intake", *, neutral: bool = False) -> tuple[Item, ...]:
        """The items of a section that are asked down to a depth; only what staff observe when neutral."""
        deepest = DEPTHS.index(depth)
        return tuple(
            item
            for item in self.instrument.items_of(section)
            if DEPTHS.index(self.instrument.depth_of(item)) <= deepest
            and (not neutral or item.id in self._neutral)
        )

    def sections(self, depth: Depth = "intake", *, neutral: bool = False) -> tuple[str, ...]:
        """The sections that have items at a depth, in order."""
        return tuple(
            section.id
            for section in self.instrument.sections
            if self.items(section.id, depth, neutral=neutral)
        )

    def progress(self, section: str, case: CaseView, *, neutral: bool = False) -> Progress:
        """How far a section is in a case."""
        items = self.items(section, neutral=neutral)
        return Progress(
            answered=sum(self.is_answered(item, case) for item in items),
            total=len(items),
            unresolved=sum(item.id in case.assessment.unresolved for item in items),
            signals=any(self.signals(item, case.assessment) for item in items),
        )

    def is_answered(self, item: Item, case: CaseView) -> bool:
        """Whether something was said about it that still holds; answers of the acute section run out."""
        days = self.instrument.section[item.section].all_days
        return any(
            entry.observation.value != "not_asked"
            and (days is None or (case.today - entry.observation.on).days <= days)
            for entry in case.said_about(item.id)
        )

    def signals(self, item: Item, assessment: Assessment) -> bool:
        """Whether an item counts in a sense that raises the level or the pattern."""
        counted = assessment.counted.get(item.id)
        if counted is None or item.id not in self._raising:
            return False
        return counted == item.worse if item.kind == "yes_no" else counted != item.favourable

    # ------------------------------------------------------------ at the door

    def opened(self, assessment: Assessment) -> tuple[str, ...]:
        """Items opened by a screening question that counts in its worse sense, in the instrument's order."""
        found = {
            name
            for item in self.instrument.items
            if item.opens and assessment.counted.get(item.id) == item.worse
            for name in item.opens
        }
        return tuple(sorted(found, key=self.instrument.order.__getitem__))

    def ask_on(self, assessment: Assessment) -> frozenset[str]:
        """The opened items that are not ruled out: to be asked now."""
        counted, item = assessment.counted, self.instrument.item
        return frozenset(name for name in self.opened(assessment) if counted.get(name) != item[name].better)

    def at_the_door(self, case: CaseView, *, neutral: bool = False) -> tuple[Item, ...]:
        """Every question of the door in order: acute, apart, the questions, and the items they opened.

        An opened item that was ruled out from elsewhere is left out, unless it was asked.
        """
        first = tuple(self._first(neutral=neutral))
        if neutral:
            return first
        asked_on = self.ask_on(case.assessment)
        known = {item.id for item in first}
        opened = (
            self.instrument.item[name]
            for name in self.opened(case.assessment)
            if name not in known and (name in asked_on or case.said_about(name))
        )
        return (*first, *opened)

    def next_at_the_door(
        self, case: CaseView, after: str | None = None, *, neutral: bool = False
    ) -> str | None:
        """The first question without an answer, looked for from `after` on and then from the start."""
        items = self.at_the_door(case, neutral=neutral)
        places = [place for place, item in enumerate(items) if item.id == after]
        start = places[0] + 1 if places else 0
        in_turn = (*items[start:], *items[:start])
        return next((item.id for item in in_turn if not self.is_answered(item, case)), None)

    def _first(self, *, neutral: bool) -> Iterator[Item]:
        sections = sorted(self.instrument.sections, key=lambda section: not section.ask_first)
        for section in sections:
            yield from self.items(section.id, "door", neutral=neutral)
