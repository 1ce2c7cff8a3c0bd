"""A vault: one encrypted file with the cases of one team or one worker, and who may open it.

Around `Name.borgvault` lie its key file and the copy of it, the moments of failed tries, room for the log on
a full disk, a write-ahead log while it is open (encrypted with the same key) and the folder with its backups;
no temporary files. A process
that has a vault open must not open its file in any other way: closing that second handle would drop the
vault's lock (POSIX).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from borg_triage.storage import (
    access,
    backup,
    backup_files,
    backup_keys,
    check,
    creating,
    entry,
    erasing,
    restoring,
    scrubbing,
    swap,
)
from borg_triage.storage.backup_files import Backup, Keeping
from borg_triage.storage.backup_way import DatedBackup
from borg_triage.storage.cases import CaseStore
from borg_triage.storage.check import Finding
from borg_triage.storage.database import GiveWay, Progress
from borg_triage.storage.door import Door
from borg_triage.storage.errors import PassphraseEmpty, VaultError
from borg_triage.storage.keying import RawKey, Secret
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.keys.strength import PassphraseRule
from borg_triage.storage.known_time import Doubt, KnownTime, WrongMoment
from borg_triage.storage.log import LogStore, NewLogEntry
from borg_triage.storage.people import MEMBER, PeopleStore, Person
from borg_triage.storage.recognise import working_place
from borg_triage.storage.retention import RetentionStore
from borg_triage.storage.saved_mark import Lost
from borg_triage.storage.settings import SettingStore
from borg_triage.storage.unbacked import Unbacked
from borg_triage.storage.unlocked import Clock, Unlocked, system_clock
from borg_triage.storage.upgrade import new_vault_id

EXTENSION: Final = ".borgvault"


class Vault:
    """An open vault. Use as a context manager, or call `close`.

    Made by `create`, `open` and `recover` only. Its stores, and all methods here, raise VaultError
    (`storage.errors`). A `RawKey` instead of a passphrase: a vault without a key file and without people.
    """

    def __init__(self, unlocked: Unlocked) -> None:
        self._unlocked = unlocked
        self._database = unlocked.database
        self.cases = CaseStore(self._database)
        self.settings: SettingStore = unlocked.settings
        self.people: PeopleStore = unlocked.people
        self.log: LogStore = unlocked.log
        self.retention = RetentionStore(self._database)
        self._known_time = KnownTime(self._database, self.settings)
        with suppress(VaultError):
            self._known_time.look(unlocked.clock())
        # Where the log stood: opening has just written there. With a bare key it may be damaged, unread yet.
        found_at = self.log.head().seq if unlocked.person.id else 0
        self._unbacked = Unbacked(self._database, found_at, unlocked.clock)
        # One at a time copies the file or puts another in its place.
        self._whole = Door()
        # One at a time changes who opens the vault, and with it the key files of the backups.
        self._ways_in = Door()

    @classmethod
    def create(
        cls,
        path: Path,
        secret: Secret,
        name: str = "",
        cost: Cost | None = None,
        clock: Clock = system_clock,
    ) -> Self:
        """Make a new vault, `name` its first owner, and open it.

        It appears under its name complete or not at all, whenever the machine stops. An existing file is
        never touched. cost: of the passphrase; what takes about a second here where left out. Raises what
        `creating` does, PassphraseEmpty, NameRefused, VaultReadOnly, NoSpace, VaultIoError.
        """
        if secret == "":
            raise PassphraseEmpty(path)
        path = creating.free_place(path)
        if isinstance(secret, RawKey):
            creating.make(path, secret, None, name, clock())
            return cls(entry.with_key(path, secret, name, clock))
        ring = KeyRing.create(new_vault_id(), name, secret, cost or Cost.calibrated())
        with ring.wiped_on_error():
            creating.make(path, ring.keys[ring.current], ring, name, clock())
        unlocked = entry.with_ring(path, ring, clock)
        entry.write_down(unlocked)
        return cls(unlocked)

    @classmethod
    def open(
        cls,
        path: Path,
        secret: Secret,
        name: str = "",
        cost: Cost | None = None,
        clock: Clock = system_clock,
    ) -> Self:
        """Open a vault and bring it to this program's version.

        Takes about the time of one key derivation (a second): call it off the window's thread. cost: of the
        new key slot where a vault of version 1 is converted. Raises TooSoon, WrongPassphrase (also for a name
        that is not known), KeyFileMissing, KeyFileDamaged, KeyFileForged, NotAVault, VaultDamaged,
        VaultTruncated, VaultNewer, VaultInUse, VaultMissing, VaultReadOnly, NoSpace, VaultIoError. An error
        that means damage names the backup to restore, where there is one.
        """
        if isinstance(secret, RawKey):
            return cls(entry.with_key(working_place(path), secret, name, clock))
        return cls(entry.with_passphrase(working_place(path), secret, name, clock, cost))

    @classmethod
    def recover(
        cls,
        path: Path,
        shares: Sequence[str],
        name: str,
        passphrase: str,
        cost: Cost | None = None,
        clock: Clock = system_clock,
    ) -> Self:
        """Open a vault with the shares of its recovery kit; `name` gets this passphrase and is an owner.

        Raises RecoveryRefused (`keys.share_errors`), NameRefused, PassphraseShort, PassphraseWeak, and what
        `open` raises.
        """
        place = working_place(path)
        return cls(entry.recovered(place, shares, name, passphrase, clock, cost or Cost.calibrated()))

    @classmethod
    def restore(
        cls,
        path: Path,
        source: Path | DatedBackup,
        secret: Secret = "",
        name: str = "",
        shares: Sequence[str] = (),
        clock: Clock = system_clock,
        cost: Cost | None = None,
    ) -> Path | None:
        """Put the backup `source` in the vault's place; what lay there is set aside, and where is returned.

        While the vault's key file is whole, the passphrase or the shares are those of now, of an owner, and
        the people of now open what is restored. Where the vault no longer knows the backup's key and nothing
        of now opens it (BackupOfThen), it is given as a `DatedBackup`. Without a whole key file the
        passphrase or shares are those of the backup's day, and its own key file comes along.

        With shares, a name and a passphrase: `name` opens the restored vault with that passphrase from then
        on, and is an owner, as after `recover`. Both happen in one step, or neither does.

        The vault at `path` need not open, nor be there. The backup is verified before anything is touched.
        Raises RestoreNeedsOwner, BackupOfThen, VaultInUse, TooSoon, WrongPassphrase, RecoveryRefused,
        NameRefused, PassphraseShort, PassphraseWeak, NoSpace, VaultReadOnly, VaultDamaged and the like (whose
        `path` says of which file); then the vault is as it was. After SwapUnfinished it is not: the next
        opening ends the restore.
        """
        if shares:
            way_in = restoring.WayIn(name, secret, cost) if name and isinstance(secret, str) else None
            return restoring.restore_with_shares(working_place(path), source, shares, way_in, clock)
        return restoring.restore(working_place(path), source, secret, name, clock)

    # ------------------------------------------------------------ what it is

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self._database.path

    @property
    def person(self) -> Person:
        """Who opened it. With a bare key: nobody in its list of people (id "")."""
        return self._unlocked.person

    @property
    def ring(self) -> KeyRing | None:
        """Its keys; None with a bare key."""
        return self._unlocked.ring

    @property
    def lost(self) -> Lost | None:
        """Between which moments something was stored that opening it found to be gone; None: nothing."""
        return self._unlocked.lost

    @contextmanager
    def saving(self) -> Iterator[None]:
        """One transaction over all stores and the log: all of the block or nothing, on disk at its end."""
        # Before it: what is undone in the block must not take along what waited.
        self._unlocked.tell_all()
        with self._database.transaction():
            yield

    def close(self) -> None:
        """Lock: let go of the file and the keys. Nothing is ever unsaved; calling twice is harmless."""
        if self._database.is_open and self.person.id:
            with suppress(VaultError):
                self._unlocked.tell_or_keep(self._unlocked.entry("lock"))
        self._database.close()
        self._unlocked.wipe()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ------------------------------------------------------------ who may open it

    def add_person(self, name: str, passphrase: str, role: str = MEMBER, cost: Cost | None = None) -> Person:
        """Let somebody in. Raises OwnerNeeded, NameRefused, PersonExists, PassphraseRefused."""
        with self._ways_in:
            return access.add_person(self._unlocked, name, passphrase, role, cost or Cost.calibrated())

    def withdraw(self, person_id: str, progress: Progress | None = None) -> None:
        """Keep somebody out from now on; the database key is rotated (see `rotate` for how long it takes).

        Raises OwnerNeeded, PersonMissing, LastOwner; NoSpace and the like with the person out already: then
        the next opening rotates the key.
        """
        with self._whole, self._ways_in:
            access.withdraw(self._unlocked, person_id, progress)

    def change_passphrase(self, old: str, new: str, cost: Cost | None = None) -> None:
        """Another passphrase for who opened it.

        Raises TooSoon, WrongPassphrase (counted as a try at opening is), PassphraseShort, PassphraseWeak.
        """
        with self._ways_in:
            access.change_passphrase(self._unlocked, old, new, cost or Cost.calibrated())

    def reset_passphrase(self, person_id: str, passphrase: str, cost: Cost | None = None) -> None:
        """The same for somebody who forgot it. Raises OwnerNeeded, PersonMissing, PassphraseRefused."""
        with self._ways_in:
            access.reset_passphrase(self._unlocked, person_id, passphrase, cost or Cost.calibrated())

    def set_role(self, person_id: str, role: str) -> None:
        """Make somebody owner or member. Raises OwnerNeeded, PersonMissing, LastOwner."""
        access.set_role(self._unlocked, person_id, role)

    def confirm(self, passphrase: str) -> None:
        """Ask the passphrase of who opened it once more, before what lasts; a second's work.

        A wrong one costs what it costs at the door, and stands in the log. Raises TooSoon, WrongPassphrase.
        """
        access.confirm(self._unlocked, passphrase)

    @property
    def passphrase_rule(self) -> PassphraseRule:
        """What the organisation asks of a passphrase."""
        return access.passphrase_rule(self.settings)

    def set_passphrase_rule(self, rule: PassphraseRule) -> None:
        """Ask something else of passphrases that are made from now on. Raises OwnerNeeded."""
        access.set_passphrase_rule(self._unlocked, rule)

    def make_recovery(self, threshold: int, shares: int) -> list[str]:
        """A new recovery kit in place of an earlier one: any `threshold` of its `shares` texts of words.

        They are nowhere kept. Raises OwnerNeeded; ValueError for a kit that cannot be.
        """
        with self._ways_in:
            return access.make_recovery(self._unlocked, threshold, shares)

    def rotate(self, progress: Progress | None = None) -> None:
        """Encrypt everything anew under a new database key; resumed at the next opening after a kill.

        Rewrites the whole file, and needs as much room again meanwhile. Raises OwnerNeeded, NoSpace and other
        VaultErrors: then the old key stands, and the vault is open as before. Where the disk failed right at
        the swap, or another program was quicker (VaultInUse), this vault is closed: opened again it has all
        that was stored, and what is left of the rotation is done.
        """
        with self._whole, self._ways_in:
            access.rotate(self._unlocked, progress)

    # ------------------------------------------------------------ what may be lost

    @property
    def keeping(self) -> Keeping:
        """How many backups are kept, how long, and after how many hours of work one is made."""
        return backup.keeping(self.settings)

    @keeping.setter
    def keeping(self, new: Keeping) -> None:
        """Raises OwnerNeeded; ValueError for less than one backup, day or hour."""
        access.set_keeping(self._unlocked, new)

    @property
    def changed(self) -> bool:
        """Whether anything was stored since the last backup, by this program or one that was killed."""
        return self._unbacked.any

    def backup_due(self) -> bool:
        """Whether it is time for one: after some hours of work, or at once for work that none holds yet."""
        return self._unbacked.due(self.keeping.hours)

    def backups(self) -> list[Backup]:
        """What there is to restore, newest first."""
        return backup_files.listed(self.path)

    def open_to_others(self) -> list[Backup]:
        """The backups that open for somebody who does not open the vault; none with a bare key."""
        return backup_keys.open_to_others(self.path, self._unlocked.key_file)

    def erasing_left(self) -> erasing.Left:
        """What is left of an erasing: the file, and the backups that hold or may hold what was erased."""
        return erasing.left(self._unlocked)

    def backup(self, progress: Progress | None = None) -> Backup:
        """Make a backup, verified before it gets its name; delete the surplus, and what holds erased cases.

        Work can go on meanwhile. Raises NoSpace, VaultReadOnly, VaultIoError, VaultDamaged.
        """
        with self._whole:
            vault, doubt = self._unlocked, self.clock_doubt()
            # What is written from here on may come too late for the copy.
            begun = self._unbacked.mark()
            made = backup.make(self._database, vault.key, vault.key_file, vault.clock(), progress)
            # Key files of before a change that came meanwhile. Nobody closes it while this is done.
            with self._ways_in, self._database.alone():
                if self._database.is_open:
                    vault.share_ring()
            with self._unbacked.no_work(), self.saving():
                vault.tell("backup", backup=made.stamp, seq=made.number, count=begun.seq)
            self._unbacked.are_held(begun)
            left = erasing.clear(vault, self._unbacked)
            backup.thin(vault.path, self.keeping, None if doubt else vault.clock(), left.held)
            with self._unbacked.no_work(), self.saving():
                backup_keys.forget_unused(vault.path, vault.settings)
        return made

    def clock_doubt(self) -> Doubt | None:
        """Why the clock can hardly be right, beside the last moment that this vault knows; None: it can."""
        with self._unbacked.no_work():
            return self._known_time.look(self._unlocked.clock())

    def wrong_moments(self) -> dict[str, list[WrongMoment]]:
        """By case, what was written of it at moments that cannot have been."""
        return self._known_time.wrong_moments()

    def trust_clock(self, told: NewLogEntry) -> None:
        """Keep that a person says that the clock is right. told: who; for the log."""
        with self.saving():
            self._known_time.trust(self._unlocked.clock())
            self.log.append(told)

    def finish_erasing(self, give_way: GiveWay | None = None) -> bool:
        """Do what is left of an erasing, no step twice. After a VaultError the rest is for the next call.

        give_way: with it, it makes room for whoever wants the vault, and when this says so: then it is False.
        """
        asked = None if give_way is None else lambda: self._whole.wanted or give_way()
        with self._whole:
            return scrubbing.finish(self._unlocked, self._unbacked, self.backup, asked)

    def scrub(self, progress: Progress | None = None) -> Backup:
        """Leave nothing of erased cases: write the file anew, make a backup, delete those that held them.

        Needs as much room again meanwhile. Raises NoSpace and other VaultErrors; the next call does the rest.
        """
        with self._whole:
            swap.rewrite(self._database, self._unlocked.key, erasing.file_is_written, progress)
            return self.backup()

    def note_reading(self, *told: NewLogEntry) -> None:
        """Write down that somebody is about to look. On a full disk it waits, and keeps nobody from reading.

        Raises NoTrace where there is not even room to wait: then nothing may be shown.
        """
        self._unlocked.tell_or_keep(*told)

    def note_log_read(self, kind: str, case_id: str | None = None) -> None:
        """Write down that the log, or that of one case, was read out: `kind` says how."""
        self.log.append(replace(self._unlocked.entry("read_log", kind=kind), case_id=case_id))

    def check(self) -> list[Finding]:
        """Read everything that belongs to the vault, and say what holds and what does not."""
        return check.run(self._unlocked)
