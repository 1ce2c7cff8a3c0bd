"""People decide: setting another outcome, and saying that someone was consulted."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from borg_triage.domain.errors import BorgTriageError, CaseRuleError
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.errors import not_stored
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    Column,
    Disclosure,
    Field,
    FlowRow,
    Heading,
    Notice,
    QuietButton,
    SecondaryButton,
)
from borg_triage.ui.widgets.outcome_judgement import Fault, OutcomeChoice
from borg_triage.ui.widgets.outcome_words import Words


class PeopleDecide(Card):
    """What people decided before, and behind a button the form to decide otherwise."""

    def __init__(self, ctx: Context, words: Words) -> None:
        super().__init__(Heading(words.t("override.title"), 2))
        lower = words.level(words.view.assessment.level.lower)
        self.add(Body(words.t("override.intro", lower=lower)))
        for made in reversed(words.view.overrides):
            line = words.t(
                "override.history.line",
                level=words.level(made.level),
                pattern=words.pattern(made.pattern),
                who=words.listing([made.by, made.second_person] if made.second_person else [made.by]),
                when=words.moment(made.at),
                reason=made.reason,
            )
            self.add(Body(line, tone="muted"))
        self.disclosure = self.add(Disclosure(words.t("override.open"), lambda: OverrideForm(ctx, words)))
        if words.view.judgement is not None:
            self.add(FlowRow(QuietButton(words.t("judgement.change"), lambda: ctx.go("judgement"))))


class OverrideForm(Column):
    """A level and a pattern that stand, with the reason and, for going lower, a second person.

    Whether it may be so is the session's to say; what it refuses is shown here, and nothing has changed.
    """

    def __init__(self, ctx: Context, words: Words) -> None:
        super().__init__(gap="l")
        self._ctx, self._words = ctx, words
        view = words.view
        self.choice = self.add(
            OutcomeChoice(
                words,
                (words.t("override.level"), words.t("override.pattern")),
                (view.level, view.pattern),
                lowest=view.assessment.level.lower,
                agreed=view.assessment.pattern,
            )
        )
        self.reason = QPlainTextEdit()
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(theme.current().px(96))
        self.second = QLineEdit()
        self.second.setMaxLength(120)
        self.add(Field(words.t("override.reason"), self.reason))
        self.add(Field(words.t("override.second"), self.second, words.t("override.second.hint")))
        self.fault = self.add(Fault())
        self.save = SecondaryButton(words.t("override.save"), self._save)
        self.add(FlowRow(self.save))

    def _save(self) -> None:
        picked = self.choice.picked(self.fault)
        if picked is None:
            return
        reason, second = self.reason.toPlainText().strip(), self.second.text().strip()
        try:
            self._words.case.override(*picked, reason, second)
        except CaseRuleError as error:
            self.fault.say(self._words.t(error.key, **error.params), self.second if reason else self.reason)
            return
        except BorgTriageError as error:
            self._ctx.fail(not_stored(error))
            return
        self._ctx.changed()
        self._ctx.go("result", show=True)


class Locked(Column):
    """What waits until Veilig Thuis or an expert was consulted, and a place to say that this was done."""

    def __init__(self, ctx: Context, words: Words, locked: str) -> None:
        super().__init__(gap="s")
        self._ctx, self._words = ctx, words
        self.add(Body(words.t(f"locked.{locked}.label"), bold=True))
        done = [event for event in words.view.events if event.kind == "consulted"]
        if done:
            who, when = done[-1].details.get("with", ""), words.moment(done[-1].happened_at)
            self.add(Body(words.t("result.locked.done", who=who, when=when)))
            return
        self.add(Body(words.t(f"locked.{locked}.text")))
        self.disclosure = self.add(Disclosure(words.t("result.locked.consulted"), self._form))

    def _form(self) -> QWidget:
        self.who = QLineEdit()
        self.who.setMaxLength(200)
        self.who.returnPressed.connect(self._save)
        self.fault = Fault()
        return Column(
            Field(self._words.t("result.locked.with"), self.who),
            self.fault,
            FlowRow(SecondaryButton(self._words.t("result.locked.save"), self._save)),
        )

    def _save(self) -> None:
        who = self.who.text().strip()
        if not who:
            self.fault.say(self._words.t("result.locked.with_missing"), self.who)
            return
        try:
            self._words.case.note_event("consulted", {"with": who})
        except BorgTriageError as error:
            self._ctx.fail(not_stored(error))
            return
        self._ctx.changed()
        self._ctx.go("result", show=True)


def standing_notice(words: Words) -> Notice | None:
    """That people set the outcome, or that what they set no longer holds; None where they set none."""
    view = words.view
    if not view.overrides:
        return None
    made, result = view.overrides[-1], view.assessment
    who = words.listing([made.by, made.second_person] if made.second_person else [made.by])
    program = {"level": words.level(result.level.value), "pattern": words.pattern(result.pattern)}
    if words.people_set:
        title = words.t("result.people_decided", who=who, when=words.moment(made.at))
        return Notice(title, words.t("result.program_says", reason=made.reason, **program), "info")
    before = {"level": words.level(made.level), "pattern": words.pattern(made.pattern)}
    text = words.t("result.people_lapsed.text", who=who, when=words.moment(made.at), **before)
    return Notice(words.t("result.people_lapsed.title"), text, "elevated")
