"""Locks when nobody has touched the program for some minutes, and says so a little before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

# Seconds. WCAG 2.2.1 asks for twenty, to go on with one simple movement.
WARNING: Final = 20

Clock = Callable[[], float]


class Idle(QObject):
    """Counts from `start` and from every `touch`.

    clock: seconds that only go forward. warn: called with True when the warning is due, with False when
    it is over. lock: called when the time is up. At rest between; one timer, of one shot.
    """

    def __init__(
        self, owner: QObject, clock: Clock, warn: Callable[[bool], object], lock: Callable[[], object]
    ) -> None:
        super().__init__(owner)
        self._clock, self._warn, self._lock = clock, warn, lock
        self._limit = 0.0
        self._last = 0.0
        self._warned = False
        self._running = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)

    def start(self, minutes: int) -> None:
        """Count from now. minutes: how long nothing may happen."""
        self._limit, self._last, self._running = minutes * 60.0, self._clock(), True
        self._over()
        self._rest()

    def stop(self) -> None:
        """Do not count."""
        self._running = False
        self._timer.stop()
        self._over()

    def touch(self) -> None:
        """Somebody is there."""
        self._last = self._clock()
        if self._warned:
            self._over()
            self._rest()

    def look(self) -> None:
        """Warn or lock, if it is time."""
        if not self._running:
            return
        left = self._left()
        if left <= 0:
            self.stop()
            self._lock()
            return
        if left <= WARNING and not self._warned:
            self._warned = True
            self._warn(True)
        self._rest()

    def _left(self) -> float:
        return self._last + self._limit - self._clock()

    def _rest(self) -> None:
        wait = self._left() - (0 if self._warned else WARNING)
        self._timer.start(max(1, round(wait * 1000)))

    def _over(self) -> None:
        if self._warned:
            self._warned = False
            self._warn(False)
