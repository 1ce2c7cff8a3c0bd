"""Buttons that paint themselves from the theme: they wrap their text and grow with it, at any zoom."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from borg_triage.ui import numbers, theme
from borg_triage.ui.widgets import icons
from borg_triage.ui.widgets.flow_row import FlowRow
from borg_triage.ui.widgets.ink import paint_box
from borg_triage.ui.widgets.measure import FREE, longest_word, wrapped

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QEnterEvent, QFont, QPaintEvent


class Paint(NamedTuple):
    """What a button is painted with: its text, its ground, the line around it."""

    ink: str
    fill: str | None
    edge: str | None


class Button(QPushButton):
    """A button of one role: primary, secondary, quiet or danger.

    text: also its accessible name, unless `name` says more. icon: one of widgets.icons. on: called when it
    is pressed. target: its least height in pixels at 100 %.
    """

    def __init__(
        self,
        text: str,
        on: Callable[[], object] | None = None,
        *,
        role: str = "secondary",
        icon: str | None = None,
        name: str = "",
        target: int = theme.TARGET,
        left: bool = False,
    ) -> None:
        self._sizes: dict[int, QSize] = {}
        self._hint: QSize | None = None
        self._least: QSize | None = None
        super().__init__(text)
        self.role = role
        self._full = text
        self._icon = icon
        self._target = target
        self._left = left
        self._hovered = False
        self.setFont(theme.current().font(bold=role in {"primary", "danger"}))
        self.setAccessibleName(name or text)
        self.dress()
        self.setAutoDefault(False)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if on is not None:
            self.clicked.connect(lambda _checked=False: on())

    def use_font(self, font: QFont) -> None:
        """Write in another font."""
        self.setFont(font)
        self._measure_anew()

    def _measure_anew(self) -> None:
        self._sizes.clear()
        self._hint = self._least = None

    def compact(self, on: bool) -> None:
        """Show its icon alone, for want of room; its accessible name and a tool tip keep the text."""
        name = self.accessibleName()
        self._measure_anew()
        self.setText("" if on else self._full)
        self.setAccessibleName(name)
        self.setToolTip(self._full if on else "")
        self.updateGeometry()

    def put_text(self, text: str) -> None:
        """Show another text, which is its accessible name too."""
        self._full = text
        self._measure_anew()
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def is_closed(self) -> bool:
        """Whether what it opens is closed."""
        return self._icon == "right"

    def set_icon(self, icon: str | None) -> None:
        """Show another icon."""
        if (icon is None) != (self._icon is None):
            self._measure_anew()
            self.updateGeometry()
        self._icon = icon
        self.update()

    # ------------------------------------------------------------ size

    def sizeHint(self) -> QSize:
        """As wide as the text on one line."""
        if self._hint is None:
            width = self._text_size(FREE).width() + self._around()
            self._hint = QSize(width, self.heightForWidth(width))
        return self._hint

    def minimumSizeHint(self) -> QSize:
        """As wide as the longest word."""
        if self._least is None:
            width = longest_word(self.font(), self.text()) + self._around() + 2
            self._least = QSize(min(width, self.sizeHint().width()), theme.current().px(self._target))
        return self._least

    def hasHeightForWidth(self) -> bool:
        """It grows when its text wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of its wrapped text, and never less than its target."""
        now = theme.current()
        return max(now.px(self._target), self._text_size(width - self._around()).height() + 2 * now.px(8))

    def _text_size(self, width: int) -> QSize:
        found = self._sizes.get(width)
        if found is None:
            found = self._sizes[width] = wrapped(self.font(), self.text(), width)
        return found

    def _around(self) -> int:
        now = theme.current()
        side = 6 if self.role == "quiet" else 16 if self.text() else 10
        return 2 * now.px(side) + (self._icon_size() + self._gap() if self._icon else 2)

    def _icon_size(self) -> int:
        return theme.current().px(20)

    def _gap(self) -> int:
        return theme.current().px(8) if self.text() else 0

    # ------------------------------------------------------------ paint

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be pressed."""
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """And no longer."""
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, line, icon, text."""
        paint, now = self.colours(), theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_box(painter, QRectF(self.rect()), now.px(5), paint.fill, paint.edge, now.px(1))
        self._paint_label(painter, paint.ink)
        painter.end()

    def dress(self) -> None:
        """Take the ink of its state into the palette, from which a painter starts with it."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.ButtonText, QColor(self.when_enabled().ink))
        off = QColor(theme.current().colours.on_disabled)
        palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText, off)
        self.setPalette(palette)

    def _paint_label(self, painter: QPainter, ink: str) -> None:
        room = self.rect().adjusted((self._around() - self._icon_and_gap()) // 2, 0, 0, 0)
        room.setRight(self.width() - (self._around() - self._icon_and_gap()) // 2)
        text = self._text_size(room.width() - self._icon_and_gap())
        start = room.left()
        if not self._left:
            start += max(0, (room.width() - text.width() - self._icon_and_gap()) // 2)
        if self._icon:
            size = self._icon_size()
            painter.drawPixmap(start, (self.height() - size) // 2, icons.pixmap(self._icon, ink, size))
        place = QRect(start + self._icon_and_gap(), 0, text.width() + 2, self.height())
        flags = numbers.WRAP | numbers.CENTRED | (numbers.LEFT if self._left else numbers.MIDDLE)
        painter.drawText(place, flags, self.text())

    def _icon_and_gap(self) -> int:
        return self._icon_size() + self._gap() if self._icon else 0

    def colours(self) -> Paint:
        """What it is painted with now."""
        if self.isEnabled():
            return self.when_enabled()
        c = theme.current().colours
        return Paint(c.on_disabled, None if self.role == "quiet" else c.disabled, c.border)

    def when_enabled(self) -> Paint:
        """What it is painted with when it can be pressed."""
        c = theme.current().colours
        lit = self._hovered or self.isDown()
        if self.role == "primary":
            return Paint(c.on_accent, c.accent_hover if lit else c.accent, None)
        if self.role == "danger":
            return Paint(c.on_danger, c.danger_hover if lit else c.danger, None)
        if self.role == "quiet":
            return Paint(c.accent, c.accent_soft if lit else None, None)
        return Paint(c.accent, c.accent_soft if lit else c.surface, c.line)


class PrimaryButton(Button):
    """The one action of a page that stands out."""

    def __init__(
        self, text: str, on: Callable[[], object] | None = None, *, icon: str | None = None, name: str = ""
    ) -> None:
        super().__init__(text, on, role="primary", icon=icon, name=name)


class SecondaryButton(Button):
    """Any other action."""

    def __init__(
        self, text: str, on: Callable[[], object] | None = None, *, icon: str | None = None, name: str = ""
    ) -> None:
        super().__init__(text, on, role="secondary", icon=icon, name=name)


class QuietButton(Button):
    """An action beside the point: looks like a link."""

    def __init__(
        self, text: str, on: Callable[[], object] | None = None, *, icon: str | None = None, name: str = ""
    ) -> None:
        super().__init__(text, on, role="quiet", icon=icon, name=name, left=True)


class Disclosures(QWidget):
    """Quiet buttons in a row; each opens and closes its own part below. A part is made when first opened."""

    def __init__(self) -> None:
        super().__init__()
        now = theme.current()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(now.space("s"))
        self._row = FlowRow(gap=now.space("s"))
        self._column.addWidget(self._row)
        self.buttons: list[Button] = []

    def offer(self, text: str, build: Callable[[], QWidget], name: str, *, opened: bool = False) -> Button:
        """One more part, after the others; gives its button."""
        made: list[QWidget] = []
        button = Button(text, role="quiet", icon="right", name=name)

        def turn() -> None:
            if not made:
                made.append(build())
                self._column.addWidget(made[0])
            made[0].setVisible(button.is_closed())
            button.set_icon("right" if made[0].isHidden() else "down")

        button.clicked.connect(lambda _checked=False: turn())
        self._row.add(button)
        self.buttons.append(button)
        if opened:
            turn()
        return button


class Disclosure(QWidget):
    """A quiet button that opens and closes what `build` makes; it is made when first opened.

    `build` gives a widget. While closed nothing of it exists, so that a page with many stays light.
    """

    def __init__(
        self, text: str, build: Callable[[], QWidget], *, name: str = "", opened: bool = False
    ) -> None:
        super().__init__()
        self._build = build
        self.content: QWidget | None = None
        self.button = Button(text, self.toggle, role="quiet", icon="right", name=name or text, left=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.current().space("s"))
        # In a flow, a long text wraps; with an alignment it would be cut at its first line.
        self._column.addWidget(FlowRow(self.button))
        if opened:
            self.toggle()

    @property
    def is_open(self) -> bool:
        """Whether its content shows."""
        return self.content is not None and not self.content.isHidden()

    def toggle(self) -> None:
        """Open when closed, close when open."""
        if self.content is None:
            self.content = self._build()
            self._column.addWidget(self.content)
            self.content.show()
        else:
            self.content.setHidden(self.is_open)
        self.button.set_icon("down" if self.is_open else "right")
