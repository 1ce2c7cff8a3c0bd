"""An instrument's rules as one circuit, and its three compiled readers.

`outcomes` answers only level, pattern, gate and route, for many worlds at once. `brief` adds the marks and
what the pattern still waits for. `details` answers everything about one world: the state after what
follows, and which rules hold.
Source: decision model sections 3-6.
"""

from __future__ import annotations

from dataclasses import dataclass

from borg_triage.domain.circuit import Circuit, Evaluator, NodeId
from borg_triage.domain.instrument import Instrument
from borg_triage.domain.lowering import Lowering, Outcomes, Trace
from borg_triage.domain.references import conditions_of, items_read
from borg_triage.domain.worlds import Atom, State, atoms_of, fill, follow, unresolved

OUTCOME_KINDS = ("level", "upper", "pattern", "borg", "route")


@dataclass(frozen=True)
class Rulebook:
    """The compiled rules of one instrument.

    atoms: the order of the inputs, after which come two more: worlds filled best, worlds filled worst.
    outcome_names, brief_names, detail_names: (kind, value) of each output of the three evaluators.
    conditions / predicates: where the detail outputs tell whether a condition (by object identity) or an
    item's predicate holds; they come after the named ones. reads: the items a condition reads.
    """

    instrument: Instrument
    circuit: Circuit
    atoms: tuple[Atom, ...]
    outputs: dict[tuple[str, str], NodeId]
    outcome_names: tuple[tuple[str, str], ...]
    brief_names: tuple[tuple[str, str], ...]
    detail_names: tuple[tuple[str, str], ...]
    outcomes: Evaluator
    brief: Evaluator
    details: Evaluator
    conditions: dict[int, int]
    predicates: dict[tuple[str, str], int]
    reads: dict[int, tuple[str, ...]]


def compile_rulebook(instrument: Instrument) -> Rulebook:
    """Lower all rules of an instrument and compile both readers."""
    circuit = Circuit()
    atoms = tuple(atoms_of(instrument))
    given = {atom: circuit.input(".".join(atom)) for atom in atoms}
    best_where, worst_where = circuit.input("fill.best"), circuit.input("fill.worst")
    known = follow(circuit, instrument, given)
    state = follow(circuit, instrument, fill(circuit, instrument, known, best_where, worst_where))
    trace = Trace()
    outputs = _outputs(circuit, instrument, state, trace)
    outcome_names = tuple(name for name in outputs if name[0] in OUTCOME_KINDS)
    for (item_id, answer), node in state.items():
        outputs["state", f"{item_id}={answer}"] = node
    for item in instrument.items:
        if item.opens:
            Lowering(circuit, instrument, state, Outcomes(), trace).item_is(item.id, "door signal")
    read = {item for rule in instrument.pattern for item in items_read(instrument, rule.when)}
    for item in instrument.items:
        if item.id in read:
            outputs["pattern.open", item.id] = unresolved(circuit, item, state)
    brief_names = tuple(name for name in outputs if name[0] in (*OUTCOME_KINDS, "marks", "pattern.open"))
    detail_names = tuple(outputs)
    traced = [*trace.conditions.values(), *trace.predicates.values()]
    places = range(len(detail_names), len(detail_names) + len(traced))
    return Rulebook(
        instrument=instrument,
        circuit=circuit,
        atoms=atoms,
        outputs=outputs,
        outcome_names=outcome_names,
        brief_names=brief_names,
        detail_names=detail_names,
        outcomes=circuit.evaluator([outputs[name] for name in outcome_names]),
        brief=circuit.evaluator([outputs[name] for name in brief_names]),
        details=circuit.evaluator([*outputs.values(), *traced]),
        conditions=dict(zip(trace.conditions, places, strict=False)),
        predicates=dict(zip(trace.predicates, places[len(trace.conditions) :], strict=True)),
        reads={
            id(found): tuple(dict.fromkeys(items_read(instrument, found)))
            for _, found in conditions_of(instrument)
        },
    )


def _outputs(
    circuit: Circuit, instrument: Instrument, state: State, trace: Trace
) -> dict[tuple[str, str], NodeId]:
    outcomes = Outcomes()
    lowering = Lowering(circuit, instrument, state, outcomes, trace)
    outputs: dict[tuple[str, str], NodeId] = {}
    _pattern_and_level(lowering, "pattern", "level", outputs)
    worst = follow(circuit, instrument, fill(circuit, instrument, state, 0, 1))
    _pattern_and_level(Lowering(circuit, instrument, worst, outcomes), "upper.pattern", "level.upper", {})
    for level in instrument.levels:
        outputs["level", level] = outcomes.decided["level", level]
        outputs["upper", level] = outcomes.decided["level.upper", level]
    _gate(lowering, outputs)
    _routes(lowering, outputs)
    return outputs


