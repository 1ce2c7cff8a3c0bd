"""Which backups stay: how many, and how old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from borg_triage.storage import backup_files
from borg_triage.storage.access import OwnerNeeded
from borg_triage.storage.backup_files import Backup, Keeping
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import REPLACED
from tests.clock import Clock

from .samples import (
    HERS,
    NAME,
    staffed_vault,
)


def made_up(vault: Path, moments: list[datetime]) -> list[Backup]:
    return sorted((Backup(at, vault.with_name(f"{at:%d%H%M}"), "") for at in moments), reverse=True)


def test_the_newest_stay_and_of_each_earlier_day_the_last(tmp_path: Path) -> None:
    day = datetime(2026, 3, 9, 17, tzinfo=UTC)
    hourly = [day - timedelta(hours=hour) for hour in range(6)]
    daily = [day - timedelta(days=number, hours=hour) for number in range(1, 9) for hour in (0, 3)]
    backups = made_up(tmp_path, [*hourly, *daily])
    gone = backup_files.surplus(backups, Keeping(copies=7, days=90), day)
    kept = [one.at for one in backups if one not in gone]
    assert kept == [*hourly[:3], *(day - timedelta(days=number) for number in range(1, 5))]


def test_what_is_too_old_goes_but_never_the_newest_three(tmp_path: Path) -> None:
    day = datetime(2026, 3, 9, 17, tzinfo=UTC)
    backups = made_up(tmp_path, [day - timedelta(days=days) for days in (100, 110, 120, 130, 140)])
    # The newest three stay, whatever the clock says of their age.
    assert backup_files.surplus(backups, Keeping(), day) == backups[3:]
    assert backup_files.surplus(backups, Keeping(copies=1), day) == backups[1:]
    # What a restore replaced may be damaged: it is not the one that must stay.
    replaced = Backup(day, tmp_path / "x", REPLACED)
    assert backups[0] not in backup_files.surplus([replaced, *backups], Keeping(copies=1), day)


def test_how_many_are_kept_is_the_organisations(timed: Vault, clock: Clock) -> None:
    timed.keeping = Keeping(copies=2, days=30, hours=4)
    assert timed.keeping == Keeping(2, 30, 4)
    for _ in range(5):
        clock.now += timedelta(days=1)
        timed.backup()
    assert [one.path.name.split(".")[2] for one in timed.backups()] == [
        "20260306T093000Z",
        "20260305T093000Z",
    ]
    timed.settings.put("backup.copies", "-3")
    assert timed.keeping.copies == Keeping().copies
    with pytest.raises(ValueError, match="at least one"):
        timed.keeping = Keeping(copies=0)


def test_a_change_of_what_is_kept_is_an_owners_and_stands_in_the_log(tmp_path: Path) -> None:
    with staffed_vault(tmp_path / "team.borgvault") as vault:
        vault.keeping = Keeping(copies=20, days=365)
        told = vault.log.entries()[-1]
        assert (told.action, told.person, dict(told.detail)) == (
            "keeping_changed",
            NAME,
            {"count": 20, "days": 365, "hours": 8},
        )
        vault.add_person("Noor", HERS, cost=Cost.floor())
    with Vault.open(vault.path, HERS, "Noor") as vault:
        head = vault.log.head()
        with pytest.raises(OwnerNeeded):
            vault.keeping = Keeping(copies=1)
        assert (vault.keeping.copies, vault.log.head()) == (20, head)


def test_two_in_one_second_are_two(timed: Vault) -> None:
    assert timed.backup().path != timed.backup().path
    assert len(timed.backups()) == 2


def test_what_a_killed_program_left_half_made_is_swept_and_nothing_else(timed: Vault) -> None:
    made = timed.backup().path
    folder = made.parent
    left = ["team.20260301T120000Z.borgvault-next", "team.000000009.20260301T120000Z.borgvault-keys"]
    other = ["brief.txt", "andere.20260301T120000Z.borgvault", "andere.20260301T120000Z.borgvault-keys"]
    for name in (*left, *other):
        (folder / name).write_bytes(b"x")
    backup_files.sweep(timed.path)
    assert {path.name for path in folder.iterdir()} == {made.name, *other}
