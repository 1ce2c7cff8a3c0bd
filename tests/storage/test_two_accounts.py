"""A vault that two accounts of a machine or share open, by a group: nobody is locked out by the other."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from borg_triage.storage.backup_files import BackupsUnlisted
from borg_triage.storage.errors import VaultExists
from borg_triage.storage.keys.keyfile import key_path
from borg_triage.storage.places import key_paths, saved_path, waiting_path
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import backups_folder

from .samples import KEY, erase, filled_vault, new_case, new_vault, staffed_vault

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights of an account and a group")
ROOT = pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="takes root to be two accounts")
ANNE, BERT, TEAM, OTHERS = 4101, 4102, 4100, 4109


def as_account(uid: int, task: str, path: Path, groups: tuple[int, ...] = (TEAM,)) -> list[str]:
    """What one account is told that does something with the vault."""
    ours = (str(uid), str(OTHERS), ",".join(map(str, groups)))
    command = [sys.executable, "-m", "tests.storage.accounts", *ours, task, str(path)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode in (0, 9), run.stderr
    said = run.stdout.splitlines()
    return said[said.index("begin") + 1 :]


def share(folder: Path) -> None:
    """What an administrator does: the group may read and write all of it."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, -1, TEAM)
        path.chmod(0o2770 if path.is_dir() else 0o660)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def shared() -> Iterator[Path]:
    """Where a vault lies that the one made, in a folder of the group's."""
    # Not under tmp_path, where only one account comes.
    folder = Path(tempfile.mkdtemp())
    try:
        os.chown(folder, 0, TEAM)
        folder.chmod(0o2770)
        path = folder / "team.borgvault"
        assert as_account(ANNE, "make", path) == ["done"]
        yield path
    finally:
        shutil.rmtree(folder)


@ROOT
@pytest.mark.parametrize("change", ["rotate", "gone", "backup", "restore", "passphrase"])
def test_what_one_account_writes_anew_the_other_opens(shared: Path, change: str) -> None:
    share(shared.parent)
    assert as_account(BERT, change, shared)[-1] == "done"

    found = as_account(ANNE, "look", shared)
    assert found[-1] == "done"
    assert "bad [] left False" in found[0]
    # And the other way round, with what the first one made meanwhile.
    assert as_account(ANNE, "backup", shared) == ["done"]
    assert "bad [] left False" in as_account(BERT, "look", shared)[0]


@ROOT
def test_after_a_kill_the_other_account_finds_what_was_stored(shared: Path) -> None:
    share(shared.parent)
    assert as_account(BERT, "killed", shared) == []
    assert saved_path(shared).exists()

    assert as_account(ANNE, "look", shared)[0].startswith("cases 3 bad []")


@ROOT
def test_in_a_folder_without_the_group_the_files_still_are_the_groups(shared: Path) -> None:
    share(shared.parent)
    shared.parent.chmod(0o777)
    assert as_account(BERT, "rotate", shared)[-1] == "done"

    for path in (shared, *key_paths(shared), waiting_path(shared)):
        assert (path.stat().st_gid, mode(path)) == (TEAM, 0o660), path.name


@ROOT
def test_what_one_group_may_another_may_not(shared: Path) -> None:
    """An account that is not in the group cannot hand a file on to it; its own group gets nothing instead."""
    share(shared.parent)
    for path in (shared.parent, *shared.parent.rglob("*")):
        os.chown(path, BERT, TEAM)
    shared.parent.chmod(0o770)
    assert as_account(BERT, "rotate", shared, groups=())[-1] == "done"

    for path in (shared, *key_paths(shared)):
        assert (path.stat().st_uid, path.stat().st_gid, mode(path)) == (BERT, OTHERS, 0o600), path.name


@ROOT
def test_the_administrators_own_account_takes_the_files_from_nobody(shared: Path) -> None:
    assert as_account(0, "rotate", shared)[-1] == "done"

    assert as_account(ANNE, "look", shared)[0].startswith("cases 2 bad []")


