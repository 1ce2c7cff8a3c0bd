"""A second program for the tests: does one thing with a vault, and says each step on standard output.

python -m tests.storage.worker TASK PATH [MORE]; it is killed, starved of disk or stripped of its rights.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable
from pathlib import Path

from borg_triage.storage import migrate
from borg_triage.storage.errors import VaultError
from borg_triage.storage.vault import Vault

from .samples import KEY, new_case, new_observation

# Long enough for the log to be written back into the file now and then.
NOTE = "Zij vertelde dit zelf. " * 90
NOBODY = 65534


def say(*words: object) -> None:
    print(*words, flush=True)


def append(path: Path, *_: str) -> None:
    """Say what is there, then append until killed or refused, naming each row when it is stored."""
    with Vault.open(path, KEY) as vault:
        (case,) = vault.cases.list()
        stored = vault.cases.observations(case.id)
        whole = all(row.note == NOTE and row.item == f"i{n}" for n, row in enumerate(stored))
        # A kill is no loss, and must not be told as one.
        whole = whole and vault.lost is None
        say("have", len(stored), whole)
        for number in itertools.count(len(stored)):
            vault.cases.append_observation(case.id, new_observation(f"i{number}", note=NOTE))
            say("stored", number + 1)


def create(folder: Path, *_: str) -> None:
    """Make one vault after another."""
    for number in itertools.count():
        Vault.create(folder / f"{number}.borgvault", KEY).close()
        say("made", number)


def starve(path: Path, limit: str, *_: str) -> None:
    """Append while no file may grow beyond `limit` bytes, read all, then append with room again."""
    import resource

    with Vault.open(path, KEY) as vault:
        (case,) = vault.cases.list()
        number = len(vault.cases.observations(case.id))
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
        for _round in range(3):
            try:
                while True:
                    vault.cases.append_observation(case.id, new_observation(f"i{number}", note=NOTE))
                    number += 1
            except VaultError as error:
                say("refused", error.key)
            say("readable", len(vault.cases.observations(case.id)) == number)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        vault.cases.append_observation(case.id, new_observation(f"i{number}", note=NOTE))
        say("stored", number + 1)


def starved_open(path: Path, limit: str, *_: str) -> None:
    """Open and read where nothing may be written at all; then try to make a vault beside it."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
    with Vault.open(path, KEY) as vault:
        (case,) = vault.cases.list()
        say("readable", len(vault.cases.observations(case.id)))
        attempt(lambda: vault.cases.append_observation(case.id, new_observation()))
    attempt(lambda: Vault.create(path.with_name("new.borgvault"), KEY))


def unprivileged(path: Path, *_: str) -> None:
    """Open, then make a vault beside it, as a user to whom rights apply."""
    migrate.latest(), migrate.expected_schema()  # read while the checkout can be read
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    attempt(lambda: Vault.open(path, KEY).close())
    attempt(lambda: Vault.create(path.with_name("new.borgvault"), KEY).close())


def attempt(action: Callable[[], object]) -> None:
    try:
        action()
    except VaultError as error:
        say(error.key)
    else:
        say("done")


def prepared(folder: Path) -> Path:
    """A closed vault with one case for the tasks above."""
    path = folder / "v.borgvault"
    with Vault.create(path, KEY) as vault:
        vault.cases.create(new_case())
    return path


if __name__ == "__main__":
    tasks: dict[str, Callable[..., None]] = {
        "append": append,
        "create": create,
        "starve": starve,
        "starved-open": starved_open,
        "unprivileged": unprivileged,
    }
    tasks[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
