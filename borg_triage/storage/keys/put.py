"""Putting small files in place: each is there as it was or as it became, whenever the machine stops."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

DRAFT: Final = "-new"
# Seconds. On Windows a virus scanner or indexer may hold a file for a moment.
_PAUSES: Final = (0.02, 0.08, 0.3)


def put_together(contents: Mapping[Path, bytes]) -> None:
    """Write each file whole, for this user alone, on disk when this returns. Raises OSError.

    Nothing gets its name before everything is on disk, so that a full disk changes none of them.
    """
    drafts = {path: path.with_name(path.name + DRAFT) for path in contents}
    try:
        for path, draft in drafts.items():
            _write(draft, contents[path])
        for path, draft in drafts.items():
            _replace(draft, path)
        for folder in {path.parent for path in contents}:
            sync_folder(folder)
    finally:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def _write(draft: Path, content: bytes) -> None:
    draft.unlink(missing_ok=True)
    # Not following whatever somebody may have put there since.
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
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
