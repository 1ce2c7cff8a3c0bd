"""The end of a write-ahead log that got lost is told; and nothing is told that was not lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from borg_triage.storage.places import saved_path, wal_path
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import backups_folder
from tests.copies import lay_copy

from .samples import KEY, NAME, PASSPHRASE, new_case, new_observation, new_vault, staffed_vault

pytestmark = pytest.mark.usefixtures("quick_keys")


class Killed:
    """A vault as a kill leaves it, the last answers in its log; how many answers it should have."""

    answers = 6

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "killed"
        self.folder.mkdir()
        backup, self.earlier = lay_copy(self.folder, kill, self.answers)
        self.path = self.folder / "team.borgvault"
        self.backup = backups_folder(self.path) / backup

    def open(self) -> Vault:
        return Vault.open(self.path, PASSPHRASE, NAME)

    def found(self, vault: Vault) -> int:
        return len(vault.cases.observations(vault.cases.list()[0].id))


def kill(folder: Path, answers: int) -> tuple[str, bytes]:
    live = folder / "live"
    live.mkdir()
    with staffed_vault(live / "team.borgvault") as vault:
        case = vault.cases.create(new_case())
        backup = vault.backup().path.name
    with Vault.open(vault.path, PASSPHRASE, NAME) as vault:
        for number in range(answers):
            earlier = saved_path(vault.path).read_bytes()
            vault.cases.append_observation(case.id, new_observation(f"i{number}"))
        shutil.copytree(live, folder, dirs_exist_ok=True)
    shutil.rmtree(live)
    return backup, earlier


@pytest.fixture
def killed(tmp_path: Path) -> Killed:
    return Killed(tmp_path)


def wrong_bit(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def in_the_middle(log: Path) -> None:
    wrong_bit(log, log.stat().st_size // 2)


def in_the_last_page(log: Path) -> None:
    wrong_bit(log, -100)


def in_the_head(log: Path) -> None:
    wrong_bit(log, 17)


def cut(log: Path) -> None:
    log.write_bytes(log.read_bytes()[:-4000])


def gone(log: Path) -> None:
    log.unlink()


@pytest.mark.parametrize("harm", [in_the_middle, in_the_last_page, in_the_head, cut, gone])
def test_answers_that_a_damaged_log_loses_are_told(killed: Killed, harm: Callable[[Path], None]) -> None:
    harm(wal_path(killed.path))
    with killed.open() as vault:
        assert killed.found(vault) < killed.answers
        assert vault.lost is not None
        assert vault.lost.since <= vault.lost.until
        (told,) = [one for one in vault.check() if not one.good]
        assert told.key == "vault.check.saved_lost"
        assert told.params["backup"] == str(killed.folder / "team-backups" / killed.backup.name)
        assert "saved_lost" in [entry.action for entry in vault.log.entries()]
    # Told once: from then on it is known, and `check` goes on saying when.
    with killed.open() as vault:
        assert vault.lost is None
        assert [one.good for one in vault.check() if "saved_lost" in one.key] == [True]


def test_a_kill_is_no_loss(killed: Killed) -> None:
    with killed.open() as vault:
        assert vault.lost is None
        assert killed.found(vault) == killed.answers
        assert all(one.good for one in vault.check())


def no_note(killed: Killed) -> None:
    """A copy that was made without it, or an older program's."""
    saved_path(killed.path).unlink()


def note_behind(killed: Killed) -> None:
    """Killed after the save and before the note, or a power cut."""
    saved_path(killed.path).write_bytes(killed.earlier)


def note_cut(killed: Killed) -> None:
    saved_path(killed.path).write_bytes(killed.earlier[:-9])


def note_empty(killed: Killed) -> None:
    saved_path(killed.path).write_bytes(b"")


def note_of_another_vault(killed: Killed) -> None:
    other = new_vault(killed.folder, "other.borgvault")
    for number in range(99):
        other.cases.create(new_case(f"Merel {number}"))
    shutil.copy(saved_path(other.path), saved_path(killed.path))
    other.close()


def backup_put_back(killed: Killed) -> None:
    """By hand, in the place of the vault."""
    shutil.copy(killed.folder / "team-backups" / killed.backup.name, killed.path)
    wal_path(killed.path).unlink()


def backup_restored(killed: Killed) -> None:
    note = saved_path(killed.path).read_bytes()
    Vault.restore(killed.path, killed.folder / "team-backups" / killed.backup.name, PASSPHRASE, NAME)
    assert not saved_path(killed.path).exists()
    # As an older program leaves it.
    saved_path(killed.path).write_bytes(note)


@pytest.mark.parametrize(
    "harm",
    [no_note, note_behind, note_cut, note_empty, note_of_another_vault, backup_put_back, backup_restored],
)
def test_a_note_that_does_not_belong_or_is_behind_says_nothing(
    killed: Killed, harm: Callable[[Killed], None]
) -> None:
    harm(killed)
    with killed.open() as vault:
        assert vault.lost is None
        restored = harm in (backup_put_back, backup_restored)
        assert killed.found(vault) == (0 if restored else killed.answers)


@pytest.mark.parametrize("act", ["rotate", "scrub", "erase"])
def test_after_the_file_was_written_anew_it_goes_on(tmp_path: Path, act: str) -> None:
    live = tmp_path / "live"
    live.mkdir()
    with staffed_vault(live / "team.borgvault") as vault:
        cases = [vault.cases.create(new_case(f"Merel {number}")) for number in range(3)]
        {
            "rotate": vault.rotate,
            "scrub": vault.scrub,
            "erase": lambda: (vault.cases.erase(cases[0].id), vault.scrub()),
        }[act]()
        shutil.copytree(live, tmp_path / "at once")
        vault.cases.append_observation(cases[1].id, new_observation())
        shutil.copytree(live, tmp_path / "later")
    for folder in ("at once", "later"):
        with Vault.open(tmp_path / folder / "team.borgvault", PASSPHRASE, NAME) as opened:
            assert opened.lost is None
    with Vault.open(tmp_path / "later" / "team.borgvault", PASSPHRASE, NAME) as opened:
        opened.cases.append_observation(cases[1].id, new_observation())
        shutil.copytree(tmp_path / "later", tmp_path / "damaged")
    in_the_last_page(wal_path(tmp_path / "damaged" / "team.borgvault"))
    with Vault.open(tmp_path / "damaged" / "team.borgvault", PASSPHRASE, NAME) as opened:
        assert opened.lost is not None


def test_with_a_bare_key_too(tmp_path: Path) -> None:
    live = tmp_path / "live"
    live.mkdir()
    with new_vault(live) as vault:
        vault.cases.create(new_case())
        shutil.copytree(live, tmp_path / "killed")
    assert not saved_path(vault.path).exists()
    path = tmp_path / "killed" / "team.borgvault"
    in_the_last_page(wal_path(path))
    with Vault.open(path, KEY) as opened:
        assert opened.lost is not None
        assert [one.key for one in opened.check() if not one.good] == ["vault.check.saved_lost_no_backup"]
