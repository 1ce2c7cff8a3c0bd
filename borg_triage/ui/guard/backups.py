"""Makes the backups that are due while the vault is open, on a thread of their own: nobody waits for them.

Whoever locks does not wait either: the vault closes under a backup in the making, which is thrown away, and
its work gets one at the next opening.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer

from borg_triage.ui.jobs import Job

if TYPE_CHECKING:
    from borg_triage.app.session import Session

# Soon after the opening for what the last time left without one; the clock is looked at now and then.
_FIRST_MS: Final = 20_000
_EVERY_MS: Final = 5 * 60_000
_SOON_MS: Final = 1_000
_AFTER_FAILURE_MS: Final = 60 * 60_000


class Backups(QObject):
    """busy: whether other work has the vault. failed: told why a backup could not be made."""

    def __init__(
        self, owner: QObject, busy: Callable[[], bool], failed: Callable[[Exception], object]
    ) -> None:
        super().__init__(owner)
        self._busy, self._tell = busy, failed
        self._session: Session | None = None
        self._job: Job | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)

    def start(self, session: Session) -> None:
        """Look after a vault from now on."""
        self._session = session
        self._timer.start(_FIRST_MS)

    def stop(self) -> None:
        """Look after none. A backup in the making ends by itself."""
        self._session = None
        self._timer.stop()

    def soon(self) -> None:
        """Look in a moment: what is being done ends first."""
        if self._session is not None:
            self._timer.start(_SOON_MS)

    def wait(self, milliseconds: int) -> None:
        """Wait a little for a backup in the making: it holds a key."""
        if self._job is not None:
            self._job.wait(milliseconds)

    def look(self) -> None:
        """Make a backup if it is time."""
        session = self._session
        if session is None:
            return
        self._timer.start(_EVERY_MS)
        if self._job is None and not self._busy():
            self._job = Job(
                self, session.back_up_if_due, self._ended, lambda error: self._failed(session, error)
            )
            self._job.holds = False
            self._job.start()

    def _ended(self, _made: Any) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None

    def _failed(self, session: Session, error: Exception) -> None:
        self._ended(None)
        # Of a vault that was locked meanwhile nothing is told.
        if session is self._session:
            self._timer.start(_AFTER_FAILURE_MS)
            self._tell(error)
