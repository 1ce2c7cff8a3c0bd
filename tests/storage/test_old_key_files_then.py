"""Key files of before with a recovery kit, of earlier programs, and after kills and restores."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from borg_triage.storage.errors import WrongPassphrase
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.file_errors import KeyFileOld
from borg_triage.storage.keys.keyfile import KeyFile, copy_path, key_path
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.people import MEMBER, OWNER
from borg_triage.storage.vault import Vault

from .old_key_files import BO, EVA, FORMERS, HERS, HIS, NEW, NOOR, Kept, demote_maker, roles
from .samples import NAME, PASSPHRASE

pytestmark = pytest.mark.usefixtures("quick_keys")


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


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
