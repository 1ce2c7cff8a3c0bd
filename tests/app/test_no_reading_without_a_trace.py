"""Nobody reads without a trace: not on a full disk, not where no file may grow, not by taking a file away."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from borg_triage.app import case_care
from borg_triage.app.inspection import draft_for
from borg_triage.app.saving import Laid, PaperError, lay
from borg_triage.app.session import CaseSession, Session
from borg_triage.storage.errors import NoSpace, NoTrace, WrongPassphrase
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.tries import tries_path
from borg_triage.storage.places import waiting_path, wal_path
from borg_triage.storage.vault import Vault
from tests.copies import lay_copy
from tests.handing_over import NOTHING

PASSPHRASE = "een lange wachtzin voor de proef"
COLLEAGUE = "noors eigen lange wachtzin"
NEEDS_LIMITS = pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of three megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this user may mount no disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def team(folder: Path) -> tuple[Path, str]:
    """A vault of Sanne and Noor with one restricted case; where it lies, and the case."""
    return folder / "team.borgvault", lay_copy(folder, make_team)


def make_team(folder: Path) -> str:
    session = Session.create(folder / "team.borgvault", PASSPHRASE, "Sanne", cost=Cost.floor())
    session.vault.add_person("Noor", COLLEAGUE, cost=Cost.floor())
    case = session.new_case("Merel", "police")
    case_care.restrict(case, "een collega is erbij betrokken")
    session.close(back_up=False)
    return case.id


def fill(folder: Path) -> Path:
    """Leave no room at all; the file that took it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


def fail_to_open(path: Path) -> None:
    with pytest.raises(WrongPassphrase):
        Vault.open(path, "een verkeerde wachtzin hier", "Noor")


def read_as_noor(path: Path, case_id: str) -> None:
    """A whole visit: open, break the glass, read the log of the case, lock."""
    noor = Session.open(path, COLLEAGUE, "Noor")
    case = noor.open_case(case_id, "danger")
    assert case.view.pseudonym == "Merel"
    case_care.note_case_log_read(case)
    noor.close()


def log_of(path: Path, after: int = 0) -> list[tuple[str, str]]:
    with Vault.open(path, PASSPHRASE, "Sanne") as vault:
        assert vault.log.first_broken() is None
        return [(entry.action, entry.person) for entry in vault.log.entries(after=after)]


def head_of(path: Path) -> int:
    with Vault.open(path, PASSPHRASE, "Sanne") as vault:
        seq = vault.log.head().seq
    return seq + 1  # and the locking


VISIT = [(action, "Noor") for action in ("unlock", "break_glass", "view", "read_log", "lock")]


def test_a_visit_on_a_full_disk_is_in_the_log_as_soon_as_there_is_room(small_disk: Path) -> None:
    path, case_id = team(small_disk)
    head = head_of(path)
    fail_to_open(path)
    filler = fill(small_disk)
    read_as_noor(path, case_id)
    read_as_noor(path, case_id)
    assert tries_path(path).exists()
    filler.unlink()
    assert log_of(path, head) == [*VISIT, *VISIT, ("failed_unlock", ""), ("unlock", "Sanne")]
    assert not tries_path(path).exists()
    # Once, not at every opening.
    assert log_of(path, head)[12:] == [("lock", "Sanne"), ("unlock", "Sanne")]


def test_what_waited_comes_before_the_next_thing_that_is_stored(small_disk: Path) -> None:
    path, case_id = team(small_disk)
    head = head_of(path)
    filler = fill(small_disk)
    noor = Session.open(path, COLLEAGUE, "Noor")
    case = noor.open_case(case_id, "danger")
    with pytest.raises(NoSpace):
        case.answer("ask.stress", "yes")
    filler.unlink()
    case.answer("ask.stress", "yes")
    actions = [entry.action for entry in noor.vault.log.entries(after=head)]
    assert actions == ["unlock", "break_glass", "view", "add"]
    noor.close(back_up=False)


def test_more_than_can_wait_is_not_shown(small_disk: Path) -> None:
    path, case_id = team(small_disk)
    head = head_of(path)
    filler = fill(small_disk)
    noor = Session.open(path, COLLEAGUE, "Noor")
    shown = 0
    try:
        while shown < 1000:
            noor.open_case(case_id, "danger")
            shown += 1
    except NoTrace:
        pass
    noor.close()
    assert 30 < shown < 1000
    filler.unlink()
    said = log_of(path, head)
    assert said.count(("view", "Noor")) == said.count(("break_glass", "Noor")) == shown


