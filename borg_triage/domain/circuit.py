"""A boolean circuit: the one form of the rules that every reader runs.

The rulebook lowers an instrument's rules to and/or/not nodes. The engine runs them over whole numbers
whose bits are worlds, so that one pass answers "what if" for hundreds of variations of a case at once; a
solver can read the same nodes. Equal nodes are shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

NodeId = int
FALSE: NodeId = 0
TRUE: NodeId = 1

# (values of the inputs, all worlds) -> values of the outputs; bit n of a value is world n.
Evaluator = Callable[[Sequence[int], int], tuple[int, ...]]


class Gate(NamedTuple):
    """One node: an input (its place in `inputs`), a constant, or an operation on earlier nodes."""

    kind: Literal["const", "input", "and", "or", "not"]
    operands: tuple[int, ...]


class Circuit:
    """Builds nodes bottom up; node ids only ever refer to earlier ids."""

    def __init__(self) -> None:
        self.gates: list[Gate] = [Gate("const", (0,)), Gate("const", (1,))]
        self.inputs: list[str] = []
        self._known: dict[Gate, NodeId] = {gate: node for node, gate in enumerate(self.gates)}

    def input(self, name: str) -> NodeId:
        """A new input; inputs are passed to an evaluator in the order of their making."""
        self.inputs.append(name)
        return self._node(Gate("input", (len(self.inputs) - 1,)))

    def all(self, nodes: Iterable[NodeId]) -> NodeId:
        """Holds where every node holds; true for none."""
        return self._join("and", nodes, neutral=TRUE, decisive=FALSE)

    def any(self, nodes: Iterable[NodeId]) -> NodeId:
        """Holds where some node holds; false for none."""
        return self._join("or", nodes, neutral=FALSE, decisive=TRUE)

    def invert(self, node: NodeId) -> NodeId:
        """Holds where the node does not."""
        gate = self.gates[node]
        if gate.kind == "const":
            return TRUE if node == FALSE else FALSE
        if gate.kind == "not":
            return gate.operands[0]
        return self._node(Gate("not", (node,)))

    def at_least(self, number: int, nodes: Sequence[NodeId]) -> NodeId:
        """Holds where `number` of the nodes or more hold."""
        reached = [TRUE] + [FALSE] * number
        for node in nodes:
            for count in range(number, 0, -1):
                reached[count] = self.any([reached[count], self.all([reached[count - 1], node])])
        return reached[number]

    def first_of(self, nodes: Sequence[NodeId]) -> list[NodeId]:
        """For a list tried in order: where each node is the first that holds."""
        firsts: list[NodeId] = []
        none_before = TRUE
        for node in nodes:
            firsts.append(self.all([none_before, node]))
            none_before = self.all([none_before, self.invert(node)])
        return firsts

    def _join(
        self, kind: Literal["and", "or"], nodes: Iterable[NodeId], neutral: NodeId, decisive: NodeId
    ) -> NodeId:
        operands = sorted(set(nodes) - {neutral})
        if decisive in operands:
            return decisive
        if not operands:
            return neutral
        return operands[0] if len(operands) == 1 else self._node(Gate(kind, tuple(operands)))

    def _node(self, gate: Gate) -> NodeId:
        if gate not in self._known:
            self._known[gate] = len(self.gates)
            self.gates.append(gate)
        return self._known[gate]

    def needed(self, outputs: Iterable[NodeId]) -> list[NodeId]:
        """The nodes that the outputs rest on, earlier ones first."""
        waiting, seen = list(outputs), set[NodeId]()
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                if self.gates[node].kind in ("and", "or", "not"):
                    waiting.extend(self.gates[node].operands)
        return sorted(seen)

    def evaluator(self, outputs: Sequence[NodeId]) -> Evaluator:
        """A function that computes the outputs, in their order.

        It is compiled to straight-line Python: walking the nodes in a loop costs five times as much, and a
        case is evaluated hundreds of times over. The source holds nothing but numbered names.
        """
        lines = [
            "def run(given, every):",
            *(f"    n{node} = {_source(self.gates[node])}" for node in self.needed(outputs)),
            f"    return ({', '.join(f'n{node}' for node in outputs)},)",
        ]
        scope: dict[str, Evaluator] = {}
        exec("\n".join(lines), {}, scope)  # noqa: S102 - numbered names only, no text of any file
        return scope["run"]


def _source(gate: Gate) -> str:
    match gate.kind:
        case "const":
            return "every" if gate.operands[0] else "0"
        case "input":
            return f"given[{gate.operands[0]}]"
        case "not":
            return f"every ^ n{gate.operands[0]}"
        case "and":
            return " & ".join(f"n{operand}" for operand in gate.operands)
        case "or":
            return " | ".join(f"n{operand}" for operand in gate.operands)
