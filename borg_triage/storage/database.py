"""One encrypted file and its one connection: reads, transactions, and SQLCipher's errors as ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias
from weakref import WeakSet

from sqlcipher3 import dbapi2

from borg_triage.storage.door import Door
from borg_triage.storage.errors import (
    GaveWay,
    VaultClosed,
    VaultDamaged,
    VaultError,
    VaultMissing,
    from_sqlcipher,
)
from borg_triage.storage.keying import PAGE_BYTES, Secret, attached, settle
from borg_triage.storage.places import identity
from borg_triage.storage.saved_mark import SavedMark

Value: TypeAlias = str | bytes | int | None
Row: TypeAlias = tuple[Any, ...]
# Told how many pages of how many are done.
Progress: TypeAlias = Callable[[int, int], None]
# Asked whether work that can wait has to make room.
GiveWay: TypeAlias = Callable[[], bool]

# How many steps of SQLite's pass between two looks at how far an export is.
_OPERATIONS: int = 200_000
# The same between two looks at whether anybody waits: a row with much in it takes few steps, and long.
_OPERATIONS_GIVING_WAY: int = 50
# Some milliseconds' work each, so that whoever waits for the vault meanwhile does not notice.
_STEP_PAGES: int = 256


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLCipher's errors into ours, without the original behind it: it can quote a statement."""
    try:
        yield
    except dbapi2.Error as error:
        raise from_sqlcipher(error, path) from None


def _meter(target: Path, total: int, progress: Progress) -> Callable[[], int]:
    def look() -> int:
        with suppress(OSError):
            progress(min(target.stat().st_size // PAGE_BYTES, total), total)
        return 0

    return look


class Database:
    """A connection that has been unlocked. One thread at a time is let in; the others wait.

    path: the vault that errors name. file: where it lies, if elsewhere (a copy in the making).
    """

    def __init__(self, connection: dbapi2.Connection, path: Path, file: Path | None = None) -> None:
        self.path = path
        # Asked for the backup to name when damage shows.
        self.advise: Callable[[], Path | None] = lambda: None
        # Told of every save, for those that open the vault to be worked in.
        self.mark: SavedMark | None = None
        self._file = file or path
        self._identity = identity(self._file)
        self._connection: dbapi2.Connection | None = connection
        self._lock = Door()
        self._damage: VaultError | None = None
        _OPEN.add(self)

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
            if not self.in_place():
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
            if self.mark is not None:
                # It is stored: nothing that goes wrong from here on may say otherwise.
                with suppress(VaultError):
                    self.mark.store()

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

    def in_place(self) -> bool:
        """Whether the name still stands for the file that is open: not moved, deleted or replaced."""
        if self._identity is None:
            return self._file.exists()
        return identity(self._file) == self._identity

    @property
    def is_open(self) -> bool:
        """Whether it was not closed."""
        return self._connection is not None

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction runs. Raises VaultClosed."""
        with self._guarded() as connection:
            return bool(connection.in_transaction)

    @property
    def changes(self) -> int:
        """How many rows were written since it was opened. Raises VaultClosed."""
        with self._guarded() as connection:
            return int(connection.total_changes)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else in for the length of the block."""
        with self._lock:
            yield

    @property
    def wanted(self) -> bool:
        """Whether anybody waits to be let in."""
        return self._lock.wanted

    def copy_to(self, target: dbapi2.Connection, progress: Progress | None = None) -> None:
        """Write every page to another encrypted file, under that file's key. Raises VaultError.

        Others are let in between the steps, and what they write is copied too.
        """
        with self._guarded(other=True) as connection:

            def step(_: int, remaining: int, total: int) -> None:
                if progress is not None:
                    progress(total - remaining, total)
                self._let_others_in(connection)

            connection.backup(target, pages=_STEP_PAGES, progress=step, sleep=0)

    def _let_others_in(self, connection: dbapi2.Connection) -> None:
        self._lock.release()
        self._lock.acquire()
        if self._connection is not connection:
            raise VaultClosed(self.path)

    def export_to(
        self,
        target: Path,
        secret: Secret,
        progress: Progress | None = None,
        give_way: GiveWay | None = None,
    ) -> None:
        """Write every row anew to an existing empty file: nothing that was erased comes along.

        Nobody else is let in meanwhile. Raises VaultError; GaveWay once `give_way` says so.
        """
        gave_way = False

        def look() -> int:
            nonlocal gave_way
            gave_way = give_way is not None and give_way()
            return int(gave_way)

        with self._guarded(other=True) as connection, attached(connection, target, secret) as name:
            # Nobody reads it before it is whole: no waiting for the disk. But without any journal a full disk
            # would leave a copy that SQLite cannot let go of.
            connection.execute(f"PRAGMA {name}.journal_mode = MEMORY")
            connection.execute(f"PRAGMA {name}.synchronous = OFF")
            numbers = {
                pragma: connection.execute(f"PRAGMA main.{pragma}").fetchone()[0]
                for pragma in ("page_count", "user_version", "application_id")
            }
            if progress is not None:
                connection.set_progress_handler(_meter(target, numbers["page_count"], progress), _OPERATIONS)
            elif give_way is not None:
                connection.set_progress_handler(look, _OPERATIONS_GIVING_WAY)
            try:
                connection.execute("SELECT sqlcipher_export(?)", (name,)).fetchone()
            except dbapi2.Error:
                if gave_way:
                    raise GaveWay(self.path) from None
                raise
            finally:
                connection.set_progress_handler(None, 0)
            for pragma in ("user_version", "application_id"):
                connection.execute(f"PRAGMA {name}.{pragma} = {numbers[pragma]}")

    def put_aside(self) -> dbapi2.Connection:
        """Hand over the connection; until `take` everything raises VaultClosed. Raises VaultClosed."""
        with self._guarded() as connection:
            self._connection = None
            return connection

    def take(self, connection: dbapi2.Connection) -> None:
        """Go on with another connection to what lies under the vault's name now."""
        with self._lock:
            self._connection = connection
            self._identity = identity(self._file)
            self._damage = None

    def close(self) -> None:
        """Let go of the file. Safe to call twice; what was committed is on disk already."""
        with self._lock:
            connection, self._connection = self._connection, None
            _OPEN.discard(self)
            if connection is not None:
                with suppress(dbapi2.Error):
                    connection.close()
                if self.mark is not None and self.in_place():
                    self.mark.let_go()

    @contextmanager
    def _guarded(self, other: bool = False) -> Iterator[dbapi2.Connection]:
        """other: another file takes part, so that damage need not be this one's."""
        with self._lock:
            if self._connection is None:
                raise VaultClosed(self.path)
            try:
                with translated(self.path):
                    yield self._connection
            except VaultError as error:
                raise (error if other else self._first_damage(error)) from None

    def _first_damage(self, error: VaultError) -> VaultError:
        """After a page that does not authenticate SQLCipher calls all further writes "read-only"."""
        if isinstance(error, VaultDamaged) and self._damage is None:
            # First: looking for the backup to name may meet the same damage.
            self._damage = error
            error.naming(self.advise())
        return self._damage or error


# Those of this program that were not closed.
_OPEN: WeakSet[Database] = WeakSet()


def is_open_here(file: Path) -> bool:
    """Whether this program itself has a file open."""
    found = identity(file)
    return found is not None and any(one._identity == found for one in list(_OPEN))
