"""An erased case is gone from every page of the file, its log and its backups, also where no row stands.

The pages are decrypted here (`raw_pages`), so that what SQLite itself would never show is looked at too.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from borg_triage.storage.log import NewLogEntry
from borg_triage.storage.records import Standing
from borg_triage.storage.retention import Retention
from borg_triage.storage.vault import Vault

from .raw_pages import decrypted
from .samples import (
    DAY,
    INSTRUMENT,
    KEY,
    START,
    new_case,
    new_event,
    new_judgement,
    new_observation,
    new_override,
    new_result,
    new_vault,
)


def mark(number: int) -> str:
    return f"kenmerk{number:04d}z"


def everything_on_disk(folder: Path) -> bytes:
    """Every page of every database that the vault made, in plain, and every other file as it is."""
    found = b""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix == ".borgvault":
            found += decrypted(path, KEY)
        elif path.is_file() and not path.name.endswith("-wal"):
            found += path.read_bytes()
    return found


def written_everywhere(vault: Vault, number: int, size: int) -> str:
    """A case with its mark in every field that people type into; its id."""
    cases, text = vault.cases, mark(number) * size
    case = cases.create(replace(new_case(text), opened_by=text)).id
    cases.append_observation(case, new_observation(note=text))
    answer = replace(new_observation(), item=mark(number), value=mark(number), recorded_by=text)
    cases.append_observation(case, answer, Standing(level=mark(number), primary_route=text))
    result = cases.freeze_result(case, new_result(f'["{text}"]'))
    cases.append_judgement(case, replace(new_judgement(result.seq), reason=text))
    cases.append_override(case, replace(new_override(result.seq), reason=text, second_person=text))
    cases.append_event(case, replace(new_event(), payload={text: text}))
    kept = Retention(changed_at=START, changed_by=text, keep_until=DAY, keep_reason=text, hold_reason=text)
    vault.retention.put(case, kept)
    vault.retention.restrict(case, text, START, text)
    return case


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with new_vault(tmp_path) as opened:
        opened.cases.keep_instrument(INSTRUMENT)
        yield opened


def erase(vault: Vault, case_id: str) -> None:
    with vault.saving():
        entry = NewLogEntry(at=START, action="erase", person="S. de Wit", program="1.0.0", case_id=case_id)
        vault.log.append(entry)
        vault.cases.erase(case_id)
    vault.scrub()


@pytest.mark.parametrize("size", [1, 40, 1500])
def test_no_page_holds_anything_of_an_erased_case(vault: Vault, tmp_path: Path, size: int) -> None:
    kept, gone = written_everywhere(vault, 1, size), written_everywhere(vault, 2, size)
    vault.backup()
    before = everything_on_disk(tmp_path)
    assert before.count(mark(2).encode()) > 10
    assert b"CREATE TABLE observation" in before
    erase(vault, gone)
    after = everything_on_disk(tmp_path)
    assert mark(2).encode() not in after
    assert mark(1).encode() in after
    assert vault.cases.get(kept).pseudonym.startswith(mark(1))
    # What was done is still known, by the case's number alone.
    assert [entry.action for entry in vault.log.entries(gone)] == ["erase"]
    assert after.count(gone.encode()) > 0
    assert vault.log.first_broken() is None


# With these, erasing without writing the file anew leaves copies of text between the rows that stay.
@pytest.mark.parametrize("seed", [3, 4, 6])
def test_nothing_stays_between_the_rows_of_a_vault_that_was_worked_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    ids = random.Random(seed)
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=ids.getrandbits(128)))
    with new_vault(tmp_path) as vault:
        erased = []
        for number, case_id in _worked_in(vault, seed):
            vault.cases.erase(case_id)
            erased.append((number, case_id))
        vault.scrub()
        found = everything_on_disk(tmp_path).lower()
        for number, case_id in erased:
            assert mark(number).encode() not in found
            assert case_id.encode() not in found


def _worked_in(vault: Vault, seed: int) -> Iterator[tuple[int, str]]:
    """A vault of many cases that are renamed and added to; those to erase, with more work between."""
    lot = random.Random(seed)
    cases: dict[int, str] = {}

    def work(times: int) -> None:
        for _ in range(times):
            number = lot.choice(list(cases))
            if lot.random() < 0.55:
                vault.cases.rename(cases[number], mark(number) * lot.choice([1, 2, 5, 20, 60, 100]), START)
            else:
                note = mark(number) * lot.choice([0, 1, 3, 10, 100])
                vault.cases.append_observation(cases[number], new_observation(note=note))

    with vault.saving():
        for number in range(200):
            cases[number] = vault.cases.create(new_case(mark(number) * lot.choice([1, 2, 5, 20, 60]))).id
        work(1200)
    for number in lot.sample(sorted(cases), 40):
        yield number, cases.pop(number)
        with vault.saving():
            work(5)


def test_numbers_and_the_chain_go_on_where_they_were(vault: Vault) -> None:
    first = written_everywhere(vault, 1, 1)
    erase(vault, first)
    head = vault.log.head()
    with vault.saving():
        vault.log.append(NewLogEntry(at=START, action="view", person="x", program="1"))
    assert vault.log.head().seq == head.seq + 1
    assert vault.log.first_broken(head) is None
    second = written_everywhere(vault, 2, 1)
    assert vault.cases.observations(second)[0].seq > 2