def _pattern_and_level(
    lowering: Lowering, pattern_subject: str, level_subject: str, outputs: dict[tuple[str, str], NodeId]
) -> None:
    """Decide pattern and level of one state, under the names that other rules ask for."""
    circuit, instrument, decided = lowering.circuit, lowering.instrument, lowering.outcomes.decided
    own = Lowering(circuit, instrument, lowering.state, Outcomes(), lowering.trace)
    fires = [(rule.value, own.holds(rule.when)) for rule in instrument.pattern]
    for rule, (_, node) in zip(instrument.pattern, fires, strict=True):
        outputs["fires", rule.id] = node
    taken = _first_values(circuit, fires)
    for pattern in instrument.patterns:
        node = taken.get(pattern, 0)
        decided[pattern_subject, pattern] = own.outcomes.decided["pattern", pattern] = node
        outputs["pattern", pattern] = node
    floors: dict[str, list[NodeId]] = {level: [] for level in instrument.levels}
    for level_rule in instrument.level:
        node = own.holds(level_rule.when)
        outputs["fires", level_rule.id] = node
        floors[level_rule.floor].append(node)
    gravest_first = list(reversed(instrument.levels))
    reached = [circuit.any(floors[level]) for level in gravest_first[:-1]] + [1]
    for level, node in zip(gravest_first, circuit.first_of(reached), strict=True):
        decided[level_subject, level] = node


def _first_values(circuit: Circuit, rules: list[tuple[str, NodeId]]) -> dict[str, NodeId]:
    """Where each value is the one of the first rule that holds."""
    firsts = circuit.first_of([node for _, node in rules])
    by_value: dict[str, list[NodeId]] = {}
    for (value, _), node in zip(rules, firsts, strict=True):
        by_value.setdefault(value, []).append(node)
    return {value: circuit.any(nodes) for value, nodes in by_value.items()}


def _gate(lowering: Lowering, outputs: dict[tuple[str, str], NodeId]) -> None:
    circuit, outcomes, instrument = lowering.circuit, lowering.outcomes, lowering.instrument
    for criterion in instrument.criteria:
        failed = lowering.holds(criterion.failed)
        met = circuit.all([circuit.invert(failed), lowering.holds(criterion.met)])
        neither = circuit.invert(circuit.any([failed, met]))
        for status, node in (("failed", failed), ("open", neither), ("met", met)):
            outcomes.criteria[criterion.id, status] = node
            outputs["criterion", f"{criterion.id}={status}"] = node
    fires = [(rule.value, lowering.holds(rule.when)) for rule in instrument.gate]
    taken = _first_values(circuit, fires)
    for rule, (_, node) in zip(instrument.gate, fires, strict=True):
        outputs["fires", rule.id] = node
    for value in instrument.gate_results:
        outcomes.decided["gate", value] = outputs["borg", value] = taken.get(value, 0)


def _routes(lowering: Lowering, outputs: dict[tuple[str, str], NodeId]) -> None:
    circuit, outcomes, instrument = lowering.circuit, lowering.outcomes, lowering.instrument
    fires = [(rule.route, lowering.holds(rule.when)) for rule in instrument.primary]
    taken = _first_values(circuit, fires)
    for primary_rule, (_, node) in zip(instrument.primary, fires, strict=True):
        outputs["fires", primary_rule.id] = node
    for route in instrument.primary_routes:
        outcomes.decided["route", route] = outputs["route", route] = taken.get(route, 0)
    for kind in ("also", "locked", "withheld", "marks"):
        for rule in getattr(instrument, kind):
            outputs[kind, rule.id] = lowering.holds(rule.when)
    for kind in ("destinations", "deadlines"):
        for index, rule in enumerate(getattr(instrument, kind)):
            outputs[kind, str(index)] = lowering.holds(rule.when)
    for index, counter in enumerate(instrument.counter_indicated):
        outputs["counter_indicated", str(index)] = circuit.invert(lowering.holds(counter.unless))
    for index, note in enumerate(instrument.gate_notes):
        outputs["gate_notes", str(index)] = lowering.holds(note.when) if note.when else 1
