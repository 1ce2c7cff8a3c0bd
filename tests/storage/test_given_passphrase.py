"""An owner gives a colleague a new passphrase, or another role: the same person, the log first, and told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest

from borg_triage.storage import given
from borg_triage.storage.access import OwnerNeeded
from borg_triage.storage.errors import PassphraseShort, PassphraseWeak, VaultError, WrongPassphrase
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.keys.strength import PassphraseRule
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.log import LogEntry
from borg_triage.storage.notices import Notice
from borg_triage.storage.people import MEMBER, OWNER, LastOwner, PersonMissing
from borg_triage.storage.retention import Restriction
from borg_triage.storage.vault import Vault

from .harm import damage_the_first_page, lose_keys
from .refusals import refusing_replaces
from .samples import NAME, PASSPHRASE, START, copied_staffed_vault, new_case, staffed_vault, taken_out

NOOR = "Noor Özdemir"
HERS = "drie witte zwanen op het dak"
NEW = "zeven rode lampen in de gang"
OWN = "acht gele stoelen om de tafel"
pytestmark = pytest.mark.usefixtures("quick_keys")


@pytest.fixture
def staffed(tmp_path: Path) -> Iterator[Vault]:
    with copied_staffed_vault(tmp_path) as opened:
        yield opened


def with_noor(vault: Vault, role: str = MEMBER) -> str:
    return vault.add_person(NOOR, HERS, role, cost=Cost.floor()).id


def renew(vault: Vault, person_id: str, passphrase: str = NEW) -> None:
    vault.reset_passphrase(person_id, passphrase, Cost.floor())


def told(vault: Vault, action: str) -> list[LogEntry]:
    return [entry for entry in vault.log.entries() if entry.action == action]


# ---------------------------------------------------------------- a new passphrase


def test_the_same_person_opens_with_the_new_passphrase_and_with_no_other(staffed: Vault) -> None:
    noor = with_noor(staffed)
    made = staffed.backup()
    staffed.rotate()
    case = staffed.cases.create(new_case())
    staffed.retention.restrict(case.id, noor, START, "familie")
    assert staffed.ring is not None
    before = staffed.ring.file.generations
    renew(staffed, noor)
    # What was forgotten is known to nobody: the database key stays.
    assert staffed.ring.file.generations == before
    assert staffed.open_to_others() == []
    staffed.close()
    then = taken_out(made.path)
    for path in (staffed.path, then):
        with pytest.raises(WrongPassphrase):
            Vault.open(path, HERS, NOOR)
    with Vault.open(staffed.path, NEW, NOOR) as opened:
        assert (opened.person.id, opened.person.role) == (noor, MEMBER)
        restriction = opened.retention.restriction(case.id)
        assert isinstance(restriction, Restriction)
        assert restriction.restricted_by == opened.person.id
    Vault.open(then, NEW, NOOR).close()
    Vault.open(staffed.path, PASSPHRASE, NAME).close()


def test_the_log_names_who_gave_it_to_whom(staffed: Vault) -> None:
    noor = with_noor(staffed)
    renew(staffed, noor)
    (entry,) = told(staffed, "passphrase_changed")
    assert (entry.person, entry.recipient) == (NAME, NOOR)
    assert entry.detail == {"person": noor, "why": "owner"}


def test_a_member_gives_nobody_a_passphrase_or_a_role(staffed: Vault) -> None:
    noor = with_noor(staffed)
    sam = staffed.add_person("Sam", OWN, cost=Cost.floor()).id
    owner = staffed.person.id
    staffed.close()
    with Vault.open(staffed.path, HERS, NOOR) as opened:
        assert opened.ring is not None
        before, head = opened.ring.file, opened.log.head()
        for person_id in (owner, sam, noor):
            with pytest.raises(OwnerNeeded):
                renew(opened, person_id)
            for role in (OWNER, MEMBER):
                with pytest.raises(OwnerNeeded):
                    opened.set_role(person_id, role)
        assert (opened.ring.file, opened.log.head()) == (before, head)
        assert [one.role for one in opened.people.all()] == [OWNER, MEMBER, MEMBER]


def test_who_is_out_or_unknown_gets_none(staffed: Vault) -> None:
    gone = with_noor(staffed)
    staffed.withdraw(gone)
    head = staffed.log.head()
    for person_id in (gone, "niemand"):
        with pytest.raises(PersonMissing):
            renew(staffed, person_id)
        with pytest.raises(PersonMissing):
            staffed.set_role(person_id, OWNER)
    assert staffed.log.head() == head


def test_the_rule_for_passphrases_holds(staffed: Vault) -> None:
    noor = with_noor(staffed)
    staffed.set_passphrase_rule(PassphraseRule(20, 3))
    head = staffed.log.head()
    with pytest.raises(PassphraseShort):
        renew(staffed, noor, "kort en krachtig zo")
    with pytest.raises(PassphraseWeak):
        renew(staffed, noor, "wachtwoord wachtwoord welkom")
    assert staffed.log.head() == head
    assert given.told(staffed.settings, noor) == []
    staffed.close()
    Vault.open(staffed.path, HERS, NOOR).close()


def test_what_could_not_be_kept_is_said_to_be_that(staffed: Vault) -> None:
    noor = with_noor(staffed)
    folder = keyfile.key_path(staffed.path)
    kept = folder.read_bytes()
    folder.unlink()
    folder.mkdir()
    (folder / "in de weg").touch()
    with pytest.raises(VaultError):
        renew(staffed, noor)
    (folder / "in de weg").unlink()
    folder.rmdir()
    folder.write_bytes(kept)
    assert [one.detail["why"] for one in told(staffed, "passphrase_changed")] == ["owner", "owner_failed"]
    assert [one.recipient for one in told(staffed, "passphrase_changed")] == [NOOR, NOOR]
    assert given.told(staffed.settings, noor) == []
    staffed.close()
    Vault.open(staffed.path, HERS, NOOR).close()


def opens(path: Path, passphrase: str) -> bool:
    try:
        Vault.open(path, passphrase, NOOR).close()
    except WrongPassphrase:
        Tries(path).take()
        return False
    return True


def test_one_that_opens_is_told_whatever_could_not_be_put_back(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    with staffed_vault(kept / "team.borgvault") as vault:
        noor = with_noor(vault)
        vault.backup()
    taken_back = []
    # The first refused keeps it from being given, the second from being taken back: every two of them.
    for first, second in combinations(range(1, 6), 2):
        folder = tmp_path / f"{first}-{second}"
        shutil.copytree(kept, folder)
        path = folder / "team.borgvault"
        with Vault.open(path, PASSPHRASE, NAME) as vault:
            with refusing_replaces(folder, first, second), suppress(VaultError):
                renew(vault, noor)
            is_told = given.told(vault.settings, noor) != []
            why = [one.detail["why"] for one in told(vault, "passphrase_changed")]
        assert why == (["owner"] if is_told else ["owner", "owner_failed"])
        # By the key file or by its copy, for either can be lost.
        for lost in (copy_path(path), key_path(path)):
            shutil.copytree(folder, tmp_path / "one")
            (tmp_path / "one" / lost.name).unlink()
            assert is_told or not opens(tmp_path / "one" / path.name, NEW)
            shutil.rmtree(tmp_path / "one")
        if not is_told:
            taken_back.append((first, second))
            assert opens(path, HERS)
    # Nobody is told of one that opens nothing: that is where the old key file was never gone, or came back.
    assert taken_back == [(1, 2), (1, 3), (1, 4), (1, 5), (2, 4), (2, 5)]


# ---------------------------------------------------------------- told to whom it was given


def test_it_is_told_to_that_person_until_they_choose_another(tmp_path: Path) -> None:
    path, now = tmp_path / "team.borgvault", datetime.now(UTC)
    with Vault.create(path, PASSPHRASE, NAME, Cost.floor(), clock=lambda: now) as vault:
        noor = with_noor(vault)
        assert given.told(vault.settings, noor) == []
        renew(vault, noor)
        renew(vault, noor, OWN)
        assert given.told(vault.settings, noor) == [(now, NAME)] * 2
        assert given.told(vault.settings, vault.person.id) == []
        vault.change_passphrase(PASSPHRASE, PASSPHRASE + " nu", Cost.floor())
    with Vault.open(path, OWN, NOOR) as vault:
        # Opening alone does not end it: it may have been somebody else.
        assert len(given.told(vault.settings, noor)) == 2
        vault.change_passphrase(OWN, HERS, Cost.floor())
        assert given.told(vault.settings, noor) == []


def test_who_chooses_one_by_the_recovery_sheets_or_leaves_is_told_no_more(staffed: Vault) -> None:
    noor = with_noor(staffed)
    sam = staffed.add_person("Sam", OWN, cost=Cost.floor()).id
    sheets = staffed.make_recovery(1, 1)
    for person_id in (noor, sam):
        renew(staffed, person_id)
    staffed.withdraw(sam)
    assert given.told(staffed.settings, sam) == []
    staffed.close()
    with Vault.recover(staffed.path, sheets, NOOR, HERS, Cost.floor()) as opened:
        assert given.told(opened.settings, noor) == []


class Restored:
    """Noor got a passphrase after one backup, a second backup was made, and she chose another."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with staffed_vault(path) as vault:
            self.noor = with_noor(vault)
            self.before = vault.backup().path
            renew(vault, self.noor)
            self.given = given.told(vault.settings, self.noor)
            self.after = vault.backup().path

    def choose_another(self) -> None:
        with Vault.open(self.path, NEW, NOOR) as vault:
            vault.change_passphrase(NEW, OWN, Cost.floor())

    def told_after(self, backup: Path, passphrase: str) -> list[Notice]:
        Vault.restore(self.path, backup, PASSPHRASE, NAME)
        with Vault.open(self.path, passphrase, NOOR) as vault:
            assert vault.person.id == self.noor
            return given.told(vault.settings, self.noor)


