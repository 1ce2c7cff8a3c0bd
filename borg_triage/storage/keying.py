"""How a vault's file is connected to and unlocked: the one place that sees a passphrase or a key.

SQLCipher derives the key from the passphrase itself (PBKDF2-HMAC-SHA512, 256,000 rounds, a salt per file:
its version 4 settings, written out below so that a later SQLCipher cannot change them under us).
A `RawKey` skips that derivation: the way in for keys that come out of a key slot.
"""

from __future__ import annotations

import hmac
import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

from sqlcipher3 import dbapi2

KEY_BYTES: Final = 32
PAGE_BYTES: Final = 4096
_BUSY_SECONDS: Final = 0.1
_LOOKS_LIKE_A_KEY: Final = re.compile(rb"[xX]'[0-9a-fA-F]*'")


How: TypeAlias = Literal["work", "look", "look with log"]
# The system's files without their locks: nothing else keeps SQLite from writing a log into the file.
_UNLOCKED: Final = "win32-none" if os.name == "nt" else "unix-none"
_HOW: Final[dict[How, str]] = {
    "work": "mode=rw",
    "look": "mode=ro&immutable=1",
    "look with log": f"mode=ro&vfs={_UNLOCKED}",
}


class RawKey:
    """A 256-bit database key. It is left out of `repr`, so that no log or traceback can show it.

    It keeps its own copy, which `wipe` overwrites. What it cannot reach: the bytes that it was made from,
    and the text of the key that SQLCipher is handed (SQLCipher overwrites its own copies).
    """

    __slots__ = ("_material",)

    def __init__(self, material: bytes | bytearray) -> None:
        if len(material) != KEY_BYTES:
            message = f"a raw key has {KEY_BYTES} bytes"
            raise ValueError(message)
        self._material = bytearray(material)

    @property
    def material(self) -> bytearray:
        """The key itself, not a copy. Raises ValueError after `wipe`: zeros must never encrypt anything."""
        if not self._material:
            message = "a wiped key"
            raise ValueError(message)
        return self._material

    def wipe(self) -> None:
        """Overwrite the key; twice is harmless."""
        self._material[:] = bytes(len(self._material))
        self._material.clear()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RawKey):
            return NotImplemented
        return hmac.compare_digest(self._material, other._material)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "RawKey()"


Secret: TypeAlias = str | RawKey


def is_empty(secret: Secret) -> bool:
    """Whether the secret is no secret: SQLCipher would take an empty one as "do not encrypt"."""
    return secret == ""


def connect(path: Path, secret: Secret, how: How = "work") -> dbapi2.Connection:
    """Connect to an existing file and hand SQLCipher the secret; nothing is read and no key derived yet.

    The connection holds the file for itself from its first read on (`locking_mode`): a second program,
    also one on another machine of the same share, gets SQLITE_BUSY. It may be passed between threads
    but serves one at a time; `Database` sees to that. how: "look" reads the file as it lies there, "look with
    log" also the write-ahead log beside it; either takes no lock and writes nothing, not even beside it.
    """
    connection = dbapi2.connect(
        _uri(path, _HOW[how]),
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )
    try:
        _set(connection, "cipher_log_level = NONE", "cipher_memory_security = ON")
        connection.set_key(_key_material(secret))
        _set(
            connection,
            "cipher_compatibility = 4",
            f"cipher_page_size = {PAGE_BYTES}",
            "locking_mode = EXCLUSIVE",
        )
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def attached(connection: dbapi2.Connection, path: Path, secret: Secret) -> Iterator[str]:
    """Another existing file beside the connection's own, under its own secret; the name it has meanwhile."""
    name = "beside"
    connection.execute(f"ATTACH ? AS {name} KEY ?", (_uri(path), _key_material(secret)))
    try:
        yield name
    finally:
        connection.execute(f"DETACH {name}")


def settle(connection: dbapi2.Connection) -> None:
    """The settings that need a readable file: safe writes, nothing left behind, nothing on disk in plain."""
    _set(
        connection,
        "synchronous = FULL",
        "fullfsync = ON",
        "checkpoint_fullfsync = ON",
        "secure_delete = ON",
        "temp_store = MEMORY",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cache_size = -32000",
    )


def _set(connection: dbapi2.Connection, *pragmas: str) -> None:
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _key_material(secret: Secret) -> bytes:
    if isinstance(secret, RawKey):
        return b"x'" + secret.material.hex().encode("ascii") + b"'"
    # The same passphrase arrives composed or decomposed, by keyboard and system.
    material = unicodedata.normalize("NFC", secret).encode("utf-8", "surrogatepass")
    # SQLCipher takes bytes of this form as the key itself; a passphrase must always be derived from.
    return material + b"\n" if _LOOKS_LIKE_A_KEY.fullmatch(material) else material


def _uri(path: Path, how: str = "mode=rw") -> str:
    """The file as SQLite's URI; `mode=rw` keeps SQLite from making a file that is missing."""
    absolute = path.absolute()
    name = quote(os.fsencode(absolute.as_posix()))
    # Drive letters and the double slash of a share follow an empty host name.
    return f"file://{name if name.startswith('/') else '/' + name}?{how}"
