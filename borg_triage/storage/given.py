"""Who was given a new passphrase by an owner, and did not say yet that nobody else knows it.

It is told to that person, and to nobody else, for as long as it is so: also after a restore, which takes back
the entry in the log but not the passphrase (`storage.present`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from borg_triage.storage.settings import SettingStore

PREFIX: Final = "passphrase.given."


class Given(NamedTuple):
    """A passphrase that was given: when, and the name of the owner who did."""

    at: datetime
    by: str


def note(settings: SettingStore, person_id: str, at: datetime, by: str) -> None:
    """Keep for a person that an owner gave them a passphrase. Raises VaultError."""
    _put(settings, person_id, [*told(settings, person_id), Given(at, by)])


def told(settings: SettingStore, person_id: str) -> list[Given]:
    """What a person is to be told, the first given first. Raises VaultError."""
    lines = (settings.get(PREFIX + person_id) or "").splitlines()
    pairs = (line.split(" ", 1) for line in lines)
    return [Given(datetime.fromisoformat(at), by) for at, by in pairs]


def take_back(settings: SettingStore, person_id: str) -> None:
    """The last one could not be given after all. Raises VaultError."""
    _put(settings, person_id, told(settings, person_id)[:-1])


def settle(settings: SettingStore, person_id: str) -> None:
    """The passphrase is the person's own again. Raises VaultError."""
    settings.drop(PREFIX + person_id)


def _put(settings: SettingStore, person_id: str, given: list[Given]) -> None:
    settings.put(PREFIX + person_id, "\n".join(f"{one.at.isoformat()} {one.by}" for one in given))
