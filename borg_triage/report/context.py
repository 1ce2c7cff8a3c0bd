"""Everything the parts of a paper are built from, handed down together."""

from __future__ import annotations

from dataclasses import dataclass

from borg_triage.domain.assessment import Assessment
from borg_triage.domain.case import CaseEvent, CaseView
from borg_triage.domain.instrument import ABSENT, Instrument
from borg_triage.report.discretion import Discretion
from borg_triage.report.layout import PaperLayout
from borg_triage.report.model import Line, Run
from borg_triage.report.options import Contact, PaperOptions
from borg_triage.report.proof import ProofWords
from borg_triage.report.standing import Standings, Statement
from borg_triage.report.words import Words, clean, line, quiet, quote

_SEEN = {"staff": "standing.observed", "record": "standing.on_record"}


@dataclass(frozen=True)
class Making:
    """One paper in the making."""

    view: CaseView
    options: PaperOptions
    layout: PaperLayout
    instrument: Instrument
    words: Words
    contact: Contact
    discretion: Discretion
    standings: Standings
    proof: ProofWords

    @property
    def result(self) -> Assessment:
        """The case's assessment."""
        return self.view.assessment

    @property
    def pseudonym(self) -> str:
        """The case's name, fit to set."""
        return clean(self.view.pseudonym)

    def what_to_do(self) -> str:
        """What the reader's own group does with this case; empty where the texts have nothing.

        A parallel track that says it (a minor is reported today) goes before the route.
        """
        for outcome in (self.view.level, *self.result.routes.also, self.result.routes.primary):
            key = f"what.{outcome}.{self.layout.group}"
            if self.words.has(key):
                return self.words.t(key)
        return ""

    def level_range(self) -> str:
        """Level at best and at worst, in one sentence."""
        level = self.result.level
        if level.lower == level.upper:
            return self.words.t("paper.range.settled")
        return self.words.t(
            "paper.range",
            lower=self.words.t(f"level.{level.lower}.label"),
            upper=self.words.t(f"level.{level.upper}.label"),
        )

    def said(self, said: Statement) -> Line:
        """One statement: its standing, by whom, when, whether overheard, and the words noted."""
        words = self.words
        parts: list[str | Run] = []
        when = words.short_day(said.on)
        if said.value in ABSENT:
            parts.append(f"{words.t(f'standing.{said.value}')}: {words.by(said.source)}, {when}")
        elif said.source in _SEEN:
            parts.append(f"{words.t(_SEEN[said.source])}, {when}")
        else:
            parts.append(f"{words.t('standing.stated')}: {words.by(said.source)}, {when}")
        if said.overheard:
            parts.append(f", {words.t('paper.overheard')}")
        if said.note:
            parts += [". ", quote(said.note)]
        elif said.note_hidden:
            parts += [" ", quiet(words.t("paper.note_left_out"))]
        return line(*parts)

    def done(self, event: CaseEvent) -> str:
        """What was done, with the fields that may be shown."""
        words = self.words
        named = f"paper.event.{event.kind}"
        fields = [
            self._field(name, clean(value))
            for name, value in event.details.items()
            if value.strip() and not self.discretion.hides_detail(name)
        ]
        text = words.t(named if words.has(named) else "paper.event.other")
        if self.discretion.reporter_shown:
            fields.append(words.t("paper.recorded_by", who=clean(event.by)))
        return f"{text}: {'; '.join(fields)}" if fields else text

    def _field(self, name: str, value: str) -> str:
        """A field of an event: its name where it has one, and its value in words where it is one of ours."""
        words = self.words
        ours = (f"paper.detail.{name}.{value}", f"destination.{value}.name", f"value.{value}.short")
        text = next((words.t(key) for key in ours if words.has(key)), value)
        label = f"paper.detail.{name}"
        return words.t(label, text=text) if words.has(label) else text
