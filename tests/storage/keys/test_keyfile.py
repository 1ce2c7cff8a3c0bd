"""The key file on disk: whole or told to be damaged, the old or the new, and never taken on trust."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from borg_triage.storage.errors import (
    KeyFileDamaged,
    KeyFileDamagedBackup,
    KeyFileMissing,
    NoSpace,
    VaultError,
    VaultIoError,
    VaultNewer,
    VaultReadOnly,
)
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.keyfile import KeyFile, copy_path, key_path
from borg_triage.text.catalog import Catalog

from .samples import VAULT, Team, content_of, raw

ROOT = Path(__file__).resolve().parents[3]
Content = dict[str, Any]

in_one_folder = settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return tmp_path / "team.borgvault"


def test_written_and_read_back(vault: Path, team: Team) -> None:
    keyfile.write(vault, team.file)
    assert keyfile.read(vault) == team.file
    assert {path.name for path in vault.parent.iterdir()} == {
        "team.borgvault-keys",
        "team.borgvault-keys-copy",
    }
    assert key_path(vault).read_bytes() == copy_path(vault).read_bytes() == team.file.to_bytes()


@pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")
def test_for_this_user_alone(vault: Path, team: Team) -> None:
    before = os.umask(0)
    try:
        keyfile.write(vault, team.file)
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in vault.parent.iterdir()} == {0o600}


def test_leftovers_of_a_stopped_program_are_in_nobodys_way(vault: Path, team: Team) -> None:
    for path in (key_path(vault), copy_path(vault)):
        path.with_name(path.name + "-new").write_bytes(b"half")
    keyfile.write(vault, team.file)
    assert keyfile.read(vault) == team.file
    assert len(list(vault.parent.iterdir())) == 2


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
def test_a_link_in_the_drafts_place_is_not_followed(vault: Path, team: Team) -> None:
    other = vault.with_name("letter.txt")
    other.write_bytes(b"a letter")
    draft = key_path(vault)
    draft.with_name(draft.name + "-new").symlink_to(other)
    keyfile.write(vault, team.file)
    assert other.read_bytes() == b"a letter"


def test_neither_there(vault: Path) -> None:
    with pytest.raises(KeyFileMissing) as caught:
        keyfile.read(vault)
    assert caught.value.params == {"path": str(vault), "file": "team.borgvault-keys"}


@pytest.mark.parametrize("damage", [b"", b"{}", b"\0" * 3000, None])
def test_the_copy_serves_and_the_file_is_mended(vault: Path, team: Team, damage: bytes | None) -> None:
    for broken, other in ((key_path, copy_path), (copy_path, key_path)):
        keyfile.write(vault, team.file)
        assert not keyfile.mend(vault, team.file)
        if damage is None:
            broken(vault).unlink()
        else:
            broken(vault).write_bytes(damage)
        assert keyfile.read(vault) == team.file
        assert keyfile.mend(vault, team.file)
        assert broken(vault).read_bytes() == other(vault).read_bytes() == team.file.to_bytes()


def test_a_copy_that_is_behind_is_mended(vault: Path, team: Team) -> None:
    keyfile.write(vault, team.file)
    old = copy_path(vault).read_bytes()
    later = team.ring.without(team.imre).file
    keyfile.write(vault, later)
    copy_path(vault).write_bytes(old)
    assert keyfile.read(vault) == later
    assert keyfile.mend(vault, later)
    assert copy_path(vault).read_bytes() == later.to_bytes()


def test_a_folder_in_its_place(vault: Path, team: Team) -> None:
    keyfile.write(vault, team.file)
    key_path(vault).unlink()
    key_path(vault).mkdir()
    assert keyfile.read(vault) == team.file
    copy_path(vault).unlink()
    with pytest.raises((VaultIoError, VaultReadOnly)):
        keyfile.read(vault)


def test_both_damaged_names_the_newest_whole_backup(vault: Path, team: Team) -> None:
    for path in (key_path(vault), copy_path(vault)):
        path.write_bytes(b"nothing of ours")
    with pytest.raises(KeyFileDamaged) as caught:
        keyfile.read(vault)
    assert type(caught.value) is KeyFileDamaged
    folder = vault.with_name("team-backups")
    folder.mkdir()
    backups = [folder / f"team.2026112{day}T101500Z.borgvault" for day in range(4)]
    for backup in backups:
        backup.write_bytes(b"")
        keyfile.write(backup, team.file)
    with pytest.raises(KeyFileDamagedBackup) as named:
        keyfile.read(vault)
    assert named.value.params["backup"] == str(backups[3])
    backups[3].with_name(backups[3].name + "-keys").unlink()
    key_path(backups[2]).write_bytes(b"damaged as well")
    with pytest.raises(KeyFileDamagedBackup) as named:
        keyfile.read(vault)
    assert named.value.params["backup"] == str(backups[1])
    for language in ("nl", "en"):
        assert str(backups[1]) in Catalog(language, ROOT / "locales").text(
            named.value.key, **named.value.params
        )


@in_one_folder
@given(data=st.data())
def test_any_flipped_bit_opens_right_or_is_told(tmp_path: Path, team: Team, data: st.DataObject) -> None:
    vault = tmp_path / "team.borgvault"
    good = team.file.to_bytes()
    place = st.integers(0, len(good) - 1)
    bit = st.integers(0, 7)

    def flipped() -> bytes:
        damaged = bytearray(good)
        for where, which in data.draw(st.lists(st.tuples(place, bit), min_size=1, max_size=3)):
            damaged[where] ^= 1 << which
        return bytes(damaged)

    first = flipped()
    key_path(vault).write_bytes(first)
    copy_path(vault).write_bytes(good)
    assert keyfile.read(vault) == team.file
    second = flipped()
    copy_path(vault).write_bytes(second)
    if good in (first, second):
        assert keyfile.read(vault) == team.file
    else:
        with pytest.raises(KeyFileDamaged):
            keyfile.read(vault)


@in_one_folder
@given(st.binary(max_size=3000))
def test_any_bytes_at_all_are_told_to_be_damaged(data: bytes) -> None:
    with pytest.raises(KeyFileDamaged):
        keyfile.parse(data, VAULT)


def test_cut_anywhere(team: Team) -> None:
    good = team.file.to_bytes()
    for length in range(0, len(good), 7):
        with pytest.raises(KeyFileDamaged):
            keyfile.parse(good[:length], VAULT)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("00" * 16),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@in_one_folder
@given(data=st.data())
def test_any_other_value_in_any_place_is_told(team: Team, data: st.DataObject) -> None:
    """With a right checksum: the file of somebody who means harm. Right values may pass, wrong ones never."""
    content = content_of(team.file)
    part: Any = content
    while True:
        key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
        if not isinstance(part[key], dict | list) or data.draw(st.booleans()):
            break
        part = part[key]
    part[key] = data.draw(anything)
    try:
        file = keyfile.parse(raw(content), VAULT)
    except (KeyFileDamaged, VaultNewer):
        return
    assert content_of(file) == content


def _of(change: Callable[[Content], object]) -> Callable[[Content], bytes]:
    def made(content: Content) -> bytes:
        change(content)
        return raw(content)

    return made


def _cost(**values: object) -> Callable[[Content], bytes]:
    return _of(lambda content: content["slots"][0]["derivation"].update(values))


HOSTILE: dict[str, Callable[[Content], bytes]] = {
    "too large": lambda content: raw(content) + b" " * keyfile.MOST_BYTES,
    "deep lists": lambda _: b"[" * 400_000,
    "deep objects": lambda _: b'{"a":' * 150_000,
    "deep and checked": lambda _: b'{"a":' + b"[" * 900 + b"]" * 900 + b"}",
    "a huge number": lambda _: b'{"format":' + b"9" * 100_000 + b"}",
    "not a number": lambda _: b'{"format":NaN}',
    "infinity": lambda _: b'{"format":1e999}',
    "not an object": lambda _: b"[]",
    "a byte order mark": lambda content: b"\xef\xbb\xbf" + raw(content),
    "not utf-8": lambda _: b'{"vault":"\xff\xfe"}',
    "a line end": lambda content: raw(content) + b"\n",
    "spaces": lambda content: json.dumps(json.loads(raw(content))).encode(),
    "a key twice": lambda content: raw(content).replace(b'{"format":1', b'{"format":1,"format":1', 1),
    "no checksum": lambda content: json.dumps(content, sort_keys=True, separators=(",", ":")).encode(),
    "a field more": _of(lambda content: content.update(more=1)),
    "a field more in a slot": _of(lambda content: content["slots"][0].update(role="owner")),
    "a field less": _of(lambda content: content.pop("salt")),
    "no slots": _of(lambda content: content.update(slots=[])),
    "a kit only": _of(lambda content: content.update(slots=content["slots"][2:])),
    "two kits": _of(lambda content: content["slots"].append({**content["slots"][2], "id": "0" * 16})),
    "a slot twice": _of(lambda content: content["slots"].append(content["slots"][0])),
    "a name twice": _of(lambda content: content["slots"].append({**content["slots"][0], "id": "0" * 16})),
    "another kind": _of(lambda content: content["slots"][0].update(kind="open")),
    "upper case": _of(lambda content: content.update(salt="AB" * 16)),
    "a number as text": _of(lambda content: content.update(format="1")),
    "true for 1": _of(lambda content: content.update(format=True)),
    "an older format": _of(lambda content: content.update(format=0)),
    "a generation of one slot": _of(lambda content: content["slots"][0]["sealed"][0].update(generation=2)),
    "no generations": _of(lambda content: [slot.update(sealed=[]) for slot in content["slots"]]),
    "three generations": _of(
        lambda content: [slot.update(sealed=slot["sealed"] * 3) for slot in content["slots"]]
    ),
    "the same generation twice": _of(
        lambda content: [slot.update(sealed=slot["sealed"] * 2) for slot in content["slots"]]
    ),
    "a vault number with a slash": _of(lambda content: content.update(vault="../a")),
    "all the memory": _cost(memory_kib=2**32 - 1),
    "more than 4 GiB": _cost(memory_kib=4 * 1024 * 1024 + 1),
    "more than 100 passes": _cost(passes=101),
    "both at their most": _cost(memory_kib=4 * 1024 * 1024, passes=100),
    "many lanes": _cost(lanes=2**24 - 1),
    "under 64 MiB": _cost(memory_kib=65_535),
    "under 3 passes": _cost(passes=2),
    "no lanes": _cost(lanes=0),
    "negative": _cost(passes=-3),
    "half a pass": _cost(passes=3.5),
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_a_hostile_file_is_one_clear_error(team: Team, kind: str) -> None:
    data = HOSTILE[kind](content_of(team.file))
    with pytest.raises(KeyFileDamaged) as caught:
        keyfile.parse(data, VAULT)
    assert caught.value.params == {"path": str(VAULT), "file": "team.borgvault-keys"}
    assert caught.value.__cause__ is None


def test_a_newer_programs_file_is_told_and_left_alone(vault: Path, team: Team) -> None:
    newer = raw({"format": 2, "whatever": [1, {"a": None}]})
    key_path(vault).write_bytes(newer)
    for copy in (None, b"damaged", newer):
        if copy is not None:
            copy_path(vault).write_bytes(copy)
        with pytest.raises(VaultNewer) as caught:
            keyfile.read(vault)
        assert (caught.value.params["found"], caught.value.params["known"]) == (2, 1)
    assert key_path(vault).read_bytes() == newer
    # A flipped bit makes no newer program.
    damaged = team.file.to_bytes().replace(b'"format":1', b'"format":9')
    with pytest.raises(KeyFileDamaged):
        keyfile.parse(damaged, VAULT)


def test_a_long_file_is_not_read_to_its_end(vault: Path, run_python: Callable[[str, str], str]) -> None:
    with key_path(vault).open("wb") as file:
        file.truncate(50 * 1024**3)
    program = """
