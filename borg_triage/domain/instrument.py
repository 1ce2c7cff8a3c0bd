"""The instrument: items, sections, rules, criteria, routes and sources, as checked frozen models.

The files of one version are read by `instrument_files.load_instrument`; this module says what they may
hold, and that everything they refer to exists. Source: decision model sections 1-6.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from borg_triage.domain.conditions import Condition, Strict

Source = Literal["victim", "perpetrator", "child", "other_person", "staff", "record"]
UserGroup = Literal["police", "shelter", "veilig_thuis"]
Depth = Literal["door", "pattern", "intake"]
Kind = Literal["yes_no", "choice", "date"]

SOURCES: tuple[Source, ...] = ("victim", "perpetrator", "child", "other_person", "staff", "record")
USER_GROUPS: tuple[UserGroup, ...] = ("police", "shelter", "veilig_thuis")
DEPTHS: tuple[Depth, ...] = ("door", "pattern", "intake")
ABSENT: tuple[str, ...] = ("unknown", "declined", "not_asked")

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", max_length=80)]
Days = Annotated[int, Field(ge=1, le=36500)]
Sources = Annotated[tuple[str, ...], Field(min_length=1)]


class Section(Strict):
    """One page of questions, with what its items have in common."""

    id: Id
    depth: Depth
    default_source: Source
    reliable_from: tuple[Source, ...] = SOURCES
    only_source: Source | None = None
    favourable_days: Days | None = None
    all_days: Days | None = None
    ask_first: bool = False


class Item(Strict):
    """One question. Values left out here are the section's."""

    id: Id
    section: Id
    kind: Kind = "yes_no"
    worse: Literal["yes", "no"] = "yes"
    values: tuple[Id, ...] = ()
    favourable: Id | None = None
    number: int | None = None
    tags: tuple[Id, ...] = ()
    opens: tuple[Id, ...] = ()
    parts: tuple[Id, ...] = ()
    recent_days: Days | None = None
    becomes: Id | None = None
    moment: bool = False
    recorded: bool = False
    added: bool = False
    own: bool = False
    brings_forward: tuple[Id, ...] = ()
    depth: Depth | None = None
    default_source: Source | None = None
    reliable_from: tuple[Source, ...] | None = None
    favourable_days: Days | None = None
    sources: Sources

    @property
    def better(self) -> str:
        """The answer of a yes/no item in its favourable sense."""
        return "no" if self.worse == "yes" else "yes"

    @property
    def answers(self) -> tuple[str, ...]:
        """What the item can count as: yes and no, or its list from light to grave; none for a date."""
        return {"yes_no": ("yes", "no"), "choice": self.values, "date": ()}[self.kind]

    @property
    def best(self) -> str:
        """The answer taken in the all-favourable world (a list's first value where it has no favourable)."""
        return self.better if self.kind == "yes_no" else (self.favourable or self.values[0])

    @property
    def worst(self) -> str:
        """The answer taken in the all-worse world."""
        return self.worse if self.kind == "yes_no" else self.values[-1]

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        if (self.kind == "choice") != bool(self.values):
            raise ValueError("an item has values when, and only when, its kind is choice")
        if self.favourable is not None and self.favourable != (self.values or ("",))[0]:
            raise ValueError("the favourable value must be the first of the item's values")
        if len(set(self.values)) != len(self.values):
            raise ValueError("a value stands twice")
        if self.becomes and self.recent_days is None:
            raise ValueError("becomes needs recent_days")
        return self


class Reference(Strict):
    """A source document that the instrument cites."""

    id: Id
    title: str
    year: int


class Overheard(Strict):
    """Whose answers count as overheard unless staff said `item` is yes and never no."""

    item: Id
    sources: tuple[Source, ...]


class PartOf(Strict):
    """A part that is yes makes its whole yes; a whole that is no makes its unresolved part no."""

    part: Id
    whole: Id


class RulesOut(Strict):
    """Where all of `when_no` are no, the unresolved among `then_no` are no."""

    when_no: Annotated[tuple[Id, ...], Field(min_length=1)]
    then_no: Annotated[tuple[Id, ...], Field(min_length=1)]


class SameFact(Strict):
    """Two items that may tell one fact, counted once."""

    items: Annotated[tuple[Id, ...], Field(min_length=2, max_length=2)]


class Rule(Strict):
    """A named condition with its sources; what it leads to stands in the subclass."""

    id: Id
    when: Condition
    sources: Sources


class PatternRule(Rule):
    """Gives the pattern `value`; the first value with a rule that holds is taken."""

    value: Id


class LevelRule(Rule):
    """Sets the floor of the level."""

    floor: Id


class Criterion(Strict):
    """One criterion of the BORG gate: failed, else met, else open."""

    id: Id
    settled_by: Literal["triage", "reclassering"]
    failed: Condition
    met: Condition
    sources: Sources


class GateRule(Rule):
    """Gives the gate's result; the first that holds is taken."""

    value: Id


class GateNote(Strict):
    """What a signal to the reclassering carries; always, or with a legal frame."""

    id: Id
    when: Condition | None = None
    sources: Sources


class PrimaryRule(Rule):
    """Gives the primary route; the first that holds is taken."""

    route: Id


class AlsoRule(Rule):
    """A parallel track beside the primary route."""

    after_safety: bool = False


