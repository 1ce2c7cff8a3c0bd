"""The hand-over: choose the paper and what is in it, see page 1, save it as a PDF on purpose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog

from borg_triage.app.papers import PaperError, make_paper, make_pdf, save_pdf
from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui.context import Context
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
from borg_triage.ui.widgets.outcome_handover import DRAFT, PaperChoice
from borg_triage.ui.widgets.outcome_judgement import Fault
from borg_triage.ui.widgets.outcome_layout import ReadingPage
from borg_triage.ui.widgets.outcome_preview import Preview
from borg_triage.ui.widgets.outcome_words import Words, words

_PAUSE_MS: Final = 250


class Page(ReadingPage):
    """The hand-over of the open case. saved: the file that was just written, to say so."""

    def __init__(self, ctx: Context, saved: str = "") -> None:
        super().__init__(ctx.t("handover.title"), ctx.t("handover.intro"))
        self._ctx, self._words = ctx, words(ctx)
        if saved:
            self.add(Notice(ctx.t("handover.saved.title"), ctx.t("handover.saved", file=saved), "info"))
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
        self.fault = Fault()
        self.save = PrimaryButton(ctx.t("handover.save"), self._save, icon="file")
        self.add(
            Card(Notice("", ctx.t("handover.plain.warning"), "attention"), self.fault, FlowRow(self.save))
        )
        self.add(Heading(ctx.t("handover.preview.title"), 2))
        self.preview = self.add(Preview(ctx.t("handover.preview.name")))
        self.add(Body(ctx.t("handover.preview.note"), tone="muted", size="small"))
        handed = _handed_over(self._words)
        if handed is not None:
            self.add(handed)
        self._show_preview()

    def _show_preview(self) -> None:
        self.preview.show_paper(
            make_paper(self._words.view, self.choice.options(), ready=self._words.case.ready)
        )

    def _save(self) -> None:
        options = self.choice.options()
        if not options.recipient:
            self.fault.say(self._ctx.t("handover.error.recipient"), self.choice.recipient)
            return
        chosen = self.ask_where()
        if not chosen:
            return
        case, path = self._words.case, Path(chosen)
        path = path if path.suffix else path.with_suffix(".pdf")
        try:
            view = case.freeze()
            save_pdf(path, make_pdf(view, options, ready=case.ready))
            case.note_event("hand_over", {"to": options.recipient})
        except PaperError as error:
            self.fault.say(self._ctx.t(error.key, **error.params), self.save)
            return
        except BorgTriageError as error:
            self._ctx.fail(error)
            return
        self._ctx.drafts.pop(DRAFT, None)  # the next recipient is another choice
        self._ctx.changed()
        self._ctx.go("handover", saved=path.name)

    @property
    def waiting(self) -> bool:
        """Whether the preview has yet to follow what was just chosen."""
        return self._later.isActive()

    def _ask_where(self) -> str:
        """Ask where to save; empty when the worker thinks better of it. The proposed name tells nothing."""
        t = self._ctx.t
        name = f"{t('handover.file.name')}-{self._words.view.today.isoformat()}.pdf"
        kind = f"{t('handover.file.kind')} (*.pdf)"
        return QFileDialog.getSaveFileName(self, t("handover.file.title"), str(Path.home() / name), kind)[0]


def _handed_over(said: Words) -> Card | None:
    """To whom the case was handed over before."""
    events = [event for event in said.view.events if event.kind == "hand_over"]
    if not events:
        return None
    lines = [
        said.t(
            "handover.log.line",
            when=said.moment(event.happened_at),
            who=event.details.get("to", ""),
            by=event.by,
        )
        for event in reversed(events)
    ]
    return Card(Heading(said.t("handover.log.title"), 2), Column(*(Body(line) for line in lines), gap="s"))
