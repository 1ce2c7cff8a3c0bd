"""The talk in which answers are given: who was there and who could hear, and what follows for the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final

from borg_triage.app.session import CaseSession
from borg_triage.domain.case import CaseView
from borg_triage.text.formats import DUTCH_TIME

KIND: Final = "talk"
SEPARATE: Final = "interview.separate"
OTHER_HEARD: Final = "interview.other_heard"

# Who interprets. A partner, child or relative never should; an answer through them is as good as overheard.
INTERPRETERS: Final = ("not_needed", "independent", "partner", "child", "family", "missing")
_INDEPENDENT: Final = {"not_needed", "independent"}
# Whose words the partner should not hear; what staff see or a file says is not changed by who listens.
_SPEAKERS: Final = {"victim", "child", "other_person"}


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk, as the worker says it was.

    alone, phone_away: "yes", "no" or "unknown". partner_present: the (ex-)partner is in the room, so the
    window shows neutral words and observation items only.
    """

    alone: str = "unknown"
    phone_away: str = "unknown"
    interpreter: str = "not_needed"
    interpreter_name: str = ""
    language: str = ""
    safe_contact: str = ""
    partner_present: bool = False

    @property
    def separate(self) -> str:
        """What it says of interview.separate: yes only when everything was right."""
        if self.partner_present or self.alone == "no":
            return "no"
        if self.phone_away == "no" or self.interpreter not in _INDEPENDENT:
            return "no"
        return "yes" if (self.alone, self.phone_away) == ("yes", "yes") else "unknown"

    def overheard(self, source: str) -> bool | None:
        """Whether an answer of this source counts as overheard; None leaves it to the instrument's rule."""
        if self.partner_present:
            return None if source == "record" else True
        if source not in _SPEAKERS:
            return None
        return self.separate != "yes"


def current_talk(case: CaseSession) -> Talk | None:
    """The talk that this worker described today, if any: the answers given now belong to it."""
    session = case.session
    for event in reversed(case.view.events):
        if event.kind == KIND and event.by == session.worker:
            day = event.happened_at.astimezone(DUTCH_TIME).date()
            return talk_from(event.details) if day == session.today() else None
    return None


def keep_talk(case: CaseSession, talk: Talk, other_heard: str | None = None) -> CaseView:
    """Store a talk, and what staff thereby observed. Raises VaultError; what was stored before it stays."""
    case.note_event(KIND, details_of(talk))
    _observe(case, SEPARATE, talk.separate)
    if other_heard is not None:
        _observe(case, OTHER_HEARD, other_heard)
    return case.view


def _observe(case: CaseSession, item: str, value: str) -> None:
    """Store a staff observation, unless the same was stored today."""
    today = case.session.today()
    said = [one.observation for one in case.view.said_about(item) if one.observation.source == "staff"]
    if not any(one.value == value and one.on == today for one in said[-1:]):
        case.answer(item, value, source="staff")


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def details_of(talk: Talk) -> dict[str, str]:
    """A talk as plain texts by field name, as it is stored."""
    return {name: _text(value) for name, value in asdict(talk).items() if value != ""}


def talk_from(details: Mapping[str, str]) -> Talk:
    """A talk from its plain texts; other names are passed over."""
    known = {field.name for field in fields(Talk)} - {"partner_present"}
    return Talk(
        **{name: text for name, text in details.items() if name in known},
        partner_present=details.get("partner_present") == "yes",
    )
