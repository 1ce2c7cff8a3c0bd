"""The safety contract: what every version of the instrument is held to, said apart from the instrument.

Source: decision model section 8, with sections 1 and 3 to 6 as what may never be undercut. The file is
resources/safety/contract.toml.
"""

from __future__ import annotations

import json
import tomllib
from typing import Literal

from pydantic import ValidationError

from borg_triage.domain.conditions import Condition, Strict
from borg_triage.domain.errors import BorgTriageError
from borg_triage.domain.instrument import USER_GROUPS, Instrument, Item, Source, UserGroup

Table = dict[str, int]


class ContractError(BorgTriageError):
    """The contract cannot be read, or speaks of an item that the instrument does not have."""


class Bound(Strict):
    """Where the condition holds, level, pattern and route are at least these, the route none of `never`."""

    id: str
    when: Condition
    level: str | None = None
    pattern: str | None = None
    route: str | None = None
    never: tuple[str, ...] = ()


class FollowsClause(Strict):
    """What follows from an answer: (part, whole); (all of these no, then these no); one fact told twice."""

    parts: tuple[tuple[str, str], ...]
    rulings_out: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    same_fact: tuple[tuple[str, str], ...]


class CriterionClause(Strict):
    """One criterion of the BORG gate."""

    id: str
    settled_by: Literal["triage", "reclassering"]
    failed: Condition
    met: Condition


class Told(Strict):
    """A place to turn to: in what form, and by when."""

    place: str
    when: str
    kind: str


class Within(Strict):
    """A deadline: a duration from the assessment, or before an item's date."""

    deadline: str
    time: str | None = None
    before: str | None = None
    working_days: bool = False


class Duty(Strict):
    """What must be said where a condition holds, to these user groups.

    to: places with form and time. names: places in whatever form; never_to: places that must not be named.
    within: deadlines. also: parallel tracks, after_safety: marked as such. counter_indicated, locked, marks
    and notes (of the gate): by id. withheld: items that stay out of papers he may see; apart: by a rule of
    their own.
    """

    id: str
    when: Condition
    groups: tuple[UserGroup, ...] = USER_GROUPS
    to: tuple[Told, ...] = ()
    names: tuple[str, ...] = ()
    within: tuple[Within, ...] = ()
    also: tuple[str, ...] = ()
    counter_indicated: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    never_to: tuple[str, ...] = ()
    after_safety: bool = False
    apart: bool = False


class FilledInClause(Strict):
    """Who is taken to have said what names nobody; `items` as in ReliableClause."""

    items: tuple[str, ...]
    source: Source


class OverheardClause(Strict):
    """Whose answers count as overheard unless staff said yes to an item."""

    sources: tuple[Source, ...]
    unless_staff_says_yes_to: str


class ReliableClause(Strict):
    """Whose favourable answer counts; `items` are ids or beginnings of ids that end in a dot."""

    items: tuple[str, ...]
    from_: tuple[Source, ...]

    model_config = Strict.model_config | {"alias_generator": lambda name: name.rstrip("_")}


class StaleClause(Strict):
    """After how many days any answer, a yes, or a favourable answer no longer counts."""

    any_answer: Table
    yes: Table
    favourable: Table


