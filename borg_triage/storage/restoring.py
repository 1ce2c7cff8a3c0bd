"""Putting a backup back: by an owner of now while the vault's key file is whole, else by the backup's own.

With a whole key file the backup comes under the present database key, and who opens it are the people of now:
nobody comes back in by a backup of before. Only where the key file is lost or damaged does the backup's own
say who opens it; that is what it is for, and the log says that it was so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from borg_triage.storage import (
    access,
    backup,
    backup_files,
    backup_keys,
    copying,
    entry,
    erasing,
    present,
    roles_of_then,
    swap,
    upgrade,
    waiting,
)
from borg_triage.storage.backup_way import DatedBackup, Found, counted, fitting, opened_then, own
from borg_triage.storage.database import Database
from borg_triage.storage.errors import (
    FolderMissing,
    KeyFileDamaged,
    KeyFileForged,
    KeyFileMissing,
    VaultError,
    VaultMissing,
    WrongPassphrase,
)
from borg_triage.storage.keying import RawKey, Secret
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import KeyFile
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.keys.share_errors import ShareForeign, ShareForeignBackup
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.people import OWNER, PeopleStore, Person
from borg_triage.storage.recognise import refuse_backup
from borg_triage.storage.settings import SettingStore
from borg_triage.storage.unlocked import Clock, Unlocked, nobody


class RestoreNeedsOwner(VaultError):
    """Putting a backup back takes back what was done since: only an owner of now does that."""

    KEY = "vault.error.restore_needs_owner"


class WayIn(NamedTuple):
    """A name and the new passphrase for it. cost: of the passphrase; None for what takes a second here."""

    name: str
    passphrase: str
    cost: Cost | None


def restore(path: Path, dated: Path | DatedBackup, secret: Secret, name: str, clock: Clock) -> Path | None:
    """See `Vault.restore`: with a passphrase, or a bare key."""
    source = _prepare(path, dated)
    if isinstance(secret, RawKey):
        key = fitting(source, [secret])
        with suppress(KeyFileMissing):
            return _as_it_was(path, source, Found(key, keyfile.read(source)), clock)
        return _as_it_was(path, source, Found(key), clock)
    now = _present_keys(path)
    ring = None
    if now is not None:
        ring = _unforged(lambda: counted(path, lambda: KeyRing.unlock(now, path, name, secret)))
    if ring is None:
        found = counted(path, lambda: own(source, name, secret))
        try:
            return _as_it_was(path, source, found, clock, "no_key_file")
        finally:
            found.wipe()
    return _by_owner(path, source, ring, lambda: opened_then(path, dated, name, secret, ()), None, clock)


def restore_with_shares(
    path: Path, dated: Path | DatedBackup, shares: Sequence[str], way_in: WayIn | None, clock: Clock
) -> Path | None:
    """See `Vault.restore`: with shares of a recovery kit, and a way in for who has no passphrase."""
    source, now = _prepare(path, dated), _present_keys(path)
    ring = None if now is None else _unforged(lambda: KeyRing.recover(now, path, shares))
    if ring is None:
        aside = _with_kit_of_then(path, source, shares, way_in, clock)
    else:
        aside = _by_owner(path, source, ring, lambda: opened_then(path, dated, "", "", shares), way_in, clock)
    if way_in is not None:
        # They are in the log now, and who holds the sheets need not wait for the tries of before.
        Tries(path).take()
    return aside


def _prepare(path: Path, dated: Path | DatedBackup) -> Path:
    source = dated.path if isinstance(dated, DatedBackup) else dated
    refuse_backup(path)
    if not source.is_file():
        raise VaultMissing(source)
    if not path.parent.is_dir():
        raise FolderMissing(path)
    swap.settle(path)
    return source


def _present_keys(path: Path) -> KeyFile | None:
    """The vault's own key file; None where it is lost or damaged, or of a vault that never had one."""
    try:
        return keyfile.read(path)
    except (KeyFileMissing, KeyFileDamaged):
        return None


