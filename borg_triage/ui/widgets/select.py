"""A list that drops down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

from borg_triage.ui import numbers, theme
from borg_triage.ui.widgets import icons

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent, QWheelEvent

Options = Sequence[tuple[str, str]]


class Select(QComboBox):
    """One of a list that drops down. options: (value, text). Neither wheel nor keys change it by accident."""

    chosen = Signal(str)

    def __init__(self, options: Options, value: str | None = None, name: str = "") -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.fill(options, value)
        if name:
            self.setAccessibleName(name)
        self.setMinimumHeight(theme.current().px(theme.TARGET))
        self.setProperty(*numbers.FOCUS_BY_TAB_AND_CLICK)
        self.activated.connect(lambda _index: self.chosen.emit(self.value()))

    def fill(self, options: Options, value: str | None) -> None:
        """Offer other options, without a signal."""
        self.clear()
        for key, text in options:
            self.addItem(text, key)
        if value is not None:
            self.choose(value)
        self.setMinimumContentsLength(min(24, max((len(text) for _, text in options), default=4)))

    def value(self) -> str:
        """The chosen value."""
        return str(self.currentData())

    def choose(self, value: str) -> None:
        """Choose a value, without a signal; one that is not in the list changes nothing."""
        place = self.findData(value)
        if place >= 0:
            self.setCurrentIndex(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, space and Enter open the list; nothing is chosen while it is closed."""
        from PySide6.QtCore import Qt

        key = Qt.Key
        if event.key() in {key.Key_Up, key.Key_Down, key.Key_Space, key.Key_Return, key.Key_Enter}:
            self.showPopup()
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field by the style sheet, the arrow by us; a text that does not fit ends in dots."""
        from PySide6.QtCore import Qt

        shown = QStyleOptionComboBox()
        self.initStyleOption(shown)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, shown, field, self).width()
        dots = Qt.TextElideMode.ElideRight
        shown.currentText = self.fontMetrics().elidedText(shown.currentText, dots, room)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, shown)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, shown)
        size = theme.current().px(18)
        arrow = icons.pixmap("down", theme.current().colours.text, size)
        painter.drawPixmap(self.width() - size - theme.current().px(8), (self.height() - size) // 2, arrow)
        painter.end()
