"""Who was given a new passphrase by an owner, and did not say yet that nobody else knows it.

It is told to that person, and to nobody else, for as long as it is so: also after a restore, which takes back
the entry in the log but not the passphrase (`storage.present`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from borg_triage.storage import notices
from borg_triage.storage.notices import Notice
from borg_triage.storage.settings import SettingStore

PREFIX: Final = "passphrase.given."


def note(settings: SettingStore, person_id: str, at: datetime, by: str) -> None:
    """Keep for a person that an owner gave them a passphrase. Raises VaultError."""
    notices.write(settings, PREFIX + person_id, [*told(settings, person_id), Notice(at, by)])


def told(settings: SettingStore, person_id: str) -> list[Notice]:
    """When and by which owner this person was given one, the first first. Raises VaultError."""
    return notices.read(settings, PREFIX + person_id)


def take_back(settings: SettingStore, person_id: str) -> None:
    """The last one could not be given after all. Raises VaultError."""
    notices.write(settings, PREFIX + person_id, told(settings, person_id)[:-1])


def settle(settings: SettingStore, person_id: str) -> None:
    """The passphrase is the person's own again. Raises VaultError."""
    settings.drop(PREFIX + person_id)