def limited(path: Path, case_id: str, size: int) -> str:
    """The same visit by a program that may write no file beyond a size; what it says."""
    script = f"""
import resource, sys
from pathlib import Path
from borg_triage.domain.errors import BorgTriageError
from tests.app.test_no_reading_without_a_trace import read_as_noor
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, resource.RLIM_INFINITY))
try:
    read_as_noor(Path(sys.argv[1]), sys.argv[2])
    print("read")
except BorgTriageError as error:
    print(error.key)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), case_id], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@NEEDS_LIMITS
def test_where_no_file_may_grow_the_visit_waits_too(tmp_path: Path) -> None:
    path, case_id = team(tmp_path)
    head = head_of(path)
    fail_to_open(path)
    # Room enough for what waits, and for no write to the vault.
    assert limited(path, case_id, waiting_path(path).stat().st_size) == "read"
    # What the write-ahead log took went into the log by itself.
    said = log_of(path, head)
    assert [one for one in said if one[1] == "Noor"] == VISIT
    assert ("failed_unlock", "") in said


@NEEDS_LIMITS
@pytest.mark.parametrize("size", [0, 1, 4096])
def test_where_nothing_can_be_written_nothing_is_shown(tmp_path: Path, size: int) -> None:
    path, case_id = team(tmp_path)
    head = head_of(path)
    fail_to_open(path)
    assert limited(path, case_id, size) == "vault.error.no_trace"
    assert log_of(path, head) == [("failed_unlock", ""), ("unlock", "Sanne")]


def test_what_waits_cannot_be_read_nor_taken_away_unseen(small_disk: Path) -> None:
    path, case_id = team(small_disk)
    head = head_of(path)
    room = waiting_path(path).stat().st_size
    filler = fill(small_disk)
    read_as_noor(path, case_id)
    content = waiting_path(path).read_bytes()
    assert len(content) == room
    for word in ("Noor", "danger", case_id):
        assert word.encode() not in content
    waiting_path(path).unlink()
    filler.unlink()
    assert log_of(path, head) == [("waiting_lost", "Sanne"), ("unlock", "Sanne")]
    assert waiting_path(path).stat().st_size == room


@pytest.mark.parametrize(("half", "kept"), [(0, 2), (1, 3)], ids=["the newest", "the one before"])
def test_a_half_that_was_half_written_leaves_the_other(small_disk: Path, half: int, kept: int) -> None:
    path, case_id = team(small_disk)
    head = head_of(path)
    filler = fill(small_disk)
    noor = Session.open(path, COLLEAGUE, "Noor")
    for _view in range(3):
        noor.open_case(case_id, "danger")
    noor.vault._database.close()
    content = bytearray(waiting_path(path).read_bytes())
    middle = len(content) // 2
    content[middle * half : middle * half + middle // 3] = bytes(middle // 3)
    with waiting_path(path).open("r+b") as file:
        file.write(content)
    filler.unlink()
    assert log_of(path, head).count(("view", "Noor")) == kept


def test_killed_between_the_log_and_the_file_nothing_is_told_twice(small_disk: Path) -> None:
    path, case_id = team(small_disk)
    head = head_of(path)
    filler = fill(small_disk)
    read_as_noor(path, case_id)
    waited = waiting_path(path).read_bytes()
    filler.unlink()
    said = log_of(path, head)
    # As a kill would have left it: in the log, and still in the file.
    waiting_path(path).write_bytes(waited)
    assert log_of(path, head)[: len(said)] == said
    assert log_of(path, head).count(("view", "Noor")) == 1


def lost_answers(disk: Path) -> tuple[Path, str]:
    """A vault whose write-ahead log went after a kill, on a disk without room; and its case."""
    path, case_id = team(disk)
    session = Session.open(path, PASSPHRASE, "Sanne")
    session.open_case(case_id, "danger").answer("ask.stress", "yes")
    kept = disk / "kept"
    shutil.copytree(disk, kept)
    session.close(back_up=False)
    for file in kept.iterdir():
        if file.is_file():
            file.replace(disk / file.name)
    wal_path(path).unlink()
    return path, case_id


def test_that_answers_are_lost_waits_on_a_full_disk_too(small_disk: Path) -> None:
    path, _ = lost_answers(small_disk)
    filler = fill(small_disk)
    noor = Session.open(path, COLLEAGUE, "Noor")
    assert noor.vault.lost is not None
    noor.close(back_up=False)
    filler.unlink()
    noor = Session.open(path, COLLEAGUE, "Noor")
    # It is told once.
    assert noor.vault.lost is None
    said = [(entry.action, entry.person) for entry in noor.vault.log.entries()]
    assert said[-4:] == [("saved_lost", "Noor"), ("unlock", "Noor"), ("lock", "Noor"), ("unlock", "Noor")]
    noor.close(back_up=False)


def test_where_nothing_can_be_written_the_next_opening_finds_the_loss(small_disk: Path) -> None:
    path, _ = lost_answers(small_disk)
    waiting_path(path).unlink()
    filler = fill(small_disk)
    with pytest.raises(NoTrace):
        Session.open(path, COLLEAGUE, "Noor")
    filler.unlink()
    noor = Session.open(path, COLLEAGUE, "Noor")
    assert noor.vault.lost is not None
    assert [entry.action for entry in noor.vault.log.entries()][-3:] == [
        "waiting_lost",
        "saved_lost",
        "unlock",
    ]
    noor.close(back_up=False)


def test_the_sheets_on_a_full_disk_leave_that_answers_are_lost(small_disk: Path) -> None:
    with Vault.create(small_disk / "sheets.borgvault", PASSPHRASE, "Sanne", Cost.floor()) as vault:
        sheets = vault.make_recovery(1, 1)
    vault = Vault.open(vault.path, PASSPHRASE, "Sanne")
    vault.settings.put("some", "thing")
    vault.log.append(vault._unlocked.entry("view"))
    kept = small_disk / "kept"
    shutil.copytree(small_disk, kept)
    vault.close()
    for file in kept.iterdir():
        file.replace(small_disk / file.name)
    wal_path(vault.path).unlink()
    filler = fill(small_disk)
    with pytest.raises(NoSpace):
        Vault.recover(vault.path, sheets, "Sanne", COLLEAGUE, Cost.floor())
    filler.unlink()
    with Vault.open(vault.path, PASSPHRASE, "Sanne") as vault:
        assert [entry.action for entry in vault.log.entries()][-2:] == ["saved_lost", "unlock"]


# ---------------------------------------------------------------- nothing goes out without a trace


@pytest.mark.parametrize("what", ["a paper", "a copy", "a list", "the log"])
def test_what_the_log_has_no_room_for_does_not_go_out(small_disk: Path, tmp_path: Path, what: str) -> None:
    path, _ = team(small_disk)
    target = tmp_path / "out"
    target.mkdir()
    earlier = target / "paper.pdf"
    earlier.write_bytes(b"an earlier paper")
    session = Session.open(path, PASSPHRASE, "Sanne")
    (summary,) = session.cases()
    case = session.open_case(summary.id)
    filler = fill(small_disk)
    before, seen = session.vault.log.head(), case.view
    for name in ("paper.pdf", "other.pdf"):
        with pytest.raises(NoSpace):
            send(case, what, target / name)
    assert (session.vault.log.head(), case.view) == (before, seen)
    assert [one.name for one in target.iterdir()] == ["paper.pdf"]
    assert earlier.read_bytes() == b"an earlier paper"
    filler.unlink()
    send(case, what, target / "other.pdf")
    assert session.vault.log.head().seq > before.seq
    assert (target / "other.pdf").read_bytes()
    session.close(back_up=False)


def send(case: CaseSession, what: str, path: Path) -> None:
    def laid(content: bytes = b"%PDF") -> Laid:
        return lay(path, content)

    draft = draft_for(case.session.vault, case.view, case.ready, "victim")
    if what == "a paper":
        case.hand_over("Veilig Thuis", encrypted=True, paper="veilig_thuis", withheld=NOTHING, lay=laid)
    elif what == "a copy":
        case_care.keep_copy(case, "inspection", draft, "asker", laid, encrypted=True)
    elif what == "a list":
        case_care.keep_list(case, laid, encrypted=True)
    else:
        case_care.save_log(case.session, "csv", laid, case)


def test_a_file_that_gets_no_name_after_all_stands_in_the_log_as_failed(tmp_path: Path) -> None:
    path, case_id = team(tmp_path)
    session = Session.open(path, PASSPHRASE, "Sanne")
    case = session.open_case(case_id)
    taken = tmp_path / "paper.pdf"

    def laid() -> Laid:
        ready = lay(taken, b"%PDF")
        taken.mkdir()
        return ready

    with pytest.raises(PaperError):
        case_care.keep_list(case, laid, encrypted=True)
    taken.rmdir()
    with pytest.raises(PaperError):
        case.hand_over("Veilig Thuis", encrypted=False, paper="veilig_thuis", withheld=NOTHING, lay=laid)
    kinds = [entry.detail["kind"] for entry in session.vault.log.entries(case_id)[-4:]]
    assert kinds == ["encrypted", "failed", "plain", "failed"]
    assert [event.kind for event in case.view.events] == ["hand_over"]
    assert [one.name for one in tmp_path.iterdir() if ".part" in one.name] == []
    session.close(back_up=False)
