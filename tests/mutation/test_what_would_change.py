"""What would change the outcome, against trying every answer and every pair and triple of answers."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from borg_triage.domain.answers import Observation
from borg_triage.domain.assessment import Assessment, Brief, Outcome
from borg_triage.domain.case_input import CaseInput, CaseReader
from borg_triage.domain.engine import Engine
from borg_triage.domain.instrument import Instrument, Item
from tests.oracle.random_cases import random_case

TODAY = date(2026, 11, 22)


def counting_as(instrument: Instrument, answers: Mapping[str, str]) -> CaseInput:
    """A case in which exactly these answers count."""
    said = {}
    for name, value in answers.items():
        item = instrument.item[name]
        said[name] = (Observation(value, reliable_source(instrument, item), TODAY, overheard=False),)
    return CaseInput("police", TODAY, said)


def reliable_source(instrument: Instrument, item: Item) -> str:
    return instrument.section[item.section].only_source or instrument.reliable_from(item)[0]


def outcome(brief: Brief) -> dict[str, str]:
    return Outcome(brief.level.value, brief.pattern, brief.borg, brief.primary)._asdict()


def differences(new: dict[str, str], old: dict[str, str]) -> dict[str, str]:
    return {kind: value for kind, value in new.items() if value != old[kind]}


Single = tuple[str, str, dict[str, str]]


def single_changes(engine: Engine, counted: Mapping[str, str]) -> list[Single]:
    """Every answer tried by itself beside these: item, answer, and what it changes, where it does."""
    instrument = engine.instrument
    items = [item for item in instrument.items if item.kind != "date"]
    trials = [(item.id, answer) for item in items for answer in item.answers]
    cases = [counting_as(instrument, {**counted, item: answer}) for item, answer in trials]
    now, *then = map(outcome, engine.briefs([counting_as(instrument, counted), *cases]))
    return [
        (item, answer, changed)
        for (item, answer), new in zip(trials, then, strict=True)
        if (changed := differences(new, now))
    ]


def named_singles(result: Assessment) -> list[Single]:
    return [(one.item, one.to, dict(one.outcome)) for one in result.would_change if not one.together]


def test_every_single_answer_that_changes_the_outcome_is_named_and_no_other(engine: Engine) -> None:
    for seed in (3, 5):
        drawn = CaseReader(engine.instrument).read(random_case(random.Random(seed)), TODAY)
        counted = engine.counted(drawn)
        expected = single_changes(engine, counted)
        assert named_singles(engine.assess(counting_as(engine.instrument, counted))) == expected, seed
        assert len(expected) > 3


# Beside every other answer at its best; no single answer makes all of level, pattern and route lighter.
HEAVY: list[dict[str, str]] = [
    {"flag.stalking": "yes", "flag.escalation": "yes"},
    {"flag.stalking": "yes", "flag.escalation": "yes", "control.isolation": "yes"},
    {"flag.stalking": "yes", "flag.escalation": "yes", "flag.forced_sex": "yes", "ask.stress": "yes"},
    {
        "flag.recent_violence": "yes",
        "control.threats": "yes",
        "factor.ownership": "yes",
        "flag.stalking": "yes",
    },
    {"pattern.over_time": "yes", "control.isolation": "yes", "control.autonomy": "yes"},
    {"control.isolation": "yes", "control.degradation": "yes", "control.third_parties": "yes"},
    {"acute.danger_now": "yes", "acute.needs_medical_care": "yes", "ask.stress": "yes"},
    {"acute.danger_now": "yes", "acute.needs_medical_care": "yes", "flag.care_withheld": "yes"},
    {"flag.stalking": "yes", "flag.escalation": "yes", "flag.forced_sex": "yes", "flag.extreme_fear": "yes"},
    {
        "flag.child_harmed": "yes",
        "control.jealousy_blackmail": "yes",
        "control.autonomy": "yes",
        "context.separation": "considering",
    },
]


def test_joint_changes_are_all_the_smallest_that_make_something_lighter(engine: Engine) -> None:
    for graver in HEAVY:
        assert joint_changes(engine, graver) == smallest_changes(engine, graver), graver


def test_what_no_change_can_do_without_is_named_first(engine: Engine) -> None:
    best = engine.instrument.best
    # The ban alone gives high; so do any two of the others.
    others = ["flag.weapon_possession", "control.gaslighting", "context.separation"]
    graver = dict.fromkeys(("flag.contact_ban_breach", *others[:2]), "yes") | {others[2]: "announced"}
    given = {item: value for item, value in best.items() if item != "flag.stalking"} | graver
    changes = engine.assess(counting_as(engine.instrument, given)).would_change
    named = [(one.item, *one.together) for one in changes if one.together]
    assert named == [("flag.contact_ban_breach", *two) for two in combinations(others, 2)]


Joint = dict[frozenset[str], dict[str, str]]


def joint_changes(engine: Engine, graver: dict[str, str]) -> Joint:
    """What the engine names, by the items that change, all of them to their best."""
    best = engine.instrument.best
    found: Joint = {}
    for change in engine.assess(counting_as(engine.instrument, best | graver)).would_change:
        if change.together:
            to = {change.item: change.to, **change.together}
            assert to == {item: best[item] for item in to}
            found[frozenset(to)] = dict(change.outcome)
    return found


def smallest_changes(engine: Engine, graver: dict[str, str]) -> Joint:
    """For each kind that no single answer makes lighter, every smallest set of at most three that does."""
    instrument = engine.instrument
    given = instrument.best | graver
    tried = [items for size in (0, 1, 2, 3) for items in combinations(graver, size)]
    cases = [
        counting_as(instrument, given | {item: instrument.best[item] for item in items}) for items in tried
    ]
    now, *then = map(outcome, engine.briefs(cases))
    expected: Joint = {}
    for kind, lightest_first in (
        ("level", instrument.levels),
        ("pattern", instrument.patterns),
        ("route", instrument.primary_routes[::-1]),
    ):
        rank = lightest_first.index
        lighter = {
            items: new
            for items, new in zip(tried[1:], then, strict=True)
            if rank(new[kind]) < rank(now[kind])
        }
        smallest = min(map(len, lighter), default=0)
        for items, new in lighter.items():
            if len(items) == smallest > 1:
                expected[frozenset(items)] = differences(new, now)
    return expected


def test_a_talk_apart_changes_what_staff_saying_so_would_change(engine: Engine) -> None:
    """An answer there makes other answers reliable: as if the case were read again with it."""
    talk = engine.instrument.overheard.item
    reader = CaseReader(engine.instrument)
    best = counting_as(engine.instrument, engine.instrument.best)
    unsaid = {
        item: (said[0]._replace(overheard=None),) for item, said in best.answers.items() if item != talk
    }
    # What she said last displaces what she said before only when nobody listened.
    before = Observation("announced", "victim", TODAY - timedelta(days=1))
    refused = Observation("yes", "victim", TODAY)
    displaced = unsaid | {
        "context.separation": (before, *unsaid["context.separation"]),
        "context.separation_not_accepted": (refused,),
    }
    drawn = [reader.read(random_case(random.Random(seed)), TODAY) for seed in range(40)]
    cases = [replace(best, answers=unsaid), replace(best, answers=displaced), *drawn]
    seen = 0
    for case in cases:
        result = engine.assess(case)
        if talk not in result.unresolved:
            continue
        now = result.outcome._asdict()
        for answer in ("yes", "no"):
            said = case.with_answer(talk, Observation(answer, "staff", case.assessed_on))
            expected = differences(outcome(engine.brief(said)), now)
            named = [one for one in result.would_change if (one.item, one.to) == (talk, answer)]
            assert [dict(one.outcome) for one in named if not one.together] == [expected] * bool(expected)
            seen += bool(expected)
    assert seen >= 2
    # What the talk would make reliable changes nothing of any other question.
    grave = {"context.separation": "announced", "flag.escalation": "yes", "pattern.over_time": "yes"}
    one_unsaid = counting_as(engine.instrument, engine.instrument.best | grave).answers
    del one_unsaid[talk]
    one_unsaid["context.contact_possible"] = unsaid["context.contact_possible"]
    for case, level in ((cases[1], "high"), (replace(best, answers=one_unsaid), "acute")):
        result = engine.assess(case)
        assert (result.level.value, result.counted["context.separation"]) == (level, "announced")
        others = [single for single in named_singles(result) if single[0] != talk]
        assert others == [one for one in single_changes(engine, result.counted) if one[0] != talk]
    assert ("context.contact_possible", "no", {"level": "high"}) in others
