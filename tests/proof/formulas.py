"""Reads the solver's own formulas: evaluates z3 expressions for many worlds at once, without the solver.

Every value is a whole number whose bit n is world n. What is walked is z3's expression graph itself, so that
a comparison with the engine speaks of what the solver is given, not of the circuit it was made from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import z3

Step = tuple[int, str, tuple[int, ...]]


class Formulas:
    """Formulas laid out once, to be evaluated as often as is wanted."""

    def __init__(self, roots: Sequence[z3.BoolRef]) -> None:
        # z3 gives the number of a dropped expression to the next one: hold on to every root.
        self._roots = list(roots)
        self._place: dict[int, int] = {}
        self._steps: list[Step] = []
        for root in self._roots:
            self._lay_out(root)

    def _lay_out(self, root: z3.ExprRef) -> None:
        waiting = [root]
        while waiting:
            node = waiting[-1]
            if node.get_id() in self._place:
                waiting.pop()
                continue
            children = node.children()
            later = [child for child in children if child.get_id() not in self._place]
            if later:
                waiting.extend(later)
                continue
            waiting.pop()
            operands = tuple(self._place[child.get_id()] for child in children)
            self._place[node.get_id()] = len(self._steps)
            self._steps.append((node.decl().kind(), node.decl().name(), operands))

    def values(self, given: Mapping[str, int], every: int) -> list[int]:
        """The value of each root. given: the worlds in which each named input holds; every: all worlds."""
        found: list[int] = []
        for kind, name, operands in self._steps:
            found.append(_value(kind, name, [found[operand] for operand in operands], given, every))
        return [found[self._place[root.get_id()]] for root in self._roots]


def _value(kind: int, name: str, operands: list[int], given: Mapping[str, int], every: int) -> int:
    if kind == z3.Z3_OP_UNINTERPRETED and not operands:
        return given.get(name, 0)
    if kind == z3.Z3_OP_NOT:
        return every ^ operands[0]
    if kind in (z3.Z3_OP_AND, z3.Z3_OP_TRUE):
        value = every
        for operand in operands:
            value &= operand
        return value
    if kind in (z3.Z3_OP_OR, z3.Z3_OP_FALSE):
        value = 0
        for operand in operands:
            value |= operand
        return value
    raise AssertionError(f"a formula that the circuit cannot have made: {name} ({kind})")


def bits(worlds: Sequence[bool]) -> int:
    """One number from one truth value a world."""
    return int("".join("1" if holds else "0" for holds in reversed(worlds)) or "0", 2)
