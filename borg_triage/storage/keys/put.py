"""Putting small files in place: each is there as it was or as it became, whenever the machine stops."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

DRAFT: Final = "-new"
# Seconds. On Windows a virus scanner or indexer may hold a file for a moment.
_PAUSES: Final = (0.02, 0.08, 0.3)


def put_together(contents: Mapping[Path, bytes], vault: Path | None = None) -> None:
    """Write each file whole, on disk when this returns. Raises OSError.

    Nothing gets its name before everything is on disk, so that a full disk changes none of them. vault: they
    are for whom that file is; else, and where it is not there, for this user alone.
    """
    drafts = {path: path.with_name(path.name + DRAFT) for path in contents}
    try:
        for path, draft in drafts.items():
            _write(draft, contents[path], path, vault)
        for path, draft in drafts.items():
            _replace(draft, path)
        for folder in {path.parent for path in contents}:
            sync_folder(folder)
    finally:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def open_file(path: Path, flags: int) -> int:
    """Open a small file beside a vault; never one that is none. Raises OSError.

    A pipe of that name would keep the program waiting for whoever holds its other end. What is written does
    not go through a link.
    """
    flags |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if flags & os.O_WRONLY:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, flags, 0o600)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    return handle


def read_file(path: Path, most: int = -1) -> bytes:
    """A small file beside a vault, `most` bytes of it. Raises OSError, also for what is no file."""
    with os.fdopen(open_file(path, os.O_RDONLY), "rb") as file:
        return file.read(most)


def give_rights(handle: int, vault: Path, before: Path | None = None) -> None:
    """Let a new file be read and written by whom the vault's file is: by its mode and, where the system lets
    us, its group. before: what it takes the place of.

    An administrator shares a vault with a second account by a group; what is made anew must not take that
    back. By the vault and not only by what was there before: who can do no more than write in the folder
    could lay a file there that everybody reads. On Windows files follow the folder.
    """
    if os.name == "nt":
        return
    with suppress(OSError):
        found = vault.stat()
        # The administrator's own account does not take the file away from whose it is.
        owner = found.st_uid if os.geteuid() == 0 else -1
        if owner != -1 or os.fstat(handle).st_gid != found.st_gid:
            with suppress(OSError):
                os.fchown(handle, owner, found.st_gid)
        mode = stat.S_IMODE(found.st_mode) & (stat.S_IRWXU | stat.S_IRWXG | _for_all(before))
        if os.fstat(handle).st_gid != found.st_gid:
            # What one group may, another may not.
            mode &= ~stat.S_IRWXG
        os.fchmod(handle, mode | stat.S_IRUSR | stat.S_IWUSR)


def _for_all(before: Path | None) -> int:
    """What a file lets every account do."""
    try:
        return 0 if before is None else before.stat().st_mode & stat.S_IRWXO
    except OSError:
        return 0


def give_rights_to_folder(folder: Path, vault: Path) -> None:
    """The same for a new folder: entered by who may read the vault, and changed by who may write it."""
    if os.name == "nt":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            # That what is made in it is the folder's group's.
            inherited = os.fstat(handle).st_mode & stat.S_ISGID
            give_rights(handle, vault)
            mode = stat.S_IMODE(os.fstat(handle).st_mode)
            os.fchmod(handle, mode | (mode & (stat.S_IRUSR | stat.S_IRGRP)) >> 2 | inherited)
        finally:
            os.close(handle)


def _write(draft: Path, content: bytes, path: Path, vault: Path | None) -> None:
    draft.unlink(missing_ok=True)
    # Not following whatever somebody may have put there since.
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        if vault is not None:
            give_rights(handle, vault, path)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _replace(draft: Path, path: Path) -> None:
    for pause in _PAUSES if os.name == "nt" else ():
        try:
            draft.replace(path)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    draft.replace(path)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, as far as the file system can promise that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
