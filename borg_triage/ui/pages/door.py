"""At the door: one question a screen, four large buttons, keys 1 to 4, no typing."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from borg_triage.app.talks import SEPARATE, Talk, keep_talk
from borg_triage.domain.case import Recorded
from borg_triage.domain.errors import BorgTriageError
from borg_triage.domain.instrument import Item
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.errors import not_all_stored, not_stored
from borg_triage.ui.widgets.answer_inputs import YES_NO
from borg_triage.ui.widgets.basics import (
    Body,
    Button,
    Card,
    FlowRow,
    Heading,
    PrimaryButton,
    QuietButton,
    ScrollPage,
    SecondaryButton,
)
from borg_triage.ui.widgets.sayings import withdraw_button
from borg_triage.ui.widgets.segments import Segments


class Page(ScrollPage):
    """item: the question to show, "" for the first without an answer, "end" for what comes after."""

    def __init__(self, ctx: Context, item: str = "") -> None:
        super().__init__()
        self._ctx = ctx
        self._items = [one.id for one in ctx.flow.at_the_door(ctx.opened.view)]
        self.item = item or ctx.flow.next_at_the_door(ctx.opened.view) or "end"
        if self.item not in self._items:
            self.item = "end"
        self._numbers = {str(place): value for place, value in enumerate(YES_NO, start=1)}
        self._letters = {ctx.t(f"answer.key.{value}").casefold(): value for value in YES_NO}
        self.segments: Segments | None = None
        # One question is all there is to see: the window leaves out its list of sections.
        self.fills_window = self.item != "end"
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if self.item == "end":
            self._build_end()
        else:
            self._build_question(ctx.opened.ready.instrument.item[self.item])

    def begin(self) -> None:
        """Where the keyboard starts: on the answers, or on what to do next."""
        if self.segments is not None:
            self.segments.focus_target().setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.on_to.setFocus(Qt.FocusReason.TabFocusReason)

    def state(self) -> dict[str, Any]:
        """What to build it from again."""
        return {"item": self.item}

    # ------------------------------------------------------------ a question

    def _build_question(self, item: Item) -> None:
        ctx = self._ctx
        place = self._items.index(item.id)
        self.add(Body(ctx.t("door.step", place=place + 1, total=len(self._items)), tone="muted"))
        card = self.add(Card(gap="l", padding="xl"))
        card.add(Body(ctx.t(f"item.{item.id}.label"), tone="muted", bold=True))
        ask = ctx.t(f"item.{item.id}.ask")
        card.add(Body(ask, size="door", bold=True))
        options = [
            (value, ctx.t("door.answer", number=number, text=ctx.t(f"value.{value}")))
            for number, value in enumerate(YES_NO, start=1)
        ]
        said = [entry for entry in ctx.opened.view.said_about(item.id) if self._is_own(entry)]
        given = said[-1].observation.value if said else None
        self.segments = Segments(options, ask, target=theme.DOOR_TARGET, value=given, columns=2)
        self.segments.pressed.connect(self.give)
        card.add(self.segments)
        if said:
            card.add(FlowRow(withdraw_button(ctx, item, said[-1], self._withdraw)))
        if item.id == SEPARATE:
            present = QuietButton(ctx.t("interview.present.start"), self._partner_is_here, icon="eye_off")
            card.add(FlowRow(present))
        self._add_steps(place)

    def _is_own(self, entry: Recorded) -> bool:
        case = self._ctx.opened
        return entry.observation.on == case.view.today and entry.recorded_by == case.session.worker

    def _add_steps(self, place: int) -> None:
        ctx = self._ctx
        steps = []
        if place > 0:
            before = self._items[place - 1]
            steps.append(self._step("door.back", "arrow_left", before))
        after = self._items[place + 1] if place + 1 < len(self._items) else "end"
        steps.append(self._step("door.skip", "arrow_right", after))
        steps.append(Button(ctx.t("door.stop"), lambda: ctx.go("door", item="end"), role="quiet", target=64))
        self.add(FlowRow(*steps, gap=theme.current().space("m")))

    def _step(self, key: str, icon: str, item: str) -> Button:
        ctx = self._ctx
        return Button(ctx.t(key), lambda: ctx.go("door", item=item), icon=icon, target=theme.DOOR_TARGET)

    def give(self, value: str) -> None:
        """Store the answer, then show the next question; where it is not stored, stay and say so."""
        ctx = self._ctx
        try:
            self._store(value)
        except BorgTriageError as error:
            if self.segments is not None:
                self.segments.choose(None)
            ctx.fail(not_all_stored(error) if self.item == SEPARATE else not_stored(error))
            return
        ctx.go("door", item=ctx.flow.next_at_the_door(ctx.opened.view, self.item) or "end")

    def _store(self, value: str) -> None:
        ctx, case = self._ctx, self._ctx.opened
        if self.item == SEPARATE and value in {"yes", "no"}:
            # At the door one answer stands for the whole description of the talk.
            keep_talk(case, Talk(alone=value, phone_away=value))
            return
        talk = ctx.talk
        source = case.ready.instrument.default_source(case.ready.instrument.item[self.item])
        case.answer(
            self.item, value, source=source, overheard=talk.overheard(source) if talk is not None else None
        )

    def _withdraw(self, seq: int) -> None:
        try:
            self._ctx.opened.withdraw(seq)
        except BorgTriageError as error:
            self._ctx.fail(error)
            return
        self._ctx.go("door", item=self.item)

    def _partner_is_here(self) -> None:
        try:
            keep_talk(self._ctx.opened, Talk(alone="no", partner_present=True))
        except BorgTriageError as error:
            self._ctx.fail(not_all_stored(error))
            return
        self._ctx.go("interview")

    # ------------------------------------------------------------ after the last

    def _build_end(self) -> None:
        ctx, view = self._ctx, self._ctx.opened.view
        self.add(Heading(ctx.t("door.end.title")))
        left = sum(
            not ctx.flow.is_answered(ctx.opened.ready.instrument.item[name], view) for name in self._items
        )
        self.add(Body(ctx.t("door.end.all") if left == 0 else ctx.texts.plural("door.end.left", left)))
        self.on_to = PrimaryButton(
            ctx.t("door.end.judgement"), lambda: ctx.go("judgement"), icon="arrow_right"
        )
        buttons: list[Button] = [self.on_to]
        if left:
            buttons.append(SecondaryButton(ctx.t("door.end.go_on"), lambda: ctx.go("door")))
        section = _beyond_the_door(ctx)
        buttons.append(SecondaryButton(ctx.t("door.end.more"), lambda: ctx.go("questions", section=section)))
        self.add(FlowRow(*buttons, gap=theme.current().space("m")))

    # ------------------------------------------------------------ the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """1 to 4 and the letters answer; left and right go along the answers; back goes back."""
        text = event.text().casefold()
        value = self._numbers.get(text) or self._letters.get(text)
        if self.segments is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif value is not None:
            self.give(value)
        elif event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self.segments.step(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() == Qt.Key.Key_Backspace and self.item in self._items[1:]:
            self._ctx.go("door", item=self._items[self._items.index(self.item) - 1])
        else:
            super().keyPressEvent(event)


def _beyond_the_door(ctx: Context) -> str:
    """The first section with questions that the door does not ask."""
    flow = ctx.flow
    return next(
        section
        for section in flow.sections()
        if section != "interview" and flow.items(section) != flow.items(section, "door")
    )
