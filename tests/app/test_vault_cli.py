"""`borg-triage vault …`: what it does, what it says, and that its exit status can be relied on."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from borg_triage.app import retention
from borg_triage.app.acting import Acting
from borg_triage.storage import copying
from borg_triage.storage.errors import WrongPassphrase
from borg_triage.storage.keying import PAGE_BYTES, RawKey
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import copy_path, key_path, read
from borg_triage.storage.records import CaseFile, NewCase
from borg_triage.storage.unlocked import system_clock
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import backups_folder
from tests.copies import lay_copy

PASSPHRASE = "vier groene fietsen bij de brug"
NAME = "Sanne Öz"
ANOTHER = "zeven rode lampen in de gang"


class Team:
    """A vault with one case, and a second program that looks after it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "team.borgvault"
        self.case, self.words = lay_copy(folder, make_team)

    def opened(self) -> Vault:
        return Vault.open(self.path, PASSPHRASE, NAME)

    def run(
        self, command: str, *more: str, given: str = PASSPHRASE, name: str = NAME
    ) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-m", "borg_triage", "vault", command, str(self.path), *more]
        return subprocess.run(
            [*words, "--name", name, "--language", "en"],
            input=given + "\n",
            capture_output=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, "PYTHONUTF8": "1"},
        )


def make_team(folder: Path) -> tuple[CaseFile, list[str]]:
    with Vault.create(folder / "team.borgvault", PASSPHRASE, NAME, Cost.floor()) as vault:
        return new_case(vault, "Linde"), vault.make_recovery(1, 1)


def new_case(vault: Vault, pseudonym: str) -> CaseFile:
    now = system_clock()
    new = NewCase(pseudonym=pseudonym, user_group="shelter", language="nl", opened_at=now, opened_by=NAME)
    return vault.cases.create(new)


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def test_check_is_good_and_then_names_what_is_wrong(team: Team) -> None:
    done = team.run("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(line.startswith("good") for line in done.stdout.splitlines())
    assert team.run("backup").returncode == 0
    (made,) = backups_folder(team.path).glob("*.borgvault")
    content = bytearray(team.path.read_bytes())
    content[10 * PAGE_BYTES + 99] ^= 1
    team.path.write_bytes(content)
    done = team.run("check")
    assert done.returncode in (1, 2)
    assert str(made) in done.stdout + done.stderr


def test_a_backup_is_not_opened_as_a_vault(team: Team) -> None:
    with team.opened() as vault:
        made = vault.backup().path
    before = made.read_bytes()
    real, team.path = team.path, made
    for command in ("check", "backup", "restore", "rotate-key", "export-log"):
        done = team.run(command)
        assert done.returncode == 2, command
        assert f"{made} is a backup, not the vault itself." in done.stderr
        assert f"borg-triage vault restore {real.name}" in done.stderr
    assert made.read_bytes() == before


def test_a_backup_is_made_and_put_back(team: Team) -> None:
    done = team.run("backup")
    (made,) = backups_folder(team.path).glob("*.borgvault")
    assert (done.returncode, str(made) in done.stdout) == (0, True)
    with team.opened() as vault:
        new_case(vault, "Beuk")
    # The vault itself need not open.
    team.path.write_bytes(b"\xff" * 99)
    for named in ([], [made.name], [str(made)]):
        done = team.run("restore", *named)
        assert (done.returncode, done.stderr) == (0, "")
        assert "replaced" in done.stdout
        with team.opened() as vault:
            assert [case.pseudonym for case in vault.cases.list()] == ["Linde"]


def test_a_backup_is_put_back_with_recovery_words(team: Team) -> None:
    team.run("backup")
    done = team.run("restore", "--shares", "1", given=team.words[0])
    assert (done.returncode, done.stderr) == (0, "")
    team.opened().close()


def test_who_restored_with_words_and_got_no_passphrase_is_told_the_way_in(team: Team) -> None:
    team.run("backup")
    for name, given in (("", team.words[0]), (NAME, team.words[0]), (NAME, team.words[0] + "\n")):
        done = team.run("restore", "--shares", "1", name=name, given=given)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Forgot your passphrase?" in done.stdout
        assert "recovery words" in done.stdout
    # And that way is there.
    Vault.recover(team.path, team.words, NAME, ANOTHER, Cost.floor()).close()


def test_with_words_and_a_name_somebody_gets_a_new_passphrase(team: Team) -> None:
    team.run("backup")
    done = team.run("restore", "--shares", "1", given=f"{team.words[0]}\n{ANOTHER}\n{ANOTHER}")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{NAME} opens the vault with the new passphrase" in done.stdout
    assert "Forgot" not in done.stdout
    with pytest.raises(WrongPassphrase):
        team.opened()
    with Vault.open(team.path, ANOTHER, NAME) as vault:
        assert vault.person.role == "owner"


@pytest.mark.parametrize("new", [f"{ANOTHER}\n{ANOTHER}x", "kort\nkort", "wachtwoordwachtwoord\n" * 2])
def test_a_new_passphrase_that_cannot_be_changes_nothing(team: Team, new: str) -> None:
    team.run("backup")
    before = {path: path.read_bytes() for path in team.path.parent.rglob("*") if path.is_file()}
    done = team.run("restore", "--shares", "1", given=f"{team.words[0]}\n{new}")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    after = {path: path.read_bytes() for path in team.path.parent.rglob("*") if path.is_file()}
    assert after == before


def test_without_a_backup_nothing_is_restored(team: Team) -> None:
    before = team.path.read_bytes()
    done = team.run("restore")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert team.path.read_bytes() == before


def test_a_wrong_passphrase_is_one_line(team: Team) -> None:
    for command in ("check", "backup", "rotate-key", "export-log", "info"):
        done = team.run(command, given="mis")
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), command
        if command == "backup":
            assert not backups_folder(team.path).exists()


