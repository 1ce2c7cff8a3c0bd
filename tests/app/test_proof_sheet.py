"""The proof that ships is of exactly the rules that ship, and of nothing else."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from borg_triage import __version__
from borg_triage.app.instruments import current, released, version
from borg_triage.app.proof_sheet import PROPERTIES, proof_of
from borg_triage.app.resources import catalog, resources
from borg_triage.domain.instrument_files import fingerprint
from borg_triage.proof import verify
from borg_triage.report.proof import ProofWords

AGAIN = "prove the rules again: borg-triage verify --sheet resources/proof_sheets/NAME-VERSION.json"
REF = current().ref
NAME = f"{REF.id}-{REF.version}.json"
SHEET: dict[str, Any] = json.loads((resources() / "proof_sheets" / NAME).read_text("utf-8"))

# Every way in which a sheet is not of these rules, and what is said of it.
DIFFERENCES: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "other rules": ("instrument", lambda sheet: sheet["instrument"].update(sha256="0" * 64)),
    "another version": ("instrument", lambda sheet: sheet["instrument"].update(version="9.9.9")),
    "another instrument": ("instrument", lambda sheet: sheet["instrument"].update(id="quarrels")),
    "another contract": ("contract", lambda sheet: sheet["contract"].update(sha256="0" * 64)),
    "another program": ("program", lambda sheet: sheet.update(program="99.0")),
    "a property fails": ("unreadable", lambda sheet: sheet["properties"][3].update(status="failed")),
    "a property is missing": ("unreadable", lambda sheet: sheet["properties"].pop()),
    "no properties": ("unreadable", lambda sheet: sheet["properties"].clear()),
    "a property stands twice": ("unreadable", lambda sheet: sheet["properties"][1].update(property=1)),
    "over nothing": ("unreadable", lambda sheet: sheet["properties"][0].update(combinations="0")),
    "no date": ("unreadable", lambda sheet: sheet.pop("proved_on")),
}


def test_the_rules_that_ship_are_the_rules_that_were_proved() -> None:
    proof = proof_of(REF)
    assert proof.sheet is not None, f"{proof.why_not}: {AGAIN}"
    assert proof.why_not == ""


def test_the_sheet_names_the_files_that_are_there() -> None:
    contract = (resources() / "safety" / "contract.toml").read_bytes()
    assert SHEET["contract"]["sha256"] == hashlib.sha256(contract).hexdigest(), AGAIN
    files = (resources() / "instruments" / REF.id / REF.version).glob("*.toml")
    assert SHEET["instrument"]["sha256"] == fingerprint({file.name: file.read_bytes() for file in files})
    assert SHEET["program"] == __version__, AGAIN
    assert SHEET["solver"].startswith("z3 ")


@pytest.mark.parametrize("path", sorted((resources() / "proof_sheets").iterdir()), ids=lambda path: path.stem)
def test_a_sheet_is_of_a_released_version_and_of_the_contract_of_its_day(path: Path) -> None:
    sheet = json.loads(path.read_text("utf-8"))
    of, contract = sheet["instrument"], sheet["contract"]
    assert path.stem == f"{of['id']}-{of['version']}"
    assert released()[f"{of['id']} {of['version']}"] == of["sha256"]
    assert released("contract")[contract["version"]] == contract["sha256"]


def test_an_earlier_version_is_not_proved_against_the_contract_of_today() -> None:
    assert proof_of(version("1.0.0").ref).why_not == "contract"


def test_every_property_is_on_it_and_only_what_may_be_tested_is_not_proved() -> None:
    assert PROPERTIES == verify.PROPERTIES
    assert [one["property"] for one in SHEET["properties"]] == list(PROPERTIES)
    tested = {one["property"] for one in SHEET["properties"] if one["status"] != "proved"}
    assert tested == {14}


def written(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    sheet = json.loads(json.dumps(SHEET))
    change(sheet)
    (folder / NAME).write_text(json.dumps(sheet), "utf-8")
    return folder


def test_a_whole_sheet_in_another_folder_is_taken(tmp_path: Path) -> None:
    assert proof_of(REF, written(tmp_path, lambda sheet: None)).sheet is not None


@pytest.mark.parametrize("name", DIFFERENCES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_differs_is_said_to_be_not_proved(name: str, language: str, tmp_path: Path) -> None:
    why_not, change = DIFFERENCES[name]
    proof = proof_of(REF, written(tmp_path, change))
    assert (proof.sheet, proof.why_not) == (None, why_not)
    texts = catalog(language)
    told = ProofWords(proof, texts)
    title, lines = told.verdict()
    assert title == texts.text("proof.none.title", version=REF.version)
    assert lines == (texts.text(f"proof.none.{why_not}"), texts.text("proof.none.text"))
    assert not told.proved
    assert list(told.groups()) == []
    # What only a proof could let one say is not said either.
    limits = told.limits()
    assert texts.text("proof.not_said.right_rules") not in limits[1]
    assert texts.text("proof.not_said.people") in limits[1]
    assert "⟦" not in "".join((title, *lines, limits[0], *limits[1], *told.marks()[1], told.marks()[0]))


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b"\xff\xfe", b'{"properties": NaN}'])
def test_a_broken_sheet_proves_nothing(content: bytes, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(content)
    assert proof_of(REF, tmp_path).why_not == "unreadable"


def test_a_version_without_a_sheet_is_not_proved(tmp_path: Path) -> None:
    assert proof_of(replace(REF, version="9.9.9")).why_not == "missing"
    assert proof_of(REF, tmp_path).why_not == "missing"
    assert proof_of(REF, tmp_path / "not there").why_not == "missing"


def test_a_newer_program_does_not_take_an_older_ones_proof() -> None:
    assert proof_of(REF, program="99.0").why_not == "program"


def test_a_name_from_a_vault_leads_nowhere_else(tmp_path: Path) -> None:
    written(tmp_path, lambda sheet: sheet["instrument"].update(id=f"../{REF.id}"))
    (tmp_path / "sheets").mkdir()
    assert proof_of(replace(REF, id=f"../{REF.id}"), tmp_path / "sheets").why_not == "missing"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_property_is_said_once_and_the_surest_first(language: str) -> None:
    texts = catalog(language)
    groups = list(ProofWords(proof_of(REF), texts).groups())
    assert [group.title for group in groups] == [
        texts.text(f"proof.{way}.title") for way in ("every", "read", "tried", "tested")
    ]
    said = [saying.text for group in groups for saying in group.sayings]
    assert sorted(said) == sorted(texts.text(f"property.{number}.plain") for number in PROPERTIES)
    assert "⟦" not in " ".join(said)
    for one in SHEET["properties"]:
        if one["method"] == "solver":
            assert str(len(one["combinations"])) in groups[0].how
    # What was solved or read was not counted out.
    assert not any(saying.cases for group in groups[:2] for saying in group.sayings)
    counted = [saying.cases for group in groups[2:] for saying in group.sayings]
    expected = [
        int(one["combinations"]) for one in SHEET["properties"] if one["method"] in ("exhaustive", "random")
    ]
    assert sorted(int("".join(filter(str.isdigit, text))) for text in counted) == sorted(expected)


def test_it_is_read_without_the_solver() -> None:
    code = (
        "import sys; from borg_triage.app.instruments import current; from borg_triage.app import papers;"
        "from borg_triage.app.proof_sheet import proof_of; assert proof_of(current().ref).sheet;"
        "assert 'z3' not in sys.modules and 'borg_triage.proof' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
