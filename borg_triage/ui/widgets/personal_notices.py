"""What is said above the list of cases to one person, until that person says that it is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from borg_triage.domain.errors import BorgTriageError
from borg_triage.storage import given, roles_of_then
from borg_triage.storage.settings import SettingStore
from borg_triage.text.formats import moment
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Notice, SecondaryButton

if TYPE_CHECKING:
    from borg_triage.app.session import Session


class PersonalNotice(Notice):
    """name: of its texts. lines: what was done, by whom and when. way: what one can do about it.

    settle: keeps that the person knows.
    """

    def __init__(
        self,
        ctx: Context,
        session: Session,
        name: str,
        lines: Sequence[str],
        way: SecondaryButton,
        settle: Callable[[SettingStore, str], None],
    ) -> None:
        self.way, self.known = way, SecondaryButton(ctx.t(f"{name}.known"), self._settle)
        text = "\n".join((*lines, ctx.t(f"{name}.more")))
        super().__init__(ctx.t(f"{name}.title"), text, "attention", way, self.known)
        self._ctx, self._vault, self._keep = ctx, session.vault, settle

    def _settle(self) -> None:
        try:
            self._keep(self._vault.settings, self._vault.person.id)
        except BorgTriageError as error:
            self._ctx.fail(error)
        else:
            self._ctx.go("cases")


def given_notice(ctx: Context, session: Session) -> PersonalNotice | None:
    """A manager gave this person a passphrase: until it is changed, or said to be known to nobody else."""
    found = given.told(session.vault.settings, session.vault.person.id)
    if not found:
        return None
    lines = [ctx.t("given.by", name=one.by, when=moment(one.at, ctx.language)) for one in found]
    change = SecondaryButton(ctx.t("care.passphrase.change"), lambda: ctx.go("vault", change=True))
    return PersonalNotice(ctx, session, "given", lines, change, given.settle)


def roles_notice(ctx: Context, session: Session) -> PersonalNotice | None:
    """A backup was restored by which the roles of now may be those of before."""
    found = roles_of_then.told(session.vault.settings, session.vault.person.id)
    if not found:
        return None
    lines = [
        ctx.t("roles.by" if one.by else "roles.by_sheets", name=one.by, when=moment(one.at, ctx.language))
        for one in found
    ]
    look = SecondaryButton(ctx.t("roles.look"), lambda: ctx.go("vault"))
    return PersonalNotice(ctx, session, "roles", lines, look, roles_of_then.settle)
