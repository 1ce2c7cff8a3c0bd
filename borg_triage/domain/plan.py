"""Deadlines as moments: what is due when, counted from when the present level came to stand.

A deadline counted from today's assessment would move away a day every day; it counts from the moment the
case first stood at its level.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from borg_triage.domain.assessment import Deadline

_DURATION = re.compile(r"P(?:(\d+)D|T(\d+)H)")
_FRIDAY = 4


def due_at(deadline: Deadline, since: datetime) -> datetime:
    """When a deadline falls (UTC). A date to stay ahead of falls at its very beginning.

    Working days are Monday to Friday; public holidays are not skipped, so that the moment is never late.
    """
    if deadline.before is not None:
        return datetime.combine(date.fromisoformat(deadline.before), time(), UTC)
    length = duration(deadline.within or "PT0H")
    if not deadline.working_days:
        return since + length
    due, left = since, length.days
    while left:
        due += timedelta(days=1)
        left -= due.weekday() <= _FRIDAY
    return due


def duration(text: str) -> timedelta:
    """An instrument's duration, PnD or PTnH. Raises ValueError for anything else."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(f"not a duration: {text!r}")
    days, hours = found.groups()
    return timedelta(days=int(days or 0), hours=int(hours or 0))
