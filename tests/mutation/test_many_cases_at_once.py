"""Cases laid out as planes of bits come out as the engine says of each."""

from __future__ import annotations

import random
from datetime import date

from borg_triage.domain.case_input import CaseReader
from borg_triage.domain.counting import counting_of
from borg_triage.domain.engine import Engine
from borg_triage.domain.planes import Judge, everyone, pack, spread, width
from tests.oracle.random_cases import random_case

TODAY = date(2026, 11, 22)


def place(case: int, cases: int) -> int:
    """The bit of a case, as the module's docstring says."""
    wide = -(-cases // 8)
    return 8 * (case % wide) + case // wide


def test_a_byte_a_case_becomes_a_bit_and_comes_back() -> None:
    rng = random.Random(7)
    for cases in (1, 2, 7, 8, 9, 16, 17, 61, 64, 65, 200):
        assert width(cases) == -(-cases // 8)
        assert everyone(cases) == (1 << 8 * width(cases)) - 1
        flags = bytes(rng.randrange(2) for _ in range(cases))
        for given in (flags, memoryview(flags)):
            assert pack(given) == sum(flag << place(case, cases) for case, flag in enumerate(flags))
        numbers = bytes(rng.randrange(5) for _ in range(cases))
        planes = [pack(bytes(number == one for number in numbers)) for one in range(1, 5)]
        assert spread(planes, cases) == numbers
    assert pack(b"") == 0
    assert width(0) == 0
    assert spread([], 0) == b""


def test_the_planes_are_judged_as_each_case_is(engine: Engine) -> None:
    instrument, rulebook = engine.instrument, engine.rulebook
    judge = Judge(rulebook, [counting_of(instrument, item) for item in instrument.items])
    assert judge.names == {
        "level": instrument.levels,
        "level_lower": instrument.levels,
        "level_upper": instrument.levels,
        "pattern": instrument.patterns,
        "borg": instrument.gate_results,
        "primary_route": instrument.primary_routes,
    }
    reader, number = CaseReader(instrument), 50
    cases = [reader.read(random_case(random.Random(seed)), TODAY) for seed in range(number)]
    said = [0] * len(rulebook.atoms)
    for case, given in enumerate(cases):
        for item, value in engine.counted(given).items():
            answer = "dated" if instrument.item[item].kind == "date" else value
            said[rulebook.atoms.index((item, answer))] |= 1 << place(case, number)
    decided = judge.decide(said, {}, number)._asdict()
    for case, brief in enumerate(engine.briefs(cases)):
        expected = (*brief.level, brief.pattern, brief.borg, brief.primary)
        kinds = ("level", "level_lower", "level_upper", "pattern", "borg", "primary_route")
        for kind, value in zip(kinds, expected, strict=True):
            planes = dict(zip(judge.names[kind], decided[kind], strict=True))
            held = [name for name, plane in planes.items() if plane >> place(case, number) & 1]
            assert held == [value], (kind, case)


def test_of_several_answers_the_prevailing_one_counts_and_the_past_over_both(engine: Engine) -> None:
    instrument, rulebook = engine.instrument, engine.rulebook
    judge = Judge(rulebook, [counting_of(instrument, item) for item in instrument.items])

    def level(said: dict[tuple[str, str], int], once: dict[str, int]) -> list[str]:
        planes = [0] * len(rulebook.atoms)
        for item in instrument.items:
            if item.kind != "date":
                planes[rulebook.atoms.index((item.id, item.best))] = 0b1111
        for atom, cases in said.items():
            planes[rulebook.atoms.index(atom)] = cases
        found = judge.decide(planes, once, 4)
        decided = [spread(planes, 4) for planes in (found.level, found.level_lower, found.level_upper)]
        assert decided[0] == decided[1] == decided[2]
        return [instrument.levels[number - 1] for number in decided[0]]

    none, high, attention = "none_found", "high", "attention"
    assert level({}, {}) == [none] * 4
    # Cases 0 to 3 stand at bits 0 to 3 of their own blocks, as four cases take one byte.
    assert level({("flag.stalking", "yes"): 0b0101}, {}) == [high, none, high, none]
    assert level({}, {"flag.strangulation": 0b0010}) == [none, high, none, none]
    assert level({("flag.strangulation", "yes"): 0b1000}, {"flag.strangulation": 0b0010}) == [
        none,
        high,
        none,
        high,
    ]
    assert level({("context.separation", "considering"): 0b1100}, {}) == [none, none, attention, attention]
    assert level({("context.separation", "separated"): 0b0001}, {}) == [attention, none, none, none]
    said = {("context.separation", "announced"): 0b0100, ("context.separation_not_accepted", "yes"): 0b1111}
    assert level({**said, ("context.separation", "considering"): 0b1100}, {}) == [none, none, high, attention]
