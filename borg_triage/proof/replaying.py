"""Property 12: stored answers, date and version give the identical result, whenever they are assessed again.

Three links, each held for every case and not for a sample:

1. What is written is what is read: every observation there is, of every kind of item, through JSON and back.
2. The same text of an instrument is always the same circuit, gate by gate. A circuit is and, or and not over
   its inputs, so two equal ones agree on every combination of answers. Its hash stands on the proof sheet:
   `verify` in another process, with sets in another order, must come to the same one.
3. The code between is a function: nothing but answers, date and instrument can get into it (`proof.purity`),
   and a case leaves nothing behind in the engine.

What is assumed: that Python, pydantic and json do the same thing twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import product

from borg_triage.domain.answers import Observation
from borg_triage.domain.case_input import CaseInput, CaseReader, as_json, parse_json
from borg_triage.domain.engine import Engine
from borg_triage.domain.instrument import ABSENT, SOURCES, USER_GROUPS, Item
from borg_triage.domain.instrument_files import load_instrument
from borg_triage.domain.rulebook import Rulebook, compile_rulebook
from borg_triage.proof import purity
from borg_triage.proof.samples import TODAY, random_cases
from borg_triage.proof.space import Space
from borg_triage.proof.verdict import Verdict

_OURS = "borg_triage.domain"
# The day on which it is read again.
LATER = TODAY + timedelta(days=3650)
_AGES = (0, 1, 92, 36_500)
_NOTES = ("", 'zij zei: "het is niets"\n\u2028\u0007\U0001f49c\\')


def fingerprint(rulebook: Rulebook) -> str:
    """The sha256 of a circuit: inputs, gates and outputs, and which answers and conditions they stand for."""
    circuit = rulebook.circuit
    lines = [*circuit.inputs, *map(repr, rulebook.atoms), *map(repr, circuit.gates)]
    lines += [f"{name!r} {node}" for name, node in rulebook.outputs.items()]
    lines += [repr(names) for names in (rulebook.outcome_names, rulebook.brief_names, rulebook.detail_names)]
    # Keyed by the place of a condition in memory: only what is found there is the circuit's.
    lines += [repr(list(found.values())) for found in (rulebook.conditions, rulebook.reads)]
    lines += [f"{name!r} {place}" for name, place in rulebook.predicates.items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


class Replaying:
    """Holds the three links for one engine.

    files: the text of its instrument, as a vault keeps it.
    """

    def __init__(self, engine: Engine, files: Mapping[str, bytes]) -> None:
        self._engine = engine
        self._files = files

    def verdict(self) -> Verdict:
        """Property 12."""
        faults = (*self._stored(), *self._circuit(), *self._code(), *self._left_behind())
        combinations = Space(self._engine.rulebook).combinations
        return Verdict(12, "failed" if faults else "proved", "structure", combinations, faults=faults)

    def _stored(self) -> Iterator[str]:
        """An observation is written and read by itself, whatever stands beside it."""
        reader = CaseReader(self._engine.instrument)
        for group, item in product(USER_GROUPS, self._engine.instrument.items):
            case = CaseInput(group, TODAY, {item.id: tuple(_observations(item))})
            if reader.read(parse_json(as_json(case)), LATER) != case:
                yield f"{item.id}: what is stored is not what is read again"

    def _circuit(self) -> Iterator[str]:
        again = load_instrument(self._files).instrument
        if again != self._engine.instrument:
            yield "the same text gives another instrument"
        elif fingerprint(compile_rulebook(again)) != fingerprint(self._engine.rulebook):
            yield "the same instrument gives another circuit"

    def _code(self) -> Iterator[str]:
        yield from purity.faults(purity.sources(), frozenset(_lasting(self._engine)))

    def _left_behind(self, number: int = 100) -> Iterator[str]:
        """A sample, beside what was read of the code: an engine in use against one that is new each time."""
        before = fingerprint(self._engine.rulebook)
        for case in random_cases(self._engine.instrument, number):
            first = self._engine.assess(case)
            if self._engine.assess(case) != first:
                yield "the same case gives another result the second time"
        if fingerprint(self._engine.rulebook) != before:
            yield "assessing changes the circuit"


def _observations(item: Item) -> Iterator[Observation]:
    values = (*(item.answers or (TODAY.isoformat(), "0001-01-01", "9999-12-31")), *ABSENT)
    for value, source, age, overheard, note in product(values, SOURCES, _AGES, (None, False, True), _NOTES):
        yield Observation(value, source, TODAY - timedelta(days=age), overheard, note)


def _lasting(engine: Engine) -> set[str]:
    """The names of the domain's classes whose objects an engine holds on to from case to case."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting: list[object] = [engine]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if type(one).__module__.startswith(_OURS):
            found |= {kind.__name__ for kind in type(one).__mro__ if kind.__module__.startswith(_OURS)}
        waiting.extend(_parts(one))
    # It only grows while the rules are compiled; `_left_behind` sees to it that this stays so.
    return found - {"Circuit"}


def _parts(one: object) -> Iterator[object]:
    if isinstance(one, dict):
        yield from one.keys()
        yield from one.values()
    elif isinstance(one, list | tuple | set | frozenset):
        yield from one
    elif type(one).__module__.startswith(_OURS):
        yield from vars(one).values() if hasattr(one, "__dict__") else ()
        yield from (getattr(one, name) for name in getattr(type(one), "__slots__", ()) if hasattr(one, name))
