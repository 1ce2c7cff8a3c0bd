"""The small parts that every page is built of. Sizes and colours come from the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from borg_triage.ui import numbers, theme
from borg_triage.ui.theme_sheet import SCROLL_BAR
from borg_triage.ui.widgets import icons, ink
from borg_triage.ui.widgets.buttons import Button, Disclosure, PrimaryButton, QuietButton, SecondaryButton
from borg_triage.ui.widgets.flow_row import FlowRow
from borg_triage.ui.widgets.measure import breakable
from borg_triage.ui.widgets.select import Select

__all__ = [
    "Badge",
    "Body",
    "Button",
    "Card",
    "Column",
    "Disclosure",
    "Field",
    "FlowRow",
    "Heading",
    "Notice",
    "OneLine",
    "PrimaryButton",
    "QuietButton",
    "Rule",
    "ScrollPage",
    "SecondaryButton",
    "Select",
    "clear",
    "icon_of",
    "kind_of",
]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFont, QMoveEvent, QPaintEvent, QResizeEvent

_Widget = TypeVar("_Widget", bound=QWidget)

# Each kind has a shape of its own, so that colour is never the only carrier.
_SHAPES: Final = {
    "neutral": "circle",
    "info": "info",
    "attention": "dot",
    "elevated": "triangle",
    "high": "diamond",
    "acute": "octagon",
}


class Body(QLabel):
    """A text that wraps. Plain: nothing in it is ever read as markup.

    tone: "" or "muted", or a colour. size: a step of the type scale. select: the user can copy it.
    """

    _said = ""
    _copied = False

    def __init__(
        self, text: str, *, tone: str = "", size: str = "body", bold: bool = False, select: bool = False
    ) -> None:
        super().__init__()
        # A layout asks for the same height many times over, and Qt lays the text out each time.
        self._heights: dict[int, int] = {}
        self.setProperty(*numbers.PLAIN_TEXT)
        self._copied = select
        self.setText(text)
        self.setWordWrap(True)
        self.setFont(theme.current().font(size, bold=bold))
        if tone:
            self.put_ink(theme.current().colours.muted if tone == "muted" else tone)
        if select:
            from PySide6.QtCore import Qt

            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        """The height of the text at a width."""
        if width not in self._heights:
            self._heights[width] = super().heightForWidth(width)
        return self._heights[width]

    def setText(self, text: str) -> None:
        """Show another text."""
        self._heights.clear()
        self._said = text
        # What is copied goes along as it is.
        super().setText(text if self._copied else breakable(text))

    def text(self) -> str:
        """What it says, without the places where it may break."""
        return self._said

    def setFont(self, font: QFont | str | Sequence[str]) -> None:
        """Write in another font."""
        self._heights.clear()
        super().setFont(font)

    def setWordWrap(self, on: bool) -> None:
        """Wrap, or stay on one line."""
        self._heights.clear()
        super().setWordWrap(on)

    def put_ink(self, colour: str) -> None:
        """Write in this colour."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        self.setPalette(palette)


class Heading(Body):
    """A heading of level 1 (the page), 2 (a part) or 3 (within a card)."""

    def __init__(self, text: str, level: int = 1) -> None:
        super().__init__(text, size=f"h{level}", bold=True)


class Column(QWidget):
    """Widgets below each other."""

    def __init__(self, *widgets: QWidget, gap: str = "m") -> None:
        super().__init__()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.current().space(gap))
        for widget in widgets:
            self.body.addWidget(widget)

    def add(self, widget: _Widget) -> _Widget:
        """One more at the end; gives it back."""
        self.body.addWidget(widget)
        return widget


class Card(QFrame):
    """A white ground with a soft line around what belongs together."""

    def __init__(self, *widgets: QWidget, gap: str = "m", padding: str = "l") -> None:
        super().__init__()
        now = theme.current()
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        edge = now.space(padding)
        self.body.setContentsMargins(edge, edge, edge, edge)
        self.body.setSpacing(now.space(gap))
        for widget in widgets:
            self.body.addWidget(widget)

    def add(self, widget: _Widget) -> _Widget:
        """One more at the end; gives it back."""
        self.body.addWidget(widget)
        return widget


