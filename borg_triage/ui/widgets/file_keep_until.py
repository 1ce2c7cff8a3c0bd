"""Another day on which a case comes due: until the youngest child of a family is eighteen, for one."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QLineEdit

from borg_triage.app import case_care
from borg_triage.domain.errors import BorgTriageError
from borg_triage.text import formats
from borg_triage.ui.context import Context
from borg_triage.ui.errors import words
from borg_triage.ui.widgets.basics import (
    Body,
    Column,
    Field,
    FlowRow,
    OneLine,
    PrimaryButton,
    Rule,
    SecondaryButton,
)
from borg_triage.ui.widgets.fields import DayEdit
from borg_triage.ui.widgets.told import Told, soon_in_view

_LONGEST: Final = 300


class KeepUntil(Column):
    """Which day holds for the open case, if another than its term's; and a form, for who looks after it."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        kept = ctx.opened.session.vault.retention.get(ctx.opened.id)
        day = kept.keep_until if kept else None
        caring = case_care.may_care(ctx.opened)
        if day is None and not caring:
            return
        text = Body(
            ctx.t("file.until.none")
            if kept is None or day is None
            else ctx.t("file.until.set", day=formats.day(day, ctx.language), reason=kept.keep_reason)
        )
        self.add(Rule())
        if not caring:
            self.add(text)
            return
        self.told = Told()
        if day is None:
            self.button = SecondaryButton(ctx.t("file.until.choose"), self._open)
            self.add(OneLine(text, self.button))
            self._add_form()
        else:
            self.button = SecondaryButton(ctx.t("file.until.take_back"), self._take_back)
            self.add(OneLine(text, self.button))
            self.add(self.told)

    def _add_form(self) -> None:
        ctx = self._ctx
        self.day = DayEdit(hint=ctx.t("day.hint"))
        self.reason = QLineEdit()
        self.reason.setMaxLength(_LONGEST)
        for field in (self.day, self.reason):
            field.returnPressed.connect(self._keep)
        self.keep = PrimaryButton(ctx.t("file.until.go_on"), self._keep)
        back = SecondaryButton(ctx.t("care.back_out"), self._close)
        # What is wrong stands next to the field it is about, whichever of the two that is.
        self.form = self.add(
            Column(
                Field(ctx.t("file.until.day"), self.day, ctx.t("file.until.day.hint")),
                self.told,
                Field(ctx.t("file.until.reason"), self.reason, ctx.t("file.until.reason.hint")),
                FlowRow(self.keep, back, gap=12),
            )
        )
        self.form.hide()

    def _open(self) -> None:
        self.form.show()
        self.day.setFocus()
        soon_in_view(self.form)

    def _close(self) -> None:
        self.told.put_away()
        self.form.hide()
        self.button.setFocus()

    def _keep(self) -> None:
        day = self.day.day()
        if day is None:
            self.told.say(self._ctx.t("file.until.error.day"), focus=self.day)
            return
        try:
            case_care.keep_until(self._ctx.opened, day, self.reason.text())
        except BorgTriageError as error:
            past = getattr(error, "key", "") == "file.error.day_past"
            self.told.say(words(error, self._ctx.texts), focus=self.day if past else self.reason)
        else:
            self._again("file.until.done", day=formats.day(day, self._ctx.language))

    def _take_back(self) -> None:
        try:
            case_care.keep_until(self._ctx.opened, None)
        except BorgTriageError as error:
            self.told.say(words(error, self._ctx.texts))
        else:
            self._again("file.until.taken_back")

    def _again(self, done: str, **params: object) -> None:
        self._ctx.changed()
        self._ctx.go("file", done=self._ctx.t(done, **params))
