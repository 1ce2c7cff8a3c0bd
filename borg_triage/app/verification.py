"""`borg-triage verify`: prove an instrument, and say it in words, as case files and as a proof sheet."""

from __future__ import annotations

import json
import os
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version as package_version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from borg_triage import __version__
from borg_triage.app.directory import directory
from borg_triage.app.instruments import current, released, version
from borg_triage.app.proof_sheet import contract_hash
from borg_triage.app.resources import resources
from borg_triage.domain.errors import BorgTriageError
from borg_triage.domain.instrument import Instrument
from borg_triage.domain.instrument_files import LoadedInstrument
from borg_triage.domain.rulebook import compile_rulebook
from borg_triage.text.catalog import Catalog

if TYPE_CHECKING:
    from borg_triage.proof.contract import Contract


class VerifyError(BorgTriageError):
    """The proof could not be made."""


Say = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """What is asked of verify: a shipped version or the folder of an instrument (None: the version in use),
    one property or all, and where to leave the proof sheet and counterexamples.
    """

    instrument: str | None = None
    only: int | None = None
    sheet: str | None = None
    cases: str | None = None


def run_verify(wanted: Wanted, texts: Catalog, say: Say) -> int:
    """Prove an instrument; 0 when every property holds, 1 when one fails. Says each verdict as it comes."""
    loaded = (current() if wanted.instrument is None else version(wanted.instrument)).loaded
    sheet_rows = _verdicts(loaded, wanted, texts, say)
    failed = [row for row in sheet_rows if row["status"] == "failed"]
    say(_ending(loaded, len(failed), texts))
    if wanted.sheet and wanted.only is None and not failed:
        Path(wanted.sheet).write_text(json.dumps(_sheet(loaded, sheet_rows), indent=1) + "\n", "utf-8")
    return 1 if failed else 0


def _ending(loaded: LoadedInstrument, failed: int, texts: Catalog) -> str:
    """What follows from the verdicts. Of a released version that fails: it was proved against a contract
    that asked less, and people work with a newer one.
    """
    if not failed:
        return texts.text("verify.held")
    used = current().loaded
    if loaded.sha256 != used.sha256 and loaded.sha256 in released().values():
        return texts.text("verify.failed.older", n=failed, used=used.instrument.version)
    return texts.text("verify.failed", n=failed)


def _verdicts(loaded: LoadedInstrument, wanted: Wanted, texts: Catalog, say: Say) -> list[dict[str, Any]]:
    cases = Path(wanted.cases) if wanted.cases else None
    try:
        from borg_triage.proof.verify import PROPERTIES, steps
    except ImportError as error:
        raise VerifyError("verify.error.no_solver") from error
    if wanted.only not in (None, *PROPERTIES):
        raise VerifyError("cli.error.usage", problem=f"--only {wanted.only}")
    known = {contact.id for contact in directory().contacts}
    rows: list[dict[str, Any]] = []
    for number, step in steps(loaded, _contract(), known):
        if wanted.only not in (None, number):
            continue
        start = time.perf_counter()
        verdict = step()
        took = time.perf_counter() - start
        say(
            texts.text(
                "verify.line",
                place=f"{number}/{len(PROPERTIES)}",
                status=texts.text(f"verify.status.{verdict.status}"),
                title=texts.text(f"property.{number}.title"),
                combinations=readable(verdict.combinations),
                method=texts.text(f"verify.method.{verdict.method}"),
                seconds=f"{took:.1f}",
            )
        )
        for fault in verdict.faults:
            say(f"    {fault}")
        for place, found in enumerate(verdict.counterexamples):
            for line in in_words(loaded.instrument, found.what, found.worlds, texts):
                say(f"    {line}")
            for part, world in enumerate(found.worlds):
                case = case_file(loaded.instrument, world)
                if cases is not None:
                    cases.mkdir(parents=True, exist_ok=True)
                    name = f"property-{number}-{place + 1}-{part + 1}.json"
                    (cases / name).write_text(json.dumps(case, indent=1) + "\n", "utf-8")
        rows.append(
            {
                "property": number,
                "status": verdict.status,
                "method": verdict.method,
                "combinations": str(verdict.combinations),
            }
        )
    return rows


def _contract() -> Contract:
    """The contract that ships. Raises VerifyError when it is not the one that was released."""
    from borg_triage.proof.contract import read_contract

    contract = read_contract((resources() / "safety" / "contract.toml").read_bytes())
    if released("contract").get(contract.version) != contract_hash():
        raise VerifyError("verify.error.contract_changed", version=contract.version)
    return contract


def readable(number: int) -> str:
    """A count a person can read: in full below a million, else as a power of ten."""
    if number < 10**6:
        return f"{number:,}".replace(",", "\u2009")
    digits = str(number)
    return f"{digits[0]}.{digits[1]}\u00d710^{len(digits) - 1}"


def in_words(
    instrument: Instrument, what: str, worlds: tuple[Mapping[str, str], ...], texts: Catalog
) -> list[str]:
    """A counterexample as lines: the part of the property, then what counts in each world."""
    lines = [texts.text("verify.counterexample", what=what)]
    for part, world in enumerate(worlds):
        said = []
        for item, value in world.items():
            yes_no = instrument.item[item].kind == "yes_no"
            label = texts.text(f"value.{value}" if yes_no else f"item.{item}.value.{value}")
            said.append(f"{texts.text(f'item.{item}.label')}: {label}")
        key = "verify.world.only" if len(worlds) == 1 else f"verify.world.{part + 1}"
        lines.append(texts.text(key, answers="; ".join(said) or texts.text("verify.world.nothing")))
    return lines


def case_file(instrument: Instrument, counted: Mapping[str, str]) -> dict[str, Any]:
    """A case in which exactly these answers count, as `assess` takes it."""
    answers = {}
    for item_id, value in counted.items():
        item = instrument.item[item_id]
        source = instrument.section[item.section].only_source or instrument.reliable_from(item)[0]
        answers[item_id] = {"value": value, "source": source, "overheard": False}
    return {"user_group": "veilig_thuis", "assessed_on": instrument.released, "answers": answers}


def _sheet(loaded: LoadedInstrument, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What `app.proof_sheet` reads: what was proved of which instrument, against what, with what."""
    from borg_triage.proof.replaying import fingerprint

    contract = (resources() / "safety" / "contract.toml").read_bytes()
    return {
        "instrument": {
            "id": loaded.instrument.id,
            "version": loaded.instrument.version,
            "sha256": loaded.sha256,
        },
        "circuit": fingerprint(compile_rulebook(loaded.instrument)),
        "contract": {
            "version": tomllib.loads(contract.decode())["version"],
            "sha256": contract_hash(),
        },
        "program": __version__,
        "solver": f"z3 {package_version('z3-solver')}",
        "proved_on": time.strftime("%Y-%m-%d"),
        "cpu_seconds": round(sum(os.times()[:4])),
        "properties": rows,
    }
