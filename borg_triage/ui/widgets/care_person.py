"""One of the people of a vault, and what a manager does: a new passphrase, another role, withdrawal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from borg_triage.storage.people import MEMBER, OWNER
from borg_triage.ui import theme
from borg_triage.ui.errors import words
from borg_triage.ui.widgets.basics import (
    Body,
    Column,
    FlowRow,
    Heading,
    Notice,
    PrimaryButton,
    SecondaryButton,
)
from borg_triage.ui.widgets.care import Part, new_passphrase, seconds
from borg_triage.ui.widgets.confirm import AskConfirmed, Confirm
from borg_triage.ui.widgets.told import Told, soon_in_view

if TYPE_CHECKING:
    from borg_triage.storage.people import Person


class PersonRow(Column):
    """Name, role, since when; and what a manager can do, if that is offered."""

    def __init__(self, part: Part, person: Person, *, mine: bool, managed: bool) -> None:
        super().__init__(gap="s")
        ctx = part.ctx
        self._part, self.person = part, person
        key = "care.people.you" if mine else "care.people.name"
        since = ctx.t(f"care.people.{person.role}", since=part.moment(person.added_at), by=person.added_by)
        self.add(
            Column(
                Body(ctx.t(key, name=person.name), bold=True),
                Body(since, tone="muted", size="small"),
                gap="xs",
            )
        )
        if not managed:
            return
        self._other = MEMBER if person.role == OWNER else OWNER
        self.renew = self._button("care.renew", self._open_form)
        self.role = self._button(f"care.make_{self._other}", self._ask_role)
        self.button = self._button("care.withdraw", self._ask)
        self.add(FlowRow(self.renew, self.role, self.button, gap=theme.current().space("s")))
        self.form: RenewForm | None = None
        said = ("more", "backup", "log")
        lines = [ctx.t(f"care.make_{self._other}.{line}", name=person.name) for line in said]
        self.role_sure = self._question(f"care.make_{self._other}", lines, self._change_role)
        lines = [ctx.t(f"care.withdraw.{line}", name=person.name) for line in ("access", "key", "copies")]
        if part.vault.ring is not None and part.vault.ring.file.recovery_slot is not None:
            lines.append(ctx.t("care.withdraw.sheets", name=person.name))
        lines.append(ctx.texts.plural("care.rewrite.time", seconds(part.vault)))
        self.sure = self._question("care.withdraw", lines, self._withdraw)

    def _button(self, key: str, on: Callable[[], object]) -> SecondaryButton:
        label = self._part.ctx.t(key)
        return SecondaryButton(label, on, name=f"{label}: {self.person.name}")

    def _question(self, key: str, lines: list[str], do: Callable[[Confirm], object]) -> AskConfirmed:
        ctx = self._part.ctx
        confirm = Confirm(ctx, self._part.session)
        answers = (ctx.t(f"{key}.go_on"), ctx.t("care.back_out"))
        title = ctx.t(f"{key}.title", name=self.person.name)
        return self.add(AskConfirmed(confirm, title, lines, answers, lambda: do(confirm)))

    # ------------------------------------------------------------ one at a time

    def _put_away(self) -> None:
        if self.form is not None:
            self.form.put_away()
        self.role_sure.put_away()
        self.sure.put_away()

    def _open_form(self) -> None:
        self._put_away()
        if self.form is None:
            self.form = self.add(RenewForm(self._part, self.person, self._close_form))
        self.form.open()

    def _close_form(self) -> None:
        self._put_away()
        self.renew.setFocus()

    def _ask_role(self) -> None:
        self._put_away()
        self.role_sure.ask(self.role)

    def _ask(self) -> None:
        self._put_away()
        self.sure.ask(self.button)

    # ------------------------------------------------------------ what is done

    def _change_role(self, confirm: Confirm) -> None:
        part, vault, person, role = self._part, self._part.vault, self.person, self._other
        part.do_confirmed(
            confirm,
            part.ctx.t("unlock.busy"),
            lambda _progress: vault.set_role(person.id, role),
            lambda _done: backed_up(part, f"care.make_{role}.done", person),
        )

    def _withdraw(self, confirm: Confirm) -> None:
        part, vault, person = self._part, self._part.vault, self.person
        part.do_confirmed(
            confirm,
            part.ctx.t("care.withdraw.busy"),
            lambda progress: vault.withdraw(person.id, progress),
            lambda _done: part.again("care.withdraw.done", name=person.name),
        )


class RenewForm(Column):
    """A new passphrase that the colleague types, at the screen of the manager."""

    def __init__(self, part: Part, person: Person, back: Callable[[], object]) -> None:
        super().__init__(gap="l")
        ctx = part.ctx
        self._part, self._person = part, person
        # Further from the buttons above it than from what it heads.
        self.body.setContentsMargins(0, theme.current().space("l"), 0, 0)
        self.heading = self.add(Heading(ctx.t("care.renew.title", name=person.name), 3))
        self.add(Notice("", ctx.t("care.renew.hand_over", name=person.name), "info"))
        lines = [Body(ctx.t(f"care.renew.{line}", name=person.name)) for line in ("stays", "leaked", "log")]
        self.add(Column(*lines, gap="s"))
        known = (person.name, part.vault.path.stem)
        label = ctx.t("care.renew.passphrase", name=person.name)
        self.new = self.add(new_passphrase(ctx, part.session, lambda: known, label))
        # Below the passphrase it is about; the own one says for itself what is wrong.
        self.told = self.add(Told())
        self.confirm = self.add(Confirm(ctx, part.session))
        self.submit = PrimaryButton(ctx.t("care.renew.submit"), self._renew, icon="lock")
        self.back = SecondaryButton(ctx.t("care.back_out"), back)
        self.add(FlowRow(self.submit, self.back, gap=12))
        self.new.first.line.returnPressed.connect(self.new.again.line.setFocus)
        self.new.again.line.returnPressed.connect(self.confirm.field.line.setFocus)
        self.confirm.field.line.returnPressed.connect(self._renew)
        self.hide()

    def open(self) -> None:
        """Show it, from its beginning as far as the field with the keyboard then shows too."""
        self.show()
        self.new.first.line.setFocus()
        soon_in_view(self)
        soon_in_view(self.new.first)

    def put_away(self) -> None:
        """Leave nothing of what was typed."""
        self.new.empty()
        self.confirm.empty()
        self.told.put_away()
        self.hide()

    def _renew(self) -> None:
        part, vault, person = self._part, self._part.vault, self._person
        problem = self.new.problem()
        if problem:
            self._say(part.ctx.t(problem))
            return
        self.told.put_away()
        passphrase = self.new.text()
        part.do_confirmed(
            self.confirm,
            part.ctx.t("unlock.busy"),
            lambda _progress: vault.reset_passphrase(person.id, passphrase),
            lambda _done: backed_up(part, "care.renew.done", person),
            lambda error: self._say(words(error, part.ctx.texts)),
        )

    def _say(self, text: str) -> None:
        self.told.say(text, focus=self.new.first.line)


def backed_up(part: Part, key: str, person: Person) -> None:
    """Say what was done. A backup follows: should the vault be damaged, one of before would say otherwise."""
    part.ctx.back_up()
    part.again(key, name=person.name)
