"""The standing of each fact: who said what about an item and when, and how it came to count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from borg_triage.domain.case import CaseView, Recorded
from borg_triage.domain.instrument import ABSENT, Instrument, Item
from borg_triage.report.discretion import Discretion
from borg_triage.report.words import clean


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said or seen. note: cleaned; empty where it stays off the paper, then `note_hidden`."""

    value: str
    source: str
    on: date
    overheard: bool
    note: str
    note_hidden: bool


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """What was said about one item, oldest first, and what it counts as (None: open).

    follows_from: the items it follows from where nobody said it in so many words.
    """

    item: Item
    counted: str | None
    statements: tuple[Statement, ...]
    follows_from: tuple[str, ...]

    @property
    def asked(self) -> bool:
        """Whether anything at all was said, or follows."""
        return self.counted is not None or any(said.value != "not_asked" for said in self.statements)

    @property
    def is_worse(self) -> bool:
        """Whether it counts in its worse sense; lists without a favourable value and dates have none."""
        return self.counted is not None and _worse(self.item, self.counted)

    @property
    def worse(self) -> tuple[Statement, ...]:
        """The statements in the worse sense."""
        return tuple(said for said in self.statements if _worse(self.item, said.value))

    @property
    def better(self) -> tuple[Statement, ...]:
        """The statements in the favourable sense."""
        return tuple(
            said for said in self.statements if said.value not in ABSENT and not _worse(self.item, said.value)
        )

    @property
    def values(self) -> tuple[str, ...]:
        """The different answers given, in order, without those that say why there is none."""
        return tuple(dict.fromkeys(said.value for said in self.statements if said.value not in ABSENT))


def _worse(item: Item, value: str) -> bool:
    if value in ABSENT:
        return False
    if item.kind == "yes_no":
        return value == item.worse
    return item.favourable is not None and value != item.favourable


class Standings:
    """The standing of every item of one case, without what stays off the paper."""

    def __init__(self, view: CaseView, instrument: Instrument, discretion: Discretion) -> None:
        self._view = view
        self._instrument = instrument
        self._discretion = discretion
        self._listening = self._may_be_overheard()
        self._said: dict[str, list[Recorded]] = {}
        for entry in view.recorded:
            if not entry.retracted:
                self._said.setdefault(entry.item, []).append(entry)

    def of(self, item_id: str) -> ItemStanding:
        """The standing of one item. Ask `Discretion.items` first whether it may be shown."""
        item = self._instrument.item[item_id]
        entries = sorted(self._said.get(item_id, ()), key=lambda entry: (entry.observation.on, entry.seq))
        statements = tuple(self._statement(item_id, entry) for entry in entries)
        counted = self._view.assessment.counted.get(item_id)
        said = any(statement.value == counted for statement in statements)
        follows = () if counted is None or said else self._follows_from(item, counted)
        return ItemStanding(item, counted, statements, self._discretion.shown(follows))

    def section(self, section_id: str) -> tuple[ItemStanding, ...]:
        """The items of one section that may be shown, in order."""
        ids = tuple(item.id for item in self._instrument.items_of(section_id))
        return tuple(self.of(item) for item in self._discretion.shown(ids))

    def behind(self, standing: ItemStanding) -> tuple[Statement, ...]:
        """What was said in the worse sense of an item, or of what it follows from."""
        told = [*standing.worse]
        for item in standing.follows_from:
            told += self.of(item).worse
        return tuple(told)

    def _statement(self, item: str, entry: Recorded) -> Statement:
        seen = entry.observation
        overheard = seen.overheard
        if overheard is None:
            overheard = self._listening and seen.source in self._instrument.overheard.sources
        hidden = bool(seen.note.strip()) and self._discretion.hides_note(item, seen.source)
        return Statement(
            seen.value, seen.source, seen.on, overheard, "" if hidden else clean(seen.note), hidden
        )

    def _may_be_overheard(self) -> bool:
        asked = self._instrument.item[self._instrument.overheard.item]
        only = self._instrument.section[asked.section].only_source
        said = {
            entry.observation.value
            for entry in self._view.said_about(asked.id)
            if only is None or entry.observation.source == only
        }
        return asked.better not in said or asked.worse in said

    def _follows_from(self, item: Item, counted: str) -> tuple[str, ...]:
        answers = self._view.assessment.counted
        if counted == item.worse:
            parts = [
                p.part for p in self._instrument.parts if p.whole == item.id and answers.get(p.part) == "yes"
            ]
            once = [i.id for i in self._instrument.items if i.becomes == item.id and self._was_said(i)]
            return tuple(dict.fromkeys([*parts, *once]))
        wholes = [
            p.whole for p in self._instrument.parts if p.part == item.id and answers.get(p.whole) == "no"
        ]
        ruled_out = [
            other
            for rule in self._instrument.rulings_out
            if item.id in rule.then_no
            for other in rule.when_no
        ]
        return tuple(dict.fromkeys([*wholes, *ruled_out]))

    def _was_said(self, item: Item) -> bool:
        return any(entry.observation.value == item.worse for entry in self._said.get(item.id, ()))
