"""Section 2 of the decision model: every item, in the page's order, and what the page says about it."""

from __future__ import annotations

State = dict[str, str | None]
"""Item id -> counted value; None is unresolved."""

# --- the sections, each in the order of the page -------------------------------------------------
INTERVIEW = ["interview.separate", "interview.other_heard"]
ACUTE = ["acute.danger_now", "acute.can_reach", "acute.needs_medical_care"]
SCREENING = [
    "ask.stress",
    "ask.social_circle",
    "ask.phone_access",
    "ask.violence",
    "ask.children_pets",
    "ask.substance_gambling",
    "ask.fear_of_repeat",
    "ask.weapons",
]
OPENS = {
    "ask.social_circle": ["control.isolation"],
    "ask.phone_access": ["control.autonomy", "control.isolation", "control.surveillance"],
    "ask.violence": [
        "flag.recent_violence",
        "flag.strangulation",
        "flag.violence_in_pregnancy",
        "flag.forced_sex",
        "flag.escalation",
    ],
    "ask.children_pets": ["flag.threat_children", "flag.child_harmed", "control.threats"],
    "ask.fear_of_repeat": ["flag.extreme_fear"],
    "ask.weapons": ["flag.weapon_possession"],
}
FLAG_NUMBERS = {
    1: ["flag.stalking"],
    2: [
        "flag.threat_victim",
        "flag.threat_children",
        "flag.threat_suicide",
        "flag.threat_recent",
        "flag.threat_specific",
    ],
    3: ["flag.weapon_possession", "flag.weapon_firearm", "flag.weapon_used", "flag.weapon_used_recent"],
    4: [
        "flag.recent_violence",
        "flag.recent_violence_serious",
        "flag.earlier_violence",
        "flag.earlier_violence_serious",
    ],
    5: ["flag.violence_in_pregnancy"],
    6: ["flag.forced_sex"],
    7: ["flag.care_withheld"],
    8: ["flag.strangulation", "flag.strangulation_recent"],
    9: ["flag.extreme_fear"],
    10: ["flag.afraid_to_speak"],
    11: ["flag.escalation"],
    12: ["flag.contact_ban_breach"],
    13: ["flag.child_harmed"],
}
FLAGS = [flag for number in sorted(FLAG_NUMBERS) for flag in FLAG_NUMBERS[number]]
THREE_THREATS = ["flag.threat_victim", "flag.threat_children", "flag.threat_suicide"]
LIGHT_FLAGS = ["flag.recent_violence", "flag.earlier_violence"]
HEAVY_FLAGS = [flag for flag in FLAGS if flag not in LIGHT_FLAGS]

POSSESSIVE = [
    "factor.possessiveness",
    "factor.possessive_jealousy",
    "factor.fear_of_abandonment",
    "factor.ownership",
    "factor.honour_related",
]
OTHER_FACTORS = [
    "factor.personality",
    "factor.substance",
    "factor.unemployment",
    "factor.financial_stress",
    "factor.psychological_stress",
    "factor.earlier_partner_violence",
]
FACTORS = POSSESSIVE + OTHER_FACTORS

CORE_BLOCKS = [
    "control.surveillance",
    "control.isolation",
    "control.autonomy",
    "control.gaslighting",
    "control.threats",
]
OTHER_BLOCKS = [
    "control.degradation",
    "control.jealousy_blackmail",
    "control.children_against",
    "control.third_parties",
    "control.sexual_coercion",
]
BLOCKS = CORE_BLOCKS + OTHER_BLOCKS

