"""`borg-triage replay` and `borg-triage compare`: old cases with their own version, and with another."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from borg_triage.app.instruments import (
    ReadyInstrument,
    before_current,
    current,
    kept_instrument,
    version,
)
from borg_triage.app.output import full_output
from borg_triage.domain.assessment import Assessment
from borg_triage.domain.case_input import CaseInput, CaseReader, parse_json
from borg_triage.domain.errors import BorgTriageError
from borg_triage.storage.vault import Vault
from borg_triage.text.catalog import Catalog

Say = Callable[[str], None]


class ReplayError(BorgTriageError):
    """A stored result whose instrument is not in the vault."""


def replay(path: Path, passphrase: str, name: str, texts: Catalog, say: Say) -> int:
    """Assess every frozen result of a vault again, with the instrument kept beside it.

    name: of whom the passphrase is. 0 when all come out to the letter, 1 when one does not. Raises
    VaultError, InstrumentError, ReplayError.
    """
    total, differing = 0, 0
    with Vault.open(path, passphrase, name) as vault:

        @cache
        def ready(name: str, number: str, sha256: str) -> ReadyInstrument:
            kept = vault.cases.instrument(name, number, sha256)
            if kept is None:
                raise ReplayError("replay.error.no_instrument", version=number)
            return kept_instrument(kept.content)

        for summary in _all_cases(vault):
            for row in vault.cases.results(summary):
                total += 1
                own = ready(row.instrument_id, row.instrument_version, row.instrument_sha256)
                case = CaseReader(own.instrument).read(parse_json(row.input_json), row.assessed_on)
                again = json.dumps(full_output(own.engine.assess(case), own.ref, None), ensure_ascii=False)
                if again != row.output_json:
                    differing += 1
                    say(texts.text("replay.differs", case=summary, result=row.seq))
    say(texts.text("replay.total", total=total, differing=differing))
    return 1 if differing else 0


def _all_cases(vault: Vault) -> Iterator[str]:
    offset = 0
    while page := vault.cases.list(limit=500, offset=offset):
        yield from (summary.id for summary in page)
        offset += len(page)


def compare(path: Path, other: str, today: date, say: Say, base: str | None = None) -> int:
    """What another version would say of the cases in a file of lines: one JSON line a changed case, then
    the totals. Raises CaseInputError (with the line), InstrumentError.

    base: the version it is held against. Left out: the one in use; and for that one, the one before it.
    """
    new = version(other)
    usual = before_current() if new.ref == current().ref else current()
    old = usual if base is None else version(base)
    changed: Counter[str] = Counter()
    total = 0
    for number, case in _cases(path, old, new, today):
        total += 1
        before, after = (_told(ready.engine.assess(case[place])) for place, ready in enumerate((old, new)))
        changes = {
            kind: {"from": before[kind], "to": told} for kind, told in after.items() if told != before[kind]
        }
        if changes:
            changed.update(["cases", *changes])
            say(json.dumps({"line": number, "changes": changes}))
    versions = {"from": old.ref.version, "to": new.ref.version}
    say(json.dumps({"total": total, "changed": dict(changed), "versions": versions}))
    return 0


def _told(result: Assessment) -> dict[str, Any]:
    """What people act on, by kind: the outcome and its range, whom to turn to by when, and what not to do.

    Not only the outcome: a version can change by when a report is due and leave level and route as they were.
    """
    routes = result.routes
    return result.outcome._asdict() | {
        "lower": result.level.lower,
        "upper": result.level.upper,
        "marks": dict(result.marks),
        "notes": result.gate_notes,
        "also": routes.also,
        "after_safety": routes.after_safety,
        "counter_indicated": routes.counter_indicated,
        "locked": routes.locked,
        "withheld": routes.withheld,
        "destinations": [{"id": to.id, "when": to.when, "kind": to.kind} for to in routes.destinations],
        "deadlines": [
            {"id": due.id, "within": due.within, "before": due.before, "working_days": due.working_days}
            for due in result.deadlines
        ],
    }


def _cases(
    path: Path, old: ReadyInstrument, new: ReadyInstrument, today: date
) -> Iterator[tuple[int, tuple[CaseInput, CaseInput]]]:
    readers = [CaseReader(ready.instrument) for ready in (old, new)]
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                raw: Any = parse_json(line)
                yield number, (readers[0].read(raw, today), readers[1].read(raw, today))
    except OSError as error:
        raise ReplayError("cli.error.unreadable", file=str(path), problem=error.strerror or "?") from error
