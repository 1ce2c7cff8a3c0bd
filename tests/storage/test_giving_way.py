"""Erasing that can wait: whoever wants the vault while the file is written anew gets in and loses nothing."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from borg_triage.storage import erasing, swap
from borg_triage.storage.database import Database
from borg_triage.storage.keying import connect
from borg_triage.storage.log import NewLogEntry
from borg_triage.storage.places import draft_path
from borg_triage.storage.vault import Vault
from tests.storage.samples import KEY, START, new_case, new_event, new_observation, new_vault

MARK = "Zandoogje"


@pytest.fixture
def filled(tmp_path: Path) -> tuple[Vault, str, str]:
    """A vault of some megabytes, a case that stays, and one whose rows were just taken out."""
    vault = new_vault(tmp_path)
    kept, gone = vault.cases.create(new_case()).id, vault.cases.create(new_case(MARK)).id
    with vault.saving():
        for _ in range(60):
            vault.cases.append_event(kept, replace(new_event(), payload={"with": "x" * 40_000}))
    vault.cases.append_observation(gone, new_observation(note=MARK))
    vault.backup()
    with vault.saving():
        told = NewLogEntry(at=START, action="erase", person="S. de Wit", program="1.0.0", case_id=gone)
        vault.log.append(told)
        vault.cases.erase(gone)
        erasing.begin(vault.settings)
    return vault, kept, gone


def is_stored(vault: Vault, case_id: str, note: str) -> bool:
    return any(row.note == note for row in vault.cases.observations(case_id))


def test_who_wants_the_vault_while_rows_are_copied_gets_in_and_the_rest_waits(
    filled: tuple[Vault, str, str],
) -> None:
    vault, kept, _ = filled
    threads: list[threading.Thread] = []

    def answers() -> None:
        vault.cases.append_observation(kept, new_observation(note="meanwhile"))

    def no() -> bool:
        if not threads:
            threads.append(threading.Thread(target=answers))
            threads[0].start()
            while not vault._database.wanted:
                time.sleep(0.001)
        return False

    assert vault.finish_erasing(no) is False
    threads[0].join()
    assert is_stored(vault, kept, "meanwhile")
    assert vault.erasing_left().file
    assert not draft_path(vault.path).exists()
    assert vault.finish_erasing(lambda: False) is True
    assert is_stored(vault, kept, "meanwhile")
    assert not vault.erasing_left().any
    assert vault.log.first_broken() is None
    vault.close()


def test_what_is_stored_while_the_copy_is_verified_outlives_it(filled: tuple[Vault, str, str]) -> None:
    vault, kept, _ = filled

    def change(copy: Database) -> None:
        erasing.file_is_written(copy)
        vault.cases.append_observation(kept, new_observation(note="meanwhile"))

    database, key = vault._database, vault._unlocked.key
    assert swap.rewritten_giving_way(database, key, change, lambda: False) is False
    assert is_stored(vault, kept, "meanwhile")
    assert not draft_path(vault.path).exists()
    assert vault.finish_erasing(lambda: False) is True
    path, aside = vault.path, vault.path.with_name("elsewhere.borgvault")
    vault.close()
    with Vault.open(path, KEY) as again:
        assert is_stored(again, kept, "meanwhile")
        assert not again.erasing_left().any
    shutil.copy(path, aside)
    assert connect(aside, KEY).execute("SELECT count(*) FROM observation").fetchone() == (1,)


def test_reading_while_the_copy_is_verified_costs_it_nothing(filled: tuple[Vault, str, str]) -> None:
    vault, kept, _ = filled
    seen: list[str] = []

    def change(copy: Database) -> None:
        erasing.file_is_written(copy)
        seen.append(vault.cases.get(kept).pseudonym)

    database, key = vault._database, vault._unlocked.key
    assert swap.rewritten_giving_way(database, key, change, lambda: False) is True
    assert seen == [new_case().pseudonym]
    assert not vault.erasing_left().file
    vault.close()


def test_a_vault_that_is_closed_meanwhile_opens_as_it_was(filled: tuple[Vault, str, str]) -> None:
    vault, kept, _ = filled
    path = vault.path

    def change(copy: Database) -> None:
        erasing.file_is_written(copy)
        vault.close()

    database, key = vault._database, vault._unlocked.key
    with pytest.raises(Exception, match=r"vault\.error\.closed"):
        swap.rewritten_giving_way(database, key, change, lambda: False)
    with Vault.open(path, KEY) as again:
        assert again.cases.get(kept).id == kept
        assert again.erasing_left().file
        assert again.finish_erasing() is True
        assert not again.erasing_left().any


def test_asked_to_give_way_it_changes_nothing(filled: tuple[Vault, str, str]) -> None:
    vault, _, _ = filled
    before = vault.path.stat().st_ino
    assert vault.finish_erasing(lambda: True) is False
    assert vault.path.stat().st_ino == before
    assert vault.erasing_left().file
    assert not draft_path(vault.path).exists()
    vault.close()
