"""What opened a backup on its day, asked only where what opens the vault now does not open the backup."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLineEdit

from borg_triage.storage.backup_way import BackupOfThen, DatedBackup
from borg_triage.storage.errors import KeyFileMissing
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Column, Field, Heading, Rule
from borg_triage.ui.widgets.passphrase import PassphraseField


class OfThen(Column):
    """Hidden until it is needed."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(gap="l")
        self.add(Rule())
        self.add(Heading(ctx.t("unlock.restore.then.title"), 2))
        self.add(Body(ctx.t("unlock.restore.then.hint"), tone="muted"))
        self.worker = QLineEdit()
        self.add(Field(ctx.t("unlock.restore.then.worker"), self.worker))
        self.passphrase = self.add(PassphraseField(ctx, ctx.t("unlock.restore.then.passphrase")))
        self.worker.returnPressed.connect(self.passphrase.line.setFocus)
        self.hide()

    def backup(self, source: Path) -> Path | DatedBackup:
        """The backup, with what was typed for it."""
        if not self.passphrase.text():
            return source
        return DatedBackup(source, self.worker.text().strip(), self.passphrase.text())

    def is_about(self, error: Exception, source: Path) -> bool:
        """Whether this is what was missing; then it shows."""
        asked = isinstance(error, BackupOfThen) or (
            isinstance(error, KeyFileMissing) and error.params.get("path") == str(source)
        )
        if asked:
            self.show()
        return asked

    def put_away(self) -> None:
        """It is about another backup."""
        self.worker.clear()
        self.passphrase.line.clear()
        self.hide()
