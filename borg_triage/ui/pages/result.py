"""The result: two readings, what to do now, why, what is still open, and what people decide.

It holds nothing: it is built from the case as it stands, so every new answer counts at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import (
    Badge,
    Body,
    Card,
    Column,
    Disclosure,
    FlowRow,
    Heading,
    PrimaryButton,
    QuietButton,
    SecondaryButton,
)
from borg_triage.ui.widgets.outcome_evidence import Decisive
from borg_triage.ui.widgets.outcome_judgement import Comparison, JudgementForm
from borg_triage.ui.widgets.outcome_layout import ReadingPage, bullets
from borg_triage.ui.widgets.outcome_open import StillOpen, WouldChange
from borg_triage.ui.widgets.outcome_people import Locked, PeopleDecide, standing_notice
from borg_triage.ui.widgets.outcome_places import WhatToDo, urgent_notice
from borg_triage.ui.widgets.outcome_readings import Readings
from borg_triage.ui.widgets.outcome_words import Words, words

_HONESTY: Final = (
    "not_validated",
    "unknown_is_not_no",
    "no_violence_does_not_lower",
    "nothing_is_safe",
    "own_thresholds",
)


class Page(ReadingPage):
    """The result of the open case; the worker's own judgement first, where it is not there yet.

    show: the worker asked to see it without one, which an urgent case always allows.
    """

    def __init__(self, ctx: Context, show: bool = False) -> None:
        said = words(ctx)
        self.form: JudgementForm | None = None
        self.locked: list[Locked] = []
        if said.view.judgement is None and not show:
            super().__init__(ctx.t("judgement.title"), ctx.t("judgement.intro"))
            self.form = self.add(JudgementForm(ctx, said, "result"))
            return
        super().__init__(ctx.t("result.title"), said.t("result.as_of", day=said.day(said.view.today)))
        notice = standing_notice(said)
        if notice is not None:
            self.add(notice)
        if said.is_urgent():
            self.add(urgent_notice(said))
        self.readings = self.add(Readings(said, Comparison(ctx, said)))
        self.todo = self.add(WhatToDo(said))
        self.buttons(
            PrimaryButton(ctx.t("result.to_handover"), lambda: ctx.go("handover"), icon="file"),
            SecondaryButton(ctx.t("result.to_gate"), lambda: ctx.go("gate")),
        )
        self._beside(ctx, said)
        self.decisive = self.add(Decisive(said))
        self.open = self.add(StillOpen(ctx, said))
        if said.view.assessment.would_change:
            self.add(WouldChange(said))
        self.people = self.add(PeopleDecide(ctx, said))
        self.honesty = self.add(_honesty(said))
        to_proof = QuietButton(ctx.t("result.proof"), lambda: ctx.go("proof", back="result"))
        self.honesty.add(FlowRow(to_proof))

    def _beside(self, ctx: Context, said: Words) -> None:
        routes = said.view.assessment.routes
        if routes.counter_indicated or routes.locked:
            card = self.add(Card())
            if routes.counter_indicated:
                card.add(Heading(said.t("result.counter.title"), 2))
                names = [said.t(f"counter.{name}.label") for name in routes.counter_indicated]
                badges = [Badge(name, "neutral", icon="cross") for name in names]
                card.add(FlowRow(*badges, gap=theme.current().space("s")))
                why = said.t("result.counter.why")
                card.add(Disclosure(why, lambda: _texts(said, "counter", routes.counter_indicated)))
            for locked in routes.locked:
                card.add(Heading(said.t("result.locked.title"), 3))
                self.locked.append(card.add(Locked(ctx, said, locked)))
        if routes.also:
            self.add(_also(said))


def _also(said: Words) -> Card:
    routes = said.view.assessment.routes
    card = Card(Heading(said.t("result.also.title"), 2))
    now = [track for track in routes.also if track not in routes.after_safety]
    card.add(_texts(said, "also", now))
    if routes.after_safety:
        if now:
            card.add(Heading(said.t("result.also.after_safety"), 3))
        card.add(_texts(said, "also", routes.after_safety))
    return card


def _texts(said: Words, group: str, names: Sequence[str]) -> Column:
    column = Column()
    for name in names:
        label, text = said.t(f"{group}.{name}.label"), said.t(f"{group}.{name}.text")
        column.add(Column(Body(label, bold=True), Body(text), gap="xs"))
    return column


def _honesty(said: Words) -> Card:
    card = Card(Heading(said.t("result.honesty.title"), 2))
    card.add(bullets(*(said.t(f"honesty.{line}") for line in _HONESTY)))
    used = said.view.instrument
    card.add(
        Body(
            said.t(
                "result.instrument",
                name=said.t("instrument.name"),
                version=used.version,
                hash=used.sha256[:12],
            ),
            tone="muted",
            size="small",
        )
    )
    return card
