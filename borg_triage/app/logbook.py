"""How a session stands in the log: who works, on whose behalf, and what for (Wpg art. 32a).

Every entry that the program writes about cases starts here, so that all say the same things the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from borg_triage.app.acting import Acting
from borg_triage.domain.errors import BorgTriageError
from borg_triage.storage.vault import Vault

# By user group, the usual one first. Stored as they stand here; their names are the texts `log.purpose.*`.
PURPOSES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "police": ("daily_task", "investigation", "supporting", "oversight"),
        "shelter": ("care", "oversight"),
        "veilig_thuis": ("veilig_thuis_task", "oversight"),
    }
)
OVERSIGHT: Final = "oversight"
# Why somebody may open a restricted case: the texts `glass.why.*`.
GLASS_REASONS: Final = ("danger", "taking_over", "consulted", "asked_for_data", "oversight")
_LINE: Final = 200


class LogbookError(BorgTriageError):
    """Something that the log does not take. Nothing was changed."""


class Logbook:
    """Of one session. worker: the name where the vault has no people (opened with a bare key)."""

    def __init__(self, vault: Vault, worker: str, clock: Callable[[], datetime]) -> None:
        self._vault = vault
        self._worker = worker
        self._clock = clock
        self._purpose = ""
        self._on_behalf_of = ""

    @property
    def who(self) -> str:
        """Who works: the id of the person, else the name."""
        return self._vault.person.id or self._worker

    @property
    def purpose(self) -> str:
        """What was chosen for this session; empty: what is usual for the case's user group."""
        return self._purpose

    def choose_purpose(self, purpose: str) -> None:
        """Choose what for, until the vault is closed. Raises LogbookError for what is no purpose."""
        if purpose and not any(purpose in offered for offered in PURPOSES.values()):
            raise LogbookError("log.error.purpose")
        self._purpose = purpose

    @property
    def on_behalf_of(self) -> str:
        """Who answers for what this person does, where that is somebody else."""
        return self._on_behalf_of

    @on_behalf_of.setter
    def on_behalf_of(self, name: str) -> None:
        self._on_behalf_of = one_line(name)

    def purpose_for(self, group: str) -> str:
        """What for, in cases of a user group."""
        offered = PURPOSES.get(group, (OVERSIGHT,))
        return self._purpose if self._purpose in offered else offered[0]

    def acting(self, group: str = "") -> Acting:
        """Who does something now. group: of the case; empty for what is about the whole vault."""
        person = self._vault.person
        return Acting(
            person=person.name or self._worker,
            person_id=person.id or None,
            role=person.role,
            at=self._clock(),
            purpose=self.purpose_for(group),
            on_behalf_of=self._on_behalf_of,
        )


def one_line(text: str) -> str:
    """Text as one field of the log takes it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:_LINE]