class CounterIndicated(Strict):
    """What is counter-indicated unless the condition holds."""

    ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    unless: Condition
    sources: Sources


class Withheld(Rule):
    """Items left out of papers that the possible perpetrator may come to see, unless ticked."""

    items: Annotated[tuple[str, ...], Field(min_length=1)]


Due = Literal["now", "today", "hours_48", "days_5_working", "days_7", "planned", "set_date", "after_safety"]


class DestinationRule(Strict):
    """Sends to a destination of the directory; the first rule that holds for a destination counts."""

    to: Id
    groups: tuple[UserGroup, ...] = USER_GROUPS
    when_due: Due
    kind: Literal["call", "report", "advice", "signal", "care", "information"]
    when: Condition
    sources: Sources


class DeadlineRule(Rule):
    """A deadline: within an ISO 8601 duration from the assessment, or before an item's date."""

    within: Annotated[str, Field(pattern=r"^P(\d+D|T\d+H)$")] | None = None
    before: Id | None = None
    working_days: bool = False
    groups: tuple[UserGroup, ...] = USER_GROUPS

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.within is None) == (self.before is None):
            raise ValueError("a deadline has either within or before")
        return self


class Instrument(Strict):
    """A whole version. Raises pydantic's ValidationError for a shape, ValueError for a dangling id."""

    id: Id
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    released: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    levels: Annotated[tuple[Id, ...], Field(min_length=2)]
    patterns: Annotated[tuple[Id, ...], Field(min_length=1)]
    gate_results: Annotated[tuple[Id, ...], Field(min_length=1)]
    primary_routes: Annotated[tuple[Id, ...], Field(min_length=1)]
    references: tuple[Reference, ...] = Field(alias="source_list")
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    overheard: Overheard
    parts: tuple[PartOf, ...] = ()
    rulings_out: tuple[RulesOut, ...] = ()
    same_fact: tuple[SameFact, ...] = ()
    terms: dict[Id, Condition] = Field(default_factory=dict)
    pattern: Annotated[tuple[PatternRule, ...], Field(min_length=1)]
    marks: tuple[Rule, ...] = ()
    level: Annotated[tuple[LevelRule, ...], Field(min_length=1)]
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    gate: Annotated[tuple[GateRule, ...], Field(min_length=1)]
    gate_notes: tuple[GateNote, ...] = ()
    primary: Annotated[tuple[PrimaryRule, ...], Field(min_length=1)]
    also: tuple[AlsoRule, ...] = ()
    counter_indicated: tuple[CounterIndicated, ...] = ()
    locked: tuple[Rule, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    destinations: Annotated[tuple[DestinationRule, ...], Field(min_length=1)]
    deadlines: tuple[DeadlineRule, ...] = ()

    @cached_property
    def item(self) -> dict[str, Item]:
        """Items by id, in the instrument's order."""
        return {item.id: item for item in self.items}

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of each item in the instrument."""
        return {item.id: place for place, item in enumerate(self.items)}

    @cached_property
    def best(self) -> dict[str, str]:
        """The answer of each item in the all-favourable world; dates have none."""
        return {item.id: item.best for item in self.items if item.kind != "date"}

    @cached_property
    def section(self) -> dict[str, Section]:
        """Sections by id, in the instrument's order."""
        return {section.id: section for section in self.sections}

    @cached_property
    def criterion(self) -> dict[str, Criterion]:
        """Criteria of the gate by id, in their order."""
        return {criterion.id: criterion for criterion in self.criteria}

    def items_of(self, section_id: str) -> tuple[Item, ...]:
        """The items of one section, in order."""
        return tuple(item for item in self.items if item.section == section_id)

    @cached_property
    def _groups(self) -> dict[str, tuple[str, ...]]:
        groups: dict[str, list[str]] = {}
        for item in self.items:
            for name in (f"section.{item.section}", *(f"tag.{tag}" for tag in item.tags)):
                groups.setdefault(name, []).append(item.id)
        return {name: tuple(items) for name, items in groups.items()}

    def group(self, name: str) -> tuple[str, ...]:
        """Item ids of `section.ID` or `tag.NAME`, in order. Raises KeyError for a group with no item."""
        return self._groups[name]

    def members(self, name: str, exclude: str | None = None) -> tuple[str, ...]:
        """The ids of a group without those of another."""
        if exclude is None:
            return self.group(name)
        left_out = self.group(exclude)
        return tuple(item for item in self.group(name) if item not in left_out)

    def expand(self, names: Sequence[str]) -> tuple[str, ...]:
        """Item ids for names that are items or groups, in the order given."""
        return tuple(item for name in names for item in ([name] if name in self.item else self.group(name)))

    def depth_of(self, item: Item) -> Depth:
        """The depth at which an item is first asked."""
        return item.depth or self.section[item.section].depth

    def default_source(self, item: Item) -> Source:
        """The source that is filled in where an observation names none."""
        return item.default_source or self.section[item.section].default_source

    def reliable_from(self, item: Item) -> tuple[Source, ...]:
        """Whose favourable answer counts, when not overheard."""
        return item.reliable_from or self.section[item.section].reliable_from

    def favourable_days(self, item: Item) -> int | None:
        """How many days a favourable answer keeps its worth; None is for good.

        In sections without a limit of their own only a limit on the item itself applies.
        """
        return item.favourable_days or self.section[item.section].favourable_days
