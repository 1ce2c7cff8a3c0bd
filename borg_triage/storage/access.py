"""Who may open a vault: people come and go, passphrases and recovery kits change, the database key too.

The key file says who can open the vault, the database who they are. They change one after the other, so a
kill can leave them apart, which the next opening ends (`agreeing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from borg_triage.storage import backup, backup_keys, given, newest_keys, swap
from borg_triage.storage.backup_files import Keeping
from borg_triage.storage.database import Database, Progress
from borg_triage.storage.errors import TooSoon, VaultClosed, VaultError, WrongPassphrase
from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import KeyFile
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.keys.strength import PassphraseRule, check
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.people import OWNER, Person, PersonExists, PersonMissing
from borg_triage.storage.places import identity
from borg_triage.storage.settings import SettingStore
from borg_triage.storage.unlocked import Unlocked

_LENGTH = "passphrase.length"
_SCORE = "passphrase.score"


class KeyFileNeeded(VaultError):
    """A vault that is opened with a bare key has no people."""

    KEY = "vault.error.key_file_needed"


class OwnerNeeded(VaultError):
    """Only an owner changes who opens the vault, its recovery kit, key and rules, and what backups stay."""

    KEY = "vault.error.owner_needed"


def passphrase_rule(settings: SettingStore) -> PassphraseRule:
    """What the organisation asks of a passphrase; the usual where it set nothing, or nothing sensible."""
    try:
        return PassphraseRule(int(settings.get(_LENGTH) or 14), int(settings.get(_SCORE) or 2))
    except ValueError:
        return PassphraseRule()


def set_passphrase_rule(vault: Unlocked, rule: PassphraseRule) -> None:
    """Ask something else of passphrases that are made from now on. Raises OwnerNeeded."""
    _owned(vault)
    with vault.database.transaction():
        vault.settings.put(_LENGTH, str(rule.length))
        vault.settings.put(_SCORE, str(rule.score))
        vault.tell("passphrase_rule_changed", length=rule.length, score=rule.score)


def add_person(vault: Unlocked, name: str, passphrase: str, role: str, cost: Cost) -> Person:
    """Let somebody in.

    Raises OwnerNeeded, NameRefused, PersonExists, PassphraseShort, PassphraseWeak.
    """
    ring = _owned(vault)
    _refuse_weak(vault, passphrase, name)
    if vault.people.by_name(name) is not None:
        raise PersonExists(vault.path, name=name)
    grown, slot_id = ring.with_person(name, passphrase, cost)
    with _changing(vault, grown), vault.database.transaction():
        person = vault.people.add(name, role, slot_id, vault.clock(), vault.person.name)
        vault.tell("person_added", person=person.id, kind=role)
    return person


def withdraw(vault: Unlocked, person_id: str, progress: Progress | None = None) -> None:
    """Keep somebody out from now on, with a new database key: a kept key file opens only the past.

    Raises OwnerNeeded, PersonMissing, LastOwner. NoSpace and the like can come when the person is out already
    and the old key still in use: then the next opening rotates it.
    """
    ring = _owned(vault)
    slot_id = vault.people.get(person_id).slot_id
    with vault.database.transaction():
        vault.people.withdraw(person_id, vault.clock(), vault.person.name)
        given.settle(vault.settings, person_id)
        vault.tell("person_withdrawn", person=person_id)
    if slot_id is not None and any(slot.id == slot_id for slot in ring.file.slots):
        go_on(vault, ring.without(slot_id))
    if not rotating(vault):
        go_on(vault, needed_ring(vault).begin_rotation())
    end_rotation(vault, progress)


def change_passphrase(vault: Unlocked, old: str, new: str, cost: Cost) -> None:
    """Another passphrase for whoever opened the vault.

    Raises TooSoon, WrongPassphrase, PassphraseShort, PassphraseWeak.
    """
    ring = needed_ring(vault)
    _refuse_weak(vault, new, vault.person.name)
    _ask_again(vault, ring, old, "passphrase_change")
    with _changing(vault, ring.with_passphrase(ring.slot_id, new, cost)), vault.database.transaction():
        given.settle(vault.settings, vault.person.id)
        vault.tell("passphrase_changed", person=vault.person.id)


def reset_passphrase(vault: Unlocked, person_id: str, passphrase: str, cost: Cost) -> None:
    """A new passphrase for somebody who forgot theirs: the same person, with the same cases.

    The database key stays: what was forgotten is known to nobody. Raises OwnerNeeded, PersonMissing,
    PassphraseShort, PassphraseWeak.
    """
    ring = _owned(vault)
    person = vault.people.get(person_id)
    if person.withdrawn_at is not None:
        raise PersonMissing(vault.path)
    _refuse_weak(vault, passphrase, person.name)
    before, changed = ring.file, ring.with_passphrase(str(person.slot_id), passphrase, cost)
    # First the log: whenever the machine stops, nobody gets in as somebody else without a trace.
    with changed.wiped_on_error(), vault.database.transaction():
        given.note(vault.settings, person.id, vault.clock(), vault.person.name)
        _tell_of(vault, person, "passphrase_changed", why="owner")
    try:
        with _changing(vault, changed):
            pass
    except BaseException:
        # Where the old key file could not be put back either, the new passphrase may open: then it was given.
        if keyfile.holds_only(vault.path, before):
            with suppress(VaultError), vault.database.transaction():
                given.take_back(vault.settings, person.id)
                _tell_of(vault, person, "passphrase_changed", why="owner_failed")
        raise


def set_role(vault: Unlocked, person_id: str, role: str) -> None:
    """Make a member an owner, or an owner a member. Raises OwnerNeeded, PersonMissing, LastOwner."""
    _owned(vault)
    with vault.database.transaction():
        person = vault.people.set_role(person_id, role)
        _tell_of(vault, person, "role_changed", kind=role)
    if person.id == vault.person.id:
        vault.person = person


def _tell_of(vault: Unlocked, person: Person, action: str, **detail: Any) -> None:
    """Write down what was done to somebody, whom the log then names."""
    vault.log.append(replace(vault.entry(action, person=person.id, **detail), recipient=person.name))


def make_recovery(vault: Unlocked, threshold: int, shares: int) -> list[str]:
    """A new recovery kit in place of an earlier one; its words, shown once.

    Raises OwnerNeeded; ValueError for a kit that cannot be (2 of 1).
    """
    made, words = _owned(vault).with_recovery(threshold, shares)
    with _changing(vault, made):
        vault.log.append(vault.entry("recovery_made", threshold=threshold, shares=shares))
    return words


def rotate(vault: Unlocked, progress: Progress | None = None) -> None:
    """Encrypt everything anew under a new database key; a rotation that was interrupted is gone on with.

    After an error the old key stands and the vault is open as before. But where the disk failed at the swap
    or after it, or another program was quicker, the key file keeps both keys, the vault may be closed, and
    the next opening, or this again, does what is left. Raises OwnerNeeded, VaultError.
    """
    ring = _owned(vault)
    if rotating(vault):
        end_rotation(vault, progress)
        return
    before = identity(vault.path)
    try:
        go_on(vault, ring.begin_rotation())
        end_rotation(vault, progress)
    except BaseException:
        # A key file that lacks the key in use is the loss of everything: only where the file that has the
        # vault's name is the old one for certain.
        if rotating(vault) and vault.database.is_open and before == identity(vault.path) is not None:
            with suppress(VaultError):
                _step_back(vault)
        raise


def _step_back(vault: Unlocked) -> None:
    """Forget the new key of a rotation that did not come to the swap."""
    ring = needed_ring(vault)
    present = next(generation for generation, key in ring.keys.items() if key == vault.key)
    go_on(vault, ring.end_rotation(present))


def rotating(vault: Unlocked) -> bool:
    """Whether a rotation was begun and not ended."""
    return vault.ring is not None and len(vault.ring.keys) > 1


def end_rotation(vault: Unlocked, progress: Progress | None = None) -> None:
    """Do what is left of a rotation: the whole of it, or only to forget the old key. Raises VaultError."""
    ring = needed_ring(vault)
    newest = max(ring.keys)
    if ring.keys[newest] != vault.key:
        # Whoever else has something to write down waits: for the new key.
        with vault.database.alone():
            _rewrite(vault, ring, newest, progress)
    # Where the new key was in use already it may be known nowhere else: a restore came in between.
    backup_keys.remember_dropped(vault.settings, ring, newest)
    go_on(vault, ring.end_rotation(newest))


def _rewrite(vault: Unlocked, ring: KeyRing, newest: int, progress: Progress | None) -> None:
    """Put the vault under its newest key."""
    past = {generation: key for generation, key in ring.keys.items() if generation != newest}
    # What waits for the log does so under the old key, which somebody may hold who is out.
    vault.make_room()

    def tell(copy: Database) -> None:
        # In the same step as the new key: there are backups under the old one.
        backup_keys.remember(SettingStore(copy), past)
        vault.tell_in_copy(copy, vault.entry("key_rotated", generation=newest))

    key = RawKey(ring.keys[newest].material)
    try:
        swap.rewrite(vault.database, key, tell, progress)
    except BaseException:
        key.wipe()
        raise
    old, vault.key = vault.key, key
    old.wipe()
    vault.make_room_anew()


def reinstate(vault: Unlocked, name: str, passphrase: str, cost: Cost) -> None:
    """A new passphrase for `name` by the recovery kit, as an owner: of the person of that name, or a new one.

    Raises NameRefused, PassphraseShort, PassphraseWeak.
    """
    changed, slot_id = _with_way_in(vault, name, passphrase, cost)
    with _changing(vault, changed), vault.database.transaction():
        _let_in_as_owner(vault, name, slot_id)


def reinstate_in_copy(vault: Unlocked, name: str, passphrase: str, cost: Cost) -> KeyFile:
    """The same in a copy that has no place yet: the key file is given back, and written nowhere."""
    changed, slot_id = _with_way_in(vault, name, passphrase, cost)
    try:
        with vault.database.transaction():
            _let_in_as_owner(vault, name, slot_id)
        return changed.file
    finally:
        changed.wipe()


def _with_way_in(vault: Unlocked, name: str, passphrase: str, cost: Cost) -> tuple[KeyRing, str]:
    """A ring in which this passphrase opens for `name`, and the id of the slot."""
    ring = needed_ring(vault)
    _refuse_weak(vault, passphrase, name)
    person = vault.people.by_name(name)
    if person is not None and any(slot.id == person.slot_id for slot in ring.file.passphrase_slots):
        return ring.with_passphrase(str(person.slot_id), passphrase, cost), str(person.slot_id)
    # A backup's key file may know somebody who was added after it: the database does not, so the slot goes.
    taken = ring.slot_of(name)
    active = {one.slot_id for one in vault.people.all()}
    return ring.with_person(name, passphrase, cost, instead_of=None if taken in active else taken)


def _let_in_as_owner(vault: Unlocked, name: str, slot_id: str) -> None:
    person = vault.people.by_name(name)
    if person is None:
        person = vault.people.add(name, OWNER, slot_id, vault.clock(), name)
        before = ""
    else:
        before = person.role
        vault.people.set_slot(person.id, slot_id)
        vault.people.set_role(person.id, OWNER)
    if before != OWNER:
        _tell_of_kit(vault, person, "role_changed")
    given.settle(vault.settings, person.id)
    _tell_of_kit(vault, person, "passphrase_changed")
    vault.person = vault.people.get(person.id)


def _tell_of_kit(vault: Unlocked, person: Person, action: str) -> None:
    """By whoever holds the kit, which says nothing of who that is: not by the person whose name they took."""
    told = vault.entry(action, person=person.id, why="recovery")
    vault.log.append(replace(told, person="", person_id=None, role="", recipient=person.name))


def confirm(vault: Unlocked, passphrase: str) -> None:
    """Whether it is still the person who opened the vault that asks. Raises TooSoon, WrongPassphrase."""
    _ask_again(vault, needed_ring(vault), passphrase, "confirm")


def set_keeping(vault: Unlocked, new: Keeping) -> None:
    """Keep backups otherwise: fewer or shorter is less to go back to. Raises OwnerNeeded, ValueError."""
    if vault.person.role != OWNER:
        raise OwnerNeeded(vault.path)
    with vault.database.transaction():
        backup.set_keeping(vault.settings, new)
        vault.tell("keeping_changed", count=new.copies, days=new.days, hours=new.hours)


def needed_ring(vault: Unlocked) -> KeyRing:
    """The ring. Raises KeyFileNeeded where the vault was opened with a bare key, VaultClosed after that."""
    if not vault.database.is_open:
        raise VaultClosed(vault.path)
    if vault.ring is None:
        raise KeyFileNeeded(vault.path)
    return vault.ring


def _refuse_weak(vault: Unlocked, passphrase: str, name: str) -> None:
    """Hold a passphrase against the vault's rule. The vault's own name is as easily guessed as a person's."""
    check(passphrase, passphrase_rule(vault.settings), (name, vault.path.stem))


