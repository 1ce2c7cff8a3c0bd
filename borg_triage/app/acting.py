"""Who does something, when and why: what every entry of the log says the same way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from borg_triage import __version__
from borg_triage.storage.log import NewLogEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """A person at work. purpose: one line (Wpg art. 32a); on_behalf_of: who answers for it, if another."""

    person: str
    at: datetime
    person_id: str | None = None
    role: str = ""
    purpose: str = ""
    on_behalf_of: str = ""

    def entry(
        self,
        action: str,
        case_id: str | None = None,
        recipient: str = "",
        instrument: str = "",
        **detail: str | int,
    ) -> NewLogEntry:
        """An entry of the log for this person. detail: ids, kinds and counts (`storage.log.DETAILS`)."""
        return NewLogEntry(
            at=self.at,
            action=action,
            person=self.person,
            program=__version__,
            person_id=self.person_id,
            role=self.role,
            on_behalf_of=self.on_behalf_of,
            case_id=case_id,
            purpose=self.purpose,
            recipient=recipient,
            detail=detail,
            instrument=instrument,
        )
