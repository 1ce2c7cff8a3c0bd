"""The safety contract: what every version of the instrument is held to, said apart from the instrument.

Source: decision model section 8. The file is resources/safety/contract.toml.
"""

from __future__ import annotations

import json
import tomllib
from typing import Literal

from pydantic import ValidationError

from borg_triage.domain.conditions import Condition, Strict
from borg_triage.domain.errors import BorgTriageError
from borg_triage.domain.instrument import Instrument, Source

Table = dict[str, int]


class ContractError(BorgTriageError):
    """The contract cannot be read, or speaks of an item that the instrument does not have."""


class Bound(Strict):
    """Where the condition holds, level and pattern are at least these."""

    id: str
    when: Condition
    level: str | None = None
    pattern: str | None = None


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
    admitting: tuple[str, ...]
    borg_pattern: str
    borg_highest_level: str
    interview: tuple[str, ...]
    acute: tuple[str, ...]
    light: tuple[str, ...]
    possessive: tuple[str, ...]
    flags: tuple[str, ...]
    control: tuple[str, ...]
    hard: tuple[str, ...]
    favourable_yes: tuple[str, ...]
    worsening: tuple[str, ...]
    floor_level: str
    floor_route: str
    floors: tuple[str, ...]
    bounds: tuple[Bound, ...]
    overheard: OverheardClause
    reliable: tuple[ReliableClause, ...]
    stale: StaleClause

    def worsened(self) -> tuple[str, ...]:
        """All items of properties 2 and 3."""
        return (*self.interview, *self.acute, *self.flags, *self.control, *self.worsening)

    def favourable_of(self, item: str) -> Literal["yes", "no"]:
        """The favourable answer of a yes/no item."""
        return "yes" if item in self.favourable_yes else "no"

    def reliable_from(self, item: str, all_sources: tuple[Source, ...]) -> tuple[Source, ...]:
        """Whose favourable answer to an item counts, when not overheard."""
        for clause in self.reliable:
            if _covers(clause.items, item):
                return clause.from_
        return all_sources

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
        more = (self.hard, self.favourable_yes, self.worsening, self.floors)
        return {item for named in (*lists, *more) for item in named}


def _covers(names: tuple[str, ...], item: str) -> bool:
    return any(item == name or (name[-1] == "." and item.startswith(name)) for name in names)


def read_contract(content: bytes) -> Contract:
    """The contract from the text of its file. Raises ContractError."""
    try:
        return Contract.model_validate_json(json.dumps(tomllib.loads(content.decode())))
    except (ValidationError, ValueError) as error:
        raise ContractError("verify.error.contract", problem=str(error).splitlines()[0]) from error


def check_items(contract: Contract, instrument: Instrument) -> None:
    """Raise ContractError where the contract promises something of an item that is gone."""
    missing = sorted(contract.items() - instrument.item.keys())
    if missing:
        raise ContractError("verify.error.contract", problem=f"unknown item {missing[0]}")
