"""The one way to lock: nothing that was shown can be shown again, or do anything any more."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QThread, QTimer
from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from borg_triage.ui.guard.cover import cover, hide_over
from borg_triage.ui.guard.reasons import TOLD
from borg_triage.ui.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from borg_triage.app.session import Session
    from borg_triage.ui.context import Context
    from borg_triage.ui.guard.reasons import Reason
    from borg_triage.ui.window import MainWindow

_AGAIN_MS: Final = 20


def lock(window: MainWindow, reason: Reason) -> None:
    """Close the vault, and throw every page away.

    Unless it was asked for, the window is covered: on the screen before anything else is done.
    """
    ctx = window.context
    session = ctx.session
    dialogs = hide_over(window)
    covers = reason == "hidden" or (reason != "asked" and session is not None)
    over = cover(window, ctx.texts, window.back) if covers else None
    revoke(ctx)
    # Work on the vault keeps it until it is done with it; the window does not wait for that.
    waits = session is not None and works(window) and reason != "share"
    if session is not None and not waits:
        close(session, reason)
    # Of a lock before this one, it may still be.
    open_still = waits or closes_later(window)
    args: dict[str, object] = {"works": True} if open_still else {}
    if session is not None:
        args |= {"making": False, "reason": reason if reason in TOLD else ""}
    shown = window.leave(over, **args)
    if shown is not None:
        # Some work is of the window, not of its page.
        beside = [job for job in window.findChildren(Job) if job.holds and not job.isFinished()]
        _attic(window).put(shown, session if waits else None, reason, beside)
    end(dialogs)
    if window.guard is not None:
        window.guard.locked()
        if not open_still:
            window.guard.closed()


def wait_for_work(window: QWidget) -> None:
    """Wait for what works in the background: the program is about to end."""
    for job in window.findChildren(Job):
        job.wait()
    for attic in window.findChildren(Attic):
        attic.wait()


def has_leftovers(window: QWidget) -> bool:
    """Whether pages that were thrown away still work; what goes wrong in them is nobody's business."""
    return any(attic.holds for attic in window.findChildren(Attic))


def closes_later(window: QWidget) -> bool:
    """Whether a vault that was locked is still open, with its keys in memory, for work that must end."""
    return any(attic.keeps_open for attic in window.findChildren(Attic))


def revoke(ctx: Context) -> None:
    """Take away all that pages were handed. What a job of theirs still opens is closed at once."""
    ctx.session = ctx.case = None
    ctx.drafts.clear()
    ctx.go = ctx.changed = ctx.fail = ctx.open_case = ctx.acute = _nothing
    ctx.choose = ctx.back_up = _nothing
    ctx.enter = _close


def close(session: Session, reason: Reason) -> None:
    """Close the vault: first with a backup where somebody asked for it and waits, else at once.

    Who hides, or a machine that falls asleep, cannot wait while keys stay in memory: the backup is made after
    the next opening. On a share that does not answer off the window's thread: it can take for ever.
    """
    if reason == "share":
        threading.Thread(target=_close, args=(session,), name="vault-close", daemon=True).start()
    else:
        session.close(back_up=reason == "asked")


def end(dialogs: list[QDialog]) -> None:
    """End hidden dialogs, as Escape would."""
    for dialog in dialogs:
        if isValid(dialog):
            dialog.reject()


class Attic(QObject):
    """Holds pages that were thrown away until they can go.

    One that is at work, or that an open dialog returns to, cannot go yet: to delete it would end the
    program, since a thread or a dialog would lose what it lives in.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._pages: list[QWidget] = []
        self._beside: list[Job] = []
        self._sessions: list[tuple[Session, Reason]] = []
        self._free = False
        self._timer = QTimer(self)
        self._timer.setInterval(_AGAIN_MS)
        self._timer.timeout.connect(self._look)

    @property
    def holds(self) -> bool:
        """Whether there is anything left."""
        return bool(self._pages)

    @property
    def keeps_open(self) -> bool:
        """Whether a session waits here to be closed."""
        return bool(self._sessions)

    def put(
        self,
        page: QWidget,
        session: Session | None = None,
        reason: Reason = "asked",
        beside: Sequence[Job] = (),
    ) -> None:
        """One page more, which is no part of any window now.

        session: to be closed once neither the page works nor any job beside it.
        """
        page.hide()
        self._pages.append(page)
        self._beside += beside
        if session is not None:
            self._sessions.append((session, reason))
        self._free = False
        self._timer.start()

    def wait(self) -> None:
        """Wait for the pages at work."""
        for page in self._pages:
            for job in page.findChildren(Job):
                job.wait()
        self._close()

    def _look(self) -> None:
        # 1: the program's own loop. Above it a dialog or a menu still has to return.
        self._beside = [job for job in self._beside if isValid(job) and not job.isFinished()]
        in_loop = QThread.currentThread().loopLevel() > 1
        busy = in_loop or bool(self._beside) or any(map(works, self._pages))
        # Once more after the last work: its result is brought to the page first.
        if busy or not self._free:
            self._free = not busy
            return
        self._timer.stop()
        self._close()
        for page in self._pages:
            page.deleteLater()
        self._pages.clear()
        QTimer.singleShot(0, self, _forget)

    def _close(self) -> None:
        for session, reason in self._sessions:
            close(session, reason)
        self._sessions.clear()
        if self._window.guard is not None and self._window.context.session is None:
            self._window.guard.closed()


def _attic(window: MainWindow) -> Attic:
    return next(iter(window.findChildren(Attic)), None) or Attic(window)


def _forget() -> None:
    """Pages hold each other in circles: what they knew goes now, and not some time."""
    gc.collect()


def works(page: QWidget) -> bool:
    """Whether something is at work that the vault has to wait for."""
    return any(job.holds and not job.isFinished() for job in page.findChildren(Job))


def _nothing(*_: object, **__: object) -> None:
    """What a page that was thrown away can do."""


def _close(session: Session) -> None:
    session.close(back_up=False)
