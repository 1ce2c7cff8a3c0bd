"""Vaults that are opened again and again."""

from __future__ import annotations

import pytest

from borg_triage.storage.keys import wrapping
from tests import deriving


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each key is derived once."""
    monkeypatch.setattr(wrapping, "derived", deriving.once)
