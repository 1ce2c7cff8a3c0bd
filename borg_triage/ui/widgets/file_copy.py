"""A copy for somebody who asks what is kept about them, or wants it corrected: first read, then saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from PySide6.QtWidgets import QWidget

from borg_triage.app import case_care
from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui.context import Context
from borg_triage.ui.errors import words
from borg_triage.ui.widgets.basics import Body, Column, Heading, Notice, Rule, clear
from borg_triage.ui.widgets.fields import RadioRows
from borg_triage.ui.widgets.file_part import FilePart, capital
from borg_triage.ui.widgets.outcome_option import Tick
from borg_triage.ui.widgets.sealed_saving import SealedSaving

if TYPE_CHECKING:
    from borg_triage.app.inspection import Draft, Recipient, Request, SubjectId, ToCheck
    from borg_triage.app.saving import Lay

_REQUESTS: Final = ("inspection", "correction")
# What a privacy officer may let in, and as what.
_RELEASE: Final = {"whose": "answers", "item": "answers", "words": "words"}


class Copies(FilePart):
    """Choose who asks; the copy and the privacy officer's list show before anything is saved."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx, "copy")
        from borg_triage.app.inspection import SubjectId

        self.say("intro")
        self.add(Notice("", ctx.t("file.copy.officer"), "attention"))
        requests = [(one, ctx.t(f"file.copy.request.{one}")) for one in _REQUESTS]
        self.request = RadioRows(requests, _REQUESTS[0], ctx.t("file.copy.request"))
        subjects = [(one, capital(ctx.t(f"inspection.subject.{one}"))) for one in get_args(SubjectId)]
        self.subject = RadioRows(subjects, None, ctx.t("file.copy.subject"))
        self.subject.chosen.connect(lambda _subject: self._make())
        self.add(Column(Body(ctx.t("file.copy.request"), bold=True), self.request, gap="s"))
        self.add(Column(Body(ctx.t("file.copy.subject"), bold=True), self.subject, gap="s"))
        self.add(self.told)
        self.made = self.add(Column(gap="m"))
        self.preview: Preview | None = None

    def _make(self) -> None:
        clear(self.made.body)
        subject: SubjectId = self.subject.value()  # type: ignore[assignment]
        try:
            self.preview = self.made.add(Preview(self, subject))
        except BorgTriageError as error:
            self.told.say(words(error, self.ctx.texts))
        else:
            self.told.put_away()


class Preview(Column):
    """One copy, the list for the privacy officer with what may be let in, and the way to save both."""

    def __init__(self, part: Copies, subject: SubjectId) -> None:
        from borg_triage.app.inspection import Recipient

        super().__init__(gap="m")
        ctx = part.ctx
        self._part, self._ctx, self._subject = part, ctx, subject
        self.ticks: dict[tuple[str, int], Tick] = {}
        self.draft = self._drafted()
        self.add(Rule())
        self.add(Heading(ctx.t("file.copy.preview"), 3))
        self.text = self.add(Body(self._text(), select=True))
        self.add(Rule())
        self._add_list()
        t = ctx.t
        listed = self._name("file.copy.list_name")
        self.save_list = self.add(
            SealedSaving(ctx, t("file.copy.save_list"), listed, self._list_pdf, self._keep_list)
        )
        self.add(Rule())
        recipients = [(one, t(f"file.copy.recipient.{one}")) for one in get_args(Recipient)]
        self.recipient = RadioRows(recipients, recipients[0][0], t("file.copy.recipient"))
        self.add(Column(Body(t("file.copy.recipient"), bold=True), self.recipient, gap="s"))
        self.save = self.add(
            SealedSaving(
                ctx, t("file.copy.save"), self._name("file.copy.name"), self._copy_pdf, self._keep_copy
            )
        )

    def _drafted(self) -> Draft:
        from borg_triage.app.inspection import Release, draft_for

        case = self._part.case
        chosen: dict[str, set[int]] = {"answers": set(), "words": set()}
        for (kind, seq), tick in self.ticks.items():
            if tick.isChecked():
                chosen[kind].add(seq)
        release = Release(frozenset(chosen["answers"]), frozenset(chosen["words"]))
        return draft_for(case.session.vault, case.view, case.ready, self._subject, release)

    def _text(self) -> str:
        from borg_triage.app.inspection_text import inspection_text

        return inspection_text(self.draft.inspection, self._ctx.texts, self._part.case.ready.instrument)

    def _add_list(self) -> None:
        t = self._ctx.t
        self.add(Heading(t("file.copy.list"), 3))
        self.add(Body(t("inspection.officer.keep")))
        for warning in self.draft.warnings:
            self.add(Body(f"• {t(warning)}"))
        for why, entries in self.draft.by_why().items():
            asked = t(f"inspection.check.{why}")
            group = self.add(Column(Body(asked, bold=True), gap="xs"))
            for entry in entries:
                group.add(self._entry(entry, asked))

    def _entry(self, entry: ToCheck, asked: str) -> QWidget:
        """What to look at; with a tick where the privacy officer may let it in."""
        from borg_triage.app.inspection_text import to_check

        kind = _RELEASE.get(entry.why)
        text = to_check(entry, self._ctx.texts, self._part.case.ready.instrument)
        if kind is None or entry.seq is None:
            return Body(text, select=True)
        tick = Tick(self._ctx.t("file.copy.let_in"), text)
        tick.setAccessibleDescription(f"{asked} {text}")
        tick.toggled.connect(lambda _on: self._again())
        self.ticks[kind, entry.seq] = tick
        return tick

    def _again(self) -> None:
        """Follow what was let in; the list itself stays, so that it can be taken back."""
        self.draft = self._drafted()
        self.text.setText(self._text())

    def _copy_pdf(self) -> bytes:
        from borg_triage.app.inspection_text import inspection_paper
        from borg_triage.app.papers import pdf_of

        instrument = self._part.case.ready.instrument
        return pdf_of(inspection_paper(self.draft.inspection, self._ctx.texts, instrument))

    def _list_pdf(self) -> bytes:
        from borg_triage.app.inspection_text import officer_paper
        from borg_triage.app.papers import pdf_of

        return pdf_of(officer_paper(self.draft, self._ctx.texts, self._part.case.ready.instrument))

    def _keep_copy(self, lay: Lay, *, encrypted: bool) -> None:
        request: Request = self._part.request.value() or "inspection"  # type: ignore[assignment]
        recipient: Recipient = self.recipient.value() or "other"  # type: ignore[assignment]
        case_care.keep_copy(self._part.case, request, self.draft, recipient, lay, encrypted=encrypted)

    def _keep_list(self, lay: Lay, *, encrypted: bool) -> None:
        case_care.keep_list(self._part.case, lay, encrypted=encrypted)

    def _name(self, key: str) -> str:
        return f"{self._ctx.t(key)}-{self._part.case.view.today.isoformat()}.pdf"
