"""What lies beside a vault: names that fit, pipes that nobody waits for, and what was left half-written."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from borg_triage.storage.creating import NameTooLong
from borg_triage.storage.errors import WrongPassphrase
from borg_triage.storage.places import key_paths, marker_path, waiting_path
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import backups_folder

from .samples import KEY, NAME, PASSPHRASE, erase, new_case, staffed_vault

# ---------------------------------------------------------------- names


def all_of_it(path: Path) -> None:
    """Everything that makes files: backups, a new key, an erasing, a restore."""
    with staffed_vault(path) as vault:
        case = vault.cases.create(new_case())
        made = vault.backup()
        vault.rotate()
        erase(vault, case.id)
        made = vault.backup()
    assert Vault.restore(path, made.path, PASSPHRASE, NAME) is not None
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        vault.rotate()
        assert [finding.key for finding in vault.check() if not finding.good] == []


@pytest.mark.skipif(os.name != "posix", reason="names counted in bytes")
@pytest.mark.parametrize("letter", ["x", "\N{LATIN SMALL LETTER E WITH DIAERESIS}"])
@pytest.mark.parametrize("deep", [0, 120])
@pytest.mark.usefixtures("quick_keys")
def test_the_longest_name_that_is_taken_is_one_that_all_files_fit_beside(letter: str, deep: int) -> None:
    """By the name, and in a deep folder by the whole path."""
    width = len(letter.encode())
    # Not under tmp_path, whose own path is long.
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / ("d" * deep)
        folder.mkdir(exist_ok=True)

        def called(letters: int) -> Path:
            return folder / f"{letter * letters}.borgvault"

        most = 240 // width
        with pytest.raises(NameTooLong) as refused:
            Vault.create(called(most), KEY)
        over = refused.value.params["over"]
        assert isinstance(over, int)
        assert refused.value.params["name"] == called(most).name
        most -= -(-over // width)
        with pytest.raises(NameTooLong):
            Vault.create(called(most + 1), KEY)
        assert not list(folder.iterdir())
        all_of_it(called(most))


# ---------------------------------------------------------------- pipes

TRIES = """
import sys
from pathlib import Path
from borg_triage.storage.vault import Vault
from tests.storage.samples import NAME, PASSPHRASE, new_case
path, beside = map(Path, sys.argv[1:])
with Vault.open(path, PASSPHRASE, NAME) as vault:
    vault.cases.create(new_case("erbij"))
    if beside.name.endswith("-saved"):
        import os
        beside.unlink()
        os.mkfifo(beside)
        vault.cases.create(new_case("en nog een"))
    vault.backup()
    print([finding.key for finding in vault.check() if not finding.good])
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
@pytest.mark.parametrize("tail", ["-saved", "-tries", "-waiting", "-keys", "-keys-copy"])
def test_a_pipe_beside_a_vault_is_not_waited_for(tmp_path: Path, tail: str) -> None:
    path = tmp_path / "team.borgvault"
    staffed_vault(path).close()
    beside = path.with_name(path.name + tail)
    beside.unlink(missing_ok=True)
    os.mkfifo(beside)

    command = [sys.executable, "-c", TRIES, str(path), str(beside)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (run.stdout.strip(), run.returncode) == ("[]", 0), run.stderr
    assert not beside.is_fifo()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_a_pipe_among_the_backups_is_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    with staffed_vault(path) as vault:
        case = vault.cases.create(new_case())
        made = vault.backup()
    os.mkfifo(backups_folder(path) / "team.000000099.20261122T101500Z.borgvault")
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        assert vault.backups() == [made]
        erase(vault, case.id)
        assert not vault.erasing_left().any


# ---------------------------------------------------------------- left half-written


def halves(path: Path) -> list[Path]:
    """What a stick leaves that is pulled while a small file is put in place."""
    return [
        one.with_name(one.name + "-new") for one in (*key_paths(path), waiting_path(path), marker_path(path))
    ]


@pytest.mark.usefixtures("quick_keys")
def test_who_opens_a_vault_clears_up_what_was_left_half_written(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    staffed_vault(path).close()
    kept = {one: one.read_bytes() for one in key_paths(path)}
    for half in halves(path):
        half.write_bytes(b"{")

    # Who does not open it does not know whether somebody else is writing just now.
    with pytest.raises(WrongPassphrase):
        Vault.open(path, "een andere wachtzin van iemand", NAME)
    assert all(half.exists() for half in halves(path))

    with Vault.open(path, PASSPHRASE, NAME):
        assert not any(half.exists() for half in halves(path))
        assert {one: one.read_bytes() for one in key_paths(path)} == kept
