"""Room for the log on a full disk: who reads then still leaves an entry, on disk before anything shows.

`Name.borgvault-waiting` has its full length from its first day, and is written over in place: for that a full
disk has room (not every file system: one that never writes over what is there can refuse). Its two halves are
written in turn, so that a kill while one is written leaves the other. What waits in it is sealed
(AES-256-GCM) under a key that follows from the database key, and bound to the vault: who does not hold the
database key of now neither reads it nor writes it. It goes into the log as soon as that can be written to.

The database knows that there is such a file: one that was taken away, or that cannot be read any more, is
itself written down (`waiting_lost`).
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from borg_triage.storage.codec import columns, from_row, to_row
from borg_triage.storage.errors import NoTrace
from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys import sealing
from borg_triage.storage.keys.put import open_file, put_together, read_file
from borg_triage.storage.log import NewLogEntry
from borg_triage.storage.places import waiting_path
from borg_triage.storage.settings import SettingStore

# Some ninety entries.
HALF: Final = 32 * 1024
_ROOM: Final = HALF - sealing.OVERHEAD
_BINDING: Final = b"borg_triage, entries that wait for the log, 2"
_MADE: Final = "waiting.made"
_TOLD: Final = "waiting.told"
_FIELDS: Final = columns(NewLogEntry)
_MAY_LACK: Final = ("person_id", "case_id")

# None: something that waited and cannot be told.
Waits: TypeAlias = NewLogEntry | None
Key: TypeAlias = Callable[[], RawKey]


def forget(settings: SettingStore) -> None:
    """Let a copy expect no such file, so that none is said to be lost: where it lies, or under its key, there
    is none. In the transaction that runs. Raises VaultError."""
    settings.drop(_MADE)


def forget_elsewhere(place: Path, settings: SettingStore) -> None:
    """The same for a copy that goes to where neither a vault nor such a file lies. Raises VaultError."""
    if not os.path.lexists(place) and not os.path.lexists(waiting_path(place)):
        forget(settings)


@dataclass(frozen=True, slots=True)
class _State:
    """What waits. batch: its name, by which the log says that it has it. turn: how often it was written."""

    batch: str
    turn: int
    entries: tuple[Waits, ...] = ()


class Waiting:
    """Of one open vault. Nothing can wait before `prepare`, nor where that found no room.

    key: the database key of now. Its methods are called by one thread at a time.
    """

    def __init__(self, vault: Path, settings: SettingStore, vault_id: Callable[[], str], key: Key) -> None:
        self._vault = vault
        self._settings = settings
        self._vault_id = vault_id
        self._key = key
        self._state: _State | None = None

    @property
    def entries(self) -> tuple[Waits, ...]:
        """What waits."""
        return self._state.entries if self._state else ()

    def prepare(self) -> None:
        """Find what waits. Where the file is not there, or cannot be read, it is made anew; if the vault had
        one, that waits in it. Raises VaultError, OSError: there is no room."""
        if self._state is not None:
            return
        known = self._settings.get(_MADE) is not None
        state = self._read()
        if state is None:
            state = _State(_fresh(), 0, (None,) if known else ())
            self._lay(state)
        elif state.batch == self._settings.get(_TOLD):
            # Killed between the log and this file.
            state = _State(_fresh(), state.turn)
        self._state = state
        if not known:
            self._settings.put(_MADE, "1")

    def begin_anew(self) -> None:
        """Make the file anew under another key, with nothing in it: what waited was told, and forgotten, in
        the step that brought that key. Raises as `prepare` does."""
        self._state = None
        self.prepare()

    def keep(self, new: Sequence[NewLogEntry]) -> None:
        """Let entries wait too, on disk when this returns. Raises NoTrace: there is no room for them."""
        if self._state is None:
            raise NoTrace(self._vault)
        try:
            self._write(_State(self._state.batch, self._state.turn + 1, (*self._state.entries, *new)))
        except (OSError, ValueError):
            raise NoTrace(self._vault) from None

    def note_told(self, settings: SettingStore) -> None:
        """Say in the database that the log has what waits: in the transaction that gives it to the log."""
        if self._state is not None and self._state.entries:
            settings.put(_TOLD, self._state.batch)

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
        self._put(self._sealed(state), HALF * (state.turn % 2))
        self._state = state

    def _lay(self, state: _State) -> None:
        content = self._sealed(state) + self._sealed(state)
        try:
            put_together({waiting_path(self._vault): content}, self._vault)
        except OSError:
            # A full disk. What lies there has the room, and cannot be read anyway.
            if waiting_path(self._vault).stat().st_size != len(content):
                raise
            self._put(content, 0)

    def _put(self, content: bytes, at: int) -> None:
        with os.fdopen(open_file(waiting_path(self._vault), os.O_WRONLY), "wb") as file:
            file.seek(at)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def _read(self) -> _State | None:
        try:
            content = read_file(waiting_path(self._vault), 2 * HALF + 1)
        except OSError:
            return None
        halves = (self._opened(content[start : start + HALF]) for start in (0, HALF))
        return max((half for half in halves if half is not None), key=lambda half: half.turn, default=None)

    def _sealed(self, state: _State) -> bytes:
        """One half. Raises ValueError for more than goes into it."""
        entries = [None if one is None else to_row(one) for one in state.entries]
        content = {"batch": state.batch, "turn": state.turn, "entries": entries}
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        if len(plain) > _ROOM:
            message = "more waits than there is room for"
            raise ValueError(message)
        return sealing.sealed(plain.ljust(_ROOM), self._file_key(), self._binding())

    def _opened(self, half: bytes) -> _State | None:
        """What stands in one half; None where it is not whole, or under another key."""
        plain = sealing.unsealed(half, self._file_key(), self._binding())
        if plain is None:
            return None
        try:
            content = json.loads(plain)
            batch, turn, rows = str(content["batch"]), int(content["turn"]), list(content["entries"])
        except _NOT_OURS:
            return None
        return _State(batch, turn, tuple(_entry(row) for row in rows))

    def _file_key(self) -> bytes:
        return hmac.digest(self._key().material, _BINDING, "sha256")

    def _binding(self) -> bytes:
        return _BINDING + self._vault_id().encode("utf-8")


# What reading raises that is sealed as it should be, and says what this program never wrote.
_NOT_OURS: Final = (ValueError, TypeError, KeyError, OverflowError, RecursionError)


def _entry(row: Any) -> Waits:
    """An entry; None for what is none."""
    try:
        for name, value in zip(_FIELDS, row, strict=True):
            if not (isinstance(value, str) or (value is None and name in _MAY_LACK)):
                return None
        entry = from_row(NewLogEntry, _FIELDS, row)
        return entry if list(to_row(entry)) == row else None
    except _NOT_OURS:
        return None


def _fresh() -> str:
    return secrets.token_hex(16)
