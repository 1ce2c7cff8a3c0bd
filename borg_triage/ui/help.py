"""The keys, in words, and the way to the proof sheet."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Card, Column, FlowRow, Heading, SecondaryButton
from borg_triage.ui.widgets.panel import Panel

_PARTS: Final = {
    "everywhere": ("acute", "language", "sections", "numbers", "tab"),
    "questions": ("answers", "rows", "between"),
    "door": ("door", "door_back"),
}


class HelpPanel(Panel):
    """What can be done by keyboard; and, unless the partner looks on, what is proved of the rules."""

    def __init__(self, ctx: Context, window: QWidget) -> None:
        super().__init__(ctx, window, ctx.t("help.title"))
        for part, keys in _PARTS.items():
            card = self.page.add(Card(Heading(ctx.t(f"help.{part}"), 2), gap="s"))
            for key in keys:
                name = Body(ctx.t(f"help.key.{key}"), bold=True)
                card.add(Column(name, Body(ctx.t(f"help.key.{key}.text")), gap="xs"))
        self.proof: SecondaryButton | None = None
        if not ctx.neutral:
            self.proof = SecondaryButton(ctx.t("help.proof"), self._show_proof)
            rules = self.page.add(Card(Heading(ctx.t("help.proof.title"), 2), gap="s"))
            rules.add(Body(ctx.t("help.proof.text")))
            rules.add(FlowRow(self.proof))
        self.close_button.setFocus()

    def _show_proof(self) -> None:
        self.accept()
        self.ctx.go("proof")
