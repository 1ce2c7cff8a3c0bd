"""The ring around what has the keyboard: the same everywhere, outside the control, in a colour of its own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from borg_triage.ui import theme

# Pixels between the control and the outer edge of the ring.
_AROUND = 4
_FOLLOWED = {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.LayoutRequest}


class Ring(QWidget):
    """Lies over the ground that the control scrolls with, and lets every click through."""

    def __init__(self, ground: QWidget) -> None:
        super().__init__(ground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ring."""
        now = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(now.colours.focus), 3))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), now.px(6), now.px(6))
        painter.end()


class FocusRing(QObject):
    """Moves the ring to whatever takes the keyboard, and with it when it moves."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.ring: Ring | None = None
        self._followed: list[QWidget] = []
        self._control: QWidget | None = None
        app.focusChanged.connect(lambda _old, new: self.follow(new))

    def follow(self, new: QWidget | None) -> None:
        """Go round this control, or nothing."""
        self._let_go()
        # What shows for itself where the keyboard is, such as a list with its chosen line, says so.
        if new is None or new.isWindow() or new.property("ring") == "none":
            return
        ground = _ground_of(new)
        self._control, self.ring = new, Ring(ground)
        here: QWidget | None = new
        while here is not None and here is not ground:
            here.installEventFilter(self)
            self._followed.append(here)
            here = here.parentWidget()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the control and all it lies in."""
        if event.type() in _FOLLOWED:
            self._place()
        return False

    def _place(self) -> None:
        control, ring = self._control, self.ring
        if control is None or ring is None or not isValid(control) or not isValid(ring):
            return
        ground = ring.parentWidget()
        if ground is None:
            return
        box = QRect(control.mapTo(ground, QPoint(0, 0)), control.size())
        ring.setGeometry(box.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND))
        ring.raise_()
        ring.show()

    def _let_go(self) -> None:
        for widget in self._followed:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._followed.clear()
        if self.ring is not None and isValid(self.ring):
            self.ring.hide()
            self.ring.deleteLater()
        self._control = self.ring = None


def install_ring() -> None:
    """Give the program its ring, once; it goes at once to what has the keyboard."""
    app = QApplication.instance()
    if isinstance(app, QApplication) and not app.property("focus_ring"):
        app.setProperty("focus_ring", True)
        FocusRing(app).follow(app.focusWidget())


def _ground_of(control: QWidget) -> QWidget:
    """What the control scrolls with: the ground of its scroll area, else its window.

    Goes no further up than a ground: to look at a viewport, which Qt made itself, PySide first loads every
    class of widget there is, and that alone takes longer than the rest of a start.
    """
    here = control
    while not here.property("ground") and not here.isWindow():
        parent = here.parentWidget()
        if parent is None:
            break
        here = parent
    return here
