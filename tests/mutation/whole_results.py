"""The whole results of the worked cases, kept line by line in whole_results.txt.

After a change of results on purpose: `python -m tests.mutation.whole_results`, then read what changed before
keeping it. Single changes are not kept here: test_what_would_change works them out by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from borg_triage.domain.assessment import Assessment
from borg_triage.domain.case_input import CaseReader
from borg_triage.domain.engine import Engine
from tests.examples import examples

KEPT = Path(__file__).parent / "whole_results.txt"
TODAY = date(2026, 11, 22)


WORKED = examples()
NAMES = [example.name for example in WORKED]


def texts(engine: Engine, names: Sequence[str] = NAMES) -> dict[str, str]:
    """The results of some of the worked cases, by the name of the case."""
    reader = CaseReader(engine.instrument)
    return {
        example.name: "\n".join(lines_of(engine.assess(reader.read(example.case, TODAY))))
        for example in WORKED
        if example.name in names
    }


def kept() -> dict[str, str]:
    parts = KEPT.read_text("utf-8").split("# ")[1:]
    return dict(part.rstrip("\n").split("\n", 1) for part in parts)


def lines_of(result: Assessment) -> Iterator[str]:
    routes = result.routes
    yield f"{result.user_group} on {result.assessed_on}"
    yield " ".join((*result.level, result.pattern, result.borg, routes.primary))
    yield f"marks {dict(result.marks)}"
    yield row("pattern waits for", result.pattern_unresolved)
    for status in result.criteria:
        kept = row(f"{status.id} {status.status}", status.items)
        yield f"criterion {kept} ({status.settled_by}; {'; '.join(status.sources)})"
    yield row("notes", result.gate_notes)
    yield row("also", routes.also)
    yield row("after safety", routes.after_safety)
    yield row("counter-indicated", routes.counter_indicated)
    yield row("locked", routes.locked)
    yield row("withheld", routes.withheld)
    for to in routes.destinations:
        yield f"to {to.id} {to.when} {to.kind} ({'; '.join(to.sources)})"
    for due in result.deadlines:
        yield f"due {due.id} {due.within} {due.before} {due.working_days} ({'; '.join(due.sources)})"
    for reason in result.reasons:
        yield f"reason {row(f'{reason.rule} {reason.outcome}', reason.items)} ({'; '.join(reason.sources)})"
    for asked in result.ask_next:
        yield f"ask {row(asked.item, asked.could_change)}"
    for change in result.would_change:
        if change.together:
            to = {change.item: change.to, **change.together}
            yield f"change {to} gives {dict(change.outcome)}"


def row(name: str, entries: tuple[str, ...]) -> str:
    return f"{name}: {' '.join(entries)}"


if __name__ == "__main__":
    from borg_triage.app.instruments import current

    found = texts(current().engine)
    KEPT.write_text("\n".join(f"# {name}\n{text}\n" for name, text in found.items()), encoding="utf-8")
