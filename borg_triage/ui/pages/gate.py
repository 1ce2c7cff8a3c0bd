"""The BORG gate: the result, what always goes with it, and the sixteen conditions in order."""

from __future__ import annotations

from collections import Counter
from typing import Final

from borg_triage.domain.assessment import CriterionStatus
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Badge, Body, Card, Column, Heading, Rule
from borg_triage.ui.widgets.outcome_evidence import SHOWN_ITEMS, ItemLines
from borg_triage.ui.widgets.outcome_judgement import JudgementForm
from borg_triage.ui.widgets.outcome_layout import ReadingPage, Unfolding, bullets
from borg_triage.ui.widgets.outcome_readings import Verdict
from borg_triage.ui.widgets.outcome_words import Words, words

# Colour and icon of each status; none is a reassuring green.
_LOOKS: Final = {"met": ("neutral", "tick"), "open": ("attention", "help"), "failed": ("high", "cross")}


class Page(ReadingPage):
    """The gate of the open case; the worker's own judgement first, where it is not there yet."""

    def __init__(self, ctx: Context, show: bool = False) -> None:
        said = words(ctx)
        if said.view.judgement is None and not show:
            super().__init__(ctx.t("judgement.title"), ctx.t("judgement.intro"))
            self.add(JudgementForm(ctx, said, "gate"))
            return
        result = said.view.assessment
        own = sum(criterion.settled_by == "triage" for criterion in result.criteria)
        super().__init__(ctx.t("gate.title"), ctx.t("gate.intro", n=len(result.criteria), own=own))
        counts = Counter(criterion.status for criterion in result.criteria)
        card = self.add(Card())
        card.add(Verdict(said.t(f"gate.{result.borg}.label"), said.t(f"gate.{result.borg}.text"), "neutral"))
        card.add(Body(said.t("gate.counts", met=counts["met"], open=counts["open"], failed=counts["failed"])))
        card.add(Heading(said.t("gate.notes.title"), 3))
        card.add(bullets(*(said.t(f"gate.note.{note}") for note in result.gate_notes)))
        self.criteria = [
            CriterionRow(said, number, criterion) for number, criterion in enumerate(result.criteria, start=1)
        ]
        self.listed = self.add(Card(Heading(said.t("gate.criteria.title"), 2), gap="s"))
        for row in self.criteria:
            self.listed.add(Rule())
            self.listed.add(row)
        signals = [item for item in said.instrument.group("tag.review") if _may_hold(said, item)]
        if signals:
            self.add(Card(Heading(said.t("gate.signals.title"), 2), ItemLines(said, signals)))


class CriterionRow(Unfolding):
    """One condition: its number and name, met, open or failed, who settles it, what it rests on."""

    def __init__(self, said: Words, number: int, criterion: CriterionStatus) -> None:
        self.status = criterion.status
        label = said.t(f"criterion.{criterion.id}.label")
        status = said.t(f"status.{criterion.status}")
        kind, icon = _LOOKS[criterion.status]
        settled_by = said.t(f"gate.settled_by.{criterion.settled_by}")
        mark = Column(Badge(status, kind, icon=icon), Body(settled_by, tone="muted", size="small"), gap="xs")
        text = Column(
            Body(said.t("gate.criterion.title", n=number, label=label), bold=True),
            Body(said.t(f"criterion.{criterion.id}.{criterion.status}")),
            *_basis(said, criterion),
            Body(said.sources(criterion.sources), tone="muted", size="small"),
            gap="xs",
        )
        for column in (mark, text):
            column.body.addStretch(1)
        more = said.t("gate.criterion.more")
        super().__init__(
            ((mark, 2), (text, 5)), more, lambda: _more(said, criterion), name=f"{label}: {more}"
        )
        self.setAccessibleName(said.t("gate.criterion.name", n=number, label=label, status=status))


def _basis(said: Words, criterion: CriterionStatus) -> list[Body]:
    """The answers it rests on, where they are few; else how many."""
    items = criterion.items
    if len(items) > SHOWN_ITEMS:
        return [Body(said.n("gate.criterion.rests_on", len(items)), size="small")]
    lines = (said.t("gate.criterion.item", item=said.item(item), answer=said.answer(item)) for item in items)
    return [Body(line, size="small") for line in lines]


def _more(said: Words, criterion: CriterionStatus) -> Column:
    return Column(
        Body(said.t("gate.settled_by.long." + criterion.settled_by)),
        ItemLines(said, criterion.items, notes=True),
    )


def _may_hold(said: Words, item: str) -> bool:
    """Whether a signal to look at first is there, or not ruled out."""
    best = said.instrument.item[item].best
    return said.view.assessment.counted.get(item) != best
