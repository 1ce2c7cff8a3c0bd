"""A case that was handed over, and the openings after that."""

from __future__ import annotations

from borg_triage.app.session import CaseSession, Session
from borg_triage.ui.guard.locking import revoke
from tests.handing_over import hand_over
from tests.ui.conftest import PASSPHRASE, WORKER, Hand


def handed_over(session: Session, name: str = "Kastanje") -> CaseSession:
    case = session.new_case(name, "police")
    case.answer("flag.strangulation", "yes")
    hand_over(case)
    return case


def next_opening(hand: Hand, days: int) -> Session:
    """Somebody opens the same vault later, and sees the list of cases."""
    session = hand.window.context.session
    assert session is not None
    path = session.vault.path
    revoke(hand.window.context)
    session.close(back_up=False)
    hand.clock.pass_(days=days)
    later = Session.open(path, PASSPHRASE, WORKER, clock=hand.clock)
    hand.window.leave(None)
    hand.window.enter(later)
    hand.settle()
    return later
