"""Faults seeded in the instrument are caught, by the property they break, with a case that shows it."""

from __future__ import annotations

from functools import cache

import pytest

from borg_triage.app.directory import directory
from borg_triage.app.instruments import current
from borg_triage.domain.answers import Resolver
from borg_triage.domain.case_input import CaseReader
from borg_triage.domain.instrument_files import LoadedInstrument, fingerprint
from borg_triage.proof.verdict import Counterexample, Verdict
from borg_triage.proof.verify import steps
from tests.proof.broken import Breaks, contract
from tests.proof.seeded_faults import FAULTS, FILES, Fault
from tests.proof.worlds import TODAY, as_case, case_file

QUICK = (
    "Veilig Thuis itself is told nothing of a consult",
    "strangulation is dropped from the red flags",
    "BORG with a criterion of the triage open",
    "couple violence although she was not spoken with alone",
    "the level stands on no other pattern being it",
    "a destination that is misspelt",
)
SHOWN_BY_ANSWERS = {1, 2, 3, 4, 5, 6, 9}


def verdict_on(loaded: LoadedInstrument, number: int) -> Verdict:
    known = {contact.id for contact in directory().contacts}
    return next(step() for found, step in steps(loaded, contract(), known) if found == number)


@cache
def _shipped() -> Breaks:
    return Breaks(current().instrument)


def check(fault: Fault, at_most: int | None = None) -> None:
    """The fault's property fails; its counterexamples (or the first of them) are smallest and real."""
    loaded = fault.load()
    faulty = loaded.instrument
    verdict = verdict_on(loaded, fault.property)
    assert (verdict.number, verdict.status) == (fault.property, "failed")
    assert bool(verdict.counterexamples) == (fault.property in SHOWN_BY_ANSWERS)
    assert verdict.counterexamples or verdict.faults
    broken, kept = Breaks(faulty), _shipped()
    for found in verdict.counterexamples[:at_most]:
        _is_real(found, fault.property, broken)
        if kept.ranks_no_lighter(found.worlds):
            assert not kept(fault.property, found.what, found.worlds), "the shipped instrument has it too"
        _is_smallest(found, fault.property, broken)


def _is_real(found: Counterexample, number: int, broken: Breaks) -> None:
    """Its case files are taken, exactly its answers count in them, and the engine breaks the property."""
    for world in found.worlds:
        read = CaseReader(broken.instrument).read(case_file(broken.instrument, world), TODAY)
        assert Resolver(broken.instrument).resolve(read.answers, read.assessed_on) == world
        assert as_case(broken.instrument, world) == read
    assert broken(number, found.what, found.worlds)


def _is_smallest(found: Counterexample, number: int, broken: Breaks) -> None:
    """No answer can be left out."""
    worlds = found.worlds
    shared = [item for item, answer in worlds[0].items() if all(w.get(item) == answer for w in worlds)]
    for item in shared:
        fewer = [{other: answer for other, answer in w.items() if other != item} for w in worlds]
        assert not broken(number, found.what, fewer), f"{found.what} needs no {item}"


def test_the_faults_are_many_different_and_everywhere() -> None:
    assert len(FAULTS) >= 45
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert {fault.file for fault in FAULTS} == set(FILES)
    assert {fault.property for fault in FAULTS} == {1, 2, 3, 4, 5, 6, 7, 9, 11, 13}
    assert len({fingerprint(fault.files()) for fault in FAULTS} | {fingerprint(FILES)}) == len(FAULTS) + 1


@pytest.mark.parametrize("name", QUICK)
def test_a_fault_is_caught(name: str) -> None:
    check(next(fault for fault in FAULTS if fault.name == name), at_most=1)


@pytest.mark.proof
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_is_caught(fault: Fault) -> None:
    check(fault)
