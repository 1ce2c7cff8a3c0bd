"""The line that says that the window is about to lock. It lies over the page, and moves nothing."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from borg_triage.ui import theme
from borg_triage.ui.widgets.banner import announce
from borg_triage.ui.widgets.basics import Notice

_WIDTH: Final = 620


class Soon(Notice):
    """text: what it says. over: the window that it lies in, at the bottom."""

    def __init__(self, text: str, over: QWidget) -> None:
        super().__init__("", text, "info")
        self.setParent(over)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        now = theme.current()
        edge = now.space("l")
        width = min(now.px(_WIDTH), over.width() - 2 * edge)
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        self.setGeometry((over.width() - width) // 2, over.height() - height - edge, width, height)
        self.show()
        self.raise_()
        announce(self)
