"""Made-up records and quick ways to a vault. Nobody in here exists."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from borg_triage.storage import erasing
from borg_triage.storage.backup_files import Backup
from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.log import NewLogEntry
from borg_triage.storage.places import key_paths, wal_path
from borg_triage.storage.records import (
    Instrument,
    NewCase,
    NewEvent,
    NewJudgement,
    NewObservation,
    NewOverride,
    NewResult,
)
from borg_triage.storage.vault import Vault
from tests.copies import lay_copy

# A raw key opens in milliseconds; the tests of passphrases pay for the derivation themselves.
KEY = RawKey(bytes(range(32)))
PASSPHRASE = "vier groene fietsen bij de brug"
# Of a colleague.
HERS = "drie witte zwanen op het dak"
NAME = "S. de Wit"
START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
DAY = date(2026, 3, 1)
INSTRUMENT = Instrument(
    id="triage", version="1.0", sha256="ab" * 32, content=b"[instrument]\nid = 'triage'\n"
)


def new_vault(folder: Path, name: str = "team.borgvault") -> Vault:
    return Vault.create(folder / name, KEY)


def copied_vault(folder: Path) -> Vault:
    """The same, made once."""
    lay_copy(folder, _make_vault)
    return Vault.open(folder / "team.borgvault", KEY)


def _make_vault(folder: Path) -> None:
    new_vault(folder).close()


def staffed_vault(path: Path, passphrase: str = PASSPHRASE) -> Vault:
    """A new vault that NAME opens with a passphrase, as cheap to open as is allowed."""
    return Vault.create(path, passphrase, NAME, Cost.floor())


def copied_staffed_vault(folder: Path) -> Vault:
    """The same, made once and locked, opened."""
    lay_copy(folder, _make_staffed_vault)
    return Vault.open(folder / "team.borgvault", PASSPHRASE, NAME)


def _make_staffed_vault(folder: Path) -> None:
    staffed_vault(folder / "team.borgvault").close()


def new_case(pseudonym: str = "Mevrouw Zonnebloem", at: datetime = START) -> NewCase:
    return NewCase(
        pseudonym=pseudonym, user_group="veilig_thuis", language="nl", opened_at=at, opened_by="S. de Wit"
    )


def new_observation(
    item: str = "flag.stalking", value: str = "yes", note: str = "", retracts: int | None = None
) -> NewObservation:
    return NewObservation(
        item=item,
        value=value,
        source="victim",
        said_on=DAY,
        recorded_at=START + timedelta(minutes=5),
        recorded_by="S. de Wit",
        note=note,
        retracts=retracts,
    )


def new_result(output: str = "{}") -> NewResult:
    return NewResult(
        made_at=START,
        made_by="S. de Wit",
        instrument_id=INSTRUMENT.id,
        instrument_version=INSTRUMENT.version,
        instrument_sha256=INSTRUMENT.sha256,
        assessed_on=DAY,
        input_json='{"answers": {}}',
        output_json=output,
    )


def new_judgement(result_seq: int | None = None) -> NewJudgement:
    return NewJudgement(
        level="high",
        pattern="intimate_terror_possible",
        reason="Zij kijkt steeds naar de deur.",
        at=START,
        by="S. de Wit",
        result_seq=result_seq,
    )


def new_override(result_seq: int | None = None) -> NewOverride:
    return NewOverride(
        level_from="high",
        level_to="acute",
        pattern_from="undetermined",
        pattern_to="undetermined",
        reason="Hij belde tijdens het gesprek.",
        at=START,
        by="S. de Wit",
        result_seq=result_seq,
    )


def new_event(kind: str = "acute_call") -> NewEvent:
    return NewEvent(
        kind=kind,
        payload={"called": "112", "spoke_with": "meldkamer"},
        happened_at=START,
        recorded_at=START + timedelta(minutes=1),
        by="S. de Wit",
    )


def erase(vault: Vault, case_id: str, purpose: str = "") -> Backup:
    """What the program does to erase a case (it also looks whether it may)."""
    told = NewLogEntry(
        at=START,
        action="erase",
        person=vault.person.name,
        person_id=vault.person.id or None,
        program="0",
        case_id=case_id,
        purpose=purpose,
    )
    with vault.saving():
        vault.cases.erase(case_id)
        vault.log.append(told)
        erasing.begin(vault.settings)
    return vault.scrub()


def taken_out(backup: Path) -> Path:
    """A copy of a backup under a name that opens, beside the vault: a backup itself does not."""
    copy = backup.parent.with_name("kopie.borgvault")
    files = zip(
        (backup, wal_path(backup), *key_paths(backup)), (copy, wal_path(copy), *key_paths(copy)), strict=True
    )
    for one, other in files:
        other.unlink(missing_ok=True)
        if one.exists():
            shutil.copyfile(one, other)
    return copy


def filled_vault(folder: Path, cases: int = 3, answers: int = 20) -> Path:
    """A closed vault with some cases; where it lies."""
    with new_vault(folder) as vault:
        vault.cases.keep_instrument(INSTRUMENT)
        for number in range(cases):
            case = vault.cases.create(new_case(f"Mevrouw Zonnebloem {number}"))
            for answer in range(answers):
                note = f"Zij vertelde dit zelf, keer {answer}. " * 10
                vault.cases.append_observation(case.id, new_observation(f"flag.item_{answer}", note=note))
            vault.cases.freeze_result(case.id, new_result())
        return vault.path


def actions(vault: Vault) -> list[tuple[str, str]]:
    return [(entry.person, entry.action) for entry in vault.log.entries()]
