"""The talk: alone, who can hear, interpreter, safe contact, and whether the other was heard too.

What is kept here decides how the answers of this talk count. With the partner in the room the same page
shows neutral words only, and one way out.
"""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QLineEdit

from borg_triage.app.talks import INTERPRETERS, OTHER_HEARD, Talk, details_of, keep_talk, talk_from
from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui.context import Context
from borg_triage.ui.errors import not_all_stored
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    Column,
    Field,
    FlowRow,
    Heading,
    Notice,
    PrimaryButton,
    ScrollPage,
    SecondaryButton,
    clear,
)
from borg_triage.ui.widgets.fields import RadioRows

_YES_NO_UNKNOWN: Final = ("yes", "no", "unknown")
_NEVER: Final = ("partner", "child", "family")
_DRAFT: Final = "interview"


class Page(ScrollPage):
    """Builds itself from the talk of today, or from what is half filled in."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        if ctx.neutral:
            super().__init__(ctx.t("section.interview.neutral_title"))
            self._build_neutral()
            return
        super().__init__(ctx.t("section.interview.title"), ctx.t("section.interview.intro"))
        kept, draft = ctx.talk or Talk(), ctx.drafts.get(_DRAFT, {})
        self._talk = talk_from({**details_of(kept), **draft})
        self._add_present()
        self._add_alone()
        self._add_interpreter()
        self._add_contact()
        self._add_other()
        self._add_outcome()
        self._changed()

    def state(self) -> dict[str, Any]:
        """Keep what is half filled in, to build it from again."""
        if not self._ctx.neutral:
            self._ctx.drafts[_DRAFT] = self._filled_in()
        return {}

    # ------------------------------------------------------------ the partner is there

    def _build_neutral(self) -> None:
        """Only what anyone may read over a shoulder."""
        ctx = self._ctx
        self.add(Body(ctx.t("interview.neutral.text")))
        first = ctx.flow.sections(neutral=True)[0]
        self.goon = PrimaryButton(
            ctx.t("interview.neutral.go_on"),
            lambda: ctx.go("questions", section=first),
            icon="arrow_right",
        )
        self.alone_again = SecondaryButton(ctx.t("interview.neutral.end"), self._end_neutral)
        self.buttons(self.goon, self.alone_again)

    def _end_neutral(self) -> None:
        """A new talk, without the partner; how it goes has yet to be described."""
        self._keep(Talk(), None)

    def _add_present(self) -> None:
        ctx = self._ctx
        self.present = SecondaryButton(ctx.t("interview.present.start"), self._start_neutral, icon="eye_off")
        card = Card(Heading(ctx.t("interview.present.title"), 2), Body(ctx.t("interview.present.text")))
        card.add(FlowRow(self.present))
        self.add(card)

    def _start_neutral(self) -> None:
        self._keep(Talk(alone="no", partner_present=True), None)

    # ------------------------------------------------------------ the talk

    def _add_alone(self) -> None:
        ctx, talk = self._ctx, self._talk
        card = self.add(Card(Heading(ctx.t("interview.alone.title"), 2), gap="l"))
        self.alone = self._three("interview.alone", talk.alone)
        self.phone_away = self._three("interview.phone", talk.phone_away)
        for key, rows in (("interview.alone", self.alone), ("interview.phone", self.phone_away)):
            card.add(Column(Body(ctx.t(key), bold=True), rows, gap="s"))

    def _three(self, key: str, value: str) -> RadioRows:
        options = [(one, self._ctx.t(f"{key}.{one}")) for one in _YES_NO_UNKNOWN]
        rows = RadioRows(options, value, self._ctx.t(key))
        rows.chosen.connect(lambda _value: self._changed())
        return rows

    def _add_interpreter(self) -> None:
        ctx, talk = self._ctx, self._talk
        card = self.add(Card(Heading(ctx.t("interview.interpreter.title"), 2)))
        self.language = QLineEdit(talk.language)
        card.add(Field(ctx.t("interview.language"), self.language, ctx.t("interview.language.hint")))
        options = [(one, ctx.t(f"interview.interpreter.{one}")) for one in INTERPRETERS]
        self.interpreter = RadioRows(options, talk.interpreter, ctx.t("interview.interpreter.title"))
        self.interpreter.chosen.connect(lambda _value: self._changed())
        card.add(self.interpreter)
        self.warning = card.add(Column())
        self.interpreter_name = QLineEdit(talk.interpreter_name)
        hint = ctx.t("interview.interpreter.name.hint")
        card.add(Field(ctx.t("interview.interpreter.name"), self.interpreter_name, hint))

    def _add_contact(self) -> None:
        ctx = self._ctx
        card = self.add(Card(Heading(ctx.t("interview.contact.title"), 2)))
        self.safe_contact = QLineEdit(self._talk.safe_contact)
        hint = ctx.t("interview.contact.hint")
        card.add(Field(ctx.t("interview.contact"), self.safe_contact, hint))

    def _add_other(self) -> None:
        ctx = self._ctx
        label = ctx.t(f"item.{OTHER_HEARD}.label")
        options = [(one, ctx.t(f"value.{one}")) for one in _YES_NO_UNKNOWN]
        stored = ctx.opened.view.assessment.counted.get(OTHER_HEARD)
        self.other_heard = RadioRows(options, ctx.drafts.get(_DRAFT, {}).get("other_heard") or stored, label)
        card = self.add(Card(Heading(label, 2), Body(ctx.t(f"item.{OTHER_HEARD}.help"), tone="muted")))
        card.add(self.other_heard)

    def _add_outcome(self) -> None:
        ctx = self._ctx
        self.outcome = self.add(Column())
        self.keep = PrimaryButton(ctx.t("interview.keep"), self._keep_talk, icon="arrow_right")
        self.buttons(self.keep)

    def _changed(self) -> None:
        """Say what follows from what is filled in, before it is kept."""
        ctx, talk = self._ctx, self._described()
        clear(self.warning.body)
        if talk.interpreter in _NEVER:
            title = ctx.t("interview.interpreter.never.title")
            self.warning.add(Notice(title, ctx.t("interview.interpreter.never"), "high"))
        elif talk.interpreter == "missing":
            title = ctx.t("interview.interpreter.needed.title")
            self.warning.add(Notice(title, ctx.t("interview.interpreter.needed"), "attention"))
        clear(self.outcome.body)
        title, text = (ctx.t(f"interview.outcome.{talk.separate}{end}") for end in (".title", ""))
        self.outcome.add(Notice(title, text, "info" if talk.separate == "yes" else "attention"))

    def _described(self) -> Talk:
        return Talk(
            alone=self.alone.value() or "unknown",
            phone_away=self.phone_away.value() or "unknown",
            interpreter=self.interpreter.value() or "not_needed",
            interpreter_name=self.interpreter_name.text().strip(),
            language=self.language.text().strip(),
            safe_contact=self.safe_contact.text().strip(),
        )

    def _filled_in(self) -> dict[str, str]:
        return {**details_of(self._described()), "other_heard": self.other_heard.value() or ""}

    # ------------------------------------------------------------ keeping it

    def _keep_talk(self) -> None:
        self._keep(self._described(), self.other_heard.value())

    def _keep(self, talk: Talk, other_heard: str | None) -> None:
        ctx = self._ctx
        was_neutral = ctx.neutral
        try:
            keep_talk(ctx.opened, talk, other_heard)
        except BorgTriageError as error:
            ctx.fail(not_all_stored(error))
            return
        ctx.drafts.pop(_DRAFT, None)
        ctx.changed()
        if talk.partner_present or was_neutral:
            ctx.go("interview")
        else:
            ctx.go("questions", section=ctx.flow.sections()[1])
