from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from borg_triage.storage.keys import wrapping
from borg_triage.storage.vault import Vault
from tests.clock import Clock

from .quick import at_once
from .samples import KEY, START, copied_staffed_vault, copied_vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with copied_vault(tmp_path) as opened:
        yield opened


@pytest.fixture
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deriving a key from a passphrase costs nothing: for tests that look at something else."""
    monkeypatch.setattr(wrapping, "derived", at_once)


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def timed(tmp_path: Path, clock: Clock) -> Iterator[Vault]:
    with Vault.create(tmp_path / "team.borgvault", KEY, clock=clock) as opened:
        yield opened


@pytest.fixture
def staffed(tmp_path: Path) -> Iterator[Vault]:
    with copied_staffed_vault(tmp_path) as opened:
        yield opened
