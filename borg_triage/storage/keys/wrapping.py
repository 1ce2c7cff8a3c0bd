"""What the key file holds, made and opened: calls of well-kept libraries, in the ways they document.

- A slot's secret is its X25519 private key and the vault's seal secret, together under AES-256-GCM. The key
  of that is Argon2id (RFC 9106) of the passphrase, or the recovery key. The associated data bind format,
  vault, slot, kind and how the key is derived.
- A database key is sealed to a slot's public key by HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM);
  `info` binds format, vault, slot and generation.
- The whole is sealed by an AES-256-GCM tag under HKDF-SHA256 of the database keys, salted with the seal
  secret. The database key alone would not do: HPKE tells not who sealed, so whoever can write in the folder
  could otherwise put a key of their own, and an empty vault under it, in place of ours.

Secrets are handed out as bytearrays, which their holder wipes. The libraries make bytes of their own on the
way, which Python frees but does not overwrite.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING, Any, Final

from borg_triage.storage.codec import folded
from borg_triage.storage.errors import KeyFileForged, MemoryShort
from borg_triage.storage.keying import KEY_BYTES, RawKey
from borg_triage.storage.keys.keyfile import (
    FORMAT,
    NUMBER_BYTES,
    NUMBERED,
    Derivation,
    PassphraseSlot,
    SealedGeneration,
    Slot,
    canonical,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.hpke import Suite

    from borg_triage.storage.keys.cost import Cost

_NONCE_BYTES: Final = 12
_SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class SlotSecret:
    """What only a slot's own passphrase or kit opens; left out of `repr`."""

    private: bytearray = field(repr=False)
    seal: bytearray = field(repr=False)

    def wipe(self) -> None:
        """Overwrite both."""
        for secret in (self.private, self.seal):
            secret[:] = bytes(len(secret))


def name_hash(salt: str, name: str) -> str:
    """By which a person's slot is found: capitals, accents and spaces make no difference."""
    return hashlib.sha256(bytes.fromhex(salt) + folded(name).encode("utf-8", "surrogatepass")).hexdigest()


def derivation(cost: Cost) -> Derivation:
    """A new salt, and the cost."""
    return Derivation(
        salt=token_bytes(_SALT_BYTES).hex(), memory_kib=cost.memory_kib, passes=cost.passes, lanes=cost.lanes
    )


