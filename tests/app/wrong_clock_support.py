"""A team whose machine has a clock that goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from borg_triage.app.session import CaseSession, Session
from tests.app.vaults import new_session

PASSPHRASE = "een lange wachtzin voor de proef"

THEIRS = "zeven paarse ballonnen boven zee"

START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)

AHEAD = datetime(2033, 1, 1, 9, 0, tzinfo=UTC)

DEAD_BATTERY = datetime(2000, 1, 1, tzinfo=UTC)


class Team:
    """A vault that is opened, now and then, under the clock of that moment."""

    def __init__(self, path: Path) -> None:
        self.path, self.now = path, START
        self.session = new_session(path.parent, PASSPHRASE, "Sanne", lambda: self.now)

    def open(self, now: datetime, name: str = "Sanne") -> Session:
        self.session.close(back_up=False)
        self.now = now
        passphrase = PASSPHRASE if name == "Sanne" else THEIRS
        self.session = Session.open(self.path, passphrase, name, clock=lambda: self.now)
        return self.session

    def hidden(self, case_id: str) -> bool:
        return self.session.glass(case_id) is not None

    def pass_(self, days: int) -> None:
        """Work goes on: opened every few months."""
        end = self.now + timedelta(days=days)
        while self.now < end:
            self.open(min(end, self.now + timedelta(days=80)))


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path / "team.borgvault")
    yield made
    made.session.close(back_up=False)


def police_case(team: Team) -> CaseSession:
    return team.session.new_case("Beuk", "police")
