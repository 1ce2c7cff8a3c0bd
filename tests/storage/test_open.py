"""Opening a vault: passphrases, making one, and one program at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from borg_triage.storage.errors import (
    FolderMissing,
    KeyFileMissing,
    PassphraseEmpty,
    VaultClosed,
    VaultExists,
    VaultInUse,
    VaultMissing,
    WrongPassphrase,
)
from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.people import NameRefused
from borg_triage.storage.vault import Vault

from .elsewhere import OPEN_ELSEWHERE, ROOT, opened_elsewhere
from .samples import (
    KEY,
    NAME,
    PASSPHRASE,
    filled_vault,
    new_case,
    new_vault,
    staffed_vault,
)

# ---------------------------------------------------------------- passphrases


def test_a_passphrase_opens_what_it_closed(tmp_path: Path) -> None:
    path = tmp_path / "team één.borgvault"
    with staffed_vault(path) as vault:
        case = vault.cases.create(new_case())
        assert vault.path == path
        assert vault.person.name == NAME
    with pytest.raises(WrongPassphrase) as caught:
        Vault.open(path, PASSPHRASE + " ", NAME)
    assert caught.value.key == "vault.error.wrong_passphrase"
    assert caught.value.params == {"path": str(path)}
    with pytest.raises(WrongPassphrase):
        Vault.open(path, PASSPHRASE, "Iemand Anders")
    with Vault.open(path, PASSPHRASE, NAME.upper()) as vault:
        assert vault.cases.get(case.id) == case
        assert [entry.action for entry in vault.log.entries()][-3:] == ["failed_unlock"] * 2 + ["unlock"]


@pytest.mark.parametrize(
    "passphrase",
    ["'; DROP TABLE x; --", "één café, 愛", "met\0nul", "half \ud83d", "x'" + "ab" * 32 + "'"],
    ids=["quote", "accents", "nul", "surrogate", "like-a-key"],
)
def test_any_text_is_a_passphrase(tmp_path: Path, passphrase: str) -> None:
    path = tmp_path / "v.borgvault"
    staffed_vault(path, passphrase).close()
    Vault.open(path, passphrase, NAME).close()
    with pytest.raises(WrongPassphrase):
        Vault.open(path, passphrase[:-1], NAME)


def test_accents_typed_in_two_ways_are_one_passphrase(tmp_path: Path) -> None:
    composed, decomposed = (unicodedata.normalize(form, "één café") for form in ("NFC", "NFD"))
    assert composed != decomposed
    path = tmp_path / "v.borgvault"
    staffed_vault(path, composed).close()
    Vault.open(path, decomposed, NAME).close()


def test_a_passphrase_is_never_taken_for_a_key(tmp_path: Path) -> None:
    path = filled_vault(tmp_path, cases=1, answers=1)
    with pytest.raises(KeyFileMissing):
        Vault.open(path, f"x'{KEY.material.hex()}'", NAME)


def test_an_empty_passphrase_makes_and_opens_nothing(tmp_path: Path) -> None:
    path = tmp_path / "v.borgvault"
    with pytest.raises(PassphraseEmpty):
        Vault.create(path, "", NAME)
    with pytest.raises(NameRefused):
        Vault.create(path, PASSPHRASE, " ", Cost.floor())
    assert list(tmp_path.iterdir()) == []
    path = filled_vault(tmp_path)
    with pytest.raises(WrongPassphrase):
        Vault.open(path, "", NAME)


def test_a_raw_key_does_not_show_itself() -> None:
    assert "\\x01" not in repr(KEY)
    with pytest.raises(ValueError, match="32 bytes"):
        RawKey(b"short")


def test_the_settings_that_guard_the_file_are_on(vault: Vault) -> None:
    expected = {
        "foreign_keys": 1,
        "secure_delete": 1,
        "synchronous": 2,
        "temp_store": 2,
        "journal_mode": "wal",
        "locking_mode": "exclusive",
        "trusted_schema": 0,
        "cipher_memory_security": "1",
        "kdf_iter": "256000",
        "cipher_page_size": "4096",
        "cipher_use_hmac": "1",
        "cipher_hmac_algorithm": "HMAC_SHA512",
        "cipher_kdf_algorithm": "PBKDF2_HMAC_SHA512",
    }
    found = {name: vault._database.rows(f"PRAGMA {name}")[0][0] for name in expected}
    assert found == expected


# ---------------------------------------------------------------- making


def test_a_new_vault_lies_alone_in_its_folder(tmp_path: Path) -> None:
    new_vault(tmp_path).close()
    assert [path.name for path in tmp_path.iterdir()] == ["team.borgvault"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in another way")
def test_only_its_owner_may_read_it(vault: Vault) -> None:
    vault.cases.create(new_case())
    for path in vault.path.parent.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


def test_an_existing_file_is_never_touched(tmp_path: Path) -> None:
    path = tmp_path / "brief.borgvault"
    path.write_text("een brief")
    with pytest.raises(VaultExists):
        Vault.create(path, KEY)
    assert path.read_text() == "een brief"
    assert list(tmp_path.iterdir()) == [path]


def test_the_log_of_an_earlier_vault_is_not_read_into_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "v.borgvault-wal").write_bytes(b"earlier")
    with pytest.raises(VaultExists):
        Vault.create(tmp_path / "v.borgvault", KEY)
    assert (tmp_path / "v.borgvault-wal").read_bytes() == b"earlier"


def test_a_missing_folder_or_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FolderMissing):
        Vault.create(tmp_path / "weg" / "v.borgvault", KEY)
    with pytest.raises(VaultMissing):
        Vault.open(tmp_path / "v.borgvault", KEY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["100% zeker?.borgvault", "#1 & meer;.borgvault", "  x'y.borgvault", "ü"])
def test_any_file_name_works(tmp_path: Path, name: str) -> None:
    new_vault(tmp_path, name).close()
    Vault.open(tmp_path / name, KEY).close()
    assert [path.name for path in tmp_path.iterdir()] == [name]


# ---------------------------------------------------------------- one program at a time


def test_a_second_program_is_told_that_the_vault_is_in_use(vault: Vault) -> None:
    assert opened_elsewhere(vault.path) == "vault.error.in_use"
    vault.close()
    assert opened_elsewhere(vault.path) == "opened"


def test_a_second_time_in_one_program_too_and_the_first_keeps_its_hold(vault: Vault) -> None:
    for secret in (KEY, RawKey(bytes(32)), "een passphrase"):
        with pytest.raises(VaultInUse):
            Vault.open(vault.path, secret)
    assert opened_elsewhere(vault.path) == "vault.error.in_use"
    vault.cases.create(new_case())


def test_of_programs_that_start_together_one_gets_in(tmp_path: Path) -> None:
    path = tmp_path / "v.borgvault"
    staffed_vault(path).close()
    secret = f"{PASSPHRASE!r}, {NAME!r})"
    hold = OPEN_ELSEWHERE.replace("RawKey(bytes(range(32)))).close()", secret).replace(
        'print("opened")', 'print("opened", flush=True); sys.stdin.read()'
    )
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", hold, str(path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = []
    for program in programs:
        assert program.stdout is not None
        said.append(program.stdout.readline().strip())
    for program in programs:
        program.communicate()
    assert sorted(said) == ["opened", "vault.error.in_use", "vault.error.in_use"]


def test_a_closed_vault_says_so(vault: Vault) -> None:
    vault.close()
    vault.close()
    with pytest.raises(VaultClosed):
        vault.cases.count()
    with pytest.raises(VaultClosed):
        vault.cases.create(new_case())