def test_the_key_is_rotated(team: Team) -> None:
    done = team.run("rotate-key")
    assert (done.returncode, done.stderr) == (0, "")
    assert read(team.path).generations == (2,)
    with team.opened() as vault:
        assert vault.cases.get(team.case.id) == team.case
        assert len(vault.backups()) == 1


def test_info_tells_a_stranger_nothing_secret(team: Team) -> None:
    command = [sys.executable, "-m", "borg_triage", "vault", "info", str(team.path), "--language", "en"]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 person can open the vault" in done.stdout
    assert "1 of 1 shares" in done.stdout
    assert NAME not in done.stdout
    assert "case" not in done.stdout
    told = team.run("info").stdout
    assert NAME in told
    assert "1 case." in told


def test_info_of_an_old_vault(tmp_path: Path, team: Team) -> None:
    for path in (key_path(team.path), copy_path(team.path)):
        path.unlink()
    command = [sys.executable, "-m", "borg_triage", "vault", "info", str(team.path), "--language", "en"]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL
    )
    assert "first version" in done.stdout


def test_the_log_is_exported_and_that_is_logged(team: Team) -> None:
    done = team.run("export-log")
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert (entries[-1]["action"], entries[-1]["person"]) == ("read_log", NAME)
    assert all(entry["previous"] == before["hash"] for before, entry in pairwise(entries))
    with team.opened() as vault:
        assert [entry.hash for entry in vault.log.entries()][: len(entries)] == [
            one["hash"] for one in entries
        ]


