"""The acute panel: whom to call, what to say, and a log of who was called. The questions can wait.

It opens on every page, before a vault is open too; then nothing can be kept, and it says so.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import Final

from PySide6.QtWidgets import QLineEdit, QWidget

from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.errors import not_stored, words
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    Column,
    Field,
    FlowRow,
    Heading,
    Notice,
    PrimaryButton,
    Select,
    clear,
)
from borg_triage.ui.widgets.panel import Panel

KIND: Final = "acute_call"
# Destinations of the directory that are called when it is urgent, in this order.
_CALLS: Final = ("emergency_112", "veilig_thuis")
_LOGGED: Final = ("emergency_112", "veilig_thuis", "police", "officer_in_charge", "other")
_SAY: Final = ("where", "what", "who", "weapons", "reach", "name")


class AcutePanel(Panel):
    """112 and Veilig Thuis, what to say, and the log of this case."""

    def __init__(self, ctx: Context, window: QWidget) -> None:
        super().__init__(ctx, window, ctx.t("acute.title"))
        self.page.add(Body(ctx.t("acute.intro")))
        for destination in _CALLS:
            self.page.add(_number(ctx, destination))
        say = self.page.add(Card(Heading(ctx.t("acute.say.title"), 2), gap="s"))
        for number, key in enumerate(_SAY, start=1):
            say.add(Body(ctx.t("acute.say.line", number=number, text=ctx.t(f"acute.say.{key}"))))
        self.log: CallLog | None = None
        if ctx.case is None:
            self.page.add(Notice(ctx.t("acute.no_case.title"), ctx.t("acute.no_case"), "elevated"))
        else:
            self.log = self.page.add(CallLog(ctx))
        self.close_button.setFocus()


class CallLog(Card):
    """Who was called, when, and with whom one spoke: kept in the case at once."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(gap="m")
        self._ctx = ctx
        self.add(Heading(ctx.t("acute.log.title"), 2))
        self.add(Body(ctx.t("acute.log.intro"), tone="muted"))
        options = [(who, ctx.first(f"destination.{who}.name", f"acute.log.{who}")) for who in _LOGGED]
        self.who = Select(options)
        self.add(Field(ctx.t("acute.log.who"), self.who))
        self.when = QLineEdit(self._now().strftime("%H:%M"))
        self.when.setFixedWidth(theme.current().px(120))
        self.add(Field(ctx.t("acute.log.when"), self.when, ctx.t("acute.log.when.hint")))
        self.spoke_with = QLineEdit()
        self.spoke_with.setMaxLength(200)
        self.add(Field(ctx.t("acute.log.with"), self.spoke_with, ctx.t("acute.log.with.hint")))
        self.keep = PrimaryButton(ctx.t("acute.log.keep"), self._keep)
        self.add(FlowRow(self.keep))
        self.fault = self.add(Column())
        self.kept = self.add(Column(gap="s"))
        self._show_kept()

    def _now(self) -> datetime:
        from borg_triage.text.formats import DUTCH_TIME

        return self._ctx.opened.session.clock().astimezone(DUTCH_TIME)

    def _keep(self) -> None:
        clear(self.fault.body)
        at = self._moment()
        if at is None:
            self.fault.add(Notice("", self._ctx.t("acute.log.error.time"), "elevated"))
            return
        details = {"who": self.who.value(), "with": self.spoke_with.text().strip()}
        try:
            self._ctx.opened.note_event(KIND, details, at)
        except BorgTriageError as error:
            self.fault.add(Notice("", words(not_stored(error), self._ctx.texts), "elevated"))
            return
        self.spoke_with.clear()
        self._show_kept()
        self._ctx.changed()

    def _moment(self) -> datetime | None:
        """The time as typed; a time still to come today was yesterday's. None when it is no time."""
        try:
            typed = time.fromisoformat(self.when.text().strip().replace(".", ":").zfill(5))
        except ValueError:
            return None
        now = self._now()
        at = now.replace(hour=typed.hour, minute=typed.minute, second=0, microsecond=0)
        return (at if at <= now else at - timedelta(days=1)).astimezone(UTC)

    def _show_kept(self) -> None:
        from borg_triage.text import formats

        ctx = self._ctx
        clear(self.kept.body)
        for event in reversed([one for one in ctx.opened.view.events if one.kind == KIND]):
            who = event.details.get("who", "")
            line = ctx.t(
                "acute.log.line",
                moment=formats.moment(event.happened_at, ctx.language),
                who=ctx.first(f"destination.{who}.name", f"acute.log.{who}"),
                by=event.by,
            )
            spoke = event.details.get("with", "")
            self.kept.add(Body(f"{line} · {spoke}" if spoke else line, select=True))


def _number(ctx: Context, destination: str) -> Card:
    from borg_triage.app.directory import directory

    contact = None
    with suppress(BorgTriageError):  # the names and what to say still show
        contact = directory().contact(destination)
    number = contact.phone if contact is not None and contact.phone else ""
    name = Body(ctx.t(f"destination.{destination}.name"), bold=True)
    when = Body(ctx.t(f"acute.when.{destination}"))
    phone = Body(number, size="h1", bold=True, select=True)
    phone.setAccessibleName(ctx.t("acute.number", name=name.text(), number=number))
    return Card(name, phone, when, gap="xs")
