"""When a case has been kept long enough: days worked out from an organisation's profile. No clock in here.

All days are days in the Netherlands. A profile says from which day the term runs and how long it is; what
people set for one case (a working copy, another day, a hold) comes on top.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from borg_triage.domain.conditions import Strict

ClockStart = Literal["opened", "touched", "closed"]
Status = Literal["confirmed", "unconfirmed", "organisation"]

_LENGTH: Final = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,3})M)?(?:(\d{1,4})D)?")
_MONTHS: Final = 12
# Nobody looked for longer than this: what was said before it may be forgotten, or be said to somebody else.
ABSENCE: Final = timedelta(days=7)
# To compare lengths by.
_ANY_DAY: Final = date(2000, 1, 1)


class Period(Strict):
    """A length of time by the calendar, and where it comes from.

    length: ISO 8601, years, months and days (P5Y, P6M, P30D). source: the law or choice it rests on.
    status: confirmed when seen in a public copy of the source, unconfirmed when not, organisation when the
    organisation set it itself.
    """

    length: Annotated[str, Field(pattern=rf"^{_LENGTH.pattern}$", min_length=3)]
    source: Annotated[str, Field(min_length=1)]
    status: Status

    def after(self, start: date) -> date:
        """The day this long after `start`.

        Where that month has no such day, its last one: a term never ends later than the law says. Beyond
        the calendar's end, its last day.
        """
        found = _LENGTH.fullmatch(self.length)
        years, months, days = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
        month = start.month - 1 + months
        year, month = start.year + years + month // _MONTHS, month % _MONTHS + 1
        try:
            day = min(start.day, calendar.monthrange(year, month)[1])
            return date(year, month, day) + timedelta(days=days)
        except (ValueError, OverflowError):
            return date.max

    def ends_after(self, other: Period) -> bool:
        """Whether it ends later than another that starts on the same day."""
        return self.after(_ANY_DAY) > other.after(_ANY_DAY)

    @property
    def is_nothing(self) -> bool:
        """Whether it ends on the day it starts."""
        return self.after(_ANY_DAY) == _ANY_DAY


class Profile(Strict):
    """How long one kind of organisation keeps its cases.

    clock: the day the term runs from: the first processing, the latest change, or the closing. hidden: from
    then on only whoever watches over privacy may look. erased: then the case goes. idle: an open case that
    nobody touched for so long is asked about. working_copy: whether a case goes after a confirmed hand-over,
    `handed_over` later. remind: how long before.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    clock: ClockStart
    hidden: Period | None = None
    erased: Period
    idle: Period
    working_copy: bool
    handed_over: Period
    remind: Period

    @model_validator(mode="after")
    def _terms_make_sense(self) -> Self:
        if any(term.is_nothing for term in (self.erased, self.idle, self.hidden) if term):
            raise ValueError("a term is longer than nothing")
        if self.hidden is not None and self.hidden.ends_after(self.erased):
            raise ValueError("a case is hidden before it is erased, not after")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """What happened to a case, as days. start: where people set another start of the clock."""

    opened: date
    touched: date
    closed: date | None = None
    handed_over: date | None = None
    start: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What people set for a case. working_copy: None leaves it to the profile. held: not to be erased."""

    working_copy: bool | None = None
    keep_until: date | None = None
    held: bool = False


class Stage(Enum):
    """Where a case stands on one day, in the order of urgency."""

    KEPT = "kept"
    IDLE = "idle"
    REMIND = "remind"
    HIDDEN = "hidden"
    HELD = "held"
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class Due:
    """The days of one case; None: not on any day as things stand.

    clock: the day the term runs from; None while the case is open and the profile counts from closing.
    why: what sets `erase_on`: term, working_copy, keep_until, or not_started.
    """

    clock: date | None
    idle_on: date | None
    remind_on: date | None
    hide_on: date | None
    erase_on: date | None
    why: Literal["term", "working_copy", "keep_until", "not_started"]
    held: bool

    def stage(self, today: date) -> Stage:
        """Where the case stands on a day."""
        if _reached(self.erase_on, today):
            return Stage.HELD if self.held else Stage.ERASE
        if _reached(self.hide_on, today):
            return Stage.HIDDEN
        if _reached(self.remind_on, today):
            return Stage.REMIND
        return Stage.IDLE if _reached(self.idle_on, today) else Stage.KEPT


def due(profile: Profile, moments: Moments, choices: Choices) -> Due:
    """The days of one case by its profile and what people set for it."""
    clock = moments.start or _clock(profile, moments)
    erase_on, why = _erase_on(profile, moments, choices, clock)
    hide_on = profile.hidden.after(clock) if profile.hidden and clock else None
    if hide_on and erase_on and hide_on >= erase_on:
        hide_on = None
    return Due(
        clock=clock,
        idle_on=profile.idle.after(moments.touched) if moments.closed is None else None,
        remind_on=_ahead(profile.remind, erase_on) if erase_on else None,
        hide_on=hide_on,
        erase_on=erase_on,
        why=why,
        held=choices.held,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What is known of a working copy beside its days.

    as_confirmed: nothing was added or changed since the hand-over that the receiver confirmed. restricted: it
    opens only with a reason. said_on: the day on which people were first told that it goes on its day; None:
    not yet, or too long ago (`still_said`).
    """

    as_confirmed: bool
    restricted: bool
    said_on: date | None


def goes_on(due: Due, copy: Copy, today: date) -> date | None:
    """The day from which the program itself erases a case; None: people decide.

    Only what the receiver has, whole, goes by itself. And never on the day on which that is first said: who
    opens an old vault has a day to say no (a hold, or no working copy).
    """
    if due.erase_on is None or due.why != "working_copy":
        return None
    if due.held or copy.restricted or not copy.as_confirmed:
        return None
    return max(due.erase_on, (copy.said_on or today) + timedelta(days=1))


def still_said(looked_on: date, today: date) -> bool:
    """Whether what was said when people last looked still counts as said."""
    return today - looked_on <= ABSENCE


def _clock(profile: Profile, moments: Moments) -> date | None:
    return {"opened": moments.opened, "touched": moments.touched, "closed": moments.closed}[profile.clock]


def _erase_on(
    profile: Profile, moments: Moments, choices: Choices, clock: date | None
) -> tuple[date | None, Literal["term", "working_copy", "keep_until", "not_started"]]:
    if choices.keep_until is not None:
        return choices.keep_until, "keep_until"
    term = profile.erased.after(clock) if clock else None
    working_copy = profile.working_copy if choices.working_copy is None else choices.working_copy
    if working_copy and moments.handed_over is not None:
        gone = profile.handed_over.after(moments.handed_over)
        if term is None or gone < term:
            return gone, "working_copy"
    return (term, "term") if term else (None, "not_started")


def _ahead(remind: Period, day: date) -> date:
    """The reminder's day: as long before `day` as the period is from it."""
    try:
        return day - (remind.after(day) - day)
    except OverflowError:
        return date.min


def _reached(day: date | None, today: date) -> bool:
    return day is not None and today >= day
