"""Where opening a vault is only the way to what is looked at, a passphrase becomes a key at once."""

from __future__ import annotations

import pytest

from borg_triage.storage.keys import wrapping
from tests.storage.quick import at_once

QUICK = ("test_inspection", "test_logbook", "test_retention", "test_wrong_clock")


@pytest.fixture(autouse=True)
def quick_keys(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.path.name.startswith(QUICK):
        monkeypatch.setattr(wrapping, "derived", at_once)
