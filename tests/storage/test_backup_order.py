"""Which backup is the newest: the one that was made last, whatever the clock said; and which ones go."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from borg_triage.app.vault_care import backup_to_restore, outside
from borg_triage.storage import backup_files
from borg_triage.storage.backup_files import Backup, Keeping
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import key_path
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import REPLACED, backups_folder

from .samples import KEY, NAME, PASSPHRASE, START, new_case, taken_out

pytestmark = pytest.mark.usefixtures("quick_keys")
AHEAD = datetime(2033, 1, 1, 9, 0, tzinfo=UTC)
DEAD_BATTERY = datetime(2000, 1, 1, tzinfo=UTC)


class Clock:
    """A time that moves only when told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Team:
    """A vault by its name, opened and closed again for each piece of work."""

    def __init__(self, path: Path) -> None:
        self.path, self.clock = path, Clock()
        Vault.create(path, PASSPHRASE, NAME, Cost.floor(), self.clock).close()

    def open(self) -> Vault:
        return Vault.open(self.path, PASSPHRASE, NAME, clock=self.clock)

    def work(self, name: str, now: datetime | None = None) -> Backup:
        """Open at a moment, start a case, make a backup, close."""
        self.clock.now = now or self.clock.now + timedelta(days=1)
        with self.open() as vault:
            vault.cases.create(new_case(name))
            return vault.backup()

    def restore(self, source: Path) -> Path | None:
        self.clock.now += timedelta(minutes=5)
        return Vault.restore(self.path, source, PASSPHRASE, NAME, clock=self.clock)

    def known(self, path: Path) -> list[str]:
        """The cases of a backup."""
        with Vault.open(taken_out(path), PASSPHRASE, NAME, clock=self.clock) as vault:
            return sorted(case.pseudonym for case in vault.cases.list())

    def order(self) -> list[Path]:
        return [one.path for one in outside(self.path).backups]

    def check(self) -> None:
        with self.open() as vault:
            assert [one for one in vault.check() if not one.good] == []


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path / "team.borgvault")


@pytest.mark.parametrize("wrong", [AHEAD, DEAD_BATTERY])
def test_the_order_is_that_of_making_whatever_the_clock_said(team: Team, wrong: datetime) -> None:
    made = [team.work(f"vroeg {day}").path for day in range(3)]
    right = team.clock.now
    made.append(team.work("verkeerd", wrong).path)
    made += [team.work(f"laat {day}", right + timedelta(days=day)).path for day in (1, 2)]
    assert team.order() == made[::-1]
    assert [path.name for path in made] == sorted(path.name for path in made)
    assert backup_to_restore(team.path, None) == made[-1]
    assert "laat 2" in team.known(made[-1])
    team.check()


def test_a_clock_that_is_ahead_for_days_makes_no_backup_too_old(team: Team) -> None:
    made = [team.work(f"vroeg {day}").path for day in range(6)]
    made += [team.work(f"later {day}", AHEAD + timedelta(days=day)).path for day in range(3)]
    assert team.order() == made[::-1]


def test_a_clock_that_went_back_makes_the_work_of_that_day_no_older(team: Team) -> None:
    made = [team.work("vroeg").path, team.work("verkeerd", DEAD_BATTERY).path]
    made += [team.work(f"laat {day}", START + timedelta(days=day)).path for day in range(2, 7)]
    assert team.order() == made[::-1]


def test_what_is_too_old_by_a_clock_that_is_right_goes(team: Team) -> None:
    old = [team.work(f"vroeg {day}").path for day in range(4)]
    new = [team.work(f"laat {day}", START + timedelta(days=day)).path for day in (80, 93, 94)]
    assert team.order() == [*new[::-1], old[3]]


def test_after_a_long_absence_nothing_goes_until_somebody_says_that_the_clock_is_right(team: Team) -> None:
    made = [team.work(f"vroeg {day}").path for day in range(4)]
    made += [team.work(f"laat {day}", START + timedelta(days=400 + day)).path for day in range(3)]
    assert team.order() == made[::-1]
    with team.open() as vault:
        doubt = vault.clock_doubt()
        assert doubt is not None
        assert (doubt.now, doubt.known, doubt.ahead) == (team.clock.now, START + timedelta(days=4), True)
        vault.trust_clock(vault._unlocked.entry("retention_changed", kind="clock"))
        assert vault.clock_doubt() is None
        made.append(vault.backup().path)
    assert team.order() == made[:3:-1]


