from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from borg_triage.storage.keys import wrapping
from borg_triage.storage.vault import Vault

from .quick import at_once
from .samples import copied_vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with copied_vault(tmp_path) as opened:
        yield opened


@pytest.fixture
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deriving a key from a passphrase costs nothing: for tests that look at something else."""
    monkeypatch.setattr(wrapping, "derived", at_once)
