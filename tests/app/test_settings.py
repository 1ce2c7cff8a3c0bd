"""Settings are kept, and a broken file is no reason not to start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from borg_triage.app.settings import (
    LOCK_AFTER,
    OVERRIDE,
    Settings,
    SettingsError,
    default_vault_folder,
    holds_backups,
    load,
    save,
    vaults_in,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(OVERRIDE, str(tmp_path / "config"))
    return tmp_path / "config"


def test_what_is_kept_is_read_again(folder: Path) -> None:
    wanted = Settings("en", "contrast", 175, "/somewhere", lock_after=15, hide_from_capture=False)
    save(wanted)
    assert load() == wanted
    assert [path.name for path in folder.iterdir()] == ["settings.json"]


BROKEN = b'{"language": 3, "zoom": "1", "appearance": [], "vault_folder": 0}'


DEEP = b"[" * 200_000
LONG = b'{"zoom":' + b"9" * 5000 + b"}"


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", BROKEN, b"\xed\xa0", DEEP, LONG])
def test_a_broken_file_gives_the_usual_settings(folder: Path, text: bytes) -> None:
    folder.mkdir()
    (folder / "settings.json").write_bytes(text)
    assert load() == Settings()


@pytest.mark.parametrize("vault_folder", ["/srv/\0x", "/srv/\ud800"])
def test_what_no_system_takes_for_a_folder_is_not_kept(folder: Path, vault_folder: str) -> None:
    folder.mkdir()
    kept = json.dumps({"vault_folder": vault_folder, "zoom": 125})
    (folder / "settings.json").write_text(kept, "utf-8")
    assert load() == Settings(zoom=125)
    assert vaults_in(load().folder) == vaults_in(default_vault_folder())
    assert vaults_in(Path(vault_folder)) == []
    assert not holds_backups(Path(vault_folder))


def test_what_is_wrong_is_replaced_and_the_rest_stays(folder: Path) -> None:
    folder.mkdir()
    (folder / "settings.json").write_text('{"language": "en", "zoom": 900, "appearance": "pink"}', "utf-8")
    assert load() == Settings(language="en")


@pytest.mark.parametrize("minutes", [0, -5, 3, 600, 5.0, True, "10", None, []])
def test_the_time_after_which_it_locks_is_one_of_a_few_and_never_never(folder: Path, minutes: object) -> None:
    folder.mkdir()
    (folder / "settings.json").write_text(json.dumps({"lock_after": minutes, "zoom": 125}), "utf-8")
    assert load() == Settings(zoom=125)
    assert load().lock_after == 5


@pytest.mark.parametrize("minutes", LOCK_AFTER)
def test_each_time_that_is_offered_is_kept(folder: Path, minutes: int) -> None:
    save(Settings(lock_after=minutes))
    assert load().lock_after == minutes


def test_settings_of_an_older_program_get_the_usual_guards(folder: Path) -> None:
    folder.mkdir()
    (folder / "settings.json").write_text('{"language": "en"}', "utf-8")
    assert (load().lock_after, load().hide_from_capture) == (5, True)


def test_settings_that_cannot_be_kept_are_an_error_of_ours(folder: Path) -> None:
    folder.write_text("a file where the folder should be", "utf-8")
    with pytest.raises(SettingsError):
        save(Settings())


def test_vaults_are_found_by_their_ending(tmp_path: Path) -> None:
    for name in ("b.borgvault", "a.borgvault", "a.borgvault-wal", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "c.borgvault").mkdir()
    assert [path.name for path in vaults_in(tmp_path)] == ["a.borgvault", "b.borgvault"]
    assert vaults_in(tmp_path / "missing") == []


def test_the_usual_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_vault_folder() == tmp_path / "borg-triage"
    assert not default_vault_folder().exists()


BACKUP = "team.000000007.20261122T101500Z.borgvault"


def test_backups_are_no_vaults_and_a_folder_of_them_no_place_to_work(tmp_path: Path) -> None:
    above, stick = tmp_path / "kluizen", tmp_path / "stick"
    backups, strange = above / "team-backups", tmp_path / "oude-backups"
    for one in (above, backups, stick, strange):
        one.mkdir()
    for one in (above / "team.borgvault", backups / BACKUP, stick / BACKUP, strange / "zaken.borgvault"):
        one.write_bytes(b"")
    assert vaults_in(above) == [above / "team.borgvault"]
    assert vaults_in(backups) == vaults_in(stick) == []
    assert [holds_backups(one) for one in (above, backups, stick, strange)] == [False, True, True, False]
    (backups / BACKUP).unlink()
    assert holds_backups(backups)
    # A vault between copied backups is one; between its own backups nothing is.
    (stick / "team.borgvault").write_bytes(b"")
    assert not holds_backups(stick)


def test_a_folder_of_backups_that_an_earlier_program_kept_gives_the_one_above(
    folder: Path, tmp_path: Path
) -> None:
    backups = tmp_path / "team-backups"
    backups.mkdir()
    (backups / BACKUP).write_bytes(b"")
    (tmp_path / "team.borgvault").write_bytes(b"")
    save(Settings(vault_folder=str(backups)))
    assert load().vault_folder == str(tmp_path)
    (tmp_path / "team.borgvault").unlink()
    assert load().vault_folder == ""
