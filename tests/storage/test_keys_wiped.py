"""No database key is let go of before it was overwritten, however an opening or a restore ends."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from borg_triage.storage.errors import VaultError
from borg_triage.storage.keying import PAGE_BYTES, RawKey
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.places import draft_path
from borg_triage.storage.vault import Vault

from .samples import NAME, PASSPHRASE, new_case, staffed_vault

OLD = Path(__file__).parents[1] / "old_vaults" / "version-1.borgvault"
HERS = "drie witte zwanen op het dak"
pytestmark = pytest.mark.usefixtures("quick_keys")


@pytest.fixture
def let_go(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many keys were freed with their bytes in them."""
    found: list[int] = []

    def freed(key: RawKey) -> None:
        if key._material:
            found.append(1)

    gc.collect()
    monkeypatch.setattr(RawKey, "__del__", freed, raising=False)
    yield found
    gc.collect()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with staffed_vault(tmp_path / "team.borgvault") as vault:
        vault.cases.create(new_case())
        vault.backup()
    return vault.path


def opened(path: Path) -> None:
    Vault.open(path, PASSPHRASE, NAME).close()


def with_a_damaged_page(path: Path) -> None:
    path.write_bytes(b"\xff" * PAGE_BYTES + path.read_bytes()[PAGE_BYTES:])
    opened(path)


def in_use(path: Path) -> None:
    with Vault.open(path, PASSPHRASE, NAME):
        opened(path)


def without_key_files(path: Path) -> None:
    for one in (key_path(path), copy_path(path)):
        one.unlink()
    opened(path)


def with_the_key_files_of_a_backup_that_do_not_fit(path: Path) -> None:
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        vault.rotate()
    without_key_files(path)


def withdrawn(path: Path) -> None:
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        noor = vault.add_person("Noor", HERS, cost=Cost.floor())
        vault.people.withdraw(noor.id, vault.log.entries()[0].at, NAME)
    Vault.open(path, HERS, "Noor")


def restored(path: Path) -> None:
    backup = next((path.parent / "team-backups").glob("*.borgvault"))
    Vault.restore(path, backup, PASSPHRASE, NAME)


def not_restored(path: Path) -> None:
    backup = next((path.parent / "team-backups").glob("*.borgvault"))
    backup.write_bytes(backup.read_bytes()[:-PAGE_BYTES])
    Vault.restore(path, backup, PASSPHRASE, NAME)


def recovered(path: Path) -> None:
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        words = vault.make_recovery(1, 1)
    Vault.recover(path, words, NAME, HERS, Cost.floor()).close()


def changed(path: Path) -> None:
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        vault.rotate()
        vault.change_passphrase(PASSPHRASE, HERS, Cost.floor())


def renewed(path: Path) -> None:
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        noor = vault.add_person("Noor", HERS, cost=Cost.floor())
        vault.reset_passphrase(noor.id, PASSPHRASE, Cost.floor())


def not_renewed(path: Path) -> None:
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        noor = vault.add_person("Noor", HERS, cost=Cost.floor())
        key_path(path).unlink()
        (key_path(path) / "in the way").mkdir(parents=True)
        vault.reset_passphrase(noor.id, PASSPHRASE, Cost.floor())


def restored_under_a_past_key(path: Path) -> None:
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        vault.rotate()
        vault.backup()
        vault.check()
    backup = min((path.parent / "team-backups").glob("*.borgvault"))
    Vault.restore(path, backup, PASSPHRASE, NAME)


def restored_by_its_own_key_file(path: Path) -> None:
    for one in (key_path(path), copy_path(path)):
        one.unlink()
    restored(path)


def not_rotated(path: Path) -> None:
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        draft_path(path).mkdir()
        vault.rotate()


def converted(path: Path) -> None:
    old = path.with_name("oud.borgvault")
    shutil.copy(OLD, old)
    Vault.open(old, PASSPHRASE, NAME, Cost.floor()).close()


def not_converted(path: Path) -> None:
    old = path.with_name("oud.borgvault")
    shutil.copy(OLD, old)
    # A name that nobody can have.
    Vault.open(old, PASSPHRASE, "", Cost.floor())


def not_created(path: Path) -> None:
    Vault.create(path.with_name("new.borgvault"), PASSPHRASE, "\n", Cost.floor())


WAYS = (
    *(opened, with_a_damaged_page, in_use, without_key_files, with_the_key_files_of_a_backup_that_do_not_fit),
    *(withdrawn, restored, not_restored, recovered, changed, renewed, not_renewed, not_rotated),
    *(converted, not_converted, not_created),
    *(restored_under_a_past_key, restored_by_its_own_key_file),
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_key_is_overwritten_before_it_is_let_go(
    path: Path, let_go: list[int], way: Callable[[Path], None]
) -> None:
    with suppress(VaultError):
        way(path)
    gc.collect()
    assert let_go == []
