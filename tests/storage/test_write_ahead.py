"""A write-ahead log of another day is not written into a vault; a vault's own always is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from borg_triage.storage.errors import VaultInUse
from borg_triage.storage.places import draft_path, saved_path, wal_path
from borg_triage.storage.vault import Vault
from borg_triage.storage.write_ahead import ForeignLog

from .samples import NAME, PASSPHRASE, new_case, new_observation, staffed_vault

pytestmark = pytest.mark.usefixtures("quick_keys")
EACH = 30
ANOTHER = """
import sys
from pathlib import Path
from borg_triage.storage.keying import RawKey
from borg_triage.storage.vault import Vault
Vault.open(Path(sys.argv[1]), RawKey(bytes.fromhex(sys.argv[2]))).close()
"""


class Team:
    """A vault with some cases, of which every answer is told in the log."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "team.borgvault"
        with staffed_vault(self.path) as vault:
            for number in range(4):
                vault.cases.create(new_case(f"Zaak {number}"))
                self.add(vault, number, EACH)
            self.backup = vault.backup().path

    def open(self) -> Vault:
        return Vault.open(self.path, PASSPHRASE, NAME)

    def add(self, vault: Vault, case: int, count: int = 1) -> None:
        for _ in range(count):
            with vault.saving():
                vault.cases.append_observation(self.ids(vault)[case], new_observation("i", note="x" * 200))
                vault.log.append(vault._unlocked.entry("add"))

    def answers(self) -> list[int]:
        with self.open() as vault:
            assert vault.lost is None
            assert all(finding.good for finding in vault.check())
            return [len(vault.cases.observations(one)) for one in self.ids(vault)]

    def killed_after(self, case: int, count: int = 1) -> None:
        """As a kill leaves it: the last answers in the log alone."""
        elsewhere = self.path.parent.with_name("at the kill")
        with self.open() as vault:
            self.add(vault, case, count)
            shutil.copytree(self.path.parent, elsewhere)
        shutil.rmtree(self.path.parent)
        elsewhere.rename(self.path.parent)
        assert wal_path(self.path).exists()

    def refused(self) -> None:
        """It does not open, says why, and nothing of it is altered; more than once."""
        before = self._content()
        for _ in range(2):
            with pytest.raises(ForeignLog) as caught:
                self.open()
            assert caught.value.params["log"] == wal_path(self.path).name
            assert self._content() == before

    def _content(self) -> list[bytes]:
        return [file.read_bytes() for file in (self.path, wal_path(self.path))]

    def ids(self, vault: Vault) -> list[str]:
        return [case.id for case in sorted(vault.cases.list(), key=lambda case: case.pseudonym)]


@pytest.fixture
def team(tmp_path: Path) -> Team:
    (tmp_path / "team").mkdir()
    return Team(tmp_path / "team")


@pytest.mark.parametrize("note", ["there", "gone", "of an earlier save"])
def test_what_a_kill_left_in_the_log_is_there(team: Team, note: str) -> None:
    team.killed_after(1, 2)
    earlier = saved_path(team.path).read_bytes()
    team.killed_after(2, 3)
    if note == "gone":
        saved_path(team.path).unlink()
    if note == "of an earlier save":
        saved_path(team.path).write_bytes(earlier)
    assert team.answers() == [EACH, EACH + 2, EACH + 3, EACH]


@pytest.mark.parametrize("with_note", [True, False])
def test_a_log_that_comes_back_takes_nothing_away(team: Team, with_note: bool) -> None:
    team.killed_after(1)
    kept = team.path.with_name("kept")
    kept.mkdir()
    for place in (wal_path, saved_path):
        shutil.copy(place(team.path), kept)
    with team.open() as vault:
        team.add(vault, 0, 2)
    shutil.copy(kept / wal_path(team.path).name, wal_path(team.path))
    if with_note:
        shutil.copy(kept / saved_path(team.path).name, saved_path(team.path))
    team.refused()
    # As the message says.
    wal_path(team.path).rename(team.path.with_name("elsewhere"))
    assert team.answers() == [EACH + 2, EACH + 1, EACH, EACH]


