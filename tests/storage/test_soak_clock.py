"""A clock that is put back, or ahead and back: all stays in the order of writing, and nothing is lost."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from borg_triage.app.session import CaseSession, Session
from borg_triage.domain.errors import CaseRuleError
from borg_triage.storage.errors import TooSoon, VaultTruncated, WrongPassphrase
from borg_triage.storage.keying import PAGE_BYTES
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.vault import Vault

from .samples import NAME, PASSPHRASE

pytestmark = pytest.mark.usefixtures("quick_keys")

START: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
# Minutes to years, back as often as ahead; and a battery that died.
_JUMPS: Final = (
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=90),
    timedelta(days=800),
)
_DEAD_BATTERY: Final = datetime(2000, 1, 1, tzinfo=UTC)
ITEMS: Final = ("flag.stalking", "control.isolation", "flag.strangulation_recent")


class Clock:
    """A time that a hand sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def jump(self, rng: random.Random) -> None:
        if rng.random() < 0.05:
            self.now = _DEAD_BATTERY
        elif rng.random() < 0.1:
            self.now = START
        else:
            self.now += rng.choice((-1, 1)) * rng.choice(_JUMPS)


class Life:
    """A vault worked in while its clock jumps; what was done, in the order of doing it."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.path, self.rng, self.clock = folder / "team.borgvault", rng, Clock()
        Vault.create(self.path, PASSPHRASE, NAME, Cost.floor(), self.clock).close()
        self.answers: dict[str, list[tuple[str, str, datetime]]] = {}
        self.session = self.opened()

    def opened(self) -> Session:
        return Session.open(self.path, PASSPHRASE, NAME, clock=self.clock)

    def step(self) -> None:
        if self.rng.random() < 0.3:
            self.clock.jump(self.rng)
        done = self.rng.choices(
            (self.start, self.answer, self.judge, self.reopen, self.back_up, self.fail_to_open),
            (1, 12, 1, 2, 1, 0.3),
        )
        done[0]()

    def start(self) -> None:
        self.answers[self.session.new_case(f"Merel {len(self.answers)}", "shelter").id] = []

    def case(self) -> CaseSession:
        """A case opened again, as its assessment then is."""
        if not self.answers:
            self.start()
        return self.session.open_case(self.rng.choice(list(self.answers)))

    def answer(self) -> None:
        case, item = self.case(), self.rng.choice(ITEMS)
        value = self.rng.choice(("yes", "no", "unknown"))
        case.answer(item, value)
        self.answers[case.id].append((item, value, self.clock.now))
        # What was once said and never taken back is never out of sight, whatever the clock says.
        assert any(row.item == item for row in case.view.recorded)

    def judge(self) -> None:
        self.case().judge("high", "undetermined", "Zij kijkt naar de deur.")

    def reopen(self) -> None:
        self.session.close(back_up=False)
        self.session = self.opened()

    def back_up(self) -> None:
        self.session.vault.backup()

    def fail_to_open(self) -> None:
        """A wrong passphrase: also then nobody waits for longer than a few seconds."""
        self.session.close(back_up=False)
        with pytest.raises((WrongPassphrase, TooSoon)):
            Session.open(self.path, "een ander slot op deze deur", NAME, clock=self.clock)
        self.session = self.opened()

    def check(self) -> None:
        vault = self.session.vault
        assert all(finding.good for finding in vault.check())
        assert vault.log.first_broken() is None
        entries = vault.log.entries()
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        times = [entry.at for entry in entries]
        assert times != sorted(times)
        assert {case.id for case in vault.cases.list(limit=10_000)} == set(self.answers)
        for case_id, given in self.answers.items():
            stored = vault.cases.observations(case_id)
            assert [(row.item, row.value) for row in stored] == [(item, value) for item, value, _ in given]
            assert all(
                abs(row.recorded_at - at) < timedelta(seconds=30)
                for row, (*_, at) in zip(stored, given, strict=True)
            )
            told = [
                entry for entry in vault.log.entries(case_id=case_id) if entry.detail.get("kind") == "answer"
            ]
            assert [entry.detail["seq"] for entry in told] == [row.seq for row in stored]


def lived(folder: Path, steps: int, seed: int) -> None:
    life = Life(folder, random.Random(seed))
    for _ in range(steps):
        life.step()
    life.check()
    life.session.close()


def test_under_a_jumping_clock_all_stays_in_the_order_of_writing(tmp_path: Path) -> None:
    lived(tmp_path, 60, 1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_under_a_jumping_clock_for_long(tmp_path: Path, seed: int) -> None:
    lived(tmp_path, 1000, seed)


def test_an_answer_from_a_day_that_is_still_to_come_counts(tmp_path: Path) -> None:
    """The clock was ahead, and is right again: the flag stands, and a new answer goes after it."""
    life = Life(tmp_path, random.Random(0))
    life.clock.now = START + timedelta(days=100)
    life.start()
    (case_id,) = life.answers
    graver = life.session.open_case(case_id).answer("flag.strangulation_recent", "yes").level
    life.clock.now = START
    case = life.session.open_case(case_id)
    assert case.view.level == graver
    assert case.view.assessment.counted["flag.strangulation_recent"] == "yes"
    with pytest.raises(CaseRuleError, match="in_the_future"):
        case.answer("flag.stalking", "yes", on=case.view.today + timedelta(days=1))
    assert [row.observation.value for row in case.answer("flag.stalking", "yes").recorded] == ["yes", "yes"]
    life.session.close()


def test_the_backup_to_restore_is_the_last_that_was_made(tmp_path: Path) -> None:
    """Also when the clock was ahead for some weeks, and backups of days to come lie there."""
    life = Life(tmp_path, random.Random(0))
    for day in range(100, 112):
        life.clock.now = START + timedelta(days=day)
        life.start()
        life.back_up()
    life.clock.now = START
    for _ in range(3):
        life.start()
        made = life.session.vault.backup()
        assert made in life.session.vault.backups()
    life.session.close(back_up=False)
    life.path.write_bytes(life.path.read_bytes()[:-PAGE_BYTES])
    with pytest.raises(VaultTruncated) as caught:
        life.opened()
    Vault.restore(life.path, Path(str(caught.value.params["backup"])), PASSPHRASE, NAME)
    with Vault.open(life.path, PASSPHRASE, NAME) as vault:
        assert {case.id for case in vault.cases.list()} == set(life.answers)
