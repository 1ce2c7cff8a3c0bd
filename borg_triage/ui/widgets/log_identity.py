"""How whoever works here stands in the log: what for (for the police), and on whose behalf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from borg_triage.app.logbook import PURPOSES
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Column, Field, Select
from borg_triage.ui.widgets.file_part import capital

if TYPE_CHECKING:
    from borg_triage.app.session import Session

_POLICE = "police"
_LONGEST = 120


class PurposeChoice(Column):
    """What the police look in cases for: asked by law, kept with every entry until the vault is closed."""

    def __init__(self, ctx: Context, session: Session) -> None:
        super().__init__()
        logbook = session.logbook
        asked, hint = ctx.t("log.identity.purpose"), ctx.t("log.identity.purpose.hint")
        options = [(one, capital(ctx.t(f"log.purpose.{one}"))) for one in PURPOSES[_POLICE]]
        self.select = Select(options, logbook.purpose_for(_POLICE), asked)
        self.select.setAccessibleDescription(hint)
        self.select.setToolTip(hint)
        self.select.chosen.connect(logbook.choose_purpose)
        self.add(Field(asked, self.select))


class WorkingAs(Column):
    """group: the user group of the open case; only for the police a purpose is asked."""

    def __init__(self, ctx: Context, session: Session, group: str) -> None:
        super().__init__(gap="l")
        self.purpose = self.add(PurposeChoice(ctx, session)) if group == _POLICE else None
        if self.purpose is not None:
            self.add(Body(ctx.t("log.identity.purpose.hint"), tone="muted", size="small"))
        self.on_behalf_of = QLineEdit(session.logbook.on_behalf_of)
        self.on_behalf_of.setMaxLength(_LONGEST)
        self.on_behalf_of.textEdited.connect(lambda text: setattr(session.logbook, "on_behalf_of", text))
        hint = ctx.t("log.identity.on_behalf_of.hint")
        self.add(Field(ctx.t("log.identity.on_behalf_of"), self.on_behalf_of, hint))
