"""Bringing a vault to this program's version: on a copy, verified, then swapped in.

The file as it was stays among the backups, so that an older program can still read what it knew.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeAlias

from borg_triage import __version__
from borg_triage.storage import backup_files, copying, migrate, swap
from borg_triage.storage.database import Database
from borg_triage.storage.errors import VaultDamaged
from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.put import sync_folder
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.log import LogStore, NewLogEntry
from borg_triage.storage.opening import stop_wal
from borg_triage.storage.people import OWNER, PeopleStore, Person
from borg_triage.storage.places import draft_path, remove_draft
from borg_triage.text.backup_names import UPGRADED

Detail: TypeAlias = Mapping[str, str | int]

# Grow by themselves while a vault is upgraded.
_GROWING: Final = frozenset(("log", "person", "sqlite_sequence"))


def new_vault_id() -> str:
    """What a vault is known by in its keys and its log."""
    return secrets.token_hex(16)


def upgrade(database: Database, key: RawKey, ring: KeyRing | None, at: datetime) -> None:
    """Bring an open vault to `migrate.latest()`. After an error it is as it was.

    Raises VaultDamaged when the outcome is not our schema, NoSpace and other VaultErrors.
    """
    if migrate.version(database) < migrate.latest():

        def change(copy: Database) -> None:
            migrate_copy(copy, at, ring.slot_id if ring else None)

        swap.rewrite(database, key, change, before_swap=lambda: _keep_old(database, key, ring, at))
    migrate.check_schema(database)


def migrate_copy(copy: Database, at: datetime, slot_id: str | None = None) -> None:
    """Run on a copy what it has not had yet, and write that down in its log. Raises VaultError."""
    found = migrate.version(copy)
    if found < migrate.latest():
        _run(copy)
        _tell(copy, at, slot_id, found)


def name_vault(database: Database, ring: KeyRing | None, name: str, at: datetime) -> None:
    """Give a new vault the id that its keys are bound to, and its first owner. Raises NameRefused."""
    if ring is not None:
        with database.transaction():
            database.execute("UPDATE vault SET id = ?", (ring.vault_id,))
    if ring is not None or name:
        with database.transaction():
            slot_id = ring.slot_id if ring else None
            person = PeopleStore(database).add(name, OWNER, slot_id, at, name)
            _append(database, at, "person_added", person, {"person": person.id, "kind": OWNER})


def convert(database: Database, passphrase: str, name: str, cost: Cost, at: datetime) -> KeyRing:
    """Give a vault of version 1, whose key was derived from its passphrase, a random key and a key file.

    `name` becomes its first owner. The database is closed when this returns; the vault is to be opened with
    the ring. Raises NameRefused, VaultError; then the vault is as it was, and closed.
    """
    path = database.path
    try:
        ring = KeyRing.create(new_vault_id(), name, passphrase, cost)

        def change(copy: Database) -> None:
            found = migrate.version(copy)
            _run(copy)
            name_vault(copy, ring, name, at)
            _tell(copy, at, ring.slot_id, found)

        with ring.wiped_on_error():
            stop_wal(database)
            swap.drop_draft(path)
            swap.make_draft(database, ring.keys[ring.current], change, None)
            if os.name == "nt":
                database.close()
            swap.commit(path, ring.file)
    finally:
        database.close()
        swap.drop_draft(path)
    return ring


def _run(copy: Database) -> None:
    before = copying.facts(copy).rows
    migrate.run_all(copy)
    after = copying.facts(copy).rows
    if any(after.get(table) != count for table, count in before.items() if table not in _GROWING):
        raise VaultDamaged(copy.path)
    migrate.check_schema(copy)


def _tell(copy: Database, at: datetime, slot_id: str | None, found: int) -> None:
    person = PeopleStore(copy).by_slot(slot_id) if slot_id else None
    _append(copy, at, "upgrade", person, {"schema_from": found, "schema_to": migrate.latest()})


def _append(database: Database, at: datetime, action: str, person: Person | None, detail: Detail) -> None:
    LogStore(database).append(
        NewLogEntry(
            at=at,
            action=action,
            person=person.name if person else "",
            person_id=person.id if person else None,
            role=person.role if person else "",
            program=__version__,
            detail=detail,
        )
    )


def _keep_old(database: Database, key: RawKey, ring: KeyRing | None, at: datetime) -> None:
    """The old file under another name too: it is about to lose its own. Raises OSError, VaultError."""
    path = database.path
    target = backup_files.new_path(path, at, UPGRADED)
    if ring is not None:
        keyfile.write(target, ring.file, path)
    try:
        os.link(path, target)
    except OSError:
        draft = draft_path(target)
        remove_draft(draft)
        copying.copy(database, draft, key)
        draft.replace(target)
    sync_folder(target.parent)
