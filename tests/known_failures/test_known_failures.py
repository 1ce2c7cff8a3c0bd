"""What real instruments and programs rated low comes out urgent here, or asks first for what is missing."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from borg_triage.app.instruments import current
from borg_triage.app.verification import case_file

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases.toml").read_text("utf-8")
)["cases"]  # fmt: skip
NAMES = [case["name"] for case in CASES]
INSTRUMENT = current().instrument


def as_input(case: dict[str, Any]) -> dict[str, Any]:
    """The case as `assess` takes it."""
    answers = case["answers"]
    if case.get("others") == "reassuring":
        best = {item.id: item.best for item in INSTRUMENT.items if item.kind != "date"}
        others = {item: answer for item, answer in best.items() if item not in answers}
        answers = answers | case_file(INSTRUMENT, others)["answers"]
    return {
        "user_group": case["user_group"],
        "assessed_on": case.get("assessed_on", INSTRUMENT.released),
        "answers": answers,
    }


def gap_as_no(case: dict[str, Any]) -> dict[str, Any]:
    """The case as those programs read it: what is missing counts as the reassuring answer."""
    read = as_input(case)
    gap = {item: INSTRUMENT.item[item].best for item in case["missing"]}
    return read | {"answers": read["answers"] | case_file(INSTRUMENT, gap)["answers"]}


@cache
def results() -> dict[str, dict[str, Any]]:
    """What the command line says of all cases, and of the gaps read as no."""
    cases = {case["name"]: as_input(case) for case in CASES}
    cases |= {f"{case['name']}: gap as no": gap_as_no(case) for case in of("gap")}
    done = subprocess.run(
        [sys.executable, "-m", "borg_triage", "assess", "--lines", "-"],
        input="".join(json.dumps(case) + "\n" for case in cases.values()).encode(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b""), done.stdout.decode()
    return dict(zip(cases, map(json.loads, done.stdout.splitlines()), strict=True))


def of(expect: str) -> list[dict[str, Any]]:
    return [case for case in CASES if case["expect"] == expect]


def test_every_case_names_its_public_source() -> None:
    assert len(CASES) == len(of("urgent")) + len(of("gap")) >= 8
    assert len(set(NAMES)) == len(NAMES)
    for case in CASES:
        assert case["source"], case["name"]
        assert case["rated"], case["name"]


@pytest.mark.parametrize("case", of("urgent"), ids=lambda case: case["name"])
def test_it_is_urgent(case: dict[str, Any]) -> None:
    result = results()[case["name"]]
    assert result["routes"]["primary"] == "urgent"
    assert result["level"]["lower"] in ("high", "acute")
    assert result["borg"]["value"] != "eligible"
    reasons = [reason for reason in result["reasons"] if reason["outcome"] == result["level"]["value"]]
    assert set(case["because"]) & {item for reason in reasons for item in reason["items"]}
    assert {entry["when"] for entry in result["routes"]["destinations"]} & {"now", "today"}


@pytest.mark.parametrize("case", of("gap"), ids=lambda case: case["name"])
def test_the_missing_question_comes_first(case: dict[str, Any]) -> None:
    result = results()[case["name"]]
    assert result["pattern"]["value"] == "undetermined"
    assert result["routes"]["primary"] == "consult"
    assert result["level"]["value"] == "elevated"
    assert result["level"]["upper"] in ("high", "acute")
    assert result["borg"]["value"] not in ("eligible", "candidate", "review")
    asked = [question["item"] for question in result["ask_next"]]
    assert set(asked[: len(case["missing"])]) == set(case["missing"])


@pytest.mark.parametrize(
    "case", [case for case in of("gap") if "others" in case], ids=lambda case: case["name"]
)
def test_read_as_no_the_same_answers_find_nothing(case: dict[str, Any]) -> None:
    """What those programs do. So it is the gap alone that spoke above."""
    result = results()[f"{case['name']}: gap as no"]
    assert (result["level"]["value"], result["routes"]["primary"]) == ("none_found", "local_support")


@pytest.mark.parametrize(
    "case",
    [case for case in of("urgent") if "not_asked" in case["answers"].values()],
    ids=lambda case: case["name"],
)
def test_what_was_left_blank_is_still_asked(case: dict[str, Any]) -> None:
    asked = {question["item"] for question in results()[case["name"]]["ask_next"]}
    assert {item for item, answer in case["answers"].items() if answer == "not_asked"} <= asked
