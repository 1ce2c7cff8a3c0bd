"""What is said above the list of cases when something that was saved is not there any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from borg_triage.text.formats import moment
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Notice

if TYPE_CHECKING:
    from borg_triage.app.session import Session


def loss_notice(ctx: Context, session: Session) -> Notice | None:
    """For as long as the vault stays open; None where nothing is missing."""
    lost = session.vault.lost
    if lost is None:
        return None
    language = ctx.texts.language
    backup = next((one.path.name for one in session.vault.backups() if one.usable), "")
    text = ctx.t(
        "vault.check.saved_lost" if backup else "vault.check.saved_lost_no_backup",
        since=moment(lost.since, language),
        until=moment(lost.until, language),
        backup=backup,
    )
    return Notice(ctx.t("vault.lost.title"), text, "high")
