"""Vaults that are made once and copied from then on: to make one takes longer than to open it.

Not for tests that look at two vaults (copies are one vault), nor for tests of the making itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TypeVar, cast

from borg_triage.storage.keys import wrapping

Told = TypeVar("Told")


class _File(NamedTuple):
    name: Path
    mode: int
    content: bytes


def lay_copy(folder: Path, make: Callable[..., Told], *how: Any) -> Told:
    """In `folder` what make(folder, *how) puts in an empty one, and what it tells of it."""
    files, told = _made(wrapping.derived, make, *how)
    for name, mode, content in files:
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
        copy.chmod(mode)
    return cast("Told", told)


@cache
def _made(_derive: Callable[..., bytes], make: Callable[..., Any], *how: Any) -> tuple[list[_File], Any]:
    """Keys that a test derives in another way than the last are of another vault."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        told = make(folder, *how)
        paths = [path for path in folder.rglob("*") if path.is_file()]
        return [
            _File(path.relative_to(folder), path.stat().st_mode, path.read_bytes()) for path in paths
        ], told
