"""The random cases reach every outcome of the decision model, and the oracle is consistent on them."""

from __future__ import annotations

import json
import random
from collections import Counter
from functools import cache
from typing import Any

import pytest

from .ask import outcome_of, worlds_after_an_answer
from .items import ABSENT, ACUTE, ALL_ITEMS, BLOCKS, FLAGS, LISTS, POSSESSIVE, STATE_ITEMS
from .oracle import assess, judge
from .random_cases import SOURCES, USER_GROUPS, random_case
from .resolve import state_of
from .routes import CRITERIA
from .rules import LEVELS

CASES = 3000
SEED = 20240401
# A Python version draws other lots from the same seed; the rarest outcome still comes this often.
OFTEN = CASES // 600

PATTERNS = [
    "intimate_terror_likely",
    "intimate_terror_possible",
    "common_couple_violence",
    "no_pattern_found",
    "undetermined",
]
GATE_RESULTS = ["not_eligible", "open", "review", "candidate", "eligible"]
PRIMARY_ROUTES = ["urgent", "consult", "care", "borg", "local_support"]
TRACKS = [
    "forensic_care",
    "ggz",
    "addiction_care",
    "sexual_assault_centre",
    "strangulation_examination",
    "suicide_prevention_him",
    "police_honour_expertise",
    "stalking_framework",
    "child_block",
    "veilig_thuis_child",
    "stay_in_touch",
    "shelter",
    "geriatric_crisis",
    "suicide_prevention_her",
    "child_protection",
    "legal_counsel",
    "look_again",
]


@cache
def judged() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    rng = random.Random(SEED)
    cases = [random_case(rng) for _ in range(CASES)]
    return [(case, judge(case)) for case in cases]


@cache
def asked() -> list[dict[str, Any]]:
    return [question for case, _ in judged()[: CASES // 6] for question in assess(case)["ask_next"]]


def _assert_reached(seen: Counter[str], expected: list[str], often: int = OFTEN) -> None:
    assert set(seen) == set(expected)
    rarest = min(expected, key=lambda value: seen[value])
    assert seen[rarest] >= often, f"{rarest} occurs {seen[rarest]} times in {CASES} cases"


@pytest.mark.parametrize("which", ["lower", "value", "upper"])
def test_every_level_occurs(which: str) -> None:
    _assert_reached(Counter(result["level"][which] for _, result in judged()), LEVELS)


def test_every_pattern_occurs() -> None:
    _assert_reached(Counter(result["pattern"]["value"] for _, result in judged()), PATTERNS)


def test_every_gate_result_occurs() -> None:
    _assert_reached(Counter(result["borg"]["value"] for _, result in judged()), GATE_RESULTS)


def test_every_primary_route_occurs() -> None:
    _assert_reached(Counter(result["routes"]["primary"] for _, result in judged()), PRIMARY_ROUTES)


def test_every_parallel_track_occurs() -> None:
    _assert_reached(Counter(track for _, result in judged() for track in result["routes"]["also"]), TRACKS)


def test_every_criterion_takes_all_its_statuses() -> None:
    for number, name in enumerate(CRITERIA):
        criteria = [result["borg"]["criteria"][number] for _, result in judged()]
        assert {criterion["id"] for criterion in criteria} == {name}
        _assert_reached(Counter(criterion["status"] for criterion in criteria), ["met", "failed", "open"])


def test_every_item_takes_every_value_and_stays_open() -> None:
    for item in STATE_ITEMS:
        seen = {result["state"][item] for _, result in judged()}
        assert seen == {*LISTS.get(item, ["yes", "no"]), None}, item


def test_what_could_change_and_what_is_asked_are_diverse() -> None:
    kinds = {"+".join(question["could_change"]) for question in asked()}
    assert {"level", "pattern", "borg", "route", "level+pattern+borg+route"} <= kinds
    items = {question["item"] for question in asked()}
    assert {"interview.separate", *ACUTE, *FLAGS, *BLOCKS, *POSSESSIVE} <= items


def test_the_level_lies_between_its_bounds() -> None:
    for _, result in judged():
        lower, value, upper = (LEVELS.index(result["level"][which]) for which in ("lower", "value", "upper"))
        assert lower <= value <= upper


# --- the shortcut of the oracle's ask_next: an answer is taken as the value that then counts -----
def _really_answered(case: dict[str, Any], item: str, value: str) -> dict[str, Any]:
    """The case with a reliable observation of today added."""
    only_from_victim = item.startswith(("flag.", "control.", "situational.", "factor."))
    source = "victim" if only_from_victim and item != "flag.afraid_to_speak" else "staff"
    before = case["answers"].get(item, [])
    before = before if isinstance(before, list) else [before]
    answer = {"value": value, "source": source, "overheard": False}
    return {**case, "answers": {**case["answers"], item: [*before, answer]}}


def test_an_answer_taken_as_counted_equals_the_answer_given() -> None:
    checked = 0
    for case, result in judged()[:100]:
        for item in [item for item in STATE_ITEMS if result["state"][item] is None]:
            worlds = worlds_after_an_answer(case, result["state"], item)
            for value, world in zip(LISTS.get(item, ["yes", "no"]), worlds, strict=True):
                given = state_of(_really_answered(case, item, value))
                assert given == world, (item, value)
                assert outcome_of(given) == outcome_of(world)
                checked += 1
    assert checked > 1000


# --- the cases themselves ------------------------------------------------------------------------
def test_the_cases_are_valid_and_follow_from_the_seed() -> None:
    again = random.Random(SEED)
    for case, _ in judged():
        assert case == random_case(again)
        assert json.loads(json.dumps(case)) == case
        assert case["user_group"] in USER_GROUPS
        assert set(case["answers"]) <= set(ALL_ITEMS)
        for item, answer in case["answers"].items():
            for one in answer if isinstance(answer, list) else [answer]:
                full = {"value": one} if isinstance(one, str) else one
                assert set(full) <= {"value", "source", "overheard", "on", "note"}
                assert full.get("source", "staff") in SOURCES
                assert full.get("on", case["assessed_on"]) <= case["assessed_on"]
                if item not in ("context.separation_on", "context.measure_ends"):
                    assert full["value"] in [*LISTS.get(item, ["yes", "no"]), *ABSENT]


def test_the_cases_spell_observations_in_every_way() -> None:
    ones = [
        one
        for case, _ in judged()
        for answer in case["answers"].values()
        for one in (answer if isinstance(answer, list) else [answer])
    ]
    assert any(isinstance(one, str) for one in ones)
    full = [one for one in ones if isinstance(one, dict)]
    assert {one.get("source") for one in full} == {*SOURCES, None}
    assert {one.get("overheard") for one in full} == {True, False, None}
    assert any("on" not in one for one in full)
    assert any(answer == [] for case, _ in judged() for answer in case["answers"].values())
    assert any(
        isinstance(answer, list) and len(answer) >= 4
        for case, _ in judged()
        for answer in case["answers"].values()
    )
