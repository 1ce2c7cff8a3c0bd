"""What the print library puts aside while it takes a page lies in memory, where that can be.

Qt hands a page to CUPS as a file of its own, in the folder that TMPDIR names, and deletes it. On a disk it
can be read back afterwards. What the print service then keeps is beyond this program.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_VARIABLE: Final = "TMPDIR"
_KINDS: Final = {"tmpfs", "ramfs"}
_MOUNTS: Final = Path("/proc/self/mountinfo")


@contextmanager
def put_aside_in_memory() -> Iterator[None]:
    """Let the library put its temporary files in memory meanwhile, where the system has a folder there."""
    folder, before = memory_folder(), os.environ.get(_VARIABLE)
    if folder is None:
        yield
        return
    os.environ[_VARIABLE] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[_VARIABLE]
        else:
            os.environ[_VARIABLE] = before


def memory_folder() -> Path | None:
    """A folder that is memory and can be written to: the user's own, else the one for all."""
    if sys.platform != "linux":
        return None
    named = [os.environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm"]  # noqa: S108  (files in it are made as new, for one user)
    folders = [Path(name) for name in named if name.startswith("/")]
    return next((one for one in folders if os.access(one, os.W_OK | os.X_OK) and is_memory(one)), None)


def is_memory(folder: Path) -> bool:
    """Whether a folder is on a file system that the kernel keeps in memory."""
    whole = Path(os.path.realpath(folder))
    kind, depth = "", -1
    try:
        mounts = _MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return False
    for line in mounts:
        own, _, source = line.partition(" - ")
        place = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), own.split()[4]))
        # Of two at one place the later lies over the earlier.
        if whole.is_relative_to(place) and len(place.parts) >= depth:
            kind, depth = source.split()[0], len(place.parts)
    return kind in _KINDS
