"""What is left of an erasing: the file that is to be written anew, and the backups that hold what was erased.

An erasing takes the rows, writes the vault's file anew, makes a backup and deletes those of before. How far
it came stands in the vault: set along with the rows, and moved on by the very swap that puts the new file in
place. So after a kill at any moment the next opening goes on where it stopped, and does nothing twice.

Which backups hold an erased case is asked of the backups themselves, each time. One that cannot be looked
into is never taken for one that does not hold it; but neither it, nor a vault that a restore set aside, is
deleted: it may be all that is left of other cases, and then people decide.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from enum import Enum
from typing import Final, NamedTuple

from borg_triage.storage import backup_files, copying
from borg_triage.storage.backup_files import Backup
from borg_triage.storage.database import Database
from borg_triage.storage.errors import VaultDamaged, VaultError
from borg_triage.storage.keying import RawKey
from borg_triage.storage.places import journal_path, key_paths, wal_path
from borg_triage.storage.settings import SettingStore
from borg_triage.storage.unbacked import Unbacked
from borg_triage.storage.unlocked import Unlocked
from borg_triage.text.backup_names import REPLACED, UPGRADED

# What is to be done: all of it, or only what concerns the backups.
FILE: Final = "yes"
BACKUPS: Final = "backups"
_DUE: Final = "retention.scrub_due"
# The cases that were erased after the backup that this vault was restored from.
_SINCE: Final = "retention.erased_since"
_ERASED = """
SELECT case_id FROM (
    SELECT case_id FROM log WHERE action = 'erase' UNION SELECT value FROM json_each(?)
) WHERE case_id NOT IN (SELECT id FROM case_file)
"""
_BEGUN = "SELECT case_id FROM log WHERE action = 'add' AND json_extract(detail, '$.kind') = 'case'"


class Left(NamedTuple):
    """What is left to do. file: what was erased may still be in the vault's own file.

    held: the backups that hold an erased case, or may, and could not be deleted (yet): this is tried again.
    unread: those that no key at hand opens, or that are damaged. aside: vaults that a restore set aside, and
    that hold one or may. Either may be all that is left of other cases: people decide. unlisted: nobody can
    say which backups there are.
    """

    file: bool
    held: list[Backup]
    unread: list[Backup]
    aside: list[Backup]
    unlisted: bool = False

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return bool(self.file or self.held or self.unread or self.aside or self.unlisted)


class _Look(Enum):
    HOLDS = "holds"
    UNSURE = "unsure"
    UNREAD = "unread"
    CLEAN = "clean"


_MAY_HOLD: Final = (_Look.HOLDS, _Look.UNSURE)


# ---------------------------------------------------------------- how far it came


def begin(settings: SettingStore) -> None:
    """Remember that something is erased: in the transaction that takes its rows. Raises VaultError."""
    settings.put(_DUE, FILE)


def file_is_written(copy: Database) -> None:
    """The same for the copy that takes the place of the vault's file. Raises VaultError."""
    SettingStore(copy).put(_DUE, BACKUPS)


def due(settings: SettingStore) -> str:
    """What is to be done: FILE, BACKUPS, or nothing that is known of (""). Raises VaultError."""
    return settings.get(_DUE) or ""


# ---------------------------------------------------------------- which cases


def erased(database: Database) -> set[str]:
    """The ids of the cases that were erased from a vault, and are not in it. Raises VaultError.

    Of one that was restored also those that were erased after that backup. Where the restore itself brought
    such a case back, it is a case like any other.
    """
    since = SettingStore(database).get(_SINCE) or "[]"
    return {row[0] for row in database.rows(_ERASED, (since,))}


def remember(copy: Database, cases: Iterable[str]) -> None:
    """Tell a copy that comes in a vault's place which cases were erased from that: the log of a backup of
    before does not, and other backups can still hold them. In the transaction that runs. Raises VaultError.
    """
    settings = SettingStore(copy)
    settings.put(_SINCE, json.dumps(sorted({*cases, *json.loads(settings.get(_SINCE) or "[]")})))
    if erased(copy) and not due(settings):
        settings.put(_DUE, BACKUPS)


# ---------------------------------------------------------------- what is left


def left(vault: Unlocked) -> Left:
    """What is left to do; nothing is changed, and nobody waited for. Raises VaultError."""
    return _left(vault, _looks(vault))


def clear(vault: Unlocked, unbacked: Unbacked) -> Left:
    """Delete every backup that holds an erased case, past those that cannot go; remember what is left.

    None goes before there is one that was made since (`needs_backup`). Raises VaultError.
    """
    looks = _looks(vault)
    may_go = _is_backed_up(vault, looks)
    gone = erased(vault.database)
    for one, look in list(looks.items()):
        if look in _MAY_HOLD:
            looks[one] = _look_alone(vault, one, gone) or look
        if looks[one] is _Look.HOLDS and one.kind != REPLACED and may_go and _deleted(one):
            del looks[one]
    rest = _left(vault, looks)
    step = BACKUPS if rest.any else ""
    if due(vault.settings) not in (FILE, step):
        with unbacked.no_work():
            vault.settings.put(_DUE, step)
    return rest


