"""What of a case its paper does not tell: once the case is erased, it may stand nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

from borg_triage.domain.case import Recorded
from borg_triage.report.context import Making
from borg_triage.report.model import Withheld


def withheld(making: Making) -> Withheld:
    """What stays off the paper of this case. Not what may be left out: what there is, and is left out."""
    return Withheld(any(_words(making)), frozenset(_names(making)))


def _words(making: Making) -> Iterator[bool]:
    discretion, view = making.discretion, making.view
    for entry in view.recorded:
        yield _hides(making, entry)
    for event in view.events:
        yield any(discretion.hides_detail(name) for name, value in event.details.items() if value.strip())
    if not discretion.reporter_shown:
        # Who signed with somebody stands in the case alone; who did something stands in the log as well.
        yield any(override.second_person.strip() for override in view.overrides)


def _hides(making: Making, entry: Recorded) -> bool:
    item, said = entry.item, entry.observation
    # Of what was withdrawn the paper tells how much, not what; an item that is no more has no place on it.
    if entry.retracted or item not in making.instrument.item or item in making.discretion.items:
        return True
    if not said.note.strip():
        return False
    # What was not asked stands there by name alone.
    return making.discretion.hides_note(item, said.source) or not making.standings.of(item).asked


def _names(making: Making) -> Iterator[str]:
    view = making.view
    if view.judgement is not None:
        yield view.judgement.by
    if not making.discretion.reporter_shown:
        yield view.opened_by
        yield from (entry.recorded_by for entry in view.recorded)
        yield from (event.by for event in view.events)
        yield from (override.by for override in view.overrides)
