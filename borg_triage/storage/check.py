"""Reading everything that belongs to a vault, and saying what holds and what does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from borg_triage.storage import backup, backup_files, backup_keys, erasing, migrate
from borg_triage.storage.backup import State
from borg_triage.storage.backup_files import Backup
from borg_triage.storage.database import Database
from borg_triage.storage.errors import VaultError
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.put import read_file
from borg_triage.storage.log import Head, LogEntry, LogStore, Wanted
from borg_triage.storage.places import key_paths
from borg_triage.storage.unlocked import Unlocked
from borg_triage.text import backup_names
from borg_triage.text.formats import DUTCH_TIME

_MOST_RESTORES: Final = 1000
# What is said of a backup, and whether that is good.
_SAID: Final = {
    State.WHOLE: ("vault.check.backup", True),
    State.DAMAGED: ("vault.check.backup_bad", False),
    State.WORKED_IN: ("vault.check.backup_worked_in", False),
    State.IN_USE: ("vault.check.backup_in_use", True),
    State.LOCKED: ("vault.check.backup_other_key", True),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. key: the message that says what was found. good: nothing to be done."""

    key: str
    good: bool
    params: Mapping[str, object] = field(default_factory=dict)


def run(vault: Unlocked) -> list[Finding]:
    """All findings, and where the vault itself is not whole the backup to restore. Raises VaultError.

    Reads the whole file: some seconds a gigabyte. What can be mended without a backup is mended: a damaged
    key file beside a whole copy.
    """
    with vault.database.alone():
        found = [_pages(vault.database)]
        if found[0].good:
            found += [_structure(vault.database), _references(vault.database), _schema(vault.database)]
        whole = all(finding.good for finding in found)
        if found[0].good:
            found += _log(vault.log, list(_heads(vault)))
    found += [*_key_files(vault), *_backups(vault)]
    all_good = all(finding.good for finding in found)
    # Said apart: a backup is older than what is left, and is for looking into first.
    found += _losses(vault)
    if not whole:
        found.append(_what_to_restore(vault))
    elif not all_good:
        found.append(Finding("vault.check.restore_not", True))
    # No damage, that a backup would help against: somebody has to see to it.
    return [*found, *_open_to_others(vault), *_erasing(vault)]


def _what_to_restore(vault: Unlocked) -> Finding:
    """Restoring takes back all that was stored since: only for a vault that is itself damaged."""
    named = vault.backup_to_name()
    if named is None:
        return Finding("vault.check.restore_nothing", False)
    return Finding("vault.check.restore", False, {"backup": str(named)})


def _pages(database: Database) -> Finding:
    bad = database.rows("PRAGMA cipher_integrity_check")
    if bad:
        return Finding("vault.check.pages_bad", False, {"count": len(bad)})
    row = database.row("PRAGMA page_count")
    return Finding("vault.check.pages", True, {"count": row[0] if row else 0})


def _structure(database: Database) -> Finding:
    bad = [row for row in database.rows("PRAGMA integrity_check") if row[0] != "ok"]
    return _counted("vault.check.structure", len(bad))


def _references(database: Database) -> Finding:
    return _counted("vault.check.references", len(database.rows("PRAGMA foreign_key_check")))


def _schema(database: Database) -> Finding:
    same = migrate.schema(database) == migrate.expected_schema()
    return Finding("vault.check.schema" if same else "vault.check.schema_bad", same)


def _log(log: LogStore, heads: list[Head]) -> list[Finding]:
    # Each backup remembers where the log stood: a log made anew does not hold against it.
    for known in (None, *heads):
        broken = log.first_broken(known)
        if broken is not None:
            named = Finding(f"vault.check.log_{broken.why}", False, {"seq": broken.seq})
            return [named, Finding("vault.check.log_broken", False)]
    return [Finding("vault.check.log", True, {"count": log.head().seq})]


def _heads(vault: Unlocked) -> Iterator[Head]:
    listed = backup_files.listed(vault.path)
    restores = vault.log.latest(Wanted(action="restore"), _MOST_RESTORES)
    for one in listed:
        if one.usable and not any(_took_back(told, one, listed) for told in restores):
            head = backup.head_of(vault.path, one, vault.keys())
            if head is not None and head.seq:
                yield head


