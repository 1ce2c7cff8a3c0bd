"""Radio buttons and check boxes whose label wraps and may carry a line of explanation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QCheckBox, QRadioButton, QSizePolicy, QWidget

from borg_triage.ui import theme
from borg_triage.ui.widgets import icons
from borg_triage.ui.widgets.basics import Column
from borg_triage.ui.widgets.measure import longest_word, wrapped

_WRAP: Final = Qt.TextFlag.TextWordWrap
_PREFERRED: Final = 360

if TYPE_CHECKING:
    _Base = QAbstractButton
else:
    _Base = object


class _Painted(_Base):
    """What a radio button and a check box here have in common: size, ground, words."""

    _more = ""

    def _dress(self, label: str, more: str) -> None:
        self._more = more
        self.setText(label.replace("&", "&&"))
        self._label = label
        self.setFont(theme.current().font(bold=bool(more)))
        self.setAccessibleName(label)
        self.setAccessibleDescription(more)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def rule_out(self, why: str) -> None:
        """It cannot be chosen, and says why."""
        self._more = why
        self.setAccessibleDescription(why)
        self.setEnabled(False)

    def sizeHint(self) -> QSize:
        """A comfortable line; it grows with the room it is given."""
        width = theme.current().px(_PREFERRED)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """The longest word and the mark."""
        now = theme.current()
        longest = longest_word(now.font(bold=True), f"{self._label} {self._more}")
        return QSize(longest + self._start() + now.px(12), now.px(theme.TARGET))

    def hasHeightForWidth(self) -> bool:
        """Its words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of its wrapped words."""
        now = theme.current()
        label, more = self._texts(width)
        return max(now.px(theme.TARGET), label.height() + more.height() + 2 * now.px(10))

    def hitButton(self, place: QPoint) -> bool:
        """All of it can be pressed."""
        return self.rect().contains(place)

    def _start(self) -> int:
        return theme.current().px(44)

    def _texts(self, width: int) -> tuple[QSize, QSize]:
        now = theme.current()
        room = width - self._start() - now.px(12)
        label = wrapped(self.font(), self._label, room)
        return label, wrapped(now.font("small"), self._more, room) if self._more else QSize(0, 0)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Ground, mark, words."""
        now = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        label, more = self._texts(self.width())
        top = (self.height() - label.height() - more.height()) // 2
        first = top + QFontMetrics(self.font()).height() // 2
        self._paint_mark(painter, QPoint(now.px(23), first))
        ink = now.colours.text if self.isEnabled() else now.colours.on_disabled
        room = self.width() - self._start() - now.px(12)
        painter.setPen(QColor(ink))
        painter.setFont(self.font())
        painter.drawText(QRect(self._start(), top, room, label.height()), int(_WRAP), self._label)
        if self._more:
            painter.setPen(QColor(now.colours.muted if self.isEnabled() else ink))
            painter.setFont(now.font("small"))
            place = QRect(self._start(), top + label.height(), room, more.height())
            painter.drawText(place, int(_WRAP), self._more)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        now = theme.current()
        c = now.colours
        box = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        lit = self.underMouse() and self.isEnabled()
        painter.setPen(QPen(QColor(c.accent if self.isChecked() else c.line if lit else c.border), now.px(1)))
        painter.setBrush(QColor(c.accent_soft if self.isChecked() else c.surface))
        painter.drawRoundedRect(box, now.px(6), now.px(6))

    def _paint_mark(self, painter: QPainter, middle: QPoint) -> None:
        raise NotImplementedError

    def _mark_pen(self) -> QPen:
        c = theme.current().colours
        colour = c.on_disabled if not self.isEnabled() else c.accent if self.isChecked() else c.line
        return QPen(QColor(colour), theme.current().px(2))


class Option(_Painted, QRadioButton):
    """One of several. more: a line below the label."""

    def __init__(self, label: str, more: str = "") -> None:
        super().__init__()
        self._dress(label, more)

    def _paint_mark(self, painter: QPainter, middle: QPoint) -> None:
        radius = theme.current().px(10)
        painter.setPen(self._mark_pen())
        painter.setBrush(QColor(theme.current().colours.surface))
        painter.drawEllipse(middle, radius, radius)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._mark_pen().color())
            painter.drawEllipse(middle, radius // 2, radius // 2)


class Tick(_Painted, QCheckBox):
    """On or off. more: a line below the label."""

    def __init__(self, label: str, more: str = "") -> None:
        super().__init__()
        self._dress(label, more)

    def _paint_mark(self, painter: QPainter, middle: QPoint) -> None:
        now = theme.current()
        half = now.px(10)
        painter.setPen(self._mark_pen())
        painter.setBrush(QColor(now.colours.accent if self.isChecked() else now.colours.surface))
        painter.drawRoundedRect(
            QRect(middle.x() - half, middle.y() - half, 2 * half, 2 * half), now.px(4), now.px(4)
        )
        if self.isChecked():
            size = now.px(16)
            tick = icons.pixmap("tick", now.colours.on_accent, size)
            painter.drawPixmap(middle.x() - size // 2, middle.y() - size // 2, tick)


class Options(Column):
    """A question with one answer out of several; arrow keys move, space or a click chooses.

    choices: (id, label, line below it). on: called with the id that was chosen.
    """

    def __init__(
        self,
        question: QWidget,
        choices: Sequence[tuple[str, str, str]],
        *,
        name: str,
        chosen: str | None = None,
        on: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__(question, gap="s")
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self.options: dict[str, Option] = {}
        for choice, label, more in choices:
            option = self.add(Option(label, more))
            option.setChecked(choice == chosen)
            self._group.addButton(option)
            self.options[choice] = option
            if on is not None:
                option.toggled.connect(lambda on_now, choice=choice: on(choice) if on_now else None)

    @property
    def first(self) -> Option:
        """Where the keyboard goes first: what is chosen, else the first that can be."""
        found = [option for option in self.options.values() if option.isEnabled()]
        return next((option for option in found if option.isChecked()), found[0])

    @property
    def value(self) -> str | None:
        """The id that is chosen, or None."""
        return next((choice for choice, option in self.options.items() if option.isChecked()), None)
