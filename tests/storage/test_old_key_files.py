"""A key file of before, put back beside a whole vault: nobody loses work by it, and nobody comes in by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from borg_triage.storage.errors import VaultDamaged, VaultError, WrongPassphrase
from borg_triage.storage.keying import PAGE_BYTES
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.file_errors import KeyFileForeign, KeyFileOld
from borg_triage.storage.keys.keyfile import KeyFile, copy_path, key_path
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.people import MEMBER, OWNER
from borg_triage.storage.vault import Vault

from .samples import NAME, PASSPHRASE, new_case, staffed_vault

NOOR, HERS = "Noor", "drie witte zwanen op het dak"
BO, HIS = "Bo", "zeven rode daken in de mist"
EVA, NEW = "Eva", "negen gele jassen aan de lijn"
FORMER, FORMERS = "J. Bakker", "fiets dorp kraan zesde mosterd"
pytestmark = pytest.mark.usefixtures("quick_keys")
PLACES = pytest.mark.parametrize("places", [(key_path,), (copy_path,)], ids=["key file", "copy"])


class Kept:
    """A closed vault, and the key file that it had at some moment before."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "team.borgvault"
        staffed_vault(self.path).close()
        self.old = b""

    def keep_keys(self) -> None:
        self.old = key_path(self.path).read_bytes()

    def put_old(self, *places: object) -> None:
        for place in places or (key_path, copy_path):
            assert callable(place)
            place(self.path).write_bytes(self.old)

    def opened(self, name: str = NAME, passphrase: str = PASSPHRASE) -> Vault:
        return Vault.open(self.path, passphrase, name)

    def refused(self, name: str = NAME, passphrase: str = PASSPHRASE) -> VaultError:
        with pytest.raises(VaultError) as caught:
            self.opened(name, passphrase).close()
        return caught.value

    def key_files(self) -> list[bytes]:
        return [place(self.path).read_bytes() for place in (key_path, copy_path)]

    def put_back(self, files: list[bytes]) -> None:
        for place, content in zip((key_path, copy_path), files, strict=True):
            place(self.path).write_bytes(content)

    def forget_backups(self) -> None:
        for path in self.path.with_name("team-backups").iterdir():
            path.unlink()

    def files(self) -> dict[str, bytes]:
        found = sorted(self.path.parent.rglob("*"))
        return {
            str(path): path.read_bytes() for path in found if path.is_file() and "-tries" not in path.name
        }


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
    before = rotated.files()
    for name, passphrase in ((NAME, PASSPHRASE), (FORMER, FORMERS)):
        error = rotated.refused(name, passphrase)
        assert type(error) is KeyFileForeign
        assert error.params == {"path": str(rotated.path), "file": "team.borgvault-keys"}
    assert rotated.files() == before
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


def roles(vault: Vault) -> dict[str, str]:
    return {one.name: one.role for one in vault.people.all()}


def demote_maker(kept: Kept) -> None:
    with kept.opened(BO, HIS) as vault:
        vault.set_role(next(one.id for one in vault.people.all() if one.name == NAME), MEMBER)


def test_where_a_newer_one_is_nowhere_no_member_gets_in_or_becomes_an_owner(grown: Kept) -> None:
    demote_maker(grown)
    right = grown.key_files()
    grown.put_old()
    before = grown.files()
    for name, passphrase in ((NOOR, HERS), (NAME, PASSPHRASE)):
        error = grown.refused(name, passphrase)
        assert type(error) is KeyFileOld
        assert error.params == {"path": str(grown.path), "file": "team.borgvault-keys"}
    assert grown.files() == before
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


# ---------------------------------------------------------------- the recovery kit


def recovered(kept: Kept, kit: list[str], name: str) -> Vault:
    return Vault.recover(kept.path, kit, name, NEW, Cost.floor())


def test_the_kit_of_now_opens_by_an_older_one_and_the_log_tells_of_a_new_owner(kept: Kept) -> None:
    with kept.opened() as vault:
        kit = vault.make_recovery(1, 1)
        vault.add_person(NOOR, HERS, cost=Cost.floor())
    kept.keep_keys()
    with kept.opened() as vault:
        vault.change_passphrase(PASSPHRASE, HIS, Cost.floor())
    with kept.opened(NOOR, HERS) as vault:
        vault.change_passphrase(HERS, FORMERS, Cost.floor())
    kept.put_old()
    with recovered(kept, kit, NOOR) as vault:
        assert roles(vault) == {NAME: OWNER, NOOR: OWNER}
        told = [one for one in vault.log.entries() if one.detail.get("why") == "recovery"]
        assert [(one.action, one.person, one.recipient) for one in told] == [
            ("role_changed", "", NOOR),
            ("passphrase_changed", "", NOOR),
            ("unlock", NOOR, ""),
        ]
    kept.opened(NOOR, NEW).close()


