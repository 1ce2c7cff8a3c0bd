"""The file of a case: who looked at it, how long it stays, who may see it, copies, erasing."""

from __future__ import annotations

from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Notice
from borg_triage.ui.widgets.file_copy import Copies
from borg_triage.ui.widgets.file_erase import Erasing
from borg_triage.ui.widgets.file_keeping import Keeping
from borg_triage.ui.widgets.file_log import CaseLog
from borg_triage.ui.widgets.file_restrict import Restricting
from borg_triage.ui.widgets.outcome_layout import ReadingPage


class Page(ReadingPage):
    """Of the open case. done: what was just done, to be said first."""

    def __init__(self, ctx: Context, done: str = "") -> None:
        super().__init__(ctx.t("file.title"), ctx.t("file.intro"))
        self.done = self.add(Notice("", done, "info")) if done else None
        self.log = self.add(CaseLog(ctx))
        self.keeping = self.add(Keeping(ctx))
        self.restricting = self.add(Restricting(ctx))
        self.copies = self.add(Copies(ctx))
        self.erasing = self.add(Erasing(ctx))
