"""The key file of a vault: who can open it, without a name or a key in plain.

`Name.borgvault-keys`, and an identical `Name.borgvault-keys-copy`. JSON in one exact form (sorted keys, no
spaces), so that a file is either byte for byte what this program writes or damaged; a SHA-256 tells bit rot,
the seal (`wrapping.seal`) tells a forger. The file is read before anybody has shown a passphrase: it is
taken to be hostile until then.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from borg_triage.storage.errors import (
    KeyFileDamaged,
    KeyFileDamagedBackup,
    KeyFileMissing,
    VaultError,
    VaultNewer,
    from_os,
)
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.put import put_together, read_file

FORMAT: Final = 1
MOST_BYTES: Final = 1_000_000
# Each takes about a kilobyte; with the recovery kit's slot the file stays within MOST_BYTES.
MOST_PEOPLE: Final = 500
_SUM: Final = "sha256"
# A seal's nonce is bound by its tag: it begins with this and the file's number. Earlier programs had all of
# it random.
NUMBERED: Final = b"No."
NUMBER_BYTES: Final = 3
# How far back the backups are looked through for the one to name.
_MOST_BACKUPS: Final = 20

# Bytes as lower-case hexadecimal, of which there is one form only.
Bytes16 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Bytes32 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
# nonce (12), private key and seal secret (64), tag (16)
WrappedSecret = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{184}$")]
# HPKE: encapsulated key (32), database key (32), tag (16)
SealedKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{160}$")]
# nonce (12: a mark, the file's number and what is random), tag (16)
Seal = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{56}$")]
SlotId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
VaultId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,64}$")]
Generation = Annotated[int, Field(ge=1, le=1_000_000)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)


class Derivation(_Part):
    """How a passphrase becomes the key that wraps: Argon2id with these parameters."""

    salt: Bytes16
    memory_kib: int
    passes: int
    lanes: int

    @property
    def cost(self) -> Cost:
        """The parameters without the salt."""
        return Cost(self.memory_kib, self.passes, self.lanes)

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        Cost(self.memory_kib, self.passes, self.lanes)
        return self


class SealedGeneration(_Part):
    """The database key of one generation, sealed to the slot's public key."""

    generation: Generation
    key: SealedKey


class _Slot(_Part):
    id: SlotId
    public: Bytes32
    wrapped: WrappedSecret
    sealed: Annotated[tuple[SealedGeneration, ...], Field(min_length=1, max_length=2)]

    @property
    def generations(self) -> tuple[int, ...]:
        """The generations of which this slot holds the database key, in order."""
        return tuple(sealed.generation for sealed in self.sealed)


class PassphraseSlot(_Slot):
    """One person's way in. `name`: salted SHA-256 of the folded name."""

    kind: Literal["passphrase"]
    name: Bytes32
    derivation: Derivation


class RecoverySlot(_Slot):
    """The recovery kit's way in: any `threshold` of `shares`; `identifier` is SLIP-39's, on each share."""

    kind: Literal["recovery"]
    threshold: Annotated[int, Field(ge=1, le=16)]
    shares: Annotated[int, Field(ge=1, le=16)]
    identifier: Annotated[int, Field(ge=0, lt=2**15)]


Slot: TypeAlias = PassphraseSlot | RecoverySlot
_SomeSlot = Annotated[Slot, Field(discriminator="kind")]


class KeyFile(_Part):
    """The whole file but for its checksum. `salt` is that of the names, `seal` that of the whole."""

    format: Literal[1]
    vault: VaultId
    salt: Bytes16
    slots: Annotated[tuple[_SomeSlot, ...], Field(min_length=1, max_length=MOST_PEOPLE + 1)]
    seal: Seal

    @property
    def passphrase_slots(self) -> tuple[PassphraseSlot, ...]:
        """One for each person; at least one."""
        return tuple(slot for slot in self.slots if isinstance(slot, PassphraseSlot))

    @property
    def recovery_slot(self) -> RecoverySlot | None:
        """That of the recovery kit, if one was made."""
        return next((slot for slot in self.slots if isinstance(slot, RecoverySlot)), None)

    @property
    def generations(self) -> tuple[int, ...]:
        """The generations of the database key, in order: one, or two during a rotation."""
        return self.slots[0].generations

    @property
    def number(self) -> int:
        """Rises with every change of the ways in; 0 for one that an earlier program wrote.

        Known to be true only where the seal is.
        """
        nonce = bytes.fromhex(self.seal)
        counted = nonce[len(NUMBERED) : len(NUMBERED) + NUMBER_BYTES]
        return int.from_bytes(counted, "big") if nonce.startswith(NUMBERED) else 0

    def content(self) -> dict[str, Any]:
        """What the seal is over: everything but the seal itself."""
        return self.model_dump(mode="json", exclude={"seal"})

    def to_bytes(self) -> bytes:
        """The file as it stands on disk."""
        content = self.model_dump(mode="json")
        return canonical({**content, _SUM: _checksum(content)})

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        people = self.passphrase_slots
        consistent = (
            0 < len(people) >= len(self.slots) - 1
            and len({slot.id for slot in self.slots}) == len(self.slots)
            and len({slot.name for slot in people}) == len(people)
            and {slot.generations for slot in self.slots} == {tuple(sorted(set(self.generations)))}
        )
        if not consistent:
            message = "the slots do not go together"
            raise ValueError(message)
        return self


