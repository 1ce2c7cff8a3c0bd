"""What is said about why an item counts or stays open agrees with what the engine decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borg_triage.domain.answers import Observation
from borg_triage.domain.case import CaseView, Recorded
from borg_triage.domain.case_input import CaseInput
from borg_triage.domain.instrument import ABSENT, SOURCES
from borg_triage.domain.item_state import ItemState, item_state
from tests.domain.test_flow import NOW, READY, TODAY, YES_NO, Said, view

NO: Said = ("flag.stalking", "no", "victim", 0)


def state(item: str, *said: Said, overheard: bool | None = False) -> ItemState:
    case = view(*said)
    recorded = tuple(
        replace(entry, observation=entry.observation._replace(overheard=overheard)) for entry in case.recorded
    )
    return item_state(READY.instrument, reassessed(case, recorded), READY.instrument.item[item])


def reassessed(case: CaseView, recorded: tuple[Recorded, ...]) -> CaseView:
    answers: dict[str, tuple[Observation, ...]] = {}
    for entry in recorded:
        answers[entry.item] = (*answers.get(entry.item, ()), entry.observation)
    assessment = READY.engine.assess(CaseInput("police", TODAY, answers))
    level, pattern = assessment.level.value, assessment.pattern
    return replace(case, recorded=recorded, assessment=assessment, level=level, pattern=pattern)


@pytest.mark.parametrize(
    ("said", "value", "why"),
    [
        ((), None, "not_asked"),
        ((("flag.stalking", "not_asked", "victim", 0),), None, "not_asked"),
        ((("flag.stalking", "declined", "victim", 0),), None, "absent"),
        ((NO,), "no", "counts"),
        ((("flag.stalking", "yes", "perpetrator", 0),), "yes", "counts"),
        ((("flag.stalking", "no", "other_person", 0),), None, "source"),
        ((("flag.stalking", "no", "victim", 93),), None, "stale"),
        (
            (("flag.stalking", "no", "victim", 0), ("flag.stalking", "yes", "child", 0)),
            "yes",
            "one_is_enough",
        ),
    ],
)
def test_the_reason_is_named(said: tuple[Said, ...], value: str | None, why: str) -> None:
    found = state("flag.stalking", *said)
    assert (found.value, found.why) == (value, why)


def test_a_no_that_someone_heard_stays_open_for_that_reason() -> None:
    found = state("flag.stalking", ("flag.stalking", "no", "victim", 0), overheard=True)
    assert (found.value, found.why) == (None, "overheard")


def test_a_yes_from_before_its_window_says_that_it_was_longer_ago() -> None:
    found = state("flag.strangulation_recent", ("flag.strangulation_recent", "yes", "victim", 40))
    assert (found.value, found.why) == (None, "longer_ago")


def test_what_follows_from_a_part_says_so() -> None:
    found = state("flag.strangulation", ("flag.strangulation_recent", "yes", "victim", 0))
    assert (found.value, found.why) == ("yes", "follows")


def test_differing_answers_are_told_apart_from_repeated_ones() -> None:
    twice = (("flag.stalking", "yes", "victim", 0), ("flag.stalking", "yes", "child", 0))
    assert not state("flag.stalking", *twice).differ
    assert state("flag.stalking", *twice, ("flag.stalking", "no", "victim", 0)).differ
    assert not state("flag.stalking", *twice, ("flag.stalking", "unknown", "victim", 0)).differ


OBSERVED = st.tuples(
    st.sampled_from(("yes", "no", *ABSENT)),
    st.sampled_from(SOURCES),
    st.integers(0, 120),
    st.sampled_from((True, False, None)),
)


@given(st.sampled_from(YES_NO), st.lists(OBSERVED, max_size=4))
def test_an_open_item_is_never_said_to_count_nor_a_counted_one_to_be_open(
    item: str, said: list[tuple[str, str, int, bool | None]]
) -> None:
    recorded = tuple(
        Recorded(seq, item, Observation(value, source, TODAY - timedelta(days=ago), heard), NOW, "x")
        for seq, (value, source, ago, heard) in enumerate(said, start=1)
    )
    case = reassessed(view(), recorded)
    found = item_state(READY.instrument, case, READY.instrument.item[item])
    counts = {"counts", "one_is_enough", "follows"}
    assert (found.why in counts) is (found.value is not None)
    assert found.value == case.assessment.counted.get(item)
    if found.why == "overheard":
        assert any(heard is not False for _, _, _, heard in said)
