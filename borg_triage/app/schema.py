"""JSON Schema (2020-12) of what `assess` reads and prints, made from the instrument."""

from __future__ import annotations

from typing import Any

from borg_triage.domain.assessment import Outcome
from borg_triage.domain.instrument import ABSENT, SOURCES, USER_GROUPS, Instrument, Item

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DATE = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def schemas(instrument: Instrument) -> dict[str, Any]:
    """Both schemas, under "input" and "output"."""
    return {"input": input_schema(instrument), "output": output_schema(instrument)}


def input_schema(instrument: Instrument) -> dict[str, Any]:
    """The schema of one case."""
    return {
        "$schema": _DIALECT,
        "title": f"Case for {instrument.id} {instrument.version}",
        **_object(
            {
                "user_group": {"enum": list(USER_GROUPS)},
                "assessed_on": _DATE,
                "answers": _object({item.id: _answer(item) for item in instrument.items}, required=()),
            },
            required=("user_group", "answers"),
        ),
    }


def _answer(item: Item) -> dict[str, Any]:
    value: dict[str, Any] = {"enum": [*item.answers, *ABSENT]}
    if item.kind == "date":
        value = {"anyOf": [_DATE, {"enum": list(ABSENT)}]}
    observation = _object(
        {
            "value": value,
            "source": {"enum": list(SOURCES)},
            "overheard": {"type": "boolean"},
            "on": _DATE,
            "note": {"type": "string"},
        },
        required=("value",),
    )
    one = {"anyOf": [value, observation]}
    return {"anyOf": [value, observation, {"type": "array", "items": one}]}


def output_schema(instrument: Instrument) -> dict[str, Any]:
    """The schema of one result: whole, brief, or the error of a bad line."""
    whole, brief = _whole(instrument), _brief(instrument)
    error = _object({"error": {"type": "string"}, "line": {"type": "integer", "minimum": 1}})
    return {
        "$schema": _DIALECT,
        "title": f"Result of {instrument.id} {instrument.version}",
        "anyOf": [whole, brief, error],
    }


def _head(instrument: Instrument) -> dict[str, Any]:
    level = {"enum": list(instrument.levels)}
    return {
        "instrument": _object(
            {
                "id": {"const": instrument.id},
                "version": {"const": instrument.version},
                "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            }
        ),
        "level": _object({"value": level, "lower": level, "upper": level}),
        "pattern": _object(
            {
                "value": {"enum": list(instrument.patterns)},
                **{mark.id: {"type": "boolean"} for mark in instrument.marks},
                "unresolved": _items(instrument),
            }
        ),
    }


def _items(instrument: Instrument) -> dict[str, Any]:
    return {"type": "array", "items": {"enum": [item.id for item in instrument.items]}}


def _brief(instrument: Instrument) -> dict[str, Any]:
    return _object(
        {
            **_head(instrument),
            "borg": _object({"value": {"enum": list(instrument.gate_results)}}),
            "routes": _object({"primary": {"enum": list(instrument.primary_routes)}}),
        }
    )


def _whole(instrument: Instrument) -> dict[str, Any]:
    items = _items(instrument)
    texts = {"type": "array", "items": {"type": "string"}}
    kinds = {
        "level": list(instrument.levels),
        "pattern": list(instrument.patterns),
        "borg": list(instrument.gate_results),
        "route": list(instrument.primary_routes),
    }
    item = {"enum": [entry.id for entry in instrument.items]}
    return _object(
        {
            **_head(instrument),
            "user_group": {"enum": list(USER_GROUPS)},
            "assessed_on": _DATE,
            "borg": _object(
                {
                    "value": {"enum": list(instrument.gate_results)},
                    "criteria": _list_of(
                        {
                            "id": {"enum": list(instrument.criterion)},
                            "status": {"enum": ["failed", "open", "met"]},
                            "settled_by": {"enum": ["triage", "reclassering"]},
                            "items": items,
                            "sources": texts,
                        }
                    ),
                    "notes": texts,
                }
            ),
            "routes": _routes(instrument, texts),
            "reasons": _list_of(
                {
                    "rule": {"type": "string"},
                    "outcome": {"type": "string"},
                    "items": items,
                    "text": {"type": "string"},
                    "sources": texts,
                }
            ),
            "ask_next": _list_of(
                {"item": item, "could_change": {"type": "array", "items": {"enum": list(Outcome._fields)}}}
            ),
            "would_change": _list_of(
                {
                    "item": item,
                    "to": {"type": "string"},
                    "outcome": _object({kind: {"enum": found} for kind, found in kinds.items()}, ()),
                    "together": _list_of({"item": item, "to": {"type": "string"}}),
                },
                required=("item", "to", "outcome"),
            ),
            "deadlines": _list_of(
                {
                    "id": {"type": "string"},
                    "within": {"type": "string"},
                    "before": _DATE,
                    "working_days": {"const": True},
                    "sources": texts,
                },
                required=("id", "sources"),
            ),
        }
    )


def _routes(instrument: Instrument, texts: dict[str, Any]) -> dict[str, Any]:
    also = {"type": "array", "items": {"enum": [rule.id for rule in instrument.also]}}
    return _object(
        {
            "primary": {"enum": list(instrument.primary_routes)},
            "also": also,
            "after_safety": also,
            "counter_indicated": texts,
            "locked": texts,
            "withheld": texts,
            "destinations": _list_of(
                {
                    "id": {"enum": sorted({rule.to for rule in instrument.destinations})},
                    "when": {"type": "string"},
                    "kind": {"type": "string"},
                    "sources": texts,
                }
            ),
        }
    )


def _object(properties: dict[str, Any], required: tuple[str, ...] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties if required is None else required),
        "additionalProperties": False,
    }


def _list_of(properties: dict[str, Any], required: tuple[str, ...] | None = None) -> dict[str, Any]:
    return {"type": "array", "items": _object(properties, required)}
