"""Saving a paper: whole or not at all, for its owner only, and a word for each way it can fail."""

from __future__ import annotations

import os
import random
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from borg_triage.app.resources import catalog
from borg_triage.app.saving import PaperError, lay, part_path, save_pdf

CONTENT = b"%PDF-1.4 a paper" * 1000
OTHER_USER = 65534


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def failure(path: Path) -> str:
    with pytest.raises(PaperError) as caught:
        save_pdf(path, CONTENT)
    for language in ("nl", "en"):
        assert "⟦" not in catalog(language).text(caught.value.key, **caught.value.params)
    return caught.value.key


def test_saved_whole_and_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "Overdracht é.pdf"
    save_pdf(path, CONTENT)
    assert path.read_bytes() == CONTENT
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names_in(tmp_path) == [path.name]


def test_an_earlier_paper_is_replaced_with_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"old")
    path.chmod(0o644)
    save_pdf(path, CONTENT)
    assert path.read_bytes() == CONTENT
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.pdf"
    target.write_bytes(b"old")
    link = tmp_path / "paper.pdf"
    link.symlink_to(target)
    save_pdf(link, CONTENT)
    assert target.read_bytes() == b"old"
    assert link.read_bytes() == CONTENT


def test_no_folder(tmp_path: Path) -> None:
    assert failure(tmp_path / "gone" / "paper.pdf") == "paper.error.no_folder"
    (tmp_path / "file").write_bytes(b"")
    assert failure(tmp_path / "file" / "paper.pdf") == "paper.error.no_folder"


def test_a_folder_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").mkdir()
    assert failure(tmp_path / "paper.pdf") == "paper.error.is_folder"


def test_a_name_that_cannot_be(tmp_path: Path) -> None:
    assert failure(tmp_path / ("x" * 300 + ".pdf")) == "paper.error.io"
    assert names_in(tmp_path) == []


@contextmanager
def without_rights() -> Iterator[None]:
    """As somebody to whom read-only means something."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(OTHER_USER)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name != "posix", reason="rights of files as POSIX knows them")
def test_read_only_folder() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        (folder / "paper.pdf").write_bytes(b"old")
        folder.chmod(0o555)
        with without_rights():
            assert failure(folder / "paper.pdf") == "paper.error.read_only"
        assert (folder / "paper.pdf").read_bytes() == b"old"
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


@contextmanager
def files_no_larger_than(limit: int) -> Iterator[None]:
    """A spent quota, as near as a test can come to a full disk without one."""
    import resource  # not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_full_disk_leaves_the_earlier_paper(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"old")
    with files_no_larger_than(1000):
        assert failure(path) == "paper.error.no_space"
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["paper.pdf"]


# ---------------------------------------------------------------- in two steps, and killed between them


def test_what_is_laid_ready_shows_under_its_name_only_when_it_is_put_there(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"old")
    laid = lay(path, CONTENT)
    assert path.read_bytes() == b"old"
    laid.put()
    assert path.read_bytes() == CONTENT
    laid = lay(path, b"new")
    laid.drop()
    assert path.read_bytes() == CONTENT
    assert names_in(tmp_path) == ["paper.pdf"]


KILLED = """
import sys
from pathlib import Path
from borg_triage.app.saving import save_pdf
folder = Path(sys.argv[1])
print("begins", flush=True)
for number in range(100_000):
    save_pdf(folder / f"{number}.pdf", b"%PDF" + bytes(3_000_000))
"""


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="files without a name are Linux's")
def test_a_kill_leaves_whole_papers_and_nothing_else(tmp_path: Path) -> None:
    rng = random.Random(40)
    for round_ in range(8):
        folder = tmp_path / str(round_)
        folder.mkdir()
        program = subprocess.Popen([sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE)
        assert program.stdout is not None
        program.stdout.readline()
        time.sleep(rng.uniform(0, 0.2))
        program.kill()
        program.communicate()
        assert all(name.endswith(".pdf") for name in names_in(folder))
        assert {path.stat().st_size for path in folder.iterdir()} <= {3_000_004}


def test_what_a_killed_program_left_goes_at_the_next_saving_in_that_folder(tmp_path: Path) -> None:
    hour_ago = time.time() - 3600
    left, other = part_path(tmp_path / "paper.pdf"), tmp_path / ".notes.part"
    fresh = part_path(tmp_path / "paper.pdf")
    for path in (left, other, fresh):
        path.write_bytes(b"%PDF in plain")
    for path in (left, other):
        os.utime(path, (hour_ago, hour_ago))
    save_pdf(tmp_path / "paper.pdf", CONTENT)
    # One that is young may be another program's, at work right now.
    assert names_in(tmp_path) == sorted([fresh.name, ".notes.part", "paper.pdf"])


@pytest.mark.skipif(sys.platform == "win32", reason="takes away what only Linux has")
def test_where_files_need_a_name_from_the_start_it_goes_the_same_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    test_saved_whole_and_for_the_owner_only(tmp_path)
    (tmp_path / "Overdracht é.pdf").unlink()
    test_what_is_laid_ready_shows_under_its_name_only_when_it_is_put_there(tmp_path)
    test_full_disk_leaves_the_earlier_paper(tmp_path)
