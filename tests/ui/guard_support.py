"""Guards whose time is in our hands, and what a locked window says."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from borg_triage.ui.guard.guard import Guard
from borg_triage.ui.guard.reasons import Reason
from borg_triage.ui.guard.warning import Soon
from borg_triage.ui.pages import unlock
from tests.ui.conftest import Hand


class Seconds:
    """Seconds that go by only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def with_clock(hand: Hand) -> Seconds:
    """Give the window guards whose idle time is in our hands."""
    clock = Seconds()
    assert hand.window.guard is not None
    hand.window.guard.stop()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    hand.window.guard = Guard(app, hand.window, clock)
    return clock


def pass_(hand: Hand, clock: Seconds, seconds: float) -> None:
    clock.now += seconds
    assert hand.window.guard is not None
    hand.window.guard.idle.look()
    hand.settle()


def warnings(hand: Hand) -> list[Soon]:
    return [one for one in QApplication.allWidgets() if isinstance(one, Soon) and one.isVisible()]


def why_locked(hand: Hand, why: Reason, minutes: int = 5) -> str:
    """The line that tells why."""
    time_ = hand.window.context.texts.plural("lock.after.minutes", minutes)
    line = hand.t(f"lock.reason.{why}", time=time_)
    assert "⟦" not in line
    return line


def reason(hand: Hand) -> str:
    """What the unlock page says above its form, after the way back."""
    cover = hand.window.cover
    assert cover is not None
    hand.click(cover.go_on)
    assert isinstance(hand.window.page, unlock.Page)
    return " ".join(hand.texts(hand.window.page))
