"""A panel over the window: a column that scrolls, and a button that closes it. Escape closes it too."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Column, FlowRow, ScrollPage, SecondaryButton

_WIDTH, _HEIGHT = 720, 640


class Panel(QDialog):
    """title: its heading. The window's own title bar says nothing but the program's name."""

    def __init__(self, ctx: Context, window: QWidget, title: str) -> None:
        super().__init__(window)
        now = theme.current()
        self.ctx = ctx
        self.setWindowTitle(ctx.t("app.name"))
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, now.space("m"))
        self.page = ScrollPage(title, width=_WIDTH)
        column.addWidget(self.page, 1)
        self.close_button = SecondaryButton(ctx.t("panel.close"), self.accept, icon="cross")
        foot = Column(FlowRow(self.close_button))
        foot.body.setContentsMargins(now.space("xl"), 0, now.space("xl"), 0)
        column.addWidget(foot)
        room = window.size()
        self.resize(min(now.px(_WIDTH), room.width()), min(now.px(_HEIGHT), room.height()))
