"""What an assessment says: plain frozen records that screen, paper, stored row and command line read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Outcome(NamedTuple):
    """The four answers of one world."""

    level: str
    pattern: str
    borg: str
    route: str


class LevelRange(NamedTuple):
    """The level, with every open item at its best (lower) and at its worst (upper)."""

    value: str
    lower: str
    upper: str


class Brief(NamedTuple):
    """The short answer: no reasons, no questions."""

    level: LevelRange
    pattern: str
    marks: Mapping[str, bool]
    pattern_unresolved: tuple[str, ...]
    borg: str
    primary: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that held, what it led to, and the items it held on."""

    rule: str
    outcome: str
    items: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CriterionStatus:
    """One criterion of the BORG gate: failed, open or met, with the items that made it so."""

    id: str
    status: str
    settled_by: str
    items: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """An open item, and which of level, pattern, borg and route an answer could change."""

    item: str
    could_change: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that would change the outcome, and what it would become.

    together: other answers that must change with it, where no single answer would do.
    """

    item: str
    to: str
    outcome: Mapping[str, str]
    together: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to turn, by when, and in what form (call, report, advice, signal, care, information)."""

    id: str
    when: str
    kind: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline: `within` a duration from the assessment, or `before` a date."""

    id: str
    within: str | None
    before: str | None
    working_days: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Routes:
    """The primary route and everything beside it."""

    primary: str
    also: tuple[str, ...]
    after_safety: tuple[str, ...]
    counter_indicated: tuple[str, ...]
    locked: tuple[str, ...]
    withheld: tuple[str, ...]
    destinations: tuple[Destination, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole result of one case with its evidence.

    counted: the answer of every resolved item after what follows. unresolved: the other items, in order.
    pattern_unresolved: those of them that the pattern rests on. marks: such as violent_resistance.
    """

    user_group: str
    assessed_on: str
    level: LevelRange
    pattern: str
    marks: Mapping[str, bool]
    pattern_unresolved: tuple[str, ...]
    borg: str
    criteria: tuple[CriterionStatus, ...]
    gate_notes: tuple[str, ...]
    routes: Routes
    reasons: tuple[Reason, ...]
    ask_next: tuple[Question, ...]
    would_change: tuple[Change, ...]
    deadlines: tuple[Deadline, ...]
    counted: Mapping[str, str]
    unresolved: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        """The four answers in one."""
        return Outcome(self.level.value, self.pattern, self.borg, self.routes.primary)
