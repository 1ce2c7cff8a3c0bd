from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from .samples import Team, new_team


@pytest.fixture(scope="session")
def team() -> Team:
    """Nothing changes in a ring, so all tests share one: a second of key derivation each would add up."""
    return new_team()


@pytest.fixture(scope="session")
def others() -> Team:
    """The team next door, with the same people and passphrases."""
    return new_team(vault_id="f0" * 16)


@pytest.fixture
def run_python() -> Callable[[str, str], str]:
    """Run a program with a line of input, and give what it says. Linux only: it limits what it may use."""
    if not sys.platform.startswith("linux"):
        pytest.skip("limits of Linux")

    def run(program: str, line: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program],
            input=line,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
