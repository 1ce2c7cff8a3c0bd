"""Putting a backup back, by somebody who can open it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from borg_triage import __version__
from borg_triage.storage import access, backup, entry, opening, swap, upgrade
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
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import KeyFile
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.keys.share_errors import ShareForeign, ShareForeignBackup
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.log import LogStore, NewLogEntry
from borg_triage.storage.people import PeopleStore
from borg_triage.storage.unlocked import Clock, Unlocked


class WayIn(NamedTuple):
    """A name and the new passphrase for it. cost: of the passphrase; None for what takes a second here."""

    name: str
    passphrase: str
    cost: Cost | None


def restore(path: Path, source: Path, secret: Secret, name: str, clock: Clock) -> Path | None:
    """See `Vault.restore`: with a passphrase of the backup's day, or a bare key."""
    _prepare(path, source)
    found = _unlocked(path, source, secret, name)
    # Of version 1: it is converted when it is opened, and its log begins then.
    old = found.keys is None and isinstance(found.secret, str)

    def change(copy: Database) -> KeyFile | None:
        if not old:
            upgrade.migrate_copy(copy, clock(), found.slot_id)
            _write_down(copy, found.slot_id, clock)
        return found.keys

    return backup.restore(path, source, found.secret, change)


def restore_with_shares(
    path: Path, source: Path, shares: Sequence[str], way_in: WayIn | None, clock: Clock
) -> Path | None:
    """See `Vault.restore`: with shares of a recovery kit, and a way in for who has no passphrase."""
    _prepare(path, source)
    ring = _recovered(source, shares)

    def change(copy: Database) -> KeyFile:
        upgrade.migrate_copy(copy, clock(), ring.slot_id)
        if way_in is None:
            _write_down(copy, ring.slot_id, clock)
            return ring.file
        return _let_in(copy, path, ring, way_in, clock)

    try:
        aside = backup.restore(path, source, _fitting(source, list(ring.keys.values())), change)
    finally:
        ring.wipe()
    if way_in is not None:
        # They are in the log now, and who holds the sheets need not wait for the tries of before.
        Tries(path).take()
    return aside


def _prepare(path: Path, source: Path) -> None:
    if not source.is_file():
        raise VaultMissing(source)
    if not path.parent.is_dir():
        raise FolderMissing(path)
    swap.settle(path)


class _Unlocked(NamedTuple):
    """A backup's key file, what opens its database, and whose slot that was."""

    keys: KeyFile | None
    secret: Secret
    slot_id: str | None


def _unlocked(path: Path, source: Path, secret: Secret, name: str) -> _Unlocked:
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
    ring = _counted(path, lambda: KeyRing.unlock(file, source, name, secret))
    return _Unlocked(file, _fitting(source, list(ring.keys.values())), ring.slot_id)


def _recovered(source: Path, shares: Sequence[str]) -> KeyRing:
    try:
        return KeyRing.recover(keyfile.read(source), source, shares)
    except ShareForeign as error:
        raise ShareForeignBackup(source, error.share) from None


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


def _let_in(copy: Database, path: Path, ring: KeyRing, way_in: WayIn, clock: Clock) -> KeyFile:
    """Give somebody a way into the copy; the key file that goes with it."""
    vault = Unlocked(copy, ring.keys[ring.current], ring, clock)
    for told in entry.failures(path):
        vault.log.append(told)
    cost = way_in.cost or Cost.calibrated()
    keys = access.reinstate_in_copy(vault, way_in.name, way_in.passphrase, cost)
    vault.tell("restore")
    return keys


def _write_down(copy: Database, slot_id: str | None, clock: Clock) -> None:
    person = PeopleStore(copy).by_slot(slot_id) if slot_id else None
    LogStore(copy).append(
        NewLogEntry(
            at=clock(),
            action="restore",
            person=person.name if person else "",
            person_id=person.id if person else None,
            role=person.role if person else "",
            program=__version__,
        )
    )
