"""One encrypted file and its one connection: reads, transactions, and SQLCipher's errors as ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

from sqlcipher3 import dbapi2

from borg_triage.storage.errors import (
    VaultClosed,
    VaultDamaged,
    VaultError,
    VaultMissing,
    from_sqlcipher,
)
from borg_triage.storage.keying import settle

Value: TypeAlias = str | bytes | int | None
Row: TypeAlias = tuple[Any, ...]


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLCipher's errors into ours, without the original behind it: it can quote a statement."""
    try:
        yield
    except dbapi2.Error as error:
        raise from_sqlcipher(error, path) from None


class Database:
    """A connection that has been unlocked. One thread at a time is let in; the others wait."""

    def __init__(self, connection: dbapi2.Connection, path: Path) -> None:
        self.path = path
        self._connection: dbapi2.Connection | None = connection
        self._lock = threading.RLock()
        self._damage: VaultError | None = None

    def settle(self) -> None:
        """Set what every vault is used with; once, before anything else. Raises VaultError."""
        with self._guarded() as connection:
            settle(connection)

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """All rows of one SELECT. Raises VaultError."""
        with self._guarded() as connection:
            found: list[Row] = connection.execute(sql, parameters).fetchall()
            return found

    def row(self, sql: str, parameters: Sequence[Value] = ()) -> Row | None:
        """The first row of one SELECT, or None. Raises VaultError."""
        with self._guarded() as connection:
            found: Row | None = connection.execute(sql, parameters).fetchone()
            return found

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block's `execute`s or none; on disk (fsync) when the block has ended without error.

        Inside another transaction it is part of that one.
        """
        with self._guarded() as connection:
            if connection.in_transaction:
                yield
                return
            if self._damage is not None:
                raise self._damage
            # The system would go on writing into a deleted file, and the row would be gone at closing.
            if not self.path.exists():
                raise VaultMissing(self.path)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                # SQLite rolls back by itself on a full disk; then there is nothing left to undo.
                with suppress(dbapi2.Error):
                    connection.execute("ROLLBACK")
                raise

    def execute(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """One statement of a transaction; the row number of what it inserted. Raises VaultError."""
        with self._guarded() as connection:
            return connection.execute(sql, parameters).lastrowid or 0

    def script(self, sql: str) -> None:
        """Several statements; they open and end their transaction themselves. Raises VaultError."""
        with self._guarded() as connection:
            try:
                connection.executescript(sql)
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def close(self) -> None:
        """Let go of the file. Safe to call twice; what was committed is on disk already."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                with suppress(dbapi2.Error):
                    connection.close()

    @contextmanager
    def _guarded(self) -> Iterator[dbapi2.Connection]:
        with self._lock:
            if self._connection is None:
                raise VaultClosed(self.path)
            try:
                with translated(self.path):
                    yield self._connection
            except VaultError as error:
                raise self._first_damage(error) from None

    def _first_damage(self, error: VaultError) -> VaultError:
        """After a page that does not authenticate SQLCipher calls all further writes "read-only"."""
        if isinstance(error, VaultDamaged):
            self._damage = error
        return self._damage or error
