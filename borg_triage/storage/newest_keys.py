"""Which key file a vault was last given, kept inside the vault: so that one of before is not believed.

The number of a key file rises with every change of the ways in (`KeyFile.number`). The note follows when the
change is on disk in both places: a kill leaves a key file that is newer than the note, never an older one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Final, NamedTuple

from borg_triage.storage.keys.keyfile import KeyFile, Slot, canonical
from borg_triage.storage.settings import SettingStore

_NOTE: Final = "keys.newest"
_PUT_BACK: Final = "keys.put_back"


class Newest(NamedTuple):
    """ways_in: a mark of each, by which it is known again."""

    number: int
    ways_in: frozenset[str]


def noted(settings: SettingStore) -> Newest | None:
    """What is noted; None in a vault where no program did so yet. Raises VaultError."""
    number, *marks = (settings.get(_NOTE) or "").split() or ("",)
    return Newest(int(number), frozenset(marks)) if number.isdecimal() else None


def note(settings: SettingStore, file: KeyFile, active: Collection[str | None] = ()) -> None:
    """Keep that this is the key file of now. Raises VaultError.

    active: the slots of who opens the vault. Whom the key file lacks is remembered all the same: where it was
    made from one of before, theirs is still a way in that has not changed.
    """
    before = noted(settings)
    present = {slot.id for slot in file.slots}
    lacking = {one for one in before.ways_in if _slot_of(one) in active} if before else set()
    marks = {*map(mark, file.slots), *(one for one in lacking if _slot_of(one) not in present)}
    if before != Newest(file.number, frozenset(marks)):
        settings.put(_NOTE, " ".join((str(file.number), *sorted(marks))))


def mark(slot: Slot) -> str:
    """Its id, and what changes with another passphrase or another kit."""
    content = canonical(slot.model_dump(mode="json", exclude={"sealed"}))
    return f"{slot.id}:{hashlib.sha256(content).hexdigest()}"


def _slot_of(marked: str) -> str:
    return marked.partition(":")[0]


# ---------------------------------------------------------------- after a restore


def put_back(settings: SettingStore, file: KeyFile) -> None:
    """A backup is put back with this key file, which need not be of its day. Raises VaultError."""
    note(settings, file)
    settings.put(_PUT_BACK, "yes")


def was_put_back(settings: SettingStore) -> bool:
    """Whether that was so, and nobody opened the vault since. Raises VaultError."""
    return settings.get(_PUT_BACK) is not None


def agree(settings: SettingStore) -> None:
    """People and key file were brought together. Raises VaultError."""
    if was_put_back(settings):
        settings.drop(_PUT_BACK)
