"""Vaults that are made once and copied from then on: to make one takes longer than to open it.

Not for tests of two vaults (copies have one identity), nor for tests of the making itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from borg_triage.storage.keys import wrapping

_STEM = "made"


def lay(path: Path, make: Callable[..., None], *how: Any) -> None:
    """At `path` the vault, locked, that make(path, *how) makes; the files beside it too."""
    for end, (mode, content) in _files(wrapping.derived, make, *how).items():
        copy = path.with_name(path.stem + end)
        copy.write_bytes(content)
        copy.chmod(mode)


@cache
def _files(
    _derive: Callable[..., bytes], make: Callable[..., None], *how: Any
) -> dict[str, tuple[int, bytes]]:
    """By the end of their names. What derives the keys of a test derived those of its vault."""
    with TemporaryDirectory() as folder:
        make(Path(folder) / f"{_STEM}.borgvault", *how)
        return {
            file.name.removeprefix(_STEM): (file.stat().st_mode, file.read_bytes())
            for file in Path(folder).iterdir()
        }
