"""Sections 3 and 4 of the decision model: the pattern and the level, read from a state."""

from __future__ import annotations

from collections.abc import Iterable

from .items import (
    ACUTE,
    BLOCKS,
    CORE_BLOCKS,
    FACTORS,
    FAVOURABLE,
    FLAG_NUMBERS,
    FLAGS,
    OPENS,
    POSSESSIVE,
    SCREENING,
    THREE_THREATS,
    WORSE,
    State,
)
from .resolve import parts_and_wholes

LEVELS = ["none_found", "attention", "elevated", "high", "acute"]


# --- words shared by the rules -------------------------------------------------------------------
def yes(state: State, *items: str) -> bool:
    """One of the items is yes."""
    return any(state[item] == "yes" for item in items)


def all_no(state: State, items: Iterable[str]) -> bool:
    return all(state[item] == "no" for item in items)


def unresolved(state: State, *items: str) -> bool:
    """One of the items is unresolved."""
    return any(state[item] is None for item in items)


def not_ruled_out(state: State, *items: str) -> bool:
    """One of the items is yes or unresolved."""
    return any(state[item] in ("yes", None) for item in items)


def signals(state: State, question: str) -> bool:
    """Section 2: a screening question that counts in its worse sense."""
    return state[question] == WORSE[question]


def door_signals(state: State) -> list[str]:
    """Section 2: it signals, opens items, and one of those is not ruled out."""
    return [
        question
        for question, opened in OPENS.items()
        if signals(state, question) and not_ruled_out(state, *opened)
    ]


# --- section 3: the pattern ----------------------------------------------------------------------
HARD_FLAGS = [
    "flag.stalking",
    *THREE_THREATS,
    "flag.threat_specific",
    "flag.weapon_used",
    "flag.strangulation",
    "flag.forced_sex",
    "flag.violence_in_pregnancy",
    "flag.care_withheld",
    "flag.extreme_fear",
    "flag.afraid_to_speak",
    "flag.contact_ban_breach",
    "flag.child_harmed",
]
HARD_ITEMS = [
    *HARD_FLAGS,
    "control.surveillance",
    "control.sexual_coercion",
    "control.threats",
    "pattern.over_time",
    "pattern.instrumental",
    "situational.resistance",
]
SAME_FACT = {
    "control.threats": ["flag.threat_suicide", "flag.threat_children"],
    "control.sexual_coercion": ["flag.forced_sex"],
    "control.surveillance": ["flag.stalking"],
    "control.autonomy": ["flag.care_withheld"],
}
SERIOUS_OR_WORSENING = ["flag.recent_violence_serious", "flag.earlier_violence_serious", "flag.escalation"]


def _terror_likely(state: State) -> bool:
    blocks = [block for block in BLOCKS if state[block] == "yes"]
    hard = [item for item in HARD_ITEMS if state[item] == "yes"]

    if state["pattern.over_time"] == "yes":
        return True
    if len(blocks) >= 3:
        return True
    if len(blocks) >= 2 and any(block in CORE_BLOCKS for block in blocks):
        return True
    for block in blocks:
        for item in hard:
            if item != block and item not in SAME_FACT.get(block, []):
                return True
    numbers = {
        number
        for number, flags in FLAG_NUMBERS.items()
        if any(flag in HARD_FLAGS and flag in hard for flag in flags)
    }
    return len(numbers) >= 2 and bool(numbers & {1, 6, 10, 12})


def pattern_of(state: State) -> str:
    if _terror_likely(state):
        return "intimate_terror_likely"
    if yes(state, *BLOCKS, *HARD_ITEMS, *POSSESSIVE):
        return "intimate_terror_possible"
    nothing_of_terror = all_no(state, [*BLOCKS, *HARD_ITEMS, *POSSESSIVE])
    if (
        state["interview.separate"] == "yes"
        and state["interview.other_heard"] == "yes"
        and nothing_of_terror
        and all_no(state, SERIOUS_OR_WORSENING)
        and yes(state, "flag.recent_violence", "flag.earlier_violence")
        and yes(state, "situational.quarrel", "borg.conflict_handling")
    ):
        return "common_couple_violence"
    if (
        state["interview.separate"] == "yes"
        and nothing_of_terror
        and all_no(state, ["flag.recent_violence", "flag.earlier_violence"])
    ):
        return "no_pattern_found"
    return "undetermined"


# --- section 4: words ----------------------------------------------------------------------------
def separation_known(state: State) -> bool:
    return state["context.separation"] in ("partner_suspects", "announced", "separated")


def some_separation(state: State) -> bool:
    return separation_known(state) or state["context.separation"] == "considering"


def separation_not_excluded(state: State) -> bool:
    """Separation anything but none, unresolved too."""
    return state["context.separation"] != "none"


def contact(state: State) -> bool:
    return not_ruled_out(state, "context.contact_possible")


def current_threat(state: State) -> bool:
    return yes(state, *THREE_THREATS) and not_ruled_out(state, "flag.threat_recent")


def current_strangulation(state: State) -> bool:
    return yes(state, "flag.strangulation") and not_ruled_out(state, "flag.strangulation_recent")


def current_weapon_use(state: State) -> bool:
    return yes(state, "flag.weapon_used") and not_ruled_out(state, "flag.weapon_used_recent")


def weighty_numbers(state: State) -> set[int]:
    weighty = {number for number, flags in FLAG_NUMBERS.items() if yes(state, *flags)}
    if not yes(state, "flag.weapon_used", "flag.weapon_firearm"):
        weighty.discard(3)
    if not yes(state, "flag.recent_violence_serious", "flag.earlier_violence_serious"):
        weighty.discard(4)
    return weighty


