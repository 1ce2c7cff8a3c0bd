"""Put a backup in the place of a vault: one that is damaged or lost, or was open until now.

With the passphrase of an owner, or with the recovery sheets and a new passphrase. Where the vault's key file
is lost, they are those of the backup's day.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QLineEdit, QWidget

from borg_triage.app.settings import VAULT_SUFFIX, vaults_in
from borg_triage.app.vault_care import keys_for_restoring
from borg_triage.storage.backup_files import Backup, listed
from borg_triage.text import formats
from borg_triage.text.backup_names import backups_folder, place_of
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
from borg_triage.ui.widgets.restore_sheets import RestoreSheets
from borg_triage.ui.widgets.restore_then import OfThen
from borg_triage.ui.widgets.sheets_input import Fault
from borg_triage.ui.widgets.told import Told
from borg_triage.ui.widgets.wait import Pause
from borg_triage.ui.widgets.work import Work

if TYPE_CHECKING:
    from borg_triage.app.session import Session

_MOST: Final = 30
# How a backup is opened.
_OWN: Final = "passphrase"
_SHEETS: Final = "sheets"


class Page(ScrollPage):
    """file: the vault. source: the backup that was chosen already. name, shares: as typed before.

    with_sheets: whether it is to be opened with the recovery sheets.
    """

    def __init__(
        self,
        ctx: Context,
        file: str = "",
        name: str = "",
        source: str = "",
        with_sheets: bool = False,
        shares: tuple[str, ...] = (),
    ) -> None:
        super().__init__(ctx.t("unlock.restore.title"), ctx.t("unlock.restore.intro"), width=FORM)
        self.ctx = ctx
        self._vaults = with_backups(ctx.settings.folder)
        self.back = SecondaryButton(ctx.t("unlock.back"), self._back, icon="arrow_left")
        # An open vault is known by where it lies; here it may be listed as a link to that.
        named = next((str(path) for path in self._vaults if str(place_of(path)) == file), file)
        self.choice = Select([(str(path), path.stem) for path in self._vaults], named or None)
        self.worker = QLineEdit(name)
        if not self._vaults:
            self.add(Notice(ctx.t("unlock.restore.none.title"), ctx.t("unlock.restore.none"), "info"))
            self.add(FlowRow(self.back))
            return
        self._ask(source, with_sheets, shares)

    def begin(self) -> None:
        """Where the keyboard starts."""
        if not self._vaults:
            self.back.setFocus()
        elif self.backups.value is None:
            self.backups.first.setFocus()
        elif not self.worker.text():
            self.worker.setFocus()
        else:
            self._first().setFocus()

    def state(self) -> dict[str, Any]:
        """What to build it from again."""
        if not self._vaults:
            return {}
        return {
            "file": self.choice.value(),
            "name": self.worker.text(),
            "source": self.backups.value or "",
            "with_sheets": self._with_sheets,
            "shares": self.sheets.texts(),
        }

    # ------------------------------------------------------------ the form

    def _ask(self, source: str, with_sheets: bool, shares: tuple[str, ...]) -> None:
        ctx = self.ctx
        card = self.add(Card(gap="l", padding="xl"))
        card.add(Field(ctx.t("unlock.vault"), self.choice))
        self.choice.chosen.connect(lambda value: ctx.go("restore", **{**self.state(), "file": value}))
        found = [self._told(one) for one in listed(place_of(Path(self.choice.value())))[:_MOST]]
        which = ctx.t("unlock.restore.which")
        self.backups = card.add(
            Options(Body(which, bold=True), found, name=which, chosen=source, on=self._turn)
        )
        card.add(Field(ctx.t("unlock.worker"), self.worker))
        self._ask_how(card, with_sheets, shares)
        self.fault = card.add(Told())
        self.pause = card.add(Pause(ctx, lambda rests: self.submit.setEnabled(not rests)))
        self.work = card.add(Work(ctx))
        self.submit = PrimaryButton(ctx.t("unlock.restore.submit"), self.start, icon="undo")
        card.add(FlowRow(self.submit, self.back, gap=12))
        self._add_question()
        self._show_way()

    def _ask_how(self, card: Card, with_sheets: bool, shares: tuple[str, ...]) -> None:
        ctx, how = self.ctx, self.ctx.t("unlock.restore.how")
        more = {_OWN: f"{_OWN}.{'now' if self._now else 'more'}", _SHEETS: f"{_SHEETS}.more"}
        ways = [
            (one, ctx.t(f"unlock.restore.how.{one}"), ctx.t(f"unlock.restore.how.{key}"))
            for one, key in more.items()
        ]
        chosen = _SHEETS if with_sheets else _OWN
        self.way = card.add(Options(Body(how, bold=True), ways, name=how, chosen=chosen, on=self._turn))
        self.passphrase = PassphraseField(ctx, ctx.t("unlock.passphrase"))
        self.sheets = RestoreSheets(ctx, self._known, shares)
        for part in (self.passphrase, self.sheets):
            part.hide()
            card.add(part)
        self.then = card.add(OfThen(ctx))
        self.then.passphrase.line.returnPressed.connect(self.start)
        self.worker.returnPressed.connect(lambda: self._first().setFocus())
        self.passphrase.line.returnPressed.connect(self.start)
        self.sheets.new.first.line.returnPressed.connect(self.sheets.new.again.line.setFocus)
        self.sheets.new.again.line.returnPressed.connect(self.start)

    def _add_question(self) -> None:
        ctx = self.ctx
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

    def _told(self, backup: Backup) -> tuple[str, str, str]:
        when = formats.moment(backup.at, self.ctx.language)
        return str(backup.path), when, self.ctx.t(f"care.backups.kind.{backup.kind or 'rolling'}")

    def _known(self) -> tuple[str, ...]:
        return self.worker.text(), Path(self.choice.value()).stem

    @property
    def _now(self) -> bool:
        """Whether the vault's own key file says who may put a backup back."""
        vault = Path(self.choice.value())
        return keys_for_restoring(vault, vault.parent) == vault

    @property
    def _with_sheets(self) -> bool:
        return self.way.value == _SHEETS

    def _first(self) -> QWidget:
        """The first field after the choice of how."""
        if not self._with_sheets:
            return self.passphrase.line
        return self.sheets.fields.shares[0].edit if self.sheets.fields else self.way.first

    def _turn(self, _choice: str) -> None:
        """Another backup, or another way to open it: what was said of the one before holds no longer."""
        self.fault.put_away()
        self.then.put_away()
        self.sure.hide()
        self._show_way()

    def _show_way(self) -> None:
        self.passphrase.setVisible(not self._with_sheets)
        self.sheets.setVisible(self._with_sheets)
        if not self._with_sheets:
            return
        # Wrong passphrases keep nobody waiting who has the sheets.
        self.pause.end()
        source = self.backups.value
        keys = keys_for_restoring(Path(self.choice.value()), Path(source)) if source else None
        self.sheets.show_for(keys, self.way.options[_SHEETS], now=self._now)

    # ------------------------------------------------------------ putting it back

    def start(self) -> None:
        """Check the form, then ask whether it is sure."""
        if self.pause.left:
            return
        fault = self._problem()
        if fault is not None:
            self.fault.say(fault.text, focus=fault.where or self.backups.first)
            return
        self.fault.put_away()
        self.sure.ask(self.submit)

    def _problem(self) -> Fault | None:
        ctx = self.ctx
        if self.backups.value is None:
            return Fault(ctx.t("unlock.restore.error.none_chosen"))
        if not self.worker.text().strip():
            return Fault(ctx.t("unlock.error.no_worker"), self.worker)
        if self._with_sheets:
            return self.sheets.fault()
        if not self.passphrase.text():
            return Fault(ctx.t("unlock.error.no_passphrase"), self.passphrase.line)
        return None

    def _restore(self) -> None:
        self.sure.hide()
        vault, source = Path(self.choice.value()), self.then.backup(Path(self.backups.value or ""))
        shares = self.sheets.shares() if self._with_sheets else ()
        passphrase = self.sheets.new.text() if self._with_sheets else self.passphrase.text()
        name, language = self.worker.text().strip(), self.ctx.language

        def work(_progress: object) -> tuple[Session, Path | None]:
            from borg_triage.app.instruments import current
            from borg_triage.app.session import Session
            from borg_triage.storage.errors import WrongPassphrase
            from borg_triage.storage.keys.tries import Tries
            from borg_triage.ui.widgets.recovery_state import sheets_worked

            current()
            try:
                session, aside = Session.restore(vault, source, name, passphrase, shares, language)
            except WrongPassphrase as error:
                error.params["wait"] = Tries(vault).wait()
                raise
            if shares:
                sheets_worked(session)
            return session, aside

        self.work.run(self.ctx.t("unlock.restore.busy"), work, self._done, self._failed)

    def _done(self, result: tuple[Session, Path | None]) -> None:
        session, aside = result
        ctx = self.ctx
        done = (
            ctx.t("unlock.restore.done")
            if aside is None
            else ctx.t("unlock.restore.done.aside", file=aside.name)
        )
        if self._with_sheets:
            done = ctx.t("unlock.restore.done.sheets", done=done)
        ctx.enter(session)
        ctx.go("vault", done=done)

    def _failed(self, error: Exception) -> None:
        from borg_triage.app.session import RestoredUnopened

        params: dict[str, Any] = getattr(error, "params", {})
        if isinstance(error, RestoredUnopened):
            # To put it back once more would only set aside what was just put back.
            self.submit.setEnabled(False)
            self.fault.say(words(error, self.ctx.texts), focus=self.back)
        elif self.then.is_about(error, Path(self.backups.value or "")):
            self.fault.say(words(error, self.ctx.texts), focus=self.then.worker)
        elif self._with_sheets:
            self.fault.say(words(error, self.ctx.texts), focus=self._where(error))
        elif "seconds" not in params:
            self.fault.say(words(error, self.ctx.texts), focus=self.passphrase.line)
            self.passphrase.line.selectAll()
        self.pause.begin(float(params.get("seconds", params.get("wait", 0.0))))

    def _where(self, error: Exception) -> QWidget:
        from borg_triage.storage.errors import NameTaken
        from borg_triage.storage.people import NameRefused

        return self.worker if isinstance(error, NameTaken | NameRefused) else self.sheets.where(error)

    def _back(self) -> None:
        self.ctx.go("unlock", name=self.worker.text(), file=self.choice.value() if self._vaults else "")


def with_backups(folder: Path) -> list[Path]:
    """The vaults of a folder that have backups, also those that are themselves gone."""
    tail = backups_folder(Path("x")).name.removeprefix("x")
    try:
        stems = [one.name.removesuffix(tail) for one in folder.iterdir() if one.name.endswith(tail)]
    except OSError:
        stems = []
    lost = [folder / f"{stem}{VAULT_SUFFIX}" for stem in stems]
    return [path for path in sorted({*vaults_in(folder), *lost}) if listed(place_of(path))]
