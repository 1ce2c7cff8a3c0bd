"""An instrument's files and how often to read them: for tests of which nothing may be built before.

`make mutants` runs the tests of this folder against small changes of the engine. A change in how an
instrument is read or compiled must show, so they use neither `instruments.current` nor anything else that was
made while a module was imported.
"""

from __future__ import annotations

import os
from typing import Literal

import pytest

from borg_triage.app.instruments import CURRENT
from borg_triage.app.resources import resources

FOLDER = resources().joinpath("instruments", *CURRENT)
FILES = {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.toml"))}


def scope(fixture_name: str, config: pytest.Config) -> Literal["function", "session"]:
    """Once a run; but where mutmut finds out which function which test reaches, each test builds its own."""
    return "function" if os.environ.get("MUTANT_UNDER_TEST") == "stats" else "session"
