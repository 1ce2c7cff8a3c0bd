"""Section 1 of the decision model: from observations to one counted value for each item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from .items import (
    ABSENT,
    ACUTE,
    ALL_ITEMS,
    BLOCKS,
    BORG_LISTS,
    CARE,
    COUNTS_FOR_WHAT_ONCE_WAS,
    DATES,
    FAVOURABLE,
    FAVOURABLE_GROWS_OLD,
    FLAGS,
    INTERVIEW,
    LISTS,
    OF_THE_MOMENT,
    OTHER_FACTORS,
    POSSESSIVE,
    RECENT_WINDOWS,
    SCREENING,
    STATE_ITEMS,
    THREE_THREATS,
    WORSE,
    State,
)


@dataclass(frozen=True)
class Observation:
    value: str
    source: str
    overheard: bool
    age: int
    """Whole days between the observation and the assessment."""


def _filled_in_source(item: str) -> str:
    """Section 9: the source where the input leaves it out."""
    if item in ("context.separation", "context.separation_not_accepted"):
        return "victim"
    if item == "flag.afraid_to_speak":
        return "staff"
    section = item.split(".", maxsplit=1)[0]
    if section in ("interview", "acute", "pattern", "context"):
        return "staff"
    if section in ("care", "borg"):
        return "record"
    return "victim"


def _as_list(answer: Any) -> list[Any]:
    return answer if isinstance(answer, list) else [answer]


def read_observations(case: dict[str, Any]) -> dict[str, list[Observation]]:
    """The case's answers as full observations, with what section 1 and section 9 fill in."""
    today = date.fromisoformat(case["assessed_on"])
    written: dict[str, list[dict[str, Any]]] = {}
    for item, answer in case["answers"].items():
        written[item] = []
        for one in _as_list(answer):
            full = {"value": one} if isinstance(one, str) else dict(one)
            full.setdefault("source", _filled_in_source(item))
            written[item].append(full)

    # Left-out `overheard`: whether staff say she was spoken with apart, whenever they said so.
    staff_on_separate = {
        one["value"] for one in written.get("interview.separate", []) if one["source"] == "staff"
    }
    spoken_apart = "yes" in staff_on_separate and "no" not in staff_on_separate

    observations: dict[str, list[Observation]] = {item: [] for item in ALL_ITEMS}
    for item, ones in written.items():
        for one in ones:
            overheard = one.get("overheard")
            if overheard is None:
                overheard = one["source"] in ("victim", "child") and not spoken_apart
            on = date.fromisoformat(one["on"]) if one.get("on") else today
            observations[item].append(Observation(one["value"], one["source"], overheard, (today - on).days))
    return observations


# --- step 1: stale observations ------------------------------------------------------------------
def _is_stale(item: str, one: Observation) -> bool:
    if item in ACUTE and one.age > 1:
        return True
    if item in RECENT_WINDOWS and one.value == "yes" and one.age > RECENT_WINDOWS[item]:
        return True
    if item in FAVOURABLE_GROWS_OLD and one.value == FAVOURABLE[item]:
        limit = 28 if RECENT_WINDOWS.get(item) == 28 else 92
        return one.age > limit
    return False


def drop_stale(observations: dict[str, list[Observation]]) -> dict[str, list[Observation]]:
    """What is still fresh; an outdated `yes` on something recent moves to what once was."""
    fresh: dict[str, list[Observation]] = {item: [] for item in observations}
    for item, ones in observations.items():
        for one in ones:
            if not _is_stale(item, one):
                fresh[item].append(one)
            elif one.value == "yes" and item in COUNTS_FOR_WHAT_ONCE_WAS:
                fresh[COUNTS_FOR_WHAT_ONCE_WAS[item]].append(one)
    return fresh


# --- step 4: who makes a favourable answer reliable ----------------------------------------------
def is_reliable(item: str, one: Observation) -> bool:
    if one.overheard:
        return False
    if item == "flag.afraid_to_speak":
        return one.source == "staff"
    if item in FLAGS or item in BLOCKS or item in POSSESSIVE or item.startswith("situational."):
        return one.source == "victim"
    if item.startswith("pattern."):
        return one.source in ("staff", "victim")
    if item in ACUTE:
        return one.source in ("staff", "victim", "record")
    if (
        item in SCREENING
        or item in OTHER_FACTORS
        or item in CARE
        or item
        in (
            "borg.conflict_handling",
            "context.separation",
            "context.separation_not_accepted",
            "context.contact_possible",
        )
    ):
        return one.source != "perpetrator"
    return True


