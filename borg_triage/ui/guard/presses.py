"""Watches the hands: any touch of a key, mouse or screen, and Escape twice.

It looks at the windows of the system, where every key and touch arrives first, whatever has the keyboard:
a field, a list that dropped down, a dialog, a window that is disabled while it works. To look at every
widget instead would make each page some three times slower to build.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow

# Milliseconds between the two presses, by the clock of the keyboard: a busy window counts them rightly too.
TWICE: Final = 700

_TOUCHES: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
    }
)


class Presses(QObject):
    """touched: called at every touch. twice: called at the second Escape, which then goes nowhere else.

    first: the window to watch at once; every other of the program is watched from when it has the keyboard.
    """

    def __init__(
        self,
        app: QGuiApplication,
        owner: QObject,
        first: QWindow | None,
        touched: Callable[[], object],
        twice: Callable[[], object],
    ) -> None:
        super().__init__(owner)
        self._app = app
        self._touched = touched
        self._twice = twice
        self._before: int | None = None
        self._watch(first)
        self._watch(app.focusWindow())
        app.focusWindowChanged.connect(self._watch)

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            # Qt takes one filter once, however often it is given.
            window.installEventFilter(self)

    def stop(self) -> None:
        """Watch nothing any more."""
        self._app.focusWindowChanged.disconnect(self._watch)
        for window in self._app.topLevelWindows():
            window.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let everything pass but the second Escape."""
        if event.type() not in _TOUCHES:
            return False
        if isinstance(event, QKeyEvent):
            if event.isAutoRepeat():
                # A key that something lies on is nobody's hand.
                return False
            if self._is_second(event):
                self._twice()
                return True
        self._touched()
        return False

    def _is_second(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape:
            self._before = None
            return False
        before, now = self._before, event.timestamp()
        second = before is not None and 0 <= now - before <= TWICE
        self._before = None if second else now
        return second
