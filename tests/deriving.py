"""What a passphrase stands for by its salt is derived once: tests open copies of one vault many times."""

from __future__ import annotations

import threading
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
    wrapping.derived = _derived_once
    try:
        yield
    finally:
        wrapping.derived = _derive


@contextmanager
def once_by_tests() -> Iterator[None]:
    """The same, for what a test derives itself.

    What a window derives, in a thread of its own, takes its time: tests look at what it shows meanwhile.
    """
    wrapping.derived = _derived_here_once
    try:
        yield
    finally:
        wrapping.derived = _derive


def _derived_once(passphrase: str, how: Derivation, _vault: Path) -> bytes:
    return _derived(passphrase, how.model_dump_json())


def _derived_here_once(passphrase: str, how: Derivation, vault: Path) -> bytes:
    here = threading.current_thread() is threading.main_thread()
    return _derived_once(passphrase, how, vault) if here else _derive(passphrase, how, vault)


@cache
def _derived(passphrase: str, how: str) -> bytes:
    return _derive(passphrase, Derivation.model_validate_json(how), Path())
