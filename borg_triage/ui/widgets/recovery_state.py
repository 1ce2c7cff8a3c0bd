"""Whether the recovery of a vault was ever tried out, and the calm reminder until it was."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from borg_triage.storage.errors import VaultError
from borg_triage.storage.people import OWNER
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Notice, SecondaryButton

if TYPE_CHECKING:
    from borg_triage.app.session import Session

# The moment when words of the present kit were typed back; empty while they were not.
_CONFIRMED: Final = "recovery.confirmed"


def is_confirmed(session: Session) -> bool:
    """Whether somebody showed that the present recovery sheets are on paper."""
    return bool(session.vault.settings.get(_CONFIRMED))


def set_confirmed(session: Session, *, confirmed: bool) -> None:
    """Keep it in the vault. Raises VaultError."""
    session.vault.settings.put(_CONFIRMED, session.clock().isoformat() if confirmed else "")


def sheets_worked(session: Session) -> None:
    """The sheets just opened this vault. Where that cannot be kept, one is reminded once more."""
    with suppress(VaultError):
        set_confirmed(session, confirmed=True)


def may_manage(session: Session) -> bool:
    """Whether whoever opened the vault may add and withdraw people, and make recovery sheets."""
    return session.vault.ring is not None and session.vault.person.role == OWNER


def reminder(ctx: Context) -> Notice | None:
    """What to say where recovery was never tried out; None where there is nothing to say.

    In a vault that is opened with a bare key there are no people and no recovery.
    """
    session = ctx.session
    if session is None or session.vault.ring is None or is_confirmed(session):
        return None
    if not may_manage(session):
        return Notice(ctx.t("recovery.reminder.title"), ctx.t("recovery.reminder.member"), "attention")
    make = SecondaryButton(ctx.t("recovery.reminder.make"), lambda: ctx.go("kit"))
    return Notice(ctx.t("recovery.reminder.title"), ctx.t("recovery.reminder"), "attention", make)
