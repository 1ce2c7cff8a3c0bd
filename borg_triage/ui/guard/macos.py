"""macOS: the screen's lock, and windows kept out of screen captures, by the system's own C libraries.

Never run on macOS. Sleep without a locked screen is left to the clocks (`away.Slept`).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from borg_triage.ui.guard.reasons import Reason

_FRAMEWORK: Final = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation"
_LOCKED: Final = b"com.apple.screenIsLocked"
_UTF8: Final = 0x08000100
_AT_ONCE: Final = 4
_SHARING_NONE, _SHARING_READ_ONLY = 0, 1
_P: Final = ctypes.c_void_p
_CALLBACK: Final = ctypes.CFUNCTYPE(None, _P, _P, _P, _P, _P)


class ScreenLock:
    """Tells "session" when the screen locks. Raises OSError where there is no such library."""

    def __init__(self, tell: Callable[[Reason], object]) -> None:
        self._tell = tell
        self._library = library = ctypes.CDLL(_FRAMEWORK)
        library.CFNotificationCenterGetDistributedCenter.restype = _P
        library.CFStringCreateWithCString.restype = _P
        library.CFStringCreateWithCString.argtypes = (_P, ctypes.c_char_p, ctypes.c_uint32)
        library.CFNotificationCenterAddObserver.argtypes = (_P, _P, _CALLBACK, _P, _P, ctypes.c_long)
        library.CFNotificationCenterRemoveEveryObserver.argtypes = (_P, _P)
        self._center = library.CFNotificationCenterGetDistributedCenter()
        # Kept as long as the system may call it.
        self._callback = _CALLBACK(self._locked)
        name = library.CFStringCreateWithCString(None, _LOCKED, _UTF8)
        library.CFNotificationCenterAddObserver(self._center, id(self), self._callback, name, None, _AT_ONCE)

    def hold(self) -> None:
        """Nothing to do: sleep shows in the clocks alone here."""

    def release(self) -> None:
        """Nothing to do."""

    def _locked(self, *_: Any) -> None:
        self._tell("session")

    def stop(self) -> None:
        """Listen no more."""
        self._library.CFNotificationCenterRemoveEveryObserver(self._center, id(self))


def keep_out(view: int, on: bool) -> None:
    """Keep the window of a view out of screen captures, or let it in again.

    Since macOS 15 some capturing programs see such a window all the same.
    """
    library = ctypes.CDLL("/usr/lib/libobjc.dylib")
    library.sel_registerName.restype = _P
    library.sel_registerName.argtypes = (ctypes.c_char_p,)
    send = ctypes.cast(library.objc_msgSend, _P).value or 0
    window = ctypes.CFUNCTYPE(_P, _P, _P)(send)(view, library.sel_registerName(b"window"))
    if window:
        set_sharing = ctypes.CFUNCTYPE(None, _P, _P, ctypes.c_ulong)(send)
        how = _SHARING_NONE if on else _SHARING_READ_ONLY
        set_sharing(window, library.sel_registerName(b"setSharingType:"), how)
