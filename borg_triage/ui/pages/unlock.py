"""Open a vault, or make one. The only page before a vault is open; imports nothing heavy until then."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit

from borg_triage.app.settings import VAULT_SUFFIX, vaults_in
from borg_triage.ui.context import Context
from borg_triage.ui.errors import words
from borg_triage.ui.widgets.banner import announce
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    Column,
    Field,
    FlowRow,
    Notice,
    PrimaryButton,
    QuietButton,
    ScrollPage,
    Select,
    clear,
)
from borg_triage.ui.widgets.passphrase import PassphraseField

if TYPE_CHECKING:
    from borg_triage.app.session import Session

_FORM = 560


class Page(ScrollPage):
    """making: make a new vault rather than open one; None decides by whether there is one.

    name, file: as typed before the page was built anew (a passphrase is never carried over).
    """

    def __init__(self, ctx: Context, making: bool | None = None, name: str = "", file: str = "") -> None:
        self._ctx = ctx
        self._vaults = vaults_in(ctx.settings.folder)
        self.making = making if making is not None else not self._vaults
        which = "create" if self.making else "open"
        super().__init__(ctx.t(f"unlock.{which}.title"), ctx.t(f"unlock.{which}.intro"), width=_FORM)
        card = self.add(Card(gap="l", padding="xl"))
        self._add_place(card, file)
        self.passphrase = PassphraseField(
            ctx, ctx.t("unlock.passphrase"), ctx.t("unlock.passphrase.rule") if self.making else ""
        )
        card.add(self.passphrase)
        self.again = PassphraseField(ctx, ctx.t("unlock.passphrase.again"))
        if self.making:
            card.add(self.again)
        self.worker = QLineEdit(name)
        card.add(Field(ctx.t("unlock.worker"), self.worker, ctx.t("unlock.worker.hint")))
        self.fault = card.add(Column())
        self.submit = PrimaryButton(ctx.t(f"unlock.{which}.submit"), self.start, icon="lock")
        card.add(FlowRow(self.submit))
        if self.making:
            card.body.insertWidget(
                0, Notice(ctx.t("unlock.honest.title"), ctx.t("unlock.honest"), "elevated")
            )
        self._add_other()
        for line in (self.passphrase.line, self.again.line, self.worker):
            line.returnPressed.connect(self.start)

    def begin(self) -> None:
        """Where the keyboard starts."""
        (self.file if self.making else self.passphrase.line).setFocus()

    def state(self) -> dict[str, Any]:
        """What to build it from again."""
        return {"making": self.making, "name": self.worker.text(), "file": self._chosen_name()}

    # ------------------------------------------------------------ which vault

    def _add_place(self, card: Card, file: str) -> None:
        ctx, folder = self._ctx, self._ctx.settings.folder
        self.file = QLineEdit(file or ctx.t("unlock.file.usual"))
        self.choice = Select([(str(path), path.stem) for path in self._vaults], file or None)
        if self.making:
            card.add(Field(ctx.t("unlock.file"), self.file, ctx.t("unlock.file.hint")))
        elif self._vaults:
            card.add(Field(ctx.t("unlock.vault"), self.choice))
        else:
            card.add(Notice(ctx.t("unlock.none.title"), ctx.t("unlock.none"), "info"))
        place = Body(ctx.t("unlock.folder", folder=folder), tone="muted", size="small")
        other = QuietButton(ctx.t("unlock.folder.other"), self._ask_folder, icon="folder")
        card.add(Column(place, FlowRow(other), gap="xs"))

    def _add_other(self) -> None:
        ctx = self._ctx
        text = ctx.t("unlock.to_open" if self.making else "unlock.to_create")
        icon = "arrow_left" if self.making else "plus"
        self.add(FlowRow(QuietButton(text, lambda: ctx.go("unlock", making=not self.making), icon=icon)))

    def _chosen_name(self) -> str:
        return self.file.text() if self.making else self.choice.value()

    def _path(self) -> Path:
        if not self.making:
            return Path(self.choice.value())
        name = self.file.text().strip()
        return self._ctx.settings.folder / (name if name.endswith(VAULT_SUFFIX) else name + VAULT_SUFFIX)

    def _ask_folder(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        folder = QFileDialog.getExistingDirectory(
            self, self._ctx.t("unlock.folder.other"), str(self._ctx.settings.folder)
        )
        if folder:
            self.use_folder(Path(folder))

    def use_folder(self, folder: Path) -> None:
        """Look for vaults, or make one, in another folder; kept for the next time."""
        self._ctx.choose(self._ctx.settings._replace(vault_folder=str(folder)))
        self._ctx.go("unlock", making=self.making, name=self.worker.text())

    # ------------------------------------------------------------ opening

    def start(self) -> None:
        """Check the form, then open or make the vault off the window's thread."""
        problem = self._problem()
        if problem is not None:
            self._say(self._ctx.t(problem))
            return
        from borg_triage.ui.jobs import Job

        clear(self.fault.body)
        self._busy(True)
        Job(self, self._work(), self._done, self._failed).start()

    def _problem(self) -> str | None:
        if self.making and not self.file.text().strip():
            return "unlock.error.no_file"
        if not self.making and not self._vaults:
            return "unlock.none"
        if not self.passphrase.text():
            return "unlock.error.no_passphrase"
        if self.making and self.passphrase.text() != self.again.text():
            return "unlock.error.not_the_same"
        return None if self.worker.text().strip() else "unlock.error.no_worker"

    def _work(self) -> Callable[[], Session]:
        making, path, passphrase = self.making, self._path(), self.passphrase.text()
        worker, language = self.worker.text().strip(), self._ctx.language

        def work() -> Session:
            from borg_triage.app.instruments import current
            from borg_triage.app.session import Session

            current()  # read now, while people wait anyway, and not at the first case
            if making:
                with_folder(path)
                return Session.create(path, passphrase, worker, language)
            return Session.open(path, passphrase, worker, language)

        return work

    def _done(self, session: Session) -> None:
        self._busy(False)
        self._ctx.enter(session)

    def _failed(self, error: Exception) -> None:
        self._busy(False)
        self._say(words(error, self._ctx.texts))
        self.passphrase.line.setFocus()
        self.passphrase.line.selectAll()

    def _busy(self, busy: bool) -> None:
        which = "create" if self.making else "open"
        self.submit.put_text(self._ctx.t("unlock.busy" if busy else f"unlock.{which}.submit"))
        self.window().setEnabled(not busy)

    def _say(self, text: str) -> None:
        clear(self.fault.body)
        notice = self.fault.add(Notice("", text, "elevated"))
        announce(notice)


def with_folder(path: Path) -> None:
    """Make the usual folder for a first vault; a folder that cannot be made is told by the vault itself."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
