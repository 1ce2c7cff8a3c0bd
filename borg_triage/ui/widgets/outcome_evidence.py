"""Why the result is what it is: the rules that held, the answers they rest on, the sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from borg_triage.app.output import rule_text_key
from borg_triage.domain.assessment import Reason
from borg_triage.ui.widgets.basics import Body, Card, Column, Disclosure, Heading
from borg_triage.ui.widgets.outcome_layout import SideBySide, indented
from borg_triage.ui.widgets.outcome_words import Words

SHOWN_ITEMS: Final = 4
SHOWN_REASONS: Final = 2


class ItemLines(Column):
    """Items with their answers, who gave them and when. notes: also what was written beside them."""

    def __init__(self, words: Words, items: Sequence[str], *, notes: bool = False) -> None:
        super().__init__(gap="s")
        for item in items:
            label, answer = words.item(item), words.answer(item)
            line = Column(Body(answer), gap="xs")
            if words.disputed(item):
                line.add(Body(words.t("result.answer.disputed"), tone="muted", size="small"))
            for note in words.notes(item) if notes else ():
                line.add(Body(note, tone="muted", size="small"))
            line.body.addStretch(1)
            name = Column(Body(label))
            name.body.addStretch(1)
            row = self.add(SideBySide(name, line, needs=480, gap="m"))
            row.setAccessibleName(f"{label}: {answer}")


class ReasonView(Column):
    """One rule that held, and the answers it rests on. whole: all of them, with notes and sources."""

    def __init__(self, words: Words, reason: Reason, *, whole: bool = False) -> None:
        super().__init__(gap="xs")
        self.add(Body(words.t(rule_text_key(reason.rule, reason.outcome)), bold=True))
        known = [item for item in reason.items if item in words.view.assessment.counted]
        few = len(reason.items) <= SHOWN_ITEMS
        shown = reason.items if whole or few else known[:SHOWN_ITEMS]
        self.add(indented(ItemLines(words, shown, notes=whole)))
        open_ones = len(reason.items) - len(known)
        for key, number in (("known", len(known) - len(shown)), ("open", open_ones)):
            if number > 0 and not (whole or few):
                self.add(indented(Body(words.n(f"result.reasons.more_{key}", number), tone="muted")))
        if whole:
            sources = words.t("result.reasons.sources", sources=words.sources(reason.sources))
            self.add(indented(Body(sources, tone="muted", size="small")))


class Decisive(Card):
    """What gave the level and the pattern; all reasons, with notes and sources, lie folded below."""

    def __init__(self, words: Words) -> None:
        super().__init__(Heading(words.t("result.reasons.title"), 2))
        parts = _parts(words)
        for part in ("level", "pattern"):
            if parts[part]:
                self.add(Heading(words.t(f"result.reasons.{part}"), 3))
            for reason in parts[part][:SHOWN_REASONS]:
                self.add(ReasonView(words, reason))
        label = words.n("result.reasons.all", sum(len(reasons) for reasons in parts.values()))
        self.everything = self.add(Disclosure(label, lambda: _everything(words, parts)))


def _parts(words: Words) -> dict[str, list[Reason]]:
    """The reasons by what they are a reason for."""
    instrument = words.instrument
    parts: dict[str, list[Reason]] = {"level": [], "pattern": [], "route": [], "gate": []}
    for reason in words.view.assessment.reasons:
        if reason.outcome in instrument.levels:
            parts["level"].append(reason)
        elif reason.outcome in instrument.patterns:
            parts["pattern"].append(reason)
        elif reason.outcome in instrument.primary_routes:
            parts["route"].append(reason)
        else:
            parts["gate"].append(reason)
    return parts


def _everything(words: Words, parts: dict[str, list[Reason]]) -> Column:
    column = Column()
    for part, reasons in parts.items():
        if reasons:
            column.add(Heading(words.t(f"result.reasons.{part}"), 3))
        for reason in reasons:
            column.add(ReasonView(words, reason, whole=True))
    return indented(column)
