"""A second program for the tests: does one thing to a vault again and again, killed each time, and looks.

python -m tests.storage.crashes TASK FOLDER STRIDE ROUNDS SEED [FILE_SIZE ...]

Every round takes a fresh copy of the same vault. A child does the task and is killed (SIGKILL), at every
STRIDE-th step that touches the folder, then at ROUNDS random moments; with FILE_SIZE it lives on, but may
write no file beyond so many bytes. Then this program opens the vault as people would, looks, and says what
it found, one line a round: how it ended, and what was there.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from borg_triage.storage import backup, copying, erasing, given, migrate
from borg_triage.storage.backup import State
from borg_triage.storage.backup_files import Backup
from borg_triage.storage.errors import VaultError, WrongPassphrase
from borg_triage.storage.keys import keyfile, wrapping
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.places import draft_path, marker_path
from borg_triage.storage.vault import Vault

from .quick import at_once
from .samples import INSTRUMENT, NAME, PASSPHRASE, erase, new_case, new_observation, new_result, staffed_vault

NOOR, HERS = "Noor", "drie witte zwanen op het dak"
OLD = Path(__file__).parents[1] / "old_vaults" / "version-1.borgvault"
# What a program does to a folder, as Python tells of it before it is done.
STEPS = frozenset(("os.rename", "os.link", "os.remove", "os.mkdir", "open", "sqlite3.connect"))


class Task(NamedTuple):
    """prepare: make the vault in an empty folder. act: what is killed. look: what is there afterwards."""

    prepare: Callable[[Path], None]
    act: Callable[[Path], None]
    look: Callable[[Path], str]


def vault_in(folder: Path) -> Path:
    return folder / "team.borgvault"


def opened(folder: Path) -> Vault:
    return Vault.open(vault_in(folder), PASSPHRASE, NAME, Cost.floor())


# ---------------------------------------------------------------- before


def prepared(folder: Path) -> None:
    with staffed_vault(vault_in(folder)) as vault:
        vault.cases.keep_instrument(INSTRUMENT)
        for number in range(3):
            case = vault.cases.create(new_case(f"Merel {number}"))
            for answer in range(15):
                note = "Zij vertelde dit zelf. " * 20
                vault.cases.append_observation(case.id, new_observation(f"i{answer}", note=note))
            vault.cases.freeze_result(case.id, new_result())
        vault.backup()
        vault.cases.create(new_case("laat"))


def prepared_erasing(folder: Path) -> None:
    """The case that goes is in a backup too."""
    prepared(folder)
    with opened(folder) as vault:
        vault.backup()


def prepared_old(folder: Path) -> None:
    shutil.copy(OLD, vault_in(folder))


def prepared_behind(folder: Path) -> None:
    """A vault with a key file, of the version before the newest: as an upgrade of the program meets it."""
    prepared(folder)
    released = migrate._migrations()
    migrate._migrations = lambda: (*released, "SELECT 1;")  # type: ignore[assignment]


def prepared_staffed(folder: Path) -> None:
    """With somebody who is about to leave, and backups under a past key and the present one."""
    prepared(folder)
    with opened(folder) as vault:
        vault.add_person(NOOR, HERS, cost=Cost.floor())
        vault.rotate()
        vault.backup()


# ---------------------------------------------------------------- what is killed


def restoring(folder: Path) -> None:
    source = next(iter(sorted((folder / "team-backups").glob("*.borgvault"))))
    Vault.restore(vault_in(folder), source, PASSPHRASE, NAME)


def rotating(folder: Path) -> None:
    with opened(folder) as vault:
        vault.rotate()


def withdrawing(folder: Path) -> None:
    with opened(folder) as vault:
        vault.withdraw(vault.people.all()[-1].id)


def renewing(folder: Path) -> None:
    with opened(folder) as vault:
        vault.reset_passphrase(vault.people.all()[-1].id, PASSPHRASE, Cost.floor())


def backing_up(folder: Path) -> None:
    with opened(folder) as vault:
        vault.backup()


def scrubbing(folder: Path) -> None:
    with opened(folder) as vault:
        erase(vault, next(case.id for case in vault.cases.list() if case.pseudonym == "laat"))


def opening(folder: Path) -> None:
    opened(folder).close()


def creating(folder: Path) -> None:
    staffed_vault(vault_in(folder)).close()


# ---------------------------------------------------------------- afterwards


def contents(vault: Vault) -> str:
    """Which cases there are; complains where one is not whole."""
    names = []
    for case in vault.cases.list():
        answers, results = vault.cases.observations(case.id), vault.cases.results(case.id)
        whole = len(answers) in (2, 15) and len(results) == 1
        assert whole or (case.pseudonym == "laat" and not answers), case
        names.append(case.pseudonym)
    return ",".join(sorted(names))


def look(folder: Path) -> str:
    """Open twice, read everything, check everything."""
    path = vault_in(folder)
    with opened(folder) as vault:
        assert vault.lost is None
        found = contents(vault)
        bad = [one for one in vault.check() if not one.good]
        assert not bad, bad
        assert vault.ring is not None
        assert len(vault.ring.keys) == 1, "a rotation is left half-way"
        vault.cases.create(new_case("laat"))
        for one in vault.backups():
            assert backup.state(path, one, vault._unlocked.keys()) in (State.WHOLE, State.LOCKED), one
    assert not draft_path(path).exists()
    assert not marker_path(path).exists()
    assert len(keyfile.read(path).generations) == 1
    opened(folder).close()
    return found


def look_who(folder: Path) -> str:
    """Who left opens neither the vault nor a backup of it, or has not left yet."""
    path = vault_in(folder)
    found = look(folder)
    with opened(folder) as vault:
        inside = any(person.name == NOOR for person in vault.people.all())
        backups = [one.path for one in vault.backups()]
        assert vault.open_to_others() == []
        assert len(backups) == 2
    for one in (path, *backups):
        for place in (keyfile.key_path(one), keyfile.copy_path(one)):
            file = keyfile.parse(place.read_bytes(), one)
            KeyRing.unlock(file, one, NAME, PASSPHRASE)
            try:
                KeyRing.unlock(file, one, NOOR, HERS)
                assert inside, one
            except WrongPassphrase:
                assert not inside, one
    return f"{found},{'Noor' if inside else 'niemand'}"


def look_erased(folder: Path) -> str:
    """The case is there, or it is known what of it is still to go; and then it goes."""
    with opened(folder) as vault:
        there = any(case.pseudonym == "laat" for case in vault.cases.list())
        held = [one for one in vault.backups() if held_there(vault, one)]
        due, left = erasing.due(vault.settings), vault.erasing_left()
        if there:
            assert (due, left.any, len(held)) == ("", False, 1)
        else:
            assert due or not (held or left.any)
            assert set(held) <= set(left.held)
        vault.finish_erasing()
        assert not vault.erasing_left().any
        assert there or not any(held_there(vault, one) for one in vault.backups())
    return look(folder)


def held_there(vault: Vault, backup: Backup) -> bool:
    key = vault._unlocked.key
    with copying.seen(backup.path, key, backup.path) as database:
        return database.row("SELECT 1 FROM case_file WHERE pseudonym = 'laat'") is not None


def look_at_new(folder: Path) -> str:
    """A vault that was being made is there, whole, or can be made now."""
    path = vault_in(folder)
    if marker_path(path).exists() and not path.exists():
        long_ago = time.time() - 60
        os.utime(marker_path(path), (long_ago, long_ago))
    if path.exists():
        return f"there{look(folder)}"
    creating(folder)
    return f"made{look(folder)}"


def look_who_gave(folder: Path) -> str:
    """Noor opens all with the old passphrase, or with the new one, of which the log then tells."""
    path = vault_in(folder)
    found = look(folder)
    with opened(folder) as vault:
        noor = next(person for person in vault.people.all() if person.name == NOOR)
        told = [one.recipient for one in vault.log.entries() if one.detail.get("why") == "owner"]
        waits = given.told(vault.settings, noor.id)
        backups = [one.path for one in vault.backups()]
        assert vault.open_to_others() == []
    ways = set()
    for one in (path, *backups):
        for place in (keyfile.key_path(one), keyfile.copy_path(one)):
            file = keyfile.parse(place.read_bytes(), one)
            for passphrase in (HERS, PASSPHRASE):
                with suppress(WrongPassphrase):
                    KeyRing.unlock(file, one, NOOR, passphrase).wipe()
                    ways.add(passphrase)
    assert len(ways) == 1
    new = ways == {PASSPHRASE}
    assert told == ([NOOR] if new or told else [])
    assert len(waits) == len(told)
    return f"{found},{'new' if new else 'old'}"


TASKS = {
    "rotate": Task(prepared, rotating, look),
    "withdraw": Task(prepared_staffed, withdrawing, look_who),
    "renew": Task(prepared_staffed, renewing, look_who_gave),
    "backup": Task(prepared, backing_up, look),
    "restore": Task(prepared, restoring, look),
    "erase": Task(prepared_erasing, scrubbing, look_erased),
    "upgrade": Task(prepared_behind, opening, look),
    "convert": Task(prepared_old, opening, look),
    "create": Task(lambda folder: None, creating, look_at_new),
}


# ---------------------------------------------------------------- killing


def killed_at(step: int, folder: Path) -> None:
    """From here on, die before step number `step` in a folder."""
    left = step

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event not in STEPS or (event == "open" and str(folder) not in str(arguments[0])):
            return
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def starved(limits: tuple[int, int], folder: Path) -> None:
    """From here on, write no file beyond a size."""
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def unharmed(folder: Path) -> None:
    """Nothing, at first."""


def child(act: Callable[[], None], before: Callable[[], None]) -> int:
    """Start a child that does `before`, then `act`; its process id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        before()
        act()
        status = 0
    except VaultError as error:
        print("refused", error.key, flush=True)
        status = 3
    finally:
        os._exit(status)


