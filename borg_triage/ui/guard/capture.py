"""Keeps our windows out of screen captures, where the system can: Windows and macOS.

Linux offers nothing of the kind: under X11 every program sees the whole screen, under Wayland the desktop
asks the user. A photograph of the screen is out of anyone's reach.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QWindow

if TYPE_CHECKING:
    from borg_triage.ui.guard.windows import ShownWatch


def offered() -> bool:
    """Whether this system can keep a window out of captures."""
    return sys.platform in {"win32", "darwin"}


class Capture(QObject):
    """Every window of the program: those there are, and those to come.

    On macOS a menu or a list that drops down never has the keyboard, and can still be captured.
    """

    def __init__(self, app: QGuiApplication, owner: QObject, on: bool) -> None:
        super().__init__(owner)
        self._app, self._on = app, on
        self._works = offered()
        self._shown: ShownWatch | None = None
        if not self._works:
            return
        app.focusWindowChanged.connect(self._cover)
        if sys.platform == "win32":
            from borg_triage.ui.guard.windows import ShownWatch, keep_out

            self._shown = ShownWatch(lambda hwnd: keep_out(hwnd, self._on))
        self._cover_all()

    def follow(self, on: bool) -> None:
        """Keep them out, or let them in again."""
        if on != self._on:
            self._on = on
            self._cover_all()

    def stop(self) -> None:
        """Look at no window any more."""
        if self._works:
            self._app.focusWindowChanged.disconnect(self._cover)
        if self._shown is not None:
            self._shown.stop()

    def _cover_all(self) -> None:
        if self._works:
            for window in self._app.topLevelWindows():
                self._cover(window)

    def _cover(self, window: QWindow | None) -> None:
        if window is None or not window.isVisible():
            return
        if sys.platform == "win32":
            from borg_triage.ui.guard import windows

            windows.keep_out(int(window.winId()), self._on)
        elif sys.platform == "darwin":
            from borg_triage.ui.guard import macos

            macos.keep_out(int(window.winId()), self._on)
