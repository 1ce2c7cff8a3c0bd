"""What comes of a working copy, in words: said before one chooses it or confirms an arrival, and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from borg_triage.app.working_copies import Fate, fate, fate_if, is_copy
from borg_triage.text import formats
from borg_triage.ui.context import Context

if TYPE_CHECKING:
    from datetime import date

    from borg_triage.app.retention import DueCase


def why(ctx: Context, case: DueCase, its_fate: Fate | None) -> str:
    """What sets the day of a case; of a working copy: whether the program erases it, or people decide."""
    day = case.due.erase_on
    if is_copy(case) and its_fate is not None and (its_fate.on or its_fate.why):
        key = f"retention.copy.{its_fate.why or 'goes'}"
        return ctx.t(key, day=_day(ctx, its_fate.on or day))
    return ctx.t(f"retention.why.{case.due.why}", day=_day(ctx, day))


def open_fate(ctx: Context, case: DueCase) -> Fate | None:
    """What comes of the open case, if it is a working copy; None too while the clock is in doubt."""
    session = ctx.opened.session
    if not is_copy(case) or session.vault.clock_doubt() is not None:
        return None
    return fate(session.vault, case, session.today())


def if_confirmed(ctx: Context) -> str:
    """What follows for a working copy when one now says that the hand-over arrived; "" where nothing does."""
    case = ctx.opened
    then = fate_if(case.session.vault, case.id, case.session.now(), arrived=True)
    return "" if then is None else _then(ctx, "confirm", *then)


def if_chosen(ctx: Context) -> str:
    """What follows when one now makes a working copy of a case that arrived; "" where it did not."""
    case = ctx.opened
    then = fate_if(case.session.vault, case.id, case.session.now(), chosen=True)
    return "" if then is None else _then(ctx, "choose", *then)


def _then(ctx: Context, what: str, due: date, then: Fate) -> str:
    return ctx.t(f"file.keeping.{what}.{then.why or 'goes'}", day=_day(ctx, then.on or due))


def _day(ctx: Context, day: date | None) -> str:
    return formats.day(day, ctx.language) if day is not None else ""
