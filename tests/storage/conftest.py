from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from borg_triage.storage.vault import Vault

from .samples import new_vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with new_vault(tmp_path) as opened:
        yield opened
