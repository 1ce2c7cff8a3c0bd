"""What really stands in a vault's file and its log: every page decrypted here, used or not.

SQLCipher's own decryption is asked for no page that is free, nor for what is left between the rows of a page.
So the pages are opened by hand, by SQLCipher's published format: AES-256-CBC, a 16 byte start value and a
64 byte HMAC at the end of each page, the file's salt instead of the first 16 bytes of page 1.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from borg_triage.storage.keying import PAGE_BYTES, RawKey

_START_VALUE = 16
_RESERVED = _START_VALUE + 64
_SALT = 16
_LOG_HEADER = 32
_FRAME_HEADER = 24


def decrypted(vault: Path, key: RawKey) -> bytes:
    """Every page of the file, then every frame of its log (spent ones too), in plain."""
    log = vault.with_name(vault.name + "-wal")
    pages = [_page(page, key, _SALT if number == 0 else 0) for number, page in enumerate(_pages(vault))]
    frames = [_page(page, key, _SALT if first else 0) for first, page in _frames(log)]
    return b"".join([*pages, *frames])


def _page(page: bytes, key: RawKey, skip: int) -> bytes:
    inside, start_value = page[skip:-_RESERVED], page[-_RESERVED : -_RESERVED + _START_VALUE]
    opened = Cipher(algorithms.AES(bytes(key.material)), modes.CBC(start_value)).decryptor()
    return opened.update(inside) + opened.finalize()


def _pages(vault: Path) -> Iterator[bytes]:
    content = _content(vault)
    assert len(content) % PAGE_BYTES == 0
    for place in range(0, len(content), PAGE_BYTES):
        yield content[place : place + PAGE_BYTES]


def _frames(log: Path) -> Iterator[tuple[bool, bytes]]:
    content = _content(log) if log.exists() else b""
    for place in range(_LOG_HEADER, len(content) - PAGE_BYTES, _FRAME_HEADER + PAGE_BYTES):
        header = content[place : place + _FRAME_HEADER]
        yield int.from_bytes(header[:4], "big") == 1, content[place + _FRAME_HEADER :][:PAGE_BYTES]


def _content(path: Path) -> bytes:
    """Read by another program: this one would drop the vault's lock when it closes the file."""
    script = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())"
    return subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, check=True).stdout
