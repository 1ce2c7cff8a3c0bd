"""Property 12: what would let a second assessment of the same case differ from the first is named."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from borg_triage.app.instruments import current
from borg_triage.domain.case_input import CaseInput, as_json
from borg_triage.domain.engine import Engine
from borg_triage.proof import purity, replaying
from borg_triage.proof.replaying import Replaying

FAULTS: list[dict[str, str]] = tomllib.loads(Path(__file__).with_name("impure_code.toml").read_text("utf-8"))[
    "faults"
]
LASTING = frozenset(("Engine", "Resolver"))
SOURCES = purity.sources()


def proof(engine: Engine) -> Replaying:
    return Replaying(engine, current().loaded.files)


def changed(fault: dict[str, str]) -> dict[str, str]:
    if "code" in fault:
        return {"one": fault["code"]}
    text = SOURCES[fault["module"]]
    assert text.count(fault["old"]) == 1, fault["name"]
    return SOURCES | {fault["module"]: text.replace(fault["old"], fault["new"])}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["name"])
def test_what_is_no_function_of_the_case_is_named(fault: dict[str, str]) -> None:
    found = purity.faults(changed(fault), LASTING)
    assert any(fault["found"] in one for one in found), found


def test_the_code_of_the_program_is_a_function() -> None:
    assert purity.faults(SOURCES, LASTING) == []
    parts = (
        "answers",
        "case_input",
        "circuit",
        "engine",
        "evidence",
        "explain",
        "instrument_files",
        "lighter",
    )
    assert {f"borg_triage.domain.{part}" for part in parts} <= SOURCES.keys()


@pytest.mark.parametrize(
    "harmless",
    [
        "def known(items: set[str], item: str) -> bool:\n    return item in items",
        "def number(items: set[str]) -> int:\n    return len({item[:1] for item in items})",
        "def order(items: set[str]) -> list[str]:\n    return sorted(items)",
        "def some(items: set[str]) -> bool:\n    return any(item == 'x' for item in items)",
        "def mine(item: str) -> list[str]:\n    seen: list[str] = []\n    seen.append(item)\n    return seen",
    ],
)
def test_what_only_asks_is_no_fault(harmless: str) -> None:
    assert purity.faults({"one": harmless}, LASTING) == []


def test_every_run_comes_to_the_same_circuit() -> None:
    """In another process, with sets in another order."""
    code = (
        "from borg_triage.app.instruments import current\n"
        "from borg_triage.proof.replaying import fingerprint\n"
        "print(fingerprint(current().engine.rulebook))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            text=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert found == {f"{replaying.fingerprint(current().engine.rulebook)}\n"}


def test_another_rule_is_another_circuit() -> None:
    from tests.proof.seeded_faults import FAULTS as SEEDED

    faulty = next(fault for fault in SEEDED if fault.property == 4).load()
    engine = Engine(faulty.instrument)
    assert replaying.fingerprint(engine.rulebook) != replaying.fingerprint(current().engine.rulebook)
    verdict = proof(engine).verdict()
    assert verdict.status == "failed"
    assert "the same text gives another instrument" in verdict.faults


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (', "overheard": false', ""),
        (', "overheard": true', ', "overheard": false'),
        ('"child"', '"victim"'),
        ('"declined"', '"unknown"'),
        ('"2026-11-21"', '"2026-11-22"'),
        ('"police"', '"shelter"'),
        ("\u2028", " "),
        (', "assessed_on": "2026-11-22"', ""),
    ],
)
def test_what_is_stored_otherwise_is_named(
    written: str, instead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(case: CaseInput) -> str:
        return as_json(case).replace(written, instead)

    monkeypatch.setattr(replaying, "as_json", forgetful)
    verdict = proof(current().engine).verdict()
    assert verdict.status == "failed"
    assert any("what is stored is not what is read again" in fault for fault in verdict.faults)


def test_the_shipped_instrument_replays_over_all_combinations() -> None:
    verdict = proof(current().engine).verdict()
    assert (verdict.status, verdict.method, verdict.faults) == ("proved", "structure", ())
    assert verdict.combinations > 10**47
