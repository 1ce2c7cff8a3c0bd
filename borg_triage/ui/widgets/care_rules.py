"""What an organisation sets for its vault: what passphrases must meet, and the way to the retention terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from borg_triage.domain.errors import BorgTriageError
from borg_triage.storage.keys.strength import (
    LEAST_LENGTH,
    LEAST_SCORE,
    MOST_LENGTH,
    MOST_SCORE,
    PassphraseRule,
)
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.ask import Ask, AskPlace
from borg_triage.ui.widgets.basics import (
    Body,
    Column,
    Field,
    FlowRow,
    Notice,
    PrimaryButton,
    SecondaryButton,
)
from borg_triage.ui.widgets.care import Part
from borg_triage.ui.widgets.fields import NumberEdit
from borg_triage.ui.widgets.outcome_option import Options

if TYPE_CHECKING:
    from borg_triage.app.session import Session

_GAP: Final = 12


class Terms(Part):
    """How long cases stay, on a page of its own."""

    def __init__(self, ctx: Context, session: Session) -> None:
        super().__init__(ctx, session, "terms")
        self.open = SecondaryButton(ctx.t("care.terms.open"), lambda: ctx.go("terms"), icon="arrow_right")
        self.due = SecondaryButton(ctx.t("due.to"), lambda: ctx.go("due"), icon="list")
        self.add(FlowRow(self.open, self.due, gap=_GAP))


class Rule(Part):
    """What the vault asks of a new passphrase."""

    def __init__(self, ctx: Context, session: Session) -> None:
        super().__init__(ctx, session, "rule")
        self.rule = session.vault.passphrase_rule
        self.add(Body(ctx.t("care.rule.now", length=self.rule.length, strength=self._strength(self.rule))))
        if self.rule.is_weak:
            self.add(Notice("", self._weak("care.rule.is_weak"), "attention"))
        if not self.managing:
            self.say_owners_only()
            return
        self.change = SecondaryButton(ctx.t("care.rule.change"), self._open)
        self.offer = self.add(FlowRow(self.change))
        self.form = self.add(self._form())
        self.form.hide()
        self.add(self.told)
        self.asking = self.add(AskPlace())

    def _form(self) -> Column:
        ctx, form = self.ctx, Column(gap="l")
        self.length = NumberEdit(self.rule.length)
        hint = ctx.t("care.rule.length.hint", least=LEAST_LENGTH, most=MOST_LENGTH)
        form.add(Field(ctx.t("care.rule.length"), self.length, hint))
        scores = [
            (str(score), ctx.t(f"care.rule.score.{score}"), ctx.t(f"care.rule.score.{score}.more"))
            for score in range(LEAST_SCORE, MOST_SCORE + 1)
        ]
        name = ctx.t("care.rule.score")
        self.score = form.add(
            Options(
                Body(name, bold=True),
                scores,
                name=name,
                chosen=str(self.rule.score),
                on=lambda _score: self.asking.put_away(),
            )
        )
        self.save = PrimaryButton(ctx.t("care.rule.save"), self._save)
        cancel = SecondaryButton(ctx.t("care.back_out"), self._close)
        form.add(FlowRow(self.save, cancel, gap=_GAP))
        self.length.textChanged.connect(lambda _text: self.asking.put_away())
        self.length.returnPressed.connect(self._save)
        return form

    def _open(self) -> None:
        self.offer.hide()
        self.form.show()
        self.length.setFocus()
        self.length.selectAll()

    def _close(self) -> None:
        self.asking.put_away()
        self.told.put_away()
        self.form.hide()
        self.offer.show()
        self.change.setFocus()

    def _save(self) -> None:
        try:
            rule = PassphraseRule(self.length.number() or 0, int(self.score.value or 0))
        except ValueError:
            text = self.ctx.t("care.rule.error.length", least=LEAST_LENGTH, most=MOST_LENGTH)
            self.told.say(text, focus=self.length)
            return
        self.told.put_away()
        if rule.is_weak:
            self._ask(rule)
        else:
            self._set(rule)

    def _ask(self, rule: PassphraseRule) -> None:
        """Warn of a rule that asks less than is usual."""
        ctx = self.ctx
        lines = [self._weak(f"care.rule.sure.{line}") for line in ("usual", "stolen", "stays")]
        title = ctx.t("care.rule.sure", length=rule.length)
        go_on, back = ctx.t("care.rule.sure.go_on"), ctx.t("care.back_out")
        self.asking.ask(Ask(title, lines, go_on, back, lambda: self._set(rule)), self.save)

    def _set(self, rule: PassphraseRule) -> None:
        try:
            self.vault.set_passphrase_rule(rule)
        except BorgTriageError as error:
            self.failed(error)
        else:
            self.again("care.rule.done", length=rule.length, strength=self._strength(rule))

    def _strength(self, rule: PassphraseRule) -> str:
        return self.ctx.t(f"passphrase.rule.strength.{rule.score}")

    def _weak(self, key: str) -> str:
        return self.ctx.t(key, usual=PassphraseRule().length)
