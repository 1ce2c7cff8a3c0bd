"""What the cases of an open vault ask for today: worked out once a day, and again when something changed.

While the clock is in doubt (`storage.known_time`) nothing is hidden by its term, and nothing shown again;
nor is, after somebody said that a clock which went back is right, what was hidden later than now.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from borg_triage.domain.retention import Stage

if TYPE_CHECKING:
    from borg_triage.app.retention import DueCase
    from borg_triage.app.session import Session
    from borg_triage.storage.known_time import Doubt


class Dues:
    """Of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._day: date | None = None
        self._found: list[DueCase] = []
        # Why the clock could hardly be right when somebody last looked; None: it could.
        self.doubt: Doubt | None = None
        # Whether somebody is looking, on whatever thread.
        self.looking = False

    def confirm_clock(self) -> None:
        """The person who works here says that the clock is right; logged.

        Raises VaultError; RetentionError where the clock went back and that takes an owner.
        """
        from borg_triage.app.retention import confirm_clock

        confirm_clock(self._session.vault, self._session.logbook.acting())
        self.forget()

    @property
    def known(self) -> list[DueCase] | None:
        """What was found today; None where nobody looked yet."""
        return self._found if self._day == self._session.today() else None

    def look(self) -> list[DueCase]:
        """Read every case's days, hide and show what the terms ask for, and give what asks for something.

        In a large vault this takes a while: call it off the window's thread. Raises VaultError.
        """
        self.looking = True
        try:
            return self._look()
        finally:
            self.looking = False

    def _look(self) -> list[DueCase]:
        from borg_triage.app.retention import due_cases, hide_what_is_due, show_what_is_not_due

        session, today = self._session, self._session.today()
        found = due_cases(session.vault, today)
        self.doubt = session.vault.clock_doubt()
        if self.doubt is None:
            acting = session.logbook.acting()
            shown = show_what_is_not_due(session.vault, acting, today)
            if shown or any(case.hides(today) for case in found):
                hide_what_is_due(session.vault, acting, today)
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
