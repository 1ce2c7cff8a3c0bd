"""What is due, as a day and where it matters a time, the nearest first."""

from __future__ import annotations

from datetime import datetime

from borg_triage.domain.assessment import Deadline
from borg_triage.domain.plan import due_at
from borg_triage.report.context import Making
from borg_triage.report.model import Line
from borg_triage.report.words import line, quiet, strong
from borg_triage.text.formats import DUTCH_TIME


def deadline_rows(making: Making) -> tuple[tuple[Line, ...], ...]:
    """By when and what, the nearest first; what is due together in one row, what has passed marked so."""
    due = [(due_at(deadline, making.view.since), deadline) for deadline in making.result.deadlines]
    rows: dict[Line, list[str]] = {}
    for at, deadline in sorted(due, key=lambda pair: pair[0]):
        rows.setdefault(_by(making, deadline, at), []).append(making.words.t(f"deadline.{deadline.id}.label"))
    return tuple((by, line(" · ".join(labels))) for by, labels in rows.items())


def _by(making: Making, deadline: Deadline, at: datetime) -> Line:
    words = making.words
    if deadline.before is not None:
        by = words.t("paper.due.before", when=words.day(at.date()))
    elif at == making.view.since:
        return line(strong(words.t("paper.due.now")))
    elif deadline.within is not None and "T" in deadline.within:
        by = words.t("paper.due.by", when=words.moment(at))
    else:
        by = words.t("paper.due.by", when=words.day(at.astimezone(DUTCH_TIME).date()))
    passed = words.t("paper.due.passed") if at < making.options.made_at else ""
    return line(strong(by), quiet(f" {passed}" if passed else ""))
