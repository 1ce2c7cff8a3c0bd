"""What a passphrase stands for by its salt is derived once: tests open copies of one vault many times."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from borg_triage.storage.keys import wrapping
from borg_triage.storage.keys.keyfile import Derivation

_derive: Final = wrapping.derived


def once(passphrase: str, how: Derivation, _vault: Path) -> bytes:
    """The real derivation, in the place of `wrapping.derived`."""
    return _derived(passphrase, how.model_dump_json())


@cache
def _derived(passphrase: str, how: str) -> bytes:
    return _derive(passphrase, Derivation.model_validate_json(how), Path())
