"""Wrong bits anywhere in what belongs to a vault, its backups too: what opens is right, case by case."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from borg_triage.storage.errors import VaultError
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.places import saved_path
from borg_triage.storage.vault import Vault

from .samples import (
    INSTRUMENT,
    NAME,
    PASSPHRASE,
    new_case,
    new_judgement,
    new_observation,
    new_result,
    staffed_vault,
)

pytestmark = pytest.mark.usefixtures("quick_keys")

CASES, ANSWERS = 4, 10


class Whole:
    """A vault whose program was killed (its log holds the last answers), with a backup of all before them.

    right: by case, all that belongs in it. earlier: the same without what only the log holds.
    """

    def __init__(self, folder: Path) -> None:
        self.kept, self.folder = folder / "kept", folder / "vaults"
        self.folder.mkdir()
        self.path = self.folder / "team.borgvault"
        vault = staffed_vault(self.path)
        vault.cases.keep_instrument(INSTRUMENT)
        for number in range(CASES):
            self._fill(vault, vault.cases.create(new_case(f"Merel {number}")).id, number)
        self.backup = vault.backup().path
        vault.close()
        vault = Vault.open(self.path, PASSPHRASE, NAME)
        self.earlier = by_case(vault)
        for number, case_id in enumerate(self.earlier):
            vault.cases.append_observation(case_id, new_observation(f"late{number}", note=f"Merel {number}"))
        self.right = by_case(vault)
        shutil.copytree(self.folder, self.kept)
        vault.close()
        self.log = self.path.with_name(self.path.name + "-wal")
        assert (self.kept / self.log.name).stat().st_size > 10_000

    @staticmethod
    def _fill(vault: Vault, case_id: str, number: int) -> None:
        for answer in range(ANSWERS):
            note = f"Merel {number} vertelde dit zelf, keer {answer}. " * 8
            vault.cases.append_observation(case_id, new_observation(f"i{answer}", note=note))
        result = vault.cases.freeze_result(case_id, new_result(f'"Merel {number}"'))
        vault.cases.append_judgement(case_id, new_judgement(result.seq))

    def put_back(self) -> None:
        """All files as they were when the program was killed."""
        shutil.rmtree(self.folder)
        shutil.copytree(self.kept, self.folder)

    def files(self) -> dict[str, tuple[Path, ...]]:
        """What can have a wrong bit, by what it is."""
        return {
            "vault": (self.path,),
            "log": (self.log,),
            "mark": (saved_path(self.path),),
            "keys": (key_path(self.path), copy_path(self.path)),
            "backup": (self.backup,),
            "keys of the backup": (key_path(self.backup), copy_path(self.backup)),
        }


def by_case(vault: Vault) -> dict[str, object]:
    """By case, everything in it; a VaultError where it cannot be read."""
    return {case_id: read for case_id, read in each_case(vault) if not isinstance(read, VaultError)}


def each_case(vault: Vault) -> Iterator[tuple[str, object]]:
    for case in sorted(vault.cases.list(), key=lambda one: one.pseudonym):
        yield case.id, tried(partial(everything, vault, case.id))


def everything(vault: Vault, case_id: str) -> object:
    cases = vault.cases
    return (
        cases.get(case_id).pseudonym,
        cases.observations(case_id),
        cases.results(case_id),
        cases.judgements(case_id),
    )


def tried(read: Callable[[], object]) -> object:
    try:
        return read()
    except VaultError as error:
        return error


def flip(rng: random.Random, path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def outcome(whole: Whole, what: str) -> str:
    """What came of it: "right", "told" (the log was cut off at the bit), or the key of an error."""
    try:
        vault = Vault.open(whole.path, PASSPHRASE, NAME)
    except VaultError as error:
        return named(whole, error)
    with vault:
        lost = vault.lost
        try:
            found = dict(each_case(vault))
        except VaultError as error:
            return named(whole, error)
    errors = [read for read in found.values() if isinstance(read, VaultError)]
    for case_id, read in found.items():
        assert isinstance(read, VaultError) or read in (whole.right[case_id], whole.earlier[case_id])
    if errors:
        return {named(whole, error) for error in errors}.pop()
    if found == whole.right:
        # At most an entry of the log can be missing then.
        return "right" if lost is None else "right, and told"
    assert what == "log"
    assert lost is not None, "what was saved is missing, and nobody is told"
    return "told"


def named(whole: Whole, error: VaultError) -> str:
    """An error's key. It names the backup, which is whole, whatever else has wrong bits."""
    assert error.params.get("backup") == str(whole.backup), error
    return error.key


def restored(whole: Whole) -> str:
    """What came of restoring the backup: all that it held, or an error and the vault as it was."""
    try:
        Vault.restore(whole.path, whole.backup, PASSPHRASE, NAME)
    except VaultError as error:
        with Vault.open(whole.path, PASSPHRASE, NAME) as vault:
            assert by_case(vault) == whole.right
        return error.key
    with Vault.open(whole.path, PASSPHRASE, NAME) as vault:
        assert by_case(vault) == whole.earlier
    return "right"


def flipped(folder: Path, rounds: int, seed: int) -> dict[str, Counter[str]]:
    """By what had the wrong bits, what came of it. Every third time there are several."""
    whole, rng = Whole(folder), random.Random(seed)
    kinds = whole.files()
    met: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
    for number in range(rounds):
        whole.put_back()
        kind = (*kinds, "vault")[number % (len(kinds) + 1)]
        # Of two files that hold the same, now and then both.
        for path in kinds[kind] if number % 5 == 0 else [rng.choice(kinds[kind])]:
            for _ in range(rng.choice((1, 1, 4))):
                flip(rng, path)
        met[kind][restored(whole) if "backup" in kind else outcome(whole, kind)] += 1
    return met


EXPECTED = {
    # The error that names no backup (vault.error.damaged) is for a vault that has none that opens.
    "vault": {"right", "vault.error.damaged_backup"},
    "log": {"right", "told"},
    # A note with a wrong bit says nothing.
    "mark": {"right"},
    # Both key files: that of the backup serves.
    "keys": {"right"},
    # What is damaged is the only backup: there is none to name.
    "backup": {"right", "vault.error.damaged"},
    "keys of the backup": {"right", "vault.error.key_file_damaged"},
}


def assert_right_or_told(met: dict[str, Counter[str]]) -> None:
    for kind, found in met.items():
        assert set(found) <= EXPECTED[kind], (kind, found)
    assert met["vault"]["right"] < met["vault"].total()
    assert met["backup"]["right"] < met["backup"].total()
    assert met["log"]["told"] > 0


def test_wrong_bits_give_no_case_the_data_of_another(tmp_path: Path) -> None:
    assert_right_or_told(flipped(tmp_path, 60, 1))


@pytest.mark.soak
def test_ten_thousand_wrong_bits_give_no_case_the_data_of_another(tmp_path: Path) -> None:
    assert_right_or_told(flipped(tmp_path, 10_000, 2))
