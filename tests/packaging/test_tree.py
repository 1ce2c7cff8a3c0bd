"""check_tree finds what must not be committed, and takes what only looks like it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging import script


def faults(root: Path, name: str, content: bytes) -> list[str]:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return list(script("check_tree").faults_of(path, name))


@pytest.mark.parametrize(
    "line",
    [
        # Put together here, so that this file itself stays clean.
        "--index-url https://" + "pypi" + ".org/simple",
        "https://files." + "pythonhosted" + ".org/packages/x.whl",
        '"resolved": "https://registry.' + "npmjs" + '.org/x.tgz"',
        "cd " + "/" + "work/main",
        "cd " + "/" + "work",
        "open('" + "/" + "tmp/x')",
        "see " + "/" + "home/anna/notes",
        "C" + r":\Users\anna",
    ],
)
def test_a_registry_or_a_path_of_one_machine_is_found(tmp_path: Path, line: str) -> None:
    (fault,) = faults(tmp_path, "notes.md", f"first line\n{line}\n".encode())
    assert fault.startswith("notes.md:2: names a ")


@pytest.mark.parametrize(
    "line",
    [
        "#!/usr/bin/env bash",
        "a home/work split, a man/vrouw, build/tmp/x and ~/work",
        "/workplace and /tmpfs are other words",
        "https://example.org/home/page",
    ],
)
def test_what_only_looks_like_one_is_taken(tmp_path: Path, line: str) -> None:
    assert faults(tmp_path, "notes.md", line.encode()) == []


def test_a_big_file_is_found(tmp_path: Path) -> None:
    assert faults(tmp_path, "picture.png", bytes(1_000_000)) == []
    (fault,) = faults(tmp_path, "picture.png", bytes(1_000_001))
    assert "1,000,001 bytes" in fault


def test_a_long_module_is_found_but_not_a_long_test(tmp_path: Path) -> None:
    assert faults(tmp_path, "borg_triage/domain/rules.py", b"x = 1\n" * 399) == []
    assert len(faults(tmp_path, "borg_triage/domain/rules.py", b"x = 1\n" * 400)) == 1
    assert faults(tmp_path, "tests/test_rules.py", b"x = 1\n" * 400) == []


def test_text_in_another_encoding_is_found(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "notes.md", "één".encode("latin-1"))
    assert "not UTF-8" in fault


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git on this machine")
def test_new_files_are_looked_at_and_ignored_ones_are_not(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("/made/\n", encoding="utf-8")
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "x.txt").touch()
    (tmp_path / "new.txt").touch()
    names = [path.name for path in script("check_tree").files_of(tmp_path)]
    assert names == [".gitignore", "new.txt"]


def test_a_tree_without_git_is_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A download of the source has no .git; a folder above it may have one.
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for name in ("kept/x.txt", "build/x.txt", ".venv/x.txt", "kept/__pycache__/x.pyc", "kept/app.mo"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert script("check_tree").files_of(tmp_path) == [tmp_path / "kept" / "x.txt"]
