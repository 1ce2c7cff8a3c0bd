"""Make a vault: its name and yours, then a passphrase. The recovery kit follows once the vault is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QLineEdit

from borg_triage.app.settings import vaults_in
from borg_triage.ui.context import Context
from borg_triage.ui.errors import words
from borg_triage.ui.pages.unlock import Page, path_of, with_folder
from borg_triage.ui.widgets.basics import (
    Card,
    Field,
    FlowRow,
    Notice,
    PrimaryButton,
    QuietButton,
    SecondaryButton,
)
from borg_triage.ui.widgets.new_passphrase import NewPassphrase
from borg_triage.ui.widgets.steps import Steps
from borg_triage.ui.widgets.told import Told

if TYPE_CHECKING:
    from borg_triage.app.session import Session

# The steps of making a vault, of which this page has the first two (the others: `pages.unlock_kit`).
STEPS: Final = ("place", "passphrase", "choose", "words", "confirm")


class MakePage(Page):
    """step: place or passphrase. name, file: as typed before (a passphrase is never carried over)."""

    making = True

    def __init__(self, ctx: Context, step: str = "place", name: str = "", file: str = "") -> None:
        super().__init__(ctx, ctx.t(f"unlock.create.{step}.title"), ctx.t(f"unlock.create.{step}.intro"))
        self.step = step
        self.column.body.insertWidget(0, steps(ctx, step))
        self.card = self.add(Card(gap="l", padding="xl"))
        self.file = QLineEdit(file or ctx.t("unlock.file.usual"))
        self.worker = QLineEdit(name)
        self.new = NewPassphrase(ctx, self._known)
        self.fault = Told()
        if step == "place":
            self._ask_place()
        else:
            self._ask_passphrase()

    def begin(self) -> None:
        """Where the keyboard starts."""
        self.start_at(self.file if self.step == "place" else self.new.first.line)

    def state(self) -> dict[str, Any]:
        """What to build it from again."""
        return {"making": True, "step": self.step, "name": self.worker.text(), "file": self.file.text()}

    def _known(self) -> tuple[str, ...]:
        return (self.worker.text(), self.file.text())

    # ------------------------------------------------------------ which vault, and whose

    def _ask_place(self) -> None:
        ctx, card = self.ctx, self.card
        card.add(Field(ctx.t("unlock.file"), self.file, ctx.t("unlock.file.hint")))
        card.add(self.place())
        card.add(Field(ctx.t("unlock.worker"), self.worker, ctx.t("unlock.worker.new")))
        card.add(self.fault)
        self.submit = PrimaryButton(ctx.t("unlock.next"), self._to_passphrase, icon="arrow_right")
        card.add(FlowRow(self.submit))
        for line in (self.file, self.worker):
            line.returnPressed.connect(self._to_passphrase)
        to_open = QuietButton(ctx.t("unlock.to_open"), self._to_open, icon="arrow_left")
        row = FlowRow(to_open)
        if not vaults_in(ctx.settings.folder):
            row.add(QuietButton(ctx.t("unlock.to_restore"), lambda: ctx.go("restore"), icon="undo"))
        self.add(row)

    def _to_open(self) -> None:
        self.ctx.go("unlock", making=False, name=self.worker.text())

    def _to_passphrase(self) -> None:
        ctx = self.ctx
        if not self.file.text().strip():
            self.fault.say(ctx.t("unlock.error.no_file"), focus=self.file)
        elif not self.worker.text().strip():
            self.fault.say(ctx.t("unlock.error.no_worker"), focus=self.worker)
        elif _is_there(path_of(ctx, self.file.text())):
            self.fault.say(ctx.t("unlock.error.exists", name=self.file.text().strip()), focus=self.file)
        else:
            ctx.go("unlock", **{**self.state(), "step": "passphrase"})

    # ------------------------------------------------------------ its passphrase

    def _ask_passphrase(self) -> None:
        ctx, card = self.ctx, self.card
        card.add(Notice(ctx.t("unlock.hint.title"), ctx.t("unlock.hint"), "info"))
        card.add(self.new)
        card.add(self.fault)
        self.submit = PrimaryButton(ctx.t("unlock.create.submit"), self.start, icon="lock")
        self.back = SecondaryButton(ctx.t("unlock.back"), self._to_place, icon="arrow_left")
        card.add(FlowRow(self.submit, self.back, gap=12))
        self.new.first.line.returnPressed.connect(self.new.again.line.setFocus)
        self.new.again.line.returnPressed.connect(self.start)

    def _to_place(self) -> None:
        self.ctx.go("unlock", **{**self.state(), "step": "place"})

    def start(self) -> None:
        """Make the vault off the window's thread."""
        problem = self.new.problem()
        if problem:
            self.fault.say(self.ctx.t(problem), focus=self.new.first.line)
            return
        from borg_triage.ui.jobs import Job

        self.fault.put_away()
        self._busy(True)
        path, passphrase = path_of(self.ctx, self.file.text()), self.new.text()
        worker, language = self.worker.text().strip(), self.ctx.language

        def work() -> Session:
            from borg_triage.app.instruments import current
            from borg_triage.app.session import Session

            current()  # read now, while people wait anyway, and not at the first case
            with_folder(path)
            return Session.create(path, passphrase, worker, language)

        Job(self, work, self._done, self._failed).start()

    def _done(self, session: Session) -> None:
        """From here on the vault opens with its passphrase, whatever happens to the machine."""
        self._busy(False)
        self.ctx.enter(session)
        self.ctx.go("kit", first=True)

    def _failed(self, error: Exception) -> None:
        self._busy(False)
        self.fault.say(words(error, self.ctx.texts), focus=self.new.first.line)
        self.new.first.line.selectAll()

    def _busy(self, busy: bool) -> None:
        self.submit.put_text(self.ctx.t("unlock.busy" if busy else "unlock.create.submit"))
        self.window().setEnabled(not busy)


def steps(ctx: Context, step: str) -> Steps:
    """Where one is on the way to a new vault."""
    return Steps(ctx, STEPS.index(step) + 1, tuple(ctx.t(f"unlock.step.{name}") for name in STEPS))


def _is_there(path: Path) -> bool:
    """Whether something has that name already; of a name that cannot be, making it says what is wrong."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
