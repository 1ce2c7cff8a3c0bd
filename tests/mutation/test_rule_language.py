"""The sentences and tables that rules are written in."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from borg_triage.domain.conditions import (
    All,
    AnyOf,
    Condition,
    Count,
    Each,
    Node,
    Numbers,
    Otherwise,
    Pair,
    Sentence,
    Some,
    TermRef,
    parse_sentence,
)

STALKING = Sentence(subject="flag.stalking", predicate="yes")

SENTENCES = {
    "otherwise": Otherwise(),
    "term.contact": TermRef(term="contact"),
    "flag.stalking is yes": STALKING,
    "flag.stalking is not yes": Sentence(subject="flag.stalking", predicate="not yes"),
    "flag.stalking is not ruled out": Sentence(subject="flag.stalking", predicate="not ruled out"),
    "ask.stress is door signal": Sentence(subject="ask.stress", predicate="door signal"),
    "context.separation is none": Sentence(subject="context.separation", values=("none",)),
    "context.separation is none | announced": Sentence(
        subject="context.separation", values=("none", "announced")
    ),
    "context.separation is not none|announced": Sentence(
        subject="context.separation", values=("none", "announced"), negated=True
    ),
    "level.upper is high": Sentence(subject="level.upper", values=("high",)),
    # Of an outcome every predicate is a value.
    "gate is open": Sentence(subject="gate", values=("open",)),
    "gate is no": Sentence(subject="gate", values=("no",)),
    "level is not yes": Sentence(subject="level", values=("yes",), negated=True),
    # Not the name of a term, for a term has one word.
    "term.contact is yes": Sentence(subject="term.contact", predicate="yes"),
}


def test_every_form_of_sentence() -> None:
    for text, meant in SENTENCES.items():
        assert parse_sentence(text) == meant, text


def test_what_is_no_sentence_is_named() -> None:
    for text in ("", "flag.stalking", "flag.stalking yes", "gate is ", " is yes", "a b is yes", "Otherwise"):
        with pytest.raises(ValueError, match=f'^"{text}" is not of the form "SUBJECT is PREDICATE"$'):
            parse_sentence(text)
    for text in (
        "pattern is a |",
        "pattern is a b",
        "pattern is a is b",
        "pattern is not ",
        "pattern is a | b c",
        "level is |",
    ):
        with pytest.raises(ValueError, match=r"has an empty or broken value$") as caught:
            parse_sentence(text)
        assert str(caught.value).startswith(f'"{text}" ')


TABLES: list[tuple[object, Node]] = [
    ("flag.stalking is yes", STALKING),
    ({"all": ["flag.stalking is yes", "otherwise"]}, All(all=(STALKING, Otherwise()))),
    ({"any": ["term.contact"]}, AnyOf(any=(TermRef(term="contact"),))),
    ({"any": [{"all": ["otherwise"]}]}, AnyOf(any=(All(all=(Otherwise(),)),))),
    ({"some": "section.acute", "are": "yes"}, Some(some="section.acute", are="yes")),
    (
        {"each": "section.flags", "are": "no", "except": "tag.light"},
        Each.model_validate({"each": "section.flags", "are": "no", "except": "tag.light"}),
    ),
    (
        {"count": 3, "of": "section.screening", "are": "signal", "including": ["ask.stress"]},
        Count(count=3, of="section.screening", are="signal", including=("ask.stress",)),
    ),
    (
        {"numbers": 2, "of": "tag.hard", "including": [1, 6]},
        Numbers(numbers=2, of="tag.hard", including=(1, 6)),
    ),
    (
        {"pair": "section.control", "with": "tag.hard"},
        Pair.model_validate({"pair": "section.control", "with": "tag.hard"}),
    ),
]


def test_every_form_of_table() -> None:
    read = TypeAdapter[Node](Condition)
    for raw, meant in TABLES:
        assert read.validate_python(raw) == meant, raw
        assert read.validate_python(meant) is meant


def test_a_table_of_two_kinds_or_of_none_is_an_error() -> None:
    read = TypeAdapter[Node](Condition)
    for raw in ({"all": ["otherwise"], "any": ["otherwise"]}, {}, {"are": "yes"}):
        with pytest.raises(ValidationError) as caught:
            read.validate_python(raw)
        kinds = "all, any, some, each, count, numbers, pair"
        assert caught.value.errors()[0]["msg"] == f"Value error, a condition needs exactly one of {kinds}"
    for raw in (7, ["otherwise"], {"all": "otherwise"}, {"count": "3", "of": "section.flags", "are": "yes"}):
        with pytest.raises(ValidationError):
            read.validate_python(raw)
