"""The cases that ask for something by their term: erase, held, hidden, soon, long untouched."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    Column,
    Disclosure,
    FlowRow,
    Heading,
    OneLine,
    Rule,
    SecondaryButton,
)
from borg_triage.ui.widgets.clock_doubt import ClockDoubt
from borg_triage.ui.widgets.copy_lines import why
from borg_triage.ui.widgets.due_notice import open_file
from borg_triage.ui.widgets.outcome_layout import ReadingPage

if TYPE_CHECKING:
    from borg_triage.app.retention import DueCase
    from borg_triage.app.working_copies import Fate

_FIRST: Final = 20


class Page(ReadingPage):
    """What was found when the list of cases showed."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx.t("due.title"), ctx.t("due.intro"))
        self._ctx = ctx
        self.back = SecondaryButton(ctx.t("care.to_cases"), lambda: ctx.go("cases"), icon="arrow_left")
        self.buttons(self.back)
        self.rows: list[DueRow] = []
        session = ctx.session
        found = [] if session is None else session.dues.known or session.dues.look()
        self._fates = {} if session is None else session.dues.fates
        self.doubt: ClockDoubt | None = None
        if session is not None and session.dues.doubt is not None:
            self.doubt = self.add(ClockDoubt(ctx, session, session.dues.doubt, lambda: ctx.go("due")))
        if found and self.doubt is not None:
            self.add(Body(ctx.t("due.by_this_clock"), bold=True))
        if not found:
            self.add(Body(ctx.t("due.none" if self.doubt is None else "due.none_by_this_clock")))
        for stage, cases in groupby(found, lambda case: case.stage):
            self._add_group(stage.value, list(cases))

    def _add_group(self, stage: str, cases: list[DueCase]) -> None:
        card = self.add(Card(Heading(self._ctx.t(f"due.{stage}"), 2)))
        card.add(self._rows(cases[:_FIRST]))
        rest = cases[_FIRST:]
        if rest:
            more = self._ctx.texts.plural("due.more", len(rest))
            card.add(Disclosure(more, lambda: self._rows(rest)))

    def _rows(self, cases: list[DueCase]) -> Column:
        column = Column(gap="s")
        for case in cases:
            column.add(Rule())
            self.rows.append(column.add(DueRow(self._ctx, case, self._fates.get(case.case_id))))
        return column


class DueRow(Column):
    """One case: why it is here, and the way to its file."""

    def __init__(self, ctx: Context, case: DueCase, fate: Fate | None) -> None:
        super().__init__(gap="xs")
        self.case = case
        lines = [why(ctx, case, fate)]
        if case.restricted:
            lines.append(ctx.t("cases.restricted"))
        text = Column(
            Body(case.pseudonym, bold=True), Body(" · ".join(lines), tone="muted", size="small"), gap="xs"
        )
        label = ctx.t("due.open")
        self.open = SecondaryButton(
            label, lambda: open_file(ctx, case.case_id), name=f"{label}: {case.pseudonym}"
        )
        self.add(OneLine(text, FlowRow(self.open, gap=theme.current().space("s"))))
