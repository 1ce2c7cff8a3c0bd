"""The vault itself: who opens it, passphrases and recovery, terms, backups, a check, the database's key."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from borg_triage.storage.people import OWNER
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Notice, SecondaryButton
from borg_triage.ui.widgets.care import Part
from borg_triage.ui.widgets.care_backups import Backups, Check
from borg_triage.ui.widgets.care_keys import DatabaseKey, OwnPassphrase, Recovery
from borg_triage.ui.widgets.care_people import People
from borg_triage.ui.widgets.care_rules import Rule, Terms
from borg_triage.ui.widgets.outcome_layout import ReadingPage
from borg_triage.ui.widgets.recovery_state import reminder
from borg_triage.ui.widgets.told import soon_in_view

if TYPE_CHECKING:
    from borg_triage.app.session import Session

_P = TypeVar("_P", bound=Part)


class Page(ReadingPage):
    """The care for the open vault. done: what was just done, to be said first. change: one's passphrase."""

    def __init__(self, ctx: Context, done: str = "", *, change: bool = False) -> None:
        super().__init__(ctx.t("care.title"), ctx.t("care.intro"))
        self.ctx = ctx
        self._change = change
        self.back = SecondaryButton(ctx.t("care.to_cases"), lambda: ctx.go("cases"), icon="arrow_left")
        self.log = SecondaryButton(ctx.t("log.open"), lambda: ctx.go("logbook"), icon="list")
        # Never shown before it has its place: for a moment it would be a window of its own.
        if ctx.session is None or ctx.session.vault.person.role != OWNER:
            self.log.hide()
        self.buttons(self.back, self.log)
        self.done = self.add(Notice("", done, "info")) if done else None
        session = ctx.session
        if session is None:
            return
        self.add(Body(ctx.t("care.which", name=session.vault.path.stem, folder=session.vault.path.parent)))
        self.reminder = reminder(ctx)
        if self.reminder is not None:
            self.add(self.reminder)
        self._add_parts(session)

    def begin(self) -> None:
        """Where the keyboard starts: at the top, or in the form that one came for."""
        super().begin()
        if self._change:
            self.passphrase.open()
            soon_in_view(self.passphrase)

    def _add_parts(self, session: Session) -> None:
        ctx = self.ctx
        self.parts: list[Part] = []
        # A vault that is opened with a bare key has no people, passphrases or recovery.
        if session.vault.ring is not None:
            self.people = self._part(People(ctx, session))
            self.passphrase = self._part(OwnPassphrase(ctx, session))
            self.rule = self._part(Rule(ctx, session))
            self.recovery = self._part(Recovery(ctx, session))
        self.terms = self._part(Terms(ctx, session))
        self.backups = self._part(Backups(ctx, session))
        self.check = self._part(Check(ctx, session))
        if session.vault.ring is not None:
            self.key = self._part(DatabaseKey(ctx, session))

    def _part(self, part: _P) -> _P:
        self.parts.append(self.add(part))
        return part
