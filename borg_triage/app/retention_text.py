"""Terms in words: a length, where it comes from, what a value of a profile is now."""

from __future__ import annotations

import re
from typing import Final

from borg_triage.domain.retention import Period, Profile
from borg_triage.text.catalog import Catalog

UNITS: Final = {"Y": "years", "M": "months", "D": "days"}


def length(iso: str, texts: Catalog) -> str:
    """An ISO length in words: "5 jaar", "1 jaar en 6 maanden"."""
    parts = [
        texts.plural(f"retention.length.{UNITS[unit]}", int(number))
        for number, unit in re.findall(r"(\d+)([YMD])", iso)
    ]
    return texts.text("retention.length.and").join(parts)


def source(profile: str, value: str, period: Period, texts: Catalog) -> str:
    """Where a length comes from: the organisation's own words, or ours for a shipped one."""
    if period.status == "organisation":
        return period.source
    keys = (f"retention.source.{profile}.{value}", f"retention.source.{value}", "retention.source.own_choice")
    return texts.text(next(key for key in keys if texts.has(key)))


def now(profile: Profile, value: str, texts: Catalog) -> str:
    """What a value of a profile is, in words."""
    if value == "clock":
        return kind(value, profile.clock, texts)
    if value == "working_copy":
        return kind(value, "on" if profile.working_copy else "off", texts)
    period: Period | None = getattr(profile, value)
    return texts.text("retention.length.none") if period is None else length(period.length, texts)


def kind(value: str, name: str, texts: Catalog) -> str:
    """One of the choices for the clock or the working copy, in words."""
    return texts.text(f"retention.{value}.{name}")
