"""The proof sheet that ships with an instrument, and whether it is of exactly what runs here.

`borg-triage verify --sheet` writes it; the solver is not needed to read it.
"""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from borg_triage import __version__
from borg_triage.app.resources import resources
from borg_triage.domain.case import InstrumentRef
from borg_triage.domain.conditions import Strict
from borg_triage.report.proof import Proof, ProofSheet, Proved

# Decision model section 8. A sheet that lacks one of them proves nothing.
PROPERTIES: Final = tuple(range(1, 15))


class _Instrument(Strict):
    id: str
    version: str
    sha256: str


class _Contract(Strict):
    version: str
    sha256: str


class _Property(Strict):
    property: int
    status: Literal["proved", "tested"]
    method: Literal["solver", "exhaustive", "structure", "random"]
    combinations: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,199}$")]


class _Sheet(Strict):
    instrument: _Instrument
    circuit: str
    contract: _Contract
    program: str
    solver: str
    proved_on: date
    cpu_seconds: int
    properties: tuple[_Property, ...]


def proof_of(ref: InstrumentRef, folder: Path | None = None, program: str = __version__) -> Proof:
    """What is proved of an instrument as it runs in this version of the program.

    folder: where the sheets lie; those that ship with the program by default. No sheet, or one of other
    rules, of another contract or made with another version of the program, is no proof: `why_not` says so.
    """
    folder = folder or resources() / "proof_sheets"
    # Id and version of an instrument that a vault kept come from outside: only a file of the folder itself.
    name = f"{ref.id}-{ref.version}.json"
    if name not in {path.name for path in folder.glob("*.json")}:
        return Proof(ref, None, "missing")
    try:
        sheet = _read(folder / name)
    except (OSError, ValidationError):
        return Proof(ref, None, "unreadable")
    why_not = _differs(sheet, ref, program)
    return Proof(ref, None if why_not else sheet, why_not)


def _differs(sheet: ProofSheet, ref: InstrumentRef, program: str) -> str:
    if tuple(one.number for one in sheet.properties) != PROPERTIES:
        return "unreadable"
    if sheet.instrument != ref:
        return "instrument"
    if sheet.contract_sha256 != contract_hash():
        return "contract"
    return "" if sheet.program == program else "program"


@cache
def contract_hash() -> str:
    """The sha256 of the safety contract that ships with the program."""
    return hashlib.sha256((resources() / "safety" / "contract.toml").read_bytes()).hexdigest()


def _read(path: Path) -> ProofSheet:
    read = _Sheet.model_validate_json(path.read_bytes())
    return ProofSheet(
        instrument=InstrumentRef(read.instrument.id, read.instrument.version, read.instrument.sha256),
        contract_version=read.contract.version,
        contract_sha256=read.contract.sha256,
        program=read.program,
        solver=read.solver,
        proved_on=read.proved_on,
        properties=tuple(
            Proved(one.property, one.status, one.method, int(one.combinations)) for one in read.properties
        ),
    )