def _owned(vault: Unlocked) -> KeyRing:
    ring = needed_ring(vault)
    if vault.person.role != OWNER:
        raise OwnerNeeded(vault.path)
    return ring


def _ask_again(vault: Unlocked, ring: KeyRing, passphrase: str, why: str) -> None:
    """Whether it is the passphrase of who opened the vault: a guess costs what one at the door costs."""
    tries = Tries(vault.path)
    wait = tries.wait()
    if wait > 0:
        raise TooSoon(vault.path, wait)
    try:
        KeyRing.unlock(ring.file, vault.path, vault.person.name, passphrase).wipe()
    except WrongPassphrase:
        told = False
        # Where the log has no room the next opening tells of it.
        with suppress(VaultError):
            vault.log.append(vault.entry("failed_unlock", why=why))
            told = True
        tries.failed(told=told)
        raise
    tries.start_anew()


def go_on(vault: Unlocked, ring: KeyRing) -> None:
    """Another key file from now on; the ring of before is wiped. Raises VaultError."""
    old = needed_ring(vault)
    try:
        vault.keep_ring(ring)
        _note_change(vault)
    finally:
        (old if vault.ring is ring else ring).wipe()


@contextmanager
def _changing(vault: Unlocked, ring: KeyRing) -> Iterator[None]:
    """Another key file for what the block writes down; the old one again when that could not be stored."""
    old = needed_ring(vault)
    try:
        vault.keep_ring(ring)
        yield
        _note_change(vault)
    except BaseException:
        with suppress(VaultError):
            # Also where only one of the two files could be written.
            vault.keep_ring(old)
        raise
    finally:
        (old if vault.ring is ring else ring).wipe()


def _note_change(vault: Unlocked) -> None:
    """Keep that the key file is another now; where the disk fails the next opening does."""
    with suppress(VaultError):
        active = {person.slot_id for person in vault.people.all()}
        newest_keys.note(vault.settings, needed_ring(vault).file, active)
