"""The circuit's operations against plain counting, over every combination of four inputs at once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from types import FunctionType

import pytest

from borg_triage.domain.circuit import FALSE, TRUE, Circuit, Gate, NodeId

WORLDS = list(product((False, True), repeat=4))
EVERY = (1 << len(WORLDS)) - 1
GIVEN = [sum(world[place] << number for number, world in enumerate(WORLDS)) for place in range(4)]


def built() -> tuple[Circuit, list[NodeId]]:
    circuit = Circuit()
    return circuit, [circuit.input(f"item.{letter}") for letter in "abcd"]


def where(holds: Callable[[tuple[bool, ...]], bool]) -> int:
    return sum(holds(world) << number for number, world in enumerate(WORLDS))


def test_and_or_and_not() -> None:
    circuit, nodes = built()
    outputs = [
        *(circuit.all(nodes[:number]) for number in range(5)),
        *(circuit.any(nodes[:number]) for number in range(5)),
        circuit.invert(nodes[1]),
        circuit.invert(circuit.all([nodes[0], circuit.invert(circuit.any(nodes[2:]))])),
    ]
    assert circuit.evaluator(outputs)(GIVEN, EVERY) == tuple(
        [where(lambda world, n=number: all(world[:n])) for number in range(5)]
        + [where(lambda world, n=number: any(world[:n])) for number in range(5)]
        + [where(lambda world: not world[1])]
        + [where(lambda world: not (world[0] and not (world[2] or world[3])))]
    )


def test_at_least_and_first_of() -> None:
    circuit, nodes = built()
    numbers = range(6)
    outputs = [circuit.at_least(number, nodes) for number in numbers] + circuit.first_of(nodes)
    assert circuit.evaluator(outputs)(GIVEN, EVERY) == tuple(
        [where(lambda world, n=number: sum(world) >= n) for number in numbers]
        + [where(lambda world, p=place: world[p] and not any(world[:p])) for place in range(4)]
    )
    assert circuit.first_of([]) == []


def test_what_is_certain_is_no_gate() -> None:
    circuit, nodes = built()
    made = len(circuit.gates)
    assert circuit.invert(TRUE) == FALSE
    assert circuit.invert(FALSE) == TRUE
    assert circuit.all([]) == circuit.all([TRUE]) == TRUE
    assert circuit.any([]) == circuit.any([FALSE]) == FALSE
    assert circuit.all([nodes[0], FALSE, nodes[1]]) == FALSE
    assert circuit.any([nodes[0], TRUE, nodes[1]]) == TRUE
    assert circuit.all([nodes[0], TRUE]) == circuit.any([FALSE, nodes[0], nodes[0]]) == nodes[0]
    assert circuit.at_least(0, nodes) == TRUE
    assert len(circuit.gates) == made
    assert circuit.at_least(5, nodes) == FALSE


def test_equal_nodes_are_shared_and_only_what_is_needed_is_computed() -> None:
    circuit, nodes = built()
    both = circuit.all(nodes[:2])
    assert circuit.all([nodes[1], nodes[0], nodes[1]]) == both
    assert circuit.invert(circuit.invert(both)) == both
    assert circuit.invert(both) == circuit.invert(both)
    either = circuit.any([both, nodes[2]])
    assert circuit.needed([both]) == [nodes[0], nodes[1], both]
    assert circuit.needed([either, TRUE]) == [TRUE, nodes[0], nodes[1], nodes[2], both, either]
    assert circuit.inputs == ["item.a", "item.b", "item.c", "item.d"]
    assert circuit.evaluator([TRUE, FALSE, either, TRUE])(GIVEN, EVERY) == (
        EVERY,
        0,
        where(lambda world: (world[0] and world[1]) or world[2]),
        EVERY,
    )


def test_an_input_is_read_from_its_own_place() -> None:
    circuit, nodes = built()
    assert circuit.gates == [
        *(Gate("const", (0,)), Gate("const", (1,))),
        *(Gate("input", (place,)) for place in range(4)),
    ]
    assert circuit.evaluator(nodes[::-1])(GIVEN, EVERY) == tuple(GIVEN[::-1])
    with pytest.raises(IndexError):
        circuit.evaluator(nodes)(GIVEN[:3], EVERY)


def test_what_is_compiled_sees_no_name_of_ours() -> None:
    circuit, nodes = built()
    compiled = circuit.evaluator(nodes)
    assert isinstance(compiled, FunctionType)
    assert set(compiled.__globals__) <= {"__builtins__"}
