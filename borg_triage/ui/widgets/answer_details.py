"""What belongs to an answer: whose words, which day, a note; and why the question is asked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit

from borg_triage.domain.instrument import SOURCES, Instrument, Item
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import (
    Body,
    Column,
    Field,
    FlowRow,
    SecondaryButton,
    Select,
)
from borg_triage.ui.widgets.fields import DayEdit


class AnswerDetails(Column):
    """Source, day and note of the next answer. amend: called to give them to the answer of just now."""

    def __init__(self, ctx: Context, source: str, amend: Callable[[], object]) -> None:
        super().__init__(gap="m")
        self._ctx = ctx
        self.source = Select([(one, ctx.t(f"source.{one}")) for one in SOURCES], source)
        self.day = DayEdit(ctx.opened.view.today, ctx.t("day.hint"))
        self.note = QLineEdit()
        self.note.setMaxLength(1000)
        self.keep = SecondaryButton(ctx.t("answer.details.keep"), amend)
        self.add(Field(ctx.t("answer.source"), self.source))
        self.add(Field(ctx.t("answer.day"), self.day))
        self.add(Field(ctx.t("answer.note"), self.note, ctx.t("answer.note.hint")))
        self.add(FlowRow(self.keep, gap=theme.current().space("s")))
        self.said = self.add(Body("", tone="muted", size="small"))
        self.said.hide()
        self.add(Body(ctx.t("answer.details.hint"), tone="muted", size="small"))

    def done(self) -> None:
        """The answer was stored with these details."""
        self.said.setText(self._ctx.t("answer.details.kept"))
        self.said.show()


class WhyAsked(Column):
    """When to say yes, why it matters, and where that comes from."""

    def __init__(self, ctx: Context, item: Item) -> None:
        super().__init__(gap="s")
        self.add(Body(ctx.t(f"item.{item.id}.help")))
        self.add(Body(ctx.t(f"item.{item.id}.why")))
        for line in source_lines(ctx.opened.ready.instrument, item):
            self.add(Body(ctx.t("answer.why.source", source=line), tone="muted", size="small"))


def source_lines(instrument: Instrument, item: Item) -> list[str]:
    """The sources of an item: title, year, and the place in it."""
    known = {reference.id: reference for reference in instrument.references}
    lines = []
    for cited in item.sources:
        name, _, place = cited.partition(":")
        reference = known[name]
        line = f"{reference.title} ({reference.year})"
        lines.append(f"{line}, {place.strip()}" if place else line)
    return lines
