"""A released instrument never changes, and the one in use is released."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from borg_triage.app.instruments import CURRENT, read_instrument, released
from borg_triage.app.proof_sheet import contract_hash
from borg_triage.app.resources import resources

FOLDERS = sorted(path for path in (resources() / "instruments").glob("*/*") if path.is_dir())


def copied(folder: Path) -> None:
    """The program with its files."""
    root = resources().parent
    for part in ("borg_triage", "resources", "locales"):
        shutil.copytree(root / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "borg_triage", *arguments, "--language", "en"]
    return subprocess.run(command, cwd=folder, input=b"{}", capture_output=True, check=False)


def test_the_version_in_use_is_released() -> None:
    assert " ".join(CURRENT) in released()


@pytest.mark.parametrize("name", sorted(released()))
def test_a_released_version_is_as_it_was(name: str) -> None:
    identity, number = name.split(" ")
    loaded = read_instrument(resources() / "instruments" / identity / number)
    assert loaded.sha256 == released()[name], "a released version is never edited: make a new version"
    assert (loaded.instrument.id, loaded.instrument.version) == (identity, number)


def test_the_safety_contract_is_as_it_was_released(tmp_path: Path) -> None:
    """A promise is edited no more quietly than a rule."""
    assert contract_hash() in released("contract").values()
    copied(tmp_path)
    contract = tmp_path / "resources" / "safety" / "contract.toml"
    contract.write_bytes(contract.read_bytes().replace(b'"flag.strangulation", "flag.stalking", ', b"", 1))
    done = run(tmp_path, "verify", "--only", "13")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"RELEASES.toml" in done.stderr


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_a_version_says_what_it_touches(folder: Path) -> None:
    said = (folder.parent / "CHANGES.md").read_text("utf-8")
    assert f"## {folder.name}, " in said


def test_a_program_whose_rules_were_edited_refuses_to_triage(tmp_path: Path) -> None:
    copied(tmp_path)
    level = tmp_path / "resources" / "instruments" / CURRENT[0] / CURRENT[1] / "level.toml"
    level.write_bytes(level.read_bytes() + b"# a small improvement\n")
    done = run(tmp_path, "assess", "-")
    assert (done.returncode, done.stdout) == (2, b"")
    assert CURRENT[1].encode() in done.stderr
    assert done.stderr.count(b"\n") == 1
