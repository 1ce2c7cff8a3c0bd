"""Who can open the backups: their key files follow the vault's, so that nobody who is out gets in by one.

A backup stays under the database key of its day; its key file is written anew for the people of now. For that
a vault keeps inside itself the past database keys, for as long as it has backups under them. Whoever opens
the vault can so open its older backups, and never the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from borg_triage.storage import backup_files, copying
from borg_triage.storage.backup_files import Backup
from borg_triage.storage.errors import VaultError
from borg_triage.storage.keying import KEY_BYTES, RawKey
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.keyfile import KeyFile
from borg_triage.storage.keys.put import read_file
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.places import key_paths
from borg_triage.storage.settings import SettingStore
from borg_triage.text.backup_names import UPGRADED

_PAST: Final = "keys.past."
_KEY: Final = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}")


# ---------------------------------------------------------------- the past keys


def past_keys(settings: SettingStore) -> dict[int, RawKey]:
    """The database keys of before, by generation. Raises VaultError."""
    found = {}
    for name, value in settings.all().items():
        generation = name.removeprefix(_PAST)
        if name.startswith(_PAST) and generation.isdecimal() and _KEY.fullmatch(value):
            found[int(generation)] = RawKey(bytes.fromhex(value))
    return found


def remember(settings: SettingStore, keys: Mapping[int, RawKey]) -> None:
    """Keep database keys for the backups that are under them. Raises VaultError."""
    for generation, key in keys.items():
        settings.put(f"{_PAST}{generation}", key.material.hex())


def remember_dropped(settings: SettingStore, ring: KeyRing, keep: int) -> None:
    """Keep what a ring lets go of when only the generation `keep` stays. Raises VaultError."""
    known = past_keys(settings)
    remember(settings, {one: key for one, key in ring.keys.items() if one != keep and one not in known})
    for key in known.values():
        key.wipe()


def forget_unused(vault: Path, settings: SettingStore) -> None:
    """Let go of the past keys that no backup is under any more. Raises VaultError.

    Only where every backup's key file says under which it is; and never without a backup, for a folder that
    cannot be seen looks empty.
    """
    files = [file for one in backup_files.listed(vault) for file in _key_files(one)]
    if not files or None in files:
        return
    used = {generation for file in files if file is not None for generation in file.generations}
    for generation, key in past_keys(settings).items():
        key.wipe()
        if generation not in used:
            settings.drop(f"{_PAST}{generation}")


# ---------------------------------------------------------------- the key files of the backups


def share(vault: Path, ring: KeyRing, past: Mapping[int, RawKey]) -> None:
    """Write the key files of the backups anew where they let in others than the vault's own does.

    Best effort: one that cannot be written, or that no key at hand opens, is left as it is, and
    `open_to_others` names it.
    """
    people = people_of(ring.file)
    for one in backup_files.listed(vault):
        if any(
            file is None or people_of(file) != people or file.number != ring.file.number
            for file in _key_files(one)
        ):
            with suppress(VaultError):
                _share_one(vault, one.path, ring, past)


def open_to_others(vault: Path, now: KeyFile | None) -> list[Backup]:
    """The backups that somebody opens who does not open the vault, newest first: with a passphrase or a kit
    of before, or with the one passphrase that a vault of version 1 had.

    Those are backups that could not be written to, or whose key the vault does not know. now: the vault's key
    file; None where it is opened with a bare key, which knows no others.
    """
    if now is None:
        return []
    return [one for one in backup_files.listed(vault) if _opens_to_others(one, _ways_in(now))]


def said_to_open(backup: Backup, ring: KeyRing, past: Mapping[int, RawKey]) -> bool:
    """Whether the backup's key file says that it is this vault's, and under a key that is at hand."""
    known = {*past, *ring.keys}
    return any(
        file is not None and file.vault == ring.vault_id and known >= {*file.generations}
        for file in _key_files(backup)
    )


def _opens_to_others(backup: Backup, now: set[tuple[str, ...]]) -> bool:
    if backup.kind == UPGRADED and not any(path.exists() for path in key_paths(backup.path)):
        return True
    return any(file is not None and _ways_in(file) - now for file in _key_files(backup))


def _share_one(vault: Path, backup: Path, ring: KeyRing, past: Mapping[int, RawKey]) -> None:
    """Raises VaultError."""
    known = {**past, **ring.keys}
    # A key file says under which key its backup is; that it really is, only the backup itself says. After a
    # restore with a lost key file two keys may have had the same number.
    for generation in sorted(known, reverse=True):
        if copying.fits(backup, known[generation], vault):
            single = ring.file.generations == (generation,)
            keyfile.write(backup, ring.file if single else ring.sealed(generation, known[generation]))
            return


def _key_files(backup: Backup) -> Iterable[KeyFile | None]:
    """The key file and its copy, each None where it cannot be read."""
    for path in key_paths(backup.path):
        try:
            yield keyfile.parse(read_file(path, keyfile.MOST_BYTES + 1), backup.path)
        except (OSError, VaultError):
            yield None


def people_of(file: KeyFile) -> dict[str, Any]:
    """What a key file says but for the database keys: whose it is, and every way in."""
    slots = [slot.model_dump(exclude={"sealed"}) for slot in file.slots]
    return {"vault": file.vault, "salt": file.salt, "slots": slots}


def _ways_in(file: KeyFile) -> set[tuple[str, ...]]:
    return {(slot.id, slot.public, slot.wrapped) for slot in file.slots}
