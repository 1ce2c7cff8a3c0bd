"""Put a backup in the place of a vault: one that is damaged or lost, or was open until now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QLineEdit

from borg_triage.app.settings import VAULT_SUFFIX, vaults_in
from borg_triage.storage.backup_files import Backup, listed
from borg_triage.storage.places import backups_folder
from borg_triage.text import formats
from borg_triage.ui.context import Context
from borg_triage.ui.errors import words
from borg_triage.ui.pages.unlock import FORM
from borg_triage.ui.widgets.ask import Ask
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    Field,
    FlowRow,
    Notice,
    PrimaryButton,
    ScrollPage,
    SecondaryButton,
    Select,
)
from borg_triage.ui.widgets.outcome_option import Options
from borg_triage.ui.widgets.passphrase import PassphraseField
from borg_triage.ui.widgets.told import Told
from borg_triage.ui.widgets.wait import Pause
from borg_triage.ui.widgets.work import Work

if TYPE_CHECKING:
    from borg_triage.app.session import Session

_MOST: Final = 30


class Page(ScrollPage):
    """file: the vault. source: the backup that was chosen already. name: as typed before."""

    def __init__(self, ctx: Context, file: str = "", name: str = "", source: str = "") -> None:
        super().__init__(ctx.t("unlock.restore.title"), ctx.t("unlock.restore.intro"), width=FORM)
        self.ctx = ctx
        self._vaults = with_backups(ctx.settings.folder)
        self.back = SecondaryButton(ctx.t("unlock.back"), self._back, icon="arrow_left")
        self.choice = Select([(str(path), path.stem) for path in self._vaults], file or None)
        self.worker = QLineEdit(name)
        if not self._vaults:
            self.add(Notice(ctx.t("unlock.restore.none.title"), ctx.t("unlock.restore.none"), "info"))
            self.add(FlowRow(self.back))
            return
        self._ask(source)

    def begin(self) -> None:
        """Where the keyboard starts."""
        if not self._vaults:
            self.back.setFocus()
        elif self.backups.value is None:
            self.backups.first.setFocus()
        else:
            (self.passphrase.line if self.worker.text() else self.worker).setFocus()

    def state(self) -> dict[str, Any]:
        """What to build it from again."""
        if not self._vaults:
            return {}
        source = self.backups.value or ""
        return {"file": self.choice.value(), "name": self.worker.text(), "source": source}

    def _ask(self, source: str) -> None:
        ctx = self.ctx
        card = self.add(Card(gap="l", padding="xl"))
        card.add(Field(ctx.t("unlock.vault"), self.choice))
        self.choice.chosen.connect(lambda value: ctx.go("restore", file=value, name=self.worker.text()))
        found = [self._told(one) for one in listed(Path(self.choice.value()))[:_MOST]]
        which = ctx.t("unlock.restore.which")
        self.backups = card.add(Options(Body(which, bold=True), found, name=which, chosen=source))
        card.add(Field(ctx.t("unlock.worker"), self.worker))
        self.passphrase = PassphraseField(
            ctx, ctx.t("unlock.passphrase"), ctx.t("unlock.restore.passphrase.hint")
        )
        card.add(self.passphrase)
        self.fault = card.add(Told())
        self.pause = card.add(Pause(ctx, lambda rests: self.submit.setEnabled(not rests)))
        self.work = card.add(Work(ctx))
        self.submit = PrimaryButton(ctx.t("unlock.restore.submit"), self.start, icon="undo")
        card.add(FlowRow(self.submit, self.back, gap=12))
        lines = [ctx.t(f"unlock.restore.sure.{line}") for line in ("what", "aside", "since")]
        self.sure = self.add(
            Ask(
                ctx.t("unlock.restore.sure"),
                lines,
                ctx.t("unlock.restore.go_on"),
                ctx.t("care.back_out"),
                self._restore,
            )
        )
        self.worker.returnPressed.connect(self.passphrase.line.setFocus)
        self.passphrase.line.returnPressed.connect(self.start)

    def _told(self, backup: Backup) -> tuple[str, str, str]:
        when = formats.moment(backup.at, self.ctx.language)
        return str(backup.path), when, self.ctx.t(f"care.backups.kind.{backup.kind or 'rolling'}")

    def start(self) -> None:
        """Check the form, then ask whether it is sure."""
        if self.pause.left:
            return
        problem = self._problem()
        if problem:
            self.fault.say(self.ctx.t(problem))
            return
        self.fault.put_away()
        self.sure.ask(self.submit)
        self.ensureWidgetVisible(self.sure)

    def _problem(self) -> str:
        if self.backups.value is None:
            return "unlock.restore.error.none_chosen"
        if not self.worker.text().strip():
            return "unlock.error.no_worker"
        return "" if self.passphrase.text() else "unlock.error.no_passphrase"

    def _restore(self) -> None:
        self.sure.hide()
        vault, source = Path(self.choice.value()), Path(self.backups.value or "")
        name, passphrase, language = self.worker.text().strip(), self.passphrase.text(), self.ctx.language

        def work(_progress: object) -> tuple[Session, Path | None]:
            from borg_triage.app.instruments import current
            from borg_triage.app.session import Session
            from borg_triage.storage.errors import WrongPassphrase
            from borg_triage.storage.keys.tries import Tries
            from borg_triage.storage.vault import Vault

            current()
            try:
                aside = Vault.restore(vault, source, passphrase, name)
            except WrongPassphrase as error:
                error.params["wait"] = Tries(vault).wait()
                raise
            return Session.open(vault, passphrase, name, language), aside

        self.work.run(self.ctx.t("unlock.restore.busy"), work, self._done, self._failed)

    def _done(self, result: tuple[Session, Path | None]) -> None:
        session, aside = result
        ctx = self.ctx
        done = (
            ctx.t("unlock.restore.done")
            if aside is None
            else ctx.t("unlock.restore.done.aside", file=aside.name)
        )
        ctx.enter(session)
        ctx.go("vault", done=done)

    def _failed(self, error: Exception) -> None:
        params: dict[str, Any] = getattr(error, "params", {})
        if "seconds" not in params:
            self.fault.say(words(error, self.ctx.texts), focus=self.passphrase.line)
            self.passphrase.line.selectAll()
        self.pause.begin(float(params.get("seconds", params.get("wait", 0.0))))

    def _back(self) -> None:
        self.ctx.go("unlock", name=self.worker.text())


def with_backups(folder: Path) -> list[Path]:
    """The vaults of a folder that have backups, also those that are themselves gone."""
    tail = backups_folder(Path("x")).name.removeprefix("x")
    try:
        stems = [one.name.removesuffix(tail) for one in folder.iterdir() if one.name.endswith(tail)]
    except OSError:
        stems = []
    lost = [folder / f"{stem}{VAULT_SUFFIX}" for stem in stems]
    return [path for path in sorted({*vaults_in(folder), *lost}) if listed(path)]
