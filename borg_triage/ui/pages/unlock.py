"""Open a vault. With the making of one the only page at a start: it imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from borg_triage.app.settings import VAULT_SUFFIX, holds_backups, vaults_in
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.errors import words
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
    SecondaryButton,
    Select,
)
from borg_triage.ui.widgets.passphrase import PassphraseField
from borg_triage.ui.widgets.told import Told, soon_in_view
from borg_triage.ui.widgets.wait import Pause

if TYPE_CHECKING:
    from borg_triage.app.session import Session

FORM = 560
_LOOK_MS = 200


def page(ctx: Context, making: bool | None = None, **kept: Any) -> Page:
    """The page before a vault is open. making: a new one; None where there may be none yet."""
    vaults = vaults_in(ctx.settings.folder)
    if making if making is not None else not vaults:
        from borg_triage.ui.pages.unlock_make import MakePage

        return MakePage(ctx, **{key: kept[key] for key in ("step", "name", "file") if key in kept})
    return OpenPage(ctx, vaults, **kept)


class Page(ScrollPage):
    """Before a vault is open: opening one, or making one."""

    making = False

    def __init__(self, ctx: Context, title: str, intro: str) -> None:
        super().__init__(title, intro, width=FORM)
        self.ctx = ctx
        self.not_there = Told()

    def place(self) -> Column:
        """Where vaults lie, and the way to another folder."""
        ctx = self.ctx
        line = Body(ctx.t("unlock.folder", folder=ctx.settings.folder), tone="muted", size="small")
        other = QuietButton(ctx.t("unlock.folder.other"), self._ask_folder, icon="folder")
        return Column(line, FlowRow(other), self.not_there, gap="xs")

    def _ask_folder(self) -> None:
        from borg_triage.ui.widgets.choose_file import which_folder

        folder = which_folder(self, self.ctx.t("unlock.folder.other"), Path(self.ctx.settings.folder))
        if folder:
            self.use_folder(Path(folder))

    def use_folder(self, folder: Path) -> None:
        """Look for vaults, or make one, in another folder; kept for the next time. Not among backups."""
        if holds_backups(folder):
            self.not_there.say(self.ctx.t("unlock.folder.backups", folder=folder))
            return
        kept = {key: value for key, value in self.state().items() if key not in ("file", "reason")}
        self.ctx.choose(self.ctx.settings._replace(vault_folder=str(folder)))
        self.ctx.go("unlock", **kept)

    def start_at(self, field: QWidget) -> None:
        """Give it the keyboard, and show it: enlarged, it may lie below the edge of the window."""
        field.setFocus()
        self.ensureWidgetVisible(field, 0, theme.current().space("xl"))

    def state(self) -> dict[str, Any]:
        """What to build it from again."""
        return {"making": self.making}


class OpenPage(Page):
    """Name and passphrase.

    name, file: as typed before the page was built anew (a passphrase is never carried over).
    reason: why the vault was locked, if that is to be told. works: whether it waited for work on it then.
    """

    def __init__(
        self,
        ctx: Context,
        vaults: list[Path],
        name: str = "",
        file: str = "",
        reason: str = "",
        works: bool = False,
    ) -> None:
        super().__init__(ctx, ctx.t("unlock.open.title"), ctx.t("unlock.open.intro"))
        self._vaults = vaults
        self.reason: Notice | None = None
        if reason:
            idle = ctx.texts.plural("lock.after.minutes", ctx.settings.lock_after)
            self.reason = self.add(Notice("", ctx.t(f"lock.reason.{reason}", time=idle), "info"))
        self.works = self.add(Notice("", ctx.t("lock.works"), "elevated")) if works else None
        card = self.add(Card(gap="l", padding="xl"))
        self.choice = Select([(str(path), path.stem) for path in vaults], file or None)
        if vaults:
            card.add(Field(ctx.t("unlock.vault"), self.choice))
        else:
            card.add(Notice(ctx.t("unlock.none.title"), ctx.t("unlock.none"), "info"))
        card.add(self.place())
        self.worker = QLineEdit(name)
        card.add(Field(ctx.t("unlock.worker"), self.worker, ctx.t("unlock.worker.hint")))
        self.passphrase = PassphraseField(ctx, ctx.t("unlock.passphrase"))
        card.add(self.passphrase)
        self.fault = card.add(Told())
        self.pause = card.add(Pause(ctx, self._rest))
        self.submit = PrimaryButton(ctx.t("unlock.open.submit"), self.start, icon="lock")
        self.forgotten = QuietButton(ctx.t("unlock.forgotten"), self._to_recovery)
        card.add(FlowRow(self.submit, self.forgotten, gap=16))
        self.forgotten.setEnabled(bool(vaults))
        self.to_make = QuietButton(ctx.t("unlock.to_create"), self._to_make, icon="plus")
        self.to_restore = QuietButton(ctx.t("unlock.to_restore"), self._to_restore, icon="undo")
        self.add(FlowRow(self.to_make, self.to_restore))
        for line in (self.worker, self.passphrase.line):
            line.returnPressed.connect(self.start)
            line.textEdited.connect(partial(self._show_typing, line))
        self.choice.chosen.connect(lambda _vault: self.pause.end())

    def begin(self) -> None:
        """Where the keyboard starts."""
        self._look_at_work()
        self.start_at(self.passphrase.line if self.worker.text() else self.worker)
        # Enlarged there may not be room for a field too: what happened is read first, and what to do now.
        for notice in (self.reason, self.works):
            if notice is not None and notice.isVisibleTo(self):
                soon_in_view(notice)

    def _show_typing(self, line: QLineEdit, _text: str) -> None:
        """A field may lie below the edge, where a notice is read first."""
        self.ensureWidgetVisible(line, 0, theme.current().space("xl"))

    def state(self) -> dict[str, Any]:
        """What to build it from again."""
        works = self.works is not None
        return {"making": False, "name": self.worker.text(), "file": self.choice.value(), "works": works}

    def _look_at_work(self) -> None:
        """Say that the vault is still open until it no longer is."""
        if self.works is None:
            return
        from borg_triage.ui.guard.locking import closes_later

        self.works.setVisible(closes_later(self.window()))
        if self.works.isVisible():
            QTimer.singleShot(_LOOK_MS, self, self._look_at_work)

    def _to_recovery(self) -> None:
        self.ctx.go("recover", file=self.choice.value(), name=self.worker.text())

    def _to_make(self) -> None:
        self.ctx.go("unlock", making=True)

    def _to_restore(self) -> None:
        self.ctx.go("restore", file=self.choice.value() if self._vaults else "", name=self.worker.text())

    # ------------------------------------------------------------ opening

    def start(self) -> None:
        """Check the form, then open the vault off the window's thread."""
        if self.pause.left:
            return
        problem = self._problem()
        if problem:
            self.fault.say(self.ctx.t(problem))
            return
        from borg_triage.ui.jobs import Job

        self.fault.put_away()
        self._busy(True)
        Job(self, self._work(), self._done, self._failed).start()

    def _problem(self) -> str:
        if not self._vaults:
            return "unlock.none"
        if not self.worker.text().strip():
            return "unlock.error.no_worker"
        return "" if self.passphrase.text() else "unlock.error.no_passphrase"

    def _work(self) -> Callable[[], Session]:
        path, passphrase = Path(self.choice.value()), self.passphrase.text()
        worker, language = self.worker.text().strip(), self.ctx.language

        def work() -> Session:
            from borg_triage.app.instruments import current
            from borg_triage.app.session import Session
            from borg_triage.storage.errors import WrongPassphrase
            from borg_triage.storage.keys.tries import Tries

            current()  # read now, while people wait anyway, and not at the first case
            try:
                return Session.open(path, passphrase, worker, language)
            except WrongPassphrase as error:
                error.params["wait"] = Tries(path).wait()
                raise

        return work

    def _done(self, session: Session) -> None:
        self._busy(False)
        self.ctx.enter(session)

    def _failed(self, error: Exception) -> None:
        self._busy(False)
        params: dict[str, Any] = getattr(error, "params", {})
        if "seconds" in params:  # too soon: the pause says so itself
            self.fault.put_away()
        else:
            ways = [self._restoring(str(params["backup"]))] if "backup" in params else []
            self.fault.say(words(error, self.ctx.texts), actions=ways)
        self.pause.begin(float(params.get("seconds", params.get("wait", 0.0))))
        self.passphrase.line.setFocus()
        self.passphrase.line.selectAll()

    def _restoring(self, backup: str) -> SecondaryButton:
        """The way to the backup that an error names, with all that is known filled in."""
        kept = {"file": self.choice.value(), "name": self.worker.text(), "source": backup}
        text = self.ctx.t("unlock.to_restore")
        self.to_named = SecondaryButton(text, lambda: self.ctx.go("restore", **kept), icon="undo")
        return self.to_named

    def _busy(self, busy: bool) -> None:
        self.submit.put_text(self.ctx.t("unlock.busy" if busy else "unlock.open.submit"))
        self.window().setEnabled(not busy)

    def _rest(self, rests: bool) -> None:
        self.submit.setEnabled(not rests)
        if not rests and self.fault.text:
            self.fault.put_away()


def path_of(ctx: Context, name: str) -> Path:
    """Where a vault of this name lies."""
    bare = name.strip()
    return ctx.settings.folder / (bare if bare.endswith(VAULT_SUFFIX) else bare + VAULT_SUFFIX)


def with_folder(path: Path) -> None:
    """Make the usual folder for a first vault; a folder that cannot be made is told by the vault itself."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
