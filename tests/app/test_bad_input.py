"""Bad input: one clear line, exit 2, nothing on standard output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borg_triage.app.instruments import current
from borg_triage.domain.case_input import CaseReader, parse_json
from borg_triage.domain.errors import CaseInputError

GOOD_DAY = date(2026, 11, 22)
GOOD: dict[str, Any] = {"user_group": "police", "assessed_on": "2026-11-22", "answers": {}}


def run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "borg_triage", *arguments], input=given, capture_output=True, check=False
    )


def answers(**items: Any) -> bytes:
    return json.dumps(
        GOOD | {"answers": {name.replace("__", "."): value for name, value in items.items()}}
    ).encode()


BAD = {
    "not JSON": (b"{", "regel 1"),
    "empty": (b"", "JSON"),
    "not UTF-8": (b'{"user_group": "\xff"}', "UTF-8"),
    "a list": (b"[]", "$"),
    "a key twice": (b'{"user_group": "police", "user_group": "police", "answers": {}}', "user_group"),
    "an item twice": (
        b'{"user_group":"police","answers":{"flag.stalking":"yes","flag.stalking":"no"}}',
        "flag.stalking",
    ),
    "an unknown key": (json.dumps(GOOD | {"sex": "f"}).encode(), "sex"),
    "no answers": (b'{"user_group": "police"}', "answers"),
    "an unknown item": (answers(flag__stalkin="yes"), "flag.stalkin"),
    "a value outside its set": (answers(flag__stalking="maybe"), "flag.stalking"),
    "a true instead of yes": (answers(flag__stalking=True), "flag.stalking"),
    "a value of another item": (answers(context__separation="yes"), "context.separation"),
    "an unknown group": (json.dumps(GOOD | {"user_group": "army"}).encode(), "army"),
    "an unknown source": (
        answers(flag__stalking={"value": "yes", "source": "neighbour"}),
        "flag.stalking.source",
    ),
    "overheard in words": (answers(flag__stalking={"value": "yes", "overheard": "no"}), "overheard"),
    "an observation without a value": (answers(flag__stalking={"source": "victim"}), "flag.stalking"),
    "a day ahead": (answers(flag__stalking=[{"value": "yes", "on": "2026-11-23"}]), "flag.stalking[0].on"),
    "a day that is none": (answers(flag__stalking={"value": "yes", "on": "2026-02-30"}), "2026-02-30"),
    "a day in another form": (answers(flag__stalking={"value": "yes", "on": "20261122"}), "20261122"),
    "a number that is none": (b'{"user_group":"police","answers":{"flag.stalking":NaN}}', "NaN"),
    "a number without end": (b'{"user_group":"police","answers":{"flag.stalking":' + b"9" * 5000 + b"}}", ""),
    "nested without end": (b'{"answers":' + b"[" * 200_000, "diep"),
    "a lone surrogate": (b'{"user_group":"police","answers":{"\\ud800":"yes"}}', "ud800"),
}


@pytest.mark.parametrize("name", BAD)
def test_one_clear_line_and_exit_2(name: str) -> None:
    content, named = BAD[name]
    done = run("assess", "-", given=content)
    assert (done.returncode, done.stdout) == (2, b"")
    line = done.stderr.decode()
    assert line.count("\n") == 1
    assert line.startswith("borg-triage: ")
    assert named in line
    assert "⟦" not in line
    assert len(line) < 1000


@pytest.mark.parametrize(
    "arguments", [("assess",), ("asses", "x"), ("assess", "--lins", "x"), ("assess", "x", "--language", "fr")]
)
def test_a_wrong_command_is_one_line_too(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        done = run("assess", str(path))
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
        assert str(path).encode() in done.stderr


@pytest.mark.parametrize("lines", [(), ("--lines",)])
def test_a_huge_file_is_refused_without_filling_memory(tmp_path: Path, lines: tuple[str, ...]) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.write(b'{"user_group": "')
        file.truncate(100 * 1024 * 1024)
    limited = ["bash", "-c", 'ulimit -v 900000; exec "$0" "$@"', sys.executable, "-m", "borg_triage"]
    done = subprocess.run(
        [*limited, "assess", *lines, str(huge)],
        capture_output=True,
        check=False,
        env=os.environ | {"LANG": "C"},
    )
    if lines:
        assert done.returncode == 1
        assert json.loads(done.stdout)["line"] == 1
    else:
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)


def test_bad_lines_get_their_place_and_lose_no_other() -> None:
    good = json.dumps(GOOD).encode()
    done = run("assess", "--lines", "--brief", "-", given=b"\n".join([good, b"", b"{", good]) + b"\n")
    assert done.returncode == 1
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [("error" in result, result.get("line")) for result in results] == [
        (False, None),
        (True, 2),
        (True, 3),
        (False, None),
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_under_the_output_is_said() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "borg_triage", "assess", "-"],
            input=json.dumps(GOOD).encode(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["yes", "no", "victim"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text() | st.sampled_from(["value", "on", "user_group", "answers", "flag.stalking"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(ANY_JSON)
def test_no_json_whatever_breaks_the_reader(raw: Any) -> None:
    reader = CaseReader(current().instrument)
    for case in (raw, GOOD | {"answers": raw}, GOOD | {"answers": {"flag.stalking": raw}}):
        try:
            reader.read(case, GOOD_DAY)
        except CaseInputError as error:
            assert error.key.startswith("case.error.")  # noqa: PT017 - passing is fine too


@given(st.binary(max_size=200))
def test_no_bytes_whatever_break_the_parser(content: bytes) -> None:
    try:
        parse_json(content)
    except CaseInputError as error:
        assert error.key.startswith("case.error.")  # noqa: PT017 - JSON by chance is fine
