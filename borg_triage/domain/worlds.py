"""Answers as circuit nodes: what follows from them, and how open ones are filled.

An *atom* is (item, answer): "the item counts as this answer". A state maps every atom to a node. Items of
kind date have the single atom (item, "dated"). Source: decision model section 1 (what follows) and
section 4 (lower and upper).
"""

from __future__ import annotations

from collections.abc import Mapping

from borg_triage.domain.circuit import Circuit, NodeId
from borg_triage.domain.instrument import Instrument, Item

Atom = tuple[str, str]
State = Mapping[Atom, NodeId]


def atoms_of(instrument: Instrument) -> list[Atom]:
    """Every atom, in the instrument's order."""
    return [(item.id, answer) for item in instrument.items for answer in item.answers or ("dated",)]


def unresolved(circuit: Circuit, item: Item, state: State) -> NodeId:
    """Where the item counts as no answer."""
    return circuit.invert(circuit.any(state[item.id, answer] for answer in item.answers or ("dated",)))


def follow(circuit: Circuit, instrument: Instrument, state: State) -> dict[Atom, NodeId]:
    """The state after what follows from parts, wholes and rulings out, in the contract's order."""
    now = dict(state)
    for link in instrument.parts:
        whole_yes = circuit.any([now[link.whole, "yes"], now[link.part, "yes"]])
        now[link.whole, "yes"] = whole_yes
        now[link.whole, "no"] = circuit.all([now[link.whole, "no"], circuit.invert(whole_yes)])
    for link in instrument.parts:
        _rule_out(circuit, now, link.part, now[link.whole, "no"])
    for ruling in instrument.rulings_out:
        cause = circuit.all(now[item, "no"] for item in ruling.when_no)
        for item in ruling.then_no:
            _rule_out(circuit, now, item, cause)
    return now


def _rule_out(circuit: Circuit, now: dict[Atom, NodeId], item: str, cause: NodeId) -> None:
    still_open = circuit.all([cause, circuit.invert(now[item, "yes"])])
    now[item, "no"] = circuit.any([now[item, "no"], still_open])


def fill(
    circuit: Circuit, instrument: Instrument, state: State, best_where: NodeId, worst_where: NodeId
) -> dict[Atom, NodeId]:
    """The state with every open item taken in its best sense in some worlds, in its worst in others."""
    now = dict(state)
    for item in instrument.items:
        if item.kind == "date":
            continue
        still_open = unresolved(circuit, item, state)
        for answer, where in ((item.best, best_where), (item.worst, worst_where)):
            filled = circuit.all([still_open, where])
            now[item.id, answer] = circuit.any([now[item.id, answer], filled])
    return now