def canonical(content: Any) -> bytes:
    """The one form of some JSON as bytes."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return text.encode("ascii")


def key_path(vault: Path) -> Path:
    """Where a vault's key file lies."""
    return vault.with_name(vault.name + "-keys")


def copy_path(vault: Path) -> Path:
    """Where the copy of a vault's key file lies."""
    return vault.with_name(vault.name + "-keys-copy")


def parse(data: bytes, vault: Path) -> KeyFile:
    """The key file that `data` is; errors name `vault`. Raises KeyFileDamaged, VaultNewer."""
    damaged = KeyFileDamaged(vault, key_path(vault).name)
    if len(data) > MOST_BYTES:
        raise damaged
    try:
        content = json.loads(data)
        if not isinstance(content, dict) or content.pop(_SUM, None) != _checksum(content):
            raise damaged
    except (ValueError, RecursionError):
        raise damaged from None
    found = content.get("format")
    if type(found) is int and found > FORMAT:
        raise VaultNewer(vault, found=found, known=FORMAT)
    try:
        file = KeyFile.model_validate_json(canonical(content))
    except ValidationError:
        # Without the cause: it could quote the file.
        raise damaged from None
    if file.to_bytes() != data:
        raise damaged
    return file


def read(vault: Path) -> KeyFile:
    """The key file of a vault, or its copy where that one is not whole, or of before.

    Raises KeyFileMissing (neither is there), KeyFileDamaged (neither is whole), VaultNewer, and as
    `from_os` says VaultReadOnly, FolderMissing, VaultIoError.
    """
    found, failures = _both(vault)
    if found:
        return found[0]
    worst = max(failures, key=_weight)
    backup = _newest_backup(vault) if isinstance(worst, KeyFileDamaged) else None
    raise worst if backup is None else KeyFileDamagedBackup(vault, key_path(vault).name, backup)


def whole(vault: Path) -> list[KeyFile]:
    """The key file and its copy, as far as they are whole and differ, the newer first by what they say."""
    return _both(vault)[0]


def _both(vault: Path) -> tuple[list[KeyFile], list[VaultError]]:
    found: list[KeyFile] = []
    failures: list[VaultError] = []
    for path in (key_path(vault), copy_path(vault)):
        try:
            file = parse(_read(path), vault)
            if file not in found:
                found.append(file)
        except FileNotFoundError:
            failures.append(KeyFileMissing(vault, key_path(vault).name))
        except OSError as error:
            failures.append(from_os(error, path))
        except VaultError as error:
            failures.append(error)
    if len({file.vault for file in found}) == 1:
        found.sort(key=lambda file: (file.generations[-1], file.number), reverse=True)
    return found, failures


def write(vault: Path, file: KeyFile, rights: Path | None = None) -> None:
    """Make `file` the key file of a vault, and its copy: the old or the new, whenever the machine stops.

    On disk when this returns. rights: for whom they are, where the vault's file is not there yet. Raises
    VaultReadOnly, NoSpace, FolderMissing, VaultIoError.
    """
    data = file.to_bytes()
    try:
        put_together({key_path(vault): data, copy_path(vault): data}, rights or vault)
    except OSError as error:
        raise from_os(error, key_path(vault)) from None


def holds_only(vault: Path, file: KeyFile) -> bool:
    """Whether the key file that is there, and the copy, are this one; not where one cannot be read."""
    there = [path for path in (key_path(vault), copy_path(vault)) if path.is_file()]
    try:
        return bool(there) and all(_read(path) == file.to_bytes() for path in there)
    except OSError:
        return False


def mend(vault: Path, file: KeyFile) -> bool:
    """After an unlock with `file`: write it again where it, or its copy, is damaged, behind or missing.

    Returns whether there was anything to mend. Raises as `write` does.
    """
    data = file.to_bytes()
    for path in (key_path(vault), copy_path(vault)):
        with suppress(OSError):
            if _read(path) == data:
                continue
        write(vault, file)
        return True
    return False


def _read(path: Path) -> bytes:
    return read_file(path, MOST_BYTES + 1)


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


def _weight(error: VaultError) -> int:
    """Which of two failures to tell: a newer program's file is whole; that one is missing says least."""
    if isinstance(error, VaultNewer):
        return 3
    if isinstance(error, KeyFileDamaged):
        return 2
    return 0 if isinstance(error, KeyFileMissing) else 1


def _newest_backup(vault: Path) -> Path | None:
    """The newest backup of a vault that has a whole key file."""
    # Their names end in the moment they were made.
    with suppress(OSError):
        backups = sorted(vault.with_name(f"{vault.stem}-backups").glob(f"*{vault.suffix}"), reverse=True)
        for backup in backups[:_MOST_BACKUPS]:
            with suppress(OSError, VaultError):
                parse(_read(key_path(backup)), backup)
                return backup
    return None