def ended(pid: int) -> str:
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status in (0, 3, -signal.SIGKILL), status
    return {0: "done", 3: "refused"}.get(status, "killed")


def main(name: str, folder: Path, stride: int, rounds: int, seed: int, *file_sizes: int) -> None:
    # How a passphrase becomes a key is not what is looked at here.
    wrapping.derived = at_once
    task = TASKS[name]
    template = folder / "template"
    template.mkdir()
    task.prepare(template)

    def round_(number: int, before: Callable[[Path], None], wait: float | None = None) -> str:
        place = folder / f"{name}{number}"
        shutil.copytree(template, place)
        pid = child(lambda: task.act(place), lambda: before(place))
        if wait is not None:
            time.sleep(wait)
            os.kill(pid, signal.SIGKILL)
        end = ended(pid)
        print(end, task.look(place).replace(" ", ""), flush=True)
        shutil.rmtree(place)
        return end

    if file_sizes:
        for size in file_sizes:
            limits = (size, resource.RLIM_INFINITY)
            round_(size, partial(starved, limits))
        return
    begun = time.monotonic()
    round_(0, unharmed)
    took = time.monotonic() - begun
    step = 1
    while round_(step, partial(killed_at, step)) == "killed":
        step += stride
    rng = random.Random(seed)
    for number in range(rounds):
        round_(step + 1 + number, unharmed, rng.uniform(0, took / 2))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:]))
