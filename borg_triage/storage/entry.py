"""Ways into a vault: with a bare key, a passphrase, or a recovery kit.

Each ends in an `Unlocked`: the file held by this program alone, at this program's version, with key file and
database in agreement, and the opening itself written down.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from borg_triage import __version__
from borg_triage.storage import (
    access,
    agreeing,
    backup,
    backup_files,
    key_choice,
    newest_keys,
    opening,
    swap,
    upgrade,
    write_ahead,
)
from borg_triage.storage.database import Database
from borg_triage.storage.errors import (
    KeyFileMissing,
    NoSpace,
    NotAVault,
    TooSoon,
    VaultDamaged,
    VaultError,
    VaultInUse,
    VaultIoError,
    VaultReadOnly,
    WrongPassphrase,
    from_os,
)
from borg_triage.storage.key_choice import Beside
from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys import keyfile, pages
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.file_errors import KeyFileForeign, KeyFileOld
from borg_triage.storage.keys.keyfile import KeyFile
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.log import NewLogEntry
from borg_triage.storage.places import key_paths, remove_half_written
from borg_triage.storage.recognise import refuse_backup, refuse_what_cannot_be_a_vault
from borg_triage.storage.unlocked import Clock, Unlocked, nobody

Unlock = Callable[[KeyFile], KeyRing]

# How often another program may change who can open the vault while we work out the key.
_CHANGES = 3


def with_key(path: Path, key: RawKey, name: str, clock: Clock) -> Unlocked:
    """Open with a bare key: no key file, no list of people, nothing counted."""
    _look_at(path)
    write_ahead.refuse_foreign(path, key)
    try:
        database, _ = opening.unlock(path, (key,))
    except VaultError as error:
        raise error.naming(backup.newest_that_opens(path, (key,), None)) from None
    vault = Unlocked(database, key, None, clock)
    with _closing_on_error(vault):
        vault.look_for_loss()
        _clear_up(path)
        opening.start_wal(database)
        upgrade.upgrade(database, key, None, clock())
        vault.person = (vault.people.by_name(name) if name else None) or nobody(name)
        if vault.lost is not None:
            # Without a key file nothing waits.
            with suppress(NoSpace, VaultReadOnly, VaultIoError):
                vault.tell("saved_lost")
    return vault


def with_passphrase(path: Path, passphrase: str, name: str, clock: Clock, cost: Cost | None) -> Unlocked:
    """Open with a person's passphrase. Raises TooSoon, WrongPassphrase."""
    _look_at(path)
    if not passphrase:
        raise WrongPassphrase(path)
    tries = Tries(path)
    wait = tries.wait()
    if wait > 0:
        raise TooSoon(path, wait)

    def unlock(file: KeyFile) -> KeyRing:
        return KeyRing.unlock(file, path, name, passphrase)

    try:
        try:
            vault = _with_key_file(path, unlock, clock)
        except (KeyFileMissing, WrongPassphrase) as error:
            # The key file of a backup may have been tried, also for a vault of version 1 that was put back.
            if any(os.path.lexists(file) for file in key_paths(path)):
                raise
            ring = _converted(path, passphrase, name, clock, cost, error)
            vault = with_ring(path, ring, clock)
    except WrongPassphrase:
        tries.failed()
        raise
    write_down(vault, **({"why": "older_keys"} if vault.by_older_keys else {}))
    return vault


def with_recovery(path: Path, shares: Sequence[str], clock: Clock) -> Unlocked:
    """Open with the shares of a recovery kit, by nobody in particular yet. Raises RecoveryRefused."""
    _look_at(path)
    return _with_key_file(path, lambda file: KeyRing.recover(file, path, shares), clock)


def recovered(
    path: Path, shares: Sequence[str], name: str, passphrase: str, clock: Clock, cost: Cost
) -> Unlocked:
    """Open with a recovery kit, give `name` this passphrase, and open again as that person."""
    vault = with_recovery(path, shares, clock)
    try:
        access.reinstate(vault, name, passphrase, cost)
    finally:
        vault.database.close()
        vault.wipe()
    again = with_ring(path, KeyRing.unlock(keyfile.read(path), path, name, passphrase), clock)
    write_down(again, why="recovery")
    return again


def with_ring(path: Path, ring: KeyRing, clock: Clock, beside: Beside | None = None) -> Unlocked:
    """Open with keys that are unlocked already; they are wiped where that fails.

    beside: what lay beside the vault when that was read, where the ring's key file may be another. Raises
    WrongPassphrase for somebody who was withdrawn, KeyFileForeign, KeyFileOld.
    """
    beside = beside or Beside([ring.file])
    with ring.wiped_on_error():
        database, key = _unlocked(path, ring, beside.files)
    vault = Unlocked(database, key, ring, clock)
    with _closing_on_error(vault):
        _refuse_changed(path, beside.files)
        vault.look_for_loss()
        of_now = _is_of_now(vault, beside)
        _clear_up(path)
        opening.start_wal(database)
        upgrade.upgrade(database, vault.key, access.needed_ring(vault), clock())
        _identify(vault)
        vault.tell_of_loss()
        if of_now:
            _agree(vault)
    return vault


