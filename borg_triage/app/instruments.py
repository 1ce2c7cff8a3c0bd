"""The instruments that ship with the program, loaded and checked once."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from borg_triage.app.resources import ResourceError, resources
from borg_triage.domain.case import InstrumentRef
from borg_triage.domain.engine import Engine
from borg_triage.domain.errors import InstrumentError
from borg_triage.domain.instrument import Instrument
from borg_triage.domain.instrument_files import MAX_BYTES, LoadedInstrument, load_instrument

CURRENT = ("intimate_terror", "1.0.1")


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


def instrument_content(loaded: LoadedInstrument) -> bytes:
    """The text of an instrument's files, as a vault keeps it beside the results."""
    files = {name: content.decode() for name, content in loaded.files.items()}
    return json.dumps(files, ensure_ascii=False).encode()


def kept_instrument(content: bytes) -> ReadyInstrument:
    """An instrument from the text that a vault kept. Raises InstrumentError."""
    files: dict[str, str] = json.loads(content)
    loaded = load_instrument({name: text.encode() for name, text in files.items()})
    return ReadyInstrument(loaded, Engine(loaded.instrument))


def released(kind: Literal["sha256", "contract"] = "sha256") -> dict[str, str]:
    """The sha256 of every released version, by "id version": what is released never changes.

    contract: those of the safety contract, by version.
    """
    path = resources() / "instruments" / "RELEASES.toml"
    hashes: dict[str, str] = tomllib.loads(path.read_text("utf-8"))[kind]
    return hashes


def version(name: str) -> ReadyInstrument:
    """A shipped version by its number, or any instrument by its folder. Raises InstrumentError."""
    is_shipped = (resources() / "instruments" / CURRENT[0] / name).is_dir()
    loaded = _shipped(CURRENT[0], name) if is_shipped else read_instrument(Path(name))
    return ReadyInstrument(loaded, Engine(loaded.instrument))


def before_current() -> ReadyInstrument:
    """The version released before the one in use; that itself where it is the first."""
    numbers = [number for name, number in map(str.split, released()) if name == CURRENT[0]]
    return version(numbers[max(0, numbers.index(CURRENT[1]) - 1)])


@cache
def current() -> ReadyInstrument:
    """The instrument new cases are assessed with."""
    loaded = _shipped(*CURRENT)
    return ReadyInstrument(loaded, Engine(loaded.instrument))


def _shipped(identity: str, number: str) -> LoadedInstrument:
    folder = resources() / "instruments" / identity / number
    if not folder.is_dir():
        raise ResourceError("app.error.incomplete", name="instruments")
    loaded = read_instrument(folder)
    promised = released().get(f"{identity} {number}")
    if promised is not None and promised != loaded.sha256:
        raise InstrumentError("instrument.error.changed", version=number)
    return loaded
