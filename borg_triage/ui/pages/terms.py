"""How long cases stay, per kind of organisation: what holds, where it comes from, and other terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from borg_triage.app.retention_profiles import shipped
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Column, Field, Notice, SecondaryButton, Select, clear
from borg_triage.ui.widgets.outcome_layout import ReadingPage
from borg_triage.ui.widgets.terms import ProfileTerms

if TYPE_CHECKING:
    from borg_triage.app.session import Session


class Page(ReadingPage):
    """profile: which terms show; those of the first case where left out. done: what was just done."""

    def __init__(self, ctx: Context, profile: str = "", done: str = "") -> None:
        super().__init__(ctx.t("terms.title"), ctx.t("terms.intro"))
        self.ctx = ctx
        self.back = SecondaryButton(ctx.t("care.back"), lambda: ctx.go("vault"), icon="arrow_left")
        self.due = SecondaryButton(ctx.t("due.to"), lambda: ctx.go("due"), icon="list")
        self.buttons(self.back, self.due)
        self.done = self.add(Notice("", done, "info")) if done else None
        session = ctx.session
        if session is None:
            return
        self._session = session
        names = [(one, ctx.t(f"group.{one}")) for one in shipped()]
        self.profile = Select(names, profile or _usual(session))
        self.add(Field(ctx.t("terms.profile"), self.profile))
        self._place = self.add(Column())
        self.profile.chosen.connect(self._show)
        self._show(self.profile.value())

    def state(self) -> dict[str, Any]:
        """What to build it from again."""
        return {"profile": self.terms.profile.id} if self.ctx.session else {}

    def _show(self, profile: str) -> None:
        clear(self._place.body)
        self.terms = self._place.add(ProfileTerms(self.ctx, self._session, profile))


def _usual(session: Session) -> str:
    cases = session.cases(limit=1)
    return cases[0].user_group if cases else next(iter(shipped()))
