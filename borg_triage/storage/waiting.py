"""Room for the log on a full disk: who reads then still leaves an entry, on disk before anything shows.

`Name.borgvault-waiting` has its full length from its first day, and is written over in place: for that a full
disk has room (not every file system: one that never writes over what is there can refuse). Its two halves are
written in turn, so that a kill while one is written leaves the other. What waits in it is sealed under a key
that lies in the vault's database (AES-256-GCM), and goes into the log as soon as that can be written to.

The database knows that there is such a file: one that was taken away, or that cannot be read any more, is
itself written down (`waiting_lost`).
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from borg_triage.storage.codec import columns, from_row, to_row
from borg_triage.storage.errors import NoTrace
from borg_triage.storage.keys import sealing
from borg_triage.storage.keys.put import put_together
from borg_triage.storage.log import NewLogEntry
from borg_triage.storage.places import waiting_path
from borg_triage.storage.settings import SettingStore

# Some ninety entries.
HALF: Final = 32 * 1024
_ROOM: Final = HALF - sealing.OVERHEAD
_BINDING: Final = b"borg_triage, entries that wait for the log, 1"
_KEY: Final = "waiting.key"
_TOLD: Final = "waiting.told"
_FIELDS: Final = columns(NewLogEntry)


@dataclass(frozen=True, slots=True)
class _State:
    """What waits. batch: its name, by which the log says that it has it. turn: how often it was written."""

    batch: str
    turn: int
    entries: tuple[NewLogEntry, ...] = ()


class Waiting:
    """Of one open vault. Nothing can wait before `find` or `make`, nor where they found no room."""

    def __init__(self, vault: Path, settings: SettingStore) -> None:
        self._vault = vault
        self._settings = settings
        self._key = b""
        self._state: _State | None = None

    @property
    def entries(self) -> tuple[NewLogEntry, ...]:
        """What waits."""
        return self._state.entries if self._state else ()

    def find(self) -> bool:
        """Read what waits; False where there is no such file, or none that can be read. Raises VaultError."""
        known = self._settings.get(_KEY)
        if known is None:
            return False
        self._key = bytes.fromhex(known)
        state = self._read()
        if state is not None and state.batch == self._settings.get(_TOLD):
            # Killed between the log and this file.
            state = _State(_fresh(), state.turn)
        self._state = state
        return state is not None

    def make(self, lost: Callable[[], None]) -> None:
        """Make the file anew, with nothing in it. lost: called where the vault had one that cannot be read,
        in the transaction that stores the new one's key. Raises VaultError, OSError: there is no room."""
        key, state = secrets.token_bytes(32), _State(_fresh(), 0)
        put_together({waiting_path(self._vault): b"".join(_sealed(state, key) for _ in range(2))})
        with self._settings.transaction():
            if self._settings.get(_KEY) is not None:
                lost()
            self._settings.put(_KEY, key.hex())
        self._key, self._state = key, state

    def keep(self, new: Sequence[NewLogEntry]) -> None:
        """Let entries wait too, on disk when this returns. Raises NoTrace: there is no room for them."""
        if self._state is None:
            raise NoTrace(self._vault)
        try:
            self._write(_State(self._state.batch, self._state.turn + 1, (*self._state.entries, *new)))
        except (OSError, ValueError):
            raise NoTrace(self._vault) from None

    def note_told(self) -> None:
        """Say in the database that the log has what waits: in the transaction that gives it to the log."""
        if self._state is not None and self._state.entries:
            self._settings.put(_TOLD, self._state.batch)

    def clear(self) -> None:
        """The log has it. Should this not reach the disk, the database knows."""
        if self._state is None or not self._state.entries:
            return
        empty = _State(_fresh(), self._state.turn + 1)
        try:
            self._write(empty)
        except OSError:
            self._state = empty

    def _write(self, state: _State) -> None:
        sealed = _sealed(state, self._key)
        flags = os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(waiting_path(self._vault), flags), "wb") as file:
            file.seek(HALF * (state.turn % 2))
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        self._state = state

    def _read(self) -> _State | None:
        try:
            with waiting_path(self._vault).open("rb") as file:
                content = file.read(2 * HALF + 1)
        except OSError:
            return None
        halves = (_opened(content[start : start + HALF], self._key) for start in (0, HALF))
        return max((half for half in halves if half is not None), key=lambda half: half.turn, default=None)


def _fresh() -> str:
    return secrets.token_hex(16)


def _sealed(state: _State, key: bytes) -> bytes:
    """One half. Raises ValueError for more than goes into it."""
    content = {"batch": state.batch, "turn": state.turn, "entries": [to_row(one) for one in state.entries]}
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    if len(plain) > _ROOM:
        message = "more waits than there is room for"
        raise ValueError(message)
    return sealing.sealed(plain.ljust(_ROOM), key, _BINDING)


def _opened(half: bytes, key: bytes) -> _State | None:
    """What stands in one half; None where it is not whole, or under another key."""
    plain = sealing.unsealed(half, key, _BINDING)
    if plain is None:
        return None
    content: dict[str, Any] = json.loads(plain)
    entries = tuple(from_row(NewLogEntry, _FIELDS, row) for row in content["entries"])
    return _State(content["batch"], content["turn"], entries)
