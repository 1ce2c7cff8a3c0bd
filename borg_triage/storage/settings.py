"""What a team sets for its vault: plain pairs of text, kept inside the encrypted file."""

from __future__ import annotations

from contextlib import AbstractContextManager

from borg_triage.storage.codec import clean
from borg_triage.storage.database import Database


class SettingStore:
    """The settings of one vault. Not a record: a new value replaces the old."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """The value, or None where nothing was set."""
        row = self._database.row("SELECT value FROM setting WHERE key = ?", (key,))
        return None if row is None else str(row[0])

    def put(self, key: str, value: str) -> None:
        """Set one value; on disk when this returns."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO setting (key, value) VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (clean(key), clean(value)),
            )

    def drop(self, key: str) -> None:
        """Set it no longer; on disk when this returns."""
        with self._database.transaction():
            self._database.execute("DELETE FROM setting WHERE key = ?", (clean(key),))

    def transaction(self) -> AbstractContextManager[None]:
        """One transaction for several; see `Database.transaction`."""
        return self._database.transaction()

    def all(self) -> dict[str, str]:
        """Every setting by key."""
        return dict(self._database.rows("SELECT key, value FROM setting ORDER BY key"))
