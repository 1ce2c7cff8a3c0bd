"""Properties of decision model section 8, tried on random cases (their proof is work of its own)."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from borg_triage.app.instruments import current
from borg_triage.domain.answers import Observation
from borg_triage.domain.assessment import Assessment, Outcome
from borg_triage.domain.case_input import CaseInput, CaseReader
from borg_triage.domain.instrument import Item
from tests.oracle.random_cases import random_case

READY = current()
INSTRUMENT = READY.instrument
ENGINE = READY.engine
READER = CaseReader(INSTRUMENT)
TODAY = date(2026, 11, 22)
LEVEL = INSTRUMENT.levels.index
ROUTE_RANK = {"urgent": 0, "consult": 1, "care": 2, "borg": 2, "local_support": 2}
LIGHT = INSTRUMENT.group("tag.light")

SEEDS = st.integers(0, 2**32)
WORSENED = [
    item
    for item in INSTRUMENT.items
    if item.section in ("interview", "acute", "flags", "factors", "control", "pattern")
    or item.id
    in (
        "context.separation",
        "context.separation_not_accepted",
        "context.contact_possible",
        "context.cannot_stay",
        "context.pregnant",
    )
]


def random_input(seed: int) -> CaseInput:
    return READER.read(random_case(random.Random(seed)), TODAY)


def counted_as(counted: Mapping[str, str], changes: Mapping[str, str | None]) -> Assessment:
    """The assessment of a case in which exactly these answers count."""
    answers: dict[str, tuple[Observation, ...]] = {}
    for item, value in {**counted, **changes}.items():
        if value is not None:
            source = _reliable_source(INSTRUMENT.item[item])
            answers[item] = (Observation(value, source, TODAY, overheard=False),)
    return ENGINE.assess(CaseInput("veilig_thuis", TODAY, answers))


def _reliable_source(item: Item) -> str:
    return INSTRUMENT.section[item.section].only_source or INSTRUMENT.reliable_from(item)[0]


@given(SEEDS, st.sampled_from(WORSENED))
def test_worsening_an_item_never_lowers(seed: int, item: Item) -> None:
    before = dict(ENGINE.counted(random_input(seed)))
    if item.kind == "choice":
        ladder: list[str | None] = list(item.values)
    else:
        ladder = [item.best, None, item.worst]
    results = [counted_as(before, {item.id: value}) for value in ladder]
    for lighter, graver in pairwise(results):
        for one, other in zip(lighter.level, graver.level, strict=True):
            assert LEVEL(one) <= LEVEL(other)
        if item.id not in LIGHT:
            assert ROUTE_RANK[lighter.routes.primary] >= ROUTE_RANK[graver.routes.primary]


@given(SEEDS)
def test_unknown_is_never_better_than_the_favourable_answer(seed: int) -> None:
    case = random_input(seed)
    counted = dict(ENGINE.counted(case))
    rng = random.Random(seed)
    item = rng.choice([item for item in INSTRUMENT.items if item.kind == "yes_no"])
    unknown, known = counted_as(counted, {item.id: None}), counted_as(counted, {item.id: item.best})
    assert LEVEL(unknown.level.value) >= LEVEL(known.level.value)
    if item.id not in LIGHT:
        order = INSTRUMENT.gate_results.index
        passing = ("eligible", "candidate", "review")
        assert not (unknown.borg in passing and known.borg not in passing), (unknown.borg, known.borg)
        assert order(unknown.borg) >= order(known.borg) or known.borg in ("not_eligible", "open", "review")


@given(SEEDS)
def test_lower_is_at_most_value_is_at_most_upper(seed: int) -> None:
    level = ENGINE.assess(random_input(seed)).level
    assert LEVEL(level.lower) <= LEVEL(level.value) <= LEVEL(level.upper)


FLOORS = [
    item
    for item in INSTRUMENT.group("section.flags")
    if item.removeprefix("flag.")
    in (
        *("threat_victim", "threat_children", "threat_suicide", "weapon_used", "weapon_firearm"),
        *("strangulation", "stalking", "forced_sex", "violence_in_pregnancy", "care_withheld"),
        *("extreme_fear", "afraid_to_speak", "escalation", "contact_ban_breach", "child_harmed"),
    )
]


@given(SEEDS, st.sampled_from(FLOORS), st.sampled_from(["victim", "perpetrator", "child", "other_person"]))
def test_each_grave_flag_alone_is_high_and_urgent_whoever_says_it(seed: int, flag: str, source: str) -> None:
    case = random_input(seed)
    alone = case.with_answer(flag, Observation("yes", source, case.assessed_on))
    result = ENGINE.assess(alone)
    assert LEVEL(result.level.value) >= LEVEL("high")
    assert result.routes.primary == "urgent"


def test_there_are_fifteen_floors() -> None:
    assert len(FLOORS) == 15


@given(SEEDS)
def test_borg_only_for_common_couple_violence_at_most_elevated(seed: int) -> None:
    result = ENGINE.assess(random_input(seed))
    if result.routes.primary == "borg" or result.borg in ("eligible", "candidate", "review"):
        assert result.pattern == "common_couple_violence"
        assert LEVEL(result.level.upper) <= LEVEL("elevated")


@given(SEEDS)
def test_order_and_repetition_of_observations_change_nothing(seed: int) -> None:
    case = random_input(seed)
    rng = random.Random(seed)
    items = list(case.answers)
    rng.shuffle(items)
    shuffled = {}
    for item in items:
        said = [*case.answers[item], *case.answers[item][:1]]
        rng.shuffle(said)
        shuffled[item] = tuple(said)
    again = ENGINE.assess(CaseInput(case.user_group, case.assessed_on, shuffled))
    assert again == ENGINE.assess(case)


@given(SEEDS, st.sampled_from(INSTRUMENT.group("section.flags") + INSTRUMENT.group("section.control")))
def test_a_no_in_earshot_changes_nothing(seed: int, item: str) -> None:
    case = random_input(seed)
    heard = case.with_answer(item, Observation("no", "victim", case.assessed_on, overheard=True))
    assert ENGINE.assess(heard) == ENGINE.assess(case)


@given(SEEDS)
def test_the_named_items_are_what_the_level_stands_on(seed: int) -> None:
    case = random_input(seed)
    result = ENGINE.assess(case)
    level = result.level.value
    named = {item for reason in result.reasons if reason.outcome == level for item in reason.items}
    if level == INSTRUMENT.levels[0]:
        assert not named
        return
    assert named
    without = counted_as(result.counted, {item: INSTRUMENT.item[item].best for item in named})
    assert LEVEL(without.level.value) < LEVEL(level)


@given(SEEDS)
def test_brief_says_what_the_whole_says(seed: int) -> None:
    case = random_input(seed)
    brief, whole = ENGINE.brief(case), ENGINE.assess(case)
    assert (brief.level, brief.pattern, brief.borg, brief.primary) == (
        whole.level,
        whole.pattern,
        whole.borg,
        whole.routes.primary,
    )
    assert (brief.marks, brief.pattern_unresolved) == (whole.marks, whole.pattern_unresolved)


@given(SEEDS)
def test_what_would_change_does_change(seed: int) -> None:
    result = counted_as(ENGINE.counted(random_input(seed)), {})
    rng = random.Random(seed)
    for change in rng.sample(result.would_change, min(3, len(result.would_change))):
        if change.item == INSTRUMENT.overheard.item:
            continue  # an answer there also makes other answers reliable
        then = counted_as(result.counted, {change.item: change.to, **change.together}).outcome._asdict()
        assert {kind: then[kind] for kind in change.outcome} == dict(change.outcome)


@given(SEEDS)
def test_joint_changes_are_the_smallest_that_make_something_lighter(seed: int) -> None:
    result = counted_as(ENGINE.counted(random_input(seed)), {})
    joint = [change for change in result.would_change if change.together]
    for change in random.Random(seed).sample(joint, min(2, len(joint))):
        items = {change.item: change.to, **change.together}
        assert 2 <= len(items) <= 3
        then = counted_as(result.counted, items).outcome
        made_lighter = [kind for kind in ("level", "pattern", "route") if lighter(kind, then, result)]
        assert made_lighter
        without_one = [{k: v for k, v in items.items() if k != left} for left in items]
        fewer = [counted_as(result.counted, changes) for changes in without_one]
        assert any(not any(lighter(kind, one.outcome, result) for one in fewer) for kind in made_lighter)


def lighter(kind: str, then: Outcome, than: Assessment) -> bool:
    orders = {
        "level": INSTRUMENT.levels,
        "pattern": INSTRUMENT.patterns,
        "route": INSTRUMENT.primary_routes[::-1],
    }
    order = orders[kind].index
    return order(getattr(then, kind)) < order(getattr(than.outcome, kind))


def outcome_of(case: dict[str, Any]) -> Assessment:
    return ENGINE.assess(READER.read(case, TODAY))


def test_an_empty_case_is_doubt_and_goes_to_people() -> None:
    result = outcome_of({"user_group": "police", "answers": {}})
    assert result.outcome == ("elevated", "undetermined", "open", "consult")
    assert result.level.lower == "none_found"
    assert result.ask_next[0].item == "acute.danger_now"
