"""Dates, times, durations and lists as the reader's language writes them (Babel)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.lists import format_list

DUTCH_TIME = ZoneInfo("Europe/Amsterdam")

# English for readers in the Netherlands: day before month.
_LOCALES = {"nl": "nl_NL", "en": "en_GB"}


def day(value: date, language: str) -> str:
    """A day in words, e.g. "22 november 2026"."""
    return format_date(value, format="long", locale=_LOCALES[language])


def short_day(value: date, language: str) -> str:
    """A day in figures, e.g. "22-11-2026"."""
    pattern = "dd-MM-y" if language == "nl" else "dd/MM/y"
    return format_date(value, format=pattern, locale=_LOCALES[language])


def moment(value: datetime, language: str) -> str:
    """A moment in Dutch time, e.g. "22 nov 2026 14:05"."""
    return format_datetime(value.astimezone(DUTCH_TIME), format="d MMM y HH:mm", locale=_LOCALES[language])


def span(value: timedelta, language: str) -> str:
    """A length of time in words, e.g. "7 dagen"."""
    return format_timedelta(value, threshold=2, locale=_LOCALES[language])


def listing(values: Sequence[str], language: str) -> str:
    """Values joined in a sentence, e.g. "a, b en c"."""
    return format_list(list(values), locale=_LOCALES[language])
