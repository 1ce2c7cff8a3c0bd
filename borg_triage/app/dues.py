"""What the cases of an open vault ask for today: worked out once a day, and again when something changed.

While the clock is in doubt (`storage.known_time`) nothing is hidden by its term, and nothing shown again;
nor is, after somebody said that a clock which went back is right, what was hidden later than now. Nor does a
working copy go by itself (`app.working_copies`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from borg_triage.domain.retention import Stage

if TYPE_CHECKING:
    from borg_triage.app.retention import DueCase
    from borg_triage.app.session import Session
    from borg_triage.app.working_copies import Fate
    from borg_triage.storage.erasing import Left
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
        # What comes of the working copies, by case.
        self.fates: dict[str, Fate] = {}
        # How many working copies the program erased since the vault was opened.
        self.erased = 0
        # Whether the file and the backups are still to be cleared of them.
        self.clearing = False
        # What could not be cleared of them; None: all could.
        self.left: Left | None = None
        self._tried_on: date | None = None
        # How often something changed: what was begun before the last time is not what is.
        self._changes = 0

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
        from borg_triage.app.working_copies import say

        session, today, begun = self._session, self._session.today(), self._changes
        found = due_cases(session.vault, today)
        self.doubt = session.vault.clock_doubt()
        if self.doubt is None:
            acting = session.logbook.acting()
            shown = show_what_is_not_due(session.vault, acting, today)
            if shown or any(case.hides(today) for case in found):
                hide_what_is_due(session.vault, acting, today)
                found = due_cases(session.vault, today)
        self.fates = say(session.vault, found, today) if self.doubt is None else {}
        if self.left is not None:
            self._look_what_is_left()
        self._found = found
        self._day = today if begun == self._changes else None
        return found

    @property
    def going(self) -> int:
        """How many working copies the program is to erase now. Once a day: what failed waits for the next."""
        today = self._session.today()
        if self.known is None or self._tried_on == today:
            return 0
        in_hand = self._session.in_hand
        return sum(fate.is_now(today) for case_id, fate in self.fates.items() if case_id != in_hand)

    def take_out_copies(self) -> None:
        """Take out the working copies whose day has come, and leave the rest to `clear_up`. VaultError.

        Short, but it reads the days of every case: call it off the window's thread.
        """
        from borg_triage.app.working_copies import take_out

        session = self._session
        self._tried_on = session.today()
        acting = session.logbook.acting()
        try:
            gone = take_out(session.vault, acting, self._tried_on, lambda: session.in_hand)
            self.erased += gone
            self.clearing = self.clearing or gone > 0
        finally:
            self.forget()

    def clear_up(self, give_way: Callable[[], bool] = lambda: False) -> None:
        """Leave nothing in the file and the backups of the working copies that were taken out. VaultError.

        Slow, and safe off the window's thread. It makes room for whoever works in the vault meanwhile, and
        where `give_way` says so; then `clearing` stays, and a later call goes on with it.
        """
        if not self.clearing:
            return
        try:
            self.clearing = not self._session.vault.finish_erasing(give_way)
        except BaseException:
            self.clearing = False
            raise
        finally:
            if not self.clearing:
                self._look_what_is_left()

    def _look_what_is_left(self) -> None:
        from borg_triage.app.retention import erasing_left

        left = erasing_left(self._session.vault)
        self.left = left if left.any else None

    def forget(self) -> None:
        """Something changed: look again when asked."""
        self._changes += 1
        self._day = None


class Counts(NamedTuple):
    """How many cases ask for something.

    over: the term is over. copies: working copies that may go, about which people decide. going: those that
    the program erases. soon: near their term. idle: open, and long untouched.
    """

    over: int
    copies: int
    going: int
    soon: int
    idle: int


def counts(found: Iterable[DueCase], fates: Mapping[str, Fate]) -> Counts:
    """What is due, counted."""
    goes = {case_id for case_id, fate in fates.items() if fate.on is not None}
    rest = [case for case in found if case.case_id not in goes]
    stages = Counter(case.stage for case in rest)
    copies = sum(case.stage is Stage.ERASE and case.due.why == "working_copy" for case in rest)
    return Counts(
        over=stages[Stage.ERASE] - copies,
        copies=copies,
        going=len(goes),
        soon=stages[Stage.REMIND],
        idle=stages[Stage.IDLE],
    )
