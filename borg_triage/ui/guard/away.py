"""Notices that the machine slept, or that the system locked its screen.

Everywhere: two clocks are compared (`Slept`). Beside it what the system itself tells, where it does:
Windows (`windows.py`), macOS (`macos.py`), logind on Linux (`logind.py`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QWindow

from borg_triage.ui.guard.reasons import Reason

_BUS: Final = Path("/run/dbus/system_bus_socket")
_EVERY_MS: Final = 2000
# Seconds. Shorter is no sleep, and the system's clock is put right by less than this.
_JUMP: Final = 15.0

Tell = Callable[[Reason], object]
Clock = Callable[[], float]


class Watch(Protocol):
    """What the system tells."""

    def hold(self) -> None:
        """A vault is open: the machine is to wait with its sleep until it is locked, where that can be."""

    def release(self) -> None:
        """It is locked."""

    def stop(self) -> None:
        """Listen no more."""


class Slept(QObject):
    """Tells "asleep" when more time went by than was lived through.

    Two signs. The time of day ran ahead of the clock that stands still in sleep (Linux, macOS; a machine
    in a window that was put away too). Or a look that was due in two seconds comes much later (Windows,
    whose clock goes on; a program that was halted). The time of day put forward by hand is a third cause, and
    locks too.
    """

    def __init__(
        self, owner: QObject, tell: Tell, wall: Clock = time.time, steady: Clock = time.monotonic
    ) -> None:
        super().__init__(owner)
        self._tell, self._wall, self._steady = tell, wall, steady
        self._before = (wall(), steady())
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def look(self) -> None:
        """Compare the clocks."""
        (wall, steady), self._before = self._before, (self._wall(), self._steady())
        by_day, lived = self._before[0] - wall, self._before[1] - steady
        if by_day - lived > _JUMP or lived > _EVERY_MS / 1000 + _JUMP:
            self._tell("asleep")


def listen(owner: QObject, window: QWindow, tell: Tell) -> Watch | None:
    """What the system tells of sleep and of its screen lock; None where it tells nothing."""
    if sys.platform == "win32":
        from borg_triage.ui.guard.windows import SessionWatch

        return SessionWatch(int(window.winId()), tell)
    if sys.platform == "darwin":
        from borg_triage.ui.guard.macos import ScreenLock

        return ScreenLock(tell)
    if not _BUS.exists():
        return None
    from borg_triage.ui.guard import logind

    return logind.listen(owner, tell)
