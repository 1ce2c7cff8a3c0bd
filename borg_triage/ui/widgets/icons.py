"""Small line icons, drawn here: no files, no SVG library, any colour and size.

Every icon stands beside a text; none carries a meaning alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

Draw = Callable[[QPainter, QColor], None]
_BOX: Final = 24.0


def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """An icon as a square picture of `size` pixels. Raises KeyError for a name that is not drawn here."""
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    picture = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(0, 0, 0, 0))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / _BOX, size / _BOX)
    painter.setPen(pen(colour, 2.0))
    _ICONS[name](painter, QColor(colour))
    painter.end()
    return picture


def pen(colour: str, width: float) -> QPen:
    """A pen of a colour and a width. Its longer constructor would bring the whole namespace Qt along."""
    made = QPen(QColor(colour))
    made.setWidthF(width)
    return made


def names() -> tuple[str, ...]:
    """Every icon there is."""
    return tuple(_ICONS)


def _lines(*strokes: tuple[tuple[float, float], ...]) -> Draw:
    def draw(painter: QPainter, _: QColor) -> None:
        for stroke in strokes:
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in stroke]))

    return draw


def _mark(painter: QPainter) -> None:
    """The upright of an exclamation mark with its dot."""
    painter.drawLine(QPointF(12, 8), QPointF(12, 12.6))
    painter.drawPoint(QPointF(12, 16))


def _circle(painter: QPainter, _: QColor) -> None:
    painter.drawEllipse(QRectF(3.5, 3.5, 17, 17))


def _dot(painter: QPainter, colour: QColor) -> None:
    _circle(painter, colour)
    painter.setBrush(colour)
    painter.drawEllipse(QRectF(9.5, 9.5, 5, 5))


def _info(painter: QPainter, colour: QColor) -> None:
    _circle(painter, colour)
    painter.drawLine(QPointF(12, 11), QPointF(12, 16))
    painter.drawPoint(QPointF(12, 7.7))


def _help(painter: QPainter, colour: QColor) -> None:
    _circle(painter, colour)
    path = QPainterPath(QPointF(9.4, 9.6))
    path.cubicTo(9.4, 6.2, 14.8, 6.4, 14.6, 9.6)
    path.cubicTo(14.5, 11.4, 12, 11.6, 12, 13.6)
    painter.drawPath(path)
    painter.drawPoint(QPointF(12, 16.6))


def _triangle(painter: QPainter, _: QColor) -> None:
    painter.drawPolygon(QPolygonF([QPointF(12, 3), QPointF(22, 20.5), QPointF(2, 20.5)]))
    painter.drawLine(QPointF(12, 10), QPointF(12, 14))
    painter.drawPoint(QPointF(12, 17.2))


def _diamond(painter: QPainter, _: QColor) -> None:
    painter.drawPolygon(QPolygonF([QPointF(12, 1.8), QPointF(22.2, 12), QPointF(12, 22.2), QPointF(1.8, 12)]))
    _mark(painter)


def _octagon(painter: QPainter, _: QColor) -> None:
    near, far = 8.0, 16.0
    corners = ((near, 2), (far, 2), (22, near), (22, far), (far, 22), (near, 22), (2, far), (2, near))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    _mark(painter)


def _phone(painter: QPainter, _: QColor) -> None:
    path = QPainterPath(QPointF(6.5, 3.5))
    path.lineTo(9.5, 3.5)
    path.lineTo(11, 8)
    path.lineTo(8.8, 9.8)
    path.cubicTo(10, 12.2, 11.8, 14, 14.2, 15.2)
    path.lineTo(16, 13)
    path.lineTo(20.5, 14.5)
    path.lineTo(20.5, 17.5)
    path.cubicTo(20.5, 19.4, 19, 20.7, 17.2, 20.4)
    path.cubicTo(10, 19.4, 4.6, 14, 3.6, 6.8)
    path.cubicTo(3.3, 5, 4.6, 3.5, 6.5, 3.5)
    painter.drawPath(path)


def _lock(painter: QPainter, _: QColor) -> None:
    painter.drawRoundedRect(QRectF(4.5, 10.5, 15, 10), 2, 2)
    path = QPainterPath(QPointF(8, 10.5))
    path.lineTo(8, 8)
    path.cubicTo(8, 2.4, 16, 2.4, 16, 8)
    path.lineTo(16, 10.5)
    painter.drawPath(path)


def _eye(painter: QPainter, _: QColor) -> None:
    path = QPainterPath(QPointF(2, 12))
    path.cubicTo(6.5, 4.8, 17.5, 4.8, 22, 12)
    path.cubicTo(17.5, 19.2, 6.5, 19.2, 2, 12)
    painter.drawPath(path)
    painter.drawEllipse(QRectF(9, 9, 6, 6))


def _eye_off(painter: QPainter, colour: QColor) -> None:
    _eye(painter, colour)
    painter.drawLine(QPointF(4, 20), QPointF(20, 4))


def _search(painter: QPainter, _: QColor) -> None:
    painter.drawEllipse(QRectF(3.5, 3.5, 12.5, 12.5))
    painter.drawLine(QPointF(14.4, 14.4), QPointF(20.5, 20.5))


def _clock(painter: QPainter, colour: QColor) -> None:
    _circle(painter, colour)
    painter.drawPolyline(QPolygonF([QPointF(12, 7), QPointF(12, 12), QPointF(15.5, 14)]))


def _person(painter: QPainter, _: QColor) -> None:
    painter.drawEllipse(QRectF(8, 3.5, 8, 8))
    path = QPainterPath(QPointF(3.5, 20.5))
    path.cubicTo(4.5, 12.5, 19.5, 12.5, 20.5, 20.5)
    painter.drawPath(path)


def _speech(painter: QPainter, _: QColor) -> None:
    path = QPainterPath(QPointF(4, 4.5))
    for x, y in ((20, 4.5), (20, 16), (12, 16), (7, 20.5), (7, 16), (4, 16), (4, 4.5)):
        path.lineTo(x, y)
    painter.drawPath(path)


def _file(painter: QPainter, _: QColor) -> None:
    path = QPainterPath(QPointF(6, 3))
    for x, y in ((14, 3), (18.5, 7.5), (18.5, 21), (6, 21), (6, 3)):
        path.lineTo(x, y)
    painter.drawPath(path)
    painter.drawLine(QPointF(9, 12), QPointF(15.5, 12))
    painter.drawLine(QPointF(9, 16), QPointF(15.5, 16))


def _folder(painter: QPainter, _: QColor) -> None:
    path = QPainterPath(QPointF(3, 19.5))
    for x, y in ((3, 5), (9.5, 5), (11.5, 7.5), (21, 7.5), (21, 19.5), (3, 19.5)):
        path.lineTo(x, y)
    painter.drawPath(path)


_ICONS: Final[dict[str, Draw]] = {
    "circle": _circle,
    "dot": _dot,
    "info": _info,
    "help": _help,
    "triangle": _triangle,
    "diamond": _diamond,
    "octagon": _octagon,
    "phone": _phone,
    "lock": _lock,
    "eye": _eye,
    "eye_off": _eye_off,
    "search": _search,
    "clock": _clock,
    "person": _person,
    "speech": _speech,
    "file": _file,
    "folder": _folder,
    "plus": _lines(((12, 4.5), (12, 19.5)), ((4.5, 12), (19.5, 12))),
    "cross": _lines(((5.5, 5.5), (18.5, 18.5)), ((18.5, 5.5), (5.5, 18.5))),
    "tick": _lines(((4.5, 12.5), (10, 18), (19.5, 6.5))),
    "left": _lines(((14.5, 5), (7.5, 12), (14.5, 19))),
    "right": _lines(((9.5, 5), (16.5, 12), (9.5, 19))),
    "up": _lines(((5, 14.5), (12, 7.5), (19, 14.5))),
    "down": _lines(((5, 9.5), (12, 16.5), (19, 9.5))),
    "arrow_left": _lines(((20, 12), (4.5, 12)), ((11, 5.5), (4.5, 12), (11, 18.5))),
    "arrow_right": _lines(((4, 12), (19.5, 12)), ((13, 5.5), (19.5, 12), (13, 18.5))),
    "undo": _lines(((8.5, 4.5), (4, 9), (8.5, 13.5)), ((4, 9), (16, 9), (20, 13), (20, 19))),
    "list": _lines(
        ((8.5, 6), (20.5, 6)),
        ((8.5, 12), (20.5, 12)),
        ((8.5, 18), (20.5, 18)),
        ((4, 6), (4.2, 6)),
        ((4, 12), (4.2, 12)),
        ((4, 18), (4.2, 18)),
    ),
}
