"""People who open a vault day after day until its working copies go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from borg_triage.app import case_care
from borg_triage.app.session import CaseSession, Session
from borg_triage.storage import copying
from borg_triage.storage.keys.cost import Cost
from tests.app.vaults import new_session
from tests.clock import Clock
from tests.handing_over import hand_over

PASSPHRASE = "vier losse woorden hier"

COLLEAGUE = "Noor"

THEIRS = "noors eigen lange wachtzin"

DAY = timedelta(days=1)

# Of Veilig Thuis: thirty days after the arrival was confirmed, with a reminder as long before.
TERM = 30


class Team:
    """People who open one vault on one machine, day after day."""

    def __init__(self, path: Path) -> None:
        self.path, self.clock = path, Clock()
        self.session = new_session(path.parent, PASSPHRASE, "Sanne", self.clock)

    def open_again(self, **later: float) -> None:
        self.clock.pass_(**later)
        self.opened_by("Sanne", PASSPHRASE)

    def opened_by(self, name: str, passphrase: str) -> None:
        self.session.close(back_up=False)
        self.session = Session.open(self.path, passphrase, name, clock=self.clock)

    def add_colleague(self) -> None:
        self.session.vault.add_person(COLLEAGUE, THEIRS, cost=Cost.floor())

    def look(self) -> None:
        """As the list of cases does when it comes to show."""
        dues = self.session.dues
        dues.look()
        if dues.going:
            dues.take_out_copies()
            dues.clear_up()
            dues.look()

    def next_day(self, days: int = 1) -> None:
        self.open_again(days=days)
        self.look()

    def come_to_the_day(self) -> None:
        """Once a week somebody opens the vault, until the day before a case of now is to go."""
        for _ in range((TERM - 1) // 7):
            self.next_day(7)
        self.next_day((TERM - 1) % 7)

    def has(self, case_id: str) -> bool:
        return any(case.id == case_id for case in self.session.cases())

    def why(self, case_id: str) -> str:
        """Why people decide about it."""
        return self.session.dues.fates[case_id].why

    def keeps(self, case_id: str, why: str) -> bool:
        """Whether a case stays past its day, and people decide about it for this reason."""
        self.session.in_hand = ""
        self.come_to_the_day()
        self.next_day()
        self.next_day()
        return self.has(case_id) and self.why(case_id) == why

    def take(self, case_id: str) -> CaseSession:
        case = self.session.open_case(case_id)
        self.session.in_hand = ""
        return case


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path / "team.borgvault")
    yield made
    made.session.close(back_up=False)


def sent(team: Team, name: str = "Wilg") -> CaseSession:
    case = team.session.new_case(name, "veilig_thuis")
    case.answer("flag.strangulation", "yes")
    hand_over(case)
    team.session.in_hand = ""
    return case


def cases_in_backups(team: Team) -> set[str]:
    """Every case that any backup of the vault holds."""
    found = set()
    for backup in team.session.vault.backups():
        with copying.seen(backup.path, team.session.vault._unlocked.key, backup.path) as database:
            found |= {row[0] for row in database.rows("SELECT id FROM case_file")}
    return found


def confirmed(team: Team, name: str = "Wilg") -> str:
    case = sent(team, name)
    case_care.confirm_hand_over(case)
    return case.id
