"""The files in the backups folder of a vault: which there are, in what order, and which go.

`Name-backups/Name.000000123.20261122T101500Z.borgvault`, each with its own key file, so that each is a whole
vault. What was set aside ends on `-upgraded` (a vault as it was before an upgrade) or `-replaced` (before a
restore: it may be damaged, and is never the backup that an error names).

The number says which is newer, and no clock has a part in it. It is the place in the log up to which the
backup knows everything, or one more than the highest number in the folder where that is more: after a restore
the log goes on from an earlier place, and what is made then is newer than what the restore put aside. The
moment is for people: it is what the clock said. Names of earlier programs (`Name.20261122T101500Z.borgvault`)
have no number; they are older than all that have one, and go by their moment among themselves.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from borg_triage.storage.errors import VaultError
from borg_triage.storage.keys.put import give_rights_to_folder, put_together, read_file, sync_folder
from borg_triage.storage.places import (
    identity,
    journal_path,
    key_paths,
    remove,
    wal_path,
)
from borg_triage.text.backup_names import (
    DIGITS,
    REPLACED,
    UPGRADED,
    backups_folder,
    moment_of,
    pattern,
    stamp,
)

# The newest are all kept; of earlier days the last of each day.
_ALWAYS: Final = 3


class BackupsUnlisted(VaultError):
    """The folder of the backups (`folder`) is there, and cannot be listed: so no backup is made in it."""

    KEY = "vault.error.backups_unlisted"


class Backup(NamedTuple):
    """One backup. at: what the clock said. kind: "" for a rolling one, UPGRADED or REPLACED.

    number: the higher, the newer; 0 where the name has none.
    """

    at: datetime
    path: Path
    kind: str
    number: int = 0

    @property
    def rank(self) -> tuple[int, datetime]:
        """The order of making: those of an earlier program have no number, and go by their time."""
        return self.number, self.at

    @property
    def stamp(self) -> str:
        """Its moment, as it stands in its name and in the log."""
        return stamp(self.at)

    @property
    def usable(self) -> bool:
        """Whether it was whole when it was made."""
        return self.kind != REPLACED

    @property
    def size(self) -> int:
        """Bytes; 0 when it cannot be seen."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


class Keeping(NamedTuple):
    """How many backups are kept, for how many days, and after how many hours of work one is made."""

    copies: int = 10
    days: int = 90
    hours: int = 8


def listed(vault: Path) -> list[Backup]:
    """The backups of a vault by their names, newest first; none where the folder cannot be read
    (`is_unlisted`)."""
    names = pattern(vault)
    found = []
    for path in _files(backups_folder(vault)):
        match = names.fullmatch(path.name)
        if match is not None:
            at = moment_of(match[2])
            if at is not None and not _is_pipe(path):
                found.append(Backup(at, path, match[3] or "", int(match[1] or 0)))
    return sorted(found, key=lambda one: (one.rank, one.path.name), reverse=True)


def is_unlisted(vault: Path) -> bool:
    """Whether there is a folder of backups, and nobody can say which: that is not none."""
    folder = backups_folder(vault)
    try:
        next(folder.iterdir(), None)
    except OSError:
        # A link to a share that is not there now is one too.
        return os.path.lexists(folder)
    return False


def newest_number(vault: Path) -> int:
    """The highest number in the folder; 0 where there is none."""
    return max((one.number for one in listed(vault)), default=0)


def new_path(vault: Path, at: datetime, kind: str = "", known: int = 0) -> Path:
    """A free name for a backup made at `at`; the folder is there when this returns.

    Raises OSError, BackupsUnlisted.
    known: up to where it knows the log, where that can be told.
    """
    folder = backups_folder(vault)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if folder.is_file():
            raise
        # Its files cannot be numbered on, nor found again to be thinned out or undone.
        if is_unlisted(vault):
            raise BackupsUnlisted(vault, folder=str(folder)) from None
    else:
        give_rights_to_folder(folder, vault)
    number = max(known, newest_number(vault) + 1)
    while True:
        path = folder / _name(vault, number, at, kind)
        if not any(os.path.lexists(one) for one in (path, *key_paths(path))):
            return path
        number += 1


