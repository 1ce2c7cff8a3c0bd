"""What can go wrong with a vault.

BorgTriageError
└── VaultError             one vault, named by `path`
    ├── WrongPassphrase    or page 1 is damaged: SQLCipher cannot tell these apart, so the words do not either
    │                      (with a key file: or no such person, which looks and lasts the same)
    ├── TooSoon            after failures: `seconds` still to wait
    ├── PassphraseEmpty
    ├── VaultIsBackup      opened as if it were the vault: `vault` names that (`storage.recognise`)
    ├── NotAVault          text, a picture, a plain database, an empty file, a folder
    ├── VaultDamaged       pages that do not authenticate, a schema that is not ours
    │   └── VaultTruncated the file is shorter than it says
    ├── VaultNewer         made by a newer version of the program (`found`, `known`)
    ├── VaultInUse         another program, or another window of this one, holds it
    ├── VaultMissing, VaultExists, FolderMissing
    ├── VaultReadOnly      no right to write (or read) here
    ├── NoSpace            the disk, or one's share of it, is full
    ├── VaultIoError       the disk or drive failed (`detail`)
    ├── SwapUnfinished     a restore (or conversion) that the next opening finishes
    ├── VaultClosed        used after close()
    ├── CaseMissing        no case with this id (`case_id`)
    ├── RecordRefused      a row that breaks a rule of the vault (`detail`): a fault in the program
    ├── KeyFileMissing     the database is there, its key file is not (`file`)
    ├── KeyFileDamaged     neither the key file nor its copy is whole (`file`)
    │   └── KeyFileDamagedBackup   the same, and there is a backup to restore (`backup`)
    ├── KeyFileForged      somebody who does not hold the database key wrote in it
    ├── MemoryShort        the key derivation needs more memory (`mib`) than this machine gives
    ├── KeyRefused         what the list of keys does not take; names no file
    │   ├── PassphraseRefused (`.least`, `.score`): PassphraseShort (`minimum`), PassphraseWeak
    │   ├── NameTaken, SlotsFull (`most`), LastSlot, SlotMissing
    ├── RecoveryRefused    words of a recovery kit that do not open the vault: see storage.keys.share_errors
    └── KeyFileForeign, KeyFileOld   a whole key file that is not the vault's: see storage.keys.file_errors

`from_sqlcipher` and `from_os` say which one an error of the database or the system is.
"""

from __future__ import annotations

import errno
import math
import os
import shutil
from pathlib import Path
from typing import ClassVar, Final, Self

from sqlcipher3 import dbapi2

from borg_triage.domain.errors import BorgTriageError


class VaultError(BorgTriageError):
    """An error of one vault; `path` names it. Parameters never hold case content."""

    KEY: ClassVar[str] = "vault.error.io"
    # The same, where there is a backup to restore (`backup`).
    KEY_WITH_BACKUP: ClassVar[str] = ""

    def __init__(self, path: Path, **params: object) -> None:
        super().__init__(self.KEY, path=str(path), **params)

    def naming(self, backup: Path | None) -> Self:
        """This error, naming the backup to restore, where it is one that a backup helps against."""
        if backup is not None and self.KEY_WITH_BACKUP:
            self.key = self.KEY_WITH_BACKUP
            self.params["backup"] = str(backup)
        return self


class WrongPassphrase(VaultError):
    """The passphrase does not open it, or the start of the file is damaged."""

    KEY = "vault.error.wrong_passphrase"


class PassphraseEmpty(VaultError):
    """A vault without a passphrase would not be encrypted."""

    KEY = "vault.error.passphrase_empty"


class NotAVault(VaultError):
    """The file is something else."""

    KEY = "vault.error.not_a_vault"
    KEY_WITH_BACKUP = "vault.error.not_a_vault_backup"


class VaultDamaged(VaultError):
    """The passphrase fits, the content does not."""

    KEY = "vault.error.damaged"
    KEY_WITH_BACKUP = "vault.error.damaged_backup"


class VaultTruncated(VaultDamaged):
    """The end of the file is missing."""

    KEY = "vault.error.truncated"
    KEY_WITH_BACKUP = "vault.error.truncated_backup"


class VaultNewer(VaultError):
    """Made by a newer program: `found` is its schema version, `known` the newest that this one knows."""

    KEY = "vault.error.newer"


class VaultInUse(VaultError):
    """Open somewhere else."""

    KEY = "vault.error.in_use"


