"""Erasing working copies while people work on: the window stays alive, and nobody waits for it.

Of the window: the page on which it began may be left meanwhile. First the rows go, which is soon done. What
is left of them in the file and the backups takes long; that makes room for whoever wants the vault, and is
tried again when it is quiet. Locking ends it, and the next opening does the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from borg_triage.ui.context import Context
from borg_triage.ui.jobs import Job

if TYPE_CHECKING:
    from borg_triage.app.session import Session

# After the rows: the list reads itself anew first.
_SOON_MS: Final = 1_000
_AGAIN_MS: Final = 20_000


class QuietErasing(QObject):
    """Of one session. changed: rows are gone, or more is cleared, or less than was wanted."""

    changed = Signal()

    def __init__(self, window: QWidget, ctx: Context, session: Session) -> None:
        super().__init__(window)
        self._ctx, self.session = ctx, session
        self.job: Job | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._clear_up)

    @classmethod
    def of(cls, window: QWidget, ctx: Context, session: Session) -> QuietErasing:
        """The one of a session in a window."""
        found = (one for one in window.findChildren(cls) if one.session is session)
        return next(found, None) or cls(window, ctx, session)

    def start(self) -> None:
        """Erase what is to go now."""
        if self.job is None and not self._is_over():
            self._run(self.session.dues.take_out_copies, _SOON_MS)

    def _clear_up(self) -> None:
        if self.job is None and not self._is_over():
            self._run(lambda: self.session.dues.clear_up(self._is_over), _AGAIN_MS)

    def _is_over(self) -> bool:
        """Whether the session was locked. Asked by the work too, on its thread."""
        return self._ctx.session is not self.session

    def _run(self, work: Callable[[], Any], then_after: int) -> None:
        def failed(error: Exception) -> None:
            ended(None)
            # Nobody is to read over a shoulder that anything is erased; the list says what is left.
            if not self._ctx.neutral:
                self._ctx.fail(error)

        def ended(_result: object) -> None:
            if self.job is not None:
                self.job.deleteLater()
            self.job = None
            if self._is_over():
                self.deleteLater()
                return
            if self.session.dues.clearing:
                self._later.start(then_after)
            self.changed.emit()

        self.job = Job(self, work, ended, failed)
        self.job.start()
