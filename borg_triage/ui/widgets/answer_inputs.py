"""The control of each kind of item: yes or no, a list, a date; and the sub-questions of a block."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from borg_triage.domain.instrument import Item
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Column, FlowRow, SecondaryButton
from borg_triage.ui.widgets.fields import DayEdit, RadioRows
from borg_triage.ui.widgets.segments import Segments

YES_NO = ("yes", "no", "unknown", "declined")
_ABSENT = ("unknown", "declined")


class AnswerInput(Column):
    """given: an answer was chosen (the value). `put` shows what is stored; `target` takes the keyboard."""

    given = Signal(str)

    def put(self, value: str | None) -> None:
        """Show this as the stored answer, or none."""
        raise NotImplementedError

    def target(self) -> QWidget:
        """What takes the keyboard."""
        raise NotImplementedError

    def step(self, by: int) -> None:
        """Arrow left or right."""


class YesNoInput(AnswerInput):
    """Yes, no, does not know, does not want to say."""

    def __init__(self, ctx: Context, question: str, target: int = theme.TARGET) -> None:
        super().__init__()
        self.segments = Segments([(v, ctx.t(f"value.{v}")) for v in YES_NO], question, target=target)
        self.segments.pressed.connect(self.given.emit)
        self.add(self.segments)

    def put(self, value: str | None) -> None:
        """Show the stored answer."""
        self.segments.choose(value)

    def target(self) -> QWidget:
        """The stored answer, else the first."""
        return self.segments.focus_target()

    def step(self, by: int) -> None:
        """To the neighbour."""
        self.segments.step(by)


class ChoiceInput(AnswerInput):
    """One of a list, from light to grave, or no answer."""

    def __init__(self, ctx: Context, item: Item, question: str) -> None:
        super().__init__()
        options = [(value, ctx.t(f"item.{item.id}.value.{value}")) for value in item.values]
        options += [(value, ctx.t(f"value.{value}")) for value in _ABSENT]
        self.rows = RadioRows(options, None, question)
        self.rows.chosen.connect(self.given.emit)
        self.add(self.rows)
        self._stored: str | None = None

    def put(self, value: str | None) -> None:
        """Show the stored answer."""
        self.rows.choose(value)

    def target(self) -> QWidget:
        """The stored answer, else the first."""
        value = self.rows.value()
        return self.rows.rows[value] if value else next(iter(self.rows.rows.values()))


class DateInput(AnswerInput):
    """A day, ahead too; or not known."""

    def __init__(self, ctx: Context, question: str) -> None:
        super().__init__(gap="s")
        self.day = DayEdit(None, ctx.t("day.hint"), question)
        self.keep = SecondaryButton(ctx.t("day.keep"), self._keep)
        self.add(FlowRow(self.day, self.keep, gap=theme.current().space("s")))
        self.segments = Segments([(v, ctx.t(f"value.{v}")) for v in _ABSENT], question)
        self.segments.pressed.connect(self.given.emit)
        self.add(self.segments)
        self.fault = self.add(Body(ctx.t("day.wrong")))
        self.fault.hide()
        self.day.returnPressed.connect(self._keep)

    def put(self, value: str | None) -> None:
        """Show the stored day or lack of one."""
        absent = value in _ABSENT
        self.segments.choose(value if absent else None)
        self.day.put(date.fromisoformat(value) if value and not absent and value != "not_asked" else None)

    def target(self) -> QWidget:
        """The field."""
        return self.day

    def _keep(self) -> None:
        day = self.day.day()
        self.fault.setVisible(day is None)
        if day is not None:
            self.given.emit(day.isoformat())


class Parts(Column):
    """Sub-questions that write the block's answer: one yes is yes, all no is no, all asked else unknown.

    answers: what was answered so far, by part; kept by the caller, since one part alone stores nothing.
    given: called with the block's answer and the parts that it rests on; says whether that was stored.
    """

    def __init__(
        self,
        ctx: Context,
        item: Item,
        answers: dict[str, str],
        given: Callable[[str, tuple[str, ...]], bool],
    ) -> None:
        super().__init__(gap="m")
        self._answers, self._parts, self._given = answers, item.parts, given
        self.add(Body(ctx.t("parts.intro"), tone="muted", size="small"))
        self.segments: dict[str, Segments] = {}
        for part in item.parts:
            text = ctx.t(f"item.{item.id}.part.{part}")
            options = [(value, ctx.t(f"value.{value}")) for value in ("yes", "no", "unknown")]
            segments = Segments(options, text, value=answers.get(part))
            segments.pressed.connect(lambda value, part=part: self._press(part, value))
            self.segments[part] = segments
            self.add(Column(Body(text), segments, gap="xs"))

    def refresh(self) -> None:
        """Show what was answered so far."""
        for part, segments in self.segments.items():
            segments.choose(self._answers.get(part))

    def _press(self, part: str, value: str) -> None:
        before = dict(self._answers)
        self._answers[part] = value
        stored = False
        try:
            stored = self._write(part, value, before.get(part))
        finally:
            if not stored:
                self._answers.clear()
                self._answers.update(before)
            self.refresh()

    def _write(self, part: str, value: str, before: str | None) -> bool:
        """Write what follows for the block; true when nothing follows yet."""
        if value == "yes" and before != "yes":
            return self._given("yes", (part,))
        if "yes" in self._answers.values() or not all(name in self._answers for name in self._parts):
            return True
        every_no = set(self._answers.values()) == {"no"}
        return self._given("no" if every_no else "unknown", self._parts)