@pytest.fixture
def past(tmp_path: Path) -> Restored:
    return Restored(tmp_path / "team.borgvault")


def test_a_restore_does_not_make_the_notice_go_while_the_passphrase_stays(past: Restored) -> None:
    assert past.told_after(past.before, NEW) == past.given != []
    # Nor does the next one.
    assert past.told_after(past.before, NEW) == past.given


def test_what_was_settled_is_not_told_again_after_a_restore(past: Restored) -> None:
    past.choose_another()
    assert past.told_after(past.after, OWN) == []


def test_where_the_vault_cannot_be_read_the_newest_backup_says_what_is_to_be_told(past: Restored) -> None:
    damage_the_first_page(past.path)
    assert past.told_after(past.before, NEW) == past.given


def test_a_lost_key_file_makes_no_notice_go(past: Restored) -> None:
    lose_keys(past.path)
    assert past.told_after(past.before, NEW) == past.given


def test_what_a_backup_tells_stays_told_where_its_own_key_file_says_who_opens_it(past: Restored) -> None:
    then = {place: place(past.after).read_bytes() for place in (key_path, copy_path)}
    past.choose_another()
    lose_keys(past.path)
    # One that could not be brought up to date: the passphrase that was given opens it still.
    for place, content in then.items():
        place(past.after).write_bytes(content)
    assert past.told_after(past.after, NEW) == past.given


