"""kill -9 and a full disk, at every step of what replaces or copies a vault: the old or the new, whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL, fork and limits of POSIX")

ALL = "Merel0,Merel1,Merel2,laat"
EARLY = "Merel0,Merel1,Merel2"
OLD = "Kastanjeéén,Merel,MevrouwZonnebloem"
# By task: what may be there after a kill, and how many steps it has at least.
AFTER = {
    "rotate": ({ALL}, 15),
    "withdraw": ({f"{ALL},Noor", f"{ALL},niemand"}, 20),
    "renew": ({f"{ALL},old", f"{ALL},new"}, 10),
    "backup": ({ALL}, 10),
    "restore": ({ALL, EARLY}, 20),
    "erase": ({ALL, EARLY}, 15),
    "upgrade": ({ALL}, 15),
    "convert": ({OLD}, 15),
    "create": ({"there", "made"}, 20),
}


def crashed(folder: Path, task: str, *numbers: int) -> Counter[tuple[str, str]]:
    command = [sys.executable, "-m", "tests.storage.crashes", task, str(folder), *map(str, numbers)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    said = (line.split() for line in done.stdout.splitlines())
    return Counter((words[0], words[1]) for words in said if not words[1].startswith("vault."))


def one_or_the_other(folder: Path, task: str, stride: int, rounds: int, seed: int) -> None:
    expected, steps = AFTER[task]
    found = crashed(folder, task, stride, rounds, seed)
    assert {there for _, there in found} <= expected
    killed = sum(number for (end, _), number in found.items() if end == "killed")
    assert killed >= steps // stride
    # Not only before or only after the swap.
    assert {there for end, there in found if end == "killed"} == expected


@pytest.mark.parametrize("task", sorted(AFTER))
def test_a_kill_at_any_step_leaves_the_old_or_the_new(tmp_path: Path, task: str) -> None:
    one_or_the_other(tmp_path, task, 9 if task == "convert" else 5, 2, 7)


@pytest.mark.soak
@pytest.mark.parametrize("task", sorted(AFTER))
def test_a_kill_at_any_moment_leaves_the_old_or_the_new(tmp_path: Path, task: str) -> None:
    one_or_the_other(tmp_path, task, 1, 300, 11)


@pytest.mark.parametrize(
    ("task", "sizes"),
    [
        ("rotate", (1, 2000, 30_000, 150_000)),
        ("backup", (1, 2000, 30_000, 150_000)),
        ("restore", (1, 2000, 30_000, 150_000)),
        ("erase", (2000, 150_000)),
        ("upgrade", (2000, 30_000, 150_000)),
        ("convert", (2000, 30_000)),
    ],
)
def test_on_a_full_disk_the_old_stays_and_opens(tmp_path: Path, task: str, sizes: tuple[int, ...]) -> None:
    found = crashed(tmp_path, task, 1, 0, 0, *sizes)
    assert {end for end, _ in found} <= {"refused", "done"}
    assert sum(found.values()) == len(sizes)
    expected = {"convert": {OLD}}.get(task, {ALL, EARLY} if task == "erase" else {ALL})
    assert {there for _, there in found} <= expected