from pathlib import Path
from borg_triage.storage.errors import KeyFileDamaged
from borg_triage.storage.keys import keyfile
vault = Path(input())
try:
    keyfile.read(vault)
except KeyFileDamaged as error:
    (most,) = [line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
    print(error.key, int(most.split()[1]) < 300_000)
"""
    assert run_python(program, str(vault)) == "vault.error.key_file_damaged True\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="stops a forked process")
def test_stopped_before_any_step_it_is_the_old_file_or_the_new(tmp_path: Path, team: Team) -> None:
    later: KeyFile = team.ring.without(team.imre).file
    (tmp_path / "old").write_bytes(team.file.to_bytes())
    (tmp_path / "new").write_bytes(later.to_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "tests.storage.keys.worker", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.split()
    read, mended = lines[::2], lines[1::2]
    # First the old, from some step on the new, and both were really seen many times.
    assert read == sorted(read, key=["old", "new"].index)
    assert min(read.count("old"), read.count("new")) > 10
    assert set(mended) == {"alike"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of Linux")
def test_a_full_disk_changes_neither_file(
    vault: Path, team: Team, run_python: Callable[[str, str], str]
) -> None:
    keyfile.write(vault, team.file)
    program = """
import resource, signal, sys
from pathlib import Path
from borg_triage.storage.errors import VaultError
from borg_triage.storage.keys import keyfile
vault = Path(input())
file = keyfile.read(vault)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
try:
    keyfile.write(vault, file)
except VaultError as error:
    print(error.key)
"""
    assert run_python(program, str(vault)) == f"{NoSpace.KEY}\n"
    assert key_path(vault).read_bytes() == copy_path(vault).read_bytes() == team.file.to_bytes()
    assert len(list(vault.parent.iterdir())) == 2


def test_nothing_is_replaced_before_both_are_written(vault: Path, team: Team) -> None:
    keyfile.write(vault, team.file)
    draft = copy_path(vault)
    draft.with_name(draft.name + "-new").mkdir()
    with pytest.raises(VaultError):
        keyfile.write(vault, team.ring.without(team.imre).file)
    assert key_path(vault).read_bytes() == copy_path(vault).read_bytes() == team.file.to_bytes()


def test_a_folder_that_went_away(tmp_path: Path, team: Team) -> None:
    with pytest.raises(VaultError) as caught:
        keyfile.write(tmp_path / "gone" / "team.borgvault", team.file)
    assert caught.value.key == "vault.error.folder_missing"