def set_aside(vault: Path, at: datetime) -> Path:
    """Give what lies under the vault's name, whole or not, a name among the backups; its key file along.

    Where it cannot have two names (no hard links) it loses the old one. Asked again after a kill it ends
    what it had begun. A vault without a key file is one from before there were any. Raises OSError.
    """
    keys = [path for path in key_paths(vault) if path.exists()]
    kind = REPLACED if keys else UPGRADED
    target = _begun(vault, at, kind)
    if target is None:
        target = new_path(vault, at, kind)
        contents = zip(key_paths(target), key_paths(vault), strict=True)
        put_together({new: read_file(old) for new, old in contents if old in keys}, vault)
        link_or_move(vault, target)
    for new, old in ((wal_path(target), wal_path(vault)), (journal_path(target), journal_path(vault))):
        with suppress(FileNotFoundError):
            old.replace(new)
    sync_folder(target.parent)
    return target


def _begun(vault: Path, at: datetime, kind: str) -> Path | None:
    """The name that the vault got at that moment already."""
    itself = identity(vault)
    if itself is None:
        return None
    names = (one.path for one in listed(vault) if one.kind == kind and stamp(one.at) == stamp(at))
    return next((path for path in names if identity(path) == itself), None)


def link_or_move(path: Path, target: Path) -> None:
    """Another name for a file; where a file can have only one, this one instead. Raises OSError."""
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:
        path.replace(target)


def surplus(backups: Sequence[Backup], keeping: Keeping, now: datetime | None) -> list[Backup]:
    """Which backups go: beyond the count, or too old. Never the newest usable one.

    backups: newest first. now: None where the clock can hardly be right; then none is too old. The newest
    three usable ones never are. Of the newest three all are kept, of earlier days the last of each day, so
    that ten of them reach back further than an afternoon of locking and unlocking.
    """
    usable = [backup for backup in backups if backup.usable]
    ageless = [*usable[:_ALWAYS], *(_not_older(backups, keeping, now))]
    kept: list[Backup] = []
    days = set()
    for backup in backups:
        day = (backup.at.date(), backup.kind)
        wanted = len(kept) < min(_ALWAYS, keeping.copies) or day not in days
        fits = len(kept) < keeping.copies and backup in ageless
        if (wanted and fits) or backup in usable[:1]:
            kept.append(backup)
            days.add(day)
    return [backup for backup in backups if backup not in kept]


def _not_older(backups: Sequence[Backup], keeping: Keeping, now: datetime | None) -> Iterator[Backup]:
    """Those that are not older than is wished.

    A backup is no older than one that was made before it: so a clock that went back for a day makes none of
    that day old. One whose moment is still to come says nothing about the others.
    """
    latest: datetime | None = None
    for backup in reversed(backups):
        if now is None or backup.at > now:
            yield backup
            continue
        latest = backup.at if latest is None else max(latest, backup.at)
        if now - latest <= timedelta(days=keeping.days):
            yield backup


def delete(backup: Backup) -> None:
    """Remove a backup: its key file first, without which the rest is noise. Raises OSError."""
    path = backup.path
    remove(*key_paths(path), path, wal_path(path), journal_path(path))


def sweep(vault: Path) -> None:
    """Remove what killed programs left half-made in the folder. Only for who holds the vault."""
    known = {backup.path.name for backup in listed(vault)}
    names = pattern(vault, tail="(-(?:next|keys).*)")
    for path in _files(backups_folder(vault)):
        match = names.fullmatch(path.name)
        if match is not None:
            orphan = path.name.removesuffix(match[4]) not in known
            if orphan or match[4].startswith("-next") or match[4].endswith("-new"):
                with suppress(OSError):
                    path.unlink()


def _name(vault: Path, number: int, at: datetime, kind: str) -> str:
    tail = f"-{kind}" if kind else ""
    return f"{vault.stem}.{number:0{DIGITS}}.{stamp(at)}{tail}{vault.suffix}"


def longest_path(vault: Path) -> Path:
    """The longest that a backup of a vault is called."""
    return backups_folder(vault) / _name(vault, 0, datetime.now(UTC), REPLACED)


def _is_pipe(path: Path) -> bool:
    """Whether opening it would wait for somebody else."""
    try:
        return path.is_fifo()
    except OSError:
        return False


def _files(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(folder.iterdir())
    except OSError:
        return
