"""Who did not see yet that a backup was restored by which the roles of now may be those of before.

Roles stand in the vault's database alone. Where that, or the key file, was not whole, a backup said who is an
owner. It must, or nobody could mend a damaged vault; but it can be older than a change of role, and whoever
writes in the folder can damage a vault on purpose. So all others who open what was restored are told.
"""

from __future__ import annotations

from typing import Final

from borg_triage.storage import notices
from borg_triage.storage.notices import Notice
from borg_triage.storage.settings import SettingStore
from borg_triage.storage.unlocked import Unlocked

PREFIX: Final = "roles.of_then."


def note(copy: Unlocked) -> None:
    """Keep it in a restored copy, for all of its people but whoever restores it. Raises VaultError."""
    for person in copy.people.all():
        # Not for owners alone: who is one may be what was changed.
        if person.id != copy.person.id:
            before = told(copy.settings, person.id)
            restored = Notice(copy.clock(), copy.person.name)
            notices.write(copy.settings, PREFIX + person.id, [*before, restored])


def told(settings: SettingStore, person_id: str) -> list[Notice]:
    """When it was restored and by whom, as far as this person did not see it yet. Raises VaultError."""
    return notices.read(settings, PREFIX + person_id)


def settle(settings: SettingStore, person_id: str) -> None:
    """This person saw it. Raises VaultError."""
    settings.drop(PREFIX + person_id)
