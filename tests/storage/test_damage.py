"""A vault that was cut or has wrong bits opens right, or says so and names the backup: nothing else."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from borg_triage.storage.errors import VaultDamaged, VaultError, VaultTruncated
from borg_triage.storage.keying import PAGE_BYTES
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.keys.tries import tries_path
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import backups_folder
from tests.copies import lay_copy

from .samples import INSTRUMENT, NAME, PASSPHRASE, new_case, new_observation, new_result, staffed_vault

pytestmark = pytest.mark.usefixtures("quick_keys")


class Kept:
    """A closed vault with a backup of all that is in it; its files can be put back as they were."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "team.borgvault"
        self.backup = backups_folder(self.path) / lay_copy(folder, keep)
        self.right = self.read()
        files = (self.path, key_path(self.path), copy_path(self.path))
        self.whole = {path: path.read_bytes() for path in files}

    def read(self) -> list[object]:
        with Vault.open(self.path, PASSPHRASE, NAME) as vault:
            cases = vault.cases.list()
            found: list[object] = [*cases]
            for case in cases:
                found += vault.cases.observations(case.id)
                found += vault.cases.results(case.id)
            assert vault.log.first_broken() is None
            return found

    def put_back(self) -> None:
        for path, content in self.whole.items():
            path.write_bytes(content)
        tries_path(self.path).unlink(missing_ok=True)

    def flip(self, rng: random.Random, among: tuple[Path, ...]) -> None:
        path = rng.choice(among)
        content = bytearray(path.read_bytes())
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        path.write_bytes(content)


def keep(folder: Path) -> str:
    with staffed_vault(folder / "team.borgvault") as vault:
        vault.cases.keep_instrument(INSTRUMENT)
        for number in range(3):
            case = vault.cases.create(new_case(f"Merel {number}"))
            for answer in range(12):
                note = f"Zij vertelde dit zelf, keer {answer}. " * 10
                vault.cases.append_observation(case.id, new_observation(f"i{answer}", note=note))
            vault.cases.freeze_result(case.id, new_result())
        return vault.backup().path.name


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_a_vault_cut_at_every_page_names_the_backup(kept: Kept) -> None:
    whole = kept.whole[kept.path]
    assert len(whole) > 30 * PAGE_BYTES
    for size in range(0, len(whole), PAGE_BYTES):
        kept.path.write_bytes(whole[:size])
        with pytest.raises(VaultError) as caught:
            Vault.open(kept.path, PASSPHRASE, NAME)
        assert type(caught.value) is VaultTruncated or size == 0
        assert caught.value.params["backup"] == str(kept.backup)
    Vault.restore(kept.path, kept.backup, PASSPHRASE, NAME)
    assert kept.read() == kept.right


def test_a_damaged_first_page_is_no_wrong_passphrase(kept: Kept) -> None:
    whole = kept.whole[kept.path]
    for spot in (3, 20, 99, PAGE_BYTES - 5):
        kept.path.write_bytes(whole[:spot] + bytes([whole[spot] ^ 16]) + whole[spot + 1 :])
        with pytest.raises(VaultDamaged) as caught:
            Vault.open(kept.path, PASSPHRASE, NAME)
        assert caught.value.key == "vault.error.damaged_backup"
        assert caught.value.params["backup"] == str(kept.backup)
        assert not tries_path(kept.path).exists()


@pytest.mark.parametrize("content", [b"", b"Een brief.\n" * 900, bytes(9000), b"PK\x03\x04" + bytes(500)])
def test_a_vault_that_was_overwritten_names_the_backup(kept: Kept, content: bytes) -> None:
    kept.path.write_bytes(content)
    with pytest.raises(VaultError) as caught:
        Vault.open(kept.path, PASSPHRASE, NAME)
    assert caught.value.params["backup"] == str(kept.backup)


def flipped(kept: Kept, rounds: int, seed: int) -> Counter[str]:
    """What came of so many single and double wrong bits in the vault, its key file and the copy."""
    rng = random.Random(seed)
    keys = (key_path(kept.path), copy_path(kept.path))
    met: Counter[str] = Counter()
    for number in range(rounds):
        kept.put_back()
        if number % 3:
            kept.flip(rng, (kept.path,))
        if number % 3 != 1:
            kept.flip(rng, keys)
        if number % 9 == 0:
            for path in keys:
                kept.flip(rng, (path,))
        try:
            met["right" if kept.read() == kept.right else "wrong"] += 1
        except VaultError as error:
            named = error.params.get("backup") == str(kept.backup)
            met[error.key if named else f"{error}, no backup named"] += 1
    return met