class Rule(QFrame):
    """A thin line between parts."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "rule")
        self.setFixedHeight(1)


class Ground(QWidget):
    """A ground in the colours of a kind: rounded, with a line around it, and a bar at its left if wanted."""

    def __init__(self, kind: str, bar: int = 0) -> None:
        super().__init__()
        self._kind, self._bar = kind, bar

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        now = theme.current()
        paint = now.kind(self._kind)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        ink.paint_box(painter, whole, 0 if self._bar else now.px(4), paint.fill, paint.edge, now.px(1))
        if self._bar:
            bar = QRectF(0, 0, now.px(self._bar), self.height())
            ink.paint_box(painter, bar, 0, paint.edge, None, 0)
        painter.end()


class Badge(Ground):
    """A short word with an icon: neutral, info, attention, elevated, high or acute.

    `none_found` is shown as neutral; nothing is ever shown as safe.
    """

    def __init__(self, text: str, kind: str = "neutral", *, icon: str | None = None) -> None:
        super().__init__(kind)
        now = theme.current()
        paint = now.kind(kind)
        row = QHBoxLayout(self)
        row.setContentsMargins(now.px(8), now.px(4), now.px(10), now.px(4))
        row.setSpacing(now.px(6))
        row.addWidget(_picture(icon or _SHAPES[kind], paint.ink, now.px(16)))
        self.label = Body(text, tone=paint.ink, size="small", bold=True)
        self.label.setWordWrap(False)
        row.addWidget(self.label, 1)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)


class Notice(Ground):
    """A calm message in a coloured ground: icon, title, text (a paragraph for each line), a few buttons."""

    def __init__(self, title: str, text: str = "", kind: str = "info", *actions: QWidget) -> None:
        super().__init__(kind, bar=6)
        now = theme.current()
        paint = now.kind(kind)
        row = QHBoxLayout(self)
        edge = now.space("m")
        row.setContentsMargins(edge + now.px(6), edge, edge, edge)
        row.setSpacing(edge)
        top = QVBoxLayout()
        top.addWidget(_picture(_SHAPES[kind], paint.ink, now.px(24)))
        top.addStretch(1)
        row.addLayout(top)
        self.column = Column(gap="s")
        row.addWidget(self.column, 1)
        if title:
            self.column.add(Body(title, bold=True, tone=paint.ink))
        for line in text.splitlines():
            self.column.add(Body(line, tone=paint.ink))
        if actions:
            self.column.add(FlowRow(*actions, gap=now.space("s")))
        self.setAccessibleName(title or text)
        self.setAccessibleDescription(text)


class OneLine(QWidget):
    """A text, and a control beside it at the right; below each other where there is little room."""

    _ROOM = 520

    def __init__(self, text: QWidget, control: QWidget) -> None:
        super().__init__()
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(theme.current().space("m"))
        self._line.addWidget(text, 1)
        self._line.addWidget(control)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose between beside and below."""
        super().resizeEvent(event)
        beside = self.width() >= theme.current().px(self._ROOM)
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if way != self._line.direction():
            self._line.setDirection(way)


class Field(QWidget):
    """A label above its control, with a hint between them; the label is the control's name."""

    def __init__(self, label: str, control: QWidget, hint: str = "") -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().space("xs"))
        name = Body(label, bold=True)
        name.setBuddy(control)
        control.setAccessibleName(label)
        column.addWidget(name)
        if hint:
            column.addWidget(Body(hint, tone="muted", size="small"))
            control.setAccessibleDescription(hint)
        column.addWidget(control)


class _Ground(QWidget):
    """What a page scrolls: as high as its content at its width, not as Qt guesses for wrapped text."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "window")

    def minimumSizeHint(self) -> QSize:
        """Any size will do: the scroll area gives its width, and asks for the height at that width."""
        return QSize(0, 0)


class ScrollPage(QScrollArea):
    """A page: one column of at most 820 pixels (at 100 %) that scrolls up and down, never sideways.

    title: the page's heading. intro: a line or two below it. `add` puts things in the column.
    """

    def __init__(self, title: str = "", intro: str = "", *, width: int = theme.COLUMN) -> None:
        super().__init__()
        now = theme.current()
        self.setWidgetResizable(True)
        self.setProperty(*numbers.NEVER_SIDEWAYS)
        self.setProperty(*numbers.NO_FOCUS)
        ground = _Ground()
        row = QHBoxLayout(ground)
        self.column = Column(gap="l")
        self.column.setMaximumWidth(now.px(width))
        row.addStretch(1)
        middle = QVBoxLayout()
        middle.addWidget(self.column)
        middle.addStretch(1)
        row.addLayout(middle, 1000)
        row.addStretch(1)
        self._margins = row
        # Set once the page has come to rest: from then on it keeps its place on the screen.
        self.still = False
        self._owed = 0
        self.setWidget(ground)
        self.verticalScrollBar().rangeChanged.connect(lambda _least, most: self._stay(most > 0))
        self._stay(False)
        if title:
            self.column.add(Heading(title))
        if intro:
            self.column.add(Body(intro, tone="muted"))

    def moveEvent(self, event: QMoveEvent) -> None:
        """What comes or goes above the page moves it: scroll back, so that no button moves under a hand."""
        super().moveEvent(event)
        if self.still:
            self._scroll_by(event.pos().y() - event.oldPos().y())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """With another height there may be room to scroll what could not be scrolled before."""
        super().resizeEvent(event)
        if self._owed:
            self._scroll_by(0)

    def _scroll_by(self, pixels: int) -> None:
        bar = self.verticalScrollBar()
        wanted = bar.value() + pixels + self._owed
        bar.setValue(wanted)
        self._owed = wanted - bar.value()

    def _stay(self, bar: bool) -> None:
        """Keep the column where it is, with a scroll bar beside it and without."""
        edge, wide = theme.current().space("xl"), theme.current().px(SCROLL_BAR)
        self._margins.setContentsMargins(edge, edge, edge if bar else edge + wide, edge)

    def add(self, widget: _Widget) -> _Widget:
        """One more at the end of the column; gives it back."""
        return self.column.add(widget)

    def buttons(self, *buttons: QWidget) -> FlowRow:
        """A row of buttons, the primary one first."""
        return self.add(FlowRow(*buttons, gap=theme.current().space("m")))


def clear(layout: QLayout) -> None:
    """Throw away everything in a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def icon_of(kind: str) -> str:
    """The icon that a kind of badge or notice has."""
    return _SHAPES[kind]


def kind_of(level: str) -> str:
    """The kind of badge or notice that shows a level."""
    return level if level in _SHAPES else "neutral"


def _picture(name: str, colour: str, size: int) -> QLabel:
    label = QLabel()
    label.setPixmap(icons.pixmap(name, colour, size))
    label.setFixedSize(size, size)
    label.setAccessibleName("")
    return label
