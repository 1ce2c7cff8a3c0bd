"""Damage to the files of a vault."""

from __future__ import annotations

from pathlib import Path

from borg_triage.storage import copying
from borg_triage.storage.errors import VaultDamaged
from borg_triage.storage.keying import PAGE_BYTES, RawKey
from borg_triage.storage.places import key_paths


def damage_where_the_cases_stand(path: Path, key: RawKey) -> None:
    """One wrong bit; the rest of the file can be read."""
    whole = path.read_bytes()
    for start in range(PAGE_BYTES, len(whole), PAGE_BYTES):
        path.write_bytes(whole[:start] + bytes([whole[start] ^ 1]) + whole[start + 1 :])
        with copying.seen(path, key, path) as database:
            try:
                database.rows("SELECT id FROM case_file")
            except VaultDamaged:
                return
    raise AssertionError("no page of the cases")


def damage_the_first_page(path: Path) -> None:
    """No key opens it any more."""
    content = bytearray(path.read_bytes())
    content[50] ^= 1
    path.write_bytes(content)


def lose_keys(path: Path) -> None:
    """Neither the key file nor its copy is there."""
    for file in key_paths(path):
        file.unlink()
