"""Rolling backups: encrypted as the vault is, each read to its last page before it gets its name."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from enum import Enum, auto
from pathlib import Path

from borg_triage.storage import backup_files, copying, migrate, newest_keys, swap
from borg_triage.storage.backup_files import Backup, BackupsUnlisted, Keeping
from borg_triage.storage.database import Database, Progress
from borg_triage.storage.errors import VaultDamaged, VaultError, VaultInUse, from_os
from borg_triage.storage.keying import RawKey, Secret
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.keyfile import KeyFile
from borg_triage.storage.keys.put import sync_folder
from borg_triage.storage.log import Head, LogStore
from borg_triage.storage.places import draft_path, remove_draft, sync_file
from borg_triage.storage.settings import SettingStore

_SETTINGS = "backup."


def keeping(settings: SettingStore) -> Keeping:
    """What the organisation set in its vault; the usual where it set nothing, or nothing sensible."""
    usual = Keeping()
    return Keeping(*(_number(settings.get(_SETTINGS + name), getattr(usual, name)) for name in usual._fields))


def set_keeping(settings: SettingStore, new: Keeping) -> None:
    """Change it. Raises ValueError for less than one backup, day or hour."""
    if min(new) < 1:
        message = "at least one"
        raise ValueError(message)
    for name, value in new._asdict().items():
        settings.put(_SETTINGS + name, str(value))


def make(
    database: Database, key: RawKey, keys: KeyFile | None, at: datetime, progress: Progress | None = None
) -> Backup:
    """Make a backup of an open vault while work goes on.

    It is verified before it gets its name. Raises VaultDamaged (the vault itself has pages that cannot be
    read), BackupsUnlisted, NoSpace, VaultReadOnly, VaultIoError; an earlier backup is never touched.
    """
    vault = database.path
    backup_files.sweep(vault)
    try:
        target = backup_files.new_path(vault, at, known=_known(database))
        draft = draft_path(target)
        try:
            copying.copy(database, draft, key, progress)
            _verify(draft, key, database)
            sync_file(draft, rights=vault)
            if keys is not None:
                keyfile.write(target, keys, vault)
            draft.replace(target)
            sync_folder(target.parent)
        finally:
            remove_draft(draft)
    except OSError as error:
        raise from_os(error, vault) from None
    made = next((one for one in backup_files.listed(vault) if one.path == target), None)
    if made is None:
        raise BackupsUnlisted(vault, folder=str(target.parent))
    return made


def _known(database: Database) -> int:
    """The least number that tells a backup made now from earlier ones, also from those that lie elsewhere."""
    last = database.row("SELECT detail FROM log WHERE action = 'backup' ORDER BY seq DESC LIMIT 1")
    told = json.loads(last[0]).get("seq", 0) if last else 0
    return max(LogStore(database).head().seq, told + 1)


def thin(vault: Path, keep: Keeping, now: datetime | None, tried: Collection[Backup] = ()) -> list[Backup]:
    """Delete the backups that are too many or too old; those that went.

    now: None where the clock can hardly be right; then none is too old. tried: those that could not go just
    now, and are named for it elsewhere. Raises VaultError, once, after all that can go went.
    """
    gone, refused = [], None
    for backup in backup_files.surplus(backup_files.listed(vault), keep, now):
        if backup in tried:
            continue
        try:
            backup_files.delete(backup)
            gone.append(backup)
        except OSError as error:
            refused = refused or error
    if refused is not None:
        raise from_os(refused, vault)
    return gone


def newest_that_opens(vault: Path, keys: Sequence[RawKey], vault_id: str | None) -> Path | None:
    """The newest backup that is whole, as far as can be told with these keys.

    One that cannot be looked into now (under an older key, or held by another program) was whole when it was
    made, and is named where no other is found. One of another vault (vault_id) never is, nor one that
    somebody worked in.
    """
    other: Path | None = None
    for backup in backup_files.listed(vault):
        if not backup.usable or (vault_id is not None and _vault_of(backup) not in (vault_id, None)):
            continue
        found = state(vault, backup, keys)
        if found is State.WHOLE:
            return backup.path
        if found in (State.LOCKED, State.IN_USE) and other is None:
            other = backup.path
    return other


def _vault_of(backup: Backup) -> str | None:
    try:
        return keyfile.read(backup.path).vault
    except VaultError:
        return None


class State(Enum):
    """What a backup is like: as it was made, damaged, opened since as a vault is, held by another program, or
    under no key at hand.
    """

    WHOLE = auto()
    DAMAGED = auto()
    WORKED_IN = auto()
    IN_USE = auto()
    LOCKED = auto()


def state(vault: Path, backup: Backup, keys: Sequence[RawKey]) -> State:
    """What a backup is like; LOCKED also where its first page is damaged. Reads all of it. Raises nothing."""
    for key in keys:
        try:
            with copying.opened(backup.path, key, vault) as database:
                if copying.damage(database, deep=False):
                    return State.DAMAGED
                return State.WORKED_IN if _worked_in(backup, database) else State.WHOLE
        except VaultDamaged:
            continue
        except VaultInUse:
            return State.IN_USE
        except VaultError:
            return State.DAMAGED
    return State.LOCKED


def _worked_in(backup: Backup, database: Database) -> bool:
    """Whether somebody opened it as a vault is opened, which earlier programs let them do.

    A copy is made without a write-ahead log; opening one for work begins one, and closing leaves it so. What
    was set aside was a vault, and has had one.
    """
    return not backup.kind and database.row("PRAGMA journal_mode") == ("wal",)


def head_of(vault: Path, backup: Backup, keys: Sequence[RawKey]) -> Head | None:
    """Where the vault's log stood when a backup was made; None where that cannot be known. Raises nothing.

    What was written in it since is not of the vault's log: its number says up to where that goes.
    """
    for key in keys:
        with suppress(VaultError), copying.opened(backup.path, key, vault) as database:
            log = LogStore(database)
            return log.head(backup.number) if _worked_in(backup, database) else log.head()
    return None


def restore(
    vault: Path, source: Path, secret: Secret, key: Secret, change: Callable[[Database], KeyFile | None]
) -> Path | None:
    """Put a backup in the vault's place, verified before; where what lay there is now, if anything did.

    secret: the backup's database key; key: that of the restored vault. change: what is done to it before it
    is put in place (the entry in its log); gives its key file. The vault itself need not open, nor be there.
    Raises VaultInUse, VaultDamaged (the backup is), NoSpace, other VaultErrors and what `change` raises; then
    the vault is as it was, but for SwapUnfinished.
    """
    draft = draft_path(vault)

    def changed(copy: Database) -> KeyFile | None:
        keys = change(copy)
        if keys is not None:
            newest_keys.put_back(SettingStore(copy), keys)
        return keys

    with swap.held(vault) as let_go:
        swap.drop_draft(vault)
        try:
            with copying.opened(source, secret, source) as database:
                copying.copy(database, draft, key)
                expected = copying.facts(database)
            copying.verify(draft, key, source, expected, deep=False)
            keys = swap.finish_draft(draft, key, vault, changed)
            let_go()
            return swap.commit(vault, keys)
        finally:
            swap.drop_draft(vault)


def _verify(draft: Path, key: RawKey, database: Database) -> None:
    """A copy of the same vault. Others go on writing meanwhile, so the number of rows is not compared."""
    found = copying.verify(draft, key, database.path, None, deep=False)
    row = database.row("SELECT id FROM vault")
    expected = (row[0] if row else "", migrate.version(database), migrate.schema(database))
    if (found.vault, found.version, found.schema) != expected:
        raise VaultDamaged(database.path)


def _number(text: str | None, usual: int) -> int:
    return (
        int(text)
        if text is not None and text.isascii() and text.isdigit() and 0 < int(text) < 10**6
        else usual
    )
