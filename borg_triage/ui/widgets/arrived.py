"""Whether a hand-over arrived: the receiver said so, or the button to keep that they did."""

from __future__ import annotations

from PySide6.QtCore import Qt

from borg_triage.app import case_care
from borg_triage.app.retention import of_case
from borg_triage.app.working_copies import is_copy
from borg_triage.domain.errors import BorgTriageError
from borg_triage.text import formats
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Column, FlowRow, SecondaryButton, clear
from borg_triage.ui.widgets.copy_lines import if_confirmed, open_fate, why


class Arrived(Column):
    """Below the list of who the case was handed over to. A working copy goes some time after this."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(gap="s")
        # No stop on the way of the Tab key: only where the keyboard is once it is confirmed.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setProperty("ring", "none")
        self._ctx = ctx
        self.confirm: SecondaryButton | None
        self._show()

    def _show(self) -> None:
        ctx, case = self._ctx, self._ctx.opened
        clear(self.body)
        self.confirm = None
        when = case_care.confirmed_at(case)
        if when is not None:
            received = ctx.t("file.keeping.received", when=formats.moment(when, ctx.language))
            self.add(Body(received, bold=True))
            self.setAccessibleName(received)
            days = of_case(case.session.vault, case.id, case.session.today())
            if is_copy(days):
                self.add(Body(why(ctx, days, open_fate(ctx, days)), tone="muted"))
        elif case_care.handed_over_unconfirmed(case):
            self.add(Body(ctx.t("file.keeping.sent"), tone="muted"))
            follows = if_confirmed(ctx)
            if follows:
                self.add(Body(follows))
            self.confirm = SecondaryButton(ctx.t("file.keeping.confirm"), self._confirm, icon="tick")
            self.add(FlowRow(self.confirm))

    def _confirm(self) -> None:
        try:
            case_care.confirm_hand_over(self._ctx.opened)
        except BorgTriageError as error:
            self._ctx.fail(error)
        else:
            # With the button the keyboard would go to the first control of the window.
            self.setFocus()
            self._show()
