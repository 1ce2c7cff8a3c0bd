"""An instrument with the groups, numbers, lists and terms of the contract in place of its own.

The contract's conditions are written in the instrument's language. What `section.flags`, `tag.hard` or a
red-flag number holds must then not be read from the instrument that is on trial: an editor who drops a flag
from a group would drop it from the promise as well.
"""

from __future__ import annotations

from borg_triage.domain.circuit import Circuit, NodeId
from borg_triage.domain.instrument import Instrument, Item, PartOf, RulesOut, SameFact
from borg_triage.domain.rulebook import Rulebook
from borg_triage.domain.worlds import Atom, follow
from borg_triage.proof.contract import Contract

_SECTIONS = ("interview", "acute", "flags", "control", "screening", "factors")
_TAGS = ("light", "possessive", "hard", "core", "weighty", "threat", "review")


def seen_by(contract: Contract, instrument: Instrument) -> Instrument:
    """The instrument's items, grouped and read as the contract says; its rules are left as they are."""
    fields = {name: getattr(instrument, name) for name in Instrument.model_fields}
    follows = contract.follows
    return Instrument(
        **fields
        | {
            "items": tuple(_item(contract, item) for item in instrument.items),
            "terms": contract.terms,
            "parts": tuple(PartOf(part=part, whole=whole) for part, whole in follows.parts),
            "rulings_out": tuple(RulesOut(when_no=no, then_no=then) for no, then in follows.rulings_out),
            "same_fact": tuple(SameFact(items=items) for items in follows.same_fact),
        }
    )


def _item(contract: Contract, item: Item) -> Item:
    section = next((name for name in _SECTIONS if item.id in getattr(contract, name)), "elsewhere")
    numbers = [int(number) for number, items in contract.numbers.items() if item.id in items]
    worse = "no" if contract.favourable_of(item.id) == "yes" else "yes"
    return item.model_copy(
        update={
            "section": section,
            "tags": tuple(name for name in _TAGS if item.id in getattr(contract, name)),
            "number": numbers[0] if numbers else None,
            "opens": contract.opens.get(item.id, ()),
            "worse": worse,
        }
    )


def followed(rulebook: Rulebook, seen: Instrument) -> dict[Atom, NodeId]:
    """What counts after what follows by the contract, as nodes of the instrument's own circuit."""
    circuit: Circuit = rulebook.circuit
    places = {gate.operands[0]: node for node, gate in enumerate(circuit.gates) if gate.kind == "input"}
    return follow(circuit, seen, {atom: places[place] for place, atom in enumerate(rulebook.atoms)})