def _unlocked(path: Path, ring: KeyRing, beside: Sequence[KeyFile]) -> tuple[Database, RawKey]:
    keys = [ring.keys[generation] for generation in sorted(ring.keys)]
    for key in keys:
        write_ahead.refuse_foreign(path, key)
    try:
        database, place = opening.unlock(path, keys)
    except (WrongPassphrase, NotAVault, VaultDamaged) as error:
        # It was rotated since, and these are yesterday's keys.
        _refuse_changed(path, beside)
        if isinstance(error, WrongPassphrase) and not _is_under(path, keys):
            raise KeyFileForeign(path, keyfile.key_path(path).name) from None
        damaged = error if isinstance(error, VaultDamaged) else VaultDamaged(path)
        raise damaged.naming(backup.newest_that_opens(path, keys, ring.vault_id)) from None
    # Its own copy: the ring is wiped when another takes its place.
    return database, RawKey(keys[place].material)


def _is_of_now(vault: Unlocked, beside: Beside) -> bool:
    """Whether the key file is the newest that the vault knows. Raises KeyFileOld where it is not, and nobody
    gets in by it.
    """
    file, newest = access.needed_ring(vault).file, newest_keys.noted(vault.settings)
    if newest is None:
        if beside.refused is not None:
            raise beside.refused
        return True
    if file.number >= newest.number:
        return True
    if not (beside.last_resort and agreeing.enter_by_older(vault, newest)):
        raise KeyFileOld(vault.path, keyfile.key_path(vault.path).name, newest.number)
    return False


def _refuse_changed(path: Path, beside: Sequence[KeyFile]) -> None:
    if keyfile.whole(path) != list(beside):
        raise _Changed(path)


def _is_under(path: Path, keys: Sequence[RawKey]) -> bool:
    try:
        return any(pages.is_under(path, key) for key in keys)
    except OSError as error:
        raise from_os(error, path) from None


def _look_at(path: Path) -> None:
    """Refuse a backup, end what a killed program left half-way, and refuse what can be no vault."""
    refuse_backup(path)
    swap.settle(path)
    try:
        refuse_what_cannot_be_a_vault(path)
    except VaultError as error:
        raise error.naming(_newest(path)) from None


def _newest(path: Path) -> Path | None:
    return next((one.path for one in backup_files.listed(path) if one.usable), None)


class _Changed(VaultInUse):
    """Another program changed the key file after we read it."""


def _with_key_file(path: Path, unlock: Unlock, clock: Clock) -> Unlocked:
    def enter(file: KeyFile, beside: Beside) -> Unlocked:
        return with_ring(path, unlock(file), clock, beside)

    for _ in range(_CHANGES):
        with suppress(_Changed):
            return key_choice.opened(path, enter)
    raise VaultInUse(path)


def _converted(
    path: Path, passphrase: str, name: str, clock: Clock, cost: Cost | None, missing: VaultError
) -> KeyRing:
    try:
        database, _ = opening.unlock(path, (passphrase,))
    except WrongPassphrase:
        # It was a guess all the same, if this is a vault from before there were key files. One that was wrong
        # by the key file of a backup too is counted by who asked.
        if not isinstance(missing, WrongPassphrase):
            Tries(path).failed()
        # Far more often a vault whose key file was left behind than one from before there were any.
        raise missing from None
    try:
        opening.start_wal(database)
    except BaseException:
        database.close()
        raise
    return upgrade.convert(database, passphrase, name, cost or Cost.calibrated(), clock())


def _identify(vault: Unlocked) -> None:
    ring = access.needed_ring(vault)
    recovery = ring.file.recovery_slot
    if recovery is not None and ring.slot_id == recovery.id:
        return
    person = vault.people.by_slot(ring.slot_id)
    if person is None or person.withdrawn_at is not None:
        raise WrongPassphrase(vault.path)
    vault.person = person


def _clear_up(path: Path) -> None:
    """Remove what killed programs left half-made beside a vault that is held now."""
    swap.drop_draft(path)
    write_ahead.sweep(path)
    remove_half_written(path)


def _agree(vault: Unlocked) -> None:
    """End what a kill interrupted, as far as the disk lets us; what is left is for the next opening."""
    try:
        keyfile.mend(vault.path, access.needed_ring(vault).file)
        if vault.person.id:
            agreeing.reconcile(vault)
            agreeing.take_for_newest(vault)
        if access.rotating(vault):
            access.end_rotation(vault)
        vault.share_ring()
    except (NoSpace, VaultReadOnly, VaultIoError):
        # Closed where the disk failed right at the swap (`swap.rewrite`).
        if not vault.database.is_open:
            raise


def write_down(vault: Unlocked, **detail: Any) -> None:
    """Say in the log that the vault was opened, and when it was tried in vain before.

    On a full disk the opening waits for room, and the failures stay where they are. Raises NoTrace where
    there is no room at all: then nobody gets in.
    """
    tries = Tries(vault.path)
    with _closing_on_error(vault):
        vault.make_room()
        opened = vault.entry("unlock", **detail)
        try:
            vault.tell_all(*failures(vault.path), opened)
        except (NoSpace, VaultReadOnly, VaultIoError):
            vault.tell_or_keep(opened)
            tries.start_anew()
        else:
            tries.take()


def failures(path: Path) -> list[NewLogEntry]:
    """The tries in vain that no log tells of yet."""
    return [
        NewLogEntry(at=at, action="failed_unlock", person="", program=__version__)
        for at in Tries(path).failures()
    ]


@contextmanager
def _closing_on_error(vault: Unlocked) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if isinstance(error, VaultError) and error.KEY_WITH_BACKUP and "backup" not in error.params:
            error.naming(vault.backup_to_name())
        vault.database.close()
        vault.wipe()
        raise