# --- steps 2 to 5, for each kind of item ---------------------------------------------------------
def _count_interview(ones: list[Observation]) -> str | None:
    said_by_staff = {one.value for one in ones if one.source == "staff"}
    if "yes" in said_by_staff:
        return "yes"
    if "no" in said_by_staff:
        return "no"
    return None


def _count_separation(ones: list[Observation]) -> str | None:
    item = "context.separation"
    present = [one for one in ones if one.value not in ABSENT]
    reliable = [one for one in present if is_reliable(item, one)]
    unreliable = [one for one in present if not is_reliable(item, one) and one.value != "none"]
    if reliable:
        newest = min(one.age for one in reliable)
        kept = [one for one in reliable if one.age == newest]
        kept += [one for one in unreliable if one.age <= newest]
    else:
        kept = unreliable
    return _gravest(item, kept)


def _gravest(item: str, ones: list[Observation]) -> str | None:
    if not ones:
        return None
    return max((one.value for one in ones), key=LISTS[item].index)


def _only_newest(item: str, counting: list[Observation]) -> list[Observation]:
    if item not in OF_THE_MOMENT or not counting:
        return counting
    newest = min(one.age for one in counting)
    return [one for one in counting if one.age == newest]


def _count_borg_list(item: str, ones: list[Observation]) -> str | None:
    counting = [one for one in ones if one.value not in ABSENT]
    return _gravest(item, _only_newest(item, counting))


def _count_yes_no(item: str, ones: list[Observation]) -> str | None:
    counting = [
        one
        for one in ones
        if one.value == WORSE[item] or (one.value == FAVOURABLE[item] and is_reliable(item, one))
    ]
    values = {one.value for one in _only_newest(item, counting)}
    if WORSE[item] in values:
        return WORSE[item]
    if FAVOURABLE[item] in values:
        return FAVOURABLE[item]
    return None


def count(item: str, ones: list[Observation]) -> str | None:
    """The counted value of one item from its fresh observations."""
    if item in INTERVIEW:
        return _count_interview(ones)
    if item == "context.separation":
        return _count_separation(ones)
    if item in BORG_LISTS:
        return _count_borg_list(item, ones)
    return _count_yes_no(item, ones)


# --- parts and wholes ----------------------------------------------------------------------------
PARTS_AND_WHOLES = [
    ("flag.weapon_used_recent", "flag.weapon_used"),
    ("flag.weapon_firearm", "flag.weapon_possession"),
    ("flag.strangulation_recent", "flag.strangulation"),
    ("flag.recent_violence_serious", "flag.recent_violence"),
    ("flag.earlier_violence_serious", "flag.earlier_violence"),
]


def parts_and_wholes(counted: State) -> State:
    """What follows, in the page's order, from the counted values; a new state."""
    state = dict(counted)
    for part, whole in PARTS_AND_WHOLES:
        if state[part] == "yes":
            state[whole] = "yes"
    for part, whole in PARTS_AND_WHOLES:
        if state[whole] == "no" and state[part] is None:
            state[part] = "no"
    if state["context.children"] == "no":
        for item in ("flag.threat_children", "flag.child_harmed", "control.children_against"):
            if state[item] is None:
                state[item] = "no"
    if state["flag.threat_recent"] is None and all(state[threat] == "no" for threat in THREE_THREATS):
        state["flag.threat_recent"] = "no"
    return state


def state_of(case: dict[str, Any]) -> State:
    """Section 1 as a whole."""
    fresh = drop_stale(read_observations(case))
    return parts_and_wholes({item: count(item, fresh[item]) for item in STATE_ITEMS})


def has_date(case: dict[str, Any], item: str) -> bool:
    """Whether a date was recorded for one of the two date items."""
    assert item in DATES
    return any(one.value not in ABSENT for one in read_observations(case)[item])
