"""The table of seeded faults (seeded_faults.toml): changes of the instrument that no proof may let pass."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from borg_triage.app.instruments import current
from borg_triage.domain.instrument_files import LoadedInstrument, load_instrument

FILES = dict(current().loaded.files)


@dataclass(frozen=True)
class Fault:
    """A change of one file: `old`, which stands there once, becomes `new`."""

    name: str
    property: int
    file: str
    old: str
    new: str

    def files(self) -> dict[str, bytes]:
        """The files of the faulty copy."""
        text = FILES[self.file].decode()
        assert text.count(self.old) == 1, (self.name, text.count(self.old))
        return FILES | {self.file: text.replace(self.old, self.new).encode()}

    def load(self) -> LoadedInstrument:
        """The faulty instrument. It must load: an error in reading is no fault that a proof has to find."""
        return load_instrument(self.files())


FAULTS = tuple(
    Fault(**entry)
    for entry in tomllib.loads(Path(__file__).with_name("seeded_faults.toml").read_text("utf-8"))["faults"]
)
