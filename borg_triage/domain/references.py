"""Checks that everything an instrument refers to exists, with the place of each problem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from borg_triage.domain.conditions import (
    OUTCOME_SUBJECTS,
    STATUS_PREDICATES,
    All,
    AnyOf,
    Count,
    Each,
    Node,
    Numbers,
    Otherwise,
    Pair,
    Sentence,
    Some,
    TermRef,
)
from borg_triage.domain.instrument import Instrument


class Problem(NamedTuple):
    """What is wrong, and the path to it from the top of the files (key, index, key)."""

    path: tuple[int | str, ...]
    text: str


_YES_NO_PREDICATES = {"yes", "no", "not yes", "not ruled out", "signal", "door signal"}


def dangling(instrument: Instrument) -> Iterator[Problem]:
    """Every id that stands twice or refers to nothing, in the order of the files."""
    yield from _twice(instrument)
    yield from _item_references(instrument)
    yield from _outcomes(instrument)
    yield from _terms_in_circles(instrument)
    for path, condition in conditions_of(instrument):
        for text in _broken(instrument, condition, after_gate=path[0] not in _BEFORE_ROUTE):
            yield Problem(path, text)
    yield from _citations(instrument)


_BEFORE_ROUTE = {"terms", "pattern", "level", "criteria", "gate"}


def conditions_of(instrument: Instrument) -> Iterator[tuple[tuple[int | str, ...], Node]]:
    """Every condition of the instrument with its path."""
    for name, term in instrument.terms.items():
        yield ("terms", name), term
    for key in ("pattern", "level", "gate", "primary", "also", "locked", "withheld", "marks"):
        for index, rule in enumerate(getattr(instrument, key)):
            yield (key, index, "when"), rule.when
    for key in ("destinations", "deadlines"):
        for index, rule in enumerate(getattr(instrument, key)):
            yield (key, index, "when"), rule.when
    for index, criterion in enumerate(instrument.criteria):
        yield ("criteria", index, "failed"), criterion.failed
        yield ("criteria", index, "met"), criterion.met
    for index, note in enumerate(instrument.gate_notes):
        if note.when is not None:
            yield ("gate_notes", index, "when"), note.when
    for index, counter in enumerate(instrument.counter_indicated):
        yield ("counter_indicated", index, "unless"), counter.unless


def _twice(instrument: Instrument) -> Iterator[Problem]:
    for key in ("sections", "items", "pattern", "level", "criteria", "gate", "primary", "also", "references"):
        seen: set[str] = set()
        for index, entry in enumerate(getattr(instrument, key)):
            if entry.id in seen:
                name = "source_list" if key == "references" else key
                yield Problem((name, index, "id"), f'"{entry.id}" stands twice')
            seen.add(entry.id)


def _item_references(instrument: Instrument) -> Iterator[Problem]:
    for index, item in enumerate(instrument.items):
        if item.section not in instrument.section:
            yield Problem(("items", index, "section"), f'unknown section "{item.section}"')
    for path, other in _named_items(instrument):
        if other not in instrument.item:
            yield Problem(path, f'unknown item "{other}"')


def _named_items(instrument: Instrument) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Every place outside conditions that names an item."""
    yield ("overheard", "item"), instrument.overheard.item
    lists = (
        ("items", ("opens", "brings_forward", "becomes")),
        ("parts", ("part", "whole")),
        ("rulings_out", ("when_no", "then_no")),
        ("same_fact", ("items",)),
        ("deadlines", ("before",)),
    )
    for key, fields in lists:
        for index, entry in enumerate(getattr(instrument, key)):
            for field in fields:
                named = getattr(entry, field) or ()
                for other in (named,) if isinstance(named, str) else named:
                    yield (key, index, field), other


def _outcomes(instrument: Instrument) -> Iterator[Problem]:
    named = (
        ("pattern", "value", instrument.patterns),
        ("level", "floor", instrument.levels),
        ("gate", "value", instrument.gate_results),
        ("primary", "route", instrument.primary_routes),
    )
    for key, field, allowed in named:
        rules = getattr(instrument, key)
        for index, rule in enumerate(rules):
            if getattr(rule, field) not in allowed:
                yield Problem((key, index, field), f'unknown {field} "{getattr(rule, field)}"')
        if key != "level" and not isinstance(rules[-1].when, Otherwise):
            yield Problem((key, len(rules) - 1, "when"), 'the last rule must be "otherwise"')