class Contract(Strict):
    """The whole contract."""

    version: str
    levels: tuple[str, ...]
    patterns: tuple[str, ...]
    route_ranks: tuple[tuple[str, ...], ...]
    dues: tuple[str, ...]
    forms: tuple[str, ...]
    admitting: tuple[str, ...]
    refusing: str
    borg_pattern: str
    borg_highest_level: str
    interview: tuple[str, ...]
    acute: tuple[str, ...]
    light: tuple[str, ...]
    possessive: tuple[str, ...]
    flags: tuple[str, ...]
    control: tuple[str, ...]
    hard: tuple[str, ...]
    core: tuple[str, ...]
    weighty: tuple[str, ...]
    threat: tuple[str, ...]
    screening: tuple[str, ...]
    factors: tuple[str, ...]
    review: tuple[str, ...]
    moment: tuple[str, ...]
    door: tuple[str, ...]
    favourable_yes: tuple[str, ...]
    worsening: tuple[str, ...]
    floor_level: str
    floor_route: str
    floors: tuple[str, ...]
    numbers: dict[str, tuple[str, ...]]
    opens: dict[str, tuple[str, ...]]
    values: dict[str, tuple[str, ...]]
    brings_forward: dict[str, tuple[str, ...]]
    follows: FollowsClause
    terms: dict[str, Condition]
    bounds: tuple[Bound, ...]
    criteria: tuple[CriterionClause, ...]
    duties: tuple[Duty, ...]
    overheard: OverheardClause
    filled_in: tuple[FilledInClause, ...]
    reliable: tuple[ReliableClause, ...]
    once: dict[str, str]
    stale: StaleClause

    def worsened(self) -> tuple[str, ...]:
        """All items of properties 2 and 3."""
        return (*self.interview, *self.acute, *self.flags, *self.control, *self.worsening)

    def favourable_of(self, item: str) -> Literal["yes", "no"]:
        """The favourable answer of a yes/no item."""
        return "yes" if item in self.favourable_yes else "no"

    def routes_down_to(self, route: str) -> tuple[str, ...]:
        """The routes that are at least as urgent."""
        rank = next(place for place, routes in enumerate(self.route_ranks) if route in routes)
        return tuple(one for routes in self.route_ranks[: rank + 1] for one in routes)

    def best(self, item: Item) -> str:
        """The favourable answer of an item, the first of a list."""
        return self.values[item.id][0] if item.kind == "choice" else self.favourable_of(item.id)

    def reliable_from(self, item: str, all_sources: tuple[Source, ...]) -> tuple[Source, ...]:
        """Whose favourable answer to an item counts, when not overheard."""
        for clause in self.reliable:
            if _covers(clause.items, item):
                return clause.from_
        return all_sources

    def source_of(self, item: str) -> Source:
        """Who is taken to have said what names nobody. Raises ContractError for an item it does not know."""
        for clause in self.filled_in:
            if _covers(clause.items, item):
                return clause.source
        raise ContractError("verify.error.contract", problem=f"nobody said {item}")

    def days(self, kind: Literal["any_answer", "yes", "favourable"], item: str) -> int | None:
        """After how many days an answer is stale; the item's own limit before that of its kin."""
        table: Table = getattr(self.stale, kind)
        kin = next(
            (limit for name, limit in table.items() if name[-1] == "." and item.startswith(name)), None
        )
        return table.get(item, kin)

    def items(self) -> set[str]:
        """Every item the contract names."""
        lists = (self.interview, self.acute, self.light, self.possessive, self.flags, self.control)
        more = (self.hard, self.favourable_yes, self.worsening, self.floors, self.screening, self.factors)
        tables = (self.values, self.opens, self.once, self.once.values(), self.moment, self.review, self.door)
        return {item for named in (*lists, *more, *tables, *self.numbers.values()) for item in named}


def _covers(names: tuple[str, ...], item: str) -> bool:
    return any(item == name or (name[-1] == "." and item.startswith(name)) for name in names)


def read_contract(content: bytes) -> Contract:
    """The contract from the text of its file. Raises ContractError."""
    try:
        return Contract.model_validate_json(json.dumps(tomllib.loads(content.decode())))
    except (ValidationError, ValueError) as error:
        raise ContractError("verify.error.contract", problem=str(error).splitlines()[0]) from error


def check_items(contract: Contract, instrument: Instrument) -> None:
    """Raise ContractError where the contract promises something of an item that is gone, or that has other
    values than the contract knows.
    """
    missing = sorted(contract.items() - instrument.item.keys())
    if missing:
        raise ContractError("verify.error.contract", problem=f"unknown item {missing[0]}")
    for item in instrument.items:
        if item.kind == "choice" and sorted(item.values) != sorted(contract.values.get(item.id, ())):
            raise ContractError("verify.error.contract", problem=f"other values of {item.id}")