# --- section 4: the rules by number --------------------------------------------------------------
def _is_acute(state: State, pattern: str) -> bool:
    can_reach = yes(state, "acute.can_reach")
    # 1
    if yes(
        state,
        "acute.danger_now",
        "acute.needs_medical_care",
        "flag.care_withheld",
        "flag.strangulation_recent",
        "flag.weapon_used_recent",
    ):
        return True
    # 2
    if yes(state, "flag.threat_specific") and current_threat(state):
        return True
    # 3
    if can_reach and (
        yes(state, "flag.extreme_fear") or current_strangulation(state) or current_weapon_use(state)
    ):
        return True
    # 4
    if (
        can_reach
        and current_threat(state)
        and (
            not_ruled_out(
                state,
                "flag.weapon_possession",
                "flag.weapon_used",
                "flag.strangulation",
                "flag.escalation",
                "flag.recent_violence_serious",
            )
            or pattern == "intimate_terror_likely"
            or separation_not_excluded(state)
        )
    ):
        return True
    # 5
    if separation_known(state) and contact(state) and current_threat(state):
        return True
    # 6
    if separation_known(state) and contact(state):
        one_of = (
            yes(
                state,
                "flag.extreme_fear",
                "flag.escalation",
                "flag.contact_ban_breach",
                "flag.recent_violence_serious",
            )
            or current_strangulation(state)
            or current_weapon_use(state)
        )
        weighty = weighty_numbers(state)
        two_weighty = len(weighty) >= 2 and bool(weighty & {2, 3, 8, 9})
        if one_of and (pattern == "intimate_terror_likely" or two_weighty):
            return True
    # 7
    return (
        state["context.separation"] == "announced"
        and contact(state)
        and yes(state, "pattern.over_time")
        and yes(state, "context.separation_not_accepted")
        and yes(state, *POSSESSIVE)
    )


def _is_high(state: State, pattern: str) -> bool:
    separation = state["context.separation"]
    # 8
    if yes(
        state,
        "flag.stalking",
        *THREE_THREATS,
        "flag.threat_recent",
        "flag.threat_specific",
        "flag.weapon_used",
        "flag.weapon_firearm",
        "flag.recent_violence_serious",
        "flag.earlier_violence_serious",
        "flag.violence_in_pregnancy",
        "flag.forced_sex",
        "flag.strangulation",
        "flag.extreme_fear",
        "flag.afraid_to_speak",
        "flag.escalation",
        "flag.contact_ban_breach",
        "flag.child_harmed",
    ):
        return True
    # 9
    if pattern == "intimate_terror_likely":
        return True
    # 10
    if yes(state, "flag.weapon_possession") and (
        yes(state, "flag.recent_violence", *BLOCKS, *POSSESSIVE) or some_separation(state)
    ):
        return True
    # 11
    if yes(state, "context.separation_not_accepted") and separation_known(state):
        return True
    # 12
    if yes(state, "flag.recent_violence") and (
        separation in ("partner_suspects", "announced")
        or (separation in ("considering", "separated") and pattern != "common_couple_violence")
        or yes(state, *POSSESSIVE)
        or yes(state, "factor.earlier_partner_violence")
        or yes(state, "context.pregnant")
    ):
        return True
    # 13
    if yes(state, *BLOCKS):
        if separation in ("partner_suspects", "announced"):
            return True
        two_not_ruled_out = len([block for block in BLOCKS if not_ruled_out(state, block)]) >= 2
        if separation in ("considering", "separated") and (yes(state, *CORE_BLOCKS) or two_not_ruled_out):
            return True
    # 14
    if yes(state, "factor.honour_related") and (some_separation(state) or yes(state, *FLAGS)):
        return True
    # 15
    if yes(state, "context.cannot_stay") and yes(state, *FLAGS, *BLOCKS, *POSSESSIVE):
        return True
    # 16
    doors = door_signals(state)
    return len(doors) >= 3 and ("ask.fear_of_repeat" in doors or "ask.children_pets" in doors)


def _is_elevated(state: State, pattern: str) -> bool:
    return not_ruled_out(state, *ACUTE, *FLAGS) or pattern in ("intimate_terror_possible", "undetermined")


def _is_attention(state: State) -> bool:
    return (
        yes(state, *FACTORS)
        or any(signals(state, question) for question in SCREENING)
        or separation_not_excluded(state)
    )


def level_of(state: State, pattern: str) -> str:
    """The highest floor that a rule sets."""
    if _is_acute(state, pattern):
        return "acute"
    if _is_high(state, pattern):
        return "high"
    if _is_elevated(state, pattern):
        return "elevated"
    if _is_attention(state):
        return "attention"
    return "none_found"


# --- section 4: what the open items could still make of it ---------------------------------------
def filled(state: State, values: dict[str, str]) -> State:
    """Every unresolved item at its value in `values`, with parts and wholes worked out again."""
    full: State = {item: values[item] if value is None else value for item, value in state.items()}
    return parts_and_wholes(full)


def all_favourable(state: State) -> State:
    return filled(state, FAVOURABLE)


def all_worse(state: State) -> State:
    return filled(state, WORSE)


def _level_with_its_pattern(state: State) -> str:
    return level_of(state, pattern_of(state))


def lower_level(state: State) -> str:
    return _level_with_its_pattern(all_favourable(state))


def upper_level(state: State) -> str:
    return _level_with_its_pattern(all_worse(state))


def at_least(level: str, floor: str) -> bool:
    return LEVELS.index(level) >= LEVELS.index(floor)
