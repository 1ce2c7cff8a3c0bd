"""Linux: what logind tells of sleep and of locked sessions.

Only where the system bus has its socket in the usual place, which is a file on this machine; nothing goes
over a network. Without it, and without logind, the clocks are all there is (`away.Slept`): then a screen
that is locked without the machine going to sleep is noticed only by the idle time.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusUnixFileDescriptor

if TYPE_CHECKING:
    from borg_triage.ui.guard.reasons import Reason

_SERVICE: Final = "org.freedesktop.login1"
_PATH: Final = "/org/freedesktop/login1"
_SESSION: Final = f"{_SERVICE}.Session"
_MANAGER: Final = f"{_SERVICE}.Manager"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
# Everyone on this machine can list who delays its sleep, and why: neither tells what program this is.
_WHO: Final = "desk"
_WHY: Final = "closing a file"


class Logind(QObject):
    """Listens on a bus. Any session that locks counts: on a shared machine ours is not in front then."""

    def __init__(self, owner: QObject, bus: QDBusConnection, tell: Callable[[Reason], object]) -> None:
        super().__init__(owner)
        self._bus, self._tell = bus, tell
        self._wanted = False
        self._delay = -1
        # Any path: a session has one of its own, which is not known before.
        self._listened: tuple[tuple[str, str, str, bytes], ...] = (
            (_PATH, _MANAGER, "PrepareForSleep", _slot("sleeping(bool)")),
            ("", _SESSION, "Lock", _slot("locked()")),
            ("", _PROPERTIES, "PropertiesChanged", _slot("changed(QDBusMessage)")),
        )
        for path, interface, name, slot in self._listened:
            bus.connect(_SERVICE, path, interface, name, self, slot)

    def hold(self) -> None:
        """From now on the machine waits with its sleep until `release`: logind lets it for some seconds."""
        if self._wanted:
            return
        self._wanted = True
        ask = QDBusMessage.createMethodCall(_SERVICE, _PATH, _MANAGER, "Inhibit")
        ask.setArguments(["sleep", _WHO, _WHY, "delay"])
        self._bus.callWithCallback(ask, self, _slot("delayed(QDBusMessage)"))

    def release(self) -> None:
        """The machine may sleep at once: there is nothing to lock."""
        self._wanted = False
        delay, self._delay = self._delay, -1
        if delay >= 0:
            os.close(delay)

    @Slot(QDBusMessage)
    def delayed(self, message: QDBusMessage) -> None:
        """logind's answer: as long as this file is open, it waits."""
        (file, *_) = [*message.arguments(), None]
        if self._wanted and self._delay < 0 and isinstance(file, QDBusUnixFileDescriptor) and file.isValid():
            self._delay = os.dup(file.fileDescriptor())

    def stop(self) -> None:
        """Listen no more."""
        self.release()
        for path, interface, name, slot in self._listened:
            self._bus.disconnect(_SERVICE, path, interface, name, self, slot)

    @Slot(bool)
    def sleeping(self, going: bool) -> None:
        """The machine is about to sleep (True), or awake again."""
        if going:
            self._tell("asleep")

    @Slot()
    def locked(self) -> None:
        """A session is to be locked."""
        self._tell("session")

    @Slot(QDBusMessage)
    def changed(self, message: QDBusMessage) -> None:
        """Something about a session changed; whether it says that it is locked, is asked."""
        if message.arguments()[:1] != [_SESSION]:
            return
        ask = QDBusMessage.createMethodCall(_SERVICE, message.path(), _PROPERTIES, "Get")
        ask.setArguments([_SESSION, "LockedHint"])
        self._bus.callWithCallback(ask, self, _slot("answered(QDBusMessage)"))

    @Slot(QDBusMessage)
    def answered(self, message: QDBusMessage) -> None:
        """Whether a session says that it is locked."""
        (said, *_) = [*message.arguments(), None]
        if said is not None and said.variant() is True:
            self._tell("session")


def listen(owner: QObject, tell: Callable[[Reason], object]) -> Logind | None:
    """Listen on the system's bus; None where it does not answer."""
    bus = QDBusConnection.systemBus()
    return Logind(owner, bus, tell) if bus.isConnected() else None


def _slot(name: str) -> bytes:
    # Its types ask for bytes, and PySide itself takes only the text.
    return cast(bytes, SLOT(name))
