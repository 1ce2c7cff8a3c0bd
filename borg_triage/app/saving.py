"""Files that leave the vault: whole or not at all, and never one that the log does not know of.

A file is first laid ready: its content on the disk, under no name yet where the system can do that (Linux),
else beside its place as `.<16 digits>.part`. When what it is for is stored, it gets its name. A kill leaves
nothing of it on Linux; elsewhere a part in the making, which the next saving in that folder takes away.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from borg_triage.domain.errors import BorgTriageError
from borg_triage.storage.errors import VaultError
from borg_triage.storage.keys.put import sync_folder
from borg_triage.storage.log import NewLogEntry
from borg_triage.storage.vault import Vault

_PART: Final = re.compile(r"\.[0-9a-f]{16}\.part")
# Seconds. A part that is written right now, by another program, is younger.
_LEFT_BEHIND: Final = 60


class PaperError(BorgTriageError):
    """A paper that could not be made or saved; the case itself is untouched."""


class Laid(Protocol):
    """A file that is laid ready."""

    def put(self) -> None:
        """Give it its name, over what was there. Raises PaperError."""

    def drop(self) -> None:
        """Leave nothing of it."""


# Lays a file ready. Raises PaperError.
Lay: TypeAlias = Callable[[], Laid]


class Nothing:
    """No file."""

    def put(self) -> None:
        """Nothing to do."""

    def drop(self) -> None:
        """Nothing to do."""


@contextmanager
def sent(vault: Vault, lay: Lay, failed: Callable[[], NewLogEntry]) -> Iterator[None]:
    """One transaction and one file: the file gets its name when the block's work is on disk.

    After an error in the block, in laying or in storing there is neither. failed: an entry that says that the
    file did not get its name after all; a kill at that moment leaves the log saying more than went out, never
    less.
    """
    laid: Laid = Nothing()
    try:
        with vault.saving():
            yield
            laid = lay()
    except BaseException:
        laid.drop()
        raise
    try:
        laid.put()
    except BaseException:
        laid.drop()
        with suppress(VaultError), vault.saving():
            vault.log.append(failed())
        raise


def lay(path: Path, content: bytes) -> Laid:
    """Bring a file to the disk, readable by its owner alone where the system knows owners. PaperError."""
    try:
        if path.is_dir():
            raise PaperError("paper.error.is_folder")
        # A name that cannot be shows now, not when all else is stored.
        with suppress(FileNotFoundError):
            path.lstat()
        _sweep(path.parent)
        return _Unnamed.made(path, content) or _Part(path, content)
    except OSError as error:
        raise _meaning(error, path) from error


def save_pdf(path: Path, content: bytes) -> None:
    """Lay a file ready and give it its name. Raises PaperError; then what was there is as it was."""
    laid = lay(path, content)
    try:
        laid.put()
    except BaseException:
        laid.drop()
        raise


class _Part:
    """Beside its place, under a name of its own."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._path, self._part = path, part_path(path)
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
            _write_through(os.open(self._part, flags, 0o600), content)
        except BaseException:
            self.drop()
            raise

    def put(self) -> None:
        try:
            self._part.replace(self._path)
            sync_folder(self._path.parent)
        except OSError as error:
            raise _meaning(error, self._path) from error

    def drop(self) -> None:
        with suppress(OSError):
            self._part.unlink(missing_ok=True)


class _Unnamed:
    """Under no name: what the program leaves when it is killed, the system takes away."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path, self._handle = path, handle

    @classmethod
    def made(cls, path: Path, content: bytes) -> _Unnamed | None:
        """None where the system or the drive knows no such files."""
        unnamed = getattr(os, "O_TMPFILE", 0)
        if not unnamed:
            return None
        try:
            handle = os.open(path.parent, os.O_WRONLY | unnamed, 0o600)
        except OSError:
            return None
        if not _by_number(handle).exists():
            os.close(handle)
            return None
        try:
            _write_through(os.dup(handle), content)
        except BaseException:
            os.close(handle)
            raise
        return cls(path, handle)

    def put(self) -> None:
        try:
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                self._name(folder)
            finally:
                os.close(folder)
            sync_folder(self._path.parent)
        except OSError as error:
            raise _meaning(error, self._path) from error
        self.drop()

    def _name(self, folder: int) -> None:
        try:
            self._link(folder, self._path.name)
        except FileExistsError:
            part = part_path(self._path)
            self._link(folder, part.name)
            try:
                part.replace(self._path)
            except BaseException:
                part.unlink()
                raise

    def _link(self, folder: int, name: str) -> None:
        # By the folder's number: without one the link of that number would be copied, not followed.
        os.link(_by_number(self._handle), name, dst_dir_fd=folder, follow_symlinks=True)

    def drop(self) -> None:
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)


def part_path(path: Path) -> Path:
    """A name for a file in the making that tells nothing."""
    return path.with_name(f".{secrets.token_hex(8)}.part")


def _by_number(handle: int) -> Path:
    return Path(f"/proc/self/fd/{handle}")


def _sweep(folder: Path) -> None:
    """Take away what killed programs left here: it may be a paper that is not encrypted."""
    with suppress(OSError):
        for left in folder.iterdir():
            with suppress(OSError):
                if _PART.fullmatch(left.name) and time.time() - left.lstat().st_mtime > _LEFT_BEHIND:
                    left.unlink()


def _write_through(handle: int, content: bytes) -> None:
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _meaning(error: OSError, path: Path) -> PaperError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return PaperError("paper.error.no_space")
    if error.errno in {errno.ENOENT, errno.ENOTDIR} and not path.parent.is_dir():
        return PaperError("paper.error.no_folder")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        # Windows refuses to replace a file that a reader has open.
        held = getattr(error, "winerror", None) is not None and path.is_file()
        return PaperError("paper.error.in_use" if held else "paper.error.read_only")
    return PaperError("paper.error.io", detail=errno.errorcode.get(error.errno or 0, type(error).__name__))
