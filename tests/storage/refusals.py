"""One step after another refused: by the file system, by fsync, or by SQLCipher.

What fails is the system beneath the program (files, disk, database engine), never a part of our own.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

# What a program does to a folder, as Python tells of it before it is done.
_EVENTS = frozenset(("os.rename", "os.link", "os.remove", "os.mkdir", "open"))


class Refusals:
    """Counts the steps in a folder, and refuses the one with the number `at`; all later ones too if `on`.

    A step that moves a file or commits counts twice: before it, and after (an answer that got lost).
    """

    def __init__(self, folder: Path, at: int, on: bool) -> None:
        self._folder, self._at, self._on = str(folder), at, on
        self._met = 0

    @property
    def refused(self) -> bool:
        """Whether it came to that."""
        return self._met >= self._at

    def file(self, *concerned: object) -> None:
        """A step with a file. Raises OSError."""
        if self._now(concerned):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def database(self) -> None:
        """A step of SQLCipher. Raises dbapi2.OperationalError."""
        if self._now((self._folder,)):
            message = "disk I/O error"
            raise dbapi2.OperationalError(message)

    def _now(self, concerned: tuple[object, ...]) -> bool:
        if not any(self._folder in str(one) for one in concerned):
            return False
        self._met += 1
        return self._met == self._at or (self._on and self._met > self._at)


# The one that counts now: an audit hook cannot be taken away again.
_counting: list[Refusals] = []


_undeletable: set[str] = set()


class Replaces:
    """Counts the files in a folder that get the name of another, and refuses those with these numbers."""

    def __init__(self, folder: Path, numbers: Collection[int]) -> None:
        self._folder, self._numbers = str(folder), numbers
        self._met = 0

    def file(self, target: object) -> None:
        """One more. Raises PermissionError, as where another program has the file open on Windows."""
        if self._folder in str(target):
            self._met += 1
            if self._met in self._numbers:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


_replaces: list[Replaces] = []


def _told(event: str, arguments: tuple[Any, ...]) -> None:
    if _replaces and event == "os.rename":
        _replaces[0].file(arguments[1])
    if event == "os.remove" and str(arguments[0]) in _undeletable:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    if _counting and event in _EVENTS:
        _counting[0].file(*arguments[:2])


sys.addaudithook(_told)


class _Connection(dbapi2.Connection):
    """SQLCipher's connection that now and then says what a failing disk makes it say."""

    def execute(self, sql: str, *parameters: Any) -> Any:
        # In a write-ahead log undoing touches no file.
        if sql != "ROLLBACK":
            self._step()
        done = super().execute(sql, *parameters)
        if sql == "COMMIT":
            self._step()
        return done

    @staticmethod
    def _step() -> None:
        if _counting:
            _counting[0].database()


def _after(real: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    done = real(*arguments, **named)
    if _counting:
        _counting[0].file(*arguments)
    return done


def _connect(real: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    if _counting:
        _counting[0].database()
    return real(*arguments, factory=_Connection, **named)


def _sync(real: Callable[[int], None], handle: int) -> None:
    if _counting:
        _counting[0].file(_counting[0]._folder)
    real(handle)


def prepare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a test, before the vault is opened."""
    monkeypatch.setattr(dbapi2, "connect", partial(_connect, dbapi2.connect))
    monkeypatch.setattr(os, "replace", partial(_after, os.replace))
    monkeypatch.setattr(os, "fsync", partial(_sync, os.fsync))


@contextmanager
def refusing(folder: Path, at: int, *, on: bool = False) -> Iterator[Refusals]:
    """In the block step number `at` in `folder` fails, and with `on` every one that comes after it."""
    _counting.append(Refusals(folder, at, on))
    try:
        yield _counting[0]
    finally:
        _counting.clear()


@contextmanager
def refusing_replaces(folder: Path, *numbers: int) -> Iterator[None]:
    """In the block these of the replaces in a folder fail, and nothing else does."""
    _replaces.append(Replaces(folder, numbers))
    try:
        yield
    finally:
        _replaces.clear()


@contextmanager
def undeletable(*paths: Path) -> Iterator[None]:
    """In the block these files cannot be removed, as where another program has them open on Windows."""
    _undeletable.update(map(str, paths))
    try:
        yield
    finally:
        _undeletable.difference_update(map(str, paths))
