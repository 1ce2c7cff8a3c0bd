"""One's own passphrase, the recovery sheets, and the key of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Column, FlowRow, PrimaryButton, SecondaryButton
from borg_triage.ui.widgets.care import Part, new_passphrase, seconds
from borg_triage.ui.widgets.confirm import AskConfirmed, Confirm
from borg_triage.ui.widgets.passphrase import PassphraseField
from borg_triage.ui.widgets.recovery_state import is_confirmed

if TYPE_CHECKING:
    from borg_triage.app.session import Session


class OwnPassphrase(Part):
    """Another passphrase for whoever opened the vault."""

    def __init__(self, ctx: Context, session: Session) -> None:
        super().__init__(ctx, session, "passphrase")
        self.change = SecondaryButton(ctx.t("care.passphrase.change"), self.open)
        self.offer = self.add(FlowRow(self.change))
        self.form = self.add(Column(gap="l"))
        self.old = self.form.add(PassphraseField(ctx, ctx.t("care.passphrase.old")))
        known = (session.vault.person.name, session.vault.path.stem)
        self.new = self.form.add(new_passphrase(ctx, session, lambda: known, ctx.t("care.passphrase.new")))
        self.submit = PrimaryButton(ctx.t("care.passphrase.submit"), self._change, icon="lock")
        cancel = SecondaryButton(ctx.t("care.back_out"), self._close)
        self.form.add(FlowRow(self.submit, cancel, gap=12))
        self.form.hide()
        self.add(self.told)
        self.add(self.work)
        self.old.line.returnPressed.connect(self.new.first.line.setFocus)
        self.new.first.line.returnPressed.connect(self.new.again.line.setFocus)
        self.new.again.line.returnPressed.connect(self._change)

    def open(self) -> None:
        """Show the form."""
        self.offer.hide()
        self.form.show()
        self.old.line.setFocus()

    def _close(self) -> None:
        self.old.line.clear()
        self.new.empty()
        self.told.put_away()
        self.form.hide()
        self.offer.show()
        self.change.setFocus()

    def _change(self) -> None:
        problem = self.new.problem() if self.old.text() else "care.error.no_old"
        if problem:
            self.told.say(
                self.ctx.t(problem), focus=self.new.first.line if self.old.text() else self.old.line
            )
            return
        vault, old, new = self.vault, self.old.text(), self.new.text()
        self.do(
            self.ctx.t("unlock.busy"),
            lambda _progress: vault.change_passphrase(old, new),
            lambda _done: self.again("care.passphrase.done"),
        )

    def failed(self, error: Exception) -> None:
        """Here a wrong passphrase does not mean a vault that stays shut, as the general words have it."""
        if getattr(error, "key", "") == "vault.error.wrong_passphrase":
            self.told.say(self.ctx.t("care.passphrase.wrong"), focus=self.old.line)
            self.old.line.selectAll()
        else:
            super().failed(error)


class Recovery(Part):
    """Which sheets there are, whether they were tried out, and the way to new ones."""

    def __init__(self, ctx: Context, session: Session) -> None:
        super().__init__(ctx, session, "recovery")
        ring = session.vault.ring
        slot = None if ring is None else ring.file.recovery_slot
        if slot is None:
            text = ctx.t("care.recovery.none")
        elif slot.shares == 1:
            text = ctx.t("care.recovery.one")
        else:
            text = ctx.t("care.recovery.some", needed=slot.threshold, sheets=slot.shares)
        self.add(Body(text, bold=True))
        if slot is not None:
            self.add(
                Body(ctx.t("care.recovery.tried" if is_confirmed(session) else "care.recovery.not_tried"))
            )
        if not self.managing:
            self.say_owners_only()
            return
        label = ctx.t("care.recovery.make" if slot is None else "care.recovery.anew")
        self.make = SecondaryButton(label, lambda: ctx.go("kit"), icon="file")
        self.add(FlowRow(self.make))


class DatabaseKey(Part):
    """Everything encrypted anew under another key."""

    def __init__(self, ctx: Context, session: Session) -> None:
        super().__init__(ctx, session, "key")
        if not self.managing:
            self.say_owners_only()
            return
        self.change = SecondaryButton(
            ctx.t("care.key.change"), lambda: self.sure.ask(self.change), icon="lock"
        )
        self.add(FlowRow(self.change))
        lines = [ctx.t(f"care.key.{line}") for line in ("what", "who")]
        lines.append(ctx.texts.plural("care.rewrite.time", seconds(session.vault)))
        self.confirm = Confirm(ctx, session)
        words = (ctx.t("care.key.go_on"), ctx.t("care.back_out"))
        self.sure = self.add(AskConfirmed(self.confirm, ctx.t("care.key.sure"), lines, words, self._rotate))
        self.add(self.told)
        self.add(self.work)

    def _rotate(self) -> None:
        vault = self.vault
        self.do_confirmed(
            self.confirm,
            self.ctx.t("care.key.busy"),
            vault.rotate,
            lambda _done: self.again("care.key.done"),
        )
