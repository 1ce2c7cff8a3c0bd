"""What is said above the list of cases to somebody who got a new passphrase from a manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from borg_triage.domain.errors import BorgTriageError
from borg_triage.storage import given, notices
from borg_triage.text.formats import moment
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Notice, SecondaryButton

if TYPE_CHECKING:
    from borg_triage.app.session import Session


class GivenNotice(Notice):
    """By whom and when; and the way to another passphrase, or to say that nobody else knows this one."""

    def __init__(self, ctx: Context, session: Session, found: list[notices.Notice]) -> None:
        lines = [ctx.t("given.by", name=one.by, when=moment(one.at, ctx.language)) for one in found]
        change = SecondaryButton(ctx.t("care.passphrase.change"), lambda: ctx.go("vault", change=True))
        mine = SecondaryButton(ctx.t("given.mine"), self._settle)
        text = "\n".join((*lines, ctx.t("given.more")))
        super().__init__(ctx.t("given.title"), text, "attention", change, mine)
        self._ctx, self._session = ctx, session
        self.change, self.mine = change, mine

    def _settle(self) -> None:
        vault = self._session.vault
        try:
            given.settle(vault.settings, vault.person.id)
        except BorgTriageError as error:
            self._ctx.fail(error)
            return
        self._ctx.go("cases")


def given_notice(ctx: Context, session: Session) -> GivenNotice | None:
    """Until the passphrase is changed, or the person says that nobody else knows it; None: no need."""
    found = given.told(session.vault.settings, session.vault.person.id)
    return GivenNotice(ctx, session, found) if found else None
