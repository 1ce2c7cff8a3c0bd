"""Things side by side while there is room, below each other when there is not; and rows that unfold."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from borg_triage.ui import theme
from borg_triage.ui.widgets.basics import Body, Column, Notice, QuietButton, ScrollPage
from borg_triage.ui.widgets.told import soon_in_view


class ReadingPage(ScrollPage):
    """A page that is read from its top: it starts there, and the keys that scroll work at once.

    done: says what was just done, if anything was.
    """

    def __init__(self, title: str, intro: str) -> None:
        super().__init__(title, intro)
        self.done: Notice | None = None
        # Not a stop on the way of the Tab key, and no ring: only where the page begins.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setProperty("ring", "none")

    def begin(self) -> None:
        """Where the keyboard starts: on the page itself, so that no control below pulls it down."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.verticalScrollBar().setValue(0)
        if self.done is not None:
            soon_in_view(self.done)


class SideBySide(QWidget):
    """Widgets in a row, in the proportions of `shares`; stacked where there are no `needs` pixels."""

    def __init__(
        self, *widgets: QWidget, needs: int = 620, shares: tuple[int, ...] = (), gap: str = "l"
    ) -> None:
        super().__init__()
        self._needs = theme.current().px(needs)
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.current().space(gap))
        for place, widget in enumerate(widgets):
            self._row.addWidget(widget, shares[place] if shares else 1)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose a row or a stack."""
        wide = event.size().width() >= self._needs
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if way != self._row.direction():
            self._row.setDirection(way)
            self.updateGeometry()
        super().resizeEvent(event)


class Unfolding(Column):
    """A row of parts with a button at its end that opens more below it.

    parts: with the share of the width that each takes. build: makes what is opened, when it is first opened.
    """

    def __init__(
        self, parts: tuple[tuple[QWidget, int], ...], label: str, build: Callable[[], QWidget], *, name: str
    ) -> None:
        super().__init__(gap="xs")
        self._build = build
        self.content: QWidget | None = None
        self.button = QuietButton(label, self.toggle, icon="right", name=name)
        end = Column(self.button)
        end.body.addStretch(1)
        widgets = (*(part for part, _ in parts), end)
        shares = (*(share for _, share in parts), 0)
        self.add(SideBySide(*widgets, needs=560, shares=shares, gap="m"))

    def toggle(self) -> None:
        """Open when closed, close when open."""
        if self.content is None:
            self.content = self.add(indented(self._build()))
        else:
            self.content.setHidden(not self.content.isHidden())
        self.button.set_icon("right" if self.content.isHidden() else "down")


def indented(widget: QWidget) -> Column:
    """Set in from the left, below what it belongs to."""
    column = Column(widget)
    column.body.setContentsMargins(theme.current().space("l"), 0, 0, 0)
    return column


def bullets(*texts: str) -> Column:
    """Short lines with a dot before each."""
    return Column(*(_bullet(text) for text in texts), gap="s")


def _bullet(text: str) -> SideBySide:
    dot = Column(Body("•"))
    dot.body.addStretch(1)
    return SideBySide(dot, Body(text), needs=0, shares=(0, 1), gap="s")
