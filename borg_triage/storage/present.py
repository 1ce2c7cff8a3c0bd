"""What is known of a vault before a backup takes its place: its people and what they are to be told, its past
keys, where its log stands.

Its key file says who opens it, only its database who of them is an owner. A vault that needs a backup is
often one that cannot be read: then the newest backup that can be tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from borg_triage.storage import backup_files, backup_keys, copying, erasing, given, roles_of_then, write_ahead
from borg_triage.storage.database import Database
from borg_triage.storage.errors import VaultError
from borg_triage.storage.keying import RawKey, Secret
from borg_triage.storage.keys.put import read_file
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.log import LogStore
from borg_triage.storage.people import PeopleStore, Person
from borg_triage.storage.places import wal_path
from borg_triage.storage.settings import SettingStore
from borg_triage.storage.unlocked import Unlocked

# What a write-ahead log begins with.
_WAL_MARKS: Final = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
# The settings of a vault that are not the team's, but said to one of its people.
_NOTICES: Final = (given.PREFIX, roles_of_then.PREFIX)


class Present(NamedTuple):
    """people: all of them, who was withdrawn too. past: database keys of before, by generation.

    key: that of the vault itself; None where it could not be read, and a backup told. erased: the cases that
    were erased. notices: what people are to be told; None where nothing could be read.
    """

    people: list[Person]
    past: Mapping[int, RawKey]
    key: RawKey | None
    erased: frozenset[str] = frozenset()
    notices: Mapping[str, str] | None = None


def read(path: Path, ring: KeyRing, source: Path) -> Present:
    """What the vault says, or the newest backup that opens; nothing where none does.

    source: a backup that may lie elsewhere.
    """
    _end_log(path, ring)
    newest_first = sorted(ring.keys, reverse=True)
    for file in _files(path, source):
        for generation in newest_first:
            with suppress(VaultError), copying.seen(file, ring.keys[generation], file) as database:
                people = PeopleStore(database).all(withdrawn=True)
                settings = SettingStore(database)
                past, notices = backup_keys.past_keys(settings), _notices(settings)
                key = ring.keys[generation] if file == path else None
                return Present(people, past, key, frozenset(erasing.erased(database)), notices)
    return Present([], {}, None)


def notices(path: Path, key: Secret) -> Mapping[str, str] | None:
    """What people of the vault are to be told; None where it has none, or this key does not read it."""
    if isinstance(key, str):
        return None
    with suppress(VaultError), copying.seen(path, key, path) as database:
        return _notices(SettingStore(database))
    return None


def _notices(settings: SettingStore) -> dict[str, str]:
    return {name: value for name, value in settings.all().items() if name.startswith(_NOTICES)}


def _files(path: Path, source: Path) -> Iterator[Path]:
    yield path
    yield from (one.path for one in backup_files.listed(path) if one.usable)
    yield source


def _end_log(path: Path, ring: KeyRing) -> None:
    """Bring what a killed program left in its write-ahead log into the vault, as opening it would.

    What is no such log is left as it lies.
    """
    try:
        if read_file(wal_path(path), 4) not in _WAL_MARKS:
            return
    except OSError:
        return
    for key in ring.keys.values():
        with suppress(VaultError):
            write_ahead.refuse_foreign(path, key)
            with copying.opened(path, key, path):
                return


# ---------------------------------------------------------------- what a restored copy takes over


def bring_people(vault: Unlocked, people: list[Person]) -> None:
    """Make the people of a copy those of now: a backup that is put back lets nobody in again.

    In the transaction that runs. Raises VaultError.
    """
    store = vault.people
    active = {person.id for person in store.all()}
    known = {person.id for person in store.all(withdrawn=True)}
    # Who left goes first: their name may be somebody else's since.
    for person in sorted(people, key=lambda one: one.withdrawn_at is None):
        if person.id in active:
            store.take_over(person)
            if person.withdrawn_at is not None:
                vault.tell("person_withdrawn", person=person.id, why="restore")
    for person in people:
        if person.id not in known and _has_room(store, person):
            store.take_over(person)
            if person.withdrawn_at is None:
                vault.tell("person_added", person=person.id, why="restore")


def bring_notices(settings: SettingStore, now: Mapping[str, str] | None) -> None:
    """Make what people of a copy are to be told that of now, where it is known. Raises VaultError."""
    if now is None:
        return
    for name in _notices(settings).keys() - now.keys():
        settings.drop(name)
    for name, value in now.items():
        settings.put(name, value)


def add_notices(settings: SettingStore, now: Mapping[str, str] | None) -> None:
    """Tell in a copy what is to be told now, and what it tells itself: its key file may be of any day."""
    bring_notices(settings, {**(now or {}), **_notices(settings)})


def _has_room(store: PeopleStore, person: Person) -> bool:
    """Whether neither the key slot nor, for who opens the vault, the name is somebody else's."""
    if person.slot_id is not None and store.by_slot(person.slot_id) is not None:
        return False
    return person.withdrawn_at is not None or store.by_name(person.name) is None


# ---------------------------------------------------------------- what a backup lacks


def later_entries(path: Path, key: Secret, source: Path, secret: Secret) -> int | None:
    """How many entries the log of a vault has that a backup does not know; None where that cannot be read."""
    with (
        suppress(VaultError),
        copying.seen(path, key, path) as vault,
        copying.seen(source, secret, source) as backup,
    ):
        last = LogStore(vault).head().seq
        # Up to some entry the two are the same: each hash is over all that goes before it.
        same, other = 0, min(last, LogStore(backup).head().seq) + 1
        while other - same > 1:
            middle = (same + other) // 2
            if _hash(vault, middle) == _hash(backup, middle):
                same = middle
            else:
                other = middle
        return last - same
    return None


def _hash(database: Database, seq: int) -> str | None:
    row = database.row("SELECT hash FROM log WHERE seq = ?", (seq,))
    return None if row is None else str(row[0])
