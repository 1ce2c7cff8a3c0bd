"""At an opening: key file and database brought together, after a kill, a restore, or a key file of before.

Always to fewer ways in. Which key file is that of now stands in the database (`newest_keys`): one of before
takes nobody's place away, and makes nobody an owner.
"""

from __future__ import annotations

from borg_triage.storage import access, newest_keys
from borg_triage.storage.people import OWNER
from borg_triage.storage.unlocked import Unlocked


def reconcile(vault: Unlocked) -> None:
    """Bring key file and database together: a way in of nobody's goes, and after a restore who has none does.

    Raises VaultError.
    """
    ring = access.needed_ring(vault)
    slots = {slot.id for slot in ring.file.passphrase_slots}
    active = {person.slot_id: person for person in vault.people.all()}
    if slots == set(active):
        return
    if newest_keys.was_put_back(vault.settings):
        _withdraw_without_a_key(vault, slots)
    known = {person.slot_id for person in vault.people.all(withdrawn=True)}
    for slot_id in slots - set(active):
        access.go_on(vault, access.needed_ring(vault).without(slot_id))
        if slot_id in known and not access.rotating(vault):
            access.go_on(vault, access.needed_ring(vault).begin_rotation())


def _withdraw_without_a_key(vault: Unlocked, slots: set[str]) -> None:
    """Who left since the backup that was put back. Nobody becomes an owner by that.

    Where no owner would be left, those there were stay in the list: only the recovery kit makes another.
    """
    people = vault.people.all()
    gone = [person for person in people if person.slot_id not in slots]
    if not any(person.role == OWNER for person in people if person not in gone):
        gone = [person for person in gone if person.role != OWNER]
    with vault.database.transaction():
        for person in gone:
            vault.people.withdraw(person.id, vault.clock(), vault.person.name)
            vault.tell("person_withdrawn", person=person.id, why="no_key")


def take_for_newest(vault: Unlocked) -> None:
    """Keep that the key file is that of now, once both agree; one of an earlier program gets its number.

    Raises VaultError.
    """
    if access.needed_ring(vault).file.number == 0:
        access.go_on(vault, access.needed_ring(vault).numbered(1))
    active = {person.slot_id for person in vault.people.all()}
    newest_keys.note(vault.settings, access.needed_ring(vault).file, active)
    newest_keys.agree(vault.settings)


def enter_by_older(vault: Unlocked, newest: newest_keys.Newest) -> bool:
    """Go on by a key file that is older than the vault, where no newer one opens it: whether that may be.

    For an owner of now, or the kit of now, by a way in that has not changed since. Ways in that have are left
    out of the ring; who came later stays in the list of people. Nothing is written: the newer key file may
    still turn up. Raises VaultError.
    """
    ring = access.needed_ring(vault)
    kit, person = ring.file.recovery_slot, vault.people.by_slot(ring.slot_id)
    may = (kit is not None and kit.id == ring.slot_id) or (
        person is not None and person.withdrawn_at is None and person.role == OWNER
    )
    changed = [slot.id for slot in ring.file.slots if newest_keys.mark(slot) not in newest.ways_in]
    if not may or ring.slot_id in changed:
        return False
    # The kit can be the only way in that has not changed. Then one that has stays, for it to be replaced.
    left = {slot.id for slot in ring.file.passphrase_slots} - {*changed}
    vault.ring = ring.numbered(newest.number, changed if left else ())
    vault.by_older_keys = True
    ring.wipe()
    return True
