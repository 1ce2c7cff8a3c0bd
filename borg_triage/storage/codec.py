"""Records to rows and back.

Moments are stored as `2026-01-31T09:05:00.000000Z`, so that their order as text is their order in time.
"""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final, TypeVar, cast, get_type_hints

from borg_triage.storage.database import Value

Record = TypeVar("Record")


def columns(record: type[Any]) -> tuple[str, ...]:
    """The column names of a record: its fields' names, in order."""
    return tuple(field.name for field in dataclasses.fields(record))


def to_row(record: Any) -> tuple[Value, ...]:
    """The values of a record's fields as SQLite takes them, in the order of `columns`."""
    return tuple(encode(getattr(record, name)) for name in columns(type(record)))


def encode(value: object) -> Value:
    """One value as SQLite takes it. Raises ValueError for a moment without a time zone."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return clean(json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True))
    if value is None or isinstance(value, int | bytes):
        return value
    message = f"no column takes a {type(value).__name__}"
    raise TypeError(message)


def from_row(record: type[Record], names: Sequence[str], row: Sequence[Any], **more: object) -> Record:
    """A record from the values of a row, `names` saying which; `more` gives fields that no column holds."""
    decoders = _decoders(cast("Hashable", record))
    values = {
        name: value if value is None or name not in decoders else decoders[name](value)
        for name, value in zip(names, row, strict=True)
    }
    return record(**values, **more)


def clean(text: str) -> str:
    """Text as UTF-8 can hold it: halves of a surrogate pair are joined, or replaced where one is missing."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def folded(text: str) -> str:
    """Text for searching: no capitals, accents or double spaces."""
    decomposed = unicodedata.normalize("NFKD", clean(text))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        message = "a moment needs its time zone"
        raise ValueError(message)
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@cache
def _decoders(record: Hashable) -> Mapping[str, Callable[[Any], Any]]:
    """By field, how to read those that are not stored as what they are."""
    hints = get_type_hints(record)
    return {name: _DECODERS[kind] for name, kind in hints.items() if kind in _DECODERS}


_DECODERS: Final[dict[Any, Callable[[Any], Any]]] = {
    datetime: datetime.fromisoformat,
    datetime | None: datetime.fromisoformat,
    date: date.fromisoformat,
    date | None: date.fromisoformat,
    bool: bool,
    bool | None: bool,
    Mapping[str, Any]: json.loads,
}
