"""The way in for who forgot the passphrase: the words of the recovery sheets, and a new passphrase."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit

from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui.context import Context
from borg_triage.ui.errors import words
from borg_triage.ui.pages.unlock import FORM
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    Field,
    FlowRow,
    Heading,
    Notice,
    PrimaryButton,
    ScrollPage,
    SecondaryButton,
)
from borg_triage.ui.widgets.new_passphrase import NewPassphrase
from borg_triage.ui.widgets.share_input import ShareInput
from borg_triage.ui.widgets.sheets_input import Fault, SheetsInput, sheets_needed
from borg_triage.ui.widgets.told import Told
from borg_triage.ui.widgets.work import Work

if TYPE_CHECKING:
    from borg_triage.app.session import Session


class Page(ScrollPage):
    """file: the vault. name, shares: as typed before the page was built anew (never a passphrase)."""

    def __init__(self, ctx: Context, file: str, name: str = "", shares: tuple[str, ...] = ()) -> None:
        vault = Path(file)
        super().__init__(ctx.t("recovery.enter.title"), ctx.t("recovery.enter.intro"), width=FORM)
        self.ctx, self._file = ctx, file
        self.needed = 0
        self.shares: list[ShareInput] = []
        self.worker = QLineEdit(name)
        self.back = SecondaryButton(ctx.t("unlock.back"), self._back, icon="arrow_left")
        try:
            self.needed = sheets_needed(vault)
        except BorgTriageError as error:
            self.add(Notice(ctx.t("error.title"), words(error, ctx.texts), "elevated"))
        if not self.needed:
            if not self.column.findChildren(Notice):
                self.add(Notice(ctx.t("recovery.enter.none.title"), ctx.t("recovery.enter.none"), "elevated"))
            self.add(FlowRow(self.back))
            return
        self._ask(shares)

    def begin(self) -> None:
        """Where the keyboard starts."""
        (self.shares[0].edit if self.shares else self.back).setFocus()

    def state(self) -> dict[str, Any]:
        """What to build it from again."""
        shares = self.sheets.texts() if self.needed else ()
        return {"file": self._file, "name": self.worker.text(), "shares": shares}

    def _ask(self, shares: tuple[str, ...]) -> None:
        ctx = self.ctx
        card = self.add(Card(Heading(ctx.t("recovery.enter.sheets"), 2), gap="l", padding="xl"))
        self.sheets = card.add(SheetsInput(ctx, self.needed, shares))
        self.shares = self.sheets.shares
        card = self.add(Card(Heading(ctx.t("recovery.enter.you"), 2), gap="l", padding="xl"))
        card.add(Field(ctx.t("unlock.worker"), self.worker, ctx.t("recovery.enter.name.hint")))
        known = (Path(self._file).stem,)
        self.new = card.add(
            NewPassphrase(ctx, lambda: (self.worker.text(), *known), ctx.t("recovery.enter.passphrase"))
        )
        # The rule of the vault can only be read in the open vault: until then the usual one shows.
        card.add(Body(ctx.t("recovery.enter.rule"), tone="muted", size="small"))
        self.fault = card.add(Told())
        self.work = card.add(Work(ctx))
        self.submit = PrimaryButton(ctx.t("recovery.enter.submit"), self.start, icon="lock")
        card.add(FlowRow(self.submit, self.back, gap=12))
        self.worker.returnPressed.connect(self.new.first.line.setFocus)
        self.new.first.line.returnPressed.connect(self.new.again.line.setFocus)
        self.new.again.line.returnPressed.connect(self.start)

    # ------------------------------------------------------------ opening

    def start(self) -> None:
        """Open the vault with the words, off the window's thread."""
        fault = self._problem()
        if fault is not None:
            self.fault.say(fault.text, focus=fault.where)
            return
        self.fault.put_away()
        path, shares = Path(self._file), self.sheets.texts()
        name, passphrase, language = self.worker.text().strip(), self.new.text(), self.ctx.language

        def work(_progress: object) -> Session:
            from borg_triage.app.instruments import current
            from borg_triage.app.session import Session
            from borg_triage.ui.widgets.recovery_state import sheets_worked

            current()
            session = Session.recover(path, shares, name, passphrase, language)
            sheets_worked(session)
            return session

        self.work.run(self.ctx.t("unlock.busy"), work, self._done, self._failed)

    def _problem(self) -> Fault | None:
        fault = self.sheets.fault()
        if fault is not None:
            return fault
        if not self.worker.text().strip():
            return Fault(self.ctx.t("unlock.error.no_worker"), self.worker)
        problem = self.new.problem()
        return Fault(self.ctx.t(problem), self.new.first.line) if problem else None

    def _done(self, session: Session) -> None:
        self.ctx.enter(session)

    def _failed(self, error: Exception) -> None:
        from borg_triage.storage.errors import PassphraseRefused

        focus = None
        if isinstance(error, PassphraseRefused):
            self.new.ask(error.least, error.score)
            focus = self.new.first.line
        self.fault.say(words(error, self.ctx.texts), focus=focus)

    def _back(self) -> None:
        self.ctx.go("unlock", making=False, name=self.worker.text(), file=self._file)
