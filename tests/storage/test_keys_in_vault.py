"""Several people and one vault: passphrases, the recovery kit, and a key file that is lost or damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from borg_triage.storage import swap
from borg_triage.storage.access import OwnerNeeded
from borg_triage.storage.errors import (
    KeyFileDamaged,
    KeyFileMissing,
    PassphraseShort,
    PassphraseWeak,
    RecoveryRefused,
    VaultError,
    WrongPassphrase,
)
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.file_errors import KeyFileForeign
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.keys.strength import PassphraseRule
from borg_triage.storage.people import LastOwner, PersonExists
from borg_triage.storage.vault import Vault

from .samples import (
    HERS,
    NAME,
    PASSPHRASE,
    actions,
    new_case,
    new_observation,
    staffed_vault,
    taken_out,
)

NOOR = "Noor Özdemir"


OLD = Path(__file__).parents[1] / "old_vaults" / "version-1.borgvault"

pytestmark = pytest.mark.usefixtures("quick_keys")


def with_noor(vault: Vault) -> str:
    return vault.add_person(NOOR, HERS, cost=Cost.floor()).id


# ---------------------------------------------------------------- several people


def test_each_opens_with_their_own_passphrase_and_stands_in_the_log(tmp_path: Path) -> None:
    with staffed_vault(tmp_path / "team.borgvault") as staffed:
        with_noor(staffed)
        case = staffed.cases.create(new_case())
    with Vault.open(staffed.path, HERS, "noor ozdemir") as opened:
        assert (opened.person.name, opened.person.role) == (NOOR, "member")
        assert opened.cases.get(case.id) == case
    for passphrase, name in ((PASSPHRASE, NOOR), (HERS, NAME)):
        with pytest.raises(WrongPassphrase):
            Vault.open(staffed.path, passphrase, name)
    with Vault.open(staffed.path, PASSPHRASE, NAME) as opened:
        assert actions(opened) == [
            (NAME, "person_added"),
            (NAME, "unlock"),
            (NAME, "person_added"),
            (NAME, "lock"),
            (NOOR, "unlock"),
            (NOOR, "lock"),
            ("", "failed_unlock"),
            ("", "failed_unlock"),
            (NAME, "unlock"),
        ]
        assert opened.log.first_broken() is None


def test_only_an_owner_lets_people_in_and_out(staffed: Vault) -> None:
    with_noor(staffed)
    with pytest.raises(PersonExists):
        staffed.add_person("NOOR ozdemir", HERS, cost=Cost.floor())
    with pytest.raises(LastOwner):
        staffed.withdraw(staffed.person.id)
    staffed.close()
    with Vault.open(staffed.path, HERS, NOOR) as opened:
        owner = next(one for one in opened.people.all() if one.name == NAME)
        for attempt in (
            lambda: opened.add_person("Sam", "vijf blauwe boten varen weg", cost=Cost.floor()),
            lambda: opened.withdraw(owner.id),
            lambda: opened.make_recovery(1, 1),
            lambda: opened.set_passphrase_rule(PassphraseRule(8)),
            opened.rotate,
        ):
            with pytest.raises(OwnerNeeded):
                attempt()
        opened.change_passphrase(HERS, HERS + " nu", Cost.floor())
    Vault.open(staffed.path, HERS + " nu", NOOR).close()


def test_who_was_withdrawn_stays_out_with_a_kept_key_file_too(staffed: Vault, tmp_path: Path) -> None:
    noor = with_noor(staffed)
    kept = key_path(staffed.path).read_bytes()
    staffed.withdraw(noor)
    case = staffed.cases.create(new_case())
    assert staffed.people.get(noor).withdrawn_at is not None
    staffed.close()
    with pytest.raises(WrongPassphrase):
        Vault.open(staffed.path, HERS, NOOR)
    present = key_path(staffed.path).read_bytes()
    for path in (key_path(staffed.path), copy_path(staffed.path)):
        path.write_bytes(kept)
    with pytest.raises(KeyFileForeign):
        Vault.open(staffed.path, HERS, NOOR)
    key_path(staffed.path).write_bytes(present)
    with Vault.open(staffed.path, PASSPHRASE, NAME) as opened:
        assert opened.cases.get(case.id) == case
        assert [action for _, action in actions(opened)].count("key_rotated") == 1


def test_somebody_who_came_back_is_let_in_anew(staffed: Vault) -> None:
    staffed.withdraw(with_noor(staffed))
    with_noor(staffed)
    staffed.close()
    Vault.open(staffed.path, HERS, NOOR).close()


def test_another_passphrase_replaces_the_old_one(staffed: Vault) -> None:
    with pytest.raises(WrongPassphrase):
        staffed.change_passphrase(HERS, HERS, Cost.floor())
    made = staffed.backup()
    staffed.change_passphrase(PASSPHRASE, HERS, Cost.floor())
    staffed.close()
    for path in (staffed.path, taken_out(made.path)):
        with pytest.raises(WrongPassphrase):
            Vault.open(path, PASSPHRASE, NAME)
        Vault.open(path, HERS, NAME).close()


def test_the_rule_for_passphrases_is_the_organisations(staffed: Vault) -> None:
    staffed.set_passphrase_rule(PassphraseRule(length=20, score=3))
    with pytest.raises(PassphraseShort) as caught:
        staffed.add_person(NOOR, "kort en krachtig zo", cost=Cost.floor())
    assert caught.value.params["minimum"] == 20
    with pytest.raises(PassphraseWeak):
        staffed.change_passphrase(PASSPHRASE, "wachtwoord wachtwoord welkom", Cost.floor())
    assert [one.name for one in staffed.people.all()] == [NAME]
    words = staffed.make_recovery(1, 1)
    staffed.close()
    with pytest.raises(PassphraseShort) as caught:
        Vault.recover(staffed.path, words, NAME, "kort en krachtig zo", Cost.floor())
    assert (caught.value.least, caught.value.score) == (20, 3)
    with pytest.raises(PassphraseWeak):
        Vault.recover(staffed.path, words, NAME, "wachtwoord wachtwoord welkom", Cost.floor())
    # The one that was there still opens: the rule is for what is made from now on.
    with Vault.open(staffed.path, PASSPHRASE, NAME) as opened:
        assert opened.passphrase_rule == PassphraseRule(20, 3)
        (told,) = [one for one in opened.log.entries() if one.action == "passphrase_rule_changed"]
        assert (told.person, told.detail) == (NAME, {"length": 20, "score": 3})


def test_the_name_of_the_vault_makes_no_passphrase_stronger(tmp_path: Path) -> None:
    with (
        staffed_vault(tmp_path / "kwikstaartenberg.borgvault") as opened,
        pytest.raises(PassphraseWeak),
    ):
        opened.add_person(NOOR, "kwikstaartenberg", cost=Cost.floor())


# ---------------------------------------------------------------- recovery


@pytest.mark.parametrize(("threshold", "shares"), [(1, 1), (2, 3)])
def test_a_kit_opens_what_no_passphrase_does(staffed: Vault, threshold: int, shares: int) -> None:
    case = staffed.cases.create(new_case())
    words = staffed.make_recovery(threshold, shares)
    staffed.close()
    if threshold > 1:
        with pytest.raises(RecoveryRefused):
            Vault.recover(staffed.path, words[:1], NAME, HERS, Cost.floor())
    with Vault.recover(staffed.path, words[-threshold:], NAME, HERS, Cost.floor()) as opened:
        assert opened.person.name == NAME
        assert opened.cases.get(case.id) == case
        assert actions(opened)[-2:] == [("", "passphrase_changed"), (NAME, "unlock")]
        given, entered = opened.log.entries()[-2:]
        assert (given.person_id, given.role, given.recipient) == (None, "", NAME)
        assert given.detail == {"person": opened.person.id, "why": "recovery"}
        assert entered.detail == {"why": "recovery"}
    with pytest.raises(WrongPassphrase):
        Vault.open(staffed.path, PASSPHRASE, NAME)
    Vault.open(staffed.path, HERS, NAME).close()


def test_a_kit_lets_somebody_new_in_as_an_owner(staffed: Vault) -> None:
    words = staffed.make_recovery(1, 1)
    staffed.close()
    with Vault.recover(staffed.path, words, NOOR, HERS, Cost.floor()) as opened:
        assert (opened.person.name, opened.person.role) == (NOOR, "owner")
        assert [one.name for one in opened.people.all()] == [NAME, NOOR]
    Vault.open(staffed.path, PASSPHRASE, NAME).close()


def test_a_new_kit_makes_the_old_one_worthless(staffed: Vault) -> None:
    old, made = staffed.make_recovery(1, 1), staffed.backup()
    staffed.make_recovery(1, 1)
    staffed.close()
    for path in (staffed.path, taken_out(made.path)):
        with pytest.raises(RecoveryRefused):
            Vault.recover(path, old, NAME, HERS, Cost.floor())


def test_a_kit_survives_a_new_database_key(staffed: Vault) -> None:
    words = staffed.make_recovery(1, 1)
    staffed.rotate()
    staffed.close()
    Vault.recover(staffed.path, words, NAME, HERS, Cost.floor()).close()


# ---------------------------------------------------------------- key file and database apart


def test_a_slot_whose_person_was_never_written_down_is_taken_away(staffed: Vault) -> None:
    assert staffed.ring is not None
    grown, slot_id = staffed.ring.with_person(NOOR, HERS, Cost.floor())
    staffed.close()
    keyfile.write(staffed.path, grown.file)
    with pytest.raises(WrongPassphrase):
        Vault.open(staffed.path, HERS, NOOR)
    Vault.open(staffed.path, PASSPHRASE, NAME).close()
    assert slot_id not in [slot.id for slot in keyfile.read(staffed.path).slots]


def test_a_withdrawal_that_was_cut_short_is_ended_at_the_next_opening(staffed: Vault) -> None:
    noor = with_noor(staffed)
    staffed.people.withdraw(noor, staffed.log.entries()[0].at, NAME)
    staffed.close()
    before = keyfile.read(staffed.path)
    with pytest.raises(WrongPassphrase):
        Vault.open(staffed.path, HERS, NOOR)
    Vault.open(staffed.path, PASSPHRASE, NAME).close()
    after = keyfile.read(staffed.path)
    assert len(after.slots) == 1
    assert after.generations == (before.generations[0] + 1,)


@pytest.mark.parametrize("begun", [True, False], ids=["before the swap", "after it"])
def test_a_rotation_that_was_cut_short_is_ended_at_the_next_opening(staffed: Vault, begun: bool) -> None:
    case = staffed.cases.create(new_case())
    assert staffed.ring is not None
    begin = staffed.ring.begin_rotation()
    keyfile.write(staffed.path, begin.file)
    if not begun:
        swap.rewrite(staffed._database, begin.keys[2], lambda _: None)
    staffed._database.close()
    with Vault.open(staffed.path, PASSPHRASE, NAME) as opened:
        assert opened.ring is not None
        assert list(opened.ring.keys) == [2]
        assert opened.cases.get(case.id) == case
    assert keyfile.read(staffed.path).generations == (2,)


# ---------------------------------------------------------------- the key file itself


def test_a_damaged_key_file_is_mended_from_its_copy_and_the_other_way_round(staffed: Vault) -> None:
    staffed.close()
    good = key_path(staffed.path).read_bytes()
    for path in (key_path(staffed.path), copy_path(staffed.path)):
        path.write_bytes(good[:-9] + b"x" + good[-8:])
        Vault.open(staffed.path, PASSPHRASE, NAME).close()
        assert path.read_bytes() == good


def lose_key_files(path: Path) -> None:
    key_path(path).unlink()
    copy_path(path).write_bytes(b"{}")


def test_without_its_key_files_a_vault_opens_with_that_of_a_backup(staffed: Vault) -> None:
    staffed.backup()
    case = staffed.cases.create(new_case())
    staffed.close()
    lose_key_files(staffed.path)
    with pytest.raises(WrongPassphrase):
        Vault.open(staffed.path, HERS, NAME)
    with Vault.open(staffed.path, PASSPHRASE, NAME) as opened:
        assert opened.cases.get(case.id) == case
    assert keyfile.read(staffed.path).vault == opened.ring.vault_id if opened.ring else False


def test_without_any_key_file_the_backup_to_restore_is_named(staffed: Vault) -> None:
    made = staffed.backup()
    staffed.rotate()
    staffed.close()
    lose_key_files(staffed.path)
    with pytest.raises(KeyFileDamaged) as caught:
        Vault.open(staffed.path, PASSPHRASE, NAME)
    assert caught.value.params["backup"] == str(made.path)
    copy_path(staffed.path).unlink()
    with pytest.raises(KeyFileMissing) as missing:
        Vault.open(staffed.path, PASSPHRASE, NAME)
    assert missing.value.params["backup"] == str(made.path)


def test_the_key_file_of_another_vault_opens_nothing(staffed: Vault, tmp_path: Path) -> None:
    other = tmp_path / "other.borgvault"
    with staffed_vault(other) as second:
        secret = second.cases.create(new_case("Iemand anders"))
        second.cases.append_observation(secret.id, new_observation(note="van een ander"))
    staffed.close()
    for place in (key_path, copy_path):
        shutil.copy(place(other), place(staffed.path))
    with pytest.raises(VaultError) as caught:
        Vault.open(staffed.path, PASSPHRASE, NAME)
    assert type(caught.value) is KeyFileForeign


def test_importing_the_vault_loads_no_cryptography() -> None:
    import subprocess
    import sys

    script = (
        "import sys, borg_triage.storage.vault\n"
        "print([name for name in sys.modules if name.split('.')[0] in "
        "{'argon2', 'cryptography', 'shamir_mnemonic', 'zxcvbn'}])"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
