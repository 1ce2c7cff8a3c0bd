"""How a backup is called: what can be told of a file by its name.

`Name-backups/Name.000000123.20261122T101500Z.borgvault`; see `storage.backup_files`. Not in storage, for a
start asks it before anything of that is read in; most starts ask nothing, so what takes time waits for that.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

UPGRADED: Final = "upgraded"
REPLACED: Final = "replaced"
# So that names stand in the order of their numbers where a folder is shown by name.
DIGITS: Final = 9
_FOLDER: Final = "-backups"
_STAMP: Final = "%Y%m%dT%H%M%SZ"
# Number, moment, kind. Names of earlier programs have no number.
_PARTS: Final = rf"\.(?:([0-9]{{{DIGITS},}})\.)?([0-9]{{8}}T[0-9]{{6}}Z)(?:-({UPGRADED}|{REPLACED}))?"


def stamp(at: datetime) -> str:
    """A moment as it stands in a backup's name."""
    from datetime import UTC

    return f"{at.astimezone(UTC):{_STAMP}}"


def moment_of(stamp: str) -> datetime | None:
    """The moment that `stamp` wrote; None where it is no such text."""
    from datetime import UTC, datetime

    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def pattern(vault: Path, tail: str = "") -> re.Pattern[str]:
    """What the names of a vault's backups match: number, moment and kind, and what `tail` takes."""
    return re.compile(re.escape(vault.stem) + _PARTS + re.escape(vault.suffix) + tail)


def backups_folder(vault: Path) -> Path:
    """Where the backups of a vault lie."""
    return vault.with_name(vault.stem + _FOLDER)


def place_of(vault: Path) -> Path:
    """Where a vault lies, also where the path is a link to it.

    What belongs beside a vault lies there, and a new file takes its place there: beside the link it would be
    a second vault.
    """
    with suppress(OSError):
        if vault.is_symlink():
            return Path(os.path.realpath(vault))
    return vault


def vault_of(folder: Path, suffix: str) -> Path | None:
    """Of which vault a folder has the backups, by its name; None where it is called otherwise."""
    stem = folder.name.removesuffix(_FOLDER)
    return folder.with_name(stem + suffix) if stem not in ("", folder.name) else None


def vault_backed_up(path: Path) -> str | None:
    """The name of the vault that a file is a backup of, by its name; None where it is not called like one.

    Wherever it lies: a backup that was copied elsewhere is one too. A link goes by what it points to as well.
    """
    for name in (path.name, Path(os.path.realpath(path)).name):
        match = _any().fullmatch(name)
        if match is not None and moment_of(match[3].upper()) is not None:
            return match[1] + match[5]
    return None


@cache
def _any() -> re.Pattern[str]:
    # Some systems find a file whatever the capitals.
    return re.compile(rf"(.+?){_PARTS}(\.[^.]*)", re.IGNORECASE)