@pytest.mark.parametrize("with_note", [True, False])
def test_a_file_of_another_day_does_not_get_the_log_of_this_one(team: Team, with_note: bool) -> None:
    yesterday = team.path.read_bytes()
    with team.open() as vault:
        team.add(vault, 0, 40)
    team.killed_after(3, 2)
    today = team.path.read_bytes()
    team.path.write_bytes(yesterday)
    if not with_note:
        saved_path(team.path).unlink()
    team.refused()
    team.path.write_bytes(today)
    assert team.answers() == [EACH + 40, EACH, EACH, EACH + 2]


def test_a_backup_that_was_put_in_place_by_hand_does_not_swallow_the_log(team: Team) -> None:
    team.killed_after(1, 3)
    aside = team.path.with_name("aside")
    team.path.rename(aside)
    shutil.copy(team.backup, team.path)
    team.refused()
    aside.replace(team.path)
    assert team.answers() == [EACH, EACH + 3, EACH, EACH]


def test_restoring_beside_a_log_of_another_day_keeps_the_vault_that_was_there(team: Team) -> None:
    team.killed_after(1)
    log = wal_path(team.path).read_bytes()
    with team.open() as vault:
        team.add(vault, 0, 2)
    whole = team.path.read_bytes()
    wal_path(team.path).write_bytes(log)
    aside = Vault.restore(team.path, team.backup, PASSPHRASE, NAME)
    assert aside is not None
    assert aside.read_bytes() == whole
    assert team.answers() == [EACH] * 4


def test_while_another_has_it_open_the_log_is_its_own(team: Team) -> None:
    with team.open() as vault:
        for number in range(4):
            team.add(vault, number)
            with pytest.raises(VaultInUse):
                team.open()
    assert team.answers() == [EACH + 1] * 4


def test_a_second_opening_in_one_program_lets_nobody_else_in(team: Team) -> None:
    with team.open() as vault:
        team.add(vault, 0)
        # With nothing that says so the log is looked at more closely.
        saved_path(team.path).unlink()
        with pytest.raises(VaultInUse):
            team.open()
        command = [sys.executable, "-c", ANOTHER, str(team.path), vault._unlocked.key.material.hex()]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "VaultInUse" in told.stderr
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_who_looks_in_the_middle_of_a_save_takes_no_log_away(team: Team) -> None:
    with team.open() as vault:
        key = vault._unlocked.key.material.hex()
        command = [sys.executable, "-c", ANOTHER, str(team.path), key]
        team.add(vault, 0)
        # From here on the log begins anew, which the note does not know before the save is done.
        vault._database.row("PRAGMA wal_checkpoint(RESTART)")
        vault._database.execute("PRAGMA cache_size = 10")
        with vault.saving():
            for number in range(200):
                case = team.ids(vault)[number % 4]
                vault.cases.append_observation(case, new_observation("i", note="x" * 20_000))
            told = subprocess.run(command, capture_output=True, text=True, check=False)
            assert "VaultInUse" in told.stderr
            assert wal_path(team.path).exists()
        elsewhere = team.path.parent.with_name("at the kill")
        shutil.copytree(team.path.parent, elsewhere)
    with Vault.open(elsewhere / team.path.name, PASSPHRASE, NAME) as vault:
        assert vault.lost is None
        assert [len(vault.cases.observations(one)) for one in team.ids(vault)] == [
            EACH + 51,
            *[EACH + 50] * 3,
        ]


def test_a_copy_that_a_kill_left_half_made_lets_no_log_of_another_day_in(team: Team) -> None:
    team.killed_after(1)
    log = wal_path(team.path).read_bytes()
    with team.open() as vault:
        team.add(vault, 0, 2)
    wal_path(team.path).write_bytes(log)
    draft_path(team.path).write_bytes(b"half")
    team.refused()
    wal_path(team.path).unlink()
    assert team.answers() == [EACH + 2, EACH + 1, EACH, EACH]
    assert not draft_path(team.path).exists()
    assert not [*team.path.parent.glob("*-look-*")]


def test_a_log_that_began_anew_during_the_work_is_known_too(team: Team) -> None:
    # Far more than SQLite lets a log grow to before it writes it into the file.
    with team.open() as vault:
        for _ in range(40):
            vault.cases.append_observation(vault.cases.list()[0].id, new_observation("i", note="x" * 150_000))
    before = team.answers()
    team.killed_after(2, 4)
    assert team.answers() == [before[0], before[1], before[2] + 4, before[3]]
