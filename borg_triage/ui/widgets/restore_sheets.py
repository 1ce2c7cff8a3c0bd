"""Putting a backup back without a passphrase of its day: the recovery sheets, and a new passphrase."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from borg_triage.storage.errors import KeyFileMissing, VaultError
from borg_triage.ui.context import Context
from borg_triage.ui.errors import words
from borg_triage.ui.widgets.banner import announce
from borg_triage.ui.widgets.basics import Body, Column, Heading, Notice, Rule, clear
from borg_triage.ui.widgets.new_passphrase import Known, NewPassphrase
from borg_triage.ui.widgets.sheets_input import Fault, SheetsInput, sheets_needed


class RestoreSheets(Column):
    """known: see `NewPassphrase`. texts: the sheets as typed before. Empty until `show_for`."""

    def __init__(self, ctx: Context, known: Known, texts: tuple[str, ...] = ()) -> None:
        super().__init__(gap="l")
        self._ctx, self._texts = ctx, texts
        self.fields: SheetsInput | None = None
        self.add(Rule())
        self.add(Heading(ctx.t("recovery.enter.sheets"), 2))
        self._place = self.add(Column(gap="l"))
        self._you = Column(Rule(), Heading(ctx.t("unlock.restore.sheets.you"), 2), gap="l")
        self._you.add(Body(ctx.t("unlock.restore.sheets.you.hint"), tone="muted"))
        self.new = self._you.add(NewPassphrase(ctx, known, ctx.t("recovery.enter.passphrase")))
        self.add(self._you)

    def show_for(self, source: Path | None, after: QWidget) -> None:
        """Ask for the sheets that this backup takes, or say why there are none. after: what Tab leaves."""
        self._texts = self.texts()
        self.fields = None
        clear(self._place.body)
        if source is None:
            self._place.add(Body(self._ctx.t("unlock.restore.sheets.first"), tone="muted"))
        else:
            self._ask(source, after)
        self._you.setVisible(self.fields is not None)

    def texts(self) -> tuple[str, ...]:
        """The sheets as typed; of a backup that takes more of them also those that do not show now."""
        typed = self.fields.texts() if self.fields is not None else ()
        return typed + self._texts[len(typed) :]

    def shares(self) -> tuple[str, ...]:
        """The sheets for this backup."""
        return self.fields.texts() if self.fields is not None else ()

    def fault(self) -> Fault | None:
        """What is wrong before anything is tried."""
        if self.fields is None:
            return Fault(self._ctx.t("unlock.restore.error.no_sheets"))
        problem = self.new.problem()
        passphrase = Fault(self._ctx.t(problem), self.new.first.line) if problem else None
        return self.fields.fault() or passphrase

    def where(self, error: Exception) -> QWidget:
        """The field that an error is about."""
        shares = self.fields.shares if self.fields is not None else []
        number = getattr(error, "params", {}).get("share")
        return next(
            (share.edit for n, share in enumerate(shares, start=1) if n == number), self.new.first.line
        )

    def _ask(self, source: Path, after: QWidget) -> None:
        try:
            needed, why = sheets_needed(source), self._ctx.t("unlock.restore.sheets.none")
        except KeyFileMissing as error:
            needed, why = 0, self._ctx.t("unlock.restore.sheets.no_keys", **error.params)
        except VaultError as error:
            needed, why = 0, words(error, self._ctx.texts)
        if not needed:
            self._say_no(why)
            return
        self.fields = self._place.add(SheetsInput(self._ctx, needed, self._texts))
        for share in self.fields.shares:
            QWidget.setTabOrder(after, share.edit)
            after = share.edit

    def _say_no(self, why: str) -> None:
        title = self._ctx.t("unlock.restore.sheets.none.title")
        notice = self._place.add(Notice(title, why, "elevated"))
        announce(notice)
