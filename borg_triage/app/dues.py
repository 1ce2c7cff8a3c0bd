"""What the cases of an open vault ask for today: worked out once a day, and again when something changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from borg_triage.domain.retention import Stage

if TYPE_CHECKING:
    from borg_triage.app.retention import DueCase
    from borg_triage.app.session import Session


class Dues:
    """Of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._day: date | None = None
        self._found: list[DueCase] = []
        # Whether somebody is looking, on whatever thread.
        self.looking = False

    @property
    def known(self) -> list[DueCase] | None:
        """What was found today; None where nobody looked yet."""
        return self._found if self._day == self._session.today() else None

    def look(self) -> list[DueCase]:
        """Read every case's days, hide what has to be hidden, and give what asks for something.

        In a large vault this takes a while: call it off the window's thread. Raises VaultError.
        """
        self.looking = True
        try:
            return self._look()
        finally:
            self.looking = False

    def _look(self) -> list[DueCase]:
        from borg_triage.app.retention import due_cases, hide_what_is_due

        session, today = self._session, self._session.today()
        found = due_cases(session.vault, today)
        if any(case.hides(today) for case in found):
            hide_what_is_due(session.vault, session.logbook.acting(), today)
            found = due_cases(session.vault, today)
        self._found, self._day = found, today
        return found

    def forget(self) -> None:
        """Something changed: look again when asked."""
        self._day = None


def at_term(found: Iterable[DueCase]) -> tuple[list[DueCase], list[DueCase]]:
    """Those whose term is over, and the working copies that may go after a confirmed hand-over."""
    due = [case for case in found if case.stage is Stage.ERASE]
    copies = [case for case in due if case.due.why == "working_copy"]
    return [case for case in due if case.due.why != "working_copy"], copies
