"""Putting a backup back, by somebody who can open it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from borg_triage import __version__
from borg_triage.storage import backup, backup_files, opening, swap, upgrade
from borg_triage.storage.database import Database
from borg_triage.storage.errors import (
    FolderMissing,
    KeyFileMissing,
    TooSoon,
    VaultMissing,
    WrongPassphrase,
)
from borg_triage.storage.keying import RawKey, Secret
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.keyfile import KeyFile
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.log import LogStore, NewLogEntry
from borg_triage.storage.people import PeopleStore
from borg_triage.storage.unlocked import Clock


def restore(
    path: Path, source: Path, secret: Secret, name: str, shares: Sequence[str], clock: Clock
) -> Path | None:
    """See `Vault.restore`."""
    if not source.is_file():
        raise VaultMissing(source)
    if not path.parent.is_dir():
        raise FolderMissing(path)
    swap.settle(path)
    found = _unlocked(path, source, secret, name, shares)
    # Of version 1: it is converted when it is opened, and its log begins then.
    old = found.keys is None and isinstance(found.secret, str)

    def change(copy: Database) -> None:
        if not old:
            upgrade.migrate_copy(copy, clock(), found.slot_id)
            _write_down(copy, found.slot_id, clock, backup_files.newest_number(path))

    return backup.restore(path, source, found.secret, found.keys, change)


class _Unlocked(NamedTuple):
    """A backup's key file, what opens its database, and whose slot that was."""

    keys: KeyFile | None
    secret: Secret
    slot_id: str | None


def _unlocked(path: Path, source: Path, secret: Secret, name: str, shares: Sequence[str]) -> _Unlocked:
    try:
        file = keyfile.read(source)
    except KeyFileMissing as missing:
        try:
            return _Unlocked(None, _fitting(source, [secret]), None)
        except WrongPassphrase as error:
            # Far more often a backup whose key file was left behind than one from before there were any.
            raise (error if isinstance(secret, RawKey) else missing) from None
    if isinstance(secret, RawKey):
        return _Unlocked(file, _fitting(source, [secret]), None)
    if shares:
        ring = KeyRing.recover(file, source, shares)
    else:
        ring = _counted(path, lambda: KeyRing.unlock(file, source, name, secret))
    return _Unlocked(file, _fitting(source, list(ring.keys.values())), ring.slot_id)


def _counted(path: Path, unlock: Callable[[], KeyRing]) -> KeyRing:
    """A wrong passphrase on a backup counts as one on the vault."""
    tries = Tries(path)
    wait = tries.wait()
    if wait > 0:
        raise TooSoon(path, wait)
    try:
        return unlock()
    except WrongPassphrase:
        tries.failed()
        raise


def _fitting(source: Path, candidates: Sequence[Secret]) -> Secret:
    """Which of them opens the backup's database. Raises VaultDamaged, WrongPassphrase, VaultNewer."""
    database, place = opening.unlock(source, candidates, certain=isinstance(candidates[0], RawKey))
    database.close()
    return candidates[place]


def _write_down(copy: Database, slot_id: str | None, clock: Clock, newest: int) -> None:
    """newest: the number of the newest backup there is; what is made later goes on from this log."""
    person = PeopleStore(copy).by_slot(slot_id) if slot_id else None
    LogStore(copy).append(
        NewLogEntry(
            at=clock(),
            action="restore",
            person=person.name if person else "",
            person_id=person.id if person else None,
            role=person.role if person else "",
            program=__version__,
            detail={"seq": newest},
        )
    )