def test_a_kit_that_was_replaced_opens_by_no_older_one(kept: Kept) -> None:
    with kept.opened() as vault:
        kit = vault.make_recovery(1, 1)
    kept.keep_keys()
    with kept.opened() as vault:
        new = vault.make_recovery(1, 1)
    right = kept.key_files()
    kept.put_old()
    with pytest.raises(KeyFileOld):
        recovered(kept, kit, NAME)
    kept.put_back(right)
    recovered(kept, new, NAME).close()


# ---------------------------------------------------------------- earlier programs, kills, restores


def unnumbered(kept: Kept, file: bytes) -> KeyFile:
    ring = KeyRing.unlock(keyfile.parse(file, kept.path), kept.path, NAME, PASSPHRASE)
    return ring.numbered(0).file


def test_a_vault_of_an_earlier_program_opens_and_knows_its_key_file_from_then_on(grown: Kept) -> None:
    right = key_path(grown.path).read_bytes()
    then = unnumbered(grown, grown.old)
    grown.old = then.to_bytes()
    now = unnumbered(grown, right)
    with grown.opened() as vault:
        made = vault.backup().path
        vault.settings.drop("keys.newest")
    for place in (grown.path, made):
        keyfile.write(place, now)
    grown.opened(NOOR, HERS).close()
    assert keyfile.read(grown.path).number == keyfile.read(made).number == 1
    grown.put_old()
    with grown.opened(NOOR, HERS) as vault:
        assert roles(vault) == {NAME: OWNER, NOOR: MEMBER, BO: OWNER}
    grown.opened(BO, HIS).close()


def test_one_of_before_makes_nobody_an_owner_where_nothing_is_noted_yet(grown: Kept) -> None:
    demote_maker(grown)
    with grown.opened(BO, HIS) as vault:
        vault.settings.drop("keys.newest")
    grown.put_old()
    with grown.opened(NOOR, HERS) as vault:
        assert roles(vault) == {NAME: MEMBER, NOOR: MEMBER, BO: OWNER}


def test_a_kill_before_the_note_leaves_a_key_file_that_is_believed(grown: Kept) -> None:
    with grown.opened() as vault:
        before = vault.settings.get("keys.newest")
        vault.add_person(EVA, NEW, cost=Cost.floor())
        assert before is not None
        assert vault.settings.get("keys.newest") != before
        vault.settings.put("keys.newest", before)
    newer = grown.key_files()
    with grown.opened(EVA, NEW) as vault:
        assert roles(vault)[EVA] == MEMBER
    assert grown.key_files() == newer
    grown.put_old()
    assert type(grown.refused(NOOR, HERS)) is KeyFileOld


def test_a_kill_before_the_note_leaves_no_passphrase_of_before_with_a_backup(grown: Kept) -> None:
    with grown.opened() as vault:
        made, before = vault.backup().path, vault.settings.get("keys.newest")
        old = key_path(made).read_bytes()
        vault.change_passphrase(PASSPHRASE, NEW, Cost.floor())
        assert before is not None
        vault.settings.put("keys.newest", before)
    for place in (key_path, copy_path):
        place(made).write_bytes(old)
    assert type(grown.refused()) is WrongPassphrase
    assert len(Tries(grown.path).failures()) == 1
    grown.opened(passphrase=NEW).close()
    assert grown.key_files() == [place(made).read_bytes() for place in (key_path, copy_path)]


@pytest.mark.parametrize("place", [key_path, copy_path], ids=["key file", "copy"])
def test_a_kill_between_a_key_file_and_its_copy_lets_either_be_the_one(
    grown: Kept, place: Callable[[Path], Path]
) -> None:
    with grown.opened() as vault:
        assert vault.ring is not None
        made, _ = vault.ring.with_person(EVA, NEW, Cost.floor())
    place(grown.path).write_bytes(made.file.to_bytes())
    with grown.opened(BO, HIS) as vault:
        # Nobody wrote down who that is: the way in goes.
        assert EVA not in roles(vault)
    first, second = grown.key_files()
    assert first == second
    assert len(keyfile.read(grown.path).slots) == 3
    assert type(grown.refused(EVA, NEW)) is WrongPassphrase


def test_a_restore_with_an_older_key_file_of_the_backup_opens(grown: Kept) -> None:
    with grown.opened() as vault:
        made = vault.backup().path
    for place in (key_path, copy_path):
        place(grown.path).unlink()
        place(made).write_bytes(grown.old)
    Vault.restore(grown.path, made, HERS, NOOR)
    with grown.opened(NOOR, HERS) as vault:
        # Bo, whom that key file does not know, left; nobody takes a place by it.
        assert roles(vault) == {NAME: OWNER, NOOR: MEMBER}
    grown.opened().close()


def test_a_restore_that_leaves_no_owner_a_way_in_makes_nobody_one(grown: Kept) -> None:
    demote_maker(grown)
    with grown.opened(BO, HIS) as vault:
        made = vault.backup().path
    for place in (key_path, copy_path):
        place(grown.path).unlink()
        place(made).write_bytes(grown.old)
    Vault.restore(grown.path, made, HERS, NOOR)
    with grown.opened(NOOR, HERS) as vault:
        assert roles(vault) == {NAME: MEMBER, NOOR: MEMBER, BO: OWNER}
