"""The oracle's public face: one case in, what the decision model says of it out."""

from __future__ import annotations

from typing import Any

from .ask import ask_next
from .items import State
from .resolve import has_date, state_of
from .routes import (
    also_of,
    care_indications,
    counter_indicated_of,
    criteria_of,
    gate_of,
    primary_of,
    veilig_thuis_of,
)
from .rules import level_of, lower_level, pattern_of, upper_level, yes


def judge(case: dict[str, Any]) -> dict[str, Any]:
    """Everything but `ask_next`, which takes most of the time; shape as `assess`."""
    return _judged(case, state_of(case))


def assess(case: dict[str, Any]) -> dict[str, Any]:
    """Assess a valid section-9 input with `assessed_on` given.

    `state` holds every item but the two dates: its counted value, or None when unresolved.
    `routes.care` holds the care indications whatever the primary route is; `routes.also` has them
    only next to urgent and consult, as the page says. `routes.veilig_thuis` is the form and the due of
    that destination.
    """
    state = state_of(case)
    return {**_judged(case, state), "ask_next": ask_next(case, state)}


def _judged(case: dict[str, Any], state: State) -> dict[str, Any]:
    pattern = pattern_of(state)
    level = level_of(state, pattern)
    criteria = criteria_of(state, pattern, level)
    gate = gate_of(state, criteria)
    primary = primary_of(state, pattern, level, gate)
    return {
        "state": state,
        "level": {"value": level, "lower": lower_level(state), "upper": upper_level(state)},
        "pattern": {
            "value": pattern,
            "violent_resistance": yes(state, "situational.resistance"),
        },
        "borg": {
            "value": gate,
            "criteria": [{"id": name, "status": status} for name, status in criteria.items()],
        },
        "routes": {
            "primary": primary,
            "also": also_of(state, primary, has_date(case, "context.measure_ends")),
            "counter_indicated": counter_indicated_of(pattern, level),
            "care": care_indications(state),
            "veilig_thuis": veilig_thuis_of(state, level, primary, case["user_group"]),
        },
    }
