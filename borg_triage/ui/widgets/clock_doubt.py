"""A clock that can hardly be right, said in words; and a person who says that it is, asked twice.

Whoever may not say so reads whom to ask.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from borg_triage.app.retention import may_confirm_clock
from borg_triage.domain.errors import BorgTriageError
from borg_triage.text import formats
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.ask import Ask
from borg_triage.ui.widgets.basics import Column, Notice, SecondaryButton
from borg_triage.ui.widgets.care import owners

if TYPE_CHECKING:
    from borg_triage.app.session import Session
    from borg_triage.storage.known_time import Doubt


class ClockDoubt(Column):
    """then: what to show when somebody said that the clock is right."""

    def __init__(self, ctx: Context, session: Session, doubt: Doubt, then: Callable[[], object]) -> None:
        super().__init__()
        self._ctx, self._session, self._then = ctx, session, then
        now, known = (formats.moment(one, ctx.language) for one in doubt)
        says = ctx.t("due.clock.says", now=now, known=known)
        if not may_confirm_clock(session.vault, doubt):
            asks = ctx.t("due.clock.owners_only", owners=owners(session.vault, ctx))
            self.notice = self.add(Notice(ctx.t("due.clock.title"), f"{says} {asks}", "elevated"))
            return
        self.right = SecondaryButton(ctx.t("due.clock.right"), lambda: self.sure.ask(self.right))
        text = f"{says} {ctx.t('due.clock.until')}"
        self.notice = self.add(Notice(ctx.t("due.clock.title"), text, "elevated", self.right))
        # What the clock says stands right above it.
        lines = [ctx.t("due.clock.from_now"), ctx.t("due.clock.logged")]
        go_on, back = ctx.t("due.clock.go_on"), ctx.t("due.clock.back")
        self.sure = self.add(Ask(ctx.t("due.clock.ask"), lines, go_on, back, self._confirm))

    def _confirm(self) -> None:
        try:
            self._session.dues.confirm_clock()
        except BorgTriageError as error:
            self._ctx.fail(error)
        else:
            self._then()
