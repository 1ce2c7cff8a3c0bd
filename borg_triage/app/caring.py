"""Who looks after a case: whoever opened it, and every owner of the vault."""

from __future__ import annotations

from borg_triage.storage.log import LogEntry
from borg_triage.storage.people import OWNER


def looks_after(person_id: str | None, role: str, first: LogEntry | None) -> bool:
    """Whether a person in a role looks after the case whose log begins with `first`.

    The log knows who opened it by more than a name: a colleague of the same name may come later.
    """
    opener = first.person_id if first is not None and first.action == "add" else None
    return role == OWNER or (bool(person_id) and person_id == opener)
