"""An unlocked key file: the database keys, and every change to who can open the vault.

Whoever holds a ring writes its `file` with `keyfile.write`; a ring never touches the disk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_bytes
from types import MappingProxyType
from typing import Final, Self

from borg_triage.storage.errors import (
    KeyFileForged,
    LastSlot,
    NameTaken,
    SlotMissing,
    SlotsFull,
    WrongPassphrase,
)
from borg_triage.storage.keying import KEY_BYTES, RawKey
from borg_triage.storage.keys import recovery, wrapping
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import (
    FORMAT,
    MOST_PEOPLE,
    KeyFile,
    PassphraseSlot,
    RecoverySlot,
    SealedGeneration,
    Slot,
)
from borg_triage.storage.keys.share_errors import RecoveryNone, ShareForeign

_SLOT_ID_BYTES: Final = 8
_SALT_BYTES: Final = 16


class KeyRing:
    """The database keys of one vault, in the hands of one person or of the recovery kit.

    vault_id: the vault that the keys are of. slot_id: the slot that opened it. file: what to write.
    keys: the database key by generation, two during a rotation. current: the generation to open the
    database with first (the older of two; whether the new one is in use is found by trying).

    Made by `create`, `unlock`, `recover` and the methods that return another ring. Nothing changes in a ring
    but by `wipe`. Each ring has its own copy of the keys: wiping one leaves the others as they are.
    """

    __slots__ = ("_keys", "_seal", "file", "slot_id")

    def __init__(self, file: KeyFile, slot_id: str, keys: Mapping[int, RawKey], seal: bytearray) -> None:
        self.file: Final = file
        self.slot_id: Final = slot_id
        self._keys: Final = {generation: RawKey(key.material) for generation, key in keys.items()}
        self._seal: Final = bytearray(seal)

    @classmethod
    def create(cls, vault_id: str, name: str, passphrase: str, cost: Cost) -> Self:
        """A new vault's keys: a random database key, generation 1, and one person's slot.

        vault_id: up to 64 letters, digits and hyphens. The name may be empty: a vault of one person.
        """
        salt = token_bytes(_SALT_BYTES).hex()
        slot_id = token_bytes(_SLOT_ID_BYTES).hex()
        keys = {1: RawKey(token_bytes(KEY_BYTES))}
        seal = bytearray(token_bytes(KEY_BYTES))
        author = _Author(vault_id, salt, keys, seal)
        try:
            slot = author.passphrase_slot(slot_id, wrapping.name_hash(salt, name), passphrase, cost)
            return cls(author.file((slot,), 1), slot_id, keys, seal)
        finally:
            keys[1].wipe()

    @classmethod
    def unlock(cls, file: KeyFile, path: Path, name: str, passphrase: str) -> Self:
        """Open a key file with a passphrase; `path` is the vault's, for errors.

        An unknown name and a wrong passphrase are the same error after the same work. Takes about a second:
        call it off the window's thread. Raises WrongPassphrase, KeyFileForged, MemoryShort.
        """
        wanted = wrapping.name_hash(file.salt, name)
        people = file.passphrase_slots
        slot = next((slot for slot in people if slot.name == wanted), None)
        # For an unknown name somebody else's slot is tried, always the same one for the same name: its cost
        # is a real one, and does not vary between tries.
        tried = people[int(wanted[:8], 16) % len(people)] if slot is None else slot
        key = wrapping.derived(passphrase, tried.derivation, path)
        secret = wrapping.unwrap(tried, file.vault, key)
        if secret is None or slot is None:
            raise WrongPassphrase(path)
        return cls._opened(file, path, slot, secret)

    @classmethod
    def recover(cls, file: KeyFile, path: Path, shares: Sequence[str]) -> Self:
        """Open a key file with shares of its recovery kit, in any order, one text each.

        Raises RecoveryRefused (which one says what is wrong: `share_errors`), KeyFileForged.
        """
        slot = file.recovery_slot
        if slot is None:
            raise RecoveryNone(path)
        secret = wrapping.unwrap(slot, file.vault, recovery.combined(slot, path, shares))
        if secret is None:
            # Another kit that has the same number on it by chance: one in 32,768.
            raise ShareForeign(path, 1)
        return cls._opened(file, path, slot, secret)

    @classmethod
    def _opened(cls, file: KeyFile, path: Path, slot: Slot, secret: wrapping.SlotSecret) -> Self:
        keys: dict[int, RawKey] = {}
        try:
            keys.update(wrapping.unseal_keys(slot, secret.private, file.vault, path))
            if not wrapping.is_sealed(file.content(), keys, secret.seal, file.seal):
                raise KeyFileForged(path)
            return cls(file, slot.id, keys, secret.seal)
        finally:
            secret.wipe()
            for key in keys.values():
                key.wipe()

    @property
    def vault_id(self) -> str:
        """The vault that this is the ring of."""
        return self.file.vault

    @property
    def keys(self) -> Mapping[int, RawKey]:
        """The database key by generation, two during a rotation."""
        return MappingProxyType(self._keys)

    @property
    def current(self) -> int:
        """The generation to open the database with first."""
        return min(self._keys)

    def slot_of(self, name: str) -> str | None:
        """The id of the slot that a name opens, or None."""
        wanted = wrapping.name_hash(self.file.salt, name)
        return next((slot.id for slot in self.file.passphrase_slots if slot.name == wanted), None)

    def with_person(
        self, name: str, passphrase: str, cost: Cost, instead_of: str | None = None
    ) -> tuple[Self, str]:
        """A ring with one more person, and the id of the new slot. Raises NameTaken, SlotsFull.

        instead_of: the id of a slot that goes.
        """
        wanted = wrapping.name_hash(self.file.salt, name)
        kept = tuple(slot for slot in self.file.slots if slot.id != instead_of)
        people = [slot for slot in kept if isinstance(slot, PassphraseSlot)]
        if any(slot.name == wanted for slot in people):
            raise NameTaken
        if len(people) >= MOST_PEOPLE:
            raise SlotsFull(MOST_PEOPLE)
        slot_id = token_bytes(_SLOT_ID_BYTES).hex()
        slot = self._author().passphrase_slot(slot_id, wanted, passphrase, cost)
        return self._with((*kept, slot)), slot_id

    def without(self, slot_id: str) -> Self:
        """A ring without one slot. Raises LastSlot, SlotMissing.

        Whoever held it may still have the database key and an old key file: rotate the database key next.
        """
        gone = self._slot(slot_id)
        if isinstance(gone, PassphraseSlot) and len(self.file.passphrase_slots) == 1:
            raise LastSlot
        return self._with(tuple(slot for slot in self.file.slots if slot is not gone))

    def with_passphrase(self, slot_id: str, passphrase: str, cost: Cost) -> Self:
        """A ring where one person's slot, of the same id and name, takes another passphrase.

        The slot's key pair is new as well: an old passphrase with an old copy of the key file opens nothing
        that is sealed from now on. Raises SlotMissing.
        """
        old = self._slot(slot_id)
        if not isinstance(old, PassphraseSlot):
            raise SlotMissing
        new = self._author().passphrase_slot(slot_id, old.name, passphrase, cost)
        return self._with(tuple(new if slot is old else slot for slot in self.file.slots))

    def with_recovery(self, threshold: int, shares: int) -> tuple[Self, list[str]]:
        """A ring with a new recovery kit in place of an earlier one, and the kit's shares, never seen again.

        Raises ValueError for a kit that cannot be (see `recovery.split`).
        """
        slot, mnemonics = self._author().recovery_slot(threshold, shares)
        return self._with((*self.file.passphrase_slots, slot)), mnemonics

    def begin_rotation(self) -> Self:
        """A ring with a new random database key as the next generation, beside the present one.

        Raises ValueError during a rotation: end that one first, with the generation that the database has.
        """
        if len(self._keys) > 1:
            message = "a rotation is under way"
            raise ValueError(message)
        new = RawKey(token_bytes(KEY_BYTES))
        try:
            return self._resealed({**self._keys, self.current + 1: new})
        finally:
            new.wipe()

    def end_rotation(self, keep: int) -> Self:
        """A ring with the one generation `keep`. Raises ValueError where there is no such generation."""
        if keep not in self._keys:
            message = "no such generation"
            raise ValueError(message)
        return self._resealed({keep: self._keys[keep]})

    def sealed(self, generation: int, key: RawKey) -> KeyFile:
        """A key file by which everybody with a way in of now gets another database key: a backup's."""
        made = self._resealed({generation: key})
        made.wipe()
        return made.file

    def wipe(self) -> None:
        """Overwrite the keys. Copies that libraries made on the way are freed, and not overwritten."""
        for key in self._keys.values():
            key.wipe()
        self._seal[:] = bytes(len(self._seal))

    @contextmanager
    def wiped_on_error(self) -> Iterator[None]:
        """Overwrite the keys where the block ends in an error."""
        try:
            yield
        except BaseException:
            self.wipe()
            raise

    def __repr__(self) -> str:
        return (
            f"KeyRing(vault_id={self.vault_id!r}, slot_id={self.slot_id!r}, generations={list(self._keys)})"
        )

    def _slot(self, slot_id: str) -> Slot:
        for slot in self.file.slots:
            if slot.id == slot_id:
                return slot
        raise SlotMissing

    def numbered(self, number: int, without: Collection[str] = ()) -> Self:
        """A ring whose file has this number; without: the ids of slots that go. Raises LastSlot."""
        slots = tuple(slot for slot in self.file.slots if slot.id not in without)
        if not any(isinstance(slot, PassphraseSlot) for slot in slots):
            raise LastSlot
        return type(self)(self._author().file(slots, number), self.slot_id, self._keys, self._seal)

    def _with(self, slots: tuple[Slot, ...]) -> Self:
        file = self._author().file(slots, self.file.number + 1)
        return type(self)(file, self.slot_id, self._keys, self._seal)

    def _resealed(self, keys: Mapping[int, RawKey]) -> Self:
        """A ring with these database keys, sealed to everybody anew: that takes no one's passphrase.

        The ways in are the same, so the number is.
        """
        author = _Author(self.vault_id, self.file.salt, keys, self._seal)
        slots = tuple(
            slot.model_copy(update={"sealed": author.sealed(slot.public, slot.id)})
            for slot in self.file.slots
        )
        return type(self)(author.file(slots, self.file.number), self.slot_id, keys, self._seal)

    def _author(self) -> _Author:
        return _Author(self.vault_id, self.file.salt, self._keys, self._seal)


