"""Backups: whole, made while people work, for those who open the vault, and free of what was erased."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from borg_triage.storage import backup
from borg_triage.storage.errors import (
    RecoveryRefused,
    VaultDamaged,
    VaultError,
    VaultExists,
    WrongPassphrase,
)
from borg_triage.storage.keying import PAGE_BYTES
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import backups_folder
from tests.clock import Clock

from .harm import damage_where_the_cases_stand
from .samples import (
    HERS,
    KEY,
    NAME,
    PASSPHRASE,
    erase,
    filled_vault,
    new_case,
    new_observation,
    staffed_vault,
    taken_out,
)


def names(vault: Vault) -> list[str]:
    return [one.path.name for one in vault.backups()]


def test_a_backup_is_a_whole_vault(timed: Vault) -> None:
    case = timed.cases.create(new_case())
    stored = [timed.cases.append_observation(case.id, new_observation(f"i{n}")) for n in range(300)]
    steps: list[tuple[int, int]] = []
    made = timed.backup(lambda done, total: steps.append((done, total)))
    assert made.path.parent == backups_folder(timed.path)
    assert made.path.name == "team.000000001.20260301T093000Z.borgvault"
    assert steps[-1][0] == steps[-1][1] > 20
    timed.cases.erase(case.id)
    with Vault.open(taken_out(made.path), KEY) as opened:
        assert opened.cases.observations(case.id) == stored
    assert names(timed) == [made.path.name]


def test_work_goes_on_while_a_backup_is_made(timed: Vault) -> None:
    case = timed.cases.create(new_case())
    for number in range(2000):
        timed.cases.append_observation(case.id, new_observation(f"i{number}", note="Zij zei het. " * 40))
        if number == 40:
            break
    with timed.saving():
        for number in range(600):
            timed.cases.append_observation(case.id, new_observation(f"j{number}", note="Zij zei het. " * 99))
    written: list[str] = []

    def work(done: int, total: int) -> None:
        written.append(timed.cases.append_observation(case.id, new_observation("late")).item)

    made = timed.backup(work)
    assert len(written) > 1
    assert timed.changed
    with Vault.open(taken_out(made.path), KEY) as opened:
        items = [row.item for row in opened.cases.observations(case.id)]
        assert len(items) >= 641
        assert set(items[641:]) <= {"late"}


def test_a_backup_that_is_not_whole_gets_no_name(tmp_path: Path) -> None:
    path = filled_vault(tmp_path)
    content = bytearray(path.read_bytes())
    spot = len(content) - PAGE_BYTES // 2
    content[spot] ^= 1
    path.write_bytes(content)
    with Vault.open(path, KEY) as vault:
        with pytest.raises(VaultDamaged):
            vault.backup()
        assert vault.backups() == []
    assert list(backups_folder(path).iterdir()) == []


def test_where_no_folder_can_be_made_it_says_so(timed: Vault) -> None:
    backups_folder(timed.path).write_text("een brief")
    with pytest.raises(VaultExists):
        timed.backup()
    assert backups_folder(timed.path).read_text() == "een brief"
    timed.cases.create(new_case())


def test_a_vault_is_changed_until_it_is_backed_up(timed: Vault, clock: Clock) -> None:
    assert not timed.changed
    case = timed.cases.create(new_case())
    assert timed.changed
    assert not timed.backup_due()
    clock.now += timedelta(hours=8)
    assert timed.backup_due()
    timed.backup()
    assert not timed.changed
    clock.now += timedelta(hours=9)
    assert not timed.backup_due()
    timed.cases.append_observation(case.id, new_observation())
    assert timed.backup_due()


@pytest.mark.usefixtures("quick_keys")
def test_work_stored_while_a_backup_is_checked_is_still_to_be_backed_up(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    with staffed_vault(path) as vault:

        def work(copied: int, total: int) -> None:
            if copied == total:
                with vault.saving():
                    vault.cases.create(new_case("laat"))
                    vault.log.append(vault._unlocked.entry("add"))

        early = vault.backup(work)
        assert vault.changed
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        assert vault.changed
        assert vault.backup_due()
        late = vault.backup()
        assert not vault.changed
        assert not vault.backup_due()
    for made, held in ((early, []), (late, ["laat"])):
        with Vault.open(taken_out(made.path), PASSPHRASE, NAME) as opened:
            assert [case.pseudonym for case in opened.cases.list()] == held


@pytest.mark.usefixtures("quick_keys")
def test_a_backup_of_an_earlier_program_holds_what_stood_before_its_entry(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    with staffed_vault(path) as vault:
        vault.log.append(vault._unlocked.entry("add"))
        vault.log.append(vault._unlocked.entry("backup", backup="20260301T093000Z", seq=7))
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        assert not vault.changed
        vault.log.append(vault._unlocked.entry("add"))
        assert vault.changed


def test_looking_at_the_clock_hides_no_work_of_another_thread(timed: Vault, clock: Clock) -> None:
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            clock.now += timedelta(hours=2)
            timed.clock_doubt()

    timed.backup()
    looking = threading.Thread(target=look)
    looking.start()
    try:
        for number in range(200):
            timed.settings.put("team", str(number))
    finally:
        stop.set()
        looking.join()
    assert timed._unbacked.mark().rows - timed._unbacked._held == 200


def test_work_of_a_killed_program_is_still_to_be_backed_up(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    with staffed_vault(path) as vault:
        assert not vault.changed
        vault.add_person("Noor", HERS, cost=Cost.floor())
        vault.backup()
        vault.log.append(vault._unlocked.entry("add"))
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        assert vault.changed
        vault.backup()
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        assert not vault.changed


# ---------------------------------------------------------------- who opens it


@pytest.mark.usefixtures("quick_keys")
@pytest.mark.parametrize("by_thread", [False, True], ids=["while copying", "waiting for the check"])
def test_a_passphrase_and_a_kit_replaced_meanwhile_do_not_open_a_new_backup(
    tmp_path: Path, by_thread: bool
) -> None:
    new = "zeven rode daken in de mist"
    with staffed_vault(tmp_path / "team.borgvault") as vault:
        kit = vault.make_recovery(1, 1)
        changing: list[threading.Thread] = []

        def change() -> None:
            vault.change_passphrase(PASSPHRASE, new, Cost.floor())
            vault.make_recovery(1, 1)
            vault.add_person("Noor", HERS, cost=Cost.floor())

        def step(copied: int, total: int) -> None:
            if copied != total:
                return
            if by_thread:
                changing.append(threading.Thread(target=change))
                changing[0].start()
            else:
                change()

        made = vault.backup(step)
        for thread in changing:
            thread.join()
        assert vault.open_to_others() == []
        keys = keyfile.read(made.path)
        with pytest.raises(WrongPassphrase):
            KeyRing.unlock(keys, made.path, NAME, PASSPHRASE)
        with pytest.raises(RecoveryRefused):
            KeyRing.recover(keys, made.path, kit)
        for name, passphrase in ((NAME, new), ("Noor", HERS)):
            KeyRing.unlock(keys, made.path, name, passphrase).wipe()
        assert backup.state(vault.path, made, vault._unlocked.keys()) is backup.State.WHOLE


# ---------------------------------------------------------------- erasing


def test_what_is_erased_is_in_no_backup_and_the_rest_is(timed: Vault, clock: Clock) -> None:
    gone, kept = (timed.cases.create(new_case(name)) for name in ("weg", "blijft"))
    early = timed.backup()
    clock.now += timedelta(days=1)
    made = erase(timed, gone.id, "retention")
    assert [one.path for one in timed.backups()] == [made.path]
    assert early.path != made.path
    (told,) = [entry for entry in timed.log.entries() if entry.action == "erase"]
    assert (told.case_id, told.purpose) == (gone.id, "retention")
    with Vault.open(taken_out(made.path), KEY) as opened:
        assert [case.id for case in opened.cases.list()] == [kept.id]
    clock.now += timedelta(days=1)
    timed.scrub()
    assert made.path in [one.path for one in timed.backups()], "one that never held the case stays"


def test_a_backup_that_nobody_can_look_into_stays_and_is_named_when_something_is_erased(
    tmp_path: Path,
) -> None:
    with staffed_vault(tmp_path / "team.borgvault") as vault:
        case = vault.cases.create(new_case())
        unread, key = vault.backup(), vault._unlocked.key.material.hex()
        vault.rotate()
        vault.settings.drop("keys.past.1")
        assert not vault.erasing_left().any
        made = erase(vault, case.id)
        assert [one.path for one in vault.backups()] == [made.path, unread.path]
        assert vault.erasing_left().unread == [unread]
        told = {finding.key: finding for finding in vault.check() if not finding.good}
        assert told["vault.check.backup_may_hold_erased"].params == {"backup": unread.path.name}
        # Nothing of the vault is damaged, so no backup is to be put back for it.
        assert list(told) == ["vault.check.backup_may_hold_erased"]
        # As soon as one can look into it, it goes.
        vault.settings.put("keys.past.1", key)
        assert vault.erasing_left().held == [unread]
        vault.finish_erasing()
        assert [one.path for one in vault.backups()] == [made.path]
        assert not vault.erasing_left().any


def test_a_damaged_backup_is_named_and_not_deleted_wherever_the_damage_is(timed: Vault) -> None:
    case = timed.cases.create(new_case())
    first, second = timed.backup(), timed.backup()
    whole = first.path.read_bytes()
    first.path.write_bytes(whole[:20] + bytes([whole[20] ^ 1]) + whole[21:])
    damage_where_the_cases_stand(second.path, KEY)
    made = erase(timed, case.id)
    assert [one.path for one in timed.backups()] == [made.path, second.path, first.path]
    assert timed.erasing_left().unread == [second, first]
    timed.backup()
    assert second in timed.backups()


def test_a_backup_under_an_older_key_that_never_held_what_is_erased_stays(tmp_path: Path) -> None:
    with staffed_vault(tmp_path / "team.borgvault") as vault:
        early = vault.backup()
        case = vault.cases.create(new_case())
        held = vault.backup()
        vault.rotate()
        made = erase(vault, case.id)
        assert held.path not in [one.path for one in vault.backups()]
        assert [one.path for one in vault.backups()] == [made.path, early.path]


# ---------------------------------------------------------------- the one to name


def test_the_newest_that_opens_is_named_not_the_newest(timed: Vault) -> None:
    first, second = timed.backup().path, timed.backup().path
    assert backup.newest_that_opens(timed.path, [KEY], None) == second
    second.write_bytes(second.read_bytes()[:-9])
    assert backup.newest_that_opens(timed.path, [KEY], None) == first
    content = bytearray(first.read_bytes())
    content[-50] ^= 8
    first.write_bytes(content)
    assert backup.newest_that_opens(timed.path, [KEY], None) is None


def test_making_a_vault_where_backups_of_another_lie_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    with Vault.create(path, KEY) as vault:
        vault.backup()
    path.unlink()
    with pytest.raises(VaultExists):
        Vault.create(path, KEY)
    with pytest.raises(VaultError) as caught:
        Vault.open(path, KEY)
    assert caught.value.key == "vault.error.missing_backup"


def test_a_backup_and_a_change_of_key_wait_for_each_other(tmp_path: Path) -> None:
    with staffed_vault(tmp_path / "team.borgvault") as vault:
        case = vault.cases.create(new_case())
        for number in range(300):
            vault.cases.append_observation(case.id, new_observation(f"i{number}", note="woord " * 900))
        made: list[object] = []
        both = [
            threading.Thread(target=lambda: made.append(vault.backup())),
            threading.Thread(target=lambda: made.append(vault.rotate())),
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert len(made) == 2
        assert len(vault.cases.observations(case.id)) == 300
        assert all(finding.good for finding in vault.check())
