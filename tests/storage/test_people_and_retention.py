"""Who opens a vault, and what was set for a case's stay: kept, never in the way of the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from borg_triage.storage.errors import CaseMissing, RecordRefused
from borg_triage.storage.people import (
    LONGEST_NAME,
    MEMBER,
    OWNER,
    LastOwner,
    NameRefused,
    PeopleStore,
    PersonExists,
    PersonMissing,
)
from borg_triage.storage.retention import Retention, RetentionStore
from borg_triage.storage.vault import Vault

from .samples import DAY, START, new_case

LATER = START + timedelta(days=40)
SET = Retention(
    changed_at=LATER,
    changed_by="S. de Wit",
    profile="shelter",
    clock_start=START,
    handed_over_at=LATER,
    working_copy=False,
    keep_until=DAY,
    keep_reason="jongste kind",
    hold_reason="klacht",
)


@pytest.fixture
def people(vault: Vault) -> PeopleStore:
    return PeopleStore(vault._database)


@pytest.fixture
def retention(vault: Vault) -> RetentionStore:
    return RetentionStore(vault._database)


# ---------------------------------------------------------------- people


def test_people_are_found_by_name_slot_and_id(people: PeopleStore) -> None:
    added = people.add("  Renée   de Wit ", OWNER, "slot1", START, "install")
    assert (added.name, added.role, added.added_at) == ("Renée de Wit", OWNER, START)
    assert people.by_name("renee DE wit") == people.by_slot("slot1") == people.get(added.id) == added
    assert people.by_name("Renée") is None
    assert people.by_slot("slot2") is None


def test_nobody_has_the_name_of_another(people: PeopleStore) -> None:
    first = people.add("Anna Bos", OWNER, "slot1", START, "x")
    with pytest.raises(PersonExists):
        people.add("anna bós", MEMBER, "slot2", START, "x")
    second = people.add("Anna B. Bos", MEMBER, "slot2", START, "x")
    with pytest.raises(PersonExists):
        people.rename(second.id, "ANNA BOS")
    assert people.rename(first.id, "Anna Bós").name == "Anna Bós"
    assert [person.name for person in people.all()] == ["Anna Bós", "Anna B. Bos"]


def test_who_left_and_comes_back_is_a_new_person(people: PeopleStore) -> None:
    owner = people.add("Anna Bos", OWNER, "slot1", START, "x")
    gone = people.add("Kees Vos", MEMBER, "slot2", START, "Anna Bos")
    assert people.withdraw(gone.id, LATER, "Anna Bos").withdrawn_at == LATER
    assert people.by_name("Kees Vos") is None
    again = people.add("Kees Vos", MEMBER, "slot3", LATER, "Anna Bos")
    assert again.id != gone.id
    assert people.all() == [owner, again]
    assert [person.withdrawn_by for person in people.all(withdrawn=True)] == [None, "Anna Bos", None]
    for change in (
        lambda: people.withdraw(gone.id, LATER, "x"),
        lambda: people.set_slot(gone.id, "slot4"),
        lambda: people.set_role(gone.id, OWNER),
        lambda: people.rename(gone.id, "Ander"),
        lambda: people.get("00000000-0000-4000-8000-000000000000"),
    ):
        with pytest.raises(PersonMissing):
            change()


def test_an_owner_always_remains(people: PeopleStore) -> None:
    owner = people.add("Anna Bos", OWNER, "slot1", START, "x")
    member = people.add("Kees Vos", MEMBER, "slot2", START, "x")
    with pytest.raises(LastOwner):
        people.withdraw(owner.id, LATER, "x")
    with pytest.raises(LastOwner):
        people.set_role(owner.id, MEMBER)
    people.set_role(member.id, OWNER)
    people.withdraw(owner.id, LATER, "x")
    with pytest.raises(LastOwner):
        people.set_role(member.id, MEMBER)


@pytest.mark.parametrize("name", ["", "   ", "\u0301", "een\x00twee", "x" * (LONGEST_NAME + 1), "a\u202eb"])
def test_a_name_that_cannot_be_read_back_is_refused(people: PeopleStore, name: str) -> None:
    with pytest.raises(NameRefused):
        people.add(name, OWNER, "slot1", START, "x")
    assert people.all(withdrawn=True) == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM person",
        "UPDATE person SET id = lower(id) || 'x'",
        "UPDATE person SET added_by = 'x'",
        "UPDATE person SET added_at = withdrawn_at",
        "UPDATE person SET role = 'chief'",
        "UPDATE person SET withdrawn_at = added_at WHERE slot_id = 'slot1'",
        "UPDATE person SET withdrawn_at = NULL, withdrawn_by = NULL WHERE slot_id = 'slot2'",
        "UPDATE OR REPLACE person SET slot_id = 'slot2' WHERE slot_id = 'slot1'",
        "INSERT OR REPLACE INTO person SELECT * FROM person",
    ],
)
def test_the_vault_itself_keeps_its_people(vault: Vault, people: PeopleStore, statement: str) -> None:
    people.add("Anna Bos", OWNER, "slot1", START, "x")
    gone = people.add("Kees Vos", MEMBER, "slot2", START, "x")
    people.withdraw(gone.id, LATER, "x")
    before = people.all(withdrawn=True)
    with pytest.raises(RecordRefused), vault._database.transaction():
        vault._database.execute(statement)
    assert people.all(withdrawn=True) == before


# ---------------------------------------------------------------- retention


def test_what_was_set_for_a_case_comes_back(vault: Vault, retention: RetentionStore) -> None:
    case, other = vault.cases.create(new_case("een")), vault.cases.create(new_case("twee"))
    assert (retention.get(case.id), retention.clock(case.id).retention) == (None, None)
    retention.put(case.id, SET)
    assert retention.get(case.id) == SET
    bare = Retention(changed_at=LATER, changed_by="x")
    retention.put(case.id, bare)
    vault.cases.close_case(case.id, LATER)
    clocks = retention.clocks()
    assert [clock.case_id for clock in clocks] == [case.id, other.id]
    assert (clocks[0].retention, clocks[1].retention) == (bare, None)
    assert (clocks[0].opened_at, clocks[0].closed_at) == (START, LATER)
    assert retention.clock(case.id) == clocks[0]


def test_a_day_to_keep_until_needs_its_reason(vault: Vault, retention: RetentionStore) -> None:
    case = vault.cases.create(new_case())
    for wrong in (replace(SET, keep_reason=""), replace(SET, keep_until=None)):
        with pytest.raises(RecordRefused):
            retention.put(case.id, wrong)
    assert retention.get(case.id) is None


def test_a_restriction_stays_as_it_was_made(vault: Vault, retention: RetentionStore) -> None:
    case = vault.cases.create(new_case())
    made = retention.restrict(case.id, "person1", START, "bekende van een collega")
    assert retention.restrict(case.id, "person2", LATER, "anders") == made
    assert retention.restrictions() == {case.id: made}
    retention.lift(case.id)
    retention.lift(case.id)
    assert (retention.restriction(case.id), retention.restrictions()) == (None, {})


def test_it_goes_with_its_case_and_comes_only_with_one(vault: Vault, retention: RetentionStore) -> None:
    case = vault.cases.create(new_case())
    retention.put(case.id, SET)
    retention.restrict(case.id, "person1", START, "reden")
    vault.cases.erase(case.id)
    assert (retention.get(case.id), retention.restriction(case.id), retention.clocks()) == (None, None, [])
    for attempt in (
        lambda: retention.put(case.id, SET),
        lambda: retention.restrict(case.id, "p", START, "r"),
        lambda: retention.clock(case.id),
    ):
        with pytest.raises(CaseMissing):
            attempt()