def _terms_in_circles(instrument: Instrument) -> Iterator[Problem]:
    def uses(condition: Node) -> Iterator[str]:
        if isinstance(condition, TermRef):
            yield condition.term
        for inner in children(condition):
            yield from uses(inner)

    needed = {name: set(uses(term)) for name, term in instrument.terms.items()}
    settled: set[str] = set()
    while ready := {name for name in needed.keys() - settled if needed[name] & needed.keys() <= settled}:
        settled |= ready
    for name in sorted(needed.keys() - settled):
        yield Problem(("terms", name), f'the term "{name}" leads back to itself')


def children(condition: Node) -> tuple[Node, ...]:
    """The conditions that a condition joins."""
    if isinstance(condition, All):
        return condition.all
    if isinstance(condition, AnyOf):
        return condition.any
    return ()


def items_read(instrument: Instrument, condition: Node) -> Iterator[str]:
    """Every item that a condition reads itself, not through an outcome; an item may come twice."""
    for inner in children(condition):
        yield from items_read(instrument, inner)
    match condition:
        case TermRef():
            yield from items_read(instrument, instrument.terms[condition.term])
        case Sentence() if condition.subject in instrument.item:
            yield condition.subject
        case Some() if not condition.some.startswith("criteria"):
            yield from instrument.members(condition.some, condition.exclude)
        case Each() if not condition.each.startswith("criteria"):
            yield from instrument.members(condition.each, condition.exclude)
        case Count() | Numbers():
            yield from instrument.group(condition.of)
        case Pair():
            yield from instrument.group(condition.pair)
            yield from instrument.group(condition.with_)
        case _:
            pass


def _broken(instrument: Instrument, condition: Node, *, after_gate: bool) -> Iterator[str]:
    for inner in children(condition):
        yield from _broken(instrument, inner, after_gate=after_gate)
    if isinstance(condition, TermRef) and condition.term not in instrument.terms:
        yield f'unknown term "{condition.term}"'
    if isinstance(condition, Sentence):
        yield from _broken_sentence(instrument, condition, after_gate)
    if isinstance(condition, Some | Each):
        name = condition.some if isinstance(condition, Some) else condition.each
        yield from _broken_group(instrument, name, condition.are)
        if condition.exclude:
            yield from _broken_group(instrument, condition.exclude, "yes")
    if isinstance(condition, Count):
        yield from _broken_group(instrument, condition.of, condition.are)
        yield from (f'unknown item "{item}"' for item in condition.including if item not in instrument.item)
    if isinstance(condition, Numbers):
        yield from _broken_group(instrument, condition.of, "yes")
    if isinstance(condition, Pair):
        yield from _broken_group(instrument, condition.pair, "yes")
        yield from _broken_group(instrument, condition.with_, "yes")


def _broken_sentence(instrument: Instrument, sentence: Sentence, after_gate: bool) -> Iterator[str]:
    allowed: dict[str, tuple[str, ...]] = dict(
        zip(
            OUTCOME_SUBJECTS,
            (instrument.patterns, instrument.levels, instrument.levels, instrument.gate_results, ()),
            strict=True,
        )
    )
    if after_gate:
        allowed["route"] = instrument.primary_routes
    if sentence.subject in allowed:
        yield from (
            f'unknown value "{value}" of {sentence.subject}'
            for value in sentence.values
            if value not in allowed[sentence.subject]
        )
        return
    item = instrument.item.get(sentence.subject)
    if item is None:
        yield f'unknown item "{sentence.subject}"'
    elif sentence.values:
        values = item.values if item.kind == "choice" else ()
        yield from (f'"{item.id}" has no value "{value}"' for value in sentence.values if value not in values)
    elif sentence.predicate in _YES_NO_PREDICATES and item.kind != "yes_no":
        yield f'"{item.id} is {sentence.predicate}" needs a yes/no item'
    elif (sentence.predicate == "dated") != (item.kind == "date"):
        yield f'"{item.id} is {sentence.predicate}" does not fit an item of kind {item.kind}'


def _broken_group(instrument: Instrument, name: str, are: str) -> Iterator[str]:
    if name in ("criteria", "criteria.triage"):
        if are not in STATUS_PREDICATES:
            yield f'a criterion cannot be "{are}"'
        return
    try:
        members = instrument.group(name)
    except KeyError:
        yield f'the group "{name}" has no item'
        return
    for member in members:
        yield from _broken_sentence(instrument, Sentence(subject=member, predicate=are), False)


def _citations(instrument: Instrument) -> Iterator[Problem]:
    known = {reference.id for reference in instrument.references}
    for key in (
        *("items", "pattern", "marks", "level", "criteria", "gate", "gate_notes", "primary", "also"),
        *("counter_indicated", "locked", "withheld", "destinations", "deadlines"),
    ):
        for index, entry in enumerate(getattr(instrument, key)):
            for citation in entry.sources:
                if citation.partition(":")[0] not in known:
                    yield Problem((key, index, "sources"), f'unknown source "{citation}"')
