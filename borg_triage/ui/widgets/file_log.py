"""Who looked at this case or changed it."""

from __future__ import annotations

from borg_triage.app.case_care import note_case_log_read, read_case_log, save_log
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Disclosure
from borg_triage.ui.widgets.file_part import FilePart
from borg_triage.ui.widgets.log_identity import WorkingAs
from borg_triage.ui.widgets.log_list import LogExport, LogList

# Short: below it stands what one can do.
_PAGE = 8


class CaseLog(FilePart):
    """The log of the open case; that it is read stands in it."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx, "log")
        case = self.case
        self.say("intro")
        self.identity = self.add(
            Disclosure(
                ctx.t("log.identity.title"), lambda: WorkingAs(ctx, case.session, case.view.user_group)
            )
        )
        note_case_log_read(case)
        self.list = self.add(LogList(ctx, lambda before: read_case_log(case, _PAGE, before), _PAGE))
        self.export = self.add(
            LogExport(ctx, lambda format_, lay: save_log(case.session, format_, lay, case))
        )
