"""What the process does to itself before anything else: what it knows must not land on a disk by a crash.

No core dump is made of it; on Linux no other program of the same user can look into its memory or its open
files; Windows makes no report with its memory in it; every file that it makes is its user's alone. What it
does not stop: the administrator, and the system's own swap and hibernation files. Never run on Windows or
macOS.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Final

# prctl.h
_PR_SET_DUMPABLE: Final = 4
# errhandlingapi.h: no box of the system's own at a fault, none at a drive without a disk.
_NO_BOXES: Final = 0x0001 | 0x0002 | 0x8000
# werapi.h: no heap in a report, now or later, and nobody is asked.
_NO_HEAP: Final = 0x01 | 0x40 | 0x20


def harden() -> None:
    """Do it all, as far as this system allows; what it does not allow is no reason not to start."""
    os.umask(0o077)
    import faulthandler

    # It would write where the program was; it may be switched on from outside.
    faulthandler.disable()
    if sys.platform == "win32":
        _without_reports()
    else:
        _without_core()


def _without_core() -> None:
    import resource

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _not_dumpable()


def _not_dumpable() -> None:
    """A limit of no bytes does not hold for a system that hands dumps to a program; this does."""
    with suppress(ImportError, AttributeError, OSError):
        # The package ctypes takes ten times as long to import as all the rest here takes together.
        import _ctypes

        program = _ctypes.dlopen(None, os.RTLD_LAZY)  # type: ignore[arg-type]  # None: what is loaded already
        prctl = _ctypes.dlsym(program, "prctl")
        _ctypes.call_function(prctl, (_PR_SET_DUMPABLE, 0, 0, 0, 0))


def _without_reports() -> None:
    if sys.platform == "win32":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.WinDLL("kernel32").SetErrorMode(_NO_BOXES)
            ctypes.WinDLL("kernel32").WerSetFlags(_NO_HEAP)
