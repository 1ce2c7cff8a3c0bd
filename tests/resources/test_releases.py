"""A released instrument never changes, and the one in use is released."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from borg_triage.app.instruments import CURRENT, read_instrument, released
from borg_triage.app.resources import resources

FOLDERS = sorted(path for path in (resources() / "instruments").glob("*/*") if path.is_dir())


def test_the_version_in_use_is_released() -> None:
    assert " ".join(CURRENT) in released()


@pytest.mark.parametrize("name", sorted(released()))
def test_a_released_version_is_as_it_was(name: str) -> None:
    identity, number = name.split(" ")
    loaded = read_instrument(resources() / "instruments" / identity / number)
    assert loaded.sha256 == released()[name], "a released version is never edited: make a new version"
    assert (loaded.instrument.id, loaded.instrument.version) == (identity, number)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_a_version_says_what_it_touches(folder: Path) -> None:
    said = (folder.parent / "CHANGES.md").read_text("utf-8")
    assert f"## {folder.name}, " in said


def test_a_program_whose_rules_were_edited_refuses_to_triage(tmp_path: Path) -> None:
    root = resources().parent
    for part in ("borg_triage", "resources", "locales"):
        shutil.copytree(root / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    level = tmp_path / "resources" / "instruments" / CURRENT[0] / CURRENT[1] / "level.toml"
    level.write_bytes(level.read_bytes() + b"# a small improvement\n")
    command = [sys.executable, "-m", "borg_triage", "assess", "-", "--language", "en"]
    done = subprocess.run(command, cwd=tmp_path, input=b"{}", capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert CURRENT[1].encode() in done.stderr
    assert done.stderr.count(b"\n") == 1