@ROOT
def test_a_folder_of_backups_that_cannot_be_listed_is_not_empty(shared: Path) -> None:
    """The one of the two who may not look into it hears so; the other finishes what was begun."""
    share(shared.parent)
    folder = backups_folder(shared)
    folder.chmod(0o700)
    before = sorted(folder.iterdir())

    told, ended = as_account(BERT, "gone", shared)
    assert told == "unlisted True any True held 0 unread 0"
    assert ended == "BackupsUnlisted vault.error.backups_unlisted"
    (found, _) = as_account(BERT, "look", shared)
    assert "vault.check.backups_unlisted" in found
    assert "vault.check.folder_may_hold_erased" in found
    assert found.endswith("left True")
    assert sorted(folder.iterdir()) == before

    (found, _) = as_account(ANNE, "look", shared)
    assert found == "cases 1 bad [] left False"
    assert not set(before) & set(folder.iterdir())


@ROOT
@pytest.mark.parametrize("task", ["backup", "restore"])
def test_where_files_may_be_made_but_not_listed_it_is_said_in_words(shared: Path, task: str) -> None:
    share(shared.parent)
    folder = backups_folder(shared)
    folder.chmod(0o730)
    before = sorted(folder.iterdir())

    assert as_account(BERT, task, shared) == ["BackupsUnlisted vault.error.backups_unlisted"]
    assert sorted(folder.iterdir()) == before
    assert as_account(ANNE, "look", shared)[0].startswith("cases 2 bad []")


def test_a_new_vault_and_all_beside_it_are_for_one_account(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        path = tmp_path / "team.borgvault"
        with staffed_vault(path) as vault:
            case = vault.cases.create(new_case())
            vault.backup()
            erase(vault, case.id)
            vault.rotate()
            vault.backup()
            modes = {one.name: mode(one) for one in tmp_path.rglob("*")}
    finally:
        os.umask(mask)

    assert modes.pop("team-backups") == 0o700
    assert len(modes) > 8
    assert set(modes.values()) == {0o600}, modes


def test_the_vault_says_what_is_for_everybody_and_a_file_laid_beside_it_does_not(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    with staffed_vault(path) as vault:
        key_path(path).chmod(0o666)
        vault.rotate()
        assert {mode(one) for one in (path, *key_paths(path))} == {0o600}
        # As copying with a file manager leaves it.
        path.chmod(0o644)
        vault.rotate()
        assert (mode(path), mode(key_path(path))) == (0o644, 0o640)


def test_without_a_folder_there_is_simply_no_backup(tmp_path: Path) -> None:
    path = filled_vault(tmp_path)
    with Vault.open(path, KEY) as vault:
        keys = [finding.key for finding in vault.check() if finding.good]
        assert "vault.check.no_backup" in keys
        assert not vault.erasing_left().any


def test_a_folder_that_leads_nowhere_now_is_not_a_folder_without_backups(tmp_path: Path) -> None:
    """A link to a share that is not there."""
    path = filled_vault(tmp_path)
    backups_folder(path).symlink_to(tmp_path / "share")
    with Vault.open(path, KEY) as vault:
        case = vault.cases.list()[0]
        with pytest.raises(BackupsUnlisted):
            erase(vault, case.id)
        assert vault.erasing_left().unlisted
        bad = [finding.key for finding in vault.check() if not finding.good]
        assert bad == ["vault.check.backups_unlisted", "vault.check.folder_may_hold_erased"]
    (tmp_path / "share").mkdir()
    with Vault.open(path, KEY) as vault:
        vault.finish_erasing()
        assert not vault.erasing_left().any


def test_no_vault_is_made_beside_a_folder_that_may_hold_backups_of_another(tmp_path: Path) -> None:
    (tmp_path / "team-backups").symlink_to(tmp_path / "share")
    with pytest.raises(VaultExists):
        new_vault(tmp_path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["team-backups"]
