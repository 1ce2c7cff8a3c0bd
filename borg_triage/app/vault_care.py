"""Looking after a vault, for the menu and the command line: what is known of it, and its log as a file.

The rest of the care is the vault's own: `check`, `backup`, `restore`, `rotate`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

from borg_triage.app.logbook import LogbookError
from borg_triage.domain.errors import BorgTriageError
from borg_triage.storage import backup_files
from borg_triage.storage.backup_files import Backup
from borg_triage.storage.codec import encode
from borg_triage.storage.errors import KeyFileDamaged, KeyFileMissing, VaultError, VaultMissing, from_os
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.keyfile import KeyFile
from borg_triage.storage.log import LogEntry
from borg_triage.storage.people import OWNER
from borg_triage.storage.recognise import working_place
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import place_of
from borg_triage.text.catalog import Catalog
from borg_triage.text.formats import moment

LogFormat: TypeAlias = Literal["jsonl", "csv"]

# What a spreadsheet would take for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class BackupMissing(BorgTriageError):
    """There is no backup to restore."""


class Outside(NamedTuple):
    """What can be seen of a vault without opening it. keys: None for a vault of version 1."""

    path: Path
    size: int
    changed_at: datetime
    keys: KeyFile | None
    backups: list[Backup]


def outside(path: Path) -> Outside:
    """Look at a vault from the outside. Raises VaultMissing, KeyFileDamaged, VaultNewer, VaultIoError."""
    path = place_of(path)
    try:
        found = path.stat()
    except FileNotFoundError:
        raise VaultMissing(path) from None
    except OSError as error:
        raise from_os(error, path) from None
    try:
        keys = keyfile.read(path)
    except KeyFileMissing:
        keys = None
    changed_at = datetime.fromtimestamp(found.st_mtime, UTC)
    return Outside(path, found.st_size, changed_at, keys, backup_files.listed(path))


def backup_to_restore(path: Path, named: str | None) -> Path:
    """The backup that was named (a file, or the name of one beside the vault), else the newest usable one.

    Raises VaultIsBackup where `path` is itself one, BackupMissing.
    """
    path = working_place(path)
    listed = backup_files.listed(path)
    if named is None:
        newest = next((one.path for one in listed if one.usable), None)
        if newest is None:
            raise BackupMissing("vault.error.no_backup", path=str(path))
        return newest
    beside = next((one.path for one in listed if one.path.name == named), None)
    return beside or Path(named)


def keys_for_restoring(path: Path, source: Path) -> Path:
    """Whose key file says who may put a backup back: the vault's while it is whole, else the backup's own."""
    try:
        keyfile.read(place_of(path))
    except (KeyFileMissing, KeyFileDamaged):
        return source
    except VaultError:
        return path
    return path


def outside_lines(found: Outside, texts: Catalog) -> Iterator[str]:
    """What can be seen from the outside, in words."""
    changed = moment(found.changed_at, texts.language)
    yield texts.text("vault.info.file", path=str(found.path), size=_size(found.size), changed=changed)
    keys = found.keys
    if keys is None:
        yield texts.text("vault.info.version_1")
    else:
        yield texts.plural("vault.info.people", len(keys.passphrase_slots))
        costs = sorted({slot.derivation.memory_kib // 1024 for slot in keys.passphrase_slots})
        yield texts.text("vault.info.cost", mib=costs[0])
        kit = keys.recovery_slot
        if kit is None:
            yield texts.text("vault.info.no_kit")
        else:
            yield texts.text("vault.info.kit", threshold=kit.threshold, shares=kit.shares)
        if len(keys.generations) > 1:
            yield texts.text("vault.info.rotating")
    yield texts.plural("vault.info.backups", len(found.backups))
    for one in found.backups:
        yield texts.text(
            f"vault.info.backup{'_' + one.kind if one.kind else ''}",
            name=one.path.name,
            at=moment(one.at, texts.language),
            size=_size(one.size),
        )


def inside_lines(vault: Vault, texts: Catalog) -> Iterator[str]:
    """What only the people of the vault may know, in words."""
    yield texts.plural("vault.info.cases", vault.cases.count())
    for person in vault.people.all():
        role = texts.text(f"vault.role.{person.role}")
        yield texts.text(
            "vault.info.person", name=person.name, role=role, at=moment(person.added_at, texts.language)
        )
    head, keeping = vault.log.head(), vault.keeping
    yield texts.text("vault.info.log", seq=head.seq, hash=head.hash)
    yield texts.text("vault.info.keeping", copies=keeping.copies, days=keeping.days, hours=keeping.hours)


def export_log(vault: Vault, format_: LogFormat, case_id: str | None = None) -> Iterator[str]:
    """The log as lines, of one case or whole; that it was read stands in it as its last entry.

    Raises LogbookError for somebody who may not read it, VaultError.
    """
    if not may_read_log(vault, case_id):
        raise LogbookError("log.error.owners_only" if case_id is None else "log.error.restricted")
    vault.note_log_read(format_, case_id)
    return log_lines(vault, format_, case_id)


def may_read_log(vault: Vault, case_id: str | None = None) -> bool:
    """Whether whoever opened the vault reads its log, or that of one case: the whole is for owners, and that
    of a case which is restricted for them is not read without opening it.
    """
    if vault.person.role == OWNER:
        return True
    found = None if case_id is None else vault.retention.restriction(case_id)
    return case_id is not None and (found is None or found.restricted_by == vault.person.id)


def log_lines(vault: Vault, format_: LogFormat, case_id: str | None = None) -> Iterator[str]:
    """The same for a caller who wrote down that it is read. Raises VaultError.

    jsonl: every field of every entry as stored, one object a line: whoever gets it can check the chain of
    hashes. csv: the same for a spreadsheet, cells that it would take for a formula made harmless.
    """
    entries = vault.log.entries(case_id=case_id)
    return _as_csv(entries) if format_ == "csv" else _as_json(entries)


def _size(count: int) -> str:
    return f"{count / 1024:.0f} kB" if count < 1024**2 else f"{count / 1024**2:.1f} MB"


def _as_json(entries: list[LogEntry]) -> Iterator[str]:
    for entry in entries:
        yield json.dumps(_fields(entry), ensure_ascii=False)


def _as_csv(entries: list[LogEntry]) -> Iterator[str]:
    yield _row(list(LogEntry.__dataclass_fields__))
    for entry in entries:
        yield _row([_harmless(value) for value in _fields(entry).values()])


def _fields(entry: LogEntry) -> dict[str, object]:
    return {**asdict(entry), "at": encode(entry.at), "detail": dict(entry.detail)}


def _harmless(value: object) -> str:
    text = "" if value is None else json.dumps(value) if isinstance(value, dict) else str(value)
    return "'" + text if text.startswith(_FORMULA) else text


def _row(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()
