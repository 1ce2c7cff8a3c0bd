"""Controls to choose with: large radio rows, a day that may be left empty, a whole number."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from borg_triage.ui import theme
from borg_triage.ui.widgets.measure import wrapped
from borg_triage.ui.widgets.select import Options


class RadioRow(QAbstractButton):
    """One large row of a choice: a ring and a text that wraps."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setFont(theme.current().font())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """The text on one line, as far as that fits a column."""
        now = theme.current()
        width = min(now.px(640), wrapped(self.font(), self.text()).width() + self._left() + now.px(12))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Narrow: the text wraps."""
        now = theme.current()
        return QSize(now.px(180), now.px(theme.TARGET))

    def hasHeightForWidth(self) -> bool:
        """It grows when its text wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of its text, and never less than a target."""
        now = theme.current()
        room = width - self._left() - now.px(12)
        return max(now.px(theme.TARGET), wrapped(self.font(), self.text(), room).height() + 2 * now.px(10))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be pressed."""
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """And no longer."""
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, ring, text."""
        now, c = theme.current(), theme.current().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.isChecked() or self.underMouse()
        painter.setPen(QPen(QColor(c.accent if self.isChecked() else c.border), now.px(1)))
        painter.setBrush(QColor(c.accent_soft if lit else c.surface))
        half = now.px(1) / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), now.px(5), now.px(5))
        painter.setPen(QPen(QColor(c.accent if self.isChecked() else c.line), now.px(2)))
        painter.setBrush(QColor(c.surface))
        middle, ring = QPointF(now.px(24), self.height() / 2), now.px(9)
        painter.drawEllipse(middle, ring, ring)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.accent))
            painter.drawEllipse(middle, now.px(5), now.px(5))
        painter.setPen(QColor(c.text if self.isEnabled() else c.on_disabled))
        painter.setFont(self.font())
        place = self.rect().adjusted(self._left(), 0, -now.px(12), 0)
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(place, flags, self.text())
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter choose; arrows only move, so that passing a row never chooses it."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        elif event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _left(self) -> int:
        return theme.current().px(44)


class RadioRows(QWidget):
    """Large radio rows, one of which can be chosen. Arrow keys move between them and choose nothing."""

    chosen = Signal(str)

    def __init__(self, options: Options, value: str | None = None, name: str = "") -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().space("xs"))
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self.rows: dict[str, RadioRow] = {}
        for key, text in options:
            row = RadioRow(text)
            if name:
                row.setAccessibleDescription(name)
            row.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._group.addButton(row)
            column.addWidget(row)
            self.rows[key] = row
        self.choose(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move to the next row; past the first and last they go to whatever holds this."""
        by = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        rows = list(self.rows.values())
        here = next((place for place, row in enumerate(rows) if row.hasFocus()), None)
        if not by or here is None or not 0 <= here + by < len(rows):
            event.ignore()
            return
        rows[here + by].setFocus(Qt.FocusReason.TabFocusReason)

    def value(self) -> str | None:
        """The chosen value, or None."""
        return next((key for key, row in self.rows.items() if row.isChecked()), None)

    def choose(self, value: str | None) -> None:
        """Choose a value, or none, without a signal."""
        self._group.setExclusive(False)
        for key, row in self.rows.items():
            row.setChecked(key == value)
        self._group.setExclusive(True)


class DayEdit(QLineEdit):
    """A day as day-month-year, or nothing. `changed` tells of every whole day and of emptying it."""

    changed = Signal()

    def __init__(self, day: date | None = None, hint: str = "", name: str = "") -> None:
        super().__init__()
        self.setPlaceholderText(hint)
        self.setMaxLength(10)
        self.setFixedWidth(theme.current().px(170))
        if name:
            self.setAccessibleName(name)
        self.put(day)
        self.textEdited.connect(self._edited)

    def put(self, day: date | None) -> None:
        """Show a day, or nothing, without a signal."""
        self.setText("" if day is None else f"{day.day:02}-{day.month:02}-{day.year}")
        self._mark()

    def day(self) -> date | None:
        """The day that stands there; None when empty or not a day."""
        parts = self.text().strip().replace("/", "-").replace(".", "-").split("-")
        if len(parts) != 3 or not all(part.isdecimal() for part in parts) or len(parts[2]) != 4:
            return None
        found = QDate(int(parts[2]), int(parts[1]), int(parts[0]))
        return date(found.year(), found.month(), found.day()) if found.isValid() else None

    def is_wrong(self) -> bool:
        """Whether something stands there that is not a day."""
        return bool(self.text().strip()) and self.day() is None

    def _edited(self) -> None:
        self._mark()
        if not self.is_wrong():
            self.changed.emit()

    def _mark(self) -> None:
        self.setProperty(
            "fault", "true" if self.is_wrong() and len(self.text()) == self.maxLength() else "false"
        )
        self.style().unpolish(self)
        self.style().polish(self)


class NumberEdit(QLineEdit):
    """A whole number, or nothing."""

    def __init__(self, number: int | None = None) -> None:
        super().__init__("" if number is None else str(number))
        self.setMaxLength(5)
        self.setFixedWidth(theme.current().px(110))

    def number(self) -> int | None:
        """The number that stands there; None when it is empty or not a number."""
        text = self.text().strip()
        return int(text) if text.isascii() and text.isdecimal() else None
