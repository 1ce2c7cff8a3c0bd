"""The answer space of an instrument for the solver: worlds whose answers are free.

A world is one assignment of counted answers before what follows from parts and wholes. Two worlds over
the same circuit let relations be proved, such as "worsening never lowers".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from typing import TypeAlias

import z3

from borg_triage.domain.circuit import NodeId
from borg_triage.domain.instrument import Instrument, Item
from borg_triage.domain.rulebook import Rulebook

Formula: TypeAlias = z3.BoolRef


class Space:
    """All worlds of one instrument, with extra circuit nodes that a property wants to speak of."""

    def __init__(self, rulebook: Rulebook, extra: Iterable[NodeId] = ()) -> None:
        self.rulebook = rulebook
        self.instrument: Instrument = rulebook.instrument
        self._nodes = rulebook.circuit.needed([*rulebook.outputs.values(), *extra])
        self._place = {atom: place for place, atom in enumerate(rulebook.atoms)}
        self._made = 0

    @property
    def combinations(self) -> int:
        """How many different worlds there are: each item counts as one of its answers, or as none."""
        return prod(len(item.answers or ("dated",)) + 1 for item in self.instrument.items)

    def world(self, fill: str = "") -> World:
        """A new world with free answers; open items left open, or filled "best" or "worst"."""
        self._made += 1
        inputs = [z3.Bool(f"{self._made}:{name}") for name in self.rulebook.circuit.inputs]
        return World(self, inputs, fill)

    def refilled(self, world: World, fill: str) -> World:
        """The same answers, with open items filled another way."""
        return World(self, world.inputs, fill)

    def lower(self, world: World) -> dict[NodeId, Formula]:
        """Every node of the circuit as a formula over the world's inputs."""
        inputs = [*world.inputs[:-2], z3.BoolVal(world.fill == "best"), z3.BoolVal(world.fill == "worst")]
        formulas: dict[NodeId, Formula] = {}
        for node in self._nodes:
            gate = self.rulebook.circuit.gates[node]
            operands = [] if gate.kind in ("const", "input") else [formulas[op] for op in gate.operands]
            match gate.kind:
                case "const":
                    formulas[node] = z3.BoolVal(bool(gate.operands[0]))
                case "input":
                    formulas[node] = inputs[gate.operands[0]]
                case "not":
                    formulas[node] = z3.Not(operands[0])
                case "and":
                    formulas[node] = z3.And(*operands)
                case "or":
                    formulas[node] = z3.Or(*operands)
        return formulas

    def place(self, item: str, answer: str) -> int:
        """Where an atom stands among the inputs."""
        return self._place[item, answer]


class World:
    """One world: its inputs, and the formulas of everything the circuit says about it."""

    def __init__(self, space: Space, inputs: Sequence[Formula], fill: str) -> None:
        self.space = space
        self.inputs = inputs
        self.fill = fill
        self.formulas = space.lower(self)

    def counts(self, item: str, answer: str) -> Formula:
        """The item counts as this answer, before what follows."""
        return self.inputs[self.space.place(item, answer)]

    def known(self, item: Item) -> Formula:
        """The item counts as some answer, before what follows."""
        return z3.Or(*[self.counts(item.id, answer) for answer in item.answers or ("dated",)])

    def says(self, kind: str, *values: str) -> Formula:
        """An output of the rulebook has one of these values."""
        return z3.Or(*[self.node(self.space.rulebook.outputs[kind, value]) for value in values])

    def state(self, item: str, answer: str) -> Formula:
        """The item counts as this answer, after what follows."""
        return self.says("state", f"{item}={answer}")

    def at_least(self, kind: str, order: Sequence[str], rank: int) -> Formula:
        """An output stands at this rank of an order or above."""
        return self.says(kind, *order[rank:])

    def node(self, node: NodeId) -> Formula:
        """A node's formula."""
        return self.formulas[node]

    def possible(self) -> list[Formula]:
        """No item counts as two answers."""
        clauses: list[Formula] = []
        for item in self.space.instrument.items:
            atoms = [self.counts(item.id, answer) for answer in item.answers]
            if len(atoms) > 1:
                clauses.append(z3.AtMost(*atoms, 1))
        return clauses

    def same_but(self, other: World, items: Iterable[str]) -> list[Formula]:
        """The other world has the same answers, except to these items."""
        free = set(items)
        return [
            self.inputs[place] == other.inputs[place]
            for place, (item, _) in enumerate(self.space.rulebook.atoms)
            if item not in free
        ]

    def read(self, model: z3.ModelRef) -> dict[str, str]:
        """The counted answers of a model; dates are left out."""
        return {
            item: answer
            for item, answer in self.space.rulebook.atoms
            if answer != "dated" and z3.is_true(model.eval(self.counts(item, answer), model_completion=True))
        }
