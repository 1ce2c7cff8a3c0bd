"""What single people of a vault are told until they say that they know: who did something, and when.

Each lies under its own key among the settings of the vault, one line for each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from borg_triage.storage.settings import SettingStore


class Notice(NamedTuple):
    """Something that was done: when, and the name of who did it; empty where that is not known."""

    at: datetime
    by: str


def read(settings: SettingStore, key: str) -> list[Notice]:
    """What is told under a key, the first done first. Raises VaultError."""
    pairs = (line.split(" ", 1) for line in (settings.get(key) or "").splitlines())
    return [Notice(datetime.fromisoformat(at), by) for at, by in pairs]


def write(settings: SettingStore, key: str, told: Sequence[Notice]) -> None:
    """Tell these from now on. Raises VaultError."""
    settings.put(key, "\n".join(f"{one.at.isoformat()} {one.by}" for one in told))
