"""The pins match what pyproject.toml asks, and a wheel carries the data that the program reads."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging import ROOT, script

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME: list[str] = PROJECT["project"]["dependencies"]
DEV: list[str] = PROJECT["dependency-groups"]["dev"]


def pins(name: str) -> dict[str, str]:
    """Package to version of requirements/`name`, each checked to have a hash."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for block in re.split(r"\n(?=\S)", text):
        if not block.startswith("#"):
            assert "--hash=sha256:" in block, block
            package, version = re.split(r"==|\s", block)[:2]
            found[package] = version
    return found


@pytest.mark.parametrize(("name", "asked"), [("runtime.txt", RUNTIME), ("dev.txt", RUNTIME + DEV)])
def test_every_package_asked_for_is_pinned_to_a_version_that_fits(name: str, asked: list[str]) -> None:
    pinned = pins(name)
    for requirement in map(Requirement, asked):
        assert pinned[canonicalize_name(requirement.name)] in requirement.specifier


def test_the_runtime_pins_are_the_tested_ones() -> None:
    assert pins("runtime.txt").items() <= pins("dev.txt").items()


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt", "lock-tools.txt"])
def test_a_lock_says_nothing_of_where_it_was_made(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^--?\w", text, flags=re.MULTILINE)


def test_what_only_windows_needs_is_pinned_too() -> None:
    text = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    assert re.search(r"^colorama==\S+ ; sys_platform == 'win32'", text, flags=re.MULTILINE)


def test_every_library_of_qt_has_a_package_that_brings_it() -> None:
    libraries = script("qt_libraries")
    assert all(re.fullmatch(r"[a-z0-9.+-]+", package) for package in libraries.PACKAGES.values())
    # This run draws windows, so nothing that they need can be missing.
    answer = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "qt_libraries.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "needed " not in answer.stdout


def test_a_library_that_is_missing_is_named(tmp_path: Path) -> None:
    libraries = script("qt_libraries")
    (tmp_path / "bin").mkdir()
    ldd = tmp_path / "bin" / "ldd"
    ldd.write_text("#!/bin/sh\nprintf '\\tlibEGL.so.1 => not found\\n\\tlibc.so.6 => /lib/libc.so.6\\n'\n")
    ldd.chmod(0o755)
    (tmp_path / "QtWidgets.abi3.so").touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
        assert libraries.missing(tmp_path, libraries.NEEDED) == {"libEGL.so.1"}
        assert libraries.missing(tmp_path, libraries.SCREEN) == set()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_a_wheel_carries_every_resource_and_every_compiled_catalogue(wheel: zipfile.ZipFile) -> None:
    data = "borg_triage/_data/"
    packed = {name.removeprefix(data) for name in wheel.namelist() if name.startswith(data)}
    files = [path for path in (ROOT / "resources").rglob("*") if path.is_file()]
    files += [path.with_suffix(".mo") for path in (ROOT / "locales").rglob("*.po")]
    assert packed == {path.relative_to(ROOT).as_posix() for path in files}
    for path in files:
        assert wheel.read(data + path.relative_to(ROOT).as_posix()) == path.read_bytes()


def test_a_wheel_has_the_licence_the_command_and_the_types_mark(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert "borg_triage/py.typed" in names
    (entry_points,) = [name for name in names if name.endswith("entry_points.txt")]
    assert "borg-triage = borg_triage.__main__:main" in wheel.read(entry_points).decode()


def test_a_wheel_has_every_file_of_the_program(wheel: zipfile.ZipFile) -> None:
    files = [path for path in (ROOT / "borg_triage").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert {path.relative_to(ROOT).as_posix() for path in files} <= set(wheel.namelist())


def test_a_wheel_has_nothing_but_the_program(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"borg_triage"}
