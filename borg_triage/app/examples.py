"""The worked cases that ship with the program: invented people, for the demo, the screenshots and tests."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, cast

from borg_triage.app.instruments import current
from borg_triage.app.resources import ResourceError, resources
from borg_triage.app.session import CaseSession, Session
from borg_triage.domain.case_input import CaseInput, CaseReader, parse_json
from borg_triage.domain.instrument import UserGroup
from borg_triage.storage.records import NewObservation
from borg_triage.text.formats import DUTCH_TIME


@dataclass(frozen=True)
class Example:
    """One worked case. about: its title, story and expected outcome, as written beside it."""

    name: str
    case: CaseInput
    about: Mapping[str, Any]

    def title(self, language: str) -> str:
        """What it is about, in one line."""
        return str(self.about[f"title_{language}"])

    def at(self, hour: int) -> datetime:
        """An hour of the day on which it is assessed, in Dutch time."""
        return datetime.combine(self.case.assessed_on, time(hour), DUTCH_TIME).astimezone(UTC)


def names() -> tuple[str, ...]:
    """The names of all examples, in order."""
    return tuple(sorted(path.parent.name for path in (resources() / "examples").glob("*/case.json")))


def read_example(name: str) -> Example:
    """Read one example. Raises ResourceError where it is not there, CaseInputError where it is broken."""
    folder = resources() / "examples" / name
    try:
        raw = (folder / "case.json").read_bytes()
        about = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
    except OSError as error:
        raise ResourceError("app.error.incomplete", name="examples") from error
    return Example(name, CaseReader(current().instrument).read(parse_json(raw), date.min), about)


def enter(example: Example, session: Session, pseudonym: str) -> CaseSession:
    """Put an example into an open vault, as recorded by the session's worker now. Raises VaultError."""
    case = session.new_case(pseudonym, cast(UserGroup, example.case.user_group))
    for item, observations in example.case.answers.items():
        for seen in observations:
            new = NewObservation(
                item=item,
                value=seen.value,
                source=seen.source,
                overheard=seen.overheard,
                said_on=seen.on,
                note=seen.note,
                recorded_at=session.clock(),
                recorded_by=session.worker,
            )
            session.vault.cases.append_observation(case.id, new)
    case.settle()
    return case
