"""One side of tests.bench_vault in a process of its own: the vault as the program opens it, bare SQLCipher on
the same file, or plain SQLite on the same pages without their encryption.

python -m tests.bench_vault_side SIDE FILE SEED COUNT writes the seconds that everything took as JSON. Apart,
because one setting of the vault (memory that is locked and wiped) holds for a whole process.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

from borg_triage import __version__
from borg_triage.storage import case_list, entry
from borg_triage.storage.codec import columns, encode
from borg_triage.storage.log import NewLogEntry
from borg_triage.storage.records import CaseSummary, NewObservation
from borg_triage.storage.unlocked import system_clock
from borg_triage.storage.vault import Vault
from tests.bench_vault_made import bare, database_key, names, ring_of

# A screenful, as the page reads it.
SCREEN: Final = 100
_NOTE: Final = "Zij vertelde dit zelf."
_OBSERVATION: Final = ", ".join(columns(NewObservation))


class Side(Protocol):
    """What is measured."""

    def list(self, text: str) -> Sequence[object]: ...
    def case(self, case_id: str) -> Sequence[object]: ...
    def save(self, case_id: str) -> None: ...
    def close(self) -> None: ...


class Ours:
    """The vault, its keys unlocked already."""

    def __init__(self, path: Path, ring: Any) -> None:
        unlocked = entry.with_ring(path, ring, system_clock)
        entry.write_down(unlocked)
        self.vault = Vault(unlocked)

    def list(self, text: str) -> Sequence[object]:
        return self.vault.cases.list(text, limit=SCREEN)

    def case(self, case_id: str) -> Sequence[object]:
        self.vault.cases.get(case_id)
        return self.vault.cases.observations(case_id)

    def save(self, case_id: str) -> None:
        person, now = self.vault.person, datetime.now(UTC)
        new = NewObservation(
            item="flag.stalking",
            value="yes",
            source="victim",
            said_on=now.date(),
            recorded_at=now,
            recorded_by=person.name,
            note=_NOTE,
        )
        told = NewLogEntry(
            at=now,
            action="add",
            person=person.name,
            person_id=person.id,
            role=person.role,
            case_id=case_id,
            program=__version__,
            detail={"kind": "answer"},
        )
        with self.vault.saving():
            self.vault.cases.append_observation(case_id, new)
            self.vault.log.append(told)

    def close(self) -> None:
        self.vault.close()


class Bare:
    """The same statements on a bare connection, rows as they come."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        # As much memory for pages as the vault takes; and stored when it says so.
        for pragma in ("cache_size = -32000", "journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")

    def list(self, text: str) -> Sequence[object]:
        return self._all(*statement(text))

    def case(self, case_id: str) -> Sequence[object]:
        self._all("SELECT * FROM case_file WHERE id = ?", (case_id,))
        return self._all(
            f"SELECT seq, {_OBSERVATION} FROM observation WHERE case_id = ? ORDER BY seq", (case_id,)
        )

    def save(self, case_id: str) -> None:
        now = datetime.now(UTC)
        at, day = encode(now), encode(now.date())
        answer = ("flag.stalking", "yes", "victim", day, at, "S. de Wit", None, _NOTE, None)
        told = (
            at,
            "S. de Wit",
            "owner",
            "",
            case_id,
            "add",
            "",
            "",
            "{}",
            __version__,
            "",
            "0" * 64,
            "0" * 64,
        )
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("UPDATE case_file SET touched_at = ? WHERE id = ?", (at, case_id))
        self.connection.execute(
            f"INSERT INTO observation (case_id, {_OBSERVATION}) VALUES (?{', ?' * len(answer)})",
            (case_id, *answer),
        )
        self.connection.execute(
            "INSERT INTO log (at, person, role, on_behalf_of, case_id, action, purpose, recipient, detail, "
            f"program, instrument, previous, hash) VALUES (?{', ?' * (len(told) - 1)})",
            told,
        )
        self.connection.execute("COMMIT")

    def close(self) -> None:
        self.connection.close()

    def _all(self, sql: str, values: Sequence[Any]) -> Sequence[object]:
        found: list[object] = self.connection.execute(sql, values).fetchall()
        return found


class _Listening:
    """Stands for a database, and keeps what it was asked."""

    def rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        self.asked = (sql, values)
        return []


def statement(text: str) -> tuple[str, Sequence[Any]]:
    """The very query of the case list."""
    listening = _Listening()
    case_list.page(listening, text, None, SCREEN, 0)  # type: ignore[arg-type]
    return listening.asked


def opener(side: str, path: Path) -> Callable[[], Callable[[], Side]]:
    """What makes ready to open, and gives what opens: the key is known, nothing else."""
    if side == "ours":

        def ready() -> Callable[[], Side]:
            ring = ring_of(path)
            return lambda: Ours(path, ring)

        return ready
    if side == "bare":
        key = database_key(path)
        return lambda: lambda: Bare(bare(path, key))
    return lambda: lambda: Bare(sqlite3.connect(path, isolation_level=None))


def keystrokes(rng: random.Random, words: int) -> list[str]:
    """What stands in the search line after each key: starts and parts of names, two words, some in vain."""
    found: list[str] = []
    for _ in range(words):
        name = names(rng).split()
        word = rng.choice(name)
        start = rng.choice((0, 0, 0, rng.randrange(len(word))))
        text = word[start:][: rng.randrange(1, 9)]
        if rng.random() < 0.2:
            text = f"{text} {rng.choice(name)[:4]}"
        if rng.random() < 0.1:
            text += "xq"
        found += [text[: place + 1] for place in range(len(text))]
    return found


def found(opened: Side, typed: Sequence[str]) -> list[str]:
    """The ids of cases that showed while it was typed."""
    shown = (row for text in typed[:: len(typed) // 20] for row in opened.list(text))
    ids = (row.id if isinstance(row, CaseSummary) else row[0] for row in shown)  # type: ignore[index]
    return sorted(set(ids))


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def measure(side: str, path: Path, seed: int, count: int) -> dict[str, list[float]]:
    """Seconds by what was done. count: openings, and what the rest is a multiple of."""
    rng, ready = random.Random(seed), opener(side, path)
    # One that does not count: the first brings the file into the system's memory.
    ready()().close()
    took: dict[str, list[float]] = {"open": []}
    for _ in range(count):
        ring = ready()
        start = time.perf_counter()
        opened = ring()
        opened.list("")
        took["open"].append(time.perf_counter() - start)
        opened.close()
    with closing(ready()()) as opened:
        typed = keystrokes(rng, count * 12)
        took["search"] = [timed(lambda text=text: opened.list(text)) for text in typed]  # type: ignore[misc]
        some = rng.sample(found(opened, typed), k=count * 10)
        took["case"] = [timed(lambda one=one: opened.case(one)) for one in some]  # type: ignore[misc]
        took["save"] = [timed(lambda one=one: opened.save(one)) for one in some]  # type: ignore[misc]
    return took


if __name__ == "__main__":
    _, side, path, seed, count = sys.argv
    print(json.dumps(measure(side, Path(path), int(seed), int(count))))
