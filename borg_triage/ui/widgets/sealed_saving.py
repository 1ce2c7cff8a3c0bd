"""Saving what must not lie about in plain: under a fresh passphrase, or without one after a warning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Column, FlowRow, SecondaryButton, clear
from borg_triage.ui.widgets.file_part import AskWhere, ask_file, save_to
from borg_triage.ui.widgets.outcome_sealing import PassphraseOnce, PlainWarning
from borg_triage.ui.widgets.told import Told

if TYPE_CHECKING:
    from borg_triage.app.saving import Lay


class Keep(Protocol):
    """Saves what is laid ready, and keeps in the log that it went out."""

    def __call__(self, lay: Lay, *, encrypted: bool) -> object: ...


class SealedSaving(Column):
    """Two buttons, the warning between the second and its doing, and what was saved.

    label: of the first button. name: proposed for the file. make: the PDF as it is.
    """

    def __init__(self, ctx: Context, label: str, name: str, make: Callable[[], bytes], keep: Keep) -> None:
        super().__init__()
        self._ctx, self._name, self._make, self._keep = ctx, name, make, keep
        self.ask_where: AskWhere = lambda proposed: ask_file(ctx, self, proposed)
        self.save = SecondaryButton(label, self._save, icon="lock")
        self.save_plain = SecondaryButton(ctx.t("handover.plain.choose"), self._warn)
        self.warning = PlainWarning(ctx, lambda: self._save(encrypt=False), self.save.setFocus)
        self.add(FlowRow(self.save, self.save_plain, gap=theme.current().space("s")))
        self.add(Body(ctx.t("file.save.sealed"), tone="muted", size="small"))
        self.add(self.warning)
        self.told = self.add(Told())
        self._once = self.add(Column())
        self.passphrase: PassphraseOnce | None = None

    def _warn(self) -> None:
        self.told.put_away()
        self.warning.ask()

    def _save(self, *, encrypt: bool = True) -> None:
        from borg_triage.app.papers import seal_pdf
        from borg_triage.app.saving import lay

        clear(self._once.body)
        self.passphrase = None
        secret = ""

        def save(path: Path) -> None:
            nonlocal secret
            content = self._make()
            if encrypt:
                sealed = seal_pdf(content)
                content, secret = sealed.content, sealed.passphrase
            self._keep(lambda: lay(path, content), encrypted=encrypt)

        done = "file.save.done.sealed" if encrypt else "file.save.done"
        saved = save_to(self._ctx, self.told, self.ask_where, self._name, save, done)
        self.warning.setVisible(False)
        if saved and encrypt:
            self.passphrase = self._once.add(PassphraseOnce(self._ctx, secret))
        elif saved:
            self._once.add(Body(self._ctx.t("file.save.was_plain")))
