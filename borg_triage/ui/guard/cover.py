"""The cover: a calm screen that says nothing of the program, shown at once over all that shows.

Its way back leads to the unlock page, never to where one was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QDrag, QPainter
from PySide6.QtWidgets import QApplication, QDialog, QToolTip, QVBoxLayout, QWidget

from borg_triage.ui import theme
from borg_triage.ui.widgets.basics import Body
from borg_triage.ui.widgets.buttons import SecondaryButton

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QMainWindow

    from borg_triage.text.catalog import Catalog


class Cover(QWidget):
    """go_on: called when one wants to go on.

    It has the keyboard itself: what is typed on, after two presses of Escape, must not open it again. Tab
    goes to the button.
    """

    def __init__(self, texts: Catalog, go_on: Callable[[], object], window: QWidget) -> None:
        super().__init__(window)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", "none")
        self.setAccessibleName(texts.text("cover.text"))
        column = QVBoxLayout(self)
        column.setSpacing(theme.current().space("l"))
        text = Body(texts.text("cover.text"), size="lead", tone="muted")
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.go_on = SecondaryButton(texts.text("cover.go_on"), go_on)
        column.addStretch(1)
        column.addWidget(text)
        column.addWidget(self.go_on, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """One colour over everything."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current().colours.window))
        painter.end()


def cover(window: QMainWindow, texts: Catalog, go_on: Callable[[], object]) -> Cover:
    """Cover a window. On the screen when this returns."""
    central = window.centralWidget()
    made = Cover(texts, go_on, window)
    made.setGeometry(window.rect())
    # A window that works on something is disabled meanwhile; the way back is not.
    window.setEnabled(True)
    made.show()
    made.raise_()
    if central is not None:
        central.hide()
    window.setWindowTitle(texts.text("cover.title"))
    made.setFocus()
    made.repaint()
    return made


def hide_over(window: QWidget) -> list[QDialog]:
    """Hide all that lies over a window: menus, lists, tool tips, dialogs. Gives the dialogs, to be ended."""
    if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
        # What is being dragged is drawn beside the mouse.
        QDrag.cancel()
    QToolTip.hideText()
    dialogs: list[QDialog] = []
    for widget in QApplication.topLevelWidgets():
        if widget is window or not widget.isVisible():
            continue
        widget.hide()
        if isinstance(widget, QDialog):
            dialogs.append(widget)
    return dialogs
