"""The hand-over: choose the paper and what is in it, see page 1, save it as a PDF on purpose.

Encrypted unless the worker, after a warning, wants it otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from borg_triage.app.papers import make_paper, pdf_of, seal_pdf, withheld_by
from borg_triage.app.saving import PaperError, lay
from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.arrived import Arrived
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    Column,
    FlowRow,
    Heading,
    Notice,
    PrimaryButton,
    SecondaryButton,
)
from borg_triage.ui.widgets.choose_file import where_to_save
from borg_triage.ui.widgets.outcome_handover import DRAFT, PaperChoice
from borg_triage.ui.widgets.outcome_judgement import Fault
from borg_triage.ui.widgets.outcome_layout import ReadingPage
from borg_triage.ui.widgets.outcome_preview import Preview
from borg_triage.ui.widgets.outcome_sealing import PlainWarning, Saved, SavedNotice
from borg_triage.ui.widgets.outcome_words import Words, words

_PAUSE_MS: Final = 250
# Papers of an earlier version do not say whether they were encrypted.
_LOG_LINES: Final = {"yes": "handover.log.line.encrypted", "no": "handover.log.line.plain"}


class Page(ReadingPage):
    """The hand-over of the open case. saved: what was just written, to say so and to show its passphrase."""

    def __init__(self, ctx: Context, saved: Saved | None = None) -> None:
        super().__init__(ctx.t("handover.title"), ctx.t("handover.intro"))
        self._ctx, self._words = ctx, words(ctx)
        self.saved = None if saved is None else self.add(SavedNotice(ctx, saved))
        if self._words.view.judgement is None:
            give = SecondaryButton(ctx.t("result.compare.give"), lambda: ctx.go("judgement", then="handover"))
            self.add(Notice(ctx.t("handover.judgement_missing"), "", "attention", give))
        # The preview follows a moment after typing stops.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE_MS)
        self._later.timeout.connect(self._show_preview)
        self.choice = self.add(PaperChoice(ctx, self._words, self._later.start))
        self.ask_where: Callable[[], str] = self._ask_where
        self._add_saving()
        self.add(Heading(ctx.t("handover.preview.title"), 2))
        self.preview = self.add(Preview(ctx.t("handover.preview.name")))
        self.add(Body(ctx.t("handover.preview.note"), tone="muted", size="small"))
        handed = _handed_over(self._words)
        self.arrived = None if handed is None else handed.add(Arrived(ctx))
        if handed is not None:
            self.add(handed)
        self._show_preview()

    def begin(self) -> None:
        """At the top; after saving, as far down as the passphrase."""
        super().begin()
        if self.saved is not None and self.saved.passphrase is not None:
            self._reveal(self.saved.passphrase.signs)

    def _show_preview(self) -> None:
        self.preview.show_paper(
            make_paper(self._words.view, self.choice.options(), ready=self._words.case.ready)
        )

    def _add_saving(self) -> None:
        t = self._ctx.t
        self.fault = Fault()
        self.save = PrimaryButton(t("handover.save"), self._save, icon="lock")
        self.save_plain = SecondaryButton(t("handover.plain.choose"), self._warn)
        self.warning = PlainWarning(self._ctx, lambda: self._save(encrypt=False), self.save.setFocus)
        buttons = FlowRow(self.save, self.save_plain, gap=theme.current().space("m"))
        self.add(Card(Body(t("handover.sealed.note")), self.fault, buttons, self.warning))

    def _warn(self) -> None:
        """Say what a PDF without a passphrase means, before anything is saved."""
        if self._recipient_is_there():
            self.warning.ask()
            self._reveal(self.warning)

    def _reveal(self, widget: QWidget) -> None:
        """Scroll to what was just made, once it has its place."""
        edge = theme.current().space("xl")
        QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(widget, 0, edge))

    def _recipient_is_there(self) -> bool:
        if self.choice.options().recipient:
            return True
        self.fault.say(self._ctx.t("handover.error.recipient"), self.choice.recipient)
        return False

    def _save(self, *, encrypt: bool = True) -> None:
        if not self._recipient_is_there():
            return
        options = self.choice.options()
        chosen = self.ask_where()
        if not chosen:
            return
        case, path = self._words.case, Path(chosen)
        path = path if path.suffix else path.with_suffix(".pdf")
        try:
            paper = make_paper(case.freeze(), options, ready=case.ready)
            content, passphrase = pdf_of(paper), ""
            if encrypt:
                sealed = seal_pdf(content)
                content, passphrase = sealed.content, sealed.passphrase
            case.hand_over(
                options.recipient,
                encrypted=encrypt,
                paper=options.variant,
                withheld=withheld_by(paper),
                lay=lambda: lay(path, content),
            )
        except PaperError as error:
            self.fault.say(self._ctx.t(error.key, **error.params), self.save)
            return
        except BorgTriageError as error:
            self._ctx.fail(error)
            return
        self._ctx.drafts.pop(DRAFT, None)  # the next recipient is another choice
        self._ctx.changed()
        self._ctx.go("handover", saved=Saved(path.name, passphrase))

    @property
    def waiting(self) -> bool:
        """Whether the preview has yet to follow what was just chosen."""
        return self._later.isActive()

    def _ask_where(self) -> str:
        """Ask where to save; empty when the worker thinks better of it. The proposed name tells nothing."""
        t = self._ctx.t
        name = f"{t('handover.file.name')}-{self._words.view.today.isoformat()}.pdf"
        kind = f"{t('handover.file.kind')} (*.pdf)"
        return where_to_save(self, t("handover.file.title"), Path.home() / name, kind)


def _handed_over(said: Words) -> Card | None:
    """To whom the case was handed over before."""
    events = [event for event in said.view.events if event.kind == "hand_over"]
    if not events:
        return None
    lines = [
        said.t(
            _LOG_LINES.get(event.details.get("encrypted", ""), "handover.log.line"),
            when=said.moment(event.happened_at),
            who=event.details.get("to", ""),
            by=event.by,
        )
        for event in reversed(events)
    ]
    return Card(Heading(said.t("handover.log.title"), 2), Column(*(Body(line) for line in lines), gap="s"))
