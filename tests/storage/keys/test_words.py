"""Each error in words: both languages, and every fact that it carries."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from borg_triage.storage import errors
from borg_triage.storage.backup_way import BackupOfThen
from borg_triage.storage.errors import VaultError
from borg_triage.storage.keys import file_errors, share_errors
from borg_triage.storage.restoring import RestoreNeedsOwner
from borg_triage.text.catalog import Catalog

ROOT = Path(__file__).resolve().parents[3]
VAULT = Path("team.borgvault")
BACKUP = Path("team-backups") / "team.20261122T101500Z.borgvault"

ALL = [
    errors.TooSoon(VAULT, 7.2),
    errors.KeyFileMissing(VAULT, "team.borgvault-keys"),
    errors.KeyFileDamaged(VAULT, "team.borgvault-keys"),
    errors.KeyFileDamagedBackup(VAULT, "team.borgvault-keys", BACKUP),
    errors.KeyFileForged(VAULT),
    file_errors.KeyFileForeign(VAULT, "team.borgvault-keys"),
    file_errors.KeyFileOld(VAULT, "team.borgvault-keys", 3),
    errors.MemoryShort(VAULT, 512),
    errors.PassphraseShort(17),
    errors.PassphraseWeak(),
    errors.NameTaken(),
    errors.SlotsFull(499),
    errors.LastSlot(),
    errors.SlotMissing(),
    share_errors.RecoveryNone(VAULT),
    share_errors.ShareMisspelt(VAULT, 2, 17, "kwartel"),
    share_errors.ShareMisspeltNear(VAULT, 2, 17, "acadmic", "academic, acid"),
    share_errors.ShareLength(VAULT, 2, 31, 33),
    share_errors.ShareChecksum(VAULT, 2),
    share_errors.ShareForeign(VAULT, 2),
    share_errors.ShareForeignBackup(BACKUP, 2),
    RestoreNeedsOwner(VAULT),
    BackupOfThen(BACKUP),
    share_errors.ShareTwice(VAULT, 2, 4, 3),
    share_errors.SharesTooFew(VAULT, 2, 3),
]
# What these say is about the paper in one's hand.
NAMES_NO_FILE = "share_(misspelt|length|checksum|twice)|shares_too_few"


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
def test_it_says_what_it_carries(error: VaultError, language: str) -> None:
    text = Catalog(language, ROOT / "locales").text(error.key, **error.params)
    params = dict(error.params)
    if re.search(NAMES_NO_FILE, error.key):
        del params["path"]
    # What happened, what is safe, what to do.
    assert len(re.findall(r"[.?] |\.$", text)) >= 3
    assert not [name for name, value in params.items() if str(value) not in text]


def test_none_is_left_out() -> None:
    ours = {kind for _name, kind in inspect.getmembers(share_errors, inspect.isclass)} - {Path}
    shown = {type(error) for error in ALL}
    assert ours - shown == {errors.RecoveryRefused}


def test_a_wait_is_shown_in_whole_seconds_and_never_none() -> None:
    assert [errors.TooSoon(VAULT, seconds).params["seconds"] for seconds in (0.01, 1, 7.2)] == [1, 1, 8]
