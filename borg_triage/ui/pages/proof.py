"""The proof sheet: what is proved of the rules, how, and what that does not say; or that nothing is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from borg_triage.app.instruments import current
from borg_triage.app.proof_sheet import proof_of
from borg_triage.report.proof import Group, ProofWords, Saying
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Card, Heading, Notice, OneLine, Rule, SecondaryButton
from borg_triage.ui.widgets.outcome_layout import ReadingPage, bullets


class Page(ReadingPage):
    """The proof of the rules of the open case; without one, of the rules for new cases.

    back: the page of the case that one came from.
    """

    def __init__(self, ctx: Context, back: str = "interview") -> None:
        ready = current() if ctx.case is None else ctx.case.ready
        told = ProofWords(proof_of(ready.ref), ctx.texts)
        super().__init__(ctx.t("proof.title"), ctx.t("proof.intro") if told.proved else "")
        title, lines = told.verdict()
        if not told.proved:
            lines = (*lines, ctx.t("proof.none.do"))
        self.add(Notice(title, "\n".join(lines), "info" if told.proved else "elevated"))
        for group in told.groups():
            self.add(_card(group))
        title, lines = told.limits()
        self.add(Card(Heading(title, 2), bullets(*lines, ctx.t("honesty.nothing_is_safe"))))
        title, lines = told.marks()
        self.add(_small(title, *lines, ctx.t("proof.again")))
        if ctx.case is None:
            back = "unlock" if ctx.session is None else "cases"
        self.back = SecondaryButton(ctx.t(f"proof.back.{back}"), lambda: ctx.go(back), icon="arrow_left")
        self.buttons(self.back)


def _card(group: Group) -> Card:
    card = Card(Heading(group.title, 2), Body(group.how, tone="muted"), gap="s")
    for saying in group.sayings:
        card.add(Rule())
        card.add(_row(saying))
    return card


def _row(saying: Saying) -> QWidget:
    text = Body(saying.text)
    if not saying.cases:
        return text
    count = Body(saying.cases, tone="muted", size="small")
    count.setWordWrap(False)
    return OneLine(text, count)


def _small(title: str, *lines: str) -> Card:
    card = Card(Heading(title, 2), gap="xs")
    for text in lines:
        card.add(Body(text, tone="muted", size="small", select=True))
    return card
