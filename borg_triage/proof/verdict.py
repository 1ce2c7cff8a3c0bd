"""What a proof says of one property, and the counterexample where it fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import z3

from borg_triage.domain.errors import BorgTriageError
from borg_triage.proof.space import Formula, World


class UndecidedError(BorgTriageError):
    """The solver gave up: nothing was proved and nothing was refuted."""


Status = Literal["proved", "tested", "failed"]


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Counted answers that break a property: one world, or one before and one after a change.

    what: the part of the property that fails, in the contract's ids.
    """

    what: str
    worlds: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one property of decision model section 8.

    number: the property's. method: "solver", "exhaustive", "random" or "structure". combinations: over how
    many. faults: what is wrong, one line each, where no answers can show it (dead rules, dangling ids).
    """

    number: int
    status: Status
    method: str
    combinations: int
    counterexamples: tuple[Counterexample, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass
class Search:
    """Looks for worlds that break a property, the smallest first."""

    clauses: list[Formula]
    found: list[Counterexample] = field(default_factory=list)

    def refute(self, what: str, violation: Formula, worlds: Sequence[World]) -> bool:
        """Whether no worlds satisfy the violation; if some do, the smallest are kept."""
        solver = z3.SolverFor("QF_FD")
        solver.add(*self.clauses, violation)
        answer = solver.check()
        if answer == z3.unsat:
            return True
        if answer != z3.sat:
            raise UndecidedError("verify.error.undecided", what=what)
        self.found.append(self._smallest(what, violation, worlds, solver.model()))
        return False

    def possible(self, violation: Formula) -> bool:
        """Whether some worlds satisfy it. Raises UndecidedError."""
        solver = z3.SolverFor("QF_FD")
        solver.add(*self.clauses, violation)
        answer = solver.check()
        if answer == z3.unknown:
            raise UndecidedError("verify.error.undecided", what="possible")
        return bool(answer == z3.sat)

    def _smallest(
        self, what: str, violation: Formula, worlds: Sequence[World], model: z3.ModelRef
    ) -> Counterexample:
        """The fewest answers that still break it, found by halving."""
        said = [
            world.counts(item, answer)
            for world in worlds
            for item, answer in world.space.rulebook.atoms
            if answer != "dated"
        ]
        low, high = 0, sum(len(world.read(model)) for world in worlds)
        while low < high:
            middle = (low + high) // 2
            solver = z3.SolverFor("QF_FD")
            solver.add(*self.clauses, violation, z3.AtMost(*said, middle))
            if solver.check() == z3.sat:
                model, high = solver.model(), middle
            else:
                low = middle + 1
        return Counterexample(what, tuple(world.read(model) for world in worlds))