def derived(passphrase: str, how: Derivation, vault: Path) -> bytes:
    """The key that a passphrase stands for. Takes about a second. Raises MemoryShort."""
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    # The same passphrase arrives composed or decomposed, by keyboard and system.
    secret = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    salt = bytes.fromhex(how.salt)
    try:
        return hash_secret_raw(secret, salt, how.passes, how.memory_kib, how.lanes, KEY_BYTES, Type.ID)
    except HashingError:
        raise MemoryShort(vault, how.memory_kib // 1024) from None


def new_pair() -> tuple[bytearray, str]:
    """A new private key, and the public key that belongs to it."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    private = X25519PrivateKey.generate()
    return bytearray(private.private_bytes_raw()), private.public_key().public_bytes_raw().hex()


def wrap(secret: SlotSecret, key: bytes | bytearray, binding: bytes) -> str:
    """A slot's secret under `key`."""
    both = secret.private + secret.seal
    try:
        return _encrypted(key, both, binding)
    finally:
        both[:] = bytes(len(both))


def unwrap(slot: Slot, vault_id: str, key: bytes | bytearray) -> SlotSecret | None:
    """A slot's secret, or None where `key` does not open it."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed = bytes.fromhex(slot.wrapped)
    both = bytearray(2 * KEY_BYTES)
    try:
        AESGCM(key).decrypt_into(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], binding_of(slot, vault_id), both
        )
        return SlotSecret(both[:KEY_BYTES], both[KEY_BYTES:])
    except InvalidTag:
        return None
    finally:
        both[:] = bytes(len(both))


def binding_of(slot: Slot, vault_id: str) -> bytes:
    """What a slot's wrapped secret is bound to."""
    if isinstance(slot, PassphraseSlot):
        return passphrase_binding(vault_id, slot.id, slot.derivation)
    return recovery_binding(vault_id, slot.id, slot.threshold, slot.shares)


def passphrase_binding(vault_id: str, slot_id: str, how: Derivation) -> bytes:
    """What the secret of a passphrase slot is bound to."""
    return _binding(
        "slot", vault=vault_id, slot=slot_id, kind="passphrase", argon2id=how.model_dump(mode="json")
    )


def recovery_binding(vault_id: str, slot_id: str, threshold: int, shares: int) -> bytes:
    """What the secret of the recovery slot is bound to."""
    return _binding("slot", vault=vault_id, slot=slot_id, kind="recovery", threshold=threshold, shares=shares)


def seal_key(key: RawKey, generation: int, public: str, vault_id: str, slot_id: str) -> SealedGeneration:
    """A database key, for the holder of a slot's private key only."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    recipient = X25519PublicKey.from_public_bytes(bytes.fromhex(public))
    info = _key_binding(generation, vault_id, slot_id)
    return SealedGeneration(generation=generation, key=_suite().encrypt(key.material, recipient, info).hex())


def unseal_keys(slot: Slot, private: bytearray, vault_id: str, vault: Path) -> dict[int, RawKey]:
    """The database keys of a slot by generation. Raises KeyFileForged."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    holder = X25519PrivateKey.from_private_bytes(private)
    return {sealed.generation: _unsealed(sealed, holder, vault_id, slot.id, vault) for sealed in slot.sealed}


def seal(content: Any, keys: Mapping[int, RawKey], secret: bytes | bytearray, number: int = 0) -> str:
    """The seal over a key file's content and number, that only a holder of all database keys and the secret
    can make.
    """
    counted = NUMBERED + number.to_bytes(NUMBER_BYTES, "big") if number else b""
    nonce = counted + token_bytes(_NONCE_BYTES - len(counted))
    return _encrypted(_seal_key(keys, secret), b"", canonical(content), nonce)


def is_sealed(content: Any, keys: Mapping[int, RawKey], secret: bytes | bytearray, found: str) -> bool:
    """Whether `found` is a seal over this content."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed = bytes.fromhex(found)
    try:
        AESGCM(_seal_key(keys, secret)).decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], canonical(content)
        )
    except InvalidTag:
        return False
    return True


def _unsealed(
    sealed: SealedGeneration, holder: X25519PrivateKey, vault_id: str, slot_id: str, vault: Path
) -> RawKey:
    from cryptography.exceptions import InvalidTag

    info = _key_binding(sealed.generation, vault_id, slot_id)
    try:
        return RawKey(_suite().decrypt(bytes.fromhex(sealed.key), holder, info))
    except (InvalidTag, ValueError):
        raise KeyFileForged(vault) from None


def _suite() -> Suite:
    from cryptography.hazmat.primitives import hpke

    return hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def _seal_key(keys: Mapping[int, RawKey], secret: bytes | bytearray) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    material = bytearray().join(keys[generation].material for generation in sorted(keys))
    try:
        return HKDF(SHA256(), KEY_BYTES, salt=bytes(secret), info=b"borg-triage key file").derive(material)
    finally:
        material[:] = bytes(len(material))


def _encrypted(
    key: bytes | bytearray, secret: bytes | bytearray, binding: bytes, nonce: bytes | None = None
) -> str:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = nonce or token_bytes(_NONCE_BYTES)
    return (nonce + AESGCM(key).encrypt(nonce, secret, binding)).hex()


def _key_binding(generation: int, vault_id: str, slot_id: str) -> bytes:
    return _binding("database key", vault=vault_id, slot=slot_id, generation=generation)


def _binding(what: str, **values: object) -> bytes:
    return canonical({"borg-triage": what, "format": FORMAT, **values})
