"""A hand on the real windows: it clicks, types and takes pictures, as a person at a screen would.

Used by the demo and the screenshots; tests drive the same windows through it too.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QScrollArea, QWidget

from borg_triage.ui.widgets.basics import Disclosure

_PATIENCE_S: Final = 60.0
_ABOVE: Final = 16
# What the offscreen platform says of itself, and tells nobody anything.
_NOISE: Final = "This plugin does not support"
_Page = TypeVar("_Page", bound=QWidget)


def hush() -> None:
    """Keep the offscreen platform from talking about itself; every other message of Qt still shows."""

    def handler(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if not message.startswith(_NOISE):
            sys.stderr.write(f"{message}\n")

    qInstallMessageHandler(handler)


class Driver:
    """window: the window that is driven. pictures: the folder that pictures go to, None for none."""

    def __init__(self, window: QWidget, pictures: Path | None = None) -> None:
        self._window = window
        self._pictures = pictures
        self.taken: list[Path] = []

    def settle(self) -> None:
        """Let everything happen that waits to happen."""
        for _ in range(4):
            QCoreApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def wait_for(self, done: Callable[[], bool]) -> None:
        """Wait until something has happened. Raises TimeoutError after a minute."""
        end = time.monotonic() + _PATIENCE_S
        while not done():
            if time.monotonic() > end:
                raise TimeoutError("the window did not come this far")
            QTest.qWait(10)
        self.settle()

    def page(self, kind: type[_Page]) -> _Page:
        """The page that shows. Raises TypeError when it is another one."""
        self.settle()
        page = getattr(self._window, "page", None)
        if not isinstance(page, kind):
            raise TypeError(f"{kind.__module__} was expected, {type(page).__module__} shows")
        return page

    def click(self, button: QAbstractButton) -> None:
        """Bring a button into view and click it."""
        self.reveal(button)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def type(self, field: QLineEdit | QPlainTextEdit, text: str) -> None:
        """Type a text in a field, over what was there."""
        self.reveal(field)
        field.setFocus()
        field.selectAll()
        # Key by key would take the letters that a keyboard here does not have from the text.
        if isinstance(field, QLineEdit):
            field.insert(text)
        else:
            field.insertPlainText(text)
        self.settle()

    def open(self, disclosure: Disclosure) -> None:
        """Open what is folded."""
        if not disclosure.is_open:
            self.click(disclosure.button)

    def reveal(self, widget: QWidget) -> None:
        """Scroll the page until a widget shows."""
        area = widget.parentWidget()
        while area is not None:
            if isinstance(area, QScrollArea):
                area.ensureWidgetVisible(widget)
            area = area.parentWidget()
        self.settle()

    def scroll_to(self, widget: QWidget) -> None:
        """Scroll the page until a widget stands near its top."""
        self.settle()
        page = getattr(self._window, "page", None)
        ground = page.widget() if isinstance(page, QScrollArea) else None
        if isinstance(page, QScrollArea) and ground is not None:
            top = widget.mapTo(ground, widget.rect().topLeft()).y()
            page.verticalScrollBar().setValue(max(0, top - _ABOVE))
        self.settle()

    def picture(self, name: str, of: QWidget | None = None) -> None:
        """Keep what the window (or another) shows as NAME.png. Raises OSError where it cannot be written."""
        if self._pictures is None:
            return
        self.settle()
        path = self._pictures / f"{name}.png"
        if not (of or self._window).grab().save(str(path)):
            raise OSError(f"{path.name} could not be written")
        self.taken.append(path)
