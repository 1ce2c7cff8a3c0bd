"""Bytes under a key (AES-256-GCM): for small files beside a vault whose key lies in its database."""

from __future__ import annotations

from secrets import token_bytes
from typing import Final

_NONCE: Final = 12
# How much longer the sealed bytes are: nonce and authentication tag.
OVERHEAD: Final = _NONCE + 16


def sealed(plain: bytes, key: bytes, binding: bytes) -> bytes:
    """The bytes, to be opened with the same key and binding only."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, binding)


def unsealed(content: bytes, key: bytes, binding: bytes) -> bytes | None:
    """The bytes again; None where they are not whole, or under another key or binding."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(content) < OVERHEAD:
        return None
    try:
        return AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], binding)
    except InvalidTag:
        return None
