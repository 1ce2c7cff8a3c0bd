"""Small line icons, drawn here: no files, no SVG library, any colour and size.

Every icon stands beside a text; none carries a meaning alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QApplication

from borg_triage.ui.widgets import ink

_BOX: Final = 24.0
_LINE: Final = 2.0
Point = tuple[float, float]


class Drawing:
    """An icon in a box of 24 by 24: what is stroked, and what is filled."""

    def __init__(self) -> None:
        self.lines, self.filled = QPainterPath(), QPainterPath()

    def line(self, *points: Point) -> Drawing:
        """Straight lines from point to point."""
        self.lines.moveTo(QPointF(*points[0]))
        for point in points[1:]:
            self.lines.lineTo(QPointF(*point))
        return self

    def polygon(self, *points: Point) -> Drawing:
        """Straight lines, and back to the first point."""
        self.line(*points)
        self.lines.closeSubpath()
        return self

    def curve(self, start: Point, *through: tuple[Point, Point, Point]) -> Drawing:
        """A curve: each part by two handles and its end."""
        self.lines.moveTo(QPointF(*start))
        for one, other, end in through:
            self.lines.cubicTo(QPointF(*one), QPointF(*other), QPointF(*end))
        return self

    def ring(self, x: float, y: float, radius: float) -> Drawing:
        """A circle."""
        self.lines.addEllipse(QRectF(x - radius, y - radius, 2 * radius, 2 * radius))
        return self

    def dot(self, x: float, y: float, radius: float = 1.3) -> Drawing:
        """A filled circle."""
        self.filled.addEllipse(QRectF(x - radius, y - radius, 2 * radius, 2 * radius))
        return self

    def mark(self) -> Drawing:
        """An exclamation mark in the middle."""
        return self.line((12, 7.5), (12, 13)).dot(12, 16.2)


def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """An icon as a square picture of `size` pixels. Raises KeyError for a name that is not drawn here."""
    app = QApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QApplication) else 1.0
    return _picture(name, colour, size, ratio)


@lru_cache(maxsize=512)
def _picture(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    picture = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(0, 0, 0, 0))
    drawing = _ICONS[name](Drawing())
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / _BOX, size / _BOX)
    painter.strokePath(drawing.lines, ink.pen(colour, _LINE))
    painter.fillPath(drawing.filled, ink.brush(colour))
    painter.end()
    return picture


def names() -> tuple[str, ...]:
    """Every icon there is."""
    return tuple(_ICONS)


def _octagon(d: Drawing) -> Drawing:
    near, far = 8, 16
    corners = ((near, 2), (far, 2), (22, near), (22, far), (far, 22), (near, 22), (2, far), (2, near))
    return d.polygon(*corners).mark()


def _phone(d: Drawing) -> Drawing:
    d.line((6.5, 3.5), (9.5, 3.5), (11, 8), (8.8, 9.8))
    d.lines.cubicTo(QPointF(10, 12.2), QPointF(11.8, 14), QPointF(14.2, 15.2))
    for point in ((16.0, 13.0), (20.5, 14.5), (20.5, 17.5)):
        d.lines.lineTo(QPointF(*point))
    d.lines.cubicTo(QPointF(20.5, 19.4), QPointF(19, 20.7), QPointF(17.2, 20.4))
    d.lines.cubicTo(QPointF(10, 19.4), QPointF(4.6, 14), QPointF(3.6, 6.8))
    d.lines.cubicTo(QPointF(3.3, 5), QPointF(4.6, 3.5), QPointF(6.5, 3.5))
    return d


def _lock(d: Drawing) -> Drawing:
    d.lines.addRoundedRect(QRectF(4.5, 10.5, 15, 10), 2, 2)
    d.line((8, 10.5), (8, 8))
    d.lines.cubicTo(QPointF(8, 2.4), QPointF(16, 2.4), QPointF(16, 8))
    d.lines.lineTo(QPointF(16, 10.5))
    return d


def _eye(d: Drawing) -> Drawing:
    d.curve((2, 12), ((6.5, 4.8), (17.5, 4.8), (22, 12)), ((17.5, 19.2), (6.5, 19.2), (2, 12)))
    return d.ring(12, 12, 3)


def _help(d: Drawing) -> Drawing:
    d.ring(12, 12, 8.5)
    d.curve((9.4, 9.6), ((9.4, 6.2), (14.8, 6.4), (14.6, 9.6)), ((14.5, 11.4), (12, 11.6), (12, 13.8)))
    return d.dot(12, 16.8)


def _person(d: Drawing) -> Drawing:
    return d.ring(12, 7.5, 4).curve((3.5, 20.5), ((4.5, 12.5), (19.5, 12.5), (20.5, 20.5)))


_ICONS: Final[dict[str, Callable[[Drawing], Drawing]]] = {
    "circle": lambda d: d.ring(12, 12, 8.5),
    "dot": lambda d: d.ring(12, 12, 8.5).dot(12, 12, 3.4),
    "info": lambda d: d.ring(12, 12, 8.5).line((12, 11), (12, 16.5)).dot(12, 7.8),
    "help": _help,
    "triangle": lambda d: d.polygon((12, 3), (22, 20.5), (2, 20.5)).line((12, 9.5), (12, 14.2)).dot(12, 17.2),
    "diamond": lambda d: d.polygon((12, 1.8), (22.2, 12), (12, 22.2), (1.8, 12)).mark(),
    "octagon": _octagon,
    "phone": _phone,
    "lock": _lock,
    "eye": _eye,
    "eye_off": lambda d: _eye(d).line((4, 20), (20, 4)),
    "search": lambda d: d.ring(9.7, 9.7, 6.2).line((14.4, 14.4), (20.5, 20.5)),
    "clock": lambda d: d.ring(12, 12, 8.5).line((12, 7), (12, 12), (15.5, 14)),
    "person": _person,
    "speech": lambda d: d.polygon((4, 4.5), (20, 4.5), (20, 16), (12, 16), (7, 20.5), (7, 16), (4, 16)),
    "file": lambda d: (
        d.polygon((6, 3), (14, 3), (18.5, 7.5), (18.5, 21), (6, 21))
        .line((9, 12), (15.5, 12))
        .line((9, 16), (15.5, 16))
    ),
    "folder": lambda d: d.polygon((3, 19.5), (3, 5), (9.5, 5), (11.5, 7.5), (21, 7.5), (21, 19.5)),
    "plus": lambda d: d.line((12, 5), (12, 19)).line((5, 12), (19, 12)),
    "cross": lambda d: d.line((6, 6), (18, 18)).line((18, 6), (6, 18)),
    "tick": lambda d: d.line((5, 12.5), (10, 17.5), (19, 7)),
    "left": lambda d: d.line((14.5, 5.5), (8, 12), (14.5, 18.5)),
    "right": lambda d: d.line((9.5, 5.5), (16, 12), (9.5, 18.5)),
    "up": lambda d: d.line((5.5, 14.5), (12, 8), (18.5, 14.5)),
    "down": lambda d: d.line((5.5, 9.5), (12, 16), (18.5, 9.5)),
    "arrow_left": lambda d: d.line((19.5, 12), (5, 12)).line((11, 6), (5, 12), (11, 18)),
    "arrow_right": lambda d: d.line((4.5, 12), (19, 12)).line((13, 6), (19, 12), (13, 18)),
    "undo": lambda d: d.line((8.5, 5), (4.5, 9), (8.5, 13)).line(
        (4.5, 9), (16, 9), (19.5, 12.5), (19.5, 18.5)
    ),
    "list": lambda d: (
        d.line((9, 6), (20, 6))
        .line((9, 12), (20, 12))
        .line((9, 18), (20, 18))
        .dot(4.5, 6)
        .dot(4.5, 12)
        .dot(4.5, 18)
    ),
}
