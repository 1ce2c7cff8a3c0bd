"""Sections 5 and 6 of the decision model: the BORG gate and the routes."""

from __future__ import annotations

from .items import ACUTE, FLAGS, HEAVY_FLAGS, REVIEW_SIGNALS, State
from .rules import at_least, unresolved, upper_level, yes

CRITERIA = [
    "partner_violence",
    "pattern",
    "nothing_graver",
    "very_serious_problems",
    "acknowledges",
    "aspd_or_psychopathy",
    "severe_psychiatric",
    "normal_intelligence",
    "addiction",
    "severe_antisocial_violence",
    "conflict_handling",
    "dutch",
    "recidivism_risk",
    "residence_permit",
    "detained",
    "legal_frame",
]
TRIAGE_SETTLES = ["partner_violence", "pattern", "nothing_graver", "conflict_handling"]
COUNTER_INDICATED = [
    "couples_therapy",
    "mediation",
    "joint_talks",
    "joint_parenting_advice",
    "time_out_agreement",
]


# --- section 5: the criteria ---------------------------------------------------------------------
def _must_be(state: State, item: str, accepted: list[str]) -> str:
    value = state[item]
    if value is None:
        return "open"
    return "met" if value in accepted else "failed"


def _all_of(statuses: list[str]) -> str:
    if "failed" in statuses:
        return "failed"
    return "open" if "open" in statuses else "met"


def _partner_violence(state: State) -> str:
    """Criterion 1."""
    if yes(state, "flag.recent_violence", "flag.earlier_violence"):
        violence = "met"
    elif unresolved(state, "flag.recent_violence", "flag.earlier_violence"):
        violence = "open"
    else:
        violence = "failed"
    return _all_of([violence, _must_be(state, "borg.adult", ["yes"])])


def _pattern(pattern: str) -> str:
    """Criterion 2."""
    if pattern == "common_couple_violence":
        return "met"
    return "open" if pattern == "undetermined" else "failed"


def _nothing_graver(state: State, level: str) -> str:
    """Criterion 3."""
    if at_least(level, "high") or yes(state, *ACUTE, *HEAVY_FLAGS):
        return "failed"
    if unresolved(state, "context.separation", *ACUTE, *FLAGS) or at_least(upper_level(state), "high"):
        return "open"
    return "met"


def criteria_of(state: State, pattern: str, level: str) -> dict[str, str]:
    addiction = ["care.alcohol_severe", "care.drugs_severe", "care.acute_addiction"]
    return {
        "partner_violence": _partner_violence(state),  # 1
        "pattern": _pattern(pattern),  # 2
        "nothing_graver": _nothing_graver(state, level),  # 3
        "very_serious_problems": _must_be(state, "care.very_serious_problems", ["no"]),  # 4
        "acknowledges": _must_be(state, "borg.acknowledges", ["full", "partial"]),  # 5
        "aspd_or_psychopathy": _must_be(state, "care.aspd_or_psychopathy", ["no"]),  # 6
        "severe_psychiatric": _must_be(state, "care.severe_psychiatric", ["no"]),  # 7
        "normal_intelligence": _must_be(state, "borg.normal_intelligence", ["yes"]),  # 8
        "addiction": _all_of([_must_be(state, item, ["no"]) for item in addiction]),  # 9
        "severe_antisocial_violence": _must_be(state, "care.severe_antisocial_violence", ["no"]),  # 10
        "conflict_handling": _must_be(state, "borg.conflict_handling", ["yes"]),  # 11
        "dutch": _must_be(state, "borg.dutch", ["yes"]),  # 12
        "recidivism_risk": _must_be(state, "borg.recidivism_risk", ["low", "low_medium", "medium"]),  # 13
        "residence_permit": _must_be(state, "borg.residence_permit", ["yes"]),  # 14
        "detained": _must_be(state, "borg.detained", ["no"]),  # 15
        "legal_frame": _must_be(  # 16
            state,
            "borg.legal_frame",
            [
                "conditional_sentence",
                "penal_order",
                "behavioural_order",
                "suspended_detention",
                "voluntary_pending",
            ],
        ),
    }


def gate_of(state: State, criteria: dict[str, str]) -> str:
    if "failed" in criteria.values():
        return "not_eligible"
    if any(criteria[criterion] == "open" for criterion in TRIAGE_SETTLES):
        return "open"
    if yes(state, *REVIEW_SIGNALS):
        return "review"
    if "open" in criteria.values() or unresolved(state, *REVIEW_SIGNALS):
        return "candidate"
    return "eligible"


