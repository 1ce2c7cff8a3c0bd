"""A restricted case: it opens with a reason, and that it was opened so is logged."""

from __future__ import annotations

from borg_triage.app.logbook import GLASS_REASONS
from borg_triage.app.retention import HIDDEN
from borg_triage.domain.errors import BorgTriageError
from borg_triage.text import formats
from borg_triage.ui.context import Context
from borg_triage.ui.errors import words
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    Column,
    FlowRow,
    PrimaryButton,
    ScrollPage,
    SecondaryButton,
)
from borg_triage.ui.widgets.fields import RadioRows
from borg_triage.ui.widgets.file_restrict import restricted_by
from borg_triage.ui.widgets.told import Told


class Page(ScrollPage):
    """case_id: the case that somebody wants to open. then: the page to show first."""

    def __init__(self, ctx: Context, case_id: str, then: str = "") -> None:
        super().__init__(ctx.t("glass.title"), ctx.t("glass.intro"))
        self._ctx, self._case_id, self._then = ctx, case_id, then
        found = ctx.session.glass(case_id) if ctx.session else None
        card = self.add(Card(gap="l"))
        if found is not None and found.restricted_by:
            when = formats.moment(found.at, ctx.language)
            card.add(Body(ctx.t("glass.by", who=restricted_by(ctx, found), when=when)))
        elif found is not None and found.reason == HIDDEN:
            card.add(Body(ctx.t("glass.by_term")))
        options = [(why, ctx.t(f"glass.why.{why}")) for why in GLASS_REASONS]
        self.why = RadioRows(options, None, ctx.t("glass.why"))
        card.add(Column(Body(ctx.t("glass.why"), bold=True), self.why, gap="s"))
        self.told = card.add(Told())
        self.back = SecondaryButton(ctx.t("glass.back"), lambda: ctx.go("cases"), icon="arrow_left")
        self.open = PrimaryButton(ctx.t("glass.open"), self._open)
        card.add(FlowRow(self.open, self.back, gap=12))

    def begin(self) -> None:
        """On the way back: nothing opens by pressing Enter again."""
        self.back.setFocus()

    def _open(self) -> None:
        ctx, why = self._ctx, self.why.value()
        if why is None:
            self.told.say(ctx.t("glass.error.restricted"), focus=next(iter(self.why.rows.values())))
            return
        if ctx.session is None:
            return
        try:
            case = ctx.session.open_case(self._case_id, why)
        except BorgTriageError as error:
            self.told.say(words(error, ctx.texts))
            return
        ctx.open_case(case)
        if self._then:
            ctx.go(self._then)
