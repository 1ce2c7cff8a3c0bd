"""The people who open a vault. Nobody is ever deleted: the log names them after they have left.

Names stand here only; the key file beside the vault knows people by their slot.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from borg_triage.storage.codec import clean, columns, encode, folded, from_row
from borg_triage.storage.database import Database, Value
from borg_triage.storage.errors import VaultError

OWNER: Final = "owner"
MEMBER: Final = "member"
LONGEST_NAME: Final = 100


class NameRefused(VaultError):
    """No name, more than one line, or longer than the log takes."""

    KEY = "vault.error.name_refused"


class PersonExists(VaultError):
    """Somebody of this name opens the vault already (capitals and accents apart)."""

    KEY = "vault.error.person_exists"


class PersonMissing(VaultError):
    """Nobody with this id, or somebody who was withdrawn."""

    KEY = "vault.error.person_missing"


class LastOwner(VaultError):
    """Without an owner nobody could add or withdraw people any more."""

    KEY = "vault.error.last_owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who opens the vault, or did. role: owner (adds and withdraws people) or member.

    slot_id: the key slot of the key file; None where the vault is opened with a bare key.
    """

    id: str
    slot_id: str | None
    name: str
    role: str
    added_at: datetime
    added_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None


_COLUMNS: Final = columns(Person)
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM person"  # noqa: S608


class PeopleStore:
    """The people of an open vault. All methods raise VaultError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: str, slot_id: str | None, at: datetime, by: str) -> Person:
        """Write down somebody new. Raises NameRefused, PersonExists; RecordRefused for an unknown role."""
        bare = self._checked(name)
        person = Person(
            id=str(uuid.uuid4()),
            slot_id=slot_id,
            name=bare,
            role=role,
            added_at=at,
            added_by=by,
            withdrawn_at=None,
            withdrawn_by=None,
        )
        with self._database.transaction():
            if self.by_name(bare) is not None:
                raise PersonExists(self._database.path, name=bare)
            self._insert(person)
        return self.get(person.id)

    def take_over(self, person: Person) -> None:
        """Write somebody down as another state of this vault knows them. Raises VaultError."""
        with self._database.transaction():
            fixed = ("id", "added_at", "added_by")
            names = [name for name in _COLUMNS if name not in fixed]
            values = [encode(getattr(person, name)) for name in names]
            if self._one("id = ?", person.id) is not None:
                what = ", ".join(f"{name} = ?" for name in (*names, "name_folded"))
                self._change(person.id, what, *values, folded(person.name))
                return
            self._insert(person)

    def get(self, person_id: str) -> Person:
        """One person, also one who was withdrawn. Raises PersonMissing."""
        found = self._one("id = ?", person_id)
        if found is None:
            raise PersonMissing(self._database.path)
        return found

    def by_name(self, name: str) -> Person | None:
        """Who opens the vault under this name (capitals and accents apart), or None."""
        return self._one("name_folded = ? AND withdrawn_at IS NULL", folded(name))

    def by_slot(self, slot_id: str) -> Person | None:
        """Whose key slot this is, or None."""
        return self._one("slot_id = ?", slot_id)

    def all(self, withdrawn: bool = False) -> list[Person]:
        """Who opens the vault, in the order of coming; with `withdrawn` also who no longer does."""
        which = "" if withdrawn else " WHERE withdrawn_at IS NULL"
        rows = self._database.rows(f"{_SELECT}{which} ORDER BY seq")
        return [from_row(Person, _COLUMNS, row) for row in rows]

    def set_slot(self, person_id: str, slot_id: str) -> Person:
        """Give somebody another key slot (after recovery). Raises PersonMissing."""
        return self._change(person_id, "slot_id = ?", slot_id)

    def set_role(self, person_id: str, role: str) -> Person:
        """Make somebody owner or member. Raises PersonMissing, LastOwner."""
        with self._database.transaction():
            if role != OWNER:
                self._keep_an_owner(person_id)
            return self._change(person_id, "role = ?", role)

    def rename(self, person_id: str, name: str) -> Person:
        """Give somebody another name; the log keeps the one of its day. Raises NameRefused, PersonExists."""
        bare = self._checked(name)
        with self._database.transaction():
            other = self.by_name(bare)
            if other is not None and other.id != person_id:
                raise PersonExists(self._database.path, name=bare)
            return self._change(person_id, "name = ?, name_folded = ?", bare, folded(bare))

    def withdraw(self, person_id: str, at: datetime, by: str) -> Person:
        """Somebody no longer opens this vault. Raises PersonMissing, LastOwner."""
        with self._database.transaction():
            self._keep_an_owner(person_id)
            return self._change(person_id, "withdrawn_at = ?, withdrawn_by = ?", encode(at), encode(by))

    def _insert(self, person: Person) -> None:
        values = [encode(getattr(person, column)) for column in _COLUMNS]
        marks = ", ".join("?" * (len(_COLUMNS) + 1))
        self._database.execute(
            f"INSERT INTO person ({', '.join(_COLUMNS)}, name_folded) VALUES ({marks})",  # noqa: S608
            (*values, folded(person.name)),
        )

    def _checked(self, name: str) -> str:
        bare = " ".join(clean(name).split())
        if not folded(bare) or not bare.isprintable() or len(bare) > LONGEST_NAME:
            raise NameRefused(self._database.path, longest=LONGEST_NAME)
        return bare

    def _keep_an_owner(self, person_id: str) -> None:
        owners = [person.id for person in self.all() if person.role == OWNER]
        if owners == [person_id]:
            raise LastOwner(self._database.path)

    def _change(self, person_id: str, what: str, *values: Value) -> Person:
        with self._database.transaction():
            if self.get(person_id).withdrawn_at is not None:
                raise PersonMissing(self._database.path)
            self._database.execute(f"UPDATE person SET {what} WHERE id = ?", (*values, person_id))  # noqa: S608
        return self.get(person_id)

    def _one(self, where: str, value: str) -> Person | None:
        row = self._database.row(f"{_SELECT} WHERE {where}", (value,))
        return None if row is None else from_row(Person, _COLUMNS, row)