class _Author:
    """Makes slots and files under given keys."""

    def __init__(self, vault_id: str, salt: str, keys: Mapping[int, RawKey], seal: bytearray) -> None:
        self._vault_id = vault_id
        self._salt = salt
        self._keys = keys
        self._seal = seal

    def passphrase_slot(self, slot_id: str, name: str, passphrase: str, cost: Cost) -> PassphraseSlot:
        """A person's slot with a new key pair; `name` is the hash."""
        how = wrapping.derivation(cost)
        key = wrapping.derived(passphrase, how, Path())
        public, wrapped = self._wrapped(key, wrapping.passphrase_binding(self._vault_id, slot_id, how))
        return PassphraseSlot(
            id=slot_id,
            kind="passphrase",
            name=name,
            derivation=how,
            public=public,
            wrapped=wrapped,
            sealed=self.sealed(public, slot_id),
        )

    def recovery_slot(self, threshold: int, shares: int) -> tuple[RecoverySlot, list[str]]:
        """A slot for a new recovery kit, and the kit's shares."""
        slot_id = token_bytes(_SLOT_ID_BYTES).hex()
        key = token_bytes(KEY_BYTES)
        kit = recovery.split(key, threshold, shares)
        binding = wrapping.recovery_binding(self._vault_id, slot_id, threshold, shares)
        public, wrapped = self._wrapped(key, binding)
        slot = RecoverySlot(
            id=slot_id,
            kind="recovery",
            threshold=threshold,
            shares=shares,
            identifier=kit.identifier,
            public=public,
            wrapped=wrapped,
            sealed=self.sealed(public, slot_id),
        )
        return slot, list(kit.mnemonics)

    def sealed(self, public: str, slot_id: str) -> tuple[SealedGeneration, ...]:
        """All database keys for the holder of one slot."""
        return tuple(
            wrapping.seal_key(self._keys[generation], generation, public, self._vault_id, slot_id)
            for generation in sorted(self._keys)
        )

    def file(self, slots: tuple[Slot, ...], number: int) -> KeyFile:
        """The key file with these slots and this number, sealed."""
        unsealed = KeyFile(format=FORMAT, vault=self._vault_id, salt=self._salt, slots=slots, seal="0" * 56)
        seal = wrapping.seal(unsealed.content(), self._keys, self._seal, number)
        return unsealed.model_copy(update={"seal": seal})

    def _wrapped(self, key: bytes, binding: bytes) -> tuple[str, str]:
        private, public = wrapping.new_pair()
        secret = wrapping.SlotSecret(private, bytearray(self._seal))
        try:
            return public, wrapping.wrap(secret, key, binding)
        finally:
            secret.wipe()
