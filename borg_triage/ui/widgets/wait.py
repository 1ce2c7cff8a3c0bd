"""The pause after wrong passphrases: the seconds count down, and the button rests meanwhile."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QTimer

from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.banner import announce
from borg_triage.ui.widgets.basics import Body, Column, Notice

_TICK_MS = 200


class Pause(Column):
    """Takes no room while nobody waits. rests: called with True when a pause begins, False when it is over.

    It goes by seconds that only go forward, so that a clock that is set changes nothing here; how long is
    waited, the vault itself decides.
    """

    def __init__(self, ctx: Context, rests: Callable[[bool], object]) -> None:
        super().__init__()
        self._ctx, self._rests = ctx, rests
        self._until = 0.0
        self._shown = -1
        self.notice = self.add(Notice(ctx.t("unlock.wait.title"), "", "attention"))
        self.line = self.notice.column.add(Body("", tone=theme.current().kind("attention").ink))
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._look)
        self.hide()

    @property
    def left(self) -> int:
        """Seconds still to wait; 0 for none."""
        return max(0, math.ceil(self._until - time.monotonic())) if self._timer.isActive() else 0

    def begin(self, seconds: float) -> None:
        """Wait this long from now."""
        if seconds <= 0:
            return
        self._until = time.monotonic() + seconds
        self._timer.start()
        self._rests(True)
        self._show(self.left)
        self.show()
        announce(self.notice)

    def end(self) -> None:
        """Wait no longer, as with another vault."""
        if not self._timer.isActive():
            return
        self._timer.stop()
        self.hide()
        self._rests(False)

    def _look(self) -> None:
        left = self.left
        if left <= 0:
            self.end()
        elif left != self._shown:
            self._show(left)

    def _show(self, left: int) -> None:
        self._shown = left
        text = self._ctx.texts.plural("unlock.wait", left)
        self.line.setText(text)
        self.notice.setAccessibleDescription(text)
