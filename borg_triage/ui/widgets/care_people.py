"""Who opens this vault: the list, and somebody added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit

from borg_triage.storage.people import MEMBER, OWNER
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import (
    Body,
    Column,
    Field,
    FlowRow,
    Heading,
    Notice,
    PrimaryButton,
    Rule,
    SecondaryButton,
)
from borg_triage.ui.widgets.care import Part, new_passphrase
from borg_triage.ui.widgets.care_person import PersonRow
from borg_triage.ui.widgets.confirm import Confirm
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
        return PersonRow(self, person, mine=mine, managed=self.managing and not mine)

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
