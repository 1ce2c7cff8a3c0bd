"""What is not a vault, or no longer a whole one, and what is said of it."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import zlib
from pathlib import Path

import pytest

from borg_triage.storage.errors import (
    KeyFileMissing,
    NotAVault,
    VaultDamaged,
    VaultError,
    VaultTruncated,
    WrongPassphrase,
)
from borg_triage.storage.keying import PAGE_BYTES, RawKey
from borg_triage.storage.keys.tries import tries_path
from borg_triage.storage.vault import Vault

from .samples import (
    KEY,
    NAME,
    PASSPHRASE,
    filled_vault,
    new_case,
    new_observation,
    new_vault,
)

# ---------------------------------------------------------------- what is not a vault


def _plain_database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    connection.close()


NOISE = random.Random(5).randbytes(5 * PAGE_BYTES)

FILES: dict[str, tuple[bytes, type[VaultError]]] = {
    "empty": (b"", NotAVault),
    "one byte": (b"a", NotAVault),
    "text": ("Dit is een gewone brief, met één accent.\n".encode() * 300, NotAVault),
    "wide text": (("Dit is een gewone brief.\n" * 300).encode("utf-16"), NotAVault),
    "pdf": (b"%PDF-1.7\n" + NOISE, NotAVault),
    "zip": (b"PK\x03\x04" + NOISE, NotAVault),
    "zeros": (bytes(3 * PAGE_BYTES), VaultDamaged),
    # Nobody can tell these from a vault: the words must leave room for that.
    "noise": (NOISE, WrongPassphrase),
    "odd noise": (NOISE[:-7], VaultTruncated),
    "a little noise": (NOISE[:100], VaultTruncated),
}


@pytest.mark.parametrize("kind", FILES)
def test_another_file_is_refused_and_left_alone(tmp_path: Path, kind: str) -> None:
    content, expected = FILES[kind]
    path = tmp_path / "file.borgvault"
    path.write_bytes(content)
    with pytest.raises(VaultError) as caught:
        Vault.open(path, KEY)
    assert type(caught.value) is expected
    # To somebody with a passphrase such a vault has lost its key file.
    with pytest.raises(VaultError) as caught:
        Vault.open(path, PASSPHRASE, NAME)
    assert type(caught.value) is (KeyFileMissing if expected is WrongPassphrase else expected)
    assert path.read_bytes() == content
    # What can be a vault of version 1 was guessed at.
    counted = {tries_path(path)} if expected is WrongPassphrase else set()
    assert set(tmp_path.iterdir()) == {path} | counted


def test_a_plain_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "plain.borgvault"
    _plain_database(path)
    before = path.read_bytes()
    with pytest.raises(NotAVault):
        Vault.open(path, KEY)
    assert path.read_bytes() == before


def test_a_folder_is_not_a_vault(tmp_path: Path) -> None:
    with pytest.raises(NotAVault):
        Vault.open(tmp_path, KEY)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotAVault):
        Vault.open(tmp_path / "pipe", KEY)


def test_a_squeezed_file_is_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "x.borgvault"
    path.write_bytes(zlib.compress(NOISE))
    with pytest.raises(VaultError):
        Vault.open(path, KEY)


# ---------------------------------------------------------------- damage


def _read_all(path: Path) -> list[object]:
    with Vault.open(path, KEY) as vault:
        cases = vault.cases.list()
        stored: list[object] = [*cases]
        for case in cases:
            stored += vault.cases.observations(case.id)
            stored += vault.cases.results(case.id)
        return stored


def test_a_vault_cut_at_any_page_is_called_truncated(tmp_path: Path) -> None:
    path = filled_vault(tmp_path)
    whole = path.read_bytes()
    assert len(whole) > 20 * PAGE_BYTES
    for size in range(PAGE_BYTES, len(whole), PAGE_BYTES):
        path.write_bytes(whole[:size])
        with pytest.raises(VaultTruncated) as caught:
            Vault.open(path, KEY)
        assert caught.value.key == "vault.error.truncated"


@pytest.mark.parametrize("missing", [1, 7, PAGE_BYTES - 1, PAGE_BYTES + 1, 10 * PAGE_BYTES - 5])
def test_a_vault_cut_within_a_page_is_called_truncated_with_any_secret(tmp_path: Path, missing: int) -> None:
    path = filled_vault(tmp_path)
    path.write_bytes(path.read_bytes()[:-missing])
    for secret in (KEY, RawKey(bytes(32))):
        with pytest.raises(VaultTruncated):
            Vault.open(path, secret)


@pytest.mark.parametrize("size", [16, 511, 512, 1024, PAGE_BYTES - 1])
def test_a_stump_of_a_vault_is_called_truncated(tmp_path: Path, size: int) -> None:
    path = filled_vault(tmp_path)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(VaultTruncated):
        Vault.open(path, KEY)


def test_one_wrong_byte_gives_the_right_content_or_a_clear_error(tmp_path: Path) -> None:
    path = filled_vault(tmp_path)
    whole = path.read_bytes()
    right = _read_all(path)
    rng = random.Random(11)
    met = set()
    for _ in range(150):
        spot = rng.randrange(len(whole))
        wrong = bytes([whole[spot] ^ (1 << rng.randrange(8))])
        path.write_bytes(whole[:spot] + wrong + whole[spot + 1 :])
        try:
            assert _read_all(path) == right
        except VaultError as error:
            met.add(error.key)
    assert met <= {"vault.error.damaged", "vault.error.wrong_passphrase"}
    assert "vault.error.damaged" in met


def test_damage_met_while_working_stays_the_reason_given(tmp_path: Path) -> None:
    path = filled_vault(tmp_path)
    whole = path.read_bytes()
    met: list[type[VaultError]] = []
    for page in range(1, len(whole) // PAGE_BYTES):
        path.write_bytes(whole[: page * PAGE_BYTES + 50] + b"\xff" * 9 + whole[page * PAGE_BYTES + 59 :])
        try:
            with Vault.open(path, KEY) as vault:
                _work(vault, met)
        except VaultDamaged:
            continue
    assert met
    assert set(met) == {VaultDamaged}


def _work(vault: Vault, met: list[type[VaultError]]) -> None:
    """Read everything; after the first damage go on writing, as a person would."""
    try:
        for case in vault.cases.list():
            vault.cases.observations(case.id)
            vault.cases.results(case.id)
    except VaultError as error:
        met.append(type(error))
        with pytest.raises(VaultError) as caught:
            vault.cases.create(new_case())
        met.append(type(caught.value))


def test_a_wrong_secret_does_no_harm_to_a_vault_whose_program_was_killed(tmp_path: Path) -> None:
    vault = new_vault(tmp_path)
    case = vault.cases.create(new_case())
    stored = [vault.cases.append_observation(case.id, new_observation(f"i{n}")) for n in range(30)]
    # What lies on disk now is what a killed program leaves: a file, and a log with the newest rows.
    killed = tmp_path / "killed.borgvault"
    for suffix in ("", "-wal"):
        source = vault.path.with_name(vault.path.name + suffix)
        subprocess.run(["cp", str(source), str(killed.with_name(killed.name + suffix))], check=True)
    vault.close()
    assert killed.with_name(killed.name + "-wal").stat().st_size > 0
    with pytest.raises(WrongPassphrase):
        Vault.open(killed, RawKey(bytes(32)))
    with Vault.open(killed, KEY) as again:
        assert again.cases.observations(case.id) == stored
