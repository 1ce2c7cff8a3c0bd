"""Restricting a case: others open it only with a reason, which is logged."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QLineEdit

from borg_triage.app import case_care
from borg_triage.app.retention import by_term, of_case
from borg_triage.storage.people import PersonMissing
from borg_triage.storage.retention import Restriction
from borg_triage.text import formats
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Column, Field, FlowRow, SecondaryButton
from borg_triage.ui.widgets.file_part import FilePart

_LONGEST: Final = 300


class Restricting(FilePart):
    """On or off, and why."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx, "restrict")
        found = self.case.session.vault.retention.restriction(self.case.id)
        self.restriction = found
        if found is None:
            self.say("off")
        elif by_term(found):
            self.say("by_term")
        else:
            when = formats.moment(found.at, ctx.language)
            self.say("on", who=restricted_by(ctx, found), when=when)
            self.add(Body(ctx.t("file.restrict.why", reason=found.reason)))
        self.add(Body(ctx.t("file.restrict.limit"), tone="muted", size="small"))
        self.add(self.told)
        if not self.caring:
            self.say("not_yours", who=self.case.view.opened_by)
        elif found is None:
            self._offer()
        elif not by_term(found) or not self._over():
            self.lift = SecondaryButton(ctx.t("file.restrict.lift"), self._lift)
            self.add(FlowRow(self.lift))

    def _offer(self) -> None:
        ctx = self.ctx
        self.reason = QLineEdit()
        self.reason.setMaxLength(_LONGEST)
        self.reason.returnPressed.connect(self._restrict)
        self.restrict = SecondaryButton(ctx.t("file.restrict.turn_on"), self._restrict, icon="lock")
        hint = ctx.t("file.restrict.reason.hint")
        self.add(Column(Field(ctx.t("file.restrict.reason"), self.reason, hint), FlowRow(self.restrict)))

    def _over(self) -> bool:
        session = self.case.session
        return of_case(session.vault, self.case.id, session.today()).over

    def _restrict(self) -> None:
        if not self.reason.text().strip():
            self.told.say(self.ctx.t("file.error.no_reason"), focus=self.reason)
            return
        self.try_to(lambda: case_care.restrict(self.case, self.reason.text()), "file.restrict.done")

    def _lift(self) -> None:
        self.try_to(lambda: case_care.lift(self.case), "file.restrict.lifted")


def restricted_by(ctx: Context, found: Restriction) -> str:
    """The name of who restricted a case."""
    if ctx.session is None:
        return found.restricted_by
    try:
        return ctx.session.vault.people.get(found.restricted_by).name
    except PersonMissing:
        # In a vault without people the name itself was kept.
        return found.restricted_by
