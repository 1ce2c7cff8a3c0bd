"""Windows: the session's lock, sleep, and windows kept out of screen captures.

Never run on Windows: the tests feed it messages as Windows lays them out. Every message of the program
passes here, so what it does with most of them is next to nothing.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication

if TYPE_CHECKING:
    from borg_triage.ui.guard.reasons import Reason

_WM_SHOWWINDOW: Final = 0x0018
_WM_POWERBROADCAST: Final = 0x0218
_WM_WTSSESSION_CHANGE: Final = 0x02B1
_PBT_APMSUSPEND: Final = 0x0004
# Locked; taken to another screen, at the machine and from a distance.
_WTS_GONE: Final = frozenset({0x7, 0x2, 0x4})
_WDA_NONE: Final = 0x00
_WDA_MONITOR: Final = 0x01  # black in captures; all there is before Windows 10 2004
_WDA_EXCLUDEFROMCAPTURE: Final = 0x11


class Message(ctypes.Structure):
    """MSG of winuser.h."""

    _fields_ = (
        ("hwnd", ctypes.c_void_p),
        ("message", ctypes.c_uint32),
        ("wparam", ctypes.c_size_t),
        ("lparam", ctypes.c_ssize_t),
        ("time", ctypes.c_uint32),
        ("x", ctypes.c_int32),
        ("y", ctypes.c_int32),
    )


class _Filter(QAbstractNativeEventFilter):
    """Hands on what a message means; lets every message pass."""

    def __init__(self) -> None:
        super().__init__()
        app = QCoreApplication.instance()
        if app is not None:
            app.installNativeEventFilter(self)

    def stop(self) -> None:
        """Look at no message any more."""
        app = QCoreApplication.instance()
        if app is not None:
            app.removeNativeEventFilter(self)

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview, message: Any
    ) -> tuple[bool, int]:
        """Look at one message."""
        if QByteArray(kind).startsWith(b"windows"):
            self.look(Message.from_address(int(message)))
        return False, 0

    def look(self, message: Message) -> None:
        """One message of Windows."""
        raise NotImplementedError


class SessionWatch(_Filter):
    """hwnd: the window that Windows is to tell."""

    def __init__(self, hwnd: int, tell: Callable[[Reason], object]) -> None:
        super().__init__()
        self._hwnd, self._tell = hwnd, tell
        if sys.platform == "win32":
            wts = ctypes.WinDLL("wtsapi32")
            wts.WTSRegisterSessionNotification(ctypes.c_void_p(hwnd), 0)

    def hold(self) -> None:
        """Nothing to do: Windows itself waits some seconds for who is told."""

    def release(self) -> None:
        """Nothing to do."""

    def look(self, message: Message) -> None:
        """Sleep, and the session's lock."""
        if message.message == _WM_POWERBROADCAST and message.wparam == _PBT_APMSUSPEND:
            self._tell("asleep")
        elif message.message == _WM_WTSSESSION_CHANGE and message.wparam in _WTS_GONE:
            self._tell("session")

    def stop(self) -> None:
        """Listen no more."""
        super().stop()
        if sys.platform == "win32":
            ctypes.WinDLL("wtsapi32").WTSUnRegisterSessionNotification(ctypes.c_void_p(self._hwnd))


class ShownWatch(_Filter):
    """shown: called with each window about to show, menus and lists that drop down among them."""

    def __init__(self, shown: Callable[[int], object]) -> None:
        super().__init__()
        self._shown = shown

    def look(self, message: Message) -> None:
        """A window that is about to show."""
        if message.message == _WM_SHOWWINDOW and message.wparam and message.hwnd:
            self._shown(message.hwnd)


def keep_out(hwnd: int, on: bool) -> None:
    """Keep a window out of screen captures, or let it in again. Does nothing to a part of a window."""
    if sys.platform == "win32":
        user = ctypes.WinDLL("user32")
        window = ctypes.c_void_p(hwnd)
        if not on:
            user.SetWindowDisplayAffinity(window, _WDA_NONE)
        elif not user.SetWindowDisplayAffinity(window, _WDA_EXCLUDEFROMCAPTURE):
            user.SetWindowDisplayAffinity(window, _WDA_MONITOR)
