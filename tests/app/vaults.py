"""Sessions on a new vault, that was made once (see `tests.copies`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from borg_triage.app.session import Session
from borg_triage.storage.keys.cost import Cost
from tests.copies import lay_copy

_NAME = "team.borgvault"


def new_session(folder: Path, passphrase: str, worker: str, clock: Callable[[], datetime]) -> Session:
    """A vault that `worker` made and locked just now, opened."""
    lay_copy(folder, _make, passphrase, worker, clock())
    return Session.open(folder / _NAME, passphrase, worker, clock=clock)


def _make(folder: Path, passphrase: str, worker: str, now: datetime) -> None:
    made = Session.create(folder / _NAME, passphrase, worker, clock=lambda: now, cost=Cost.floor())
    made.close(back_up=False)
