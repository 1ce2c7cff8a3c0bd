"""The files in the backups folder of a vault: which there are, and which go.

`Name-backups/Name.20261122T101500Z.borgvault`, each with its own key file, so that each is a whole vault.
What was set aside ends on `-upgraded` (a vault as it was before an upgrade) or `-replaced` (before a restore:
it may be damaged, and is never the backup that an error names).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from borg_triage.storage.keys.put import put_together
from borg_triage.storage.places import (
    backups_folder,
    identity,
    journal_path,
    key_paths,
    remove,
    sync_folder,
    wal_path,
)

UPGRADED: Final = "upgraded"
REPLACED: Final = "replaced"
_STAMP: Final = "%Y%m%dT%H%M%SZ"
# The newest are all kept; of earlier days the last of each day.
_ALWAYS: Final = 3


class Backup(NamedTuple):
    """One backup. kind: "" for a rolling one, UPGRADED or REPLACED."""

    at: datetime
    path: Path
    kind: str

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
    """The backups of a vault by their names, newest first; none where the folder cannot be read."""
    pattern = _pattern(vault, rf"(?:-({UPGRADED}|{REPLACED}))?")
    found = []
    for path in _files(backups_folder(vault)):
        match = pattern.fullmatch(path.name)
        if match is not None:
            at = moment_of(match[1])
            if at is not None:
                found.append(Backup(at, path, match[2] or ""))
    return sorted(found, reverse=True)


def stamp(at: datetime) -> str:
    """A moment as it stands in a backup's name."""
    return f"{at.astimezone(UTC):{_STAMP}}"


def moment_of(stamp: str) -> datetime | None:
    """The moment that `stamp` wrote; None where it is no such text."""
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def new_path(vault: Path, at: datetime, kind: str = "") -> Path:
    """A free name for a backup made at `at`; the folder is there when this returns. Raises OSError."""
    folder = backups_folder(vault)
    folder.mkdir(mode=0o700, exist_ok=True)
    while True:
        path = _named(vault, at, kind)
        if not any(os.path.lexists(one) for one in (path, *key_paths(path))):
            return path
        at += timedelta(seconds=1)


def set_aside(vault: Path, at: datetime) -> Path:
    """Give what lies under the vault's name, whole or not, a name among the backups; its key file along.

    Where it cannot have two names (no hard links) it loses the old one. Asked again after a kill it ends
    what it had begun. A vault without a key file is one from before there were any. Raises OSError.
    """
    keys = [path for path in key_paths(vault) if path.exists()]
    kind = REPLACED if keys else UPGRADED
    target = _named(vault, at, kind)
    if identity(target) is None or identity(target) != identity(vault):
        target = new_path(vault, at, kind)
        contents = zip(key_paths(target), key_paths(vault), strict=True)
        put_together({new: old.read_bytes() for new, old in contents if old in keys})
        link_or_move(vault, target)
    for new, old in ((wal_path(target), wal_path(vault)), (journal_path(target), journal_path(vault))):
        with suppress(FileNotFoundError):
            old.replace(new)
    sync_folder(target.parent)
    return target


def link_or_move(path: Path, target: Path) -> None:
    """Another name for a file; where a file can have only one, this one instead. Raises OSError."""
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:
        path.replace(target)


def surplus(backups: Sequence[Backup], keeping: Keeping, now: datetime) -> list[Backup]:
    """Which backups go: beyond the count, or too old. Never the newest usable one.

    The newest three are all kept, of earlier days the last of each day, so that ten of them reach back
    further than an afternoon of locking and unlocking.
    """
    newest = next((backup for backup in backups if backup.usable), None)
    kept: list[Backup] = []
    days = set()
    for backup in backups:
        day = (backup.at.date(), backup.kind)
        wanted = len(kept) < min(_ALWAYS, keeping.copies) or day not in days
        fits = len(kept) < keeping.copies and now - backup.at <= timedelta(days=keeping.days)
        if (wanted and fits) or backup is newest:
            kept.append(backup)
            days.add(day)
    return [backup for backup in backups if backup not in kept]


def delete(backup: Backup) -> None:
    """Remove a backup: its key file first, without which the rest is noise. Raises OSError."""
    path = backup.path
    remove(*key_paths(path), path, wal_path(path), journal_path(path))


def sweep(vault: Path) -> None:
    """Remove what killed programs left half-made in the folder. Only for who holds the vault."""
    known = {backup.path.name for backup in listed(vault)}
    pattern = _pattern(vault, rf"(?:-(?:{UPGRADED}|{REPLACED}))?", tail="(-(?:next|keys).*)")
    for path in _files(backups_folder(vault)):
        match = pattern.fullmatch(path.name)
        if match is not None:
            orphan = path.name.removesuffix(match[2]) not in known
            if orphan or match[2].startswith("-next") or match[2].endswith("-new"):
                with suppress(OSError):
                    path.unlink()


def _named(vault: Path, at: datetime, kind: str) -> Path:
    tail = f"-{kind}" if kind else ""
    return backups_folder(vault) / f"{vault.stem}.{stamp(at)}{tail}{vault.suffix}"


def _pattern(vault: Path, kind: str, tail: str = "") -> re.Pattern[str]:
    return re.compile(re.escape(vault.stem) + r"\.(\d{8}T\d{6}Z)" + kind + re.escape(vault.suffix) + tail)


def _files(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(folder.iterdir())
    except OSError:
        return
