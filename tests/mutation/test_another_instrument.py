"""What the shipped instrument happens not to tell apart, asked of a copy with a few lines changed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest

from borg_triage.domain.case_input import CaseInput, CaseReader
from borg_triage.domain.engine import Engine
from borg_triage.domain.instrument_files import load_instrument
from borg_triage.domain.item_state import item_state
from tests.mutation.fresh import FILES, scope
from tests.mutation.test_asking_and_standing import view
from tests.mutation.test_what_would_change import counting_as
from tests.oracle.random_cases import random_case

PATTERNS = b"""
[[pattern]]
id = "pattern.possible.pets"
value = "intimate_terror_possible"
when = "context.pets is yes"
sources = ["own"]

[[pattern]]
id = "pattern.undetermined.cohabiting"
value = "undetermined"
when = { all = ["context.cohabiting is yes", "context.separation_on is dated"] }
sources = ["own"]

[[pattern]]
id = "pattern.common_couple_violence"
"""
# Values that no rule gives: of a pattern, a result of the gate and a route.
NEVER = ("no_pattern_at_all", "withdrawn", "nowhere")
CHANGES = (
    ("items.toml", b'id = "factor.substance"\n', b'id = "factor.substance"\nopens = ["control.isolation"]\n'),
    (
        "instrument.toml",
        b'"common_couple_violence", "und',
        b'"common_couple_violence", "no_pattern_at_all", "und',
    ),
    ("instrument.toml", b'"review", "open"', b'"review", "withdrawn", "open"'),
    ("instrument.toml", b'"urgent", "consult"', b'"urgent", "nowhere", "consult"'),
    ("items.toml", b'becomes = "flag.strangulation"\nfavourable_days = 28', b"favourable_days = 60"),
    ("pattern.toml", b'\n[[pattern]]\nid = "pattern.common_couple_violence"\n', PATTERNS),
    ("instrument.toml", b'only_source = "staff"', b'only_source = "record"'),
    (
        "routes.toml",
        b'within = "PT24H"\nwhen = "level is high"',
        b'within = "PT24H"\nwhen = "level is high | acute"',
    ),
    ("gate.toml", b', { each = "tag.light", are = "resolved" }', b""),
)


@pytest.fixture(scope=scope)
def other() -> Engine:
    files = dict(FILES)
    for name, old, new in CHANGES:
        assert files[name].count(old) == 1
        files[name] = files[name].replace(old, new)
    return Engine(load_instrument(files).instrument)


def test_a_window_and_the_worth_of_a_reassurance_are_two_limits(other: Engine) -> None:
    recent = other.instrument.item["flag.strangulation_recent"]
    for value, ago, counts, why in (
        ("yes", 28, "yes", "counts"),
        ("yes", 29, None, "longer_ago"),
        ("no", 60, "no", "counts"),
        ("no", 61, None, "stale"),
    ):
        found = item_state(other.instrument, view(other, (recent.id, value, "victim", ago)), recent)
        assert (found.value, found.why) == (counts, why)


def test_what_was_recent_says_nothing_of_the_past_unless_the_instrument_says_so(other: Engine) -> None:
    counted = view(other, ("flag.strangulation_recent", "yes", "victim", 29)).assessment.counted
    assert "flag.strangulation" not in counted


def test_doubt_stands_on_what_keeps_lighter_readings_away_and_on_nothing_else(other: Engine) -> None:
    result = other.assess(CaseInput("police", date(2026, 11, 22), {}))
    assert result.pattern == "undetermined"
    reason = next(reason for reason in result.reasons if reason.rule == "pattern.undetermined")
    assert "interview.separate" in reason.items
    assert "context.pets" not in reason.items
    assert "context.pets" in result.pattern_unresolved
    assert "context.cohabiting" not in reason.items


def test_a_pattern_that_raises_the_level_stands_on_its_own_evidence_too(other: Engine) -> None:
    result = other.assess(counting_as(other.instrument, other.instrument.best | {"context.pets": "yes"}))
    assert (result.pattern, result.level.value) == ("intimate_terror_possible", "elevated")
    reasons = {reason.rule: reason.items for reason in result.reasons}
    assert reasons["level.elevated.pattern"] == reasons["pattern.possible.pets"] == ("context.pets",)


def test_what_a_criterion_leaves_out_does_not_make_it_met(other: Engine) -> None:
    light = {"flag.recent_violence": "yes", "situational.quarrel": "yes"}
    result = other.assess(counting_as(other.instrument, other.instrument.best | light))
    status = next(status for status in result.criteria if status.id == "nothing_graver")
    assert status.status == "met"
    assert {"flag.stalking", "acute.danger_now", "context.separation"} <= set(status.items)
    assert not {"flag.recent_violence", "flag.earlier_violence"} & set(status.items)


def test_of_two_deadlines_of_one_name_the_first_that_holds_counts(other: Engine) -> None:
    for given, within in (("acute.danger_now", "PT0H"), ("flag.stalking", "PT24H")):
        result = other.assess(counting_as(other.instrument, other.instrument.best | {given: "yes"}))
        due = [entry.within for entry in result.deadlines if entry.id == "veilig_thuis_contact"]
        assert due == [within]


def test_what_the_talk_would_make_reliable_asks_the_source_that_may_say_so(other: Engine) -> None:
    best = counting_as(other.instrument, other.instrument.best)
    unsaid = {item: (said[0]._replace(overheard=None),) for item, said in best.answers.items()}
    del unsaid["interview.separate"]
    result = other.assess(replace(best, answers=unsaid))
    assert result.pattern == "undetermined"
    apart = next(change for change in result.would_change if change.item == "interview.separate")
    assert (apart.to, apart.outcome["pattern"]) == ("yes", "no_pattern_found")


def test_a_pattern_can_wait_for_a_day(other: Engine) -> None:
    for said, waits in (((), True), ((("context.separation_on", "2026-05-01", "victim", 0),), False)):
        assert ("context.separation_on" in view(other, *said).assessment.pattern_unresolved) is waits


def test_what_no_rule_gives_is_never_the_outcome(other: Engine) -> None:
    reader = CaseReader(other.instrument)
    cases = [reader.read(random_case(random.Random(seed)), date(2026, 11, 22)) for seed in range(12)]
    for case, brief in zip(cases, other.briefs(cases), strict=True):
        result = other.assess(case)
        assert result.outcome == (brief.level.value, brief.pattern, brief.borg, brief.primary)
        assert not set(result.outcome) & set(NEVER)
        changes = [change.outcome.values() for change in result.would_change]
        assert not any(set(values) & set(NEVER) for values in changes)


def test_a_question_outside_the_door_may_open_others_too(other: Engine) -> None:
    empty = view(other).assessment
    opened = view(other, ("factor.substance", "yes", "victim", 0)).assessment
    isolation = "control.isolation"
    # Of the control blocks, all of one weight, the opened one now comes first.
    blocks = [
        [one.item for one in result.ask_next if one.item.startswith("control.")] for result in (empty, opened)
    ]
    assert isolation in blocks[0][1:]
    assert blocks[1][0] == isolation


def test_a_day_that_a_pattern_reads_counts_in_every_reading(other: Engine) -> None:
    lasting = other.instrument.best | {"context.cohabiting": "yes", "context.separation_on": "2026-05-01"}
    result = other.assess(counting_as(other.instrument, lasting))
    assert result.outcome[:2] == ("elevated", "undetermined")
    assert result.level == ("elevated", "elevated", "elevated")
    assert other.brief(counting_as(other.instrument, lasting)).level == result.level
