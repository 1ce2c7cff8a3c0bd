"""Words for a paper: what people typed, made fit to set, and the catalogue's texts for ids.

Everything a person typed passes `clean` before it becomes part of a paper.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from borg_triage.domain.instrument import ABSENT, Instrument
from borg_triage.report.model import Line, Role, Run
from borg_triage.text import formats
from borg_triage.text.catalog import Catalog

_BREAKS = re.compile(r"[ \t]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])[ \t]*")
_MANY_BREAKS = re.compile(r"\n{3,}")
# Marks that turn the direction of writing can make a line read as its opposite.
_TURNING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNSEEN = "\ufffd"
SHORTENED = "…"


def clean(text: str) -> str:
    """Text without control characters but the line break, composed (NFC), without marks of direction.

    Other control characters and halves of surrogate pairs become U+FFFD, so that they stay visible.
    """
    text = _BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    text = _MANY_BREAKS.sub("\n\n", _TURNING.sub("", text)).replace("\t", " ")
    return "".join(_UNSEEN if _is_control(letter) else letter for letter in text).strip()


def _is_control(letter: str) -> bool:
    return letter != "\n" and unicodedata.category(letter) in {"Cc", "Cs"}


def clip(text: str, limit: int) -> str:
    """Text on one line and at most `limit` letters, with … where some were left out."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = max(limit - 1, 0)
    space = text.rfind(" ", 0, cut + 1)
    return text[: space if space > cut // 2 else cut].rstrip(" .,;:–-") + SHORTENED


def line(*parts: str | Run) -> Line:
    """A line of plain texts and runs; empty ones left out."""
    runs = (Run(part) if isinstance(part, str) else part for part in parts)
    return tuple(run for run in runs if run.text)


def strong(text: str) -> Run:
    """Text that carries weight."""
    return Run(text, Role.STRONG)


def quiet(text: str) -> Run:
    """Text that stands back."""
    return Run(text, Role.QUIET)


def quote(text: str) -> Run:
    """What somebody said or noted, in their own words."""
    return Run(text, Role.QUOTE)


class Words:
    """The texts of one language, for the ids of one instrument."""

    def __init__(self, texts: Catalog, instrument: Instrument) -> None:
        self._texts = texts
        self._instrument = instrument
        self.language = texts.language

    def t(self, key: str, /, **params: object) -> str:
        """The text of a key."""
        return self._texts.text(key, **params)

    def n(self, key: str, number: int, /, **params: object) -> str:
        """The text of a key for a number."""
        return self._texts.plural(key, number, **params)

    def has(self, key: str) -> bool:
        """Whether the key has a text."""
        return self._texts.has(key)

    def item(self, item: str) -> str:
        """An item's short name."""
        return self.t(f"item.{item}.label")

    def items(self, items: tuple[str, ...]) -> str:
        """Items by name, in one line."""
        return " · ".join(self.item(item) for item in items)

    def value(self, item: str, value: str) -> str:
        """An answer to an item in words; a date for a date item."""
        asked = self._instrument.item[item]
        if value in ABSENT or asked.kind == "yes_no":
            return self.t(f"value.{value}")
        if asked.kind == "choice":
            return self.t(f"item.{item}.value.{value}")
        return self.day(date.fromisoformat(value))

    def by(self, source: str) -> str:
        """Who said it."""
        return self.t(f"paper.by.{source}")

    def day(self, value: date) -> str:
        """A day in words."""
        return formats.day(value, self.language)

    def short_day(self, value: date) -> str:
        """A day in figures."""
        return formats.short_day(value, self.language)

    def moment(self, value: datetime) -> str:
        """A moment in Dutch time."""
        return formats.moment(value, self.language)

    def listing(self, values: tuple[str, ...]) -> str:
        """Values joined in a sentence."""
        return formats.listing(values, self.language)
