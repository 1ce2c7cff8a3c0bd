"""`borg-triage verify` on the command line: verdicts in words, faults as cases, one line for bad files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from borg_triage.app.instruments import CURRENT, current
from borg_triage.app.resources import catalog, resources
from borg_triage.domain.engine import Engine
from borg_triage.proof.verify import PROPERTIES
from tests.proof.seeded_faults import FAULTS, FILES
from tests.proof.worlds import as_case

ENGLISH = catalog("en")


def run(*arguments: str, memory_kb: int | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "borg_triage", *arguments]
    if memory_kb:
        command = ["bash", "-c", f'ulimit -v {memory_kb}; exec "$0" "$@"', *command]
    return subprocess.run(command, capture_output=True, check=False, env=os.environ | {"LANG": "C"})


def written(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


SHIPPED_SHEET = "{}-{}.json".format(*CURRENT)


def title(number: int) -> str:
    return ENGLISH.text(f"property.{number}.title")


# ---------------------------------------------------------------- a fault (--only: all would take a minute)


def test_a_fault_is_named_and_shown_as_a_case(tmp_path: Path) -> None:
    fault = next(fault for fault in FAULTS if fault.name == "strangulation is dropped from the red flags")
    folder = written(tmp_path / "faulty", fault.files())
    cases, sheet = tmp_path / "cases", tmp_path / "sheet.json"
    done = run(
        "verify", str(folder), "--only", "4", "--cases", str(cases), "--sheet", str(sheet), "--language", "en"
    )
    assert (done.returncode, done.stderr) == (1, b"")
    said = done.stdout.decode()
    assert "⟦" not in said
    line = next(line for line in said.splitlines() if line.startswith("4/"))
    assert title(4) in line
    assert ENGLISH.text("verify.status.failed") in line
    assert ENGLISH.text("item.flag.strangulation.label") in said
    assert not sheet.exists(), "a proof sheet for an instrument that fails"

    case = min(cases.iterdir())
    assert case.name.startswith("property-4-")
    assert json.loads(case.read_text("utf-8"))["answers"].keys() == {"flag.strangulation"}
    taken = run("assess", str(case))
    assert taken.returncode == 0, taken.stderr.decode()
    assert json.loads(taken.stdout)["level"]["value"] == "high"
    faulty = Engine(fault.load().instrument)
    assert faulty.brief(as_case(faulty.instrument, {"flag.strangulation": "yes"})).level.value == "elevated"


def test_a_fault_without_answers_is_named_by_its_rule(tmp_path: Path) -> None:
    fault = next(fault for fault in FAULTS if fault.name == "a destination that is misspelt")
    done = run("verify", str(written(tmp_path / "faulty", fault.files())), "--only", "13", "--language", "en")
    assert (done.returncode, done.stderr) == (1, b"")
    assert title(13) in done.stdout.decode()
    assert "local_teams" in done.stdout.decode()


def test_an_earlier_version_is_told_what_it_fails_today(tmp_path: Path) -> None:
    """1.0.0 let the report on a minor be swallowed; the contract it was proved against asked less."""
    cases, sheet = tmp_path / "cases", tmp_path / "sheet.json"
    more = ("--cases", str(cases), "--sheet", str(sheet), "--language", "en")
    done = run("verify", "1.0.0", "--only", "4", *more)
    said = done.stdout.decode()
    assert (done.returncode, done.stderr) == (1, b""), said
    assert "a_minor_is_reported: shelter: veilig_thuis today" in said
    assert said.splitlines()[-1] == ENGLISH.text("verify.failed.older", n=1, used=CURRENT[1])
    assert not sheet.exists()
    shown = [json.loads(case.read_text("utf-8"))["answers"] for case in cases.iterdir()]
    assert shown
    assert all("context.victim_minor" in answers for answers in shown)


# ---------------------------------------------------------------- files that are no instrument


def _deep(files: dict[str, bytes]) -> None:
    files["level.toml"] = b"level = " + b"[" * 100_000


def _deep_condition(files: dict[str, bytes]) -> None:
    rule = b'"pattern is intimate_terror_likely"'
    files["level.toml"] = files["level.toml"].replace(rule, b"{ all = [" * 250 + rule + b"] }" * 250, 1)


def _newer_key(files: dict[str, bytes]) -> None:
    files["instrument.toml"] = b"format = 2\n" + files["instrument.toml"]


def _newer_item_key(files: dict[str, bytes]) -> None:
    files["items.toml"] = files["items.toml"].replace(b"moment = true", b"moment = true\nweight = 3", 1)


def _newer_file(files: dict[str, bytes]) -> None:
    files["weights.toml"] = b"[[weights]]\nitem = 'flag.stalking'\n"


def _not_toml(files: dict[str, bytes]) -> None:
    files["gate.toml"] = b'{"criteria": []}'


def _not_text(files: dict[str, bytes]) -> None:
    files["gate.toml"] = bytes(range(256)) * 20


def _half_a_file(files: dict[str, bytes]) -> None:
    files["routes.toml"] = files["routes.toml"][: len(files["routes.toml"]) // 2]


def _a_file_missing(files: dict[str, bytes]) -> None:
    del files["gate.toml"]


HOSTILE: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "nested without end": (_deep, "level.toml"),
    "a condition nested deeply": (_deep_condition, "level.toml"),
    "a key of a newer version": (_newer_key, "format"),
    "an item's key of a newer version": (_newer_item_key, "weight"),
    "a file of a newer version": (_newer_file, "weights"),
    "not TOML": (_not_toml, "gate.toml"),
    "not text": (_not_text, "gate.toml"),
    "half a file": (_half_a_file, "routes.toml"),
    "a file missing": (_a_file_missing, "criteria"),
}


def refused(done: subprocess.CompletedProcess[bytes], named: str) -> None:
    """One clear line on standard error, nothing on standard output, exit 2."""
    line = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b""), line
    assert line.count("\n") == 1
    assert line.startswith("borg-triage: ")
    assert named in line
    assert "⟦" not in line
    assert len(line) < 500


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_instrument_gets_one_clear_line(name: str, tmp_path: Path) -> None:
    change, named = HOSTILE[name]
    files = dict(FILES)
    change(files)
    refused(run("verify", str(written(tmp_path / "broken", files))), named)


def _endless_number(files: dict[str, bytes]) -> None:
    files["items.toml"] = files["items.toml"].replace(b"number = 1\n", b"number = " + b"9" * 5000 + b"\n", 1)


def _a_date(files: dict[str, bytes]) -> None:
    released = f'released = "{current().instrument.released}"'.encode()
    files["instrument.toml"] = files["instrument.toml"].replace(released, released.replace(b'"', b""), 1)


@pytest.mark.parametrize("change", [_endless_number, _a_date])
def test_values_that_toml_knows_and_instruments_do_not(
    change: Callable[[dict[str, bytes]], None], tmp_path: Path
) -> None:
    files = dict(FILES)
    change(files)
    assert files != FILES
    refused(run("verify", str(written(tmp_path / "broken", files))), ".toml")


def test_only_a_property_that_is_not_there() -> None:
    refused(run("verify", "--only", str(len(PROPERTIES) + 1)), "--only")


def test_a_huge_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    folder = written(tmp_path / "huge", FILES)
    with (folder / "level.toml").open("r+b") as file:
        file.truncate(100 * 1024 * 1024)
    started = time.perf_counter()
    refused(run("verify", str(folder), memory_kb=600_000), "level.toml")
    assert time.perf_counter() - started < 20


def test_a_folder_without_an_instrument(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "none"):
        refused(run("verify", str(folder)), "")
    loop = written(tmp_path / "loop", FILES) / "gate.toml"
    loop.unlink()
    loop.symlink_to("gate.toml")
    refused(run("verify", str(loop.parent)), "loop")


# ---------------------------------------------------------------- the whole proof


@pytest.mark.timeout(600)
def test_the_shipped_instrument_is_proved(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.json"
    done = run("verify", "--sheet", str(sheet), "--cases", str(tmp_path / "cases"), "--language", "en")
    said = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b""), said
    lines = said.splitlines()
    assert len(lines) == len(PROPERTIES) + 1
    for number, line in zip(PROPERTIES, lines, strict=False):
        assert line.startswith(f"{number}/{len(PROPERTIES)}")
        assert title(number) in line
    assert not (tmp_path / "cases").exists()
    proved = json.loads(sheet.read_text("utf-8"))
    # Seconds of work, on one core; other tests running beside it do not count.
    assert proved["cpu_seconds"] < 300
    assert proved["instrument"]["sha256"] == current().loaded.sha256
    status = {row["property"]: row["status"] for row in proved["properties"]}
    assert status.keys() == set(PROPERTIES)
    # Only what cannot be proved with a solver is tested instead, and it says so.
    assert {number for number, found in status.items() if found == "tested"} <= {14}
    assert set(status.values()) <= {"proved", "tested"}
    shipped = json.loads((resources() / "proof_sheets" / SHIPPED_SHEET).read_text("utf-8"))
    when = {"proved_on", "cpu_seconds"}
    assert {key: value for key, value in proved.items() if key not in when} == {
        key: value for key, value in shipped.items() if key not in when
    }, "prove it again and ship the sheet: borg-triage verify --sheet"
