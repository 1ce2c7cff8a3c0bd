"""A command that fails in a way nobody foresaw, or is broken off: one line, with nothing of a case in it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

CASE = {"user_group": "police", "assessed_on": "2026-11-22", "answers": {"flag.stalking": "yes"}}
# A fault of the program, that quotes what it was at.
FAULTY = """
import json, sys
from borg_triage.__main__ import main
def fails(given, **_how):
    raise KeyError(f"Merel {given}")
json.dumps = fails
sys.exit(main(["assess", "-", "--language", sys.argv[1]]))
"""


@pytest.mark.parametrize(("language", "said"), [("nl", "niet was voorbereid"), ("en", "not prepared for")])
def test_a_fault_of_the_program_is_told_by_its_kind_and_place(language: str, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAULTY, language],
        input=json.dumps(CASE).encode(),
        capture_output=True,
        check=False,
    )
    line = done.stderr.decode()
    assert (done.returncode, done.stdout, line.count("\n")) == (3, b"", 1)
    assert said in line
    assert "KeyError (borg_triage.app.cli:" in line
    assert "Merel" not in line
    assert "stalking" not in line


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to another process there")
def test_a_command_that_is_broken_off_says_so_in_one_line() -> None:
    command = [sys.executable, "-m", "borg_triage", "assess", "--lines", "--brief", "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdin.write(json.dumps(CASE).encode() + b"\n")
        program.stdin.flush()
        # It is at work, and waits for the next line.
        assert json.loads(program.stdout.readline())["level"]
        program.send_signal(signal.SIGINT)
        line = program.stderr.read().decode()
    assert program.returncode == 130
    assert line.startswith("borg-triage: Afgebroken.")
    assert line.count("\n") == 1
