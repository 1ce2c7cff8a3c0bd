"""What a passphrase stands for by its salt is derived once: tests open copies of one vault many times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from borg_triage.storage.keys import wrapping
from borg_triage.storage.keys.keyfile import Derivation

_derive: Final = wrapping.derived


@contextmanager
def once() -> Iterator[None]:
    """For the length of the block. The keys are the real ones; only the wait is shorter."""
    wrapping.derived = lambda passphrase, how, _vault: _derived(passphrase, how.model_dump_json())
    try:
        yield
    finally:
        wrapping.derived = _derive


@cache
def _derived(passphrase: str, how: str) -> bytes:
    return _derive(passphrase, Derivation.model_validate_json(how), Path())
