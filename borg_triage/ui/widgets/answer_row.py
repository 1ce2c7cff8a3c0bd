"""One question of a page: what to ask, the answers, what counts now, and what was said before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from borg_triage.domain.case import Recorded
from borg_triage.domain.errors import BorgTriageError
from borg_triage.domain.instrument import Item
from borg_triage.domain.item_state import ItemState, item_state
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.errors import not_all_stored, not_stored
from borg_triage.ui.widgets.answer_details import AnswerDetails, WhyAsked
from borg_triage.ui.widgets.answer_inputs import (
    YES_NO,
    AnswerInput,
    ChoiceInput,
    DateInput,
    Parts,
    YesNoInput,
)
from borg_triage.ui.widgets.basics import Badge, Body, Column, FlowRow, Notice, OneLine, clear
from borg_triage.ui.widgets.buttons import Disclosures
from borg_triage.ui.widgets.fields import RadioRow
from borg_triage.ui.widgets.sayings import saying_line, side_by_side, value_text, withdraw_button
from borg_triage.ui.widgets.segments import AnswerButton

_STEPS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_MOVES: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class AnswerRow(Column):
    """stored: called when an answer was stored. move: called with -1 or 1 to go to the row above or below.

    source: whose words the page is set to, "" for the usual source of each item. neutral: the partner looks
    on, so nothing but the name of the item and the answers shows.
    """

    def __init__(
        self,
        ctx: Context,
        item: Item,
        stored: Callable[[], object],
        move: Callable[[AnswerRow, int], object],
        *,
        source: str = "",
        neutral: bool = False,
    ) -> None:
        super().__init__(gap="s")
        self.ctx, self.item = ctx, item
        self._stored, self._move, self.neutral = stored, move, neutral
        self._keys = {ctx.t(f"answer.key.{value}").casefold(): value for value in YES_NO}
        self._shown: Any = None
        self.label = ctx.t(f"item.{item.id}.label")
        self.setAccessibleName(self.label)
        self.marks = self.add(FlowRow(gap=theme.current().space("xs")))
        self.add(Body(self.label, size="h3", bold=True))
        if not neutral:
            self.add(Body(ctx.t("answer.ask", text=ctx.t(f"item.{item.id}.ask"))))
        self.input = self.add(_input(ctx, item, self.label))
        self.input.given.connect(self.give)
        self.details: AnswerDetails | None = None
        self._usual = source or ctx.opened.ready.instrument.default_source(item)
        self.standing = self.add(Column(gap="s"))
        self.parts: Parts | None = None
        self.more = self.add(Disclosures())
        if not neutral:
            self._add_more()
        self.refresh()

    # ------------------------------------------------------------ answering

    def give(self, value: str) -> bool:
        """Store an answer with the details as they are set; tells whether it was stored."""
        return self._change(lambda: self._answer(value, self._note()), not_stored)

    def amend(self) -> None:
        """Store the last own answer of today again with the details as they are now, and withdraw the old."""
        last = self._own_last(item_state(self.ctx.opened.ready.instrument, self.ctx.opened.view, self.item))
        if last is None:
            return
        # The new one is stored first: it can be there while the old one is not withdrawn.
        if self._change(lambda: self._replace(last), not_all_stored) and self.details is not None:
            self.details.done()

    def withdraw(self, seq: int) -> None:
        """Withdraw an observation as a mistake."""
        self._change(lambda: self.ctx.opened.withdraw(seq))

    def _answer(self, value: str, note: str) -> None:
        talk, details, source = self.ctx.talk, self.details, self.source()
        if details is not None and details.day.is_wrong():
            raise BorgTriageError("day.wrong")
        self.ctx.opened.answer(
            self.item.id,
            value,
            source=source,
            overheard=talk.overheard(source) if talk is not None else None,
            on=self.day(),
            note=note,
        )
        if details is not None:
            details.note.clear()

    def source(self) -> str:
        """Whose words the next answer is."""
        return self.details.source.value() if self.details is not None else self._usual

    def day(self) -> date:
        """The day on which the next answer was given."""
        today = self.ctx.opened.view.today
        return (self.details.day.day() or today) if self.details is not None else today

    def _note(self) -> str:
        return self.details.note.text().strip() if self.details is not None else ""

    def _replace(self, last: Recorded) -> None:
        self._answer(last.observation.value, self._note())
        self.ctx.opened.withdraw(last.seq)

    def _change(
        self,
        change: Callable[[], object],
        said: Callable[[BorgTriageError], BorgTriageError] = lambda error: error,
    ) -> bool:
        """Do it; whatever happens, show what is really stored then. said: how an error is told."""
        try:
            change()
        except BorgTriageError as error:
            self.ctx.fail(said(error))
            return False
        finally:
            self.refresh()
        self._stored()
        return True

    def _parts(self) -> Parts:
        def given(value: str, parts: tuple[str, ...]) -> bool:
            names = "; ".join(self.ctx.t(f"item.{self.item.id}.part.{part}") for part in parts)
            note = self.ctx.t(f"parts.note.{value}", parts=names)
            return self._change(lambda: self._answer(value, note), not_stored)

        self.parts = Parts(self.ctx, self.item, self._part_answers(), given)
        return self.parts

    def _part_answers(self) -> dict[str, str]:
        return self.ctx.drafts.setdefault(f"parts:{self.item.id}", {})

    # ------------------------------------------------------------ showing

    def refresh(self) -> None:
        """Show how the item stands now; cheap where nothing changed."""
        view, instrument = self.ctx.opened.view, self.ctx.opened.ready.instrument
        state = item_state(instrument, view, self.item)
        last = self._own_last(state)
        self.input.put(last.observation.value if last is not None else self._standing_value(state))
        asked_on = self.item.id in self.ctx.flow.ask_on(view.assessment)
        shown = (state, asked_on)
        if shown != self._shown:
            self._shown = shown
            self._show_marks(asked_on)
            self._show_standing(state)
            if self.details is not None:
                self.details.keep.setEnabled(last is not None)

    def _own_last(self, state: ItemState) -> Recorded | None:
        """What this worker recorded last on this item today, of the source that is set."""
        ctx = self.ctx
        own = [
            entry
            for entry in state.said
            if entry.observation.source == self.source()
            and entry.observation.on == ctx.opened.view.today
            and entry.recorded_by == ctx.opened.session.worker
        ]
        return own[-1] if own else None

    def _standing_value(self, state: ItemState) -> str | None:
        """Without an answer of one's own today: the newest of the same source, unless it has run out."""
        if state.why in {"stale", "longer_ago"}:
            return None
        same = [entry for entry in state.said if entry.observation.source == self.source()]
        return same[-1].observation.value if same else None

    def _show_marks(self, asked_on: bool) -> None:
        self.marks.empty()
        marks = [
            (asked_on, "ask_on", "attention"),
            (self.item.added, "added", "neutral"),
            (self.item.own, "own", "neutral"),
            (self.item.recorded, "recorded", "neutral"),
        ]
        wanted = [] if self.neutral else [mark for mark in marks if mark[0]]
        for _, key, kind in wanted:
            self.marks.add(Badge(self.ctx.t(f"mark.{key}"), kind))
        self.marks.setVisible(bool(wanted))

    def _show_standing(self, state: ItemState) -> None:
        clear(self.standing.body)
        self.standing.setVisible(bool(state.said) or state.value is not None)
        if self.neutral:
            self._show_last(state)
            return
        ctx = self.ctx
        if state.said or state.value is not None:
            self.standing.add(_counts(ctx, self.item, state))
        if len(state.said) > 1:
            if state.differ:
                self.standing.add(Body(ctx.t("saying.differ"), bold=True, size="small"))
            self.standing.add(side_by_side(ctx, self.item, state.said, self.withdraw))
        else:
            self._show_last(state)

    def _show_last(self, state: ItemState) -> None:
        """A single answer: one line, and the way to take it back; the latter alone when neutral."""
        for entry in state.said[-1:]:
            if self.neutral:
                self.standing.add(FlowRow(withdraw_button(self.ctx, self.item, entry, self.withdraw)))
                continue
            line = Body(saying_line(self.ctx, self.ctx.opened.view, entry), tone="muted", size="small")
            note = entry.observation.note
            if note:
                line.setText(f"{line.text()} · {note}")
            button = withdraw_button(self.ctx, self.item, entry, self.withdraw)
            self.standing.add(OneLine(line, button))

    def _add_more(self) -> None:
        """Buttons that open the sub-questions, the details, and why it is asked."""
        ctx, more, item = self.ctx, self.more, self.item
        if item.parts:
            opened = bool(self._part_answers())
            more.offer(ctx.t("parts.title"), self._parts, ctx.t("parts.name", item=self.label), opened=opened)
        name = ctx.t("answer.details.name", item=self.label)
        self.details_button = more.offer(ctx.t("answer.details"), self._make_details, name)
        name = ctx.t("answer.why.name", item=self.label)
        self.why_button = more.offer(ctx.t("answer.why"), lambda: WhyAsked(ctx, item), name)

    def _make_details(self) -> AnswerDetails:
        self.details = AnswerDetails(self.ctx, self._usual, self.amend)
        state = item_state(self.ctx.opened.ready.instrument, self.ctx.opened.view, self.item)
        self.details.keep.setEnabled(self._own_last(state) is not None)
        return self.details

    # ------------------------------------------------------------ the keyboard

    def focus(self) -> None:
        """Take the keyboard."""
        self.input.target().setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter answers, left and right go along the answers, up and down to the next question."""
        on_answers = isinstance(QApplication.focusWidget(), (AnswerButton, RadioRow))
        key, plain = Qt.Key(event.key()), not event.modifiers()
        if not on_answers or not plain:
            super().keyPressEvent(event)
        elif key in _STEPS:
            self.input.step(_STEPS[key])
        elif key in _MOVES:
            self._move(self, _MOVES[key])
        elif event.text().casefold() in self._keys:
            self._press_key(self._keys[event.text().casefold()])
        else:
            super().keyPressEvent(event)

    def _press_key(self, value: str) -> None:
        """A letter gives an answer that the item has; on a list only the two for no answer."""
        if self.item.kind == "yes_no" or value in {"unknown", "declined"}:
            self.give(value)
            self.focus()


def _input(ctx: Context, item: Item, question: str) -> AnswerInput:
    if item.kind == "choice":
        return ChoiceInput(ctx, item, question)
    return DateInput(ctx, question) if item.kind == "date" else YesNoInput(ctx, question)


def _counts(ctx: Context, item: Item, state: ItemState) -> Body | Notice:
    """What counts now, and why. An answer that does not count is said more clearly."""
    if state.value is None:
        text = ctx.t("counts.open", why=ctx.t(f"counts.why.{state.why}"))
        return (
            Notice("", text, "attention")
            if state.why in {"overheard", "source"}
            else Body(text, size="small")
        )
    value = value_text(ctx, item, state.value)
    return Body(ctx.t("counts.as", value=value, why=ctx.t(f"counts.why.{state.why}")), size="small")
