"""Worlds of a case and the evidence of one, where no screen or paper asks for it yet."""

from __future__ import annotations

import pytest

from borg_triage.domain.engine import Engine
from borg_triage.domain.evidence import Evidence
from borg_triage.domain.variations import BEST, CASE, WORST, Variations


def test_the_gravest_level_of_no_world_is_an_error(engine: Engine) -> None:
    worlds = Variations(engine.rulebook).try_all({}, {})
    levels = engine.instrument.levels
    for world in (CASE, BEST, WORST):
        assert levels[worlds.gravest_level(1 << world)] == worlds.value("level", world)
    with pytest.raises(ValueError, match=r"^no world given$"):
        worlds.gravest_level(0)


def test_the_route_taken_when_nothing_else_holds_stands_on_no_item(engine: Engine) -> None:
    # There was no quarrel: not at its best, and read by the patterns, but not what the route stands on.
    answers = engine.instrument.best | {"situational.quarrel": "no"}
    details = Variations(engine.rulebook).details(answers)
    assert details.held("route") == ["local_support"]
    evidence = Evidence(engine.instrument, details, answers)
    assert evidence.of_route() == ()
    assert evidence.of_level() == ()


def test_each_input_of_the_circuit_bears_the_name_of_its_answer(engine: Engine) -> None:
    named = [
        f"{item.id}.{answer}" for item in engine.instrument.items for answer in item.answers or ("dated",)
    ]
    assert engine.rulebook.circuit.inputs == [*named, "fill.best", "fill.worst"]