def _took_back(told: LogEntry, one: Backup, listed: list[Backup]) -> bool:
    """Whether a backup was made between the one that was restored and the restore: it may know what that took
    back. By the clock where the restore wrote down no number yet.
    """
    restored = str(told.detail.get("backup", ""))
    newest = told.detail.get("seq")
    if newest is None:
        since = backup_names.moment_of(restored) or datetime.min.replace(tzinfo=UTC)
        return since < one.at < told.at
    ranks = (known.rank for known in listed if known.stamp == restored)
    then = min(ranks, default=(-1, datetime.min.replace(tzinfo=UTC)))
    return then < one.rank and one.number <= int(newest)


def _key_files(vault: Unlocked) -> Iterator[Finding]:
    if vault.ring is None:
        return
    data = vault.ring.file.to_bytes()
    files = {path.name: _content(path) == data for path in key_paths(vault.path)}
    bad = [name for name, same in files.items() if not same]
    whole = [name for name, same in files.items() if same]
    if not bad:
        yield Finding("vault.check.keys", True)
        return
    try:
        keyfile.mend(vault.path, vault.ring.file)
    except VaultError:
        if whole:
            yield Finding("vault.check.keys_bad", False, {"file": bad[0], "whole": whole[0]})
        else:
            yield Finding("vault.check.keys_bad_both", False, {"file": ", ".join(bad)})
    else:
        yield Finding("vault.check.keys_mended", True, {"file": ", ".join(bad)})


def _backups(vault: Unlocked) -> Iterator[Finding]:
    listed = [one for one in backup_files.listed(vault.path) if one.usable]
    if backup_files.is_unlisted(vault.path):
        folder = backup_names.backups_folder(vault.path)
        yield Finding("vault.check.backups_unlisted", False, {"folder": str(folder)})
    elif not listed:
        yield Finding("vault.check.no_backup", True)
    for one in listed:
        state = backup.state(vault.path, one, vault.keys())
        key, good = _SAID[state]
        # A damaged beginning looks like another key; what its key file says tells them apart.
        if state is State.LOCKED and _should_open(vault, one):
            key, good = "vault.check.backup_unopened", False
        yield Finding(key, good, {"backup": one.path.name})


def _should_open(vault: Unlocked, one: Backup) -> bool:
    return vault.ring is not None and backup_keys.said_to_open(one, vault.ring, vault.past_keys())


def _open_to_others(vault: Unlocked) -> Iterator[Finding]:
    for one in backup_keys.open_to_others(vault.path, vault.key_file):
        # That one of version 1 opens with its one passphrase is in the nature of it.
        if any(path.exists() for path in key_paths(one.path)):
            yield Finding("vault.check.backup_open_to_others", False, {"backup": one.path.name})


def _erasing(vault: Unlocked) -> Iterator[Finding]:
    left = erasing.left(vault)
    if left.file:
        yield Finding("vault.check.file_may_hold_erased", False)
    if left.unlisted:
        yield Finding("vault.check.folder_may_hold_erased", False)
    for one in left.held:
        yield Finding("vault.check.backup_holds_erased", False, {"backup": one.path.name})
    for one in left.unread:
        yield Finding("vault.check.backup_may_hold_erased", False, {"backup": one.path.name})
    for one in left.aside:
        yield Finding("vault.check.aside_holds_erased", False, {"backup": one.path.name})


def _losses(vault: Unlocked) -> Iterator[Finding]:
    if vault.lost is not None:
        named = vault.backup_to_name()
        key = "vault.check.saved_lost" if named else "vault.check.saved_lost_no_backup"
        since, until = (_moment(at) for at in vault.lost)
        yield Finding(key, False, {"since": since, "until": until, "backup": str(named or "")})
        return
    # At an earlier opening, and people were told then.
    for (at,) in vault.database.rows("SELECT at FROM log WHERE action = 'saved_lost' ORDER BY seq"):
        yield Finding("vault.check.saved_lost_before", True, {"at": _moment(datetime.fromisoformat(at))})


def _moment(at: datetime) -> str:
    """In Dutch time, and figures that every language reads."""
    return f"{at.astimezone(DUTCH_TIME):%Y-%m-%d %H:%M}"


def _counted(key: str, bad: int) -> Finding:
    return Finding(f"{key}_bad", False, {"count": bad}) if bad else Finding(key, True)


def _content(path: Path) -> bytes:
    try:
        return read_file(path)
    except OSError:
        return b""
