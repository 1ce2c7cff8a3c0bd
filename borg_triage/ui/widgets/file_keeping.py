"""How long the case stays: which term, from which day, by whose rule; and what was set for this case."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QLineEdit

from borg_triage.app import case_care, retention_text
from borg_triage.text import formats
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import (
    Body,
    Column,
    Field,
    FlowRow,
    OneLine,
    PrimaryButton,
    Rule,
    SecondaryButton,
)
from borg_triage.ui.widgets.copy_lines import if_chosen, if_confirmed, open_fate, why
from borg_triage.ui.widgets.file_keep_until import KeepUntil
from borg_triage.ui.widgets.file_part import FilePart
from borg_triage.ui.widgets.told import Told, soon_in_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from borg_triage.domain.retention import Period, Profile

_LONGEST: Final = 300


class Keeping(FilePart):
    """The term, closing, the working copy, and a hold."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx, "keeping")
        from borg_triage.app.retention import of_case
        from borg_triage.app.retention_profiles import profiles

        case, vault = self.case, self.case.session.vault
        self.days = of_case(vault, case.id, case.session.today())
        self.clock = vault.retention.clock(case.id)
        self.profile = profiles(vault.settings)[self.days.profile]
        # What can be changed, by the name of its text.
        self.buttons: dict[str, SecondaryButton] = {}
        self._add_term()
        self.add(self.told)
        self._add_closing()
        self._add_working_copy()
        self.until = self.add(KeepUntil(ctx))
        self._add_hold()

    # ------------------------------------------------------------ the term

    def _add_term(self) -> None:
        ctx, due, profile = self.ctx, self.days.due, self.profile
        fate = open_fate(ctx, self.days)
        goes = fate is not None and fate.on is not None
        stage = "retention.copy" if goes else f"retention.stage.{self.days.stage.value}"
        self.add(Body(ctx.t(stage), bold=True))
        self.add(Body(why(ctx, self.days, fate)))
        term = ctx.t(f"file.keeping.term.{profile.clock}", length=self._length(profile.erased))
        since = ctx.t("file.keeping.runs_from", day=self._day(due.clock)) if due.clock else ""
        self.add(Body(f"{term} {since}".strip()))
        if due.hide_on is not None and profile.hidden is not None:
            self.say("hidden", day=self._day(due.hide_on), length=self._length(profile.hidden))
        for value in ("erased", "hidden"):
            period = getattr(profile, value)
            if period is not None:
                self._add_source(value, period, profile)

    def _add_source(self, value: str, period: Period, profile: Profile) -> None:
        ctx = self.ctx
        source = retention_text.source(profile.id, value, period, ctx.texts)
        status = ctx.t(f"retention.status.{period.status}")
        text = ctx.t(f"file.keeping.source.{value}", source=source, status=status)
        self.add(Body(text, tone="muted", size="small"))

    # ------------------------------------------------------------ what was set for this case

    def _add_closing(self) -> None:
        closed = self.clock.closed_at
        if closed is None:
            self._add_setting("open", "close", self.case.close_case, "close.done")
        else:
            day = self._day(closed.astimezone(formats.DUTCH_TIME).date())
            self._add_setting("closed", "reopen", self.case.reopen_case, "reopen.done", day=day)

    def _add_working_copy(self) -> None:
        own = self.clock.retention.working_copy if self.clock.retention else None
        on = self.profile.working_copy if own is None else own
        self._add_setting(
            "copy.on" if on else "copy.off",
            "copy.turn_off" if on else "copy.turn_on",
            lambda: case_care.set_working_copy(self.case, not on),
            "copy.changed",
            follows="" if on else if_chosen(self.ctx),
            length=self._length(self.profile.handed_over),
        )
        if case_care.handed_over_unconfirmed(self.case):
            self._add_setting(
                "sent",
                "confirm",
                lambda: case_care.confirm_hand_over(self.case),
                "confirmed",
                anybody=True,
                follows=if_confirmed(self.ctx),
            )
        confirmed = case_care.confirmed_at(self.case)
        if confirmed is not None:
            self.say("received", when=formats.moment(confirmed, self.ctx.language))

    def _add_hold(self) -> None:
        reason = self.clock.retention.hold_reason if self.clock.retention else ""
        if reason:
            self._add_setting(
                "held", "let_go", lambda: case_care.hold(self.case, ""), "let_go.done", reason=reason
            )
            return
        self._add_setting("not_held", "hold", self._open_hold, "")
        self.reason = QLineEdit()
        self.reason.setMaxLength(_LONGEST)
        self.reason.returnPressed.connect(self._hold)
        ctx = self.ctx
        self.hold = PrimaryButton(ctx.t("file.keeping.hold.go_on"), self._hold)
        back = SecondaryButton(ctx.t("care.back_out"), self._close_hold)
        self.hold_told = Told()
        self.form = self.add(
            Column(
                Field(ctx.t("file.keeping.hold.reason"), self.reason, ctx.t("file.keeping.hold.reason.hint")),
                self.hold_told,
                FlowRow(self.hold, back, gap=12),
            )
        )
        self.form.hide()

    def _open_hold(self) -> None:
        self.form.show()
        self.reason.setFocus()
        soon_in_view(self.form)

    def _close_hold(self) -> None:
        self.hold_told.put_away()
        self.form.hide()
        self.buttons["hold"].setFocus()

    def _hold(self) -> None:
        if not self.reason.text().strip():
            self.hold_told.say(self.ctx.t("file.keeping.hold.error"), focus=self.reason)
            return
        self.try_to(lambda: case_care.hold(self.case, self.reason.text()), "file.keeping.hold.done")

    def _add_setting(
        self,
        state: str,
        change: str,
        do: Callable[[], object],
        done: str,
        *,
        anybody: bool = False,
        follows: str = "",
        **params: object,
    ) -> None:
        """One line that says how it is, and the button that changes it, for who looks after the case.

        follows: what changing it leads to.
        """
        self.add(Rule())
        if not (anybody or self.caring):
            self.say(state, **params)
            return
        act = do if not done else lambda: self.try_to(do, f"file.keeping.{done}")
        button = SecondaryButton(self.ctx.t(f"file.keeping.{change}"), act)
        self.buttons[change] = button
        text = f"{self.ctx.t(f'file.keeping.{state}', **params)} {follows}".strip()
        self.add(OneLine(Body(text), button))

    # ------------------------------------------------------------ words

    def _day(self, day: date) -> str:
        return formats.day(day, self.ctx.language)

    def _length(self, period: Period) -> str:
        return retention_text.length(period.length, self.ctx.texts)