# --- section 6: the primary route ----------------------------------------------------------------
def care_indications(state: State) -> list[str]:
    """Route 3: what care is indicated."""
    care = []
    forensic = ["care.aspd_or_psychopathy", "care.severe_antisocial_violence", "care.severe_psychiatric"]
    with_violence = yes(state, "flag.recent_violence", "flag.earlier_violence")
    denies = state["borg.acknowledges"] == "denies"
    high_risk = state["borg.recidivism_risk"] in ("high_medium", "high")
    if yes(state, *forensic) or (with_violence and (denies or high_risk)):
        care.append("forensic_care")
    if yes(state, "care.severe_psychiatric"):
        care.append("ggz")
    if yes(state, "care.alcohol_severe", "care.drugs_severe", "care.acute_addiction"):
        care.append("addiction_care")
    return care


def primary_of(state: State, pattern: str, level: str, gate: str) -> str:
    # 1
    if level in ("high", "acute"):
        return "urgent"
    # 2
    if unresolved(state, "context.separation", *ACUTE, *FLAGS):
        return "consult"
    if yes(state, *ACUTE, *HEAVY_FLAGS):
        return "consult"
    if pattern in ("intimate_terror_possible", "undetermined"):
        return "consult"
    if yes(state, "care.very_serious_problems"):
        return "consult"
    if pattern == "common_couple_violence" and (gate == "open" or state["borg.adult"] == "no"):
        return "consult"
    # 3
    if care_indications(state):
        return "care"
    # 4
    if gate in ("eligible", "candidate", "review"):
        return "borg"
    # 5
    if level == "elevated":
        return "consult"
    # 6
    return "local_support"


# --- section 6: the parallel tracks --------------------------------------------------------------
def also_of(state: State, primary: str, ban_end_recorded: bool) -> list[str]:
    also = []
    if primary in ("urgent", "consult"):
        also += care_indications(state)
    if yes(state, "flag.forced_sex", "control.sexual_coercion"):
        also.append("sexual_assault_centre")
    if yes(state, "flag.strangulation"):
        also.append("strangulation_examination")
    if yes(state, "flag.threat_suicide"):
        also.append("suicide_prevention_him")
    if yes(state, "factor.honour_related"):
        also.append("police_honour_expertise")
    if yes(state, "flag.stalking"):
        also.append("stalking_framework")
    if yes(state, "context.children"):
        also.append("child_block")
    if yes(state, "flag.child_harmed"):
        also.append("veilig_thuis_child")
    if yes(state, "context.help_refused"):
        also.append("stay_in_touch")
    if yes(state, "context.cannot_stay"):
        also.append("shelter")
    if yes(state, "care.cognitive_decline"):
        also.append("geriatric_crisis")
    if yes(state, "context.victim_suicidal"):
        also.append("suicide_prevention_her")
    if yes(state, "context.victim_minor"):
        also.append("child_protection")
    if yes(state, "context.residence_dependent"):
        also.append("legal_counsel")
    if ban_end_recorded:
        also.append("look_again")
    return also


# --- section 6: Veilig Thuis -----------------------------------------------------------------------
# The rows of the table below high, by primary route and user group.
TURNS_TO_VEILIG_THUIS = {
    ("consult", "police"): ("report", "planned"),  # "the ordinary report"
    ("consult", "shelter"): ("advice", "days_7"),  # "Veilig Thuis advice [...] follow-up within 7 days"
    ("consult", "veilig_thuis"): ("report", "days_5_working"),  # "the statutory 5 working days"
    ("borg", "police"): ("report", "planned"),  # "the ordinary report"
    ("borg", "shelter"): ("information", "planned"),  # "information only, via Veilig Thuis"
}


def veilig_thuis_of(state: State, level: str, primary: str, group: str) -> tuple[str, str] | None:
    """In what form and by when a user group turns to Veilig Thuis, None where it does not.

    Empty strings where the page only says that it stays among the destinations.
    """
    if level == "acute" and group != "veilig_thuis":
        return "report", "now"
    if level == "high":
        return "report", "today"
    # "context.victim_minor → report": whatever the route, and so before any row that asks for less.
    if yes(state, "context.victim_minor"):
        return "report", "today"
    if level != "acute" and (primary, group) in TURNS_TO_VEILIG_THUIS:
        return TURNS_TO_VEILIG_THUIS[primary, group]
    # "Any violence, and a harmed child, keep Veilig Thuis among the destinations."
    if yes(state, "flag.recent_violence", "flag.earlier_violence", "flag.child_harmed"):
        return "", ""
    return None


def counter_indicated_of(pattern: str, level: str) -> list[str]:
    if pattern == "common_couple_violence" and not at_least(level, "high"):
        return []
    return list(COUNTER_INDICATED)
