"""Drawing lines and grounds without the name `Qt`, which a start cannot afford (see ui.numbers).

QPainter.setPen and setBrush look at every form that a pen can have, and load that name; stroking and filling
a path do not, nor does the brush that a palette hands out.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPalette, QPen


@cache
def brush(colour: str) -> QBrush:
    """A brush of one colour."""
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, QColor(colour))
    return palette.text()


@cache
def pen(colour: str, width: float) -> QPen:
    """A pen of one colour and width."""
    made = QPen()
    made.setColor(QColor(colour))
    made.setWidthF(width)
    return made


def box(rect: QRectF, radius: float) -> QPainterPath:
    """A rectangle with round corners."""
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path


def paint_box(
    painter: QPainter, rect: QRectF, radius: float, fill: str | None, edge: str | None, width: float
) -> None:
    """A rectangle with round corners: its ground, then the line around it, which lies within it."""
    inner = rect.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    path = box(inner, radius)
    if fill:
        painter.fillPath(path, brush(fill))
    if edge:
        painter.strokePath(path, pen(edge, width))
