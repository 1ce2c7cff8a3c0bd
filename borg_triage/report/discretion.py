"""What stays off one paper: decided in one place, asked by everything that writes a line."""

from __future__ import annotations

from borg_triage.domain.case import CaseView
from borg_triage.domain.instrument import Instrument
from borg_triage.report.layout import PaperLayout
from borg_triage.report.options import PaperOptions


class Discretion:
    """The choices of one recipient, applied to one case."""

    def __init__(
        self, view: CaseView, options: PaperOptions, layout: PaperLayout, instrument: Instrument
    ) -> None:
        self._left_out = layout.left_out
        self._whereabouts = options.include_whereabouts
        self.reporter_shown = options.include_reporter
        self._whereabouts_items = frozenset(instrument.expand(layout.left_out.whereabouts_notes))
        self.rules = tuple(
            rule.id
            for rule in instrument.withheld
            if rule.id in view.assessment.routes.withheld and not _let_in(rule.id, options, layout)
        )
        self.items = frozenset(
            item
            for rule in instrument.withheld
            if rule.id in self.rules
            for item in instrument.expand(rule.items)
        )

    def hides_note(self, item: str, source: str) -> bool:
        """Whether the words noted with a statement stay off the paper."""
        if not self._whereabouts and item in self._whereabouts_items:
            return True
        return not self.reporter_shown and source in self._left_out.reporter_sources

    def hides_detail(self, name: str) -> bool:
        """Whether a field of an event stays off the paper."""
        if not self._whereabouts and name in self._left_out.whereabouts_details:
            return True
        return not self.reporter_shown and name in self._left_out.reporter_details

    def shown(self, items: tuple[str, ...]) -> tuple[str, ...]:
        """The items that may stand on the paper."""
        return tuple(item for item in items if item not in self.items)

    @property
    def named(self) -> tuple[str, ...]:
        """What is left out, by key, for the reader to know what to ask for."""
        fixed = {"whereabouts": not self._whereabouts, "reporter": not self.reporter_shown}
        return (*(name for name, out in fixed.items() if out), *self.rules)


def _let_in(rule: str, options: PaperOptions, layout: PaperLayout) -> bool:
    ticked = getattr(options, layout.ticks[rule]) if rule in layout.ticks else None
    return not layout.he_may_see if ticked is None else bool(ticked)
