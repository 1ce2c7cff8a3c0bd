"""Errors as words in the window, and the hook for those that nobody caught.

Qt goes on after an error in a slot. Without a hook of ours the user would believe that an answer was stored.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from borg_triage.domain.errors import BorgTriageError

if TYPE_CHECKING:
    from borg_triage.text.catalog import Catalog

Tell = Callable[[BaseException], None]


def words(error: BaseException, texts: Catalog) -> str:
    """What to say about an error. One that is not ours is named by its kind, never by its content."""
    if isinstance(error, BorgTriageError) and texts.has(error.key):
        params = {
            name: words(value, texts) if isinstance(value, BaseException) else value
            for name, value in error.params.items()
        }
        return texts.text(error.key, **params)
    return texts.text("error.unexpected", kind=type(error).__name__)


class Hook:
    """Hands every uncaught error to `tell`, then to the hook that was there before.

    An error while telling is left to the old hook alone: there is no third line.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._before = sys.excepthook
        self._before_threads = threading.excepthook

    def install(self) -> None:
        """From now on."""
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread

    def remove(self) -> None:
        """As it was."""
        sys.excepthook = self._before
        threading.excepthook = self._before_threads

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._before(kind, error, trace)
        if issubclass(kind, Exception):
            self._tell(error)

    def _caught_in_thread(self, args: threading.ExceptHookArgs) -> None:
        self._before_threads(args)
