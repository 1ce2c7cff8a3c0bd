"""Random valid cases for oracle and engine: from nearly empty to nearly complete, and near the edges."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from .items import (
    ABSENT,
    ACUTE,
    ALL_ITEMS,
    BLOCKS,
    BORG,
    CARE,
    DATES,
    FAVOURABLE,
    FLAGS,
    HEAVY_FLAGS,
    INTERVIEW,
    LIGHT_FLAGS,
    LISTS,
    OF_THE_MOMENT,
    OTHER_BLOCKS,
    OTHER_FACTORS,
    POSSESSIVE,
    RECENT_WINDOWS,
    REVIEW_SIGNALS,
    SCREENING,
    THREE_THREATS,
    WORSE,
)

SOURCES = ["victim", "perpetrator", "child", "other_person", "staff", "record"]
EDGE_AGES = [0, 1, 2, 27, 28, 29, 91, 92, 93, 200]
USER_GROUPS = ["police", "shelter", "veilig_thuis"]
FIRST_DAY = date(2024, 1, 1)

Answers = dict[str, Any]


# --- values and observations ---------------------------------------------------------------------
def _any_date(rng: random.Random, today: date) -> str:
    return (today + timedelta(days=rng.choice([-200, -93, -1, 0, 1, 30, 400]))).isoformat()


def _any_value(rng: random.Random, item: str, today: date, absent: float) -> str:
    if rng.random() < absent:
        return rng.choice(ABSENT)
    if item in DATES:
        return _any_date(rng, today)
    return rng.choice(LISTS.get(item, ["yes", "no"]))


def _any_age(rng: random.Random) -> int:
    return rng.choice(EDGE_AGES) if rng.random() < 0.9 else rng.randrange(0, 400)


def _observation(rng: random.Random, item: str, value: str, today: date) -> Any:
    """One observation of a value with anything else about it left to chance."""
    if rng.random() < 0.2:
        return value
    full: dict[str, Any] = {"value": value}
    if rng.random() < 0.75:
        full["source"] = "staff" if item in INTERVIEW and rng.random() < 0.7 else rng.choice(SOURCES)
    if rng.random() < 0.4:
        full["overheard"] = rng.random() < 0.5
    if rng.random() < 0.7:
        full["on"] = (today - timedelta(days=_any_age(rng))).isoformat()
    if rng.random() < 0.05:
        full["note"] = "Invented note."
    return full


def _anything(rng: random.Random, item: str, today: date, most: int = 4) -> Any:
    """Any answer to an item: nothing, one observation, or several that may contradict."""
    absent = rng.choice([0.0, 0.2, 0.5])
    shape = rng.random()
    if shape < 0.05:
        return []
    if shape < 0.5:
        return _observation(rng, item, _any_value(rng, item, today, absent), today)
    count = rng.randint(1, most)
    return [_observation(rng, item, _any_value(rng, item, today, absent), today) for _ in range(count)]


# --- reliable answers, for the cases near an edge ------------------------------------------------
def _best_source(item: str) -> str:
    if item in INTERVIEW or item in ACUTE or item == "flag.afraid_to_speak":
        return "staff"
    if item in CARE or item in BORG or item in REVIEW_SIGNALS:
        return "record"
    return "victim"


def _reliably(rng: random.Random, item: str, value: str, today: date) -> Any:
    """An observation that counts when she was spoken with apart; half the time it counts by itself."""
    if rng.random() < 0.3:
        return value
    if item in ACUTE:
        age = rng.choice([0, 1])
    elif item in RECENT_WINDOWS or item in OF_THE_MOMENT:
        age = rng.choice([0, 1, 2, 27, 28])
    else:
        age = rng.choice([0, 2, 29, 91, 92])
    full: dict[str, Any] = {"value": value, "source": _best_source(item)}
    if rng.random() < 0.5:
        full["overheard"] = False
    if age or rng.random() < 0.3:
        full["on"] = (today - timedelta(days=age)).isoformat()
    return full


def _all_favourable(rng: random.Random, today: date) -> Answers:
    return {item: _reliably(rng, item, FAVOURABLE[item], today) for item in ALL_ITEMS if item not in DATES}


def _with_violence(rng: random.Random, answers: Answers) -> None:
    """Light violence in a quarrel: what common couple violence is made of."""
    flag = rng.choice(["flag.recent_violence", "flag.earlier_violence"])
    answers[flag] = {"value": "yes", "source": rng.choice(SOURCES)}
    if rng.random() < 0.2:
        answers["situational.quarrel"] = rng.choice(["no", "unknown"])
    if rng.random() < 0.2:
        answers["borg.conflict_handling"] = rng.choice(["no", "unknown"])


def _set_light_extras(rng: random.Random, answers: Answers) -> None:
    """Answers that steer level, gate, care and route without setting a high level by themselves."""
    for kind in rng.choices(["review", "open", "care", "gate", "separation", "sign", "flag", "minor"], k=2):
        if kind == "review":
            answers[rng.choice(REVIEW_SIGNALS)] = rng.choice(["yes", "yes", "unknown"])
        elif kind == "open":
            answers[rng.choice([*CARE, *BORG])] = rng.choice(ABSENT)
        elif kind == "care":
            answers[rng.choice(CARE)] = "yes"
        elif kind == "gate":
            item = rng.choice(BORG)
            answers[item] = rng.choice(LISTS.get(item, ["yes", "no"]))
        elif kind == "separation":
            answers["context.separation"] = rng.choice(LISTS["context.separation"])
        elif kind == "sign":
            item = rng.choice([*SCREENING, *OTHER_FACTORS])
            answers[item] = WORSE[item]
        elif kind == "flag":
            answers[rng.choice([*ACUTE, *FLAGS])] = rng.choice(ABSENT)
        else:
            answers["borg.adult"] = "no"


def _mutate(rng: random.Random, answers: Answers, today: date, times: int) -> None:
    for _ in range(times):
        item = rng.choice(ALL_ITEMS)
        kind = rng.random()
        if kind < 0.3 and item not in DATES:
            answers[item] = WORSE[item]
        elif kind < 0.5:
            answers.pop(item, None)
        elif kind < 0.6:
            answers[item] = rng.choice(ABSENT)
        elif kind < 0.8:
            answers[item] = _anything(rng, item, today)
        else:
            before = answers.get(item, [])
            more = [_observation(rng, item, _any_value(rng, item, today, 0.2), today) for _ in range(2)]
            answers[item] = [*(before if isinstance(before, list) else [before]), *more]


# --- what meets in a rule: one or two items are taken from each group ----------------------------
SAME_FACTS = [
    ["control.threats", "flag.threat_suicide", "flag.threat_children"],
    ["control.sexual_coercion", "flag.forced_sex"],
    ["control.surveillance", "flag.stalking"],
    ["control.autonomy", "flag.care_withheld"],
]
HARDER = [*HEAVY_FLAGS, "pattern.instrumental", "situational.resistance"]
GRAVE = [
    "flag.extreme_fear",
    "flag.escalation",
    "flag.contact_ban_breach",
    "flag.recent_violence_serious",
    "flag.strangulation",
    "flag.weapon_used",
]
WEIGHTY = [
    *THREE_THREATS,
    "flag.weapon_firearm",
    "flag.weapon_used",
    "flag.strangulation",
    "flag.earlier_violence_serious",
    "flag.extreme_fear",
]
LASTING = ["pattern.over_time", "context.separation_not_accepted", "context.contact_possible"]
MEETINGS: list[list[list[str]]] = [
    *[[[item] for item in fact] for fact in SAME_FACTS],
    [THREE_THREATS, ["flag.threat_specific"]],
    [["acute.can_reach"], GRAVE],
    [["acute.can_reach"], THREE_THREATS],
    *[[["acute.can_reach"], THREE_THREATS, ["flag.weapon_possession", *GRAVE]]] * 3,
    [["acute.can_reach"], THREE_THREATS, ["flag.stalking", "flag.afraid_to_speak", *BLOCKS]],
    [["context.contact_possible"], THREE_THREATS],
    [["context.contact_possible"], GRAVE],
    [["context.contact_possible"], GRAVE, FLAGS],
    *[[["context.contact_possible"], ["flag.escalation", "flag.recent_violence_serious"], WEIGHTY]] * 3,
    [["context.contact_possible"], ["flag.extreme_fear"], WEIGHTY],
    *[[*[[item] for item in LASTING], POSSESSIVE]] * 2,
    [["flag.weapon_possession"], ["flag.recent_violence", *BLOCKS, *POSSESSIVE]],
    [["flag.weapon_possession"], LASTING],
    [["context.separation_not_accepted"]],
    [["acute.can_reach", "flag.weapon_possession"], CARE],
    [["flag.recent_violence"], [*POSSESSIVE, "factor.earlier_partner_violence", "context.pregnant"]],
    [BLOCKS],
    [OTHER_BLOCKS, OTHER_BLOCKS, OTHER_BLOCKS],
    [BLOCKS, HARDER],
    [HARDER],
    [["factor.honour_related"], LIGHT_FLAGS],
    [["context.cannot_stay"], [*LIGHT_FLAGS, *BLOCKS, *POSSESSIVE]],
    [["ask.fear_of_repeat", "ask.children_pets"], ["ask.violence", "ask.weapons"], SCREENING, SCREENING],
]


# --- the regimes ---------------------------------------------------------------------------------
def _scattered(rng: random.Random, today: date) -> Answers:
    """Any answer to any item, from nearly none to nearly all."""
    density = rng.choice([0.02, 0.1, 0.3, 0.6, 0.9, 1.0])
    return {item: _anything(rng, item, today) for item in ALL_ITEMS if rng.random() < density}


def _leaning(rng: random.Random, today: date) -> Answers:
    """Favourable but for a share of free answers, so that unreliable and stale answers decide."""
    answers = _all_favourable(rng, today)
    share = rng.choice([0.02, 0.05, 0.1, 0.2])
    for item in ALL_ITEMS:
        if rng.random() < share:
            answers[item] = _anything(rng, item, today)
    return answers


def _one_or_two(rng: random.Random, group: list[str]) -> list[str]:
    return rng.sample(group, rng.randint(1, min(2, len(group))))


def _around_a_rule(rng: random.Random, today: date) -> Answers:
    """The items that meet in one rule, each worse, open or favourable; all else favourable or open."""
    answers = _all_favourable(rng, today) if rng.random() < 0.7 else {}
    if rng.random() < 0.3:
        _with_violence(rng, answers)
    meeting = {item for group in rng.choice(MEETINGS) for item in _one_or_two(rng, group)}
    for item in sorted(meeting):
        chance = rng.random()
        if chance < 0.8:
            answers[item] = WORSE[item]
        elif chance < 0.92:
            answers[item] = rng.choice(ABSENT)
    for part in ("flag.threat_recent", "flag.strangulation_recent", "flag.weapon_used_recent"):
        if rng.random() < 0.7:
            answers[part] = rng.choice([*ABSENT, "no", []])
    if "context.contact_possible" in meeting:
        answers["context.separation"] = rng.choice(LISTS["context.separation"][1:])
    elif rng.random() < 0.6:
        answers["context.separation"] = rng.choice([*LISTS["context.separation"], "unknown"])
    if rng.random() < 0.3:
        answers["context.contact_possible"] = rng.choice(["yes", "unknown"])
    return answers


def _near(rng: random.Random, today: date) -> Answers:
    """All favourable, with light violence or without, then one or two items changed."""
    answers = _all_favourable(rng, today)
    if rng.random() < 0.65:
        _with_violence(rng, answers)
    if rng.random() < 0.7:
        _set_light_extras(rng, answers)
    _mutate(rng, answers, today, rng.choice([0, 0, 0, 1, 1, 2]))
    return answers


def _not_apart(rng: random.Random, today: date) -> Answers:
    """A near case whose talks were not overheard, while the interview itself is open or not apart."""
    answers = _near(rng, today)
    for item, answer in answers.items():
        if isinstance(answer, str):
            answers[item] = {"value": answer, "overheard": False}
        elif isinstance(answer, dict):
            answers[item] = {**answer, "overheard": False}
    for item in rng.choice([INTERVIEW, ["interview.separate"], ["interview.other_heard"]]):
        answers[item] = rng.choice(["no", "unknown", [], {"value": "yes", "source": "victim"}])
    return answers


def _half_done(rng: random.Random, today: date) -> Answers:
    """A near case of which a part was not asked yet, as during an intake."""
    answers = _near(rng, today)
    keep = rng.choice([0.3, 0.7, 0.9, 0.97])
    answers = {item: answer for item, answer in answers.items() if rng.random() < keep}
    if rng.random() < 0.3:
        answers.pop("interview.separate", None)
    if rng.random() < 0.3:
        answers["context.repeated_reports"] = "yes"
    if rng.random() < 0.4:
        for question in rng.sample(SCREENING, rng.randint(1, 4)):
            answers[question] = WORSE[question]
    return answers


def random_case(rng: random.Random) -> dict[str, Any]:
    """A valid section-9 input with `assessed_on`, fully determined by `rng`."""
    today = FIRST_DAY + timedelta(days=rng.randrange(0, 900))
    regimes = [_scattered, _leaning, _around_a_rule, _near, _not_apart, _half_done]
    answers = rng.choices(regimes, [3, 2, 5, 5, 1, 4])[0](rng, today)
    items = list(answers)
    rng.shuffle(items)
    return {
        "user_group": rng.choice(USER_GROUPS),
        "assessed_on": today.isoformat(),
        "answers": {item: answers[item] for item in items},
    }
