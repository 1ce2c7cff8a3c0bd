"""What a file that would not open can be, as far as can be known without the key.

A vault looks like random bytes from the first to the last, so text, pictures and plain databases are told
apart from it, and so is a file that was cut; but damage to the first page looks like a wrong passphrase.
"""

from __future__ import annotations

import math
import os
import stat
from collections import Counter
from pathlib import Path
from typing import Final

from borg_triage.storage.errors import (
    NotAVault,
    VaultDamaged,
    VaultError,
    VaultMissing,
    VaultReadOnly,
    VaultTruncated,
    WrongPassphrase,
    from_os,
)
from borg_triage.storage.keying import PAGE_BYTES
from borg_triage.storage.places import wal_path
from borg_triage.text.backup_names import place_of, vault_backed_up

# Files that are dense enough to pass for random: SQLite itself, PDF, zip (and office files), PNG, JPEG.
_OTHER_KINDS: Final = (b"SQLite format 3\0", b"%PDF-", b"PK\x03\x04", b"\x89PNG\r\n", b"\xff\xd8\xff\xe0")
_TEXT: Final = frozenset(range(0x20, 0x7F)) | {0x09, 0x0A, 0x0D}
# Of random bytes 38 % are printable, and 512 or more of them carry over 7.4 bits a byte.
_MOSTLY_TEXT: Final = 0.8
_ENOUGH_TO_MEASURE: Final = 512
_RANDOM_BITS: Final = 7.0


class VaultIsBackup(VaultError):
    """A backup of the vault that is called `vault`: restored, not worked in.

    What was stored in it would never be in the vault, and who looked into it would not be in the vault's log.
    """

    KEY = "vault.error.is_backup"


def refuse_backup(path: Path) -> None:
    """Raise VaultIsBackup for what is called as a backup is, whether it can be read or not."""
    name = vault_backed_up(path)
    if name is not None:
        raise VaultIsBackup(path, vault=name)


def working_place(path: Path) -> Path:
    """Where the vault that was named lies (`place_of`). Raises VaultIsBackup, by the link's name too."""
    refuse_backup(path)
    return place_of(path)


def refuse_what_cannot_be_a_vault(path: Path) -> None:
    """Raise when the path is missing, empty, no ordinary file, or not to be written. Does not open it."""
    try:
        found = path.stat()
    except FileNotFoundError:
        raise VaultMissing(path) from None
    except OSError as error:
        raise from_os(error, path) from None
    if not stat.S_ISREG(found.st_mode) or found.st_size == 0:
        raise NotAVault(path)
    # SQLite would fall back to reading only, and fail in words that depend on the system.
    if not (os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK)):
        raise VaultReadOnly(path)


def why_locked(path: Path) -> VaultError:
    """The error for a file that SQLCipher could not read with the secret given.

    Only to be called when this process has no connection to the file: closing a file drops all of
    the process's locks on it (POSIX), the open vault's as well.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(PAGE_BYTES)
    except OSError as error:
        return from_os(error, path)
    if not head.strip(b"\0"):
        return VaultDamaged(path)
    if head.startswith(_OTHER_KINDS) or not _looks_random(head):
        return NotAVault(path)
    if size < PAGE_BYTES or (size % PAGE_BYTES and not wal_path(path).exists()):
        return VaultTruncated(path)
    return WrongPassphrase(path)


def _looks_random(head: bytes) -> bool:
    count = len(head)
    if sum(byte in _TEXT for byte in head) > _MOSTLY_TEXT * count:
        return False
    if count < _ENOUGH_TO_MEASURE:
        return True
    bits = -sum(n / count * math.log2(n / count) for n in Counter(head).values())
    return bits > _RANDOM_BITS
