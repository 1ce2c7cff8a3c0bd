"""While a page is printed, what is put aside of it lies in memory."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from borg_triage.ui.print_memory import is_memory, memory_folder, put_aside_in_memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system decides")

SHARED = Path("/dev/shm")


def kind_of(folder: Path) -> str:
    """As the system's own tool says."""
    return subprocess.run(
        ["stat", "-f", "-c", "%T", folder], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_what_is_memory_is_told_as_the_system_tells_it(tmp_path: Path) -> None:
    deep = SHARED / f"borg-triage-test-{os.getpid()}"
    deep.mkdir()
    link = tmp_path / "with a space"
    link.symlink_to(deep)
    try:
        folders = [SHARED, deep, link, tmp_path, Path("/proc"), Path("/")]
        assert {one: is_memory(one) for one in folders} == {
            one: kind_of(one) in {"tmpfs", "ramfs"} for one in folders
        }
        assert is_memory(link)
    finally:
        deep.rmdir()


def test_the_users_own_folder_comes_first_where_it_is_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    own = SHARED / f"borg-triage-test-{os.getpid()}"
    own.mkdir()
    try:
        for named, found in ((str(own), own), ("/proc", SHARED), ("here", SHARED), ("/nowhere", SHARED)):
            monkeypatch.setenv("XDG_RUNTIME_DIR", named)
            assert memory_folder() == found
        monkeypatch.delenv("XDG_RUNTIME_DIR")
        assert memory_folder() == SHARED
    finally:
        own.rmdir()


@pytest.mark.parametrize("before", [None, "/var/tmp"])
def test_the_print_library_puts_its_file_there_and_only_meanwhile(
    monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    """CUPS itself is asked where: it reads the variable at each file."""
    try:
        cups = ctypes.CDLL("libcups.so.2")
    except OSError:
        pytest.skip("no CUPS here, so nothing to print with; make setup installs its library as root")
    if before is None:
        monkeypatch.delenv("TMPDIR", raising=False)
    else:
        monkeypatch.setenv("TMPDIR", before)

    def put_aside() -> Path:
        name = ctypes.create_string_buffer(512)
        os.close(cups.cupsTempFd(name, 512))
        path = Path(os.fsdecode(name.value))
        path.unlink()
        return path

    with put_aside_in_memory():
        assert put_aside().parent == memory_folder()
    assert os.environ.get("TMPDIR") == before
    assert put_aside().parent != memory_folder()


def test_a_print_that_fails_puts_the_variable_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/var/tmp")
    with pytest.raises(ZeroDivisionError), put_aside_in_memory():
        print(1 // len(set(os.environ["TMPDIR"]) - set(str(memory_folder()))))
    assert os.environ["TMPDIR"] == "/var/tmp"
