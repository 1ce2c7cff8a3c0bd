"""A way into a backup: by its own key file, or by the passphrase that a vault of version 1 had."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from borg_triage.storage import opening
from borg_triage.storage.errors import KeyFileMissing, RecoveryRefused, TooSoon, VaultError, WrongPassphrase
from borg_triage.storage.keying import RawKey, Secret
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.keyfile import KeyFile
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.keys.tries import Tries

_T = TypeVar("_T")


class BackupOfThen(VaultError):
    """The vault knows the backup's key no longer, and nothing that was given opens the backup itself."""

    KEY = "vault.error.backup_of_then"


class DatedBackup(NamedTuple):
    """A backup with what opened it on its day, where that is not what opens the vault now."""

    path: Path
    name: str
    passphrase: str


class Found(NamedTuple):
    """What opens a backup's database. keys: its own key file; ring: how that was unlocked."""

    secret: Secret
    keys: KeyFile | None = None
    ring: KeyRing | None = None

    @property
    def slot_id(self) -> str | None:
        """Whose slot it was."""
        return None if self.ring is None else self.ring.slot_id

    @property
    def generation(self) -> int:
        """The number that its own key file gives the key; 0 where that was not unlocked."""
        keys = {} if self.ring is None else self.ring.keys
        return next((generation for generation, key in keys.items() if key == self.secret), 0)

    def wipe(self) -> None:
        """Overwrite the keys of its own key file."""
        if self.ring is not None:
            self.ring.wipe()


def opened_then(
    vault: Path, source: Path | DatedBackup, name: str, passphrase: str, shares: Sequence[str]
) -> Found:
    """The backup, opened by what opens the vault now, else by what it is said to have been opened with then.

    Raises BackupOfThen where that is not said; WrongPassphrase, which counts as one on the vault; TooSoon.
    """
    path = source.path if isinstance(source, DatedBackup) else source
    with suppress(WrongPassphrase, RecoveryRefused, *((KeyFileMissing,) if path is not source else ())):
        if shares:
            return by_ring(path, KeyRing.recover(keyfile.read(path), path, shares))
        return own(path, name, passphrase)
    if isinstance(source, DatedBackup):
        return counted(vault, lambda: own(path, source.name, source.passphrase))
    raise BackupOfThen(path)


def own(source: Path, name: str, passphrase: str) -> Found:
    """By a passphrase. Raises WrongPassphrase, KeyFileMissing."""
    try:
        file = keyfile.read(source)
    except KeyFileMissing as missing:
        try:
            return Found(fitting(source, [passphrase]))
        except WrongPassphrase:
            # Far more often a backup whose key file was left behind than one from before there were any.
            raise missing from None
    return by_ring(source, KeyRing.unlock(file, source, name, passphrase))


def by_ring(source: Path, ring: KeyRing) -> Found:
    """By its own key file that was unlocked. Raises VaultDamaged."""
    with ring.wiped_on_error():
        return Found(fitting(source, list(ring.keys.values())), ring.file, ring)


def counted(path: Path, unlock: Callable[[], _T]) -> _T:
    """A wrong passphrase on a backup counts as one on the vault."""
    tries = Tries(path)
    wait = tries.wait()
    if wait > 0:
        raise TooSoon(path, wait)
    try:
        return unlock()
    except (WrongPassphrase, KeyFileMissing):
        # What looks like a backup of version 1 was guessed at too.
        tries.failed()
        raise


def fitting(source: Path, candidates: Sequence[Secret]) -> Secret:
    """Which of them opens the backup's database. Raises VaultDamaged, WrongPassphrase, VaultNewer."""
    database, place = opening.unlock(source, candidates, certain=isinstance(candidates[0], RawKey))
    database.close()
    return candidates[place]