def test_one_that_lies_in_the_future_says_nothing_of_the_others(tmp_path: Path) -> None:
    numbered = [
        Backup(at, tmp_path / str(number), "", number)
        for number, at in enumerate((START, AHEAD, *(START + timedelta(days=day) for day in (89, 90, 91))), 1)
    ][::-1]
    now = START + timedelta(days=91)
    assert [one.at for one in backup_files.surplus(numbered, Keeping(), now)] == [START]
    assert backup_files.surplus(numbered, Keeping(), None) == []
    assert backup_files.surplus(numbered, Keeping(copies=3), None) == numbered[3:]


# ---------------------------------------------------------------- a restore goes on from an earlier log


def test_after_a_restore_what_is_made_then_is_the_newest(team: Team) -> None:
    early = team.work("vroeg")
    late = [team.work(f"laat {number}") for number in range(4)]
    aside = team.restore(early.path)
    assert aside is not None
    # The log is shorter than what the backups of the other branch know.
    made = team.work("na het terugzetten")
    assert team.order() == [made.path, aside, *(one.path for one in late[::-1]), early.path]
    assert made.number > late[-1].number
    assert backup_to_restore(team.path, None) == made.path
    assert team.known(made.path) == ["na het terugzetten", "vroeg"]
    team.check()
    # And to the other branch, with a clock that is years back.
    team.clock.now = DEAD_BATTERY
    team.restore(late[-1].path)
    again = team.work("weer terug", DEAD_BATTERY + timedelta(hours=1))
    assert team.order()[0] == again.path
    assert team.known(again.path) == sorted(["vroeg", *(f"laat {n}" for n in range(4)), "weer terug"])
    team.check()


def test_a_folder_that_was_elsewhere_for_a_while_comes_back_below(team: Team, tmp_path: Path) -> None:
    early = team.work("vroeg")
    for number in range(4):
        team.work(f"laat {number}")
    team.restore(early.path)
    team.work("na het terugzetten")
    folder, elsewhere = backups_folder(team.path), tmp_path / "elders"
    old = team.order()
    folder.rename(elsewhere)
    made = team.work("zonder de map")
    shutil.copytree(elsewhere, folder, dirs_exist_ok=True)
    assert team.order() == [made.path, *old]


def test_a_vault_set_aside_is_never_the_one_to_restore(team: Team) -> None:
    early = team.work("vroeg")
    team.work("laat")
    aside = team.restore(early.path)
    assert aside is not None
    found = outside(team.path).backups
    assert (found[0].path, found[0].kind) == (aside, REPLACED)
    assert backup_to_restore(team.path, None) != aside


# ---------------------------------------------------------------- names of earlier programs


def test_backups_of_an_earlier_program_are_the_older_ones(team: Team) -> None:
    made = [team.work(f"vroeg {day}").path for day in range(3)]
    old = []
    for path in made:
        number = path.name.split(".")[1]
        old.append(path.with_name(path.name.replace(f"{number}.", "")))
        path.rename(old[-1])
        key_path(path).rename(key_path(old[-1]))
    assert team.order() == old[::-1]
    new = team.work("laat", DEAD_BATTERY).path
    assert team.order() == [new, *old[::-1]]
    team.restore(old[0])
    assert team.known(team.path) == ["vroeg 0"]
    team.check()


def test_other_files_are_no_backups(team: Team) -> None:
    made = team.work("vroeg").path
    stamp = made.name.split(".")[2]
    for name in (f"team.12.{stamp}", f"team.x00000012.{stamp}", f"team.000000012{stamp}", "team.000000012."):
        made.with_name(f"{name}.borgvault").write_bytes(b"x")
    many = made.with_name(f"team.{'9' * 30}.{stamp}.borgvault")
    many.write_bytes(b"x")
    assert team.order() == [many, made]
    assert team.work("laat").path == team.order()[0]


# ---------------------------------------------------------------- when it is time for one


@pytest.mark.parametrize("wrong", [AHEAD, DEAD_BATTERY])
def test_no_backup_is_put_off_for_years(tmp_path: Path, wrong: datetime) -> None:
    clock = Clock()
    with Vault.create(tmp_path / "team.borgvault", KEY, clock=clock) as vault:
        vault.cases.create(new_case())
        assert not vault.backup_due()
        clock.now = wrong
        assert vault.backup_due()
        vault.backup()
        vault.cases.create(new_case())
        assert not vault.backup_due()
        clock.now = START
        assert vault.backup_due()
        vault.backup()
        assert not vault.backup_due()
    with Vault.open(tmp_path / "team.borgvault", KEY, clock=clock) as vault:
        vault.cases.create(new_case())
        clock.now += timedelta(hours=9)
        assert vault.backup_due()
