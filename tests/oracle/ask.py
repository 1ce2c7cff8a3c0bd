"""Section 8, property 14 of the decision model: which open items to ask next, and in what order."""

from __future__ import annotations

from typing import Any, NamedTuple

from .items import ACUTE, FAVOURABLE, INTERVIEW, LISTS, OPENS, POSITION, STATE_ITEMS, WORSE, State
from .resolve import parts_and_wholes, state_of
from .routes import criteria_of, gate_of, primary_of
from .rules import LEVELS, all_favourable, all_worse, door_signals, level_of, pattern_of, yes


class Outcome(NamedTuple):
    """The four results that an answer could change."""

    level: str
    pattern: str
    borg: str
    route: str


class Question(NamedTuple):
    item: str
    could_change: list[str]
    gravest_level: str


def outcome_of(state: State) -> Outcome:
    pattern = pattern_of(state)
    level = level_of(state, pattern)
    gate = gate_of(state, criteria_of(state, pattern, level))
    return Outcome(level, pattern, gate, primary_of(state, pattern, level, gate))


def differences(outcomes: list[tuple[Outcome, Outcome]]) -> list[str]:
    """Which of the four differ in one of the pairs."""
    return [
        name
        for name in Outcome._fields
        if any(getattr(one, name) != getattr(other, name) for one, other in outcomes)
    ]


def _answered(state: State, item: str, value: str) -> State:
    """The answer first, then what follows from parts and wholes."""
    return parts_and_wholes({**state, item: value})


def _with_staff_answer(case: dict[str, Any], item: str, value: str) -> dict[str, Any]:
    """The case with one more staff observation of today, by which all sources are read again."""
    before = case["answers"].get(item, [])
    before = before if isinstance(before, list) else [before]
    return {**case, "answers": {**case["answers"], item: [*before, {"value": value, "source": "staff"}]}}


def worlds_after_an_answer(case: dict[str, Any], state: State, item: str) -> list[State]:
    """First part: one world for each reliable answer to an open item.

    An open item has no observation that counts, so its answer is the value that then counts; only
    an interview item is answered in the case itself, as it may make other observations reliable.
    """
    values = LISTS.get(item, ["yes", "no"])
    if item in INTERVIEW:
        return [state_of(_with_staff_answer(case, item, value)) for value in values]
    return [_answered(state, item, value) for value in values]


def first_part(case: dict[str, Any], state: State, open_items: list[str]) -> list[Question]:
    """Items one answer to which changes one of the four by itself."""
    now = outcome_of(state)
    found = []
    for item in open_items:
        then = [outcome_of(world) for world in worlds_after_an_answer(case, state, item)]
        could_change = differences([(one, now) for one in then])
        if could_change:
            gravest = max((one.level for one in then), key=LEVELS.index)
            found.append(Question(item, could_change, gravest))
    return found


def second_part(state: State, open_items: list[str]) -> list[Question]:
    """Items that make a difference when all else that is open is taken one way or the other."""
    best = outcome_of(all_favourable(state))
    worst = outcome_of(all_worse(state))
    found = []
    for item in open_items:
        alone_worse = outcome_of(all_favourable(_answered(state, item, WORSE[item])))
        alone_favourable = outcome_of(all_worse(_answered(state, item, FAVOURABLE[item])))
        could_change = differences([(alone_worse, best), (alone_favourable, worst)])
        if could_change:
            found.append(Question(item, could_change, alone_worse.level))
    return found


def _in_order(questions: list[Question], state: State) -> list[Question]:
    opened = [item for question in door_signals(state) for item in OPENS[question]]
    first_among_equals: list[str] = []
    if yes(state, "context.repeated_reports"):
        first_among_equals = ["flag.escalation", "pattern.over_time"]

    def key(question: Question) -> tuple[Any, ...]:
        return (
            question.item not in ACUTE,
            -LEVELS.index(question.gravest_level),
            question.item not in opened,
            "pattern" not in question.could_change,
            "borg" not in question.could_change,
            "route" not in question.could_change,
            question.item not in first_among_equals,
            POSITION[question.item],
        )

    return sorted(questions, key=key)


def ask_next(case: dict[str, Any], state: State) -> list[dict[str, Any]]:
    """Property 14."""
    open_items = [item for item in STATE_ITEMS if state[item] is None]
    first = first_part(case, state, open_items)
    in_first = [question.item for question in first]
    second = second_part(state, [item for item in open_items if item not in in_first])
    return [
        {"item": question.item, "could_change": question.could_change}
        for question in [*_in_order(first, state), *_in_order(second, state)]
    ]
