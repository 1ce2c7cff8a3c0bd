"""The calm lines above the list of cases: a clock that may be wrong, what reached its term or is near it.

And the working copies that the program erases: before, and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer

from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui.context import Context
from borg_triage.ui.quiet_erasing import QuietErasing
from borg_triage.ui.widgets.basics import Column, Notice, SecondaryButton, clear
from borg_triage.ui.widgets.unfinished import unfinished, unfinished_notice

if TYPE_CHECKING:
    from borg_triage.app.dues import Dues
    from borg_triage.app.retention import DueCase
    from borg_triage.app.session import Session

# With more cases than this (some tens of milliseconds) they are read on a thread of their own.
_AT_ONCE: Final = 1000
_AGAIN_MS: Final = 300


class DueNotice(Column):
    """Takes no room while there is nothing to say. Looks once a day, after the page has come to show.

    erased: called when cases that the page lists are gone.
    """

    def __init__(self, ctx: Context, session: Session, erased: Callable[[], object]) -> None:
        super().__init__()
        self._ctx, self._session, self._erased = ctx, session, erased
        self.notice: Notice | None = None
        self.show_them: SecondaryButton | None = None
        self._known_erased = session.dues.erased
        self._lines = self.add(Column())
        self.hide()
        known = session.dues.known
        if known is not None:
            self._say(known)
        # Once it stands in its window.
        QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        self.quiet = QuietErasing.of(self.window(), self._ctx, self._session)
        self.quiet.changed.connect(self._again)
        if self._session.dues.known is None or self._session.dues.going:
            self._look()

    def _look(self) -> None:
        dues = self._session.dues
        try:
            if dues.known is not None:
                self._told(dues.known)
            elif dues.looking:
                QTimer.singleShot(_AGAIN_MS, self, self._look)
            elif self._session.vault.cases.count() > _AT_ONCE:
                self._look_apart(dues)
            else:
                self._told(dues.look())
        except BorgTriageError as error:
            self._ctx.fail(error)

    def _look_apart(self, dues: Dues) -> None:
        from shiboken6 import isValid

        from borg_triage.ui.jobs import Job

        def told(found: list[DueCase]) -> None:
            job.deleteLater()
            if isValid(self):
                self._told(found)

        def failed(error: Exception) -> None:
            job.deleteLater()
            if isValid(self):
                self._ctx.fail(error)

        # Of the window: the page may be left before all is read.
        job = Job(self.window(), dues.look, told, failed)
        job.start()

    def _told(self, found: list[DueCase]) -> None:
        self._say(found)
        if self._session.dues.going:
            self.quiet.start()

    def _say(self, found: list[DueCase]) -> None:
        doubt = self._session.dues.doubt
        due = list(self._found(found))
        shown = [self._ctx.t("due.notice.clock"), *due] if doubt else [*due]
        if self._session.dues.erased:
            shown.append(self._ctx.texts.plural("due.notice.erased", self._session.dues.erased))
        if self._session.dues.clearing:
            shown.append(self._ctx.t("due.clearing"))
        clear(self._lines.body)
        self.notice = self.show_them = None
        left = self._session.dues.left
        self.setVisible(bool(shown) or left is not None)
        if doubt or due:
            label = "due.notice.look" if doubt else "due.notice.show"
            self.show_them = SecondaryButton(self._ctx.t(label), lambda: self._ctx.go("due"))
        if shown:
            kind = "elevated" if doubt else "info"
            more = () if self.show_them is None else (self.show_them,)
            self.notice = self._lines.add(Notice("", "\n".join(shown), kind, *more))
        if left is not None:
            self._lines.add(unfinished_notice(self._ctx, unfinished(left, self._ctx)))

    def _found(self, found: list[DueCase]) -> Iterator[str]:
        from borg_triage.app.dues import counts

        for what, number in counts(found, self._session.dues.fates)._asdict().items():
            if number:
                yield self._ctx.texts.plural(f"due.notice.{what}", number)

    def _again(self) -> None:
        """Working copies are gone, or could not go: what could not stays due."""
        if self._session.dues.erased > self._known_erased:
            self._known_erased = self._session.dues.erased
            self._erased()
        self._look()


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
