"""What was called stored is stored: through kill -9, a full disk, lost rights and a vanished folder."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from borg_triage.storage.errors import NoSpace, VaultMissing
from borg_triage.storage.records import Observation
from borg_triage.storage.vault import Vault

from . import worker
from .samples import KEY, new_case, new_observation, new_vault

posix = pytest.mark.skipif(os.name == "nt", reason="limits and rights of POSIX")


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.storage.worker", *map(str, arguments)]
    root = Path(__file__).parents[2]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(*arguments: object) -> list[str]:
    """What a worker says that may run to its end."""
    program = start(*arguments)
    said, complaints = program.communicate(timeout=60)
    assert program.returncode == 0, complaints
    return said.splitlines()


def killed(program: subprocess.Popen[str], seconds: float) -> list[str]:
    """What a worker said before it was killed, `seconds` after its first words."""
    assert program.stdout is not None
    first = program.stdout.readline()
    time.sleep(seconds)
    program.kill()
    said, complaints = program.communicate()
    assert first, complaints
    # A last line cut short was not said.
    return (first + said[: said.rfind("\n") + 1]).splitlines()


def killed_while_saving(path: Path, rounds: int) -> int:
    """Kill a program that saves row after row, so many times; how many rows it called stored."""
    rng = random.Random(4)
    acknowledged = 0
    for _ in range(rounds):
        said = killed(start("append", path), rng.uniform(0, 0.12))
        word, count, whole = said[0].split()
        assert (word, whole) == ("have", "True")
        # One more may be there: stored, and killed before it could be said.
        assert acknowledged <= int(count) <= acknowledged + 1
        acknowledged = max(int(line.split()[1]) for line in said)
    with Vault.open(path, KEY) as vault:
        (case,) = vault.cases.list()
        assert len(vault.cases.observations(case.id)) >= acknowledged
    assert list(path.parent.iterdir()) == [path]
    return acknowledged


def test_every_row_called_stored_outlives_kill_9(tmp_path: Path) -> None:
    assert killed_while_saving(worker.prepared(tmp_path), 10) > 50


@pytest.mark.soak
def test_a_thousand_saves_outlive_kill_9(tmp_path: Path) -> None:
    assert killed_while_saving(worker.prepared(tmp_path), 150) > 1000


def test_a_vault_is_made_complete_or_not_at_all(tmp_path: Path) -> None:
    rng = random.Random(9)
    made = 0
    for round_ in range(6):
        folder = tmp_path / str(round_)
        folder.mkdir()
        said = killed(start("create", folder), rng.uniform(0, 0.3))
        vaults = list(folder.glob("*.borgvault"))
        assert len(vaults) >= len(said)
        for path in vaults:
            with Vault.open(path, KEY) as vault:
                assert vault.cases.count() == 0
        made += len(vaults)
    assert made >= 6


@posix
@pytest.mark.parametrize("limit", [600_000, 6_000_000])
def test_a_disk_that_fills_up_costs_nothing_that_was_stored(tmp_path: Path, limit: int) -> None:
    path = worker.prepared(tmp_path)
    said = finish("starve", path, limit)
    assert said[:-1] == ["refused vault.error.io", "readable True"] * 3
    stored = int(said[-1].split()[1])
    assert stored > 20
    with Vault.open(path, KEY) as vault:
        (case,) = vault.cases.list()
        rows = vault.cases.observations(case.id)
        assert [row.item for row in rows] == [f"i{n}" for n in range(stored)]


@posix
@pytest.mark.parametrize("clean", [True, False], ids=["closed", "killed"])
def test_on_a_full_disk_a_vault_still_opens_for_reading(tmp_path: Path, clean: bool) -> None:
    path = worker.prepared(tmp_path)
    said = killed(start("append", path), 0.3)
    stored = int(said[-1].split()[1])
    if clean:
        Vault.open(path, KEY).close()
    before = {file.name for file in tmp_path.iterdir()}
    answer, *errors = finish("starved-open", path, 1)
    assert int(answer.split()[1]) >= stored
    assert errors == ["vault.error.io", "vault.error.no_space"] or errors == ["vault.error.io"] * 2
    assert {file.name for file in tmp_path.iterdir()} - before <= {"v.borgvault-wal"}
    with Vault.open(path, KEY) as vault:
        (case,) = vault.cases.list()
        assert len(vault.cases.observations(case.id)) >= stored


def append_without_end(vault: Vault, case_id: str, stored: list[Observation]) -> None:
    while True:
        stored.append(vault.cases.append_observation(case_id, new_observation(note=worker.NOTE)))


def test_a_full_database_is_called_no_space_and_keeps_what_it_has(vault: Vault) -> None:
    case = vault.cases.create(new_case())
    (pages,) = vault._database.rows("PRAGMA page_count")[0]
    vault._database.rows(f"PRAGMA max_page_count = {pages + 3}")
    stored: list[Observation] = []
    with pytest.raises(NoSpace) as caught:
        append_without_end(vault, case.id, stored)
    assert caught.value.key == "vault.error.no_space"
    assert stored
    assert vault.cases.observations(case.id) == stored
    vault._database.rows(f"PRAGMA max_page_count = {pages + 100}")
    stored.append(vault.cases.append_observation(case.id, new_observation()))
    vault.close()
    with Vault.open(vault.path, KEY) as again:
        assert again.cases.observations(case.id) == stored


@posix
def test_a_vault_deleted_under_us_is_not_written_to(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    with new_vault(folder) as vault:
        case = vault.cases.create(new_case())
        shutil.move(folder, tmp_path / "moved")
        with pytest.raises(VaultMissing):
            vault.cases.append_observation(case.id, new_observation())
        assert vault.cases.observations(case.id) == []
        shutil.move(tmp_path / "moved", folder)
        stored = vault.cases.append_observation(case.id, new_observation())
    with Vault.open(vault.path, KEY) as again:
        assert again.cases.observations(case.id) == [stored]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter: pytest's own are closed to the one we turn into."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def handed_over(folder: Path) -> Path:
    """A vault of the user that the worker turns into, in a folder of that user."""
    path = worker.prepared(folder)
    if os.getuid() == 0:
        for owned in (path, folder):
            os.chown(owned, worker.NOBODY, worker.NOBODY)
    return path


@posix
def test_with_all_rights_it_opens(open_folder: Path) -> None:
    assert finish("unprivileged", handed_over(open_folder)) == ["done", "done"]


@posix
@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "expected"),
    [
        (0o600, 0o555, ["vault.error.read_only", "vault.error.read_only"]),
        (0o444, 0o755, ["vault.error.read_only", "done"]),
        (0o000, 0o755, ["vault.error.read_only", "done"]),
        (0o600, 0o000, ["vault.error.read_only", "vault.error.read_only"]),
    ],
    ids=["folder", "file", "no rights to the file", "no rights to the folder"],
)
def test_without_the_right_to_write_it_says_so(
    open_folder: Path, file_mode: int, folder_mode: int, expected: list[str]
) -> None:
    path = handed_over(open_folder)
    before = path.read_bytes()
    path.chmod(file_mode)
    open_folder.chmod(folder_mode)
    assert finish("unprivileged", path) == expected
    open_folder.chmod(0o755)
    path.chmod(0o600)
    assert path.read_bytes() == before
    Vault.open(path, KEY).close()
