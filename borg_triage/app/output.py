"""An assessment as the JSON that `assess` prints and the vault freezes (decision model section 9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from borg_triage.domain.assessment import Assessment, Brief, Change, LevelRange, Reason
from borg_triage.domain.case import InstrumentRef
from borg_triage.text.catalog import Catalog


def brief_output(brief: Brief, ref: InstrumentRef) -> dict[str, Any]:
    """The short form: instrument, level, pattern, gate result and primary route."""
    return {
        "instrument": _instrument(ref),
        "level": _level(brief.level),
        "pattern": _pattern(brief.pattern, brief.marks, brief.pattern_unresolved),
        "borg": {"value": brief.borg},
        "routes": {"primary": brief.primary},
    }


def full_output(result: Assessment, ref: InstrumentRef, texts: Catalog | None) -> dict[str, Any]:
    """Everything; reasons carry their sentence in the catalogue's language.

    Without texts the reasons are ids only: so a result is frozen, for wording may be mended later while
    the decision must replay to the letter.
    """
    return {
        "instrument": _instrument(ref),
        "user_group": result.user_group,
        "assessed_on": result.assessed_on,
        "level": _level(result.level),
        "pattern": _pattern(result.pattern, result.marks, result.pattern_unresolved),
        "borg": {
            "value": result.borg,
            "criteria": [
                {
                    "id": criterion.id,
                    "status": criterion.status,
                    "settled_by": criterion.settled_by,
                    "items": list(criterion.items),
                    "sources": list(criterion.sources),
                }
                for criterion in result.criteria
            ],
            "notes": list(result.gate_notes),
        },
        "routes": _routes(result),
        "reasons": [_reason(reason, texts) for reason in result.reasons],
        "ask_next": [
            {"item": question.item, "could_change": list(question.could_change)}
            for question in result.ask_next
        ],
        "would_change": [_change(change) for change in result.would_change],
        "deadlines": _deadlines(result),
    }


def rule_text_key(rule: str, outcome: str) -> str:
    """The catalogue key of the sentence that says why a rule holds."""
    return f"{rule}.{outcome}" if rule.startswith("criterion.") else f"rule.{rule}"


def _instrument(ref: InstrumentRef) -> dict[str, str]:
    return {"id": ref.id, "version": ref.version, "sha256": ref.sha256}


def _level(level: LevelRange) -> dict[str, str]:
    return {"value": level.value, "lower": level.lower, "upper": level.upper}


def _pattern(value: str, marks: Mapping[str, bool], unresolved: tuple[str, ...]) -> dict[str, Any]:
    return {"value": value, **marks, "unresolved": list(unresolved)}


def _reason(reason: Reason, texts: Catalog | None) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "rule": reason.rule,
        "outcome": reason.outcome,
        "items": list(reason.items),
    }
    if texts is not None:
        entry["text"] = texts.text(rule_text_key(reason.rule, reason.outcome))
    return entry | {"sources": list(reason.sources)}


def _change(change: Change) -> dict[str, Any]:
    entry: dict[str, Any] = {"item": change.item, "to": change.to, "outcome": dict(change.outcome)}
    if change.together:
        entry["together"] = [{"item": item, "to": to} for item, to in change.together.items()]
    return entry


def _routes(result: Assessment) -> dict[str, Any]:
    routes = result.routes
    return {
        "primary": routes.primary,
        "also": list(routes.also),
        "after_safety": list(routes.after_safety),
        "counter_indicated": list(routes.counter_indicated),
        "locked": list(routes.locked),
        "withheld": list(routes.withheld),
        "destinations": [
            {"id": place.id, "when": place.when, "kind": place.kind, "sources": list(place.sources)}
            for place in routes.destinations
        ],
    }


def _deadlines(result: Assessment) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for deadline in result.deadlines:
        entry: dict[str, Any] = {"id": deadline.id}
        if deadline.within is not None:
            entry["within"] = deadline.within
        if deadline.before is not None:
            entry["before"] = deadline.before
        if deadline.working_days:
            entry["working_days"] = True
        found.append(entry | {"sources": list(deadline.sources)})
    return found
