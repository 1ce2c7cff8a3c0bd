"""Making, opening and closing: the right secret opens, everything else gets one clear error."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import unicodedata
import zlib
from pathlib import Path

import pytest

from borg_triage.storage.errors import (
    FolderMissing,
    KeyFileMissing,
    NotAVault,
    PassphraseEmpty,
    VaultClosed,
    VaultDamaged,
    VaultError,
    VaultExists,
    VaultInUse,
    VaultMissing,
    VaultTruncated,
    WrongPassphrase,
)
from borg_triage.storage.keying import PAGE_BYTES, RawKey
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.tries import tries_path
from borg_triage.storage.people import NameRefused
from borg_triage.storage.vault import Vault

from .samples import (
    KEY,
    NAME,
    PASSPHRASE,
    filled_vault,
    new_case,
    new_observation,
    new_vault,
    staffed_vault,
)

ROOT = Path(__file__).parents[2]
OPEN_ELSEWHERE = """
import sys
from pathlib import Path
from borg_triage.domain.errors import BorgTriageError
from borg_triage.storage.keying import RawKey
from borg_triage.storage.vault import Vault
try:
    Vault.open(Path(sys.argv[1]), RawKey(bytes(range(32)))).close()
    print("opened")
except BorgTriageError as error:
    print(error.key)
"""


def opened_elsewhere(path: Path) -> str:
    """What another program gets when it opens the vault now."""
    command = [sys.executable, "-c", OPEN_ELSEWHERE, str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


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
