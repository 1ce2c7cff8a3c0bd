"""The log: written together with what it tells of, never changed, and broken where somebody touched it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from borg_triage.storage import migrate
from borg_triage.storage.database import Database
from borg_triage.storage.errors import CaseMissing, RecordRefused
from borg_triage.storage.log import (
    ACTIONS,
    Broken,
    Head,
    LogStore,
    NewLogEntry,
    canonical,
)
from borg_triage.storage.vault import Vault

from .samples import START, new_case

CASE = "11111111-2222-4333-8444-555555555555"
COLUMNS = (
    *("at", "person_id", "person", "role", "on_behalf_of", "case_id", "action", "purpose", "recipient"),
    *("detail", "program", "instrument", "previous", "hash"),
)


def new_entry(action: str = "view", **more: Any) -> NewLogEntry:
    return NewLogEntry(**{"at": START, "action": action, "person": "S. de Wit", "program": "1.0.0", **more})


lines = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40)
entries = st.builds(
    NewLogEntry,
    at=st.integers(0, 10**6).map(lambda seconds: START + timedelta(seconds=seconds)),
    action=st.sampled_from(sorted(ACTIONS)),
    person=lines,
    program=st.sampled_from(["1.0.0", "1.1.0"]),
    person_id=st.none() | st.just("p1"),
    role=st.sampled_from(["", "owner"]),
    on_behalf_of=lines,
    case_id=st.none() | st.just(CASE),
    purpose=lines,
    recipient=lines,
    detail=st.fixed_dictionaries({}, optional={"seq": st.integers(0, 9), "kind": st.just("pdf")}),
    instrument=st.sampled_from(["", "intimate_terror 1.0.0"]),
)


@cache
def new_database() -> dbapi2.Connection:
    """With our schema, made once: every example takes a copy."""
    connection = dbapi2.connect(":memory:", isolation_level=None)
    migrate.run_all(Database(connection, Path(__file__)))
    return connection


@contextmanager
def memory() -> Iterator[Database]:
    """A database with our schema, and nothing in it that a program must wait for."""
    connection = dbapi2.connect(":memory:", isolation_level=None)
    new_database().backup(connection)
    # A transaction looks whether the file is still there; any file is.
    database = Database(connection, Path(__file__))
    try:
        yield database
    finally:
        database.close()


def filled(database: Database, new: list[NewLogEntry]) -> LogStore:
    log = LogStore(database)
    for entry in new:
        log.append(entry)
    assert log.first_broken() is None
    return log


def tamper(database: Database, *statements: str) -> None:
    """Do what only somebody with the key and another program can."""
    for name in ("log_no_update", "log_no_delete", "log_no_replace", "vault_fixed"):
        database.execute(f"DROP TRIGGER IF EXISTS {name}")
    # No foreign key and no check stands in the way of a tool that turns them off.
    database.execute("PRAGMA ignore_check_constraints = ON")
    for statement in statements:
        database.execute(statement)


# ---------------------------------------------------------------- writing and reading


@given(st.lists(entries, max_size=6))
def test_what_is_written_is_read_in_that_order(new: list[NewLogEntry]) -> None:
    with memory() as database:
        log = filled(database, new)
        read = log.entries()
        assert [entry.seq for entry in read] == list(range(1, len(new) + 1))
        assert [_bare(entry) for entry in read] == new
        assert [entry.previous for entry in read[1:]] == [entry.hash for entry in read[:-1]]
        assert log.head() == (Head(read[-1].seq, read[-1].hash) if read else Head(0, log.head().hash))


def _bare(entry: Any) -> NewLogEntry:
    return NewLogEntry(**{name: getattr(entry, name) for name in NewLogEntry.__dataclass_fields__})


def test_append_gives_back_what_is_stored(vault: Vault) -> None:
    log = LogStore(vault._database)
    written = log.append(new_entry(detail={"seq": 3, "kind": "observation"}, case_id=CASE))
    assert log.entries()[-1] == written


def test_entries_by_case_by_person_and_by_page(vault: Vault) -> None:
    log = LogStore(vault._database)
    start = log.head().seq
    for number in range(6):
        log.append(new_entry(case_id=CASE if number % 2 else None, person_id="p1" if number < 3 else "p2"))
    seqs = [entry.seq - start for entry in log.entries(CASE)]
    assert seqs == [2, 4, 6]
    assert [entry.seq - start for entry in log.entries(CASE, person="p2")] == [4, 6]
    assert [entry.seq - start for entry in log.entries(after=start + 4)] == [5, 6]
    assert [entry.seq - start for entry in log.entries(after=start, limit=2)] == [1, 2]
    assert log.entries("another") == []


def test_an_entry_and_what_it_tells_of_are_stored_together_or_not_at_all(vault: Vault) -> None:
    database, log = vault._database, LogStore(vault._database)
    before = log.head()
    with pytest.raises(RecordRefused), database.transaction():  # noqa: PT012
        case = vault.cases.create(new_case())
        log.append(new_entry("add", case_id=case.id))
        log.append(new_entry("no such action"))
    assert (vault.cases.count(), log.head(), log.first_broken()) == (0, before, None)
    with database.transaction():
        case = vault.cases.create(new_case())
        log.append(new_entry("add", case_id=case.id))
    assert (vault.cases.count(), log.head().seq) == (1, before.seq + 1)


def test_an_entry_outlives_its_case(vault: Vault) -> None:
    log = LogStore(vault._database)
    case = vault.cases.create(new_case())
    log.append(new_entry("add", case_id=case.id))
    vault.cases.erase(case.id)
    log.append(new_entry("erase", case_id=case.id))
    with pytest.raises(CaseMissing):
        vault.cases.get(case.id)
    assert [entry.action for entry in log.entries(case.id)] == ["add", "erase"]
    assert log.first_broken() is None


# ---------------------------------------------------------------- what it does not take


@pytest.mark.parametrize(
    "detail",
    [
        {"note": "zij woont bij haar zus"},
        {"kind": "Zij woont bij haar zus"},
        {"kind": ""},
        {"kind": 3},
        {"seq": "3"},
        {"seq": -1},
        {"seq": True},
        {"seq": 1.5},
        {"seq": None},
        {"person": "zonnebloem"},
        {"person": "Zonnebloem"},
        {"backup": "Blijf van mijn lijf Rotterdam"},
        {"sha256": ["ab" * 32]},
        {"from_version": "versie van haar"},
        {"kind": {"note": "x"}},
    ],
)
def test_a_detail_holds_no_content(vault: Vault, detail: dict[str, Any]) -> None:
    log = LogStore(vault._database)
    before = log.head()
    with pytest.raises(RecordRefused) as caught:
        log.append(new_entry(detail=detail))
    assert "zus" not in str(caught.value)
    assert log.head() == before


def test_a_detail_holds_ids_kinds_and_counts(vault: Vault) -> None:
    detail = {
        "seq": 3,
        "count": 0,
        "kind": "observation",
        "setting": "retention.police.visible_years",
        "person": CASE,
        "backup": "20261122T101500Z",
        "sha256": hashlib.sha256(b"").hexdigest(),
        "from_version": "1.0.0",
    }
    assert LogStore(vault._database).append(new_entry(detail=detail)).detail == detail


@pytest.mark.parametrize(
    "change",
    [
        {"action": "looked"},
        {"purpose": "x" * 201},
        {"recipient": "een\ntwee"},
        {"on_behalf_of": "een\u2028twee"},
        {"person": "x" * 201},
    ],
)
def test_an_entry_out_of_form_is_refused(vault: Vault, change: dict[str, Any]) -> None:
    with pytest.raises(RecordRefused):
        LogStore(vault._database).append(replace(new_entry(), **change))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET person = 'iemand anders'",
        "UPDATE OR REPLACE log SET seq = 1",
        "DELETE FROM log",
        "INSERT OR REPLACE INTO log SELECT * FROM log",
        "INSERT INTO log SELECT * FROM log WHERE TRUE ON CONFLICT DO UPDATE SET person = 'x'",
        "UPDATE vault SET id = lower(hex(randomblob(16)))",
        "DELETE FROM vault",
        "INSERT OR REPLACE INTO vault VALUES (1, lower(hex(randomblob(16))), '2026-01-01T00:00:00.000000Z')",
    ],
)
def test_the_vault_itself_refuses_to_change_the_log(vault: Vault, statement: str) -> None:
    log = LogStore(vault._database)
    log.append(new_entry())
    log.append(new_entry("add"))
    before = log.entries()
    with pytest.raises(RecordRefused), vault._database.transaction():
        vault._database.execute(statement)
    assert (log.entries(), log.first_broken()) == (before, None)


# ---------------------------------------------------------------- the chain


chains = st.lists(entries, min_size=2, max_size=7)


@given(chains, st.data())
def test_any_change_of_one_field_is_named_at_its_entry(new: list[NewLogEntry], data: st.DataObject) -> None:
    with memory() as database:
        log = filled(database, new)
        seq = data.draw(st.integers(1, len(new)), "seq")
        column = data.draw(st.sampled_from(COLUMNS), "column")
        row = database.row(f"SELECT {column} FROM log WHERE seq = ?", (seq,))
        assert row is not None
        forms = {"previous": st.just("0" * 64), "hash": st.just("f" * 64), "detail": st.just('{"seq": 99}')}
        value = data.draw(forms.get(column, lines).filter(lambda text: text != row[0]), "value")
        tamper(database)
        database.execute(f"UPDATE log SET {column} = ? WHERE seq = ?", (value, seq))
        assert log.first_broken() == Broken(seq, "changed")


@given(chains, st.data())
def test_an_entry_taken_out_is_named(new: list[NewLogEntry], data: st.DataObject) -> None:
    with memory() as database:
        log = filled(database, new)
        first = data.draw(st.integers(1, len(new)), "first")
        last = data.draw(st.integers(first, len(new)), "last")
        tamper(database, f"DELETE FROM log WHERE seq BETWEEN {first} AND {last}")
        assert log.first_broken() == Broken(first, "missing")
        # Nor does writing on hide the hole.
        log.append(new_entry())
        assert log.first_broken() == Broken(first, "missing")


@given(chains, st.data())
def test_closing_the_gap_after_taking_out_is_named(new: list[NewLogEntry], data: st.DataObject) -> None:
    with memory() as database:
        log = filled(database, new)
        seq = data.draw(st.integers(1, len(new) - 1), "seq")
        tamper(
            database,
            f"DELETE FROM log WHERE seq = {seq}",
            f"UPDATE log SET seq = -seq WHERE seq > {seq}",
            "UPDATE log SET seq = -seq - 1 WHERE seq < 0",
            "UPDATE sqlite_sequence SET seq = seq - 1 WHERE name = 'log'",
        )
        assert log.first_broken() == Broken(seq, "changed")


@given(chains, st.data())
def test_two_entries_exchanged_are_named_at_the_first(new: list[NewLogEntry], data: st.DataObject) -> None:
    with memory() as database:
        log = filled(database, new)
        first = data.draw(st.integers(1, len(new) - 1), "first")
        second = data.draw(st.integers(first + 1, len(new)), "second")
        tamper(
            database,
            f"UPDATE log SET seq = -1 WHERE seq = {first}",
            f"UPDATE log SET seq = {first} WHERE seq = {second}",
            f"UPDATE log SET seq = {second} WHERE seq = -1",
        )
        assert log.first_broken() == Broken(first, "changed")


@given(chains, entries, st.booleans(), st.data())
def test_an_entry_put_in_is_named(
    new: list[NewLogEntry], extra: NewLogEntry, well_made: bool, data: st.DataObject
) -> None:
    """Even one whose own hash fits: then the entry that stood there before no longer does."""
    with memory() as database:
        log = filled(database, new)
        seq = data.draw(st.integers(1, len(new)), "seq")
        made = log.append(extra)
        previous = log.entries()[seq - 2].hash if seq > 1 else log.entries()[0].previous
        tamper(
            database,
            f"UPDATE log SET seq = -seq WHERE seq BETWEEN {seq} AND {len(new)}",
            f"UPDATE log SET seq = {seq} WHERE seq = {made.seq}",
            "UPDATE log SET seq = -seq + 1 WHERE seq < 0",
        )
        if well_made:
            database.execute("UPDATE log SET previous = ? WHERE seq = ?", (previous, seq))
            database.execute("UPDATE log SET hash = ? WHERE seq = ?", (_hash_of(database, seq), seq))
        assert log.first_broken() == Broken(seq + well_made, "changed")


def _hash_of(database: Database, seq: int) -> str:
    """The hash as anybody can work it out from an exported log: canonical JSON of all but the hash."""
    names = ("seq", *COLUMNS[:-1])
    row = database.row(f"SELECT {', '.join(names)} FROM log WHERE seq = ?", (seq,))
    assert row is not None
    text = json.dumps(
        dict(zip(names, row, strict=True)), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("seq", [0, -1, -(2**63)])
def test_an_entry_before_the_first_is_named(seq: int) -> None:
    with memory() as database:
        log = filled(database, [new_entry(), new_entry("add")])
        names = ", ".join(COLUMNS)
        tamper(database, f"INSERT INTO log (seq, {names}) SELECT {seq}, {names} FROM log WHERE seq = 1")
        assert log.first_broken() == Broken(seq, "changed")


@given(chains, st.data())
def test_a_cut_tail_is_named_even_with_its_counter_turned_back(
    new: list[NewLogEntry], data: st.DataObject
) -> None:
    with memory() as database:
        log = filled(database, new)
        known = log.head()
        seq = data.draw(st.integers(1, len(new)), "seq")
        tamper(
            database,
            f"DELETE FROM log WHERE seq >= {seq}",
            f"UPDATE sqlite_sequence SET seq = {seq - 1} WHERE name = 'log'",
        )
        # Whoever has the key can do this; only a head kept elsewhere shows it.
        assert log.first_broken() is None
        assert log.first_broken(known) == Broken(seq, "missing")


def test_a_log_made_anew_is_told_from_the_one_whose_head_was_kept() -> None:
    with memory() as first, memory() as second:
        known = filled(first, [new_entry(), new_entry("export"), new_entry("lock")]).head()
        other = LogStore(second)
        tamper(second)
        second.execute("UPDATE vault SET id = ?", tuple(first.rows("SELECT id FROM vault")[0]))
        for action in ("view", "lock", "lock", "view"):
            other.append(new_entry(action))
        assert other.first_broken() is None
        assert other.first_broken(known) == Broken(3, "other_head")
        assert LogStore(first).first_broken(known) is None


def test_a_log_belongs_to_one_vault() -> None:
    with memory() as first:
        log = filled(first, [new_entry(), new_entry("add")])
        tamper(first, "UPDATE vault SET id = lower(hex(randomblob(16)))")
        assert log.first_broken() == Broken(1, "changed")


def test_a_long_log_is_read_through() -> None:
    with memory() as database:
        log = filled(database, [new_entry()])
        with database.transaction():
            for _ in range(2400):
                log.append(new_entry("add"))
        assert log.first_broken() is None
        tamper(database, "UPDATE log SET person = 'x' WHERE seq = 2345")
        assert log.first_broken() == Broken(2345, "changed")


def test_canonical_text_does_not_depend_on_the_order_of_names() -> None:
    assert canonical({"b": "é", "a": 1}) == canonical({"a": 1, "b": "é"}) == '{"a":1,"b":"é"}'.encode()
