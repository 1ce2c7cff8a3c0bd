"""Which items a paper puts where: data of resources/papers, checked against the instrument."""

from __future__ import annotations

from collections.abc import Iterator

from borg_triage.domain.conditions import Strict
from borg_triage.domain.errors import InstrumentError
from borg_triage.domain.instrument import Instrument, UserGroup


class Front(Strict):
    """The items of page 1. `alarm`: named in the banner when they count in their worse sense."""

    alarm: tuple[str, ...]
    flags: tuple[str, ...]
    in_danger: tuple[str, ...]
    reach: tuple[str, ...]
    weapons: tuple[str, ...]
    always_asked: tuple[str, ...]
    done: tuple[str, ...]


class LeftOut(Strict):
    """What stays off the paper unless ticked.

    whereabouts_notes: items whose notes may tell where the possible victim is. reporter_sources: sources
    whose notes may tell who reported. *_details: fields of events that may do so.
    """

    whereabouts_notes: tuple[str, ...]
    whereabouts_details: tuple[str, ...]
    reporter_sources: tuple[str, ...]
    reporter_details: tuple[str, ...]


class PaperLayout(Strict):
    """One variant of the paper.

    group: the user group it is written for. he_may_see: the possible perpetrator or a lawyer may come to
    see it. ticks: which option lets in what a `withheld` rule of the instrument keeps out.
    """

    id: str
    group: UserGroup
    he_may_see: bool
    front: Front
    timeline: tuple[str, ...]
    left_out: LeftOut
    ticks: dict[str, str]

    def check(self, instrument: Instrument) -> None:
        """Raise InstrumentError when an item, section or rule named here is not the instrument's."""
        groups = {f"section.{section.id}" for section in instrument.sections}
        rules = {rule.id for rule in instrument.withheld}
        for name in self._named():
            if name not in instrument.item and name not in groups:
                raise InstrumentError("paper.error.layout", file=f"{self.id}.toml", problem=name)
        for rule in self.ticks:
            if rule not in rules:
                raise InstrumentError("paper.error.layout", file=f"{self.id}.toml", problem=rule)

    def _named(self) -> Iterator[str]:
        front = self.front
        for names in (front.alarm, front.flags, front.in_danger, front.reach, front.weapons):
            yield from names
        yield from front.always_asked
        yield from self.timeline
        yield from self.left_out.whereabouts_notes
