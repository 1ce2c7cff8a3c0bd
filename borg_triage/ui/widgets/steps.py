"""Where one is on a way of a few steps: in words, and as a row of marks."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets import ink
from borg_triage.ui.widgets.basics import Body, Column


class Steps(Column):
    """now: the number of the step, from 1. names: of all steps."""

    def __init__(self, ctx: Context, now: int, names: tuple[str, ...]) -> None:
        super().__init__(gap="s")
        text = ctx.t("unlock.step", now=now, of=len(names), name=names[now - 1])
        self.add(Marks(now, len(names), 6)).setAccessibleName(text)
        self.add(Body(text, tone="muted", size="small", bold=True))


class Marks(QWidget):
    """Marks in a row, the first of them filled. high: in pixels at 100 %."""

    def __init__(self, filled: int, all_: int, high: int) -> None:
        super().__init__()
        self._filled, self._all = filled, all_
        self.setFixedHeight(theme.current().px(high))

    def fill(self, filled: int) -> None:
        """Fill so many."""
        self._filled = filled
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Filled ones in the colour of what can be done, the others as a line around nothing."""
        now, c = theme.current(), theme.current().colours
        gap, line = now.px(6), now.px(1)
        wide = (self.width() - gap * (self._all - 1)) / self._all
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in range(self._all):
            full = place < self._filled
            box = QRectF(place * (wide + gap), 0, wide, self.height())
            ink.paint_box(
                painter, box, now.px(3), c.accent if full else c.sunken, c.accent if full else c.line, line
            )
        painter.end()
