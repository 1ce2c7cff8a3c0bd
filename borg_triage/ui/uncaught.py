"""Errors that nobody caught: told in the window, and on standard error by their kind and place alone.

Qt goes on after an error in a slot. Without a hook of ours the user would believe that an answer was
stored.

A program that is started from a desktop has its standard error in a file or a journal on the disk, in plain.
The usual hooks would write an error's message there, so they are not called (see `trail`).
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from borg_triage.app.trail import trail

Tell = Callable[[BaseException], None]


def _write(line: str) -> None:
    # Without a console there is no standard error; a closed one takes nothing.
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"borg-triage: {line}\n")
        sys.stderr.flush()


class Hook:
    """From `install` to `remove` nothing but `trail` gets to standard error, of Python or of Qt.

    tell: who says an uncaught error in the window, once there is one.
    """

    def __init__(self, tell: Tell | None = None) -> None:
        self.tell = tell
        self._quiet = logging.NullHandler()

    def install(self) -> None:
        """From now on."""
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning)
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread
        sys.unraisablehook = self._could_not_be_raised
        warnings.showwarning = _warned
        # With a handler, Python prints no message of a library that logs.
        logging.getLogger().addHandler(self._quiet)

    def install_in_qt(self) -> None:
        """Of Qt's messages the kind alone. Once a window is there: before, they say why there is none."""
        qInstallMessageHandler(_qt_said)

    def remove(self) -> None:
        """As it was."""
        sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = self._before
        logging.getLogger().removeHandler(self._quiet)
        qInstallMessageHandler(None)

    def _caught(self, kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        _write(trail(error))
        if self.tell is None or not issubclass(kind, Exception):
            return
        try:
            self.tell(error)
        except Exception as again:  # noqa: BLE001  (Python would print both, with their messages)
            _write(trail(again))

    def _caught_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            _write(trail(args.exc_value))

    def _could_not_be_raised(self, args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is not None:
            _write(trail(args.exc_value))


def _warned(message: Warning | str, category: type[Warning], *_where: object, **_more: object) -> None:
    del message
    _write(category.__name__)


def _qt_said(kind: QtMsgType, context: QMessageLogContext, _message: str) -> None:
    _write(f"{kind.name} ({context.category})")
