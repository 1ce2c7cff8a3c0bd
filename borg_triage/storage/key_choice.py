"""Which key file opens a vault, where the one beside it is lost, of before, or another vault's.

The two beside it are tried, then those of its backups: a sync client, or who copies files by hand, puts one
of before beside a whole vault, and that is no reason to give up what the vault holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from borg_triage.storage import backup_files
from borg_triage.storage.backup_keys import people_of
from borg_triage.storage.errors import (
    KeyFileDamaged,
    KeyFileForged,
    KeyFileMissing,
    RecoveryRefused,
    VaultError,
    WrongPassphrase,
)
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.file_errors import KeyFileForeign, KeyFileOld
from borg_triage.storage.keys.keyfile import KeyFile
from borg_triage.storage.unlocked import Unlocked

_NOT_THE_WAY_IN = (WrongPassphrase, RecoveryRefused)


class Beside(NamedTuple):
    """What lay beside the vault when it was read. refused: what one of that came to, which tells of a vault
    without a note that another is none of its own. last_resort: nothing newer opens it.
    """

    files: Sequence[KeyFile]
    refused: VaultError | None = None
    last_resort: bool = False


class Refusal(NamedTuple):
    """What came of trying a key file."""

    file: KeyFile
    error: VaultError


Enter = Callable[[KeyFile, Beside], Unlocked]


def opened(path: Path, enter: Enter) -> Unlocked:
    """The vault, opened with the first key file that does. Raises what the one beside it came to."""
    lost: VaultError | None = None
    try:
        keyfile.read(path)
    except (KeyFileMissing, KeyFileDamaged) as error:
        lost = error
    beside = keyfile.whole(path)
    refusals: list[Refusal] = []
    newest = 0
    for file in (*beside, *_of_backups(path)):
        if file.number < newest or _is_refused_already(file, refusals):
            continue
        refused = next((one.error for one in refusals if isinstance(one.error, _NOT_THE_WAY_IN)), None)
        try:
            return enter(file, Beside(beside, refused))
        except (*_NOT_THE_WAY_IN, KeyFileForged, KeyFileForeign, KeyFileOld) as error:
            refusals.append(Refusal(file, error))
            if isinstance(error, KeyFileOld):
                newest = error.newest
    older = [one.file for one in refusals if isinstance(one.error, KeyFileOld)]
    if older:
        right = (one.error for one in refusals if one.file.number >= newest and _is_refused(one, older))
        try:
            return enter(max(older, key=lambda one: one.number), Beside(beside, last_resort=True))
        except KeyFileOld as error:
            raise next(right, error) from None
    if lost is not None and not beside:
        raise _of_lost(path, lost, refusals)
    raise _of_those_beside(refusals, beside)


def _of_backups(path: Path) -> Iterator[KeyFile]:
    for one in backup_files.listed(path):
        with suppress(VaultError):
            yield from keyfile.whole(one.path)


def _is_refused(one: Refusal, among: Sequence[KeyFile]) -> bool:
    """Whether a key file of the same vault says that it is not the way in."""
    return isinstance(one.error, _NOT_THE_WAY_IN) and one.file.vault == among[0].vault


def _is_refused_already(file: KeyFile, refusals: Sequence[Refusal]) -> bool:
    """Also one that differs in nothing but the database key, where it is the way in that was refused; and one
    of before: what was the way in then is not because a kill came before the note.
    """
    return any(
        file == one.file
        or (isinstance(one.error, _NOT_THE_WAY_IN) and people_of(file) == people_of(one.file))
        or (_is_refused(one, [file]) and _order(file) < _order(one.file))
        for one in refusals
    )


def _order(file: KeyFile) -> tuple[int, int]:
    return file.generations[-1], file.number


def _of_lost(path: Path, lost: VaultError, refusals: Sequence[Refusal]) -> VaultError:
    wrong = (one.error for one in refusals if isinstance(one.error, _NOT_THE_WAY_IN))
    newest = next((one.path for one in backup_files.listed(path) if one.usable), None)
    return next(wrong, None) or lost.naming(newest)


def _of_those_beside(refusals: Sequence[Refusal], beside: Sequence[KeyFile]) -> VaultError:
    """Where a passphrase opens one of before only, it is the newer one that says that it is wrong."""
    unfit = [one for one in refusals if one.file in beside and isinstance(one.error, KeyFileForeign)]
    if not unfit:
        return refusals[0].error
    newer = (
        one.error
        for one in refusals
        if _is_refused(one, [unfit[0].file])
        and one.file.generations[-1] > max(other.file.generations[-1] for other in unfit)
    )
    return next(newer, unfit[0].error)
