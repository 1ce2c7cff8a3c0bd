"""What the person who hands over chooses, recipient by recipient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Phone(NamedTuple):
    """A destination's number. hours: a message key, or None. confirmed: seen at the source."""

    number: str
    hours: str | None
    confirmed: bool


Contact = Callable[[str], Phone | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperOptions:
    """One paper for one recipient.

    Left out unless ticked: the reporter (who reported, what others said in their own words, who wrote it
    down) and the whereabouts of the possible victim. `include_control_answers` and
    `include_separation_plans` are None for what the variant itself does: out where the possible
    perpetrator may come to see the paper. made_at: an aware datetime. made_by: printed with the reporter.
    """

    made_at: datetime
    variant: str = "veilig_thuis"
    language: str = "nl"
    recipient: str = ""
    include_reporter: bool = False
    include_whereabouts: bool = False
    include_control_answers: bool | None = None
    include_separation_plans: bool | None = None
    safe_contact: str = ""
    not_shared_with: str = ""
    where_he_is: str = ""
    done_so_far: tuple[str, ...] = ()
    asked_of_you: str = ""
    made_by: str = ""

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("made_at needs a time zone: deadlines hang on it")
