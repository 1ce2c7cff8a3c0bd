"""Sessions on a new vault, that was made once (see `tests.copies`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from borg_triage.app.session import Session
from borg_triage.storage.keys.cost import Cost
from tests.copies import lay


def new_session(path: Path, passphrase: str, worker: str, clock: Callable[[], datetime]) -> Session:
    """A vault that `worker` made and locked just now, opened."""
    lay(path, _make, passphrase, worker, clock())
    return Session.open(path, passphrase, worker, clock=clock)


def _make(path: Path, passphrase: str, worker: str, now: datetime) -> None:
    Session.create(path, passphrase, worker, clock=lambda: now, cost=Cost.floor()).close(back_up=False)
