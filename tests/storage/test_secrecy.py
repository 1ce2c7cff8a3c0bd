"""Nothing that people typed lies on disk in plain: not in the vault, its log, nor a temporary file."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from borg_triage.storage.records import Standing
from borg_triage.storage.vault import Vault

from .samples import (
    INSTRUMENT,
    NAME,
    PASSPHRASE,
    START,
    new_case,
    new_event,
    new_judgement,
    new_observation,
    new_override,
    new_result,
    staffed_vault,
)

NEEDLES = [f"Kruidnagelstraat {number} achter" for number in range(60)]
FORMS = ("utf-8", "utf-16-le", "utf-16-be")


def found_in(folder: Path, needles: list[str]) -> list[tuple[str, str]]:
    """Which needles lie in which files; read by another program, which cannot drop the vault's lock."""
    script = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())"
    hits = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            command = [sys.executable, "-c", script, str(path)]
            content = subprocess.run(command, capture_output=True, check=True).stdout.lower()
            hits += [
                (needle, path.name)
                for needle in needles
                if any(needle.lower().encode(form) in content for form in FORMS)
            ]
    return hits


def a_day_of_work(vault: Vault) -> None:
    """Every field that people type into, with a needle each."""
    cases, lot = vault.cases, iter(NEEDLES)
    cases.keep_instrument(replace(INSTRUMENT, content=next(lot).encode()))
    vault.settings.put(next(lot), next(lot))
    standing = Standing(level=next(lot), pattern=next(lot), primary_route=next(lot), next_deadline=START)
    case = cases.create(replace(new_case(next(lot)), opened_by=next(lot), language=next(lot)))
    for _ in range(20):
        cases.append_observation(case.id, new_observation(note=next(lot)))
    answer = replace(new_observation(), item=next(lot), value=next(lot), recorded_by=next(lot))
    cases.append_observation(case.id, answer, standing)
    result = cases.freeze_result(case.id, replace(new_result(f'["{next(lot)}"]'), made_by=next(lot)))
    judgement = replace(new_judgement(result.seq), reason=next(lot), by=next(lot))
    cases.append_judgement(case.id, judgement)
    override = replace(new_override(result.seq), reason=next(lot), second_person=next(lot))
    cases.append_override(case.id, override)
    cases.append_event(case.id, replace(new_event(next(lot)), payload={next(lot): next(lot)}))
    cases.rename(case.id, next(lot), START)
    cases.list(next(lot))
    # A sort too large for the page cache is what would go to a temporary file.
    with vault._database.transaction():
        for number in range(3000):
            cases.append_observation(case.id, new_observation(note=f"{number % 97} {NEEDLES[0]} " * 60))
    vault._database.rows("PRAGMA cache_size = 10")
    assert len(vault._database.rows("SELECT note FROM observation ORDER BY note, item, seq DESC")) == 3021


@pytest.mark.parametrize("killed", [False, True])
def test_no_plain_text_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: bool) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for name in ("SQLITE_TMPDIR", "TMPDIR", "TMP", "TEMP"):
        monkeypatch.setenv(name, str(temporary))
    vault = staffed_vault(tmp_path / "v.borgvault")
    a_day_of_work(vault)
    secrets = [*NEEDLES, PASSPHRASE, NAME, "SQLite format 3", "CREATE TABLE", "pseudonym"]
    assert (tmp_path / "v.borgvault-wal").stat().st_size > 1_000_000
    assert found_in(tmp_path, secrets) == []
    if not killed:
        vault.close()
        assert not (tmp_path / "v.borgvault-wal").exists()
    assert found_in(tmp_path, secrets) == []
    assert list(temporary.iterdir()) == []
    vault.close()


def test_the_search_above_finds_what_is_in_plain(tmp_path: Path) -> None:
    (tmp_path / "brief").write_bytes(b"\0x" + NEEDLES[3].upper().encode("utf-16-le"))
    assert found_in(tmp_path, NEEDLES) == [(NEEDLES[3], "brief")]


def test_errors_name_no_content(vault: Vault) -> None:
    case = vault.cases.create(new_case())
    note = NEEDLES[0]
    with pytest.raises(Exception, match="refused") as caught:
        vault.cases.append_observation(case.id, replace(new_observation(note=note), source=note))
    assert note not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_erasing_empties_the_log_that_held_the_pages_as_they_were(vault: Vault) -> None:
    log = vault.path.with_name(vault.path.name + "-wal")
    case = vault.cases.create(new_case())
    vault.cases.append_observation(case.id, new_observation(note="weg"))
    assert log.stat().st_size > 0
    vault.cases.erase(case.id)
    assert log.stat().st_size == 0
