"""The figures of the README: `make bench`. Whole processes, both sides of a ratio in turn, medians.

Prints a Markdown table; `--quick` takes fewer rounds (a test runs it that way).
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.oracle.random_cases import random_case

EMPTY_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
class Window(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, QApplication.quit)
app = QApplication(sys.argv)
window = Window()
window.resize(1366, 768)
window.show()
app.exec()
"""

UNLOCK_WINDOW = """
import sys
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from borg_triage.ui import application
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.isWindow():
            QTimer.singleShot(0, QApplication.quit)
        return False
app, window = application.build(sys.argv)
painted = Painted()
window.installEventFilter(painted)
window.show()
app.exec()
"""


def seconds(command: Sequence[str], **environment: str) -> float:
    start = time.perf_counter()
    # Installed programs are compiled once; a shell that forbids it would have us compile at every start.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=kept | environment)
    return time.perf_counter() - start


def in_turn(
    one: Sequence[str], other: Sequence[str], rounds: int, **environment: str
) -> tuple[list[float], list[float]]:
    """Both commands, A B A B, after one uncounted round."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for side, command in enumerate((one, other)):
            took = seconds(command, **environment)
            if number:
                found[side].append(took)
    return found


def start_up(rounds: int) -> tuple[float, float, float]:
    """Medians of our unlock window and an empty window, and the median ratio."""
    with tempfile.TemporaryDirectory() as folder:
        ours, empty = in_turn(
            [sys.executable, "-c", UNLOCK_WINDOW],
            [sys.executable, "-c", EMPTY_WINDOW],
            rounds,
            QT_QPA_PLATFORM="offscreen",
            BORG_TRIAGE_CONFIG=folder,
        )
    ratios = [a / b for a, b in zip(ours, empty, strict=True)]
    return statistics.median(ours), statistics.median(empty), statistics.median(ratios)


def mostly_open(seed: int) -> dict[str, object]:
    """A case in which some hundred items are still open: at most three are answered."""
    case = random_case(random.Random(seed))
    kept = dict(list(case["answers"].items())[: seed % 4])
    return case | {"answers": kept}


def throughput(number: int, *options: str, whole: bool = False) -> float:
    """Cases a second over one process, its start included."""
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "cases.jsonl"
        make = (lambda seed: random_case(random.Random(seed))) if whole else mostly_open
        lines.write_text("\n".join(json.dumps(make(seed)) for seed in range(number)), "utf-8")
        took = seconds([sys.executable, "-m", "borg_triage", "assess", "--lines", *options, str(lines)])
    return number / took


def batch(cases: int, rounds: int) -> str:
    """A set of one row a case; tests.bench_batch measures the other form too."""
    from tests import bench_batch

    return bench_batch.said(bench_batch.measured(bench_batch.random_wide, cases, rounds))


def main(quick: bool) -> None:
    rounds, number = (3, 1000) if quick else (15, 20_000)
    ours, empty, ratio = start_up(rounds)
    runs = 1 if quick else 5
    full = statistics.median(throughput(number // 10) for _ in range(runs))
    mixed = statistics.median(throughput(number // 10, whole=True) for _ in range(runs))
    brief = statistics.median(throughput(number, "--brief") for _ in range(runs))
    cases = 20_000 if quick else 1_000_000
    together = batch(cases, 1 if quick else 3)
    cold = f"{ours:.2f} s beside {empty:.2f} s: {ratio:.2f} times"
    rows = (
        ("what", "measured", "held to"),
        ("---", "---", "---"),
        ("cold start to the unlock window, beside an empty PySide6 window", cold, "at most 1.5 times"),
        ("`assess --lines`, all in the output, some hundred items open", _rate(full), "200 cases a second"),
        ("`assess --lines`, all in the output, random cases of all kinds", _rate(mixed), ""),
        ("`assess --lines --brief`, some hundred items open", _rate(brief), "5,000 cases a second"),
        (f"`assess --parquet`, {cases:,} random cases, one row a case", together, "200,000 cases a second"),
    )
    for row in (*rows, *large_vault(quick)):
        print(f"| {' | '.join(row)} |")


def large_vault(quick: bool) -> list[tuple[str, str, str]]:
    """A vault of many cases beside bare SQLCipher and plain SQLite; takes most of the time."""
    from tests import bench_vault

    cases = 2_000 if quick else bench_vault.CASES
    return bench_vault.rows(bench_vault.measured(cases, *((1, 2) if quick else (4, 10))), cases)


def _rate(cases_a_second: float) -> str:
    return f"{cases_a_second:,.0f} cases a second"


if __name__ == "__main__":
    main("--quick" in sys.argv)
