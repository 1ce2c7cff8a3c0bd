"""A key file of before, put back beside a whole vault: nobody loses work by it, and nobody comes in by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from borg_triage.storage.errors import VaultDamaged, WrongPassphrase
from borg_triage.storage.keying import PAGE_BYTES
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.file_errors import KeyFileForeign, KeyFileOld
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.people import MEMBER, OWNER

from .old_key_files import BO, EVA, FORMER, FORMERS, HERS, HIS, NEW, NOOR, PLACES, Kept, demote_maker, roles
from .samples import NAME, PASSPHRASE, new_case, staffed_vault

pytestmark = pytest.mark.usefixtures("quick_keys")


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


# ---------------------------------------------------------------- under another database key


@pytest.fixture
def rotated(kept: Kept) -> Kept:
    """A manager left after the old key file, with a backup from before and one from after that."""
    with kept.opened() as vault:
        vault.add_person(FORMER, FORMERS, OWNER, Cost.floor())
        vault.cases.create(new_case("vroeg"))
        vault.backup()
    kept.keep_keys()
    with kept.opened() as vault:
        vault.withdraw(next(one.id for one in vault.people.all() if one.name == FORMER))
        vault.cases.create(new_case("laat"))
        vault.backup()
    return kept


def is_whole(kept: Kept) -> None:
    with kept.opened() as vault:
        assert [case.pseudonym for case in vault.cases.list()] == ["laat", "vroeg"]
        assert [one.name for one in vault.people.all()] == [NAME]
        assert [one for one in vault.check() if not one.good] == []
    first, second = kept.key_files()
    assert first == second != kept.old
    assert isinstance(kept.refused(FORMER, FORMERS), WrongPassphrase)


@PLACES
def test_where_the_two_differ_the_one_that_fits_wins(rotated: Kept, places: tuple[object, ...]) -> None:
    rotated.forget_backups()
    rotated.put_old(*places)
    assert isinstance(rotated.refused(FORMER, FORMERS), WrongPassphrase)
    assert len(Tries(rotated.path).failures()) == 1
    is_whole(rotated)


def test_where_neither_fits_that_of_a_backup_does(rotated: Kept) -> None:
    rotated.put_old()
    assert isinstance(rotated.refused(FORMER, FORMERS), WrongPassphrase)
    is_whole(rotated)


def test_where_none_fits_no_backup_is_named_and_nothing_changes(rotated: Kept) -> None:
    right = rotated.key_files()
    for path in rotated.path.with_name("team-backups").iterdir():
        if "-keys" in path.name:
            path.write_bytes(rotated.old)
    rotated.put_old()
    assert rotated.refuses(KeyFileForeign, (NAME, PASSPHRASE), (FORMER, FORMERS))
    assert Tries(rotated.path).failures() == []
    copy_path(rotated.path).write_bytes(right[1])
    is_whole(rotated)


@pytest.mark.parametrize("spot", [3, 99])
def test_a_damaged_first_page_is_told_apart_from_a_foreign_key_file(rotated: Kept, spot: int) -> None:
    content = bytearray(rotated.path.read_bytes())
    content[spot] ^= 16
    rotated.path.write_bytes(content)
    error = rotated.refused()
    assert isinstance(error, VaultDamaged)
    assert ".000000002." not in str(error.params["backup"])
    for path in rotated.path.with_name("team-backups").iterdir():
        if "-keys" in path.name:
            path.write_bytes(rotated.old)
    rotated.put_old()
    assert type(rotated.refused()) is KeyFileForeign


def test_a_file_of_noise_under_a_right_key_file_is_one_or_the_other(rotated: Kept) -> None:
    import random

    rotated.path.write_bytes(random.Random(4).randbytes(20 * PAGE_BYTES))
    assert type(rotated.refused()) is KeyFileForeign


def test_the_key_file_of_another_vault_beside_the_right_copy_does_no_harm(
    rotated: Kept, tmp_path: Path
) -> None:
    other = tmp_path / "other.borgvault"
    staffed_vault(other).close()
    rotated.old = key_path(other).read_bytes()
    rotated.put_old(key_path)
    is_whole(rotated)


def test_a_passphrase_of_before_is_wrong_where_only_the_old_key_file_takes_it(rotated: Kept) -> None:
    with rotated.opened() as vault:
        vault.change_passphrase(PASSPHRASE, NEW, Cost.floor())
    rotated.forget_backups()
    rotated.put_old(key_path)
    assert isinstance(rotated.refused(), WrongPassphrase)
    assert len(Tries(rotated.path).failures()) == 1
    rotated.opened(passphrase=NEW).close()
    assert keyfile.read(rotated.path).to_bytes() != rotated.old


# ---------------------------------------------------------------- under the same database key


@pytest.fixture
def grown(kept: Kept) -> Kept:
    """Noor had come when the old key file was kept; then Bo came, who runs the vault with its maker now."""
    with kept.opened() as vault:
        vault.add_person(NOOR, HERS, cost=Cost.floor())
    kept.keep_keys()
    with kept.opened() as vault:
        vault.add_person(BO, HIS, OWNER, Cost.floor())
    return kept


def test_where_a_newer_one_is_nowhere_no_member_gets_in_or_becomes_an_owner(grown: Kept) -> None:
    demote_maker(grown)
    right = grown.key_files()
    grown.put_old()
    assert grown.refuses(KeyFileOld, (NOOR, HERS), (NAME, PASSPHRASE))
    key_path(grown.path).write_bytes(right[0])
    with grown.opened(BO, HIS) as vault:
        assert roles(vault) == {NAME: MEMBER, NOOR: MEMBER, BO: OWNER}
        assert [one.action for one in vault.log.entries()].count("role_changed") == 1
    assert grown.key_files() == right


@PLACES
def test_the_newer_of_the_two_is_believed(grown: Kept, places: tuple[object, ...]) -> None:
    demote_maker(grown)
    right = grown.key_files()
    grown.put_old(*places)
    with grown.opened(NOOR, HERS) as vault:
        assert roles(vault) == {NAME: MEMBER, NOOR: MEMBER, BO: OWNER}
        assert vault.person.role == MEMBER
    assert grown.key_files() == right
    grown.opened(BO, HIS).close()


def test_where_both_are_old_that_of_a_backup_is_believed(grown: Kept) -> None:
    with grown.opened() as vault:
        vault.backup()
    right = grown.key_files()
    grown.put_old()
    with grown.opened(NOOR, HERS) as vault:
        assert roles(vault) == {NAME: OWNER, NOOR: MEMBER, BO: OWNER}
    assert grown.key_files() == right
    grown.opened(BO, HIS).close()


def test_an_owner_gets_in_by_an_older_one_and_nobody_is_withdrawn_by_it(grown: Kept) -> None:
    right = grown.key_files()
    grown.put_old()
    with grown.opened() as vault:
        assert roles(vault) == {NAME: OWNER, NOOR: MEMBER, BO: OWNER}
        told = [one for one in vault.log.entries() if one.action == "unlock"][-1]
        assert (told.person, told.detail) == (NAME, {"why": "older_keys"})
    # As it lay there: the newer one may turn up.
    assert grown.key_files() == [grown.old, grown.old]
    grown.put_back(right)
    with grown.opened(BO, HIS) as vault:
        assert vault.person.role == OWNER


def test_what_an_owner_makes_of_an_older_one_withdraws_nobody_either(grown: Kept) -> None:
    right = grown.key_files()
    grown.put_old()
    with grown.opened() as vault:
        vault.add_person(EVA, NEW, cost=Cost.floor())
        vault.backup()
    assert type(grown.refused(BO, HIS)) is WrongPassphrase
    with grown.opened(EVA, NEW) as vault:
        assert roles(vault) == {NAME: OWNER, NOOR: MEMBER, BO: OWNER, EVA: MEMBER}
    # Nor is an owner kept out whose way in that one lacks, when the one that has it turns up.
    grown.put_back(right)
    with grown.opened(BO, HIS) as vault:
        assert vault.person.role == OWNER
        assert vault.log.entries()[-1].detail == {"why": "older_keys"}


def test_a_passphrase_of_before_opens_by_no_older_key_file(grown: Kept) -> None:
    with grown.opened() as vault:
        vault.change_passphrase(PASSPHRASE, NEW, Cost.floor())
    right = grown.key_files()
    grown.put_old()
    assert type(grown.refused()) is KeyFileOld
    grown.put_back(right)
    grown.put_old(copy_path)
    assert type(grown.refused()) is WrongPassphrase
    assert len(Tries(grown.path).failures()) == 1
    grown.opened(passphrase=NEW).close()
    assert grown.key_files() == right


def test_ways_in_that_changed_are_left_out_of_what_an_older_one_becomes(grown: Kept) -> None:
    with grown.opened(NOOR, HERS) as vault:
        vault.change_passphrase(HERS, NEW, Cost.floor())
    grown.put_old()
    with grown.opened() as vault:
        vault.add_person(EVA, HIS, cost=Cost.floor())
        assert roles(vault)[NOOR] == MEMBER
    assert type(grown.refused(NOOR, HERS)) is WrongPassphrase
    with grown.opened() as vault:
        noor = next(one.id for one in vault.people.all() if one.name == NOOR)
        vault.withdraw(noor)
        vault.add_person(NOOR, NEW, cost=Cost.floor())
    grown.opened(NOOR, NEW).close()
