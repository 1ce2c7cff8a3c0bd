"""The language in which an instrument's rules are written.

A condition is a sentence `SUBJECT is PREDICATE`, or a table that joins conditions. Conditions only
describe; `circuit`-building (rulebook) and evidence (evidence) give them their meaning.

Sentences
    "flag.stalking is yes"                     a counted answer
    "flag.escalation is not ruled out"         yes, or unresolved
    "context.separation is announced | none"   one of an item's values
    "context.separation is not none"           any other value, or unresolved
    "term.contact"                             a named condition
    "pattern is X | Y", "level is X | Y", "level.upper is X", "gate is X", "route is X"
    "otherwise"                                always
Tables
    {all = [...]}, {any = [...]}
    {some = GROUP, are = PREDICATE}, {each = GROUP, are = PREDICATE}, with {except = GROUP}
    {count = N, of = GROUP, are = PREDICATE, including = [ITEM, ...]}
    {numbers = N, of = GROUP, including = [NUMBER, ...]}   different red-flag numbers with a yes
    {pair = GROUP, with = GROUP}               a yes in each that are not the same item or the same fact
GROUP is `section.ID`, `tag.NAME`, `criteria` or `criteria.triage`.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

OUTCOME_SUBJECTS = ("pattern", "level", "level.upper", "gate", "route")
ITEM_PREDICATES = (
    "yes",
    "no",
    "not yes",
    "unresolved",
    "resolved",
    "not ruled out",
    "signal",
    "door signal",
    "dated",
)
STATUS_PREDICATES = ("failed", "open", "met")


class Strict(BaseModel):
    """The base of everything read from instrument files: frozen, typed strictly, no unknown keys."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", populate_by_name=True)


class Sentence(Strict):
    """`subject is predicate`; `values` holds the alternatives of `A | B`, `negated` the word not."""

    subject: str
    predicate: str = ""
    values: tuple[str, ...] = ()
    negated: bool = False


class TermRef(Strict):
    """A named condition, written `term.NAME`."""

    term: str


class Otherwise(Strict):
    """Always holds: the last rule of a first-match list."""


class All(Strict):
    """Holds when every condition holds."""

    all: Annotated[tuple[Condition, ...], Field(min_length=1)]


class AnyOf(Strict):
    """Holds when at least one condition holds."""

    any: Annotated[tuple[Condition, ...], Field(min_length=1)]


class Some(Strict):
    """Holds when at least one member of a group satisfies the predicate."""

    some: str
    are: str
    exclude: str | None = Field(default=None, alias="except")


class Each(Strict):
    """Holds when every member of a group satisfies the predicate."""

    each: str
    are: str
    exclude: str | None = Field(default=None, alias="except")


class Count(Strict):
    """Holds when `count` members or more satisfy the predicate, one of `including` among them if named."""

    count: Annotated[int, Field(ge=1)]
    of: str
    are: str
    including: tuple[str, ...] = ()


class Numbers(Strict):
    """Holds when `numbers` different red-flag numbers have a yes, one of `including` among them."""

    numbers: Annotated[int, Field(ge=1)]
    of: str
    including: Annotated[tuple[int, ...], Field(min_length=1)]


class Pair(Strict):
    """Holds when two different items, one of each group, are yes and not the same fact told twice."""

    pair: str
    with_: str = Field(alias="with")


Node = Sentence | TermRef | Otherwise | All | AnyOf | Some | Each | Count | Numbers | Pair

_TABLES: dict[str, type[Strict]] = {
    "all": All,
    "any": AnyOf,
    "some": Some,
    "each": Each,
    "count": Count,
    "numbers": Numbers,
    "pair": Pair,
}


def parse_sentence(text: str) -> Sentence | TermRef | Otherwise:
    """Read one sentence. Raises ValueError with the sentence in it when it is not of the language."""
    if text == "otherwise":
        return Otherwise()
    if text.startswith("term.") and " " not in text:
        return TermRef(term=text.removeprefix("term."))
    subject, verb, rest = text.partition(" is ")
    if not verb or not subject or not rest or " " in subject:
        raise ValueError(f'"{text}" is not of the form "SUBJECT is PREDICATE"')
    if rest in ITEM_PREDICATES and subject not in OUTCOME_SUBJECTS:
        return Sentence(subject=subject, predicate=rest)
    negated = rest.startswith("not ")
    values = tuple(value.strip() for value in rest.removeprefix("not ").split("|"))
    if any(not value or " " in value for value in values):
        raise ValueError(f'"{text}" has an empty or broken value')
    return Sentence(subject=subject, values=values, negated=negated)


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _parse(raw: Any) -> Any:
    if isinstance(raw, str):
        return parse_sentence(raw)
    if isinstance(raw, dict):
        kinds = [kind for key, kind in _TABLES.items() if key in raw]
        if len(kinds) != 1:
            raise ValueError(f"a condition needs exactly one of {', '.join(_TABLES)}")
        # Strict models refuse lists for tuples, and TOML and JSON know only lists.
        return kinds[0].model_validate({key: _tupled(value) for key, value in raw.items()})
    return raw


Condition = Annotated[Node, BeforeValidator(_parse)]

All.model_rebuild()
AnyOf.model_rebuild()
