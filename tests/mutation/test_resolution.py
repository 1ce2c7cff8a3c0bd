"""From what was said to what counts: against the oracle, by hand, and the counting tables beside both."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from borg_triage.domain.answers import Observation, Resolver
from borg_triage.domain.case_input import CaseInput, CaseReader
from borg_triage.domain.counting import DATED, Counting, Newest, counting_of
from borg_triage.domain.instrument import SOURCES, Instrument
from tests.oracle.items import DATES, STATE_ITEMS
from tests.oracle.random_cases import random_case
from tests.oracle.resolve import count, drop_stale, read_observations

SEEDS = range(900_000, 900_150)
TODAY = date(2026, 11, 22)


@cache
def counted_by_the_oracle() -> list[tuple[dict[str, Any], dict[str, str]]]:
    found = []
    for seed in SEEDS:
        case = random_case(random.Random(seed))
        fresh = drop_stale(read_observations(case))
        counted = {item: count(item, fresh[item]) for item in STATE_ITEMS}
        found.append((case, {item: value for item, value in counted.items() if value is not None}))
    return found


def test_the_resolver_counts_as_the_oracle_does(instrument: Instrument) -> None:
    resolver, reader = Resolver(instrument), CaseReader(instrument)
    for raw, second in counted_by_the_oracle():
        case = reader.read(raw, TODAY)
        counted = resolver.resolve(case.answers, case.assessed_on)
        assert {item: value for item, value in counted.items() if item not in DATES} == second, raw


def test_the_counting_tables_count_as_the_resolver_does(instrument: Instrument) -> None:
    resolver, reader = Resolver(instrument), CaseReader(instrument)
    tables = {item.id: counting_of(instrument, item) for item in instrument.items}
    for raw, _ in counted_by_the_oracle():
        case = reader.read(raw, TODAY)
        counted = resolver.resolve(case.answers, case.assessed_on)
        assert by_the_tables(instrument, tables, case) == counted, raw


# --- one case read by the tables, as their docstring says ----------------------------------------
def by_the_tables(instrument: Instrument, tables: dict[str, Counting], case: CaseInput) -> dict[str, str]:
    overheard = instrument.overheard
    apart = tables[overheard.item]
    said = {one.value for one in case.answers.get(overheard.item, ()) if one.source in apart.trusted}
    listening = apart.item.better not in said or apart.item.worse in said
    counted: dict[str, str] = {}
    for item, observations in case.answers.items():
        table = tables[item]
        ears = [
            table.listeners_matter
            and (listening and one.source in overheard.sources if one.overheard is None else one.overheard)
            for one in observations
        ]
        value = by_one_table(table, observations, ears, case.assessed_on)
        if value is not None:
            counted[item] = value
    for item, observations in case.answers.items():
        once = tables[item].once
        worse = [one for one in observations if one.value == tables[item].item.worse]
        if once and any((case.assessed_on - one.on).days > once[0] for one in worse):
            counted[once[1]] = "yes"
    return counted


def by_one_table(
    table: Counting, observations: Sequence[Observation], overheard: Sequence[bool], today: date
) -> str | None:
    told = []
    for one, heard in zip(observations, overheard, strict=True):
        answer = one.value
        if table.item.kind == "date" and answer not in ("unknown", "declined", "not_asked"):
            answer = DATED
        if answer not in table.days:
            continue
        days = table.days[answer]
        if days is None or (today - one.on).days <= days:
            told.append((one, answer, one.source in table.trusted and not heard, answer in table.free))
    if table.newest is Newest.LADDER:
        newest = max((one.on for one, _, trusted, _ in told if trusted), default=date.min)
        told = [
            (one, answer, trusted, free)
            for one, answer, trusted, free in told
            if (one.on == newest if trusted else free and one.on >= newest)
        ]
    else:
        told = [entry for entry in told if entry[2] or entry[3]]
        if table.newest is Newest.MOMENT and told:
            newest = max(one.on for one, *_ in told)
            told = [entry for entry in told if entry[0].on == newest]
    answers = {answer for _, answer, _, _ in told}
    prevailing = next((answer for answer in table.prevailing if answer in answers), None)
    if prevailing != DATED:
        return prevailing
    newest = max(one.on for one, *_ in told)
    return min(one.value for one, *_ in told if one.on == newest)


# --- by hand -------------------------------------------------------------------------------------
def said(value: str, source: str = "victim", ago: int = 0, overheard: bool | None = False) -> Observation:
    return Observation(value, source, TODAY - timedelta(days=ago), overheard)


BY_HAND: list[tuple[str, list[Observation], str | None]] = [
    ("flag.stalking", [], None),
    ("flag.stalking", [said("unknown"), said("declined"), said("not_asked")], None),
    ("flag.stalking", [said("no")], "no"),
    ("flag.stalking", [said("no", ago=92)], "no"),
    ("flag.stalking", [said("no", ago=93)], None),
    ("flag.stalking", [said("yes", "perpetrator", 4000, overheard=True)], "yes"),
    ("flag.stalking", [said("no"), said("yes", "child", 900)], "yes"),
    ("flag.stalking", [said("no", "staff")], None),
    ("flag.stalking", [said("no", overheard=True)], None),
    # What is recent has a window; only some of it says something of the past after that.
    ("flag.threat_recent", [said("yes", ago=92)], "yes"),
    ("flag.threat_recent", [said("yes", ago=93)], None),
    # Nobody said that she was spoken with apart: her words may have been overheard, staff's were not.
    ("flag.stalking", [said("no", overheard=None)], None),
    ("flag.afraid_to_speak", [said("no", "staff", overheard=None)], "no"),
    ("acute.danger_now", [said("yes", ago=1), said("no", "staff")], "no"),
    ("acute.danger_now", [said("no", ago=1), said("yes", "perpetrator")], "yes"),
    ("acute.danger_now", [said("yes", ago=2)], None),
    ("interview.separate", [said("yes", "staff", 500), said("no", "staff")], "yes"),
    ("interview.separate", [said("no", "staff"), said("yes", "victim")], "no"),
    ("interview.separate", [said("yes", "victim")], None),
    ("context.separation_on", [said("2026-05-01", ago=3), said("2026-06-01", ago=2)], "2026-06-01"),
    ("context.separation_on", [said("2026-07-01"), said("2026-06-01"), said("unknown")], "2026-06-01"),
    ("context.separation_on", [said("2026-05-01"), said("2026-06-01", ago=2)], "2026-05-01"),
    ("context.separation", [said("announced", "perpetrator"), said("none", ago=1)], "announced"),
    ("context.separation", [said("announced", "perpetrator", 1), said("none")], "none"),
    ("context.separation", [said("announced", "perpetrator", 1), said("none", ago=1)], "announced"),
    ("context.separation", [said("none", "perpetrator")], None),
    ("context.separation", [said("announced"), said("considering")], "announced"),
    ("context.separation", [said("announced", ago=1), said("considering")], "considering"),
    # A lighter answer takes the place of a graver one only when it can be relied on.
    ("context.separation", [said("announced", ago=1), said("considering", "perpetrator")], "announced"),
    ("context.separation", [said("announced", ago=1), said("none", overheard=True)], "announced"),
    ("context.separation", [said("separated", ago=1), said("announced", "perpetrator")], "announced"),
    ("borg.acknowledges", [said("full", "perpetrator"), said("denies", "record", 5)], "full"),
    ("borg.acknowledges", [said("full"), said("denies")], "denies"),
]


def test_what_counts_for_one_item(instrument: Instrument) -> None:
    resolver = Resolver(instrument)
    tables = {item.id: counting_of(instrument, item) for item in instrument.items}
    for item, observations, counts in BY_HAND:
        counted = resolver.resolve({item: observations}, TODAY)
        assert counted.get(item) == counts, (item, observations)
        case = CaseInput("police", TODAY, {item: tuple(observations)})
        assert by_the_tables(instrument, tables, case) == counted, (item, observations)


def test_a_yes_from_before_its_window_speaks_of_the_past(instrument: Instrument) -> None:
    resolver = Resolver(instrument)
    for ago, recent, ever in ((28, "yes", "no"), (29, None, "yes")):
        answers = {
            "flag.strangulation_recent": [said("yes", "child", ago)],
            "flag.strangulation": [said("no")],
        }
        found = resolver.resolve(answers, TODAY)
        assert found.get("flag.strangulation_recent") == recent
        assert found.get("flag.strangulation") == ever


def test_staff_alone_say_whether_she_was_out_of_hearing(instrument: Instrument) -> None:
    resolver = Resolver(instrument)
    for apart, counts in (
        ([], None),
        ([said("yes", "staff")], "no"),
        ([said("yes", "staff"), said("no", "staff")], None),
        ([said("yes", "victim")], None),
        ([said("yes", "staff"), said("no", "victim")], "no"),
        ([said("no", "staff")], None),
        ([said("unknown", "staff")], None),
    ):
        answers = {"interview.separate": apart, "flag.stalking": [said("no", overheard=None)]}
        assert resolver.resolve(answers, TODAY).get("flag.stalking") == counts, apart


def test_an_item_of_another_instrument_is_an_error(instrument: Instrument) -> None:
    with pytest.raises(KeyError, match=r"flag\.unheard_of"):
        Resolver(instrument).resolve({"flag.unheard_of": [said("yes")]}, TODAY)


def test_the_tables_of_each_kind_of_item(instrument: Instrument) -> None:
    item = instrument.item
    day, apart = item["context.separation_on"], item["interview.separate"]
    recent, separation = item["flag.strangulation_recent"], item["context.separation"]
    everyone = frozenset(SOURCES)
    none: frozenset[str] = frozenset()
    for expected in (
        Counting(
            apart,
            *(("yes", "no"), {"yes": None, "no": None}),
            *(none, frozenset(("staff",)), False, Newest.ANY, None),
        ),
        Counting(day, (DATED,), {DATED: None}, frozenset((DATED,)), everyone, True, Newest.ANY, None),
        Counting(
            recent,
            *(("yes", "no"), {"yes": 28, "no": 28}),
            *(frozenset(("yes",)), frozenset(("victim",)), True, Newest.ANY, (28, "flag.strangulation")),
        ),
        Counting(
            item["acute.can_reach"],
            *(("yes", "no"), {"yes": 1, "no": 1}, frozenset(("yes",))),
            *(frozenset(("victim", "staff", "record")), True, Newest.MOMENT, None),
        ),
        Counting(
            item["ask.phone_access"],
            *(("no", "yes"), {"no": None, "yes": 92}, frozenset(("no",))),
            *(everyone - {"perpetrator"}, True, Newest.ANY, None),
        ),
        Counting(
            separation,
            separation.values[::-1],
            {value: 92 if value == "none" else None for value in separation.values},
            *(frozenset(separation.values) - {"none"}, everyone - {"perpetrator"}, True, Newest.LADDER, None),
        ),
    ):
        assert counting_of(instrument, expected.item) == expected
