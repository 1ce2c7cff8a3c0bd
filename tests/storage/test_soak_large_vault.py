"""The benchmark of a large vault (`make bench`), small: it runs, and what it measures is what it says."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from borg_triage.storage import migrate
from borg_triage.storage.vault import Vault
from tests import bench_vault
from tests.bench_vault_made import ANSWERS, NAME, PASSPHRASE, database_key, in_plain, make


def held_to(figures: bench_vault.Figures) -> None:
    """What the README promises of 100,000 cases."""
    ours, bare = (figures.took["search"][side] for side in ("ours", "bare"))
    assert figures.took["open"]["ours"].middle < 300
    assert ours.high < 50
    assert ours.high < 1.3 * bare.high
    assert figures.memory is None or figures.memory < 300


@pytest.mark.timeout(300)
def test_the_benchmark_runs(capsys: pytest.CaptureFixture[str]) -> None:
    bench_vault.main(200, rounds=1, count=1)
    lines = capsys.readouterr().out.splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 2 + 5
    assert all(line.count("|") == 4 for line in table)
    assert "200 cases with 16,000 answers" in table[2]


@pytest.mark.soak
def test_a_hundred_thousand_cases(capsys: pytest.CaptureFixture[str]) -> None:
    figures = bench_vault.measured(bench_vault.CASES, rounds=4, count=10)
    with capsys.disabled():
        for row in bench_vault.rows(figures, bench_vault.CASES):
            print(f"\n| {' | '.join(row)} |")
    held_to(figures)


def test_the_made_up_vault_is_a_vault_and_its_copy_the_same_in_plain(tmp_path: Path) -> None:
    path, plain = tmp_path / "large.borgvault", tmp_path / "large.sqlite"
    make(path, 30)
    in_plain(path, database_key(path), plain)
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        migrate.check_schema(vault._database)
        cases = vault.cases.list(limit=1000)
        assert len(cases) == 30
        assert all(len(vault.cases.observations(case.id)) == ANSWERS for case in cases)
        assert vault.log.head().seq >= 30 * ANSWERS
        names = {case.pseudonym for case in cases}
    connection = sqlite3.connect(plain)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert {row[0] for row in connection.execute("SELECT pseudonym FROM case_file")} == names
    assert connection.execute("SELECT count(*) FROM observation").fetchone() == (30 * ANSWERS,)
    connection.close()


def test_on_a_disk_without_room_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="GB are needed"):
        bench_vault.refuse_without_room(tmp_path, 10**9)
