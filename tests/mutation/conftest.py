"""The instrument and the engine of these tests, read and compiled anew (see fresh)."""

from __future__ import annotations

import pytest

from borg_triage.domain.engine import Engine
from borg_triage.domain.instrument import Instrument
from borg_triage.domain.instrument_files import load_instrument
from tests.mutation.fresh import FILES, scope


@pytest.fixture(scope=scope)
def instrument() -> Instrument:
    return load_instrument(FILES).instrument


@pytest.fixture(scope=scope)
def engine(instrument: Instrument) -> Engine:
    return Engine(instrument)
