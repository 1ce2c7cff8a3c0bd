"""The questions of one section, made from the instrument."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from borg_triage.domain.instrument import SOURCES, Item
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.navigation import Place, entries, section_title
from borg_triage.ui.widgets.answer_row import AnswerRow
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    Column,
    FlowRow,
    Heading,
    Notice,
    OneLine,
    PrimaryButton,
    QuietButton,
    Rule,
    ScrollPage,
    Select,
)

_DRAFT = "questions"


class Page(ScrollPage):
    """section: whose questions. item: the question to start at, else the first that is open."""

    def __init__(self, ctx: Context, section: str, item: str = "") -> None:
        self._ctx, self._section, self._item = ctx, section, item
        self.neutral = ctx.neutral
        if self.neutral:
            super().__init__(section_title(ctx, section, neutral=True))
        else:
            super().__init__(ctx.t(f"section.{section}.title"), ctx.t(f"section.{section}.intro"))
            self._add_talk()
            self._add_source()
        self.rows: dict[str, AnswerRow] = {}
        items = ctx.flow.items(section, neutral=self.neutral)
        for number, group in groupby(items, key=lambda one: one.number):
            self.add(self._card(None if self.neutral else number, list(group)))
        self._add_next()

    # ------------------------------------------------------------ building

    def _add_talk(self) -> None:
        """Say beforehand whether a reassuring answer can count in this talk."""
        ctx, talk = self._ctx, self._ctx.talk
        if talk is not None and talk.separate == "yes":
            return
        which = "none" if talk is None else "overheard"
        describe = QuietButton(ctx.t("questions.talk.describe"), lambda: ctx.go("interview"), icon="speech")
        notice = Notice("", "", "attention")
        ink = theme.current().kind("attention").ink
        notice.column.add(OneLine(Body(ctx.t(f"questions.talk.{which}"), tone=ink), describe))
        self.add(notice)

    def _add_source(self) -> None:
        """Whose answers these are: one choice for the whole page."""
        ctx = self._ctx
        options = [("", ctx.t("questions.source.usual"))]
        options += [(one, ctx.t(f"source.{one}")) for one in SOURCES]
        self.source = Select(options, self._chosen_source())
        self.source.chosen.connect(self._choose_source)
        label = Body(ctx.t("questions.source"))
        label.setBuddy(self.source)
        self.source.setAccessibleName(label.text())
        self.add(OneLine(label, self.source))

    def _chosen_source(self) -> str:
        return self._ctx.drafts.get(_DRAFT, {}).get("source", "")

    def _choose_source(self, source: str) -> None:
        self._ctx.drafts[_DRAFT] = {"source": source}
        QTimer.singleShot(0, self, lambda: self._ctx.go("questions", section=self._section))

    def _card(self, number: int | None, items: list[Item]) -> QWidget:
        if number is None:
            return Column(*(Card(self._row(item), padding="l") for item in items), gap="l")
        ctx = self._ctx
        card = Card(gap="l", padding="l")
        heading = ctx.t("questions.number", number=number, name=ctx.t(f"number.{number}"))
        card.add(Heading(heading, 2))
        if all(item.added for item in items):
            card.add(Body(ctx.t("number.added_note"), tone="muted", size="small"))
        for item in items:
            card.add(Rule())
            card.add(self._row(item))
        return card

    def _row(self, item: Item) -> AnswerRow:
        source = "" if self.neutral else self._chosen_source()
        row = AnswerRow(self._ctx, item, self._answered, self._move, source=source, neutral=self.neutral)
        self.rows[item.id] = row
        return row

    def _add_next(self) -> None:
        ctx = self._ctx
        places = [entry.place for entry in entries(ctx)]
        here = Place("questions", self._section)
        if here in places and places.index(here) + 1 < len(places):
            after = places[places.index(here) + 1]
            self.next = PrimaryButton(
                ctx.t("questions.next"), lambda: ctx.go(after.page, **after.args), icon="arrow_right"
            )
            self.add(FlowRow(self.next))

    # ------------------------------------------------------------ while answering

    def begin(self) -> None:
        """Where the keyboard starts: the question asked for, else the first without an answer."""
        if not self.rows:
            return
        row = self.rows.get(self._item) or self._first_open() or next(iter(self.rows.values()))
        row.focus()
        if row is next(iter(self.rows.values())):
            self.verticalScrollBar().setValue(0)
        else:
            self._show(row)

    def state(self) -> dict[str, Any]:
        """What to build it from again: the question that has the keyboard."""
        focused = QApplication.focusWidget() or self
        here = next((name for name, row in self.rows.items() if row.isAncestorOf(focused)), "")
        return {"item": here}

    def _first_open(self) -> AnswerRow | None:
        view, flow = self._ctx.opened.view, self._ctx.flow
        return next((row for row in self.rows.values() if not flow.is_answered(row.item, view)), None)

    def _answered(self) -> None:
        """One answer can change how others count, and open others."""
        for row in self.rows.values():
            row.refresh()
        self._ctx.changed()

    def _move(self, row: AnswerRow, by: int) -> None:
        rows = list(self.rows.values())
        place = rows.index(row) + by
        if 0 <= place < len(rows):
            rows[place].focus()
            self._show(rows[place])

    def _show(self, row: QWidget) -> None:
        """Bring a whole row into view where it fits, its start where it does not."""
        top = row.mapTo(self, row.rect().topLeft()).y() + self.verticalScrollBar().value()
        room = self.viewport().height()
        bar = self.verticalScrollBar()
        if top < bar.value() or row.height() >= room:
            bar.setValue(top - room // 12)
        elif top + row.height() > bar.value() + room:
            bar.setValue(top + row.height() - room + room // 12)
