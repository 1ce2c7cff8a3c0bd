"""Collects garbage in the window's thread alone.

Python collects wherever it happens to make an object, also on the thread of a job. Among the garbage are
pages, which hold each other in circles; and to delete a list and its model, or a window and its event filter,
outside the window's thread ends the program.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 1000


class Garbage(QObject):
    """From its making until `stop`: looks every second, and collects as Python would by its own counts."""

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self._before = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def stop(self) -> None:
        """Python collects by itself again; what there is goes first, here: a vault may still be closing."""
        self._timer.stop()
        if self._before:
            gc.collect()
            gc.enable()

    def look(self) -> None:
        """Collect the oldest generation whose count is over its threshold, and the younger with it."""
        over = [count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if any(over):
            gc.collect(max(place for place, full in enumerate(over) if full))
