"""Who opens this vault: the list, somebody added, somebody's access withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit

from borg_triage.storage.access import passphrase_rule
from borg_triage.storage.people import MEMBER, OWNER
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import (
    Body,
    Column,
    Field,
    FlowRow,
    Heading,
    Notice,
    OneLine,
    PrimaryButton,
    Rule,
    SecondaryButton,
)
from borg_triage.ui.widgets.care import Part, seconds
from borg_triage.ui.widgets.confirm import AskConfirmed, Confirm
from borg_triage.ui.widgets.new_passphrase import Known, NewPassphrase
from borg_triage.ui.widgets.outcome_option import Options

if TYPE_CHECKING:
    from borg_triage.app.session import Session
    from borg_triage.storage.people import Person


class People(Part):
    """The people of the vault."""

    def __init__(self, ctx: Context, session: Session) -> None:
        super().__init__(ctx, session, "people")
        self.rows = [self._row(person) for person in self.vault.people.all()]
        for row in self.rows:
            self.add(Rule())
            self.add(row)
        self.add(Rule())
        if not self.managing:
            self.say_owners_only()
            return
        self.add_button = SecondaryButton(ctx.t("care.people.add"), self._open, icon="plus")
        self.offer = self.add(FlowRow(self.add_button))
        self.form = self.add(AddForm(ctx, self))
        self.add(self.told)
        self.add(self.work)

    def _row(self, person: Person) -> PersonRow:
        mine = person.id == self.vault.person.id
        return PersonRow(self, person, mine=mine, removable=self.managing and not mine)

    def _open(self) -> None:
        self.offer.hide()
        self.form.show()
        self.form.person.setFocus()

    def close_form(self) -> None:
        """Think better of adding somebody."""
        self.form.new.empty()
        self.form.confirm.empty()
        self.form.hide()
        self.offer.show()
        self.add_button.setFocus()

    def withdraw(self, person: Person, confirm: Confirm) -> None:
        """Take somebody's access away; the key of the vault changes with it."""
        vault = self.vault
        self.do_confirmed(
            confirm,
            self.ctx.t("care.withdraw.busy"),
            lambda progress: vault.withdraw(person.id, progress),
            lambda _done: self.again("care.withdraw.done", name=person.name),
        )


class PersonRow(Column):
    """One person: name, role, since when; and a way to withdraw, if that is offered."""

    def __init__(self, people: People, person: Person, *, mine: bool, removable: bool) -> None:
        super().__init__(gap="s")
        ctx = people.ctx
        self.person = person
        key = "care.people.you" if mine else "care.people.name"
        text = Column(
            Body(ctx.t(key, name=person.name), bold=True),
            Body(
                ctx.t(f"care.people.{person.role}", since=people.moment(person.added_at), by=person.added_by),
                tone="muted",
                size="small",
            ),
            gap="xs",
        )
        if not removable:
            self.add(text)
            return
        label = ctx.t("care.withdraw")
        self.button = SecondaryButton(label, self._ask, name=f"{label}: {person.name}")
        self.add(OneLine(text, self.button))
        lines = [ctx.t(f"care.withdraw.{line}", name=person.name) for line in ("access", "key", "copies")]
        lines.append(ctx.texts.plural("care.rewrite.time", seconds(people.vault)))
        confirm = Confirm(ctx, people.session)
        self.sure = self.add(
            AskConfirmed(
                confirm,
                ctx.t("care.withdraw.title", name=person.name),
                lines,
                (ctx.t("care.withdraw.go_on"), ctx.t("care.back_out")),
                lambda: people.withdraw(person, confirm),
            )
        )

    def _ask(self) -> None:
        self.sure.ask(self.button)


class AddForm(Column):
    """A colleague's name, role, and a first passphrase that the colleague types."""

    def __init__(self, ctx: Context, people: People) -> None:
        super().__init__(gap="l")
        self._ctx, self._people = ctx, people
        self.person = QLineEdit()
        self.add(Heading(ctx.t("care.people.add"), 3))
        self.add(Field(ctx.t("care.people.add.name"), self.person, ctx.t("care.people.add.name.hint")))
        roles = [
            (role, ctx.t(f"care.role.{role}"), ctx.t(f"care.role.{role}.more")) for role in (MEMBER, OWNER)
        ]
        question = Body(ctx.t("care.role"), bold=True)
        self.role = self.add(Options(question, roles, name=ctx.t("care.role"), chosen=MEMBER))
        self.add(Notice("", ctx.t("care.people.add.hand_over"), "info"))
        label = ctx.t("care.people.add.passphrase")
        self.new = self.add(new_passphrase(ctx, people.session, self._known, label))
        self.confirm = self.add(Confirm(ctx, people.session))
        self.submit = PrimaryButton(ctx.t("care.people.add.submit"), self._add, icon="person")
        cancel = SecondaryButton(ctx.t("care.back_out"), people.close_form)
        self.add(FlowRow(self.submit, cancel, gap=12))
        self.person.returnPressed.connect(self.new.first.line.setFocus)
        self.new.first.line.returnPressed.connect(self.new.again.line.setFocus)
        self.new.again.line.returnPressed.connect(self.confirm.field.line.setFocus)
        self.confirm.field.line.returnPressed.connect(self._add)
        self.hide()

    def _known(self) -> tuple[str, ...]:
        return (self.person.text(), self._people.vault.path.stem)

    def _add(self) -> None:
        people, name = self._people, self.person.text().strip()
        problem = "care.error.no_name" if not name else self.new.problem()
        if problem:
            people.told.say(self._ctx.t(problem), focus=self.person if not name else self.new.first.line)
            return
        vault, passphrase, role = people.vault, self.new.text(), self.role.value or MEMBER

        def done(person: Any) -> None:
            people.again("care.people.added", name=person.name)

        people.do_confirmed(
            self.confirm,
            self._ctx.t("unlock.busy"),
            lambda _progress: vault.add_person(name, passphrase, role),
            done,
        )


def new_passphrase(ctx: Context, session: Session, known: Known, label: str = "") -> NewPassphrase:
    """A field for a new passphrase that must meet the organisation's rule."""
    rule = passphrase_rule(session.vault.settings)
    return NewPassphrase(ctx, known, label, rule.length, rule.score)
