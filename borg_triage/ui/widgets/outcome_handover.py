"""What to choose before a paper is made: which paper, in what language, for whom, with what in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from borg_triage.app.papers import variants
from borg_triage.app.talks import KIND
from borg_triage.report.options import PaperOptions
from borg_triage.text.catalog import LANGUAGES
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    Column,
    Disclosure,
    Field,
    FlowRow,
    Heading,
    SecondaryButton,
)
from borg_triage.ui.widgets.outcome_layout import SideBySide
from borg_triage.ui.widgets.outcome_option import Options, Tick
from borg_triage.ui.widgets.outcome_words import Words

DRAFT: Final = "handover"
# Left out unless ticked, recipient by recipient.
_OUT: Final = ("reporter", "whereabouts")
# On papers that the possible perpetrator does not come to see; left out when unticked.
_IN: Final = {"control_answers": "control_answers", "unknown_separation": "separation_plans"}
_LINES: Final = ("safe_contact", "where_he_is", "done_so_far", "asked_of_you", "not_shared_with")
_LONG: Final = 600


class PaperChoice(Column):
    """The choices for one paper. changed: called after each; they are kept as a draft of the open case."""

    def __init__(self, ctx: Context, words: Words, changed: Callable[[], object]) -> None:
        super().__init__(gap="l")
        self._words, self._changed = words, changed
        self._draft = ctx.drafts.setdefault(DRAFT, {})
        self.add(SideBySide(self._which(), self._language(ctx), needs=560))
        self.add(self._whom())
        self.add(self._what())

    # ------------------------------------------------------------ the parts

    def _which(self) -> Card:
        title = self._words.t("handover.paper.title")
        papers = [(name, self._words.t(f"paper.variant.{name}"), "") for name in variants()]
        chosen = self._draft.get("variant", papers[0][0])
        self.variant = Options(Heading(title, 3), papers, name=title, chosen=chosen, on=self._keep("variant"))
        return _filled(Card(self.variant))

    def _language(self, ctx: Context) -> Card:
        title = self._words.t("handover.language.title")
        languages = [(name, self._words.t(f"handover.language.{name}"), "") for name in LANGUAGES]
        chosen = self._draft.get("language", ctx.language)
        self.language = Options(
            Heading(title, 3), languages, name=title, chosen=chosen, on=self._keep("language")
        )
        return _filled(Card(self.language))

    def _whom(self) -> Card:
        t = self._words.t
        self.recipient = QLineEdit(self._draft.get("recipient", ""))
        self.recipient.setMaxLength(200)
        self.recipient.textChanged.connect(self._keep("recipient"))
        self.lines: dict[str, QPlainTextEdit] = {}
        self.take: SecondaryButton | None = None
        self.more = Disclosure(
            t("handover.more"), self._more_lines, opened=any(self._draft.get(name) for name in _LINES)
        )
        return Card(
            Field(t("handover.recipient.label"), self.recipient, t("handover.recipient.hint")), self.more
        )

    def _more_lines(self) -> QWidget:
        column = Column(gap="m")
        for name in _LINES:
            line = QPlainTextEdit(self._draft.get(name, ""))
            line.setTabChangesFocus(True)
            line.setFixedHeight(theme.current().px(72))
            line.textChanged.connect(
                lambda name=name, line=line: self._keep(name)(line.toPlainText()[:_LONG])
            )
            self.lines[name] = line
            column.add(
                Field(self._words.t(f"handover.{name}.label"), line, self._words.t(f"handover.{name}.hint"))
            )
            if name == "safe_contact":
                self._offer_contact(column, line)
        return column

    def _offer_contact(self, column: Column, line: QPlainTextEdit) -> None:
        agreed = agreed_contact(self._words)
        if agreed:
            text = self._words.t("handover.safe_contact.take", agreed=agreed)
            self.take = SecondaryButton(text, lambda: line.setPlainText(agreed))
            column.add(FlowRow(self.take))

    def _what(self) -> Card:
        t = self._words.t
        card = Card(Heading(t("handover.include.title"), 3), Body(t("handover.include.intro"), tone="muted"))
        self.ticks: dict[str, Tick] = {}
        for name in _OUT:
            self._tick(card, name, on=False)
        withheld = [name for name in self._words.view.assessment.routes.withheld if name in _IN]
        if withheld:
            card.add(Heading(t("handover.leave_out.title"), 3))
        for name in withheld:
            self._tick(card, name, on=True)
        return card

    def _tick(self, card: Card, name: str, *, on: bool) -> None:
        tick = card.add(
            Tick(self._words.t(f"handover.include.{name}"), self._words.t(f"handover.include.{name}.text"))
        )
        tick.setChecked(self._draft.get(name, "yes" if on else "no") == "yes")
        keep = self._keep(name)
        tick.toggled.connect(lambda ticked: keep("yes" if ticked else "no"))
        self.ticks[name] = tick

    def _keep(self, name: str) -> Callable[[str], None]:
        def keep(value: str) -> None:
            self._draft[name] = value
            self._changed()

        return keep

    # ------------------------------------------------------------ what was chosen

    def options(self) -> PaperOptions:
        """The choices as the paper takes them."""
        session, draft = self._words.case.session, self._draft
        ticked = {name: tick.isChecked() for name, tick in self.ticks.items()}
        done = draft.get("done_so_far", "").splitlines()
        return PaperOptions(
            made_at=session.clock(),
            variant=self.variant.value or variants()[0],
            language=self.language.value or self._words.texts.language,
            recipient=self.recipient.text().strip(),
            include_reporter=ticked["reporter"],
            include_whereabouts=ticked["whereabouts"],
            include_control_answers=ticked.get("control_answers"),
            include_separation_plans=ticked.get("unknown_separation"),
            safe_contact=draft.get("safe_contact", "").strip(),
            not_shared_with=draft.get("not_shared_with", "").strip(),
            where_he_is=draft.get("where_he_is", "").strip(),
            done_so_far=tuple(line.strip() for line in done if line.strip()),
            asked_of_you=draft.get("asked_of_you", "").strip(),
            made_by=session.worker,
        )


def agreed_contact(words: Words) -> str:
    """The safe way to reach the possible victim, as agreed in the newest talk that named one."""
    talks = (event.details for event in reversed(words.view.events) if event.kind == KIND)
    return next((talk["safe_contact"] for talk in talks if talk.get("safe_contact")), "")


def _filled(card: Card) -> Card:
    card.body.addStretch(1)
    return card
