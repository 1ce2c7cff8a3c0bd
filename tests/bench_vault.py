"""A large vault: 100,000 cases with 8 million answers, beside bare SQLCipher and plain SQLite.

`python -m tests.bench_vault [CASES]` makes such a vault in a temporary folder (in some minutes; some 12 GB),
measures, and takes it away again; `make bench` does so too. Every side is a process of its own; the sides
take turns. All of it is in the system's memory by then: what a cold disk adds is not ours to measure.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench_vault_made import ANSWERS, database_key, in_plain, make

CASES = 100_000
SIDES = ("ours", "bare", "plain")
# Bytes a case takes in the vault and in its plain copy together, and something over.
_A_CASE = 130_000

_MEMORY = """
import random, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from borg_triage.app.session import Session
from borg_triage.app.settings import Settings
from borg_triage.ui.application import open_window
from borg_triage.ui.driver import hush
from tests.bench_vault_made import NAME, PASSPHRASE
from tests.bench_vault_side import keystrokes
hush()
app = QApplication([])
window = open_window(app, Settings(vault_folder=str(Path(sys.argv[1]).parent)))
window.show()
session = Session.open(Path(sys.argv[1]), PASSPHRASE, NAME)
window.enter(session)
def shown():
    for _ in range(3):
        app.processEvents()
for text in keystrokes(random.Random(1), 99)[:200]:
    window.page.model.search(text)
    shown()
window.page.model.search("")
ids = [window.page.model.case(window.page.model.index(row)).id for row in range(20)]
for number in ids:
    window.open_case(session.open_case(number))
    shown()
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
window.close()
"""


class Spread(NamedTuple):
    """Milliseconds: the middle one, the one that 95 of 100 stay under, and all together."""

    middle: float
    high: float
    total: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        ordered = sorted(1000 * second for second in seconds)
        return cls(statistics.median(ordered), ordered[int(len(ordered) * 0.95)], sum(ordered))


class Figures(NamedTuple):
    """took: by what was done and by side. memory: of a window that opens, searches and opens cases, in MB.

    made: seconds. size: bytes of the vault.
    """

    made: float
    size: int
    took: dict[str, dict[str, Spread]]
    memory: float | None


def measured(cases: int, rounds: int, count: int) -> Figures:
    """Make a vault of so many cases, and measure."""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        refuse_without_room(Path(folder), cases)
        vault, plain = Path(folder) / "large.borgvault", Path(folder) / "large.sqlite"
        start = time.perf_counter()
        make(vault, cases)
        made = time.perf_counter() - start
        in_plain(vault, database_key(vault), plain)
        found: dict[str, dict[str, list[float]]] = {side: {} for side in SIDES}
        for number in range(rounds):
            for side in SIDES:
                took = run(side, plain if side == "plain" else vault, number, count)
                for what, seconds in took.items():
                    found[side].setdefault(what, []).extend(seconds)
        spreads = {what: {side: Spread.of(found[side][what]) for side in SIDES} for what in found["ours"]}
        return Figures(made, vault.stat().st_size, spreads, peak(vault))


def refuse_without_room(folder: Path, cases: int) -> None:
    """Raise OSError where the disk would fill up."""
    free = shutil.disk_usage(folder).free
    if free < cases * _A_CASE:
        raise OSError(f"{folder}: {cases * _A_CASE / 1e9:.0f} GB are needed, {free / 1e9:.0f} GB are free")


def run(side: str, path: Path, seed: int, count: int) -> dict[str, list[float]]:
    """What one side took, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench_vault_side", side, str(path), str(seed), str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    took: dict[str, list[float]] = json.loads(done.stdout)
    return took


def peak(vault: Path) -> float | None:
    """The most memory, in MB, that the program with its window takes; None where no system says it."""
    if not Path("/proc/self/status").exists():
        return None
    command = [sys.executable, "-c", _MEMORY, str(vault)]
    kept = {"QT_QPA_PLATFORM": "offscreen", "BORG_TRIAGE_CONFIG": str(vault.parent)}
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, env=os.environ | kept)
    return int(done.stdout.split()[-1]) / 1000


def rows(figures: Figures, cases: int) -> list[tuple[str, str, str]]:
    """As they stand in the README's table: what, measured, held to."""
    size = f"{cases:,} cases with {cases * ANSWERS:,} answers ({figures.size / 1e9:.1f} GB)"
    took, search = figures.took, figures.took["search"]
    memory = "not told by this system" if figures.memory is None else f"{figures.memory:.0f} MB"
    ratios = f"{beside(search, 'bare')} bare SQLCipher, {beside(search, 'plain')} plain SQLite"
    return [
        (f"{size}: opening, key known, to the first screen of cases", said(took["open"]), "under 300 ms"),
        (
            "the same: search as you type, each key",
            f"{said(search)}: {ratios}",
            "95th percentile under 50 ms, at most 1.3 times bare SQLCipher",
        ),
        (f"the same: reading one case with its {ANSWERS} answers", said(took["case"]), ""),
        ("the same: storing one answer with its log entry, on disk", said(took["save"]), ""),
        ("the same: memory of the whole program, 200 searches and 20 cases opened", memory, "under 300 MB"),
    ]


def said(took: dict[str, Spread]) -> str:
    """Ours beside the others."""
    ours, bare, plain = (took[side] for side in SIDES)
    return (
        f"{ours.middle:.1f} ms, 95th percentile {ours.high:.1f} ms "
        f"(bare SQLCipher {bare.middle:.1f} and {bare.high:.1f}, plain SQLite {plain.middle:.1f} and "
        f"{plain.high:.1f})"
    )


def beside(took: dict[str, Spread], other: str) -> str:
    """The ratio of the 95th percentiles, of the middle ones, and of all the time that was spent."""
    high, middle, total = (
        getattr(took["ours"], name) / getattr(took[other], name) for name in ("high", "middle", "total")
    )
    return f"{high:.2f} times (the middle key {middle:.2f}, all keys together {total:.2f} times)"


def main(cases: int, rounds: int = 4, count: int = 10) -> None:
    figures = measured(cases, rounds, count)
    print(f"Made in {figures.made:.0f} s.\n\n| what | measured | held to |\n| --- | --- | --- |")
    for row in rows(figures, cases):
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