def test_the_log_becomes_a_table_that_runs_no_formula(team: Team, tmp_path: Path) -> None:
    with team.opened() as vault:
        vault.add_person("=HYPERLINK(1)", "drie witte zwanen op het dak", cost=Cost.floor())
        vault.people.rename(vault.person.id, NAME)
    with Vault.open(team.path, "drie witte zwanen op het dak", "=HYPERLINK(1)"):
        pass
    target = tmp_path / "log.csv"
    done = team.run("export-log", str(target), "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert "not encrypted" in done.stdout
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert "'=HYPERLINK(1)" in [row["person"] for row in rows]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    if os.name != "nt":
        assert target.stat().st_mode & 0o077 == 0
    before = target.read_bytes()
    assert team.run("export-log", str(target)).returncode == 2
    assert target.read_bytes() == before


def test_only_one_case_is_exported_when_asked(team: Team) -> None:
    with team.opened() as vault:
        other = new_case(vault, "Beuk")
        retention.erase(vault, [other.id], Acting(person=NAME, at=system_clock()))
    done = team.run("export-log", "--case", other.id)
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    assert [entry["action"] for entry in entries] == ["erase", "read_log"]
    assert {entry["case_id"] for entry in entries} == {other.id}


def test_a_member_exports_the_log_of_a_case_and_not_the_whole(team: Team, tmp_path: Path) -> None:
    hers = "drie witte zwanen op het dak"
    with team.opened() as vault:
        vault.add_person("Noor", hers, cost=Cost.floor())
        other = new_case(vault, "Beuk")
        vault.retention.restrict(other.id, vault.person.id, system_clock(), "familie")
        before = vault.log.head().seq
    target = tmp_path / "log.csv"
    for more in ((), (str(target),), ("--case", other.id)):
        done = team.run("export-log", *more, name="Noor", given=hers)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), more
    assert not target.exists()
    done = team.run("export-log", "--case", team.case.id, name="Noor", given=hers)
    assert (done.returncode, done.stderr) == (0, "")
    with team.opened() as vault:
        read = [one.case_id for one in vault.log.entries(after=before) if one.action == "read_log"]
        assert read == [team.case.id]


def test_an_erasing_that_is_not_finished_is_finished_by_the_next_command(team: Team) -> None:
    with team.opened() as vault:
        vault.backup()
        vault.settings.put("retention.scrub_due", "yes")
        before = [one.path for one in vault.backups()]
    assert team.run("check").returncode == 0
    with team.opened() as vault:
        assert vault.settings.get("retention.scrub_due") == ""
        assert [one.path for one in vault.backups()] != before


@pytest.mark.skipif(os.name == "nt", reason="there a file in use is not even read")
def test_a_backup_that_still_holds_an_erased_case_is_told_until_it_is_gone(team: Team) -> None:
    with team.opened() as vault:
        held = vault.backup().path
        assert vault.ring is not None
        key = RawKey(vault.ring.keys[vault.ring.current].material)
        with copying.opened(held, key, held):
            left = retention.erase(vault, [team.case.id], Acting(person=NAME, at=system_clock()))
            assert [one.path for one in left.held] == [held]
    with copying.opened(held, key, held):
        for _ in range(2):
            done = team.run("check")
            assert done.returncode == 1
            assert f"The backup {held.name} still holds an erased case, or may" in done.stdout
            assert len(list(backups_folder(team.path).glob("*.borgvault"))) == 2
    assert team.run("check").returncode == 0
    assert not held.exists()


def test_a_backup_takes_an_owner_and_is_put_back_by_no_member(team: Team) -> None:
    hers = "drie witte zwanen op het dak"
    with team.opened() as vault:
        vault.add_person("Noor", hers, cost=Cost.floor())
        vault.backup()
    before = team.path.read_bytes()
    done = team.run("restore", name="Noor", given=hers)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert team.path.read_bytes() == before


def test_a_backup_of_an_unknown_key_asks_for_the_passphrase_of_its_day(team: Team) -> None:
    another = "drie witte zwanen op het dak"
    with team.opened() as vault:
        made = vault.backup().path
        then = key_path(made).read_bytes()
        vault.rotate()
        vault.change_passphrase(PASSPHRASE, another, Cost.floor())
        vault.settings.drop("keys.past.1")
    for path in (key_path(made), copy_path(made)):
        path.write_bytes(then)
    done = team.run("restore", made.name, given=another)
    assert (done.returncode, "--name-then" in done.stderr) == (2, True)
    done = team.run("restore", made.name, "--name-then", NAME, given=f"{another}\n{PASSPHRASE}")
    assert (done.returncode, done.stderr) == (0, "")
    Vault.open(team.path, another, NAME).close()
