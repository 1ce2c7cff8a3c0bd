"""The instruments that ship with the program, loaded and checked once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from borg_triage.app.resources import ResourceError, resources
from borg_triage.domain.case import InstrumentRef
from borg_triage.domain.engine import Engine
from borg_triage.domain.errors import InstrumentError
from borg_triage.domain.instrument import Instrument
from borg_triage.domain.instrument_files import MAX_BYTES, LoadedInstrument, load_instrument

CURRENT = ("intimate_terror", "1.0.0")


@dataclass(frozen=True)
class ReadyInstrument:
    """A loaded instrument with its engine."""

    loaded: LoadedInstrument
    engine: Engine

    @property
    def instrument(self) -> Instrument:
        """The checked models."""
        return self.loaded.instrument

    @property
    def ref(self) -> InstrumentRef:
        """Id, version and hash."""
        return InstrumentRef(self.instrument.id, self.instrument.version, self.loaded.sha256)


def read_instrument(folder: Path) -> LoadedInstrument:
    """Load an instrument from a folder of TOML files. Raises InstrumentError."""
    files: dict[str, bytes] = {}
    try:
        for path in sorted(folder.glob("*.toml")):
            if path.stat().st_size > MAX_BYTES:
                raise InstrumentError("instrument.error.too_large", file=path.name, limit=MAX_BYTES)
            files[path.name] = path.read_bytes()
    except OSError as error:
        raise InstrumentError("instrument.error.unreadable", file=folder.name) from error
    return load_instrument(files)


@cache
def current() -> ReadyInstrument:
    """The instrument new cases are assessed with."""
    folder = resources() / "instruments" / CURRENT[0] / CURRENT[1]
    if not folder.is_dir():
        raise ResourceError("app.error.incomplete", name="instruments")
    loaded = read_instrument(folder)
    return ReadyInstrument(loaded, Engine(loaded.instrument))
