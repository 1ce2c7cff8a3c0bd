"""kill -9 among answers as the windows store them: answer, log entry and line of the list, or none of them.

`test_survival` kills among bare rows; here every save is the one of a session, in a vault of people.
"""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from borg_triage.app.session import Session
from borg_triage.storage.keys import wrapping
from borg_triage.storage.vault import Vault

from .quick import at_once
from .samples import NAME, PASSPHRASE, staffed_vault
from .test_survival import killed

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ITEMS = ("flag.stalking", "flag.strangulation_recent", "control.isolation", "ask.stress")


def work(path: Path) -> None:
    """Answer on and on, and say each time when it is stored."""
    wrapping.derived = at_once
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        (case,) = vault.cases.list()
        stored = len(vault.cases.observations(case.id))
        session = Session(vault, NAME, clock=lambda: START + timedelta(seconds=stored))
        opened = session.open_case(case.id)
        print("have", stored, flush=True)
        for number in count(stored):
            item = ITEMS[number % len(ITEMS)]
            opened.answer(item, ("yes", "unknown")[number % 2], note=f"answer {number}")
            print("stored", number + 1, flush=True)


def started(path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.storage.test_soak_saves", str(path)]
    root = Path(__file__).parents[2]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def check(path: Path, acknowledged: int) -> None:
    """Every answer has its entry in the log, and the list shows the case as its last answer left it."""
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        assert vault.lost is None
        (case,) = vault.cases.list()
        answers = vault.cases.observations(case.id)
        assert acknowledged <= len(answers) <= acknowledged + 1
        assert [row.note for row in answers] == [f"answer {number}" for number in range(len(answers))]
        told = [
            entry.detail["seq"]
            for entry in vault.log.entries(case_id=case.id)
            if entry.action == "add" and entry.detail.get("kind") == "answer"
        ]
        assert told == [row.seq for row in answers]
        assert vault.log.first_broken() is None
        if answers:
            assert case.touched_at == answers[-1].recorded_at
            view = Session(vault, NAME, clock=lambda: case.touched_at).open_case(case.id).view
            assert case.level == view.level


def outlived(tmp_path: Path, wanted: int) -> None:
    """Kill a program that answers, again and again, until it has called so many answers stored."""
    path, rng = tmp_path / "team.borgvault", random.Random(6)
    with staffed_vault(path) as vault:
        Session(vault, NAME, clock=lambda: START).new_case("Merel", "shelter")
    acknowledged = 0
    while acknowledged < wanted:
        said = killed(started(path), rng.uniform(0, 0.6))
        acknowledged = max(int(line.split()[1]) for line in said)
        check(path, acknowledged)


@pytest.fixture(autouse=True)
def no_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrapping, "derived", at_once)


def test_an_answer_its_entry_and_its_line_outlive_kill_9_together(tmp_path: Path) -> None:
    outlived(tmp_path, 8)


@pytest.mark.soak
def test_a_thousand_answers_outlive_kill_9(tmp_path: Path) -> None:
    outlived(tmp_path, 1000)


if __name__ == "__main__":
    work(Path(sys.argv[1]))