def test_recovery_sheets_restore_the_notices_too(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    with staffed_vault(path) as vault:
        noor = with_noor(vault)
        sheets = vault.make_recovery(1, 1)
        made = vault.backup().path
        renew(vault, noor)
        expected = given.told(vault.settings, noor)
    for place in (key_path, copy_path):
        place(path).unlink()
    # By the sheets the owner gets another passphrase; that of Noor is as it was given.
    Vault.restore(path, made, OWN, NAME, sheets, cost=Cost.floor())
    with Vault.open(path, NEW, NOOR) as vault:
        assert given.told(vault.settings, noor) == expected != []


# ---------------------------------------------------------------- another role


def test_a_member_becomes_an_owner_and_an_owner_a_member(staffed: Vault) -> None:
    noor = with_noor(staffed)
    staffed.set_role(noor, OWNER)
    staffed.close()
    with Vault.open(staffed.path, HERS, NOOR) as opened:
        assert opened.person.role == OWNER
        first = next(one for one in opened.people.all() if one.name == NAME)
        opened.set_role(first.id, MEMBER)
        assert [(one.person, one.recipient, one.detail) for one in told(opened, "role_changed")] == [
            (NAME, NOOR, {"person": noor, "kind": OWNER}),
            (NOOR, NAME, {"person": first.id, "kind": MEMBER}),
        ]
    with Vault.open(staffed.path, PASSPHRASE, NAME) as opened:
        assert opened.person.role == MEMBER
        with pytest.raises(OwnerNeeded):
            opened.rotate()


def test_the_last_owner_stays_one(staffed: Vault) -> None:
    noor = with_noor(staffed)
    with pytest.raises(LastOwner):
        staffed.set_role(staffed.person.id, MEMBER)
    assert told(staffed, "role_changed") == []
    staffed.set_role(noor, OWNER)
    staffed.set_role(staffed.person.id, MEMBER)
    # At once, not only at the next opening.
    with pytest.raises(OwnerNeeded):
        staffed.set_role(noor, MEMBER)
    assert [one.role for one in staffed.people.all()] == [MEMBER, OWNER]


def test_a_role_of_now_holds_in_a_backup_that_is_put_back(staffed: Vault) -> None:
    noor = with_noor(staffed, OWNER)
    made = staffed.backup()
    staffed.set_role(noor, MEMBER)
    renew(staffed, noor)
    staffed.close()
    Vault.restore(staffed.path, made.path, PASSPHRASE, NAME)
    with pytest.raises(WrongPassphrase):
        Vault.open(staffed.path, HERS, NOOR)
    with Vault.open(staffed.path, NEW, NOOR) as opened:
        assert (opened.person.id, opened.person.role) == (noor, MEMBER)
