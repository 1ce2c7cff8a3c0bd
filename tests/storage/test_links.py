"""A vault through a link: one vault, one set of files beside it, and nobody who works in it twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from borg_triage.app.vault_care import backup_to_restore, keys_for_restoring, outside
from borg_triage.storage.errors import VaultExists, VaultInUse, WrongPassphrase
from borg_triage.storage.keys.tries import Tries, tries_path
from borg_triage.storage.recognise import VaultIsBackup
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import backups_folder

from .samples import KEY, NAME, PASSPHRASE, erase, filled_vault, new_case, new_observation, staffed_vault

pytestmark = pytest.mark.usefixtures("quick_keys")

OPENS = """
import sys
from pathlib import Path
from borg_triage.storage.errors import VaultError
from borg_triage.storage.keying import RawKey
from borg_triage.storage.vault import Vault
try:
    Vault.open(Path(sys.argv[1]), RawKey(bytes(range(32)))).close()
except VaultError as error:
    print(type(error).__name__)
else:
    print("opened")
"""


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A closed vault with a backup, on what stands for a share."""
    path = tmp_path / "share" / "team.borgvault"
    path.parent.mkdir()
    with staffed_vault(path) as vault:
        case = vault.cases.create(new_case())
        vault.cases.append_observation(case.id, new_observation())
        vault.cases.create(new_case("weg"))
        vault.backup()
    return path


@pytest.fixture
def link(tmp_path: Path, real: Path) -> Path:
    """A link to a link to it, as one lies on a desktop."""
    between, link = tmp_path / "between", tmp_path / "home" / "werk.borgvault"
    link.parent.mkdir()
    between.symlink_to(real)
    link.symlink_to(between)
    return link


def opened(path: Path) -> Vault:
    return Vault.open(path, PASSPHRASE, NAME)


def rotate(vault: Vault) -> None:
    vault.rotate()


def gone(vault: Vault) -> None:
    erase(vault, next(one.id for one in vault.cases.list() if one.pseudonym == "weg"))


def backup(vault: Vault) -> None:
    vault.backup()


@pytest.mark.parametrize("change", [rotate, gone, backup])
def test_what_changes_through_a_link_changes_the_one_vault(
    real: Path, link: Path, change: Callable[[Vault], None]
) -> None:
    with opened(link) as vault:
        assert vault.path == real
        change(vault)
        after = vault.cases.create(new_case("daarna"))
        # What a program that is killed now leaves lies where the next one looks.
        assert sorted(one.name for one in link.parent.iterdir()) == [link.name]

    assert link.is_symlink()
    for path in (real, link):
        with opened(path) as vault:
            assert after.id in {one.id for one in vault.cases.list()}
            assert [finding.key for finding in vault.check() if not finding.good] == []
    assert sorted(one.name for one in link.parent.iterdir()) == [link.name]


def test_a_backup_put_back_through_a_link_takes_the_vaults_place(real: Path, link: Path) -> None:
    source = backup_to_restore(link, None)
    with opened(real) as vault:
        gone(vault)
        later = vault.backups()[0].path
    assert source.parent == backups_folder(real)

    aside = Vault.restore(link, later, PASSPHRASE, NAME)
    assert aside is not None
    assert aside.parent == backups_folder(real)
    assert link.is_symlink()
    assert sorted(one.name for one in link.parent.iterdir()) == [link.name]
    with opened(link) as vault:
        assert [one.pseudonym for one in vault.cases.list()] == ["Mevrouw Zonnebloem"]


@pytest.mark.parametrize("swapped", [False, True])
def test_through_link_and_place_two_programs_keep_each_other_out(tmp_path: Path, swapped: bool) -> None:
    (tmp_path / "share").mkdir()
    real = filled_vault(tmp_path / "share")
    link = tmp_path / "team.borgvault"
    link.symlink_to(real)
    held, tried = (real, link) if swapped else (link, real)
    with Vault.open(held, KEY) as vault:
        # Another file lies there since: that one is held too.
        vault.scrub()
        command = [sys.executable, "-c", OPENS, str(tried)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        assert run.stdout.strip() == VaultInUse.__name__
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.strip() == "opened"


def test_a_new_vault_through_a_link_lies_where_that_leads(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    real, link = tmp_path / "share" / "team.borgvault", tmp_path / "team.borgvault"
    link.symlink_to(real)
    staffed_vault(link).close()

    assert link.is_symlink()
    assert not real.is_symlink()
    opened(real).close()
    with pytest.raises(VaultExists):
        staffed_vault(link)


def test_a_wrong_passphrase_counts_for_the_vault_however_it_was_named(real: Path, link: Path) -> None:
    for path in (link, real, link, real):
        with pytest.raises(WrongPassphrase):
            Vault.open(path, "een andere wachtzin van iemand", NAME)
    assert tries_path(real).exists()
    assert not tries_path(link).exists()
    assert Tries(link).wait() == pytest.approx(Tries(real).wait(), abs=0.5)
    assert Tries(link).wait() > 0


def test_from_the_outside_a_link_shows_the_vault_it_leads_to(real: Path, link: Path) -> None:
    seen = outside(link)
    assert (seen.size, seen.keys) == (real.stat().st_size, outside(real).keys)
    assert seen.keys is not None
    assert [one.path for one in seen.backups] == sorted(backups_folder(real).glob("*.borgvault"))
    assert keys_for_restoring(link, link.parent) == link


def test_a_link_is_a_backup_by_its_own_name_and_by_what_it_leads_to(real: Path, tmp_path: Path) -> None:
    called = tmp_path / "team.000000123.20261122T101500Z.borgvault"
    called.symlink_to(real)
    to_one = tmp_path / "gewoon.borgvault"
    to_one.symlink_to(next(backups_folder(real).glob("*.borgvault")))
    for path in (called, to_one):
        for act in (opened, lambda path: Vault.restore(path, real, PASSPHRASE, NAME)):
            with pytest.raises(VaultIsBackup):
                act(path)