def _unforged(unlock: Callable[[], KeyRing]) -> KeyRing | None:
    """None for a key file that somebody without a way in wrote in: that is a damaged one."""
    try:
        return unlock()
    except KeyFileForged:
        return None


# ---------------------------------------------------------------- the key file of now is whole


def _by_owner(
    path: Path, source: Path, ring: KeyRing, then: Callable[[], Found], way_in: WayIn | None, clock: Clock
) -> Path | None:
    """Put the backup back under the present key, for the people of now. then: opens it by its own key file.

    ring: of who asks for it, by the present key file; it is wiped. Raises RestoreNeedsOwner, BackupOfThen.
    """
    known, found = present.read(path, ring, source), None
    try:
        if known.key is not None:
            _refuse_who_is_no_owner(path, ring, known.people)
        keys = {**known.past, **ring.keys}
        ours = _known(source, keys)
        found = ours or then()
        if known.key is None:
            _refuse_who_is_no_owner(path, ring, _people_told(known, source, found), found)
        if ours is None and not _is_of(source, found.secret, ring.vault_id):
            return _as_it_was(path, source, found, clock)
        if isinstance(found.secret, RawKey) and found.generation:
            keys.setdefault(found.generation, found.secret)
        told = _told(path, source, found.secret, known.key, "vault_unread")
        newest = max(ring.keys)
        key = ring.keys[newest]
        # During a rotation the older key of the ring too: the next opening drops it from the key file.
        past = {generation: one for generation, one in keys.items() if generation != newest}

        def change(copy: Database) -> KeyFile:
            upgrade.migrate_copy(copy, clock(), ring.slot_id)
            with copy.transaction():
                backup_keys.remember(SettingStore(copy), past)
                vault = _in_copy(copy, key, ring, clock)
                present.bring_people(vault, known.people)
                erasing.remember(copy, known.erased)
                present.bring_notices(vault.settings, known.notices)
                keys_of_now = _finished(vault, path, way_in, told)
                if known.key is None:
                    roles_of_then.note(vault)
                return keys_of_now

        return backup.restore(path, source, found.secret, key, change)
    finally:
        ring.wipe()
        if found is not None:
            found.wipe()
        for past_key in known.past.values():
            past_key.wipe()


def _known(source: Path, keys: dict[int, RawKey]) -> Found | None:
    newest_first = sorted(keys, reverse=True)
    key = next((keys[one] for one in newest_first if copying.fits(source, keys[one], source)), None)
    return None if key is None else Found(fitting(source, [key]))


def _people_told(known: present.Present, source: Path, found: Found) -> list[Person] | None:
    """Who the people are, by what can be read; None where nothing says."""
    people = list(known.people)
    ids = {person.id for person in people}
    with suppress(VaultError), copying.seen(source, found.secret, source) as database:
        people += [one for one in PeopleStore(database).all(withdrawn=True) if one.id not in ids]
    return people or None


def _refuse_who_is_no_owner(
    path: Path, ring: KeyRing, people: list[Person] | None, found: Found | None = None
) -> None:
    """The holder of the recovery kit is an owner; and where nothing that can be read says who is one, whoever
    opens both the key file and the backup is taken for one. Raises RestoreNeedsOwner.
    """
    kit = ring.file.recovery_slot
    if people is None or (kit is not None and kit.id == ring.slot_id):
        return
    slots = {ring.slot_id}
    if found is not None and found.keys is not None and found.keys.vault != ring.vault_id:
        # The key file beside the vault is another vault's.
        slots.add(found.slot_id or "")
    if not any(one.slot_id in slots and one.role == OWNER and one.withdrawn_at is None for one in people):
        raise RestoreNeedsOwner(path)


def _is_of(source: Path, secret: Secret, vault_id: str) -> bool:
    """Whether a backup is of this vault; one of version 1 is of none."""
    if isinstance(secret, str):
        return False
    with copying.seen(source, secret, source) as database:
        row = database.row("SELECT id FROM vault")
    return row is not None and row[0] == vault_id


