"""The case as `assess` reads it (decision model section 9): from JSON text to a checked case.

One error per broken case, naming the place. Nothing of the case's content but ids and the offending
value stands in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NoReturn

from borg_triage.domain.answers import Observation
from borg_triage.domain.errors import CaseInputError
from borg_triage.domain.instrument import ABSENT, SOURCES, USER_GROUPS, Instrument, Item

_CASE_KEYS = frozenset(("user_group", "assessed_on", "answers"))
_OBSERVATION_KEYS = frozenset(("value", "source", "overheard", "on", "note"))
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class CaseInput:
    """A checked case: who assesses, on which day, and what was said."""

    user_group: str
    assessed_on: date
    answers: dict[str, tuple[Observation, ...]]

    def with_answer(self, item: str, observation: Observation) -> CaseInput:
        """The case with one observation more."""
        return replace(self, answers=self.answers | {item: (*self.answers.get(item, ()), observation)})


def as_json(case: CaseInput) -> str:
    """The case as JSON text that `CaseReader` reads back as the very same: so a result can be replayed."""
    answers = {item: [_written(seen) for seen in said] for item, said in case.answers.items()}
    written = {
        "user_group": case.user_group,
        "assessed_on": case.assessed_on.isoformat(),
        "answers": answers,
    }
    return json.dumps(written, ensure_ascii=False)


def _written(seen: Observation) -> dict[str, Any]:
    return {
        "value": seen.value,
        "source": seen.source,
        "on": seen.on.isoformat(),
        **({} if seen.overheard is None else {"overheard": seen.overheard}),
        **({"note": seen.note} if seen.note else {}),
    }


def parse_json(text: str | bytes) -> Any:
    """JSON with nothing let through in silence: a key given twice, NaN, or broken UTF-8 is an error."""
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        return _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise CaseInputError("case.error.not_utf8", place=f"byte {error.start + 1}") from error
    except json.JSONDecodeError as error:
        raise CaseInputError("case.error.not_json", line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise CaseInputError("case.error.too_deep") from error
    except ValueError as error:
        raise CaseInputError("case.error.not_json", line=1, column=1) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise CaseInputError("case.error.key_twice", place=_shown(twice))
    return found


def _no_constant(name: str) -> NoReturn:
    raise CaseInputError("case.error.no_number", place=name)


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)
    text = text.encode("ascii", "backslashreplace").decode()
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


class CaseReader:
    """Reads cases for one instrument."""

    def __init__(self, instrument: Instrument) -> None:
        self._items = instrument.item
        self._default_source = {item.id: instrument.default_source(item) for item in instrument.items}
        self._values = {item.id: frozenset(item.answers) | frozenset(ABSENT) for item in instrument.items}

    def read(self, raw: Any, today: date) -> CaseInput:
        """Check a decoded case; `today` stands in for a missing `assessed_on`. Raises CaseInputError."""
        if not isinstance(raw, dict):
            raise CaseInputError("case.error.not_an_object", place="$")
        for key in raw:
            if key not in _CASE_KEYS:
                raise CaseInputError("case.error.unknown_key", place="$", key=_shown(key))
        for key in ("user_group", "answers"):
            if key not in raw:
                raise CaseInputError("case.error.missing_key", place="$", key=key)
        if raw["user_group"] not in USER_GROUPS:
            _wrong_value("user_group", raw["user_group"], ", ".join(USER_GROUPS))
        assessed_on = _date(raw["assessed_on"], "assessed_on") if "assessed_on" in raw else today
        answers = raw["answers"]
        if not isinstance(answers, dict):
            raise CaseInputError("case.error.not_an_object", place="answers")
        return CaseInput(
            raw["user_group"],
            assessed_on,
            {item: self._observations(item, given, assessed_on) for item, given in answers.items()},
        )

    def _observations(self, item_id: str, given: Any, assessed_on: date) -> tuple[Observation, ...]:
        item = self._items.get(item_id)
        if item is None:
            raise CaseInputError("case.error.unknown_item", place="answers", item=_shown(item_id))
        if not isinstance(given, list):
            return (self._observation(item, given, assessed_on, f"answers.{item_id}"),)
        return tuple(
            self._observation(item, one, assessed_on, f"answers.{item_id}[{index}]")
            for index, one in enumerate(given)
        )

    def _observation(self, item: Item, given: Any, assessed_on: date, place: str) -> Observation:
        if isinstance(given, str):
            return Observation(self._value(item, given, place), self._default_source[item.id], assessed_on)
        if not isinstance(given, dict):
            self._wrong_item_value(item, given, place)
        for key in given:
            if key not in _OBSERVATION_KEYS:
                raise CaseInputError("case.error.unknown_key", place=place, key=_shown(key))
        if "value" not in given:
            raise CaseInputError("case.error.missing_key", place=place, key="value")
        source = given.get("source", self._default_source[item.id])
        if source not in SOURCES:
            _wrong_value(f"{place}.source", source, ", ".join(SOURCES))
        overheard = given.get("overheard")
        if "overheard" in given and not isinstance(overheard, bool):
            _wrong_value(f"{place}.overheard", overheard, "true, false")
        note = given.get("note", "")
        if not isinstance(note, str):
            _wrong_value(f"{place}.note", note, "text")
        on = _date(given["on"], f"{place}.on") if "on" in given else assessed_on
        if on > assessed_on:
            raise CaseInputError(
                "case.error.in_the_future",
                place=f"{place}.on",
                on=on.isoformat(),
                assessed_on=assessed_on.isoformat(),
            )
        return Observation(self._value(item, given["value"], place), source, on, overheard, note)

    def _value(self, item: Item, value: Any, place: str) -> str:
        if isinstance(value, str):
            if value in self._values[item.id]:
                return value
            if item.kind == "date":
                return _date(value, place).isoformat()
        self._wrong_item_value(item, value, place)

    def _wrong_item_value(self, item: Item, value: Any, place: str) -> NoReturn:
        known = item.answers or ("YYYY-MM-DD",)
        _wrong_value(place, value, ", ".join((*known, *ABSENT)))


def _date(value: Any, place: str) -> date:
    # fromisoformat alone would also take week dates and dates without dashes.
    if isinstance(value, str) and len(value) == 10 and value[4] == "-" == value[7]:
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    _wrong_value(place, value, "YYYY-MM-DD")


def _wrong_value(place: str, value: object, allowed: str) -> NoReturn:
    raise CaseInputError("case.error.wrong_value", place=place, value=_shown(value), allowed=allowed)
