"""Which questions come in which order, and how one item stands and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from borg_triage.domain.answers import Observation
from borg_triage.domain.case import CaseView, InstrumentRef, Recorded
from borg_triage.domain.case_input import CaseInput
from borg_triage.domain.engine import Engine
from borg_triage.domain.flow import Flow, Progress
from borg_triage.domain.instrument import DEPTHS
from borg_triage.domain.item_state import ItemState, item_state

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ACUTE = ["acute.danger_now", "acute.can_reach", "acute.needs_medical_care"]
Said = tuple[str, str, str, int]


def view(engine: Engine, *said: Said, overheard: bool | None = False) -> CaseView:
    """A case in which was said: item, value, source, days ago."""
    recorded = tuple(
        Recorded(seq, item, Observation(value, source, TODAY - timedelta(days=ago), overheard), NOW, "x")
        for seq, (item, value, source, ago) in enumerate(said, start=1)
    )
    answers: dict[str, tuple[Observation, ...]] = {}
    for entry in recorded:
        answers[entry.item] = (*answers.get(entry.item, ()), entry.observation)
    result = engine.assess(CaseInput("police", TODAY, answers))
    ref = InstrumentRef("intimate_terror", "1.0.0", "0")
    return CaseView(
        *("1", "x", "police", NOW, "x", TODAY, recorded, None, (), ()),
        *(result, ref, NOW, result.level.value, result.pattern),
    )


# --- the order of the questions ------------------------------------------------------------------
def test_sections_and_their_items_at_each_depth(engine: Engine) -> None:
    flow, instrument = Flow(engine.instrument), engine.instrument
    for deepest, depth in enumerate(DEPTHS):
        asked = {
            section.id: tuple(
                item
                for item in instrument.items
                if item.section == section.id and DEPTHS.index(item.depth or section.depth) <= deepest
            )
            for section in instrument.sections
        }
        assert {section: flow.items(section, depth) for section in asked} == asked
        assert flow.sections(depth) == tuple(section for section, items in asked.items() if items)
        seen = {
            section: tuple(
                item for item in items if section == "acute" or instrument.reliable_from(item) == ("staff",)
            )
            for section, items in asked.items()
        }
        assert {section: flow.items(section, depth, neutral=True) for section in asked} == seen
        assert flow.sections(depth, neutral=True) == tuple(name for name, items in seen.items() if items)
    assert flow.items("borg") == flow.items("borg", "intake") != ()
    assert flow.sections() == flow.sections("intake")
    assert flow.sections("door") == ("interview", "acute", "screening", "flags")
    assert flow.sections(neutral=True) == ("acute", "flags")


def test_the_row_of_questions_at_the_door(engine: Engine) -> None:
    flow = Flow(engine.instrument)

    def door(*said: Said, neutral: bool = False) -> list[str]:
        return [item.id for item in flow.at_the_door(view(engine, *said), neutral=neutral)]

    questions = [item.id for item in engine.instrument.items_of("screening")]
    first = [*ACUTE, "interview.separate", *questions, "flag.afraid_to_speak"]
    assert door() == first
    assert door(("ask.violence", "no", "victim", 0)) == first
    signal: Said = ("ask.violence", "yes", "victim", 0)
    opened = [
        "flag.recent_violence",
        "flag.violence_in_pregnancy",
        "flag.forced_sex",
        "flag.strangulation",
        "flag.escalation",
    ]
    assert door(signal) == first + opened
    assert door(signal, neutral=True) == [*ACUTE, "flag.afraid_to_speak"]
    # Worse is no for the phone; what two questions open comes once, in the instrument's order.
    twice = (("ask.phone_access", "no", "victim", 0), ("ask.social_circle", "yes", "victim", 0))
    assert door(*twice) == [*first, "control.surveillance", "control.isolation", "control.autonomy"]
    assert door(("ask.phone_access", "yes", "victim", 0)) == first
    # Ruled out from elsewhere: left out, unless it was asked.
    children: Said = ("ask.children_pets", "yes", "child", 0)
    childless: Said = ("context.children", "no", "staff", 0)
    assert door(children, childless) == [*first, "control.threats"]
    asked: Said = ("flag.threat_children", "unknown", "victim", 0)
    assert door(children, childless, asked) == [*first, "flag.threat_children", "control.threats"]
    case = view(engine, children, childless, asked)
    assert flow.ask_on(case.assessment) == {"control.threats"}
    assert flow.opened(case.assessment) == ("flag.threat_children", "flag.child_harmed", "control.threats")
    yes: Said = ("flag.child_harmed", "yes", "victim", 0)
    assert "flag.child_harmed" in flow.ask_on(view(engine, children, yes).assessment)


def test_the_next_question_goes_on_from_here_and_comes_back_to_what_was_skipped(engine: Engine) -> None:
    flow = Flow(engine.instrument)
    row = [item.id for item in flow.at_the_door(view(engine))]

    def following(case: CaseView, after: str | None = None, *, neutral: bool = False) -> str | None:
        return flow.next_at_the_door(case, after, neutral=neutral)

    empty = view(engine)
    assert following(empty) == row[0]
    assert following(empty, "no.such_item") == row[0]
    assert [following(empty, item) for item in row] == [*row[1:], row[0]]
    assert following(empty, "acute.needs_medical_care", neutral=True) == "flag.afraid_to_speak"
    assert flow.next_at_the_door(empty, "acute.needs_medical_care") == "interview.separate"
    some = view(engine, (row[1], "no", "staff", 0))
    assert following(some, row[0]) == row[2]
    last_left = view(engine, *((item, "unknown", "staff", 0) for item in row if item != row[4]))
    assert following(last_left, row[6]) == row[4]
    assert following(last_left, row[4]) == row[4]
    everything = view(engine, *((item, "unknown", "staff", 0) for item in row))
    assert following(everything) is None
    # Asked again once it has run out; never asked is no answer.
    for ago, again in ((1, False), (2, True)):
        assert (following(view(engine, (row[0], "no", "staff", ago))) == row[0]) is again
    assert following(view(engine, (row[0], "not_asked", "staff", 0))) == row[0]
    assert following(view(engine, ("ask.stress", "no", "victim", 3000)), row[3]) == "ask.social_circle"


def test_progress_and_signals(engine: Engine) -> None:
    flow = Flow(engine.instrument)
    case = view(
        engine,
        ("ask.stress", "unknown", "victim", 0),
        ("ask.violence", "no", "victim", 0),
        ("ask.weapons", "not_asked", "victim", 0),
    )
    assert flow.progress("screening", case) == Progress(answered=2, total=8, unresolved=7, signals=False)
    assert flow.progress("screening", case, neutral=True) == Progress(0, 0, 0, signals=False)
    afraid = view(engine, ("flag.afraid_to_speak", "yes", "staff", 0), ("flag.stalking", "no", "victim", 0))
    assert flow.progress("flags", afraid, neutral=True) == Progress(1, 1, 0, signals=True)
    for item, value, signals in (
        ("flag.stalking", "yes", True),
        ("flag.stalking", "no", False),
        ("ask.stress", "yes", True),
        ("ask.phone_access", "no", True),
        ("ask.phone_access", "yes", False),
        ("context.separation", "considering", True),
        ("context.separation", "none", False),
        ("context.children", "yes", False),
        ("interview.separate", "no", False),
        ("interview.other_heard", "no", False),
        ("borg.adult", "no", False),
        ("borg.conflict_handling", "no", False),
        ("situational.quarrel", "no", False),
    ):
        given = engine.instrument.item[item]
        answered = view(engine, (item, value, engine.instrument.default_source(given), 0))
        assert answered.assessment.counted[item] == value
        assert flow.signals(given, answered.assessment) is signals, (item, value)
        assert flow.progress(given.section, answered).signals is signals, (item, value)
        assert not flow.signals(given, view(engine).assessment)


# --- how one item stands -------------------------------------------------------------------------
def test_why_an_item_counts_or_stays_open(engine: Engine) -> None:
    def state(item: str, *said: tuple[str, str, int], overheard: bool | None = False) -> ItemState:
        case = view(engine, *((item, *one) for one in said), overheard=overheard)
        found = item_state(engine.instrument, case, engine.instrument.item[item])
        assert found.said == case.recorded
        return found

    stalking, recent = "flag.stalking", "flag.strangulation_recent"
    for item, said, value, why, differ in (
        (stalking, [], None, "not_asked", False),
        (stalking, [("not_asked", "victim", 0)], None, "not_asked", False),
        (stalking, [("declined", "victim", 0)], None, "absent", False),
        (stalking, [("not_asked", "victim", 0), ("unknown", "victim", 0)], None, "absent", False),
        (stalking, [("no", "victim", 0)], "no", "counts", False),
        (stalking, [("no", "victim", 92)], "no", "counts", False),
        (stalking, [("yes", "perpetrator", 0), ("yes", "child", 0)], "yes", "counts", False),
        (stalking, [("yes", "child", 0), ("unknown", "victim", 0)], "yes", "counts", False),
        (stalking, [("no", "other_person", 0)], None, "source", False),
        (stalking, [("no", "other_person", 92)], None, "source", False),
        (stalking, [("no", "other_person", 0), ("no", "victim", 93)], None, "source", False),
        (stalking, [("no", "victim", 93)], None, "stale", False),
        (stalking, [("no", "victim", 0), ("yes", "child", 0)], "yes", "one_is_enough", True),
        (recent, [("yes", "victim", 28)], "yes", "counts", False),
        (recent, [("yes", "victim", 29)], None, "longer_ago", False),
        (recent, [("no", "victim", 29)], None, "stale", False),
        (recent, [("no", "victim", 28)], "no", "counts", False),
        (recent, [("no", "victim", 29), ("yes", "victim", 29)], None, "longer_ago", True),
        (recent, [("yes", "victim", 29), ("no", "staff", 0)], None, "source", True),
        ("acute.danger_now", [("yes", "victim", 1)], "yes", "counts", False),
        ("acute.danger_now", [("yes", "victim", 2)], None, "stale", False),
        ("acute.danger_now", [("no", "staff", 2)], None, "stale", False),
        ("acute.danger_now", [("no", "perpetrator", 1)], None, "source", False),
        ("acute.danger_now", [("no", "perpetrator", 2)], None, "stale", False),
        ("interview.separate", [("yes", "staff", 900)], "yes", "counts", False),
        ("interview.separate", [("yes", "victim", 0)], None, "source", False),
        ("context.separation", [("none", "perpetrator", 0)], None, "source", False),
        ("context.separation", [("none", "victim", 92)], "none", "counts", False),
        ("context.separation", [("none", "victim", 93)], None, "stale", False),
        ("context.separation", [("announced", "child", 900)], "announced", "counts", False),
        ("context.separation_on", [("2026-05-01", "victim", 900)], "2026-05-01", "counts", False),
        (
            "borg.acknowledges",
            [("full", "record", 2), ("denies", "staff", 0)],
            "denies",
            "one_is_enough",
            True,
        ),
    ):
        found = state(item, *said)
        assert (found.value, found.why, found.differ) == (value, why, differ), (item, said)
    for heard in (True, None):
        assert state(stalking, ("no", "victim", 0), overheard=heard).why == "overheard"
    assert state(stalking, ("no", "victim", 0), ("no", "staff", 0), overheard=True).why == "overheard"
    assert state(stalking, ("no", "staff", 0), overheard=True).why == "source"


def test_what_follows_or_was_withdrawn(engine: Engine) -> None:
    instrument = engine.instrument
    case = view(
        engine, ("flag.strangulation_recent", "yes", "victim", 0), ("flag.strangulation", "no", "victim", 0)
    )
    found = item_state(instrument, case, instrument.item["flag.strangulation"])
    assert (found.value, found.why, found.differ) == ("yes", "follows", False)
    first, second = case.recorded
    mistaken = replace(case, recorded=(first, replace(second, retracted=True)))
    found = item_state(instrument, mistaken, instrument.item["flag.strangulation"])
    assert (found.value, found.why, found.said) == ("yes", "follows", ())
