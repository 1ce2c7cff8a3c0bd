"""The calm lines above the list of cases: a clock that may be wrong, what reached its term, what may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer

from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Column, Notice, SecondaryButton, clear

if TYPE_CHECKING:
    from borg_triage.app.dues import Dues
    from borg_triage.app.retention import DueCase
    from borg_triage.app.session import Session

# With more cases than this (some tens of milliseconds) they are read on a thread of their own.
_AT_ONCE: Final = 1000
_AGAIN_MS: Final = 300


class DueNotice(Column):
    """Takes no room while there is nothing to say. Looks once a day, after the page has come to show."""

    def __init__(self, ctx: Context, session: Session) -> None:
        super().__init__()
        self._ctx, self._session = ctx, session
        self.notice: Notice | None = None
        self.show_them: SecondaryButton | None = None
        self.hide()
        known = session.dues.known
        if known is not None:
            self._say(known)
        else:
            QTimer.singleShot(0, self, self._look)

    def _look(self) -> None:
        dues = self._session.dues
        try:
            if dues.known is not None:
                self._say(dues.known)
            elif dues.looking:
                QTimer.singleShot(_AGAIN_MS, self, self._look)
            elif self._session.vault.cases.count() > _AT_ONCE:
                self._look_apart(dues)
            else:
                self._say(dues.look())
        except BorgTriageError as error:
            self._ctx.fail(error)

    def _look_apart(self, dues: Dues) -> None:
        from shiboken6 import isValid

        from borg_triage.ui.jobs import Job

        def told(found: list[DueCase]) -> None:
            job.deleteLater()
            if isValid(self):
                self._say(found)

        def failed(error: Exception) -> None:
            job.deleteLater()
            if isValid(self):
                self._ctx.fail(error)

        # Of the window: the page may be left before all is read.
        job = Job(self.window(), dues.look, told, failed)
        job.start()

    def _say(self, found: list[DueCase]) -> None:
        from borg_triage.app.dues import at_term

        over, copies = at_term(found)
        plural = self._ctx.texts.plural
        doubt = self._session.dues.doubt
        lines = [self._ctx.t("due.notice.clock")] if doubt else []
        lines += [plural("due.notice.term", len(over))] if over else []
        lines += [plural("due.notice.copies", len(copies))] if copies else []
        clear(self.body)
        self.setVisible(bool(lines))
        if lines:
            kind, label = ("elevated", "due.notice.look") if doubt else ("info", "due.notice.show")
            self.show_them = SecondaryButton(self._ctx.t(label), lambda: self._ctx.go("due"))
            self.notice = self.add(Notice("", "\n".join(lines), kind, self.show_them))


def open_file(ctx: Context, case_id: str) -> None:
    """Open a case at its file page; a restricted one asks for a reason first."""
    session = ctx.session
    if session is None:
        return
    try:
        if session.glass(case_id) is not None:
            ctx.go("glass", case_id=case_id, then="file")
            return
        ctx.open_case(session.open_case(case_id))
        ctx.go("file")
    except BorgTriageError as error:
        ctx.fail(error)
