"""All guards of one window, from its first painting until it closes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from borg_triage.ui.guard import away
from borg_triage.ui.guard.backups import Backups
from borg_triage.ui.guard.capture import Capture
from borg_triage.ui.guard.clipboard import ClipboardGuard
from borg_triage.ui.guard.drive import DriveWatch
from borg_triage.ui.guard.garbage import Garbage
from borg_triage.ui.guard.idle import WARNING, Clock, Idle
from borg_triage.ui.guard.locking import works
from borg_triage.ui.guard.presses import Presses
from borg_triage.ui.guard.warning import Soon

# logind waits five seconds for all programs together.
_GIVING_UP_MS: Final = 1500

if TYPE_CHECKING:
    from borg_triage.app.session import Session
    from borg_triage.app.settings import Settings
    from borg_triage.ui.window import MainWindow


class Guard(QObject):
    """window: shown by now. clock: seconds that only go forward, for the idle time."""

    def __init__(self, app: QApplication, window: MainWindow, clock: Clock = time.monotonic) -> None:
        super().__init__(window)
        self._window = window
        self._soon: Soon | None = None
        handle = window.windowHandle()
        self.garbage = Garbage(self)
        self.presses = Presses(app, self, handle, self.touched, lambda: window.lock("hidden"))
        self.idle = Idle(self, clock, self._warn, lambda: window.lock("idle"))
        self.slept = away.Slept(self, window.lock)
        self.told = away.listen(self, handle, window.lock)
        self.drive = DriveWatch(self, window.lock)
        self.backups = Backups(self, lambda: works(window), window.tell_of_backup)
        self.clipboard = ClipboardGuard(self)
        self.capture = Capture(app, self, window.context.settings.hide_from_capture)
        session = window.context.session
        if session is not None:
            self.opened(session)

    def opened(self, session: Session) -> None:
        """A vault was opened: it can lock now."""
        self.idle.start(self._window.context.settings.lock_after)
        self.drive.start(session.vault.path)
        self.backups.start(session)
        if self.told is not None:
            self.told.hold()

    def locked(self) -> None:
        """There is nothing to lock any more."""
        self.idle.stop()
        self.drive.stop()
        self.backups.stop()
        self.clipboard.clear()

    def closed(self) -> None:
        """No vault is open any more: the machine may sleep."""
        if self.told is not None:
            # A backup that is being given up still holds a key.
            self.backups.wait(_GIVING_UP_MS)
            self.told.release()

    def touched(self) -> None:
        """Somebody is there."""
        self.idle.touch()

    def follow(self, settings: Settings) -> None:
        """Other settings hold from now on."""
        if self._window.context.session is not None:
            self.idle.start(settings.lock_after)
        self.capture.follow(settings.hide_from_capture)

    def stop(self) -> None:
        """The window closes: no timer goes on, nothing listens, nothing of ours stays on the clipboard."""
        self.idle.stop()
        self.drive.stop()
        self.backups.stop()
        self.slept.stop()
        if self.told is not None:
            self.told.stop()
        self.presses.stop()
        self.capture.stop()
        self.clipboard.stop()
        self.garbage.stop()

    def _warn(self, on: bool) -> None:
        if self._soon is not None and isValid(self._soon):
            self._soon.hide()
            self._soon.deleteLater()
        self._soon = None
        if on:
            text = self._window.context.t("lock.soon", seconds=WARNING)
            self._soon = Soon(text, QApplication.activeModalWidget() or self._window)