def test_wrong_bits_give_the_right_content_or_name_the_backup(kept: Kept) -> None:
    met = flipped(kept, 150, 3)
    assert set(met) == {"right", "vault.error.damaged_backup"}
    assert min(met.values()) > 40


@pytest.mark.soak
def test_ten_thousand_wrong_bits(kept: Kept) -> None:
    assert set(flipped(kept, 10_000, 5)) == {"right", "vault.error.damaged_backup"}


def test_damage_met_while_working_names_the_backup(kept: Kept) -> None:
    whole = kept.whole[kept.path]
    met = set()
    for page in range(6, len(whole) // PAGE_BYTES):
        kept.path.write_bytes(whole[: page * PAGE_BYTES + 50] + b"\xff" * 9 + whole[page * PAGE_BYTES + 59 :])
        try:
            kept.read()
        except VaultDamaged as error:
            met.add((error.key, error.params["backup"]))
    assert met == {("vault.error.damaged_backup", str(kept.backup))}


# ---------------------------------------------------------------- two programs

TURNS = """
import random, sys, time
from pathlib import Path
from borg_triage.domain.errors import BorgTriageError
from borg_triage.storage.keys import wrapping
from borg_triage.storage.vault import Vault
from tests.storage.quick import at_once
from tests.storage.samples import NAME, PASSPHRASE, new_case
wrapping.derived = at_once
path, rotates = Path(sys.argv[1]), sys.argv[2] == "rotate"
left = int(sys.argv[3])
while left:
    time.sleep(random.uniform(0, 0.05))
    try:
        with Vault.open(path, PASSPHRASE, NAME) as vault:
            if rotates:
                vault.rotate()
            print(vault.cases.create(new_case()).id, flush=True)
            left -= 1
    except BorgTriageError as error:
        assert error.key == "vault.error.in_use", error
"""
MADE = """
import sys
from pathlib import Path
from borg_triage.storage.keys import wrapping
from tests.storage.quick import at_once
from tests.storage.samples import staffed_vault
wrapping.derived = at_once
staffed_vault(Path(sys.argv[1])).close()
"""


@pytest.mark.timeout(300)
def test_of_two_programs_neither_loses_what_it_stored_while_keys_change(
    tmp_path: Path,
) -> None:
    path, root = tmp_path / "team.borgvault", Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", MADE, str(path)], cwd=root, check=True)
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", TURNS, str(path), *how], cwd=root, stdout=subprocess.PIPE, text=True
        )
        for how in (("rotate", "2"), ("save", "5"), ("save", "5"))
    ]
    stored = [program.communicate(timeout=280)[0].split() for program in programs]
    assert [program.returncode for program in programs] == [0, 0, 0]
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        there = {case.id for case in vault.cases.list(limit=1000)}
        assert vault.log.first_broken() is None
    assert there == {one for ids in stored for one in ids}
    assert [len(ids) for ids in stored] == [2, 5, 5]


# ---------------------------------------------------------------- the folder


def test_a_folder_that_vanishes_costs_nothing_that_was_stored(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    vault = staffed_vault(folder / "team.borgvault")
    case = vault.cases.create(new_case())
    if os.name != "nt":
        shutil.move(folder, tmp_path / "away")
        for attempt in (vault.backup, vault.rotate, lambda: vault.make_recovery(1, 1)):
            with pytest.raises(VaultError):
                attempt()
        shutil.move(tmp_path / "away", folder)
    stored = vault.cases.append_observation(case.id, new_observation())
    vault.close()
    with Vault.open(vault.path, PASSPHRASE, NAME) as again:
        assert again.cases.observations(case.id) == [stored]


def test_a_vault_that_was_replaced_under_us_is_not_written_to(tmp_path: Path) -> None:
    vault = staffed_vault(tmp_path / "team.borgvault")
    other = tmp_path / "other.borgvault"
    other.write_bytes(b"another file")
    other.replace(vault.path)
    with pytest.raises(VaultError) as caught:
        vault.cases.create(new_case())
    assert caught.value.key == "vault.error.missing"
    vault.close()
    assert vault.path.read_bytes() == b"another file"
