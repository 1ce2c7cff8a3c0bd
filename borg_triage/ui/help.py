"""The keys, in words."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Card, Column, Heading
from borg_triage.ui.widgets.panel import Panel

_PARTS: Final = {
    "everywhere": ("acute", "language", "sections", "numbers", "tab"),
    "questions": ("answers", "rows", "between"),
    "door": ("door", "door_back"),
}


class HelpPanel(Panel):
    """What can be done by keyboard."""

    def __init__(self, ctx: Context, window: QWidget) -> None:
        super().__init__(ctx, window, ctx.t("help.title"))
        for part, keys in _PARTS.items():
            card = self.page.add(Card(Heading(ctx.t(f"help.{part}"), 2), gap="s"))
            for key in keys:
                name = Body(ctx.t(f"help.key.{key}"), bold=True)
                card.add(Column(name, Body(ctx.t(f"help.key.{key}.text")), gap="xs"))
        self.close_button.setFocus()
