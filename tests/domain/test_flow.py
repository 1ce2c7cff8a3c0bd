"""Which questions come in which order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borg_triage.app.instruments import current
from borg_triage.domain.answers import Observation
from borg_triage.domain.case import CaseView, Recorded
from borg_triage.domain.case_input import CaseInput
from borg_triage.domain.flow import Flow

READY = current()
FLOW = Flow(READY.instrument)
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ACUTE = ["acute.danger_now", "acute.can_reach", "acute.needs_medical_care"]
YES_NO = sorted(item.id for item in READY.instrument.items if item.kind == "yes_no")
Said = tuple[str, str, str, int]


def view(*said: Said) -> CaseView:
    """A case in which was said: item, value, source, days ago."""
    recorded = tuple(
        Recorded(seq, item, Observation(value, source, TODAY - timedelta(days=ago), False), NOW, "x")
        for seq, (item, value, source, ago) in enumerate(said, start=1)
    )
    answers: dict[str, tuple[Observation, ...]] = {}
    for entry in recorded:
        answers[entry.item] = (*answers.get(entry.item, ()), entry.observation)
    assessment = READY.engine.assess(CaseInput("police", TODAY, answers))
    return CaseView(
        id="1",
        pseudonym="x",
        user_group="police",
        opened_at=NOW,
        opened_by="x",
        today=TODAY,
        recorded=recorded,
        judgement=None,
        overrides=(),
        events=(),
        assessment=assessment,
        instrument=READY.ref,
        since=NOW,
        level=assessment.level.value,
        pattern=assessment.pattern,
    )


def test_every_item_is_asked_in_exactly_one_section() -> None:
    asked = [item.id for section in FLOW.sections() for item in FLOW.items(section)]
    assert sorted(asked) == sorted(READY.instrument.item)


def test_a_shallower_depth_asks_part_of_a_deeper_one_in_the_same_order() -> None:
    def asked(depth: str) -> list[str]:
        return [
            item.id
            for section in FLOW.sections(depth)  # type: ignore[arg-type]
            for item in FLOW.items(section, depth)  # type: ignore[arg-type]
        ]

    door, pattern, intake = asked("door"), asked("pattern"), asked("intake")
    assert [item for item in pattern if item in door] == door
    assert [item for item in intake if item in pattern] == pattern
    assert len(door) < len(pattern) < len(intake)


def test_the_door_asks_acute_first_then_apart_then_the_eight_questions() -> None:
    asked = [item.id for item in FLOW.at_the_door(view())]
    assert asked[:4] == [
        "acute.danger_now",
        "acute.can_reach",
        "acute.needs_medical_care",
        "interview.separate",
    ]
    assert [item for item in asked if item.startswith("ask.")] == [
        item.id for item in READY.instrument.items_of("screening")
    ]
    assert len(asked) == 13


def test_a_signal_opens_its_items_at_the_door_and_a_no_to_it_does_not() -> None:
    asked = [item.id for item in FLOW.at_the_door(view(("ask.violence", "yes", "victim", 0)))]
    assert asked[13:] == [
        "flag.recent_violence",
        "flag.violence_in_pregnancy",
        "flag.forced_sex",
        "flag.strangulation",
        "flag.escalation",
    ]
    assert len(FLOW.at_the_door(view(("ask.violence", "no", "victim", 0)))) == 13
    assert len(FLOW.at_the_door(view(("ask.phone_access", "no", "victim", 0)))) == 16


def test_an_opened_item_that_was_asked_stays_in_the_row_and_one_ruled_out_elsewhere_leaves() -> None:
    signal: Said = ("ask.children_pets", "yes", "child", 0)
    asked = [item.id for item in FLOW.at_the_door(view(signal, ("context.children", "no", "staff", 0)))]
    assert "flag.threat_children" not in asked
    answered = view(signal, ("flag.threat_children", "no", "victim", 0))
    assert "flag.threat_children" in [item.id for item in FLOW.at_the_door(answered)]
    assert "flag.threat_children" not in FLOW.ask_on(answered.assessment)


def test_next_goes_on_from_where_one_is_and_comes_back_to_what_was_skipped() -> None:
    assert FLOW.next_at_the_door(view()) == "acute.danger_now"
    some = view(("acute.can_reach", "no", "staff", 0))
    assert FLOW.next_at_the_door(some, "acute.danger_now") == "acute.needs_medical_care"
    assert FLOW.next_at_the_door(some) == "acute.danger_now"
    everything = view(*((item.id, "unknown", "staff", 0) for item in FLOW.at_the_door(view())))
    assert FLOW.next_at_the_door(everything) is None
    left = [item.id for item in FLOW.at_the_door(view()) if item.id != "ask.stress"]
    skipped = view(*((item, "unknown", "staff", 0) for item in left))
    assert FLOW.next_at_the_door(skipped, "flag.afraid_to_speak") == "ask.stress"


@pytest.mark.parametrize(("ago", "answered"), [(0, True), (1, True), (2, False)])
def test_an_acute_answer_is_asked_again_when_it_has_run_out(ago: int, answered: bool) -> None:
    case = view(("acute.danger_now", "no", "staff", ago))
    assert FLOW.progress("acute", case).answered == int(answered)
    assert (FLOW.next_at_the_door(case) != "acute.danger_now") is answered


def test_with_the_partner_there_only_what_staff_observe_is_asked() -> None:
    assert FLOW.sections(neutral=True) == ("acute", "flags")
    asked = [item.id for item in FLOW.at_the_door(view(("ask.violence", "yes", "victim", 0)), neutral=True)]
    assert asked == [
        "acute.danger_now",
        "acute.can_reach",
        "acute.needs_medical_care",
        "flag.afraid_to_speak",
    ]


def test_progress_counts_unknown_as_answered_and_still_open() -> None:
    case = view(("ask.stress", "unknown", "victim", 0), ("ask.violence", "no", "victim", 0))
    progress = FLOW.progress("screening", case)
    assert (progress.answered, progress.total, progress.unresolved, progress.signals) == (2, 8, 7, False)


@pytest.mark.parametrize(
    ("item", "value", "signals"),
    [
        ("flag.stalking", "yes", True),
        ("flag.stalking", "no", False),
        ("ask.phone_access", "no", True),
        ("ask.phone_access", "yes", False),
        ("context.separation", "considering", True),
        ("context.separation", "none", False),
        ("context.children", "yes", False),
        ("interview.separate", "no", False),
        ("borg.adult", "no", False),
    ],
)
def test_a_section_is_marked_when_something_in_it_raises_the_outcome(
    item: str, value: str, signals: bool
) -> None:
    section = READY.instrument.item[item].section
    source = READY.instrument.default_source(READY.instrument.item[item])
    assert FLOW.progress(section, view((item, value, source, 0))).signals is signals


@given(st.lists(st.tuples(st.sampled_from(YES_NO), st.sampled_from(["yes", "no"])), max_size=8))
def test_the_door_never_asks_anything_twice(said: list[tuple[str, str]]) -> None:
    case = view(*((item, value, "victim", 0) for item, value in said))
    asked = [item.id for item in FLOW.at_the_door(case)]
    assert len(asked) == len(set(asked))
    following = FLOW.next_at_the_door(case)
    assert following is None or following in asked