class VaultMissing(VaultError):
    """No such file."""

    KEY = "vault.error.missing"
    KEY_WITH_BACKUP = "vault.error.missing_backup"


class VaultExists(VaultError):
    """There is a file of that name (or a part of an earlier vault) already; it was left alone."""

    KEY = "vault.error.exists"


class FolderMissing(VaultError):
    """The folder that should hold the vault is not there."""

    KEY = "vault.error.folder_missing"


class VaultReadOnly(VaultError):
    """The system lets nobody, or not this user, write here."""

    KEY = "vault.error.read_only"


class NoSpace(VaultError):
    """The disk or the quota is full; everything stored before is still there."""

    KEY = "vault.error.no_space"


class NoTrace(VaultError):
    """That somebody reads could not be written down anywhere: so nothing was shown."""

    KEY = "vault.error.no_trace"


class VaultIoError(VaultError):
    """The disk, drive or share failed; `detail` is the technical name of what happened."""

    KEY = "vault.error.io"

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(path, detail=detail)


class SwapUnfinished(VaultError):
    """The disk failed while a checked copy took the vault's place; the next opening finishes it."""

    KEY = "vault.error.swap_unfinished"


class GaveWay(VaultError):
    """Work that can wait made room for somebody who wants the vault; nothing was changed."""

    KEY = "vault.error.gave_way"


class VaultClosed(VaultError):
    """Used after it was closed (locked)."""

    KEY = "vault.error.closed"


class CaseMissing(VaultError):
    """No case with this id."""

    KEY = "vault.error.case_missing"


class RecordRefused(VaultError):
    """The vault's own rules refused the row; nothing was written."""

    KEY = "vault.error.refused"

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(path, detail=detail)


class TooSoon(VaultError):
    """Too many failures shortly before; `seconds` still to wait."""

    KEY = "vault.error.too_soon"

    def __init__(self, path: Path, seconds: float) -> None:
        super().__init__(path, seconds=max(1, math.ceil(seconds)))


class KeyFileMissing(VaultError):
    """The database is there, its key file (`file`, a name) and the copy of it are not."""

    KEY = "vault.error.key_file_missing"
    KEY_WITH_BACKUP = "vault.error.key_file_missing_backup"

    def __init__(self, path: Path, file: str) -> None:
        super().__init__(path, file=file)


class KeyFileDamaged(VaultError):
    """Neither the key file (`file`, a name) nor its copy is whole, and no backup was found."""

    KEY = "vault.error.key_file_damaged"
    KEY_WITH_BACKUP = "vault.error.key_file_damaged_backup"

    def __init__(self, path: Path, file: str, **params: object) -> None:
        super().__init__(path, file=file, **params)


class KeyFileDamagedBackup(KeyFileDamaged):
    """Neither the key file nor its copy is whole; `backup` is the newest backup whose key file is."""

    KEY = "vault.error.key_file_damaged_backup"

    def __init__(self, path: Path, file: str, backup: Path) -> None:
        super().__init__(path, file, backup=str(backup))


class KeyFileForged(VaultError):
    """The passphrase fits, but the key file was changed by somebody without the database key."""

    KEY = "vault.error.key_file_forged"
    KEY_WITH_BACKUP = "vault.error.key_file_forged_backup"


class MemoryShort(VaultError):
    """This machine gave less than the `mib` of memory that deriving the key takes."""

    KEY = "vault.error.memory_short"

    def __init__(self, path: Path, mib: int) -> None:
        super().__init__(path, mib=mib)


class KeyRefused(VaultError):
    """What the list of keys does not take. It is about no file, so it names none."""

    def __init__(self, **params: object) -> None:
        BorgTriageError.__init__(self, self.KEY, **params)


class PassphraseRefused(KeyRefused):
    """Not what the vault's rule asks: so many characters, and so strong.

    Who recovers a vault learns its rule from this: before that nobody can read it.
    """

    least: int
    score: int


class PassphraseShort(PassphraseRefused):
    """Under the rule's number of characters, `minimum`."""

    KEY = "vault.error.passphrase_short"

    def __init__(self, minimum: int, score: int = 0) -> None:
        super().__init__(minimum=minimum)
        self.least, self.score = minimum, score


class PassphraseWeak(PassphraseRefused):
    """Long enough, but guessed quickly."""

    KEY = "vault.error.passphrase_weak"

    def __init__(self, least: int = 0, score: int = 0) -> None:
        super().__init__()
        self.least, self.score = least, score


