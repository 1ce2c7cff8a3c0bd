"""Wrong passphrases cost time, and are told."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from borg_triage.storage.errors import (
    KeyFileMissing,
    TooSoon,
    WrongPassphrase,
)
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.keys.tries import Tries
from borg_triage.storage.vault import Vault

from .samples import (
    HERS,
    NAME,
    PASSPHRASE,
    actions,
)

OLD = Path(__file__).parents[1] / "old_vaults" / "version-1.borgvault"

pytestmark = pytest.mark.usefixtures("quick_keys")


def wait_out(path: Path) -> None:
    """Until the next try is free."""
    while delay := Tries(path).wait():
        time.sleep(delay)


def test_wrong_tries_cost_time_and_stand_in_the_log(staffed: Vault) -> None:
    staffed.close()
    for _ in range(4):
        with pytest.raises(WrongPassphrase):
            Vault.open(staffed.path, "mis", NAME)
    with pytest.raises(TooSoon) as caught:
        Vault.open(staffed.path, PASSPHRASE, NAME)
    assert caught.value.params["seconds"] == 1
    failed = Tries(staffed.path).failures()
    with pytest.raises(TooSoon):
        Vault.restore(staffed.path, staffed.path, PASSPHRASE, NAME)
    wait_out(staffed.path)
    with Vault.open(staffed.path, PASSPHRASE, NAME) as opened:
        told = [entry.at for entry in opened.log.entries() if entry.action == "failed_unlock"]
        assert told == failed
    assert Tries(staffed.path).failures() == []


def test_the_old_passphrase_cannot_be_guessed_freely_in_an_open_vault(staffed: Vault) -> None:
    for _ in range(4):
        with pytest.raises(WrongPassphrase):
            staffed.change_passphrase("mis", HERS, Cost.floor())
    with pytest.raises(TooSoon):
        staffed.change_passphrase(PASSPHRASE, HERS, Cost.floor())
    assert actions(staffed)[-4:] == [(NAME, "failed_unlock")] * 4
    wait_out(staffed.path)
    staffed.change_passphrase(PASSPHRASE, HERS, Cost.floor())
    with pytest.raises(WrongPassphrase):
        staffed.change_passphrase("mis", HERS + " nu", Cost.floor())
    staffed.change_passphrase(HERS, HERS + " nu", Cost.floor())
    staffed.close()
    with Vault.open(staffed.path, HERS + " nu", NAME) as opened:
        assert [action for _, action in actions(opened)].count("failed_unlock") == 5


def test_what_others_tried_meanwhile_is_told_at_the_next_opening(staffed: Vault) -> None:
    with pytest.raises(WrongPassphrase):
        Vault.open(staffed.path, "mis", NAME)
    staffed.change_passphrase(PASSPHRASE, HERS, Cost.floor())
    staffed.close()
    with Vault.open(staffed.path, HERS, NAME) as opened:
        assert ("", "failed_unlock") in actions(opened)


def test_a_guess_counts_once_where_the_key_file_is_lost(staffed: Vault) -> None:
    staffed.backup()
    staffed.close()
    for path in (key_path(staffed.path), copy_path(staffed.path)):
        path.unlink()
    for count in (1, 2, 3):
        with pytest.raises(WrongPassphrase):
            Vault.open(staffed.path, "mis", NAME)
        assert len(Tries(staffed.path).failures()) == count
    # Three are free.
    with Vault.open(staffed.path, PASSPHRASE, NAME) as opened:
        assert [action for _, action in actions(opened)].count("failed_unlock") == 3


def test_guesses_at_a_vault_of_version_1_and_its_backups_count_too(tmp_path: Path) -> None:
    path = tmp_path / "oud.borgvault"
    shutil.copy(OLD, path)
    for _ in range(2):
        with pytest.raises(KeyFileMissing):
            Vault.open(path, "mis", NAME)
        with pytest.raises(KeyFileMissing):
            Vault.restore(path, OLD, "mis", NAME)
    with pytest.raises(TooSoon):
        Vault.restore(path, OLD, PASSPHRASE, NAME)
    with pytest.raises(TooSoon):
        Vault.open(path, PASSPHRASE, NAME)
    wait_out(path)
    with Vault.open(path, PASSPHRASE, NAME, Cost.floor()) as opened:
        assert [action for _, action in actions(opened)].count("failed_unlock") == 4
