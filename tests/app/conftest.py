"""Vaults that are opened again and again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import deriving


@pytest.fixture(autouse=True)
def quick_keys() -> Iterator[None]:
    """Each key is derived once."""
    with deriving.once():
        yield
