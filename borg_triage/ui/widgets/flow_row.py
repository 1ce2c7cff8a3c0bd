"""Widgets that fill a line and go on below it, as words in a text do.

Places its children itself: a QLayout written in Python is asked for every item over and over, and is slow.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class FlowRow(QWidget):
    """Widgets in a row that wraps. gap: between them, in pixels."""

    def __init__(self, *widgets: QWidget, gap: int = 8) -> None:
        super().__init__()
        self._gap = gap
        self._widgets: list[QWidget] = []
        # Asked for over and over while a page is laid out; forgotten when something in the row changes.
        self._boxes: dict[int, list[QRect]] = {}
        self._hint: QSize | None = None
        self._least: QSize | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for widget in widgets:
            self.add(widget)

    def add(self, widget: QWidget) -> None:
        """One more at the end."""
        widget.setParent(self)
        self._widgets.append(widget)
        if self.isVisible():
            widget.show()
        self._changed()

    def empty(self) -> None:
        """Throw all of them away."""
        for widget in self._widgets:
            widget.hide()
            widget.deleteLater()
        self._widgets.clear()
        self._changed()

    # ------------------------------------------------------------ size

    def hasHeightForWidth(self) -> bool:
        """The narrower, the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines at a width."""
        boxes = self._arrange(width)
        return max((box.bottom() + 1 for box in boxes), default=0)

    def sizeHint(self) -> QSize:
        """All of them on one line."""
        if self._hint is None:
            sizes = [widget.sizeHint() for widget in self._shown()]
            width = sum(size.width() for size in sizes) + self._gap * max(0, len(sizes) - 1)
            self._hint = QSize(width, max((size.height() for size in sizes), default=0))
        return self._hint

    def minimumSizeHint(self) -> QSize:
        """The widest of them."""
        if self._least is None:
            self._least = QSize(0, 0)
            for widget in self._shown():
                least = widget.minimumSizeHint().expandedTo(widget.minimumSize())
                self._least = self._least.expandedTo(least)
        return self._least

    # ------------------------------------------------------------ place

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put them in place."""
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        """One of them changed its size, came or went; or the style dressed them at their first showing."""
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Show}:
            self._changed()
        return super().event(event)

    def _changed(self) -> None:
        self._boxes.clear()
        self._hint = self._least = None
        if self.isVisible():
            self._place()
        self.updateGeometry()

    def _place(self) -> None:
        for widget, box in zip(self._shown(), self._arrange(self.width()), strict=True):
            widget.setGeometry(box)

    def _shown(self) -> list[QWidget]:
        return [widget for widget in self._widgets if not widget.isHidden()]

    def _arrange(self, room: int) -> list[QRect]:
        if room not in self._boxes:
            self._boxes[room] = self._lines(room)
        return self._boxes[room]

    def _lines(self, room: int) -> list[QRect]:
        boxes: list[QRect] = []
        x, y, line = 0, 0, 0
        for widget in self._shown():
            hint = widget.sizeHint()
            width = min(hint.width(), max(room, widget.minimumSizeHint().width()), widget.maximumWidth())
            width = max(width, widget.minimumWidth())
            height = widget.heightForWidth(width) if widget.hasHeightForWidth() else hint.height()
            if x and x + width > room:
                x, y, line = 0, y + line + self._gap, 0
            boxes.append(QRect(x, y, width, height))
            x, line = x + width + self._gap, max(line, height)
        return boxes
