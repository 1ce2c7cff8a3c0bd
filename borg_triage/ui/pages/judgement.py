"""The worker's own judgement, before the result is shown."""

from __future__ import annotations

from borg_triage.ui.context import Context
from borg_triage.ui.widgets.outcome_judgement import JudgementForm
from borg_triage.ui.widgets.outcome_layout import ReadingPage
from borg_triage.ui.widgets.outcome_words import words


class Page(ReadingPage):
    """Own level, own pattern, and why. then: the page that follows."""

    def __init__(self, ctx: Context, then: str = "result") -> None:
        super().__init__(ctx.t("judgement.title"), ctx.t("judgement.intro"))
        self.form = self.add(JudgementForm(ctx, words(ctx), then))