def needs_backup(vault: Unlocked) -> bool:
    """Whether backups are to go, and none is there that was made since. Raises VaultError."""
    looks = _looks(vault)
    to_go = any(look is _Look.HOLDS and one.kind != REPLACED for one, look in looks.items())
    return to_go and not _is_backed_up(vault, looks)


def _is_backed_up(vault: Unlocked, looks: dict[Backup, _Look]) -> bool:
    """Whether a backup is there that was begun after the last erasing, and holds nothing of it."""
    last = vault.database.row("SELECT max(seq) FROM log WHERE action = 'erase'")
    since = (last[0] or 0) if last else 0
    rows = vault.database.rows("SELECT detail FROM log WHERE action = 'backup' AND seq > ?", (since,))
    told = [json.loads(row[0]) for row in rows]
    known = {(one.get("backup"), one.get("seq")) for one in told if one.get("count", 0) >= since}
    others = [one for one, look in looks.items() if look is not _Look.HOLDS and not one.kind]
    return any((one.stamp, one.number) in known for one in others)


def _left(vault: Unlocked, looks: dict[Backup, _Look]) -> Left:
    hold = [one for one, look in looks.items() if look in _MAY_HOLD]
    return Left(
        due(vault.settings) == FILE,
        held=[one for one in hold if one.kind != REPLACED],
        unread=[one for one, look in looks.items() if look is _Look.UNREAD],
        aside=[one for one in hold if one.kind == REPLACED],
        unlisted=backup_files.is_unlisted(vault.path) and bool(erased(vault.database)),
    )


def _deleted(backup: Backup) -> bool:
    with suppress(OSError):
        backup_files.delete(backup)
        return True
    return False


# ---------------------------------------------------------------- looking into a backup


def _looks(vault: Unlocked) -> dict[Backup, _Look]:
    """What can be said of each backup, newest first; of none where nothing was ever erased."""
    gone = erased(vault.database)
    if not gone:
        return {}
    keys = vault.keys()
    return {one: _look(vault, one, gone, keys) for one in backup_files.listed(vault.path)}


def _look(vault: Unlocked, backup: Backup, gone: set[str], keys: Sequence[RawKey]) -> _Look:
    """As the file lies there: somebody may be at work in it, and it is not waited for."""
    key = _fitting(backup, keys)
    if key is None:
        known = _is_of_version_1(backup) and _before_the_log(vault.database, gone)
        return _Look.HOLDS if known else _Look.UNREAD
    # Read before and after: what stands beside it does not show.
    beside = (wal_path(backup.path), journal_path(backup.path))
    settled = not any(path.exists() for path in beside)
    try:
        with copying.seen(backup.path, key, vault.path) as database:
            if _holds(database, gone):
                return _Look.HOLDS
    except VaultDamaged:
        return _Look.UNREAD if settled else _Look.UNSURE
    except VaultError:
        return _Look.UNSURE
    return _Look.CLEAN if settled and not any(path.exists() for path in beside) else _Look.UNSURE


def _look_alone(vault: Unlocked, backup: Backup, gone: set[str]) -> _Look | None:
    """The same, with the file for oneself: not while another program has it open. None where no key fits."""
    key = _fitting(backup, vault.keys())
    if key is None:
        return None
    try:
        with copying.opened(backup.path, key, vault.path) as database:
            return _Look.HOLDS if _holds(database, gone) else _Look.CLEAN
    except VaultDamaged:
        return _Look.UNREAD
    except VaultError:
        return _Look.UNSURE


def _holds(database: Database, gone: set[str]) -> bool:
    """One of between the erasing and the writing anew has no row of the case, but traces between its rows."""
    if any(row[0] in gone for row in database.rows("SELECT id FROM case_file")):
        return True
    return due(SettingStore(database)) == FILE


def _is_of_version_1(backup: Backup) -> bool:
    """Whether it is a vault as it was before there were key files and a log; no key of now opens it."""
    return backup.kind == UPGRADED and not any(path.exists() for path in key_paths(backup.path))


def _before_the_log(database: Database, gone: set[str]) -> bool:
    """Whether a case was erased that is older than the log: a vault of before it knew every case of then."""
    begun = {row[0] for row in database.rows(_BEGUN)}
    return bool(gone - begun)


def _fitting(backup: Backup, keys: Sequence[RawKey]) -> RawKey | None:
    return next((key for key in keys if copying.fits(backup.path, key, backup.path)), None)
