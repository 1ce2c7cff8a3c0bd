"""Erasing a case: what goes, what stays, and what no program reaches."""

from __future__ import annotations

from borg_triage.app import case_care, retention
from borg_triage.storage.erasing import Left
from borg_triage.storage.errors import CaseMissing, VaultError
from borg_triage.ui.context import Context
from borg_triage.ui.errors import words
from borg_triage.ui.widgets.ask import Ask
from borg_triage.ui.widgets.basics import FlowRow, SecondaryButton
from borg_triage.ui.widgets.care import seconds
from borg_triage.ui.widgets.clock_doubt import ClockDoubt
from borg_triage.ui.widgets.file_part import FilePart
from borg_triage.ui.widgets.unfinished import unfinished
from borg_triage.ui.widgets.work import Work


class Erasing(FilePart):
    """For who looks after the case; not while it is held, nor while the clock may be wrong."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx, "erase")
        self.say("intro")
        kept = self.case.session.vault.retention.get(self.case.id)
        if not self.caring:
            self.say("not_yours", who=self.case.view.opened_by)
            return
        if kept is not None and kept.hold_reason:
            self.say("held")
            return
        doubt = self.case.session.vault.clock_doubt()
        if doubt is not None:
            self.say("clock")
            self.doubt = self.add(ClockDoubt(ctx, self.case.session, doubt, lambda: ctx.go("file")))
            return
        name = self.case.view.pseudonym
        lines = [ctx.t(f"file.erase.{line}") for line in ("no_way_back", "goes", "stays", "outside")]
        lines.append(ctx.texts.plural("care.rewrite.time", seconds(self.case.session.vault)))
        self.button = SecondaryButton(ctx.t("file.erase.start"), lambda: self.sure.ask(self.button))
        self.add(FlowRow(self.button))
        title = ctx.t("file.erase.sure", name=name)
        go_on, back = ctx.t("file.erase.go_on", name=name), ctx.t("care.back_out")
        self.sure = self.add(Ask(title, lines, go_on, back, self._erase, kind="high"))
        self.add(self.told)
        self.work = self.add(Work(ctx))

    def _erase(self) -> None:
        case, ctx = self.case, self.ctx
        self.sure.hide()
        self.told.put_away()
        self.work.run(
            ctx.t("file.erase.busy"), lambda _progress: case_care.erase(case), self._leave, self._failed
        )

    def _failed(self, error: Exception) -> None:
        if self._is_gone():
            # The answer got lost, not the work; what is left is done at the next opening.
            self._leave(retention.erasing_left(self.case.session.vault))
        else:
            self.told.say(words(error, self.ctx.texts))

    def _is_gone(self) -> bool:
        try:
            self.case.session.vault.cases.get(self.case.id)
        except CaseMissing:
            return True
        except VaultError:
            return False
        return False

    def _leave(self, left: Left) -> None:
        ctx = self.ctx
        done = ctx.t("file.erase.done", name=self.case.view.pseudonym)
        lines = unfinished(left, ctx) if left.any else ""
        ctx.open_case(None)
        ctx.go("cases", done=done, unfinished=lines)