class NameTaken(KeyRefused):
    """Somebody in this vault has this name already, but for capitals, accents and spaces."""

    KEY = "vault.error.name_taken"


class SlotsFull(KeyRefused):
    """A vault has keys for at most `most` people."""

    KEY = "vault.error.slots_full"

    def __init__(self, most: int) -> None:
        super().__init__(most=most)


class LastSlot(KeyRefused):
    """Without this slot nobody could open the vault with a passphrase."""

    KEY = "vault.error.last_slot"


class SlotMissing(KeyRefused):
    """No slot with this id: the person was withdrawn already."""

    KEY = "vault.error.slot_missing"


class RecoveryRefused(VaultError):
    """The recovery words do not open this vault. Shares are numbered from 1, in the order given."""

    KEY = "vault.error.recovery_none"


_BY_CODE: Final[dict[int, type[VaultError]]] = {
    dbapi2.SQLITE_FULL: NoSpace,
    dbapi2.SQLITE_READONLY: VaultReadOnly,
    dbapi2.SQLITE_PERM: VaultReadOnly,
    dbapi2.SQLITE_BUSY: VaultInUse,
    dbapi2.SQLITE_LOCKED: VaultInUse,
    dbapi2.SQLITE_CORRUPT: VaultDamaged,
    dbapi2.SQLITE_NOTADB: VaultDamaged,
}
_BY_ERRNO: Final[dict[int, type[VaultError]]] = {
    errno.ENOSPC: NoSpace,
    errno.EDQUOT: NoSpace,
    errno.EFBIG: NoSpace,
    errno.EACCES: VaultReadOnly,
    errno.EPERM: VaultReadOnly,
    errno.EROFS: VaultReadOnly,
    errno.EEXIST: VaultExists,
    errno.ENOTDIR: FolderMissing,
}
# Copying gives SQLite's words for a code instead of the code, or this one.
_NO_CODE: Final = 1
_BY_WORDS: Final = {
    "database or disk is full": dbapi2.SQLITE_FULL,
    "disk I/O error": dbapi2.SQLITE_IOERR,
    "attempt to write a readonly database": dbapi2.SQLITE_READONLY,
    "database is locked": dbapi2.SQLITE_BUSY,
    "database disk image is malformed": dbapi2.SQLITE_CORRUPT,
    "file is not a database": dbapi2.SQLITE_NOTADB,
}
# SQLite calls a disk full only on ENOSPC; a spent quota or a file-size limit is an I/O error to it.
_ROOM_TO_WORK = 1 << 20


def code_of(error: dbapi2.Error) -> int | None:
    """SQLite's primary result code; None where the DB-API layer itself objects."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else int(code) & 0xFF
    return _BY_WORDS.get(str(error), primary) if primary in (None, _NO_CODE) else primary


def from_sqlcipher(error: dbapi2.Error, path: Path) -> VaultError:
    """The error of ours that an error of SQLCipher means. Its class tree is not that of sqlite3."""
    primary = code_of(error)
    if primary is None:
        # A closed connection, or a value that no column takes.
        closed = isinstance(error, dbapi2.ProgrammingError) and "closed" in str(error)
        return VaultClosed(path) if closed else RecordRefused(path, str(error))
    if primary in _BY_CODE:
        return _BY_CODE[primary](path)
    if primary == dbapi2.SQLITE_CONSTRAINT:
        return RecordRefused(path, str(error))
    if primary == dbapi2.SQLITE_CANTOPEN:
        return _cannot_open(path)
    if primary == dbapi2.SQLITE_IOERR and is_full(path):
        return NoSpace(path)
    return VaultIoError(path, getattr(error, "sqlite_errorname", "SQLITE_IOERR"))


def from_os(error: OSError, path: Path) -> VaultError:
    """The error of ours that an error of the operating system means."""
    number = error.errno or 0
    if number == errno.ENOENT:
        return VaultMissing(path) if path.parent.is_dir() else FolderMissing(path)
    if number in _BY_ERRNO:
        return _BY_ERRNO[number](path)
    return VaultIoError(path, errno.errorcode.get(number, type(error).__name__))


def _cannot_open(path: Path) -> VaultError:
    if not path.exists():
        return VaultMissing(path)
    if not (os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK)):
        return VaultReadOnly(path)
    return VaultIoError(path, "SQLITE_CANTOPEN")


def is_full(path: Path) -> bool:
    """Whether there is hardly any room left where a vault lies."""
    try:
        return shutil.disk_usage(path.parent).free < _ROOM_TO_WORK
    except OSError:
        return False
