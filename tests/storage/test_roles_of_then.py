"""Where a backup says who is an owner, for the vault cannot be read: it is of now, or all others are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from borg_triage.storage import backup_files, roles_of_then
from borg_triage.storage.backup_files import Backup
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.notices import Notice
from borg_triage.storage.people import MEMBER, OWNER
from borg_triage.storage.restoring import RestoreNeedsOwner
from borg_triage.storage.vault import Vault

from .harm import damage_the_first_page, lose_keys
from .samples import NAME, PASSPHRASE, new_case, staffed_vault

SAM, HIS = "Sam", "zeven rode daken in de mist"
NOOR, HERS = "Noor", "drie witte zwanen op het dak"
NEW = "negen gele jassen aan de lijn"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("quick_keys")


class Lowered:
    """A closed vault whose only backup has Sam as an owner beside NAME; he was made a member since.

    Noor, a member then, is an owner since.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with staffed_vault(path) as vault:
            self.sam = vault.add_person(SAM, HIS, OWNER, Cost.floor()).id
            self.noor = vault.add_person(NOOR, HERS, cost=Cost.floor()).id
            self.kit = vault.make_recovery(1, 1)
            self.backup = vault.backup().path
            vault.set_role(self.sam, MEMBER)
            vault.set_role(self.noor, OWNER)

    def opened(self, passphrase: str = PASSPHRASE, name: str = NAME) -> Vault:
        return Vault.open(self.path, passphrase, name)

    def back_up(self) -> Backup:
        with self.opened() as vault:
            return vault.backup()

    def restore(self, passphrase: str = HIS, name: str = SAM) -> None:
        Vault.restore(self.path, self.backup, passphrase, name, clock=lambda: AT)

    def told(self) -> dict[str, list[Notice]]:
        """What each of the people is told."""
        with self.opened() as vault:
            people = vault.people.all()
            return {one.name: roles_of_then.told(vault.settings, one.id) for one in people}

    def roles(self) -> dict[str, str]:
        with self.opened() as vault:
            return {one.name: one.role for one in vault.people.all()}


@pytest.fixture
def team(tmp_path: Path) -> Lowered:
    return Lowered(tmp_path / "team.borgvault")


# ---------------------------------------------------------------- a backup at once


@pytest.mark.parametrize(
    "change",
    [
        lambda vault, sam: vault.set_role(sam, OWNER),
        lambda vault, sam: vault.reset_passphrase(sam, NEW, Cost.floor()),
        lambda vault, _sam: vault.change_passphrase(PASSPHRASE, NEW, Cost.floor()),
    ],
    ids=["role", "given", "own"],
)
def test_what_a_backup_of_before_would_say_otherwise_is_backed_up_at_once(
    team: Lowered, change: Callable[[Vault, str], None]
) -> None:
    team.back_up()
    with team.opened() as vault:
        vault.cases.create(new_case())
        # Other work waits its hours.
        assert not vault.backup_due()
        change(vault, team.sam)
        assert vault.backup_due()
        vault.backup()
        assert not vault.backup_due()


def test_after_that_backup_a_member_stays_one_when_the_vault_is_damaged(team: Lowered) -> None:
    team.back_up()
    damage_the_first_page(team.path)
    with pytest.raises(RestoreNeedsOwner):
        team.restore()
    team.restore(HERS, NOOR)
    assert team.roles() == {NAME: OWNER, SAM: MEMBER, NOOR: OWNER}


# ---------------------------------------------------------------- told to all others


def test_a_backup_of_before_that_says_who_is_an_owner_is_told_to_all_others(team: Lowered) -> None:
    # Whoever writes in the folder can take the newer backup away.
    backup_files.delete(team.back_up())
    damage_the_first_page(team.path)
    team.restore()
    assert team.roles() == {NAME: OWNER, SAM: OWNER, NOOR: MEMBER}
    assert team.told() == {NAME: [Notice(AT, SAM)], SAM: [], NOOR: [Notice(AT, SAM)]}
    # Not for owners alone: Noor was one.
    with team.opened(HERS, NOOR) as vault:
        roles_of_then.settle(vault.settings, team.noor)
    assert team.told() == {NAME: [Notice(AT, SAM)], SAM: [], NOOR: []}


def test_another_restore_takes_it_away_from_nobody(team: Lowered) -> None:
    damage_the_first_page(team.path)
    team.restore()
    with team.opened(HIS, SAM) as vault:
        vault.set_role(vault.people.all()[0].id, MEMBER)
    team.restore()
    assert team.told() == {NAME: [Notice(AT, SAM)], SAM: [], NOOR: [Notice(AT, SAM)]}
    # Nor does one of a vault that is damaged again: what the newest backup tells is kept, and that is added.
    team.backup = team.back_up().path
    damage_the_first_page(team.path)
    team.restore()
    assert team.told() == {NAME: [Notice(AT, SAM)] * 2, SAM: [], NOOR: [Notice(AT, SAM)] * 2}


def test_a_key_file_that_is_gone_is_told_in_the_same_way(team: Lowered) -> None:
    lose_keys(team.path)
    team.restore()
    assert team.told() == {NAME: [Notice(AT, SAM)], SAM: [], NOOR: [Notice(AT, SAM)]}


@pytest.mark.parametrize("lost", [damage_the_first_page, lose_keys])
def test_so_is_a_restore_by_the_recovery_sheets(team: Lowered, lost: Callable[[Path], None]) -> None:
    lost(team.path)
    Vault.restore(team.path, team.backup, NEW, NOOR, team.kit, lambda: AT, Cost.floor())
    assert team.told() == {NAME: [Notice(AT, NOOR)], SAM: [Notice(AT, NOOR)], NOOR: []}


def test_sheets_alone_name_nobody(team: Lowered) -> None:
    damage_the_first_page(team.path)
    Vault.restore(team.path, team.backup, shares=team.kit, clock=lambda: AT)
    assert team.told() == {name: [Notice(AT, "")] for name in (NAME, SAM, NOOR)}


def test_where_the_vault_was_read_nobody_is_told(team: Lowered) -> None:
    with pytest.raises(RestoreNeedsOwner):
        team.restore()
    team.restore(PASSPHRASE, NAME)
    assert team.roles() == {NAME: OWNER, SAM: MEMBER, NOOR: OWNER}
    assert team.told() == {NAME: [], SAM: [], NOOR: []}


def test_the_only_owner_of_then_mends_a_damaged_vault(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    with staffed_vault(path) as vault:
        made = vault.backup().path
        vault.set_role(vault.add_person(SAM, HIS, cost=Cost.floor()).id, OWNER)
        vault.set_role(vault.person.id, MEMBER)
    path.write_bytes(b"\xff" * 9999)
    Vault.restore(path, made, PASSPHRASE, NAME)
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        assert vault.person.role == OWNER
