"""The engine says of fixed random cases what the oracle, a second reading of the decision model, says."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from borg_triage.domain.assessment import Assessment, Brief
from borg_triage.domain.case_input import CaseReader
from borg_triage.domain.engine import Engine
from tests import oracle
from tests.oracle.oracle import judge
from tests.oracle.random_cases import random_case

SHORT = range(700_000, 700_120)
WHOLE = range(800_000, 800_030)


@cache
def judged() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(case, judge(case)) for case in map(case_of, SHORT)]


@cache
def assessed() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return [(case, oracle.assess(case)) for case in map(case_of, WHOLE)]


def case_of(seed: int) -> dict[str, Any]:
    return random_case(random.Random(seed))


def test_level_pattern_gate_and_route(engine: Engine) -> None:
    reader = CaseReader(engine.instrument)
    given = [reader.read(case, date(2026, 11, 22)) for case, _ in judged()]
    briefs = engine.briefs(given)
    assert engine.brief(given[0]) == briefs[0]
    assert engine.briefs([]) == []
    for brief, (case, second) in zip(briefs, judged(), strict=True):
        assert brief.level._asdict() == second["level"], case
        assert brief.pattern == second["pattern"]["value"], case
        assert brief.marks == {"violent_resistance": second["pattern"]["violent_resistance"]}, case
        assert brief.borg == second["borg"]["value"], case
        assert brief.primary == second["routes"]["primary"], case


def test_the_whole_assessment(engine: Engine) -> None:
    reader = CaseReader(engine.instrument)
    for case, second in assessed():
        given = reader.read(case, date(2026, 11, 22))
        result = engine.assess(given)
        assert whole(result) == as_said(second), case
        # The oracle keeps no dates in a state.
        dated = {item for item in result.counted if engine.instrument.item[item].kind == "date"}
        counted = {item: value for item, value in result.counted.items() if item not in dated}
        assert counted == {item: value for item, value in second["state"].items() if value is not None}, case
        open_items = [item.id for item in engine.instrument.items if item.id not in result.counted]
        assert list(result.unresolved) == open_items
        assert engine.counted(given) == result.counted
        assert engine.brief(given) == Brief(
            *(result.level, result.pattern, result.marks, result.pattern_unresolved),
            *(result.borg, result.routes.primary),
        )


def whole(result: Assessment) -> dict[str, Any]:
    return {
        "level": result.level._asdict(),
        "pattern": result.pattern,
        "violent_resistance": result.marks["violent_resistance"],
        "borg": result.borg,
        "criteria": [(entry.id, entry.status) for entry in result.criteria],
        "primary": result.routes.primary,
        "also": sorted(result.routes.also),
        "counter_indicated": sorted(result.routes.counter_indicated),
        "ask_next": asked((entry.item, entry.could_change) for entry in result.ask_next),
    }


def as_said(second: dict[str, Any]) -> dict[str, Any]:
    return {
        "level": second["level"],
        "pattern": second["pattern"]["value"],
        "violent_resistance": second["pattern"]["violent_resistance"],
        "borg": second["borg"]["value"],
        "criteria": [(entry["id"], entry["status"]) for entry in second["borg"]["criteria"]],
        "primary": second["routes"]["primary"],
        "also": sorted(second["routes"]["also"]),
        "counter_indicated": sorted(second["routes"]["counter_indicated"]),
        "ask_next": asked((entry["item"], entry["could_change"]) for entry in second["ask_next"]),
    }


def asked(questions: Any) -> list[tuple[str, Sequence[str]]]:
    return [(item, list(could_change)) for item, could_change in questions]


def test_each_case_of_many_has_its_own_best_and_worst_case(engine: Engine) -> None:
    empty = CaseReader(engine.instrument).read({"user_group": "police", "answers": {}}, date(2026, 11, 22))
    for number in (1, 2, 3):
        for brief in engine.briefs([empty] * number):
            assert brief.level == ("elevated", "none_found", "acute")
            assert (brief.pattern, brief.borg, brief.primary) == ("undetermined", "open", "consult")
            assert brief.pattern_unresolved == engine.assess(empty).pattern_unresolved != ()
