"""Whether a file is under a key, where SQLCipher cannot say: it reads no page before the first."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from borg_triage.storage.keying import PAGE_BYTES, RawKey

# SQLCipher's, at the end of each page: a start value and an HMAC.
_RESERVED_BYTES: Final = 80
_BLOCK_BYTES: Final = 16
_TREE_PAGES: Final = (2, 5, 10, 13)
_PAGES_TO_LOOK_AT: Final = 64


def is_under(path: Path, key: RawKey) -> bool:
    """Whether a file of which SQLCipher cannot read the first page is under this key, by its other pages.

    The key decrypts them whatever became of the first: under any other they are noise, in which two that
    begin as a table's or an index's page does come about less than once in a billion. Only to be asked while
    this process has no connection to the file. Raises OSError.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    found = 0
    with path.open("rb") as file:
        for page in iter(partial(file.read, PAGE_BYTES), b""):
            if file.tell() <= PAGE_BYTES or len(page) < PAGE_BYTES:
                continue
            start = page[-_RESERVED_BYTES:][:_BLOCK_BYTES]
            opened = Cipher(algorithms.AES(bytes(key.material)), modes.CBC(start)).decryptor()
            found += _begins_a_tree_page(opened.update(page[:_BLOCK_BYTES]))
            if found > 1 or file.tell() > _PAGES_TO_LOOK_AT * PAGE_BYTES:
                break
    return found > 1


def _begins_a_tree_page(head: bytes) -> bool:
    """By SQLite's file format: kind, first free block, number of cells, begin of the cells, fragments."""
    usable = PAGE_BYTES - _RESERVED_BYTES
    free, cells, content = (int.from_bytes(head[at : at + 2], "big") for at in (1, 3, 5))
    return head[0] in _TREE_PAGES and max(free, content) <= usable and cells < usable // 4 and head[7] <= 60
