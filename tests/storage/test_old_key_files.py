"""A key file of before, put back beside a whole vault: nobody loses work by it, and nobody comes in by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from borg_triage.storage.errors import VaultDamaged, VaultError, WrongPassphrase
from borg_triage.storage.keying import PAGE_BYTES
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.file_errors import KeyFileForeign
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.people import OWNER
from borg_triage.storage.vault import Vault

from .samples import NAME, PASSPHRASE, new_case, staffed_vault

NOOR, HERS = "Noor", "drie witte zwanen op het dak"
NEW = "negen gele jassen aan de lijn"
FORMER, FORMERS = "J. Bakker", "fiets dorp kraan zesde mosterd"
pytestmark = pytest.mark.usefixtures("quick_keys")
PLACES = pytest.mark.parametrize("places", [(key_path,), (copy_path,)], ids=["key file", "copy"])


class Kept:
    """A closed vault, and the key file that it had at some moment before."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "team.borgvault"
        staffed_vault(self.path).close()
        self.old = b""

    def keep_keys(self) -> None:
        self.old = key_path(self.path).read_bytes()

    def put_old(self, *places: object) -> None:
        for place in places or (key_path, copy_path):
            assert callable(place)
            place(self.path).write_bytes(self.old)

    def opened(self, name: str = NAME, passphrase: str = PASSPHRASE) -> Vault:
        return Vault.open(self.path, passphrase, name)

    def refused(self, name: str = NAME, passphrase: str = PASSPHRASE) -> VaultError:
        with pytest.raises(VaultError) as caught:
            self.opened(name, passphrase).close()
        return caught.value

    def key_files(self) -> list[bytes]:
        return [place(self.path).read_bytes() for place in (key_path, copy_path)]

    def forget_backups(self) -> None:
        for path in self.path.with_name("team-backups").iterdir():
            path.unlink()

    def files(self) -> dict[str, bytes]:
        found = sorted(self.path.parent.rglob("*"))
        return {
            str(path): path.read_bytes() for path in found if path.is_file() and "-tries" not in path.name
        }


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


# ---------------------------------------------------------------- under another database key


@pytest.fixture
def rotated(kept: Kept) -> Kept:
    """A manager left after the old key file, with a backup from before and one from after that."""
    with kept.opened() as vault:
        vault.add_person(FORMER, FORMERS, OWNER, Cost.floor())
        vault.cases.create(new_case("vroeg"))
        vault.backup()
    kept.keep_keys()
    with kept.opened() as vault:
        vault.withdraw(next(one.id for one in vault.people.all() if one.name == FORMER))
        vault.cases.create(new_case("laat"))
        vault.backup()
    return kept


def is_whole(kept: Kept) -> None:
    with kept.opened() as vault:
        assert [case.pseudonym for case in vault.cases.list()] == ["laat", "vroeg"]
        assert [one.name for one in vault.people.all()] == [NAME]
        assert [one for one in vault.check() if not one.good] == []
    first, second = kept.key_files()
    assert first == second != kept.old
    assert isinstance(kept.refused(FORMER, FORMERS), WrongPassphrase)


@PLACES
def test_where_the_two_differ_the_one_that_fits_wins(rotated: Kept, places: tuple[object, ...]) -> None:
    rotated.forget_backups()
    rotated.put_old(*places)
    assert isinstance(rotated.refused(FORMER, FORMERS), WrongPassphrase)
    assert len(Tries(rotated.path).failures()) == 1
    is_whole(rotated)


def test_where_neither_fits_that_of_a_backup_does(rotated: Kept) -> None:
    rotated.put_old()
    assert isinstance(rotated.refused(FORMER, FORMERS), WrongPassphrase)
    is_whole(rotated)


def test_where_none_fits_no_backup_is_named_and_nothing_changes(rotated: Kept) -> None:
    right = rotated.key_files()
    for path in rotated.path.with_name("team-backups").iterdir():
        if "-keys" in path.name:
            path.write_bytes(rotated.old)
    rotated.put_old()
    before = rotated.files()
    for name, passphrase in ((NAME, PASSPHRASE), (FORMER, FORMERS)):
        error = rotated.refused(name, passphrase)
        assert type(error) is KeyFileForeign
        assert error.params == {"path": str(rotated.path), "file": "team.borgvault-keys"}
    assert rotated.files() == before
    assert Tries(rotated.path).failures() == []
    copy_path(rotated.path).write_bytes(right[1])
    is_whole(rotated)


@pytest.mark.parametrize("spot", [3, 99])
def test_a_damaged_first_page_is_told_apart_from_a_foreign_key_file(rotated: Kept, spot: int) -> None:
    content = bytearray(rotated.path.read_bytes())
    content[spot] ^= 16
    rotated.path.write_bytes(content)
    error = rotated.refused()
    assert isinstance(error, VaultDamaged)
    assert ".000000002." not in str(error.params["backup"])
    for path in rotated.path.with_name("team-backups").iterdir():
        if "-keys" in path.name:
            path.write_bytes(rotated.old)
    rotated.put_old()
    assert type(rotated.refused()) is KeyFileForeign


def test_a_file_of_noise_under_a_right_key_file_is_one_or_the_other(rotated: Kept) -> None:
    import random

    rotated.path.write_bytes(random.Random(4).randbytes(20 * PAGE_BYTES))
    assert type(rotated.refused()) is KeyFileForeign


def test_the_key_file_of_another_vault_beside_the_right_copy_does_no_harm(
    rotated: Kept, tmp_path: Path
) -> None:
    other = tmp_path / "other.borgvault"
    staffed_vault(other).close()
    rotated.old = key_path(other).read_bytes()
    rotated.put_old(key_path)
    is_whole(rotated)


def test_a_passphrase_of_before_is_wrong_where_only_the_old_key_file_takes_it(rotated: Kept) -> None:
    with rotated.opened() as vault:
        vault.change_passphrase(PASSPHRASE, NEW, Cost.floor())
    rotated.forget_backups()
    rotated.put_old(key_path)
    assert isinstance(rotated.refused(), WrongPassphrase)
    assert len(Tries(rotated.path).failures()) == 1
    rotated.opened(passphrase=NEW).close()
    assert keyfile.read(rotated.path).to_bytes() != rotated.old