PATTERN_SECTION = [
    "pattern.over_time",
    "pattern.instrumental",
    "situational.quarrel",
    "situational.resistance",
    "situational.both_violent",
    "situational.both_acknowledge",
]
CONTEXT = [
    "context.separation",
    "context.separation_not_accepted",
    "context.contact_possible",
    "context.cannot_stay",
    "context.children",
    "context.pregnant",
]
DATES = ["context.separation_on", "context.measure_ends"]
CONTEXT_RECORDED = [
    *DATES,
    "context.pets",
    "context.cohabiting",
    "context.help_refused",
    "context.residence_dependent",
    "context.victim_suicidal",
    "context.victim_minor",
    "context.repeated_reports",
]
CARE = [
    "care.cognitive_decline",
    "care.severe_psychiatric",
    "care.aspd_or_psychopathy",
    "care.severe_antisocial_violence",
    "care.very_serious_problems",
    "care.alcohol_severe",
    "care.drugs_severe",
    "care.acute_addiction",
]
BORG = [
    "borg.adult",
    "borg.recidivism_risk",
    "borg.acknowledges",
    "borg.conflict_handling",
    "borg.normal_intelligence",
    "borg.dutch",
    "borg.residence_permit",
    "borg.detained",
    "borg.legal_frame",
]
REVIEW_SIGNALS = ["borg.earlier_dv_conviction", "borg.five_or_more_cases", "borg.violence_outside_home"]

ALL_ITEMS = (
    INTERVIEW
    + ACUTE
    + SCREENING
    + FLAGS
    + FACTORS
    + BLOCKS
    + PATTERN_SECTION
    + CONTEXT
    + CONTEXT_RECORDED
    + CARE
    + BORG
    + REVIEW_SIGNALS
)
POSITION = {item: position for position, item in enumerate(ALL_ITEMS)}
# The page does not say how a date counts, so a date item has no place in a state or a world.
STATE_ITEMS = [item for item in ALL_ITEMS if item not in DATES]

# --- values and senses ---------------------------------------------------------------------------
LISTS = {
    "context.separation": ["none", "considering", "separated", "partner_suspects", "announced"],
    "borg.recidivism_risk": ["low", "low_medium", "medium", "high_medium", "high"],
    "borg.acknowledges": ["full", "partial", "denies"],
    "borg.legal_frame": [
        "conditional_sentence",
        "penal_order",
        "behavioural_order",
        "suspended_detention",
        "voluntary_pending",
        "none",
    ],
}
BORG_LISTS = ["borg.recidivism_risk", "borg.acknowledges", "borg.legal_frame"]
ABSENT = ["unknown", "declined", "not_asked"]

# Marked (+), and the reverse-coded ask.phone_access: here `yes` is the favourable answer.
YES_IS_FAVOURABLE = [
    "interview.separate",
    "interview.other_heard",
    "ask.phone_access",
    "situational.quarrel",
    "situational.both_acknowledge",
    "borg.adult",
    "borg.conflict_handling",
    "borg.normal_intelligence",
    "borg.dutch",
    "borg.residence_permit",
]


def favourable_value(item: str) -> str:
    """The favourable answer; for a list its first value."""
    if item in LISTS:
        return LISTS[item][0]
    return "yes" if item in YES_IS_FAVOURABLE else "no"


def worse_value(item: str) -> str:
    """The worse answer; for a list its last value."""
    if item in LISTS:
        return LISTS[item][-1]
    return "no" if item in YES_IS_FAVOURABLE else "yes"


FAVOURABLE = {item: favourable_value(item) for item in STATE_ITEMS}
WORSE = {item: worse_value(item) for item in STATE_ITEMS}

# --- section 1, step 1: windows ------------------------------------------------------------------
RECENT_WINDOWS = {
    "flag.threat_recent": 92,
    "flag.weapon_used_recent": 28,
    "flag.recent_violence": 92,
    "flag.recent_violence_serious": 92,
    "flag.strangulation_recent": 28,
}
COUNTS_FOR_WHAT_ONCE_WAS = {
    "flag.recent_violence": "flag.earlier_violence",
    "flag.recent_violence_serious": "flag.earlier_violence_serious",
    "flag.weapon_used_recent": "flag.weapon_used",
    "flag.strangulation_recent": "flag.strangulation",
}
FAVOURABLE_GROWS_OLD = [
    *SCREENING,
    *FLAGS,
    *FACTORS,
    *BLOCKS,
    *PATTERN_SECTION,
    "context.separation",
    "context.separation_not_accepted",
    "context.contact_possible",
    "context.cannot_stay",
]

# --- section 1, step 2: items of the moment ------------------------------------------------------
OF_THE_MOMENT = [
    *ACUTE,
    "context.contact_possible",
    "context.cannot_stay",
    "borg.acknowledges",
    "borg.recidivism_risk",
    "borg.legal_frame",
    "borg.detained",
]
