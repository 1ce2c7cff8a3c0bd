"""What lies around a vault, by name: the one place that knows how those files are called.

Beside `Name.borgvault` lie its key file and the copy of it (`storage.keys.keyfile`), `-waiting` (room for
the log on a full disk), SQLite's own `-wal` and `-journal`, while it is open `-saved` (`storage.saved_mark`),
for the moment of a look `-look-` and what is drawn by lot (`storage.write_ahead`), and for as long as a copy
is in the making:

- `-next`: the copy. Not a vault; removed or made anew at the next opening.
- `-keys-next`: the key file that belongs to the copy, or that there is none. Once it is there, the copy is
  whole and takes the vault's name, whoever opens the vault next (`storage.swap`).
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.keys.put import DRAFT, give_rights


class Identity(NamedTuple):
    """Which file a name stands for."""

    device: int
    number: int


def draft_path(vault: Path) -> Path:
    """The copy that will take the vault's name."""
    return vault.with_name(vault.name + "-next")


def marker_path(vault: Path) -> Path:
    """The key file of that copy; its presence says that the copy is whole."""
    return vault.with_name(vault.name + "-keys-next")


def wal_path(vault: Path) -> Path:
    """The write-ahead log that lies beside an open vault, or one whose program was killed."""
    return vault.with_name(vault.name + "-wal")


def saved_path(vault: Path) -> Path:
    """How much was stored, noted beside that log (`storage.saved_mark`)."""
    return vault.with_name(vault.name + "-saved")


def journal_path(vault: Path) -> Path:
    """SQLite's rollback journal: only there while a vault leaves its write-ahead log."""
    return vault.with_name(vault.name + "-journal")


def waiting_path(vault: Path) -> Path:
    """Room for entries of the log on a full disk (`storage.waiting`)."""
    return vault.with_name(vault.name + "-waiting")


def key_paths(vault: Path) -> tuple[Path, Path]:
    """The key file and its copy."""
    return key_path(vault), copy_path(vault)


def identity(path: Path) -> Identity | None:
    """Which file stands under this name; None where there is none, or files cannot be told apart."""
    try:
        found = path.stat()
    except OSError:
        return None
    return Identity(found.st_dev, found.st_ino) if found.st_ino else None


def remove(*paths: Path) -> None:
    """Remove files that may be there. Raises OSError."""
    for path in paths:
        path.unlink(missing_ok=True)


def remove_draft(draft: Path) -> None:
    """Remove a copy in the making with what SQLite left beside it; what cannot go now goes later."""
    for path in (draft, wal_path(draft), journal_path(draft)):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def remove_half_written(vault: Path) -> None:
    """Remove what a pulled stick left of small files in the making. Only for who holds the vault."""
    for path in (*key_paths(vault), waiting_path(vault), marker_path(vault)):
        with suppress(OSError):
            path.with_name(path.name + DRAFT).unlink(missing_ok=True)


def sync_file(path: Path, rights: Path | None = None) -> None:
    """Bring a file's content to the disk. Never for a vault that this process has open. Raises OSError.

    rights: the vault whose place it takes, for whom it then is too.
    """
    with path.open("rb+") as file:
        if rights is not None:
            give_rights(file.fileno(), rights, rights)
        os.fsync(file.fileno())
