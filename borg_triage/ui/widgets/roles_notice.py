"""What is said above the list of cases after a restore by which the roles of now may be those of before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from borg_triage.domain.errors import BorgTriageError
from borg_triage.storage import notices, roles_of_then
from borg_triage.text.formats import moment
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Notice, SecondaryButton

if TYPE_CHECKING:
    from borg_triage.app.session import Session


class RolesNotice(Notice):
    """By whom and when; and the way to who manages the vault, or to say that it was seen."""

    def __init__(self, ctx: Context, session: Session, found: list[notices.Notice]) -> None:
        lines = [
            ctx.t("roles.by" if one.by else "roles.by_sheets", name=one.by, when=moment(one.at, ctx.language))
            for one in found
        ]
        people = SecondaryButton(ctx.t("roles.look"), lambda: ctx.go("vault"))
        seen = SecondaryButton(ctx.t("roles.seen"), self._settle)
        text = "\n".join((*lines, ctx.t("roles.more")))
        super().__init__(ctx.t("roles.title"), text, "attention", people, seen)
        self._ctx, self._session = ctx, session
        self.people, self.seen = people, seen

    def _settle(self) -> None:
        vault = self._session.vault
        try:
            roles_of_then.settle(vault.settings, vault.person.id)
        except BorgTriageError as error:
            self._ctx.fail(error)
            return
        self._ctx.go("cases")


def roles_notice(ctx: Context, session: Session) -> RolesNotice | None:
    """Until the person says that it was seen; None: no need."""
    found = roles_of_then.told(session.vault.settings, session.vault.person.id)
    return RolesNotice(ctx, session, found) if found else None
