"""The lock before a vault: one thread at a time is let in, and whoever is inside can see that others wait."""

from __future__ import annotations

import threading
from types import TracebackType


class Door:
    """Who is inside may come in again, as with an RLock."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._counting = threading.Lock()
        self._waiting = 0

    @property
    def wanted(self) -> bool:
        """Whether anybody waits to be let in."""
        return self._waiting > 0

    def acquire(self) -> None:
        """Wait, and go in."""
        if self._lock.acquire(blocking=False):
            return
        self._count(1)
        try:
            self._lock.acquire()
        finally:
            self._count(-1)

    def release(self) -> None:
        """Go out."""
        self._lock.release()

    def _count(self, number: int) -> None:
        with self._counting:
            self._waiting += number

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
