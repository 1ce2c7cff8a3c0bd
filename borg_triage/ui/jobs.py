"""Slow work off the window's thread, with its result brought back into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal


class Job(QThread):
    """Runs `work` on a thread of its own; then calls `done` with its result, or `failed` with its error.

    Both are called in the thread of the window, and neither when the owner is gone by then. holds: whether
    the vault has to stay open until it is done.
    """

    _finished = Signal(object, object)

    def __init__(
        self,
        owner: QObject,
        work: Callable[[], Any],
        done: Callable[[Any], object],
        failed: Callable[[Exception], object],
    ) -> None:
        super().__init__(owner)
        self._work = work
        self._done = done
        self._failed = failed
        self.holds = True
        self._finished.connect(self._report)

    def run(self) -> None:
        """The work itself; called by Qt in the new thread."""
        try:
            result = self._work()
        except Exception as error:  # noqa: BLE001  (whatever happened is told, in the window's thread)
            self._finished.emit(None, error)
        else:
            self._finished.emit(result, None)

    def _report(self, result: object, error: Exception | None) -> None:
        self.wait()
        if error is None:
            self._done(result)
        else:
            self._failed(error)
