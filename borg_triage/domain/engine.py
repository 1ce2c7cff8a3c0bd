"""The engine: one case in, one assessment with its evidence out. Pure; one per instrument version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from borg_triage.domain.answers import Counted, Observation, Resolver
from borg_triage.domain.assessment import (
    Assessment,
    Brief,
    CriterionStatus,
    Deadline,
    Destination,
    Reason,
    Routes,
)
from borg_triage.domain.case_input import CaseInput
from borg_triage.domain.conditions import Otherwise
from borg_triage.domain.evidence import Evidence
from borg_triage.domain.explain import Explanation
from borg_triage.domain.instrument import Instrument
from borg_triage.domain.rulebook import compile_rulebook
from borg_triage.domain.variations import Details, Variations


class Engine:
    """Assesses cases by one instrument."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.rulebook = compile_rulebook(instrument)
        self._resolver = Resolver(instrument)
        self._variations = Variations(self.rulebook)

    def brief(self, case: CaseInput) -> Brief:
        """Level, pattern, gate and primary route only."""
        return self.briefs([case])[0]

    def briefs(self, cases: Sequence[CaseInput]) -> list[Brief]:
        """The short answer to many cases, evaluated together."""
        return self._variations.brief([self._count(case) for case in cases])

    def counted(self, case: CaseInput) -> Mapping[str, str]:
        """The answer of every resolved item, after what follows from parts and wholes."""
        before = self._count(case)
        return self._settled(before, self._variations.details(before))

    def assess(self, case: CaseInput) -> Assessment:
        """The whole assessment."""
        before = self._count(case)
        details = self._variations.details(before)
        settled = self._settled(before, details)
        explanation = Explanation(
            self.instrument, self._variations, before, settled, self._reliable_after(case, before, settled)
        )
        level = explanation.level()
        evidence = Evidence(self.instrument, details, settled)
        open_items = tuple(item.id for item in self.instrument.items if item.id not in settled)
        return Assessment(
            user_group=case.user_group,
            assessed_on=case.assessed_on.isoformat(),
            level=level,
            pattern=details.held("pattern")[0],
            marks={rule.id: rule.id in details.held("marks") for rule in self.instrument.marks},
            pattern_unresolved=tuple(details.held("pattern.open")),
            borg=details.held("borg")[0],
            criteria=tuple(self._criteria(evidence)),
            gate_notes=tuple(
                note.id
                for index, note in enumerate(self.instrument.gate_notes)
                if str(index) in details.held("gate_notes")
            ),
            routes=self._routes(case, details),
            reasons=tuple(self._reasons(evidence, details, level.value)),
            ask_next=explanation.ask_next(evidence),
            would_change=explanation.would_change(evidence),
            deadlines=tuple(self._deadlines(case, details, settled)),
            counted=settled,
            unresolved=open_items,
        )

    def _count(self, case: CaseInput) -> Counted:
        return self._resolver.resolve(case.answers, case.assessed_on)

    def _settled(self, before: Counted, details: Details) -> dict[str, str]:
        settled: dict[str, str] = {}
        for held in details.held("state"):
            item, _, answer = held.partition("=")
            settled[item] = before[item] if answer == "dated" else answer
        return settled

    def _reliable_after(
        self, case: CaseInput, before: Counted, settled: Mapping[str, str]
    ) -> dict[str, str | None] | None:
        """How the counted answers would differ if staff said the talk was out of hearing."""
        item = self.instrument.item[self.instrument.overheard.item]
        if item.id in settled:
            return None
        source = self.instrument.section[item.section].only_source or "staff"
        after = self._count(case.with_answer(item.id, Observation(item.best, source, case.assessed_on)))
        return {other: after.get(other) for other in before | after if before.get(other) != after.get(other)}

    def _criteria(self, evidence: Evidence) -> Iterator[CriterionStatus]:
        for criterion in self.instrument.criteria:
            yield CriterionStatus(
                criterion.id,
                evidence.statuses[criterion.id],
                criterion.settled_by,
                evidence.criterion_items(criterion),
                criterion.sources,
            )

    def _routes(self, case: CaseInput, details: Details) -> Routes:
        instrument = self.instrument
        also = [rule for rule in instrument.also if rule.id in details.held("also")]
        counter = [
            entry
            for index, entry in enumerate(instrument.counter_indicated)
            if str(index) in details.held("counter_indicated")
        ]
        destinations: dict[str, Destination] = {}
        for index, rule in enumerate(instrument.destinations):
            if case.user_group in rule.groups and str(index) in details.held("destinations"):
                destinations.setdefault(rule.to, Destination(rule.to, rule.when_due, rule.kind, rule.sources))
        return Routes(
            primary=details.held("route")[0],
            also=tuple(rule.id for rule in also),
            after_safety=tuple(rule.id for rule in also if rule.after_safety),
            counter_indicated=tuple(entry for rule in counter for entry in rule.ids),
            locked=tuple(rule.id for rule in instrument.locked if rule.id in details.held("locked")),
            withheld=tuple(rule.id for rule in instrument.withheld if rule.id in details.held("withheld")),
            destinations=tuple(destinations.values()),
        )

    def _reasons(self, evidence: Evidence, details: Details, level: str) -> Iterator[Reason]:
        instrument = self.instrument
        fired = details.held("fires")
        for level_rule in instrument.level:
            if level_rule.floor == level and level_rule.id in fired:
                yield Reason(level_rule.id, level, evidence.items(level_rule.when), level_rule.sources)
        pattern = details.held("pattern")[0]
        for rule in instrument.pattern:
            if rule.value == pattern and rule.id in fired:
                yield Reason(rule.id, pattern, evidence.items(rule.when), rule.sources)
        for criterion in instrument.criteria:
            if evidence.statuses[criterion.id] == "failed":
                items = evidence.criterion_items(criterion)
                yield Reason(f"criterion.{criterion.id}", "failed", items, criterion.sources)
        gate = next(rule for rule in instrument.gate if rule.id in fired)
        items = () if isinstance(gate.when, Otherwise) else evidence.items(gate.when)
        yield Reason(gate.id, gate.value, items, gate.sources)
        primary = next(rule for rule in instrument.primary if rule.id in fired)
        items = () if isinstance(primary.when, Otherwise) else evidence.items(primary.when)
        yield Reason(primary.id, primary.route, items, primary.sources)

    def _deadlines(self, case: CaseInput, details: Details, settled: Mapping[str, str]) -> Iterator[Deadline]:
        seen: set[str] = set()
        for index, rule in enumerate(self.instrument.deadlines):
            if (
                case.user_group in rule.groups
                and str(index) in details.held("deadlines")
                and rule.id not in seen
            ):
                seen.add(rule.id)
                before = settled.get(rule.before) if rule.before else None
                yield Deadline(rule.id, rule.within, before, rule.working_days, rule.sources)
