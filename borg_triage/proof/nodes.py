"""An instrument's conditions as nodes of its own circuit, with every outcome they may ask for."""

from __future__ import annotations

from borg_triage.domain.instrument import Instrument
from borg_triage.domain.lowering import Lowering, Outcomes
from borg_triage.domain.rulebook import Rulebook
from borg_triage.domain.worlds import State

_SUBJECTS = {"pattern": "pattern", "level": "level", "upper": "level.upper", "borg": "gate", "route": "route"}


def decided_lowering(
    rulebook: Rulebook, instrument: Instrument | None = None, state: State | None = None
) -> Lowering:
    """A lowering over the state after what follows, with all outcomes decided.

    instrument: whose groups and terms the conditions mean; state: what counts. Those of the rulebook where
    they are left out.
    """
    outcomes = Outcomes()
    for (kind, value), node in rulebook.outputs.items():
        if kind in _SUBJECTS:
            outcomes.decided[_SUBJECTS[kind], value] = node
        elif kind == "criterion":
            criterion, _, status = value.partition("=")
            outcomes.criteria[criterion, status] = node
    own = {atom: rulebook.outputs["state", f"{atom[0]}={atom[1]}"] for atom in rulebook.atoms}
    return Lowering(rulebook.circuit, instrument or rulebook.instrument, state or own, outcomes)