def _finished(vault: Unlocked, path: Path, way_in: WayIn | None, told: dict[str, Any]) -> KeyFile:
    """Write down in a copy who put it back, and let them in who have no passphrase; the key file with it."""
    ring = access.needed_ring(vault)
    keys = ring.file
    vault.person = vault.people.by_slot(ring.slot_id) or nobody()
    if way_in is not None:
        for one in entry.failures(path):
            vault.log.append(one)
        cost = way_in.cost or Cost.calibrated()
        keys = access.reinstate_in_copy(vault, way_in.name, way_in.passphrase, cost)
    kit = ring.file.recovery_slot
    if way_in is None and (kit is None or kit.id != ring.slot_id) and vault.person.withdrawn_at is not None:
        # Somebody who left, as this backup has it, and came back by another one.
        raise RestoreNeedsOwner(path)
    vault.tell("restore", **told)
    return keys


# ---------------------------------------------------------------- by the backup's own key file


def _as_it_was(path: Path, source: Path, found: Found, clock: Clock, why: str = "") -> Path | None:
    """Put the backup back with its own key file: who opens it are the people of its day."""
    key = found.secret
    told, notices = _told(path, source, key, key, why), present.notices(path, key)

    def change(copy: Database) -> KeyFile | None:
        # One of version 1 is converted when it is opened, and its log begins then.
        if isinstance(key, RawKey):
            upgrade.migrate_copy(copy, clock(), found.slot_id)
            vault = _in_copy(copy, key, None, clock)
            present.add_notices(vault.settings, notices)
            if found.slot_id is not None:
                vault.person = _who_stays(source, vault.people.by_slot(found.slot_id))
            vault.tell("restore", **told)
            if why:
                roles_of_then.note(vault)
        return found.keys

    return backup.restore(path, source, key, key, change)


def _who_stays(source: Path, person: Person | None) -> Person:
    """Its key file may let in somebody who came later; the restored vault would not. WrongPassphrase."""
    if person is None or person.withdrawn_at is not None:
        raise WrongPassphrase(source)
    return person


def _with_kit_of_then(
    path: Path, source: Path, shares: Sequence[str], way_in: WayIn | None, clock: Clock
) -> Path | None:
    try:
        ring = KeyRing.recover(keyfile.read(source), source, shares)
    except ShareForeign as error:
        raise ShareForeignBackup(source, error.share) from None
    try:
        key = fitting(source, list(ring.keys.values()))
        told, notices = _told(path, source, key, key, "no_key_file"), present.notices(path, key)

        def change(copy: Database) -> KeyFile:
            upgrade.migrate_copy(copy, clock(), ring.slot_id)
            vault = _in_copy(copy, ring.keys[ring.current], ring, clock)
            present.add_notices(vault.settings, notices)
            keys = _finished(vault, path, way_in, told)
            roles_of_then.note(vault)
            return keys

        return backup.restore(path, source, key, key, change)
    finally:
        ring.wipe()


# ---------------------------------------------------------------- what both share


def _in_copy(copy: Database, key: RawKey, ring: KeyRing | None, clock: Clock) -> Unlocked:
    vault = Unlocked(copy, key, ring, clock)
    # The note of what was saved, beside the vault, is about the file that still lies there.
    copy.mark = None
    waiting.forget_elsewhere(copy.path, vault.settings)
    return vault


def _told(path: Path, source: Path, secret: Secret, key: Secret | None, why: str) -> dict[str, Any]:
    """What the log says of it: which backup, and how many entries the vault that it replaces has beyond it.

    secret: of the backup. key: of the vault, if that is known.
    """
    beside = (one for one in backup_files.listed(path) if one.path.resolve() == source.resolve())
    # What is made later is numbered on from the newest there is.
    told: dict[str, Any] = {"seq": backup_files.newest_number(path)}
    for one in beside:
        told["backup"] = one.stamp
    later = None if key is None else present.later_entries(path, key, source, secret)
    if later is not None:
        told["entries"] = later
    if why and (later is None or why == "no_key_file"):
        return {**told, "why": why}
    return told if later is None else {**told, "kind": "counted"}
