"""Every worked case through the command line gives what was worked out by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.examples import Example, examples

ALL = examples()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "borg_triage", *arguments], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    lines = tmp_path_factory.mktemp("examples") / "cases.jsonl"
    lines.write_text("\n".join(json.dumps(example.case) for example in ALL), "utf-8")
    done = run("assess", "--lines", str(lines))
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return dict(zip((example.name for example in ALL), found, strict=True))


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.name)
def test_outcome_is_as_worked_out_by_hand(example: Example, results: dict[str, dict[str, Any]]) -> None:
    result, expected = results[example.name], example.expected["expected"]
    assert {
        "level": result["level"]["value"],
        "level_lower": result["level"]["lower"],
        "level_upper": result["level"]["upper"],
        "pattern": result["pattern"]["value"],
        "borg": result["borg"]["value"],
        "primary": result["routes"]["primary"],
    } == expected
    assert set(example.expected.get("also", [])) <= set(result["routes"]["also"])
    told = [{key: to[key] for key in ("id", "when", "kind")} for to in result["routes"]["destinations"]]
    assert told
    for place in example.expected.get("to", []):
        assert place in told


@pytest.mark.parametrize("group", ["police", "shelter", "veilig_thuis"])
def test_a_minor_is_reported_today_whoever_asks(group: str) -> None:
    """Decision model section 6: context.victim_minor gives a report and child protection."""
    minors = [example for example in ALL if example.name.startswith("minor-")]
    assert len(minors) == 3
    for example in minors:
        assert example.expected["expected"]["level"] == "elevated"
        given = json.dumps(example.case | {"user_group": group})
        command = [sys.executable, "-m", "borg_triage", "assess", "-"]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
        routes = json.loads(done.stdout)["routes"]
        told = {to["id"]: (to["kind"], to["when"]) for to in routes["destinations"]}
        assert told["veilig_thuis"] == ("report", "today"), example.name
        assert "child_protection" in told
        assert "child_protection" in routes["also"]


def test_examples_reach_every_outcome() -> None:
    reached = [example.expected["expected"] for example in ALL]
    assert {entry["level"] for entry in reached} == {"none_found", "attention", "elevated", "high", "acute"}
    assert len({entry["pattern"] for entry in reached}) == 5
    assert len({entry["borg"] for entry in reached}) == 5
    assert {entry["primary"] for entry in reached} == {"urgent", "consult", "care", "borg", "local_support"}
    assert {example.case["user_group"] for example in ALL} == {"police", "shelter", "veilig_thuis"}


def test_one_case_alone_gives_the_same_as_in_lines(results: dict[str, dict[str, Any]]) -> None:
    done = run("assess", str(ALL[0].path))
    assert json.loads(done.stdout) == results[ALL[0].name]


def test_every_reason_is_said_in_words(results: dict[str, dict[str, Any]]) -> None:
    texts = [reason["text"] for result in results.values() for reason in result["reasons"]]
    assert all(texts)
    assert not [text for text in texts if "⟦" in text]
