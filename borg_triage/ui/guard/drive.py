"""Watches whether the vault is still where it was: a stick can be pulled out, a share can go away.

It looks off the window's thread, since a share that has died keeps whoever looks at it waiting. Such a look
is never waited for: without an answer in ten seconds the vault counts as out of reach too.
"""

from __future__ import annotations

import os
import time
from _thread import start_new_thread
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from borg_triage.ui.guard.reasons import Reason

# A look begins at one tick and is read at the next.
_TICK_MS: Final = 1000
_SILENT_S: Final = 10.0
# A share may miss once.
_MISSES: Final = 2


def look_at(path: Path) -> deque[bool]:
    """Begin to look whether a file is there. The answer comes into what this gives, when it comes.

    No line of Python runs in that thread: one could set off the collection of garbage there, and no widget
    may be deleted outside the window's own thread.
    """
    answers: deque[bool] = deque()
    start_new_thread(answers.extend, (map(os.access, (os.fspath(path),), (os.F_OK,)),))
    return answers


class DriveWatch(QObject):
    """tell: called once, with "drive" when the vault is no longer there, "share" when no answer comes.

    clock: seconds that only go forward. begin: begins a look; its answer appears in what it gives.
    """

    def __init__(
        self,
        owner: QObject,
        tell: Callable[[Reason], object],
        clock: Callable[[], float] = time.monotonic,
        begin: Callable[[Path], deque[bool]] = look_at,
    ) -> None:
        super().__init__(owner)
        self._tell, self._clock, self._begin = tell, clock, begin
        self._path: Path | None = None
        self._answers: deque[bool] | None = None
        self._asked = 0.0
        self._misses = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.look)

    def start(self, path: Path) -> None:
        """Watch a vault from now on."""
        self._path, self._answers, self._misses = path, None, 0
        self._timer.start()

    def stop(self) -> None:
        """Watch nothing. A look that is still under way ends by itself, unread."""
        self._path = self._answers = None
        self._timer.stop()

    def look(self) -> None:
        """Begin a look, or read the one under way; one that takes too long is an answer as well."""
        if self._path is None:
            return
        if self._answers is None:
            self._look_at(self._path)
        elif self._answers:
            self._judge(self._path, there=self._answers[0])
        elif self._clock() - self._asked > _SILENT_S:
            self._end("share")

    def _look_at(self, path: Path) -> None:
        self._answers, self._asked = self._begin(path), self._clock()

    def _judge(self, path: Path, *, there: bool) -> None:
        self._answers = None
        self._misses = 0 if there else self._misses + 1
        if self._misses >= _MISSES:
            self._end("drive")
        elif not there:
            self._look_at(path)

    def _end(self, reason: Reason) -> None:
        self.stop()
        self._tell(reason)
