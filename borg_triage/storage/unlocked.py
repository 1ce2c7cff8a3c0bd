"""What an open vault consists of: its database, its keys, and who opened it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from borg_triage import __version__
from borg_triage.storage import backup, backup_keys, copying, waiting
from borg_triage.storage.database import Database
from borg_triage.storage.errors import (
    NoSpace,
    NoTrace,
    RecordRefused,
    VaultDamaged,
    VaultError,
    VaultIoError,
    VaultReadOnly,
)
from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.keyfile import KeyFile
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.log import LogStore, NewLogEntry
from borg_triage.storage.people import OWNER, PeopleStore, Person
from borg_triage.storage.saved_mark import Lost, SavedMark
from borg_triage.storage.settings import SettingStore

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The time."""
    return datetime.now(UTC)


def nobody(name: str = "") -> Person:
    """Who opens a vault with a bare key: the owner of the whole of it, and not in its list of people."""
    return Person(
        id="",
        slot_id=None,
        name=name,
        role=OWNER,
        added_at=datetime.min.replace(tzinfo=UTC),
        added_by="",
        withdrawn_at=None,
        withdrawn_by=None,
    )


class Unlocked:
    """An open vault from the inside. key: the one of the database now; ring: None with a bare key."""

    def __init__(self, database: Database, key: RawKey, ring: KeyRing | None, clock: Clock) -> None:
        self.database: Final = database
        self.key = key
        self.ring = ring
        self.clock: Final = clock
        self.person = nobody()
        self.people: Final = PeopleStore(database)
        self.log: Final = LogStore(database)
        self.settings: Final = SettingStore(database)
        self._waiting: Final = waiting.Waiting(database.path, self.settings, self._vault_id, lambda: self.key)
        self._past: dict[int, RawKey] = {}
        # What was found to be gone when it was opened.
        self.lost: Lost | None = None
        # Opened by a key file that is older than the vault.
        self.by_older_keys = False
        database.advise = self.backup_to_name
        database.mark = SavedMark(database.path, database.row, lambda: self.key)

    @property
    def path(self) -> Path:
        """Where the vault lies."""
        return self.database.path

    def entry(self, action: str, at: datetime | None = None, **detail: Any) -> NewLogEntry:
        """An entry for the log, by the person of now."""
        return NewLogEntry(
            at=at or self.clock(),
            action=action,
            person=self.person.name,
            person_id=self.person.id or None,
            role=self.person.role,
            program=__version__,
            detail=detail,
        )

    def tell(self, action: str, **detail: Any) -> None:
        """Write something down, in the transaction that runs. Raises VaultError."""
        self.log.append(self.entry(action, **detail))

    def make_room(self) -> None:
        """See that the log has room on a full disk too, and find what waits there. Raises VaultError."""
        with self.database.alone(), suppress(NoSpace, VaultReadOnly, VaultIoError, OSError):
            self._waiting.prepare()

    def make_room_anew(self) -> None:
        """The same for another key, after `tell_in_copy`."""
        with self.database.alone(), suppress(NoSpace, VaultReadOnly, VaultIoError, OSError):
            self._waiting.begin_anew()

    def tell_or_keep(self, *entries: NewLogEntry) -> None:
        """Write down what must not keep anybody from reading: on a full disk it waits, on disk as well.

        Raises NoTrace where it cannot even wait (then nothing may be shown), and other VaultErrors.
        """
        with self.database.alone():
            try:
                self.tell_all(*entries)
            except (NoSpace, VaultReadOnly, VaultIoError):
                self._waiting.keep(entries)

    def tell_all(self, *entries: NewLogEntry) -> None:
        """Write down what waits, then these: all or none, in a transaction of their own. VaultError."""
        # From the log to the file nobody else comes between, who would tell what waits again, or let
        # something wait that goes with it.
        with self.database.alone():
            if not (entries or self._waiting.entries):
                return
            if self.database.in_transaction:
                # What is undone with it must not take along what waited.
                self._append(entries)
                return
            with self.database.transaction():
                self._tell_what_waits(self.log, self.settings)
                self._append(entries)
            self._waiting.clear()

    def tell_in_copy(self, copy: Database, *entries: NewLogEntry) -> None:
        """Write down what waits, then these, in a copy that comes in the vault's place under another key."""
        log, settings = LogStore(copy), SettingStore(copy)
        with copy.transaction():
            self._tell_what_waits(log, settings)
            for entry in entries:
                log.append(entry)
            waiting.forget(settings)

    def _append(self, entries: Sequence[NewLogEntry]) -> None:
        for entry in entries:
            self.log.append(entry)

    def _tell_what_waits(self, log: LogStore, settings: SettingStore) -> None:
        """What the log does not take shows as lost, and keeps nobody from opening the vault."""
        lost = False
        for entry in self._waiting.entries:
            if entry is None:
                lost = True
                continue
            try:
                log.append(entry)
            except RecordRefused:
                lost = True
        if lost:
            log.append(self.entry("waiting_lost"))
        self._waiting.note_told(settings)

    def _vault_id(self) -> str:
        row = self.database.row("SELECT id FROM vault")
        return str(row[0]) if row else ""

    def keep_ring(self, ring: KeyRing) -> None:
        """Go on with another ring: its file on disk, for the backups too. Raises VaultError."""
        keyfile.write(self.path, ring.file)
        self.ring = ring
        self.share_ring()

    def share_ring(self) -> None:
        """Let the backups be opened by whoever opens the vault, and by nobody else, as far as can be."""
        if self.ring is not None:
            backup_keys.share(self.path, self.ring, self.past_keys())

    def past_keys(self) -> Mapping[int, RawKey]:
        """The database keys of before of which there are still backups; none where they cannot be read."""
        try:
            found = backup_keys.past_keys(self.settings)
        except VaultError:
            return self._past
        before = self._past
        # The same objects for as long as they hold: somebody may be at work with them.
        same = {generation: key for generation, key in found.items() if before.get(generation) == key}
        self._past = {**found, **{generation: before[generation] for generation in same}}
        for key in (*same.values(), *(before[one] for one in before.keys() - same.keys())):
            key.wipe()
        return self._past

    @property
    def key_file(self) -> KeyFile | None:
        """Who can open the vault; None with a bare key."""
        return None if self.ring is None else self.ring.file

    def keys(self) -> list[RawKey]:
        """Every database key at hand, the present one first, then those of before, the newest first."""
        others = [] if self.ring is None else [key for key in self.ring.keys.values() if key != self.key]
        past = self.past_keys()
        return [self.key, *others, *(past[generation] for generation in sorted(past, reverse=True))]

    def look_for_loss(self) -> None:
        """See whether all that was stored is there, before the write-ahead log goes into the file.

        Raises VaultDamaged where what is left does not hold together.
        """
        mark = self.database.mark
        self.lost = mark.lost() if mark is not None else None
        if self.lost is not None and not copying.holds_together(self.database):
            raise VaultDamaged(self.path)

    def tell_of_loss(self) -> None:
        """Write down that something is gone: nothing else finds it once more is stored, or it is closed.

        It waits as an opening does. Raises NoTrace where it cannot even wait, and other VaultErrors.
        """
        if self.lost is None:
            return
        self.make_room()
        try:
            self.tell_or_keep(self.entry("saved_lost"))
        except NoTrace:
            # The note stays beside the vault, for the next opening to find.
            self.database.mark = None
            raise

    def backup_to_name(self) -> Path | None:
        """The backup to name to somebody whose vault is damaged; None where there is none."""
        with suppress(VaultError):
            vault_id = None if self.ring is None else self.ring.vault_id
            return backup.newest_that_opens(self.path, self.keys(), vault_id)
        return None

    def wipe(self) -> None:
        """Forget the keys. A bare key is the caller's, and left alone."""
        for key in self._past.values():
            key.wipe()
        if self.ring is not None:
            self.key.wipe()
            self.ring.wipe()
