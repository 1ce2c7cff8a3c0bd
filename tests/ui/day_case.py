"""Work on cases in a played day (`tests.ui.day`): every field of every page that takes free text."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from borg_triage.ui.acute import AcutePanel
from borg_triage.ui.driver import Driver
from borg_triage.ui.pages import cases, file, gate, glass, handover, interview, judgement, questions, result
from borg_triage.ui.widgets.answer_inputs import ChoiceInput, DateInput, YesNoInput
from borg_triage.ui.widgets.answer_row import AnswerRow
from borg_triage.ui.widgets.log_identity import WorkingAs
from borg_triage.ui.widgets.outcome_people import OverrideForm
from borg_triage.ui.window import MainWindow
from tests.ui.day_lot import Lot, tell

_CALLS: Final = 8
# How often the same question is answered, each time otherwise and with another note.
_SAYINGS: Final = 3


def _choose(path: Path) -> None:
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(line, QLineEdit)
    line.setText(str(path))
    dialog.accept()


class CaseWork:
    """One worker at the real windows. folder: where papers go."""

    def __init__(self, window: MainWindow, folder: Path, lot: Lot) -> None:
        self.window, self.folder, self.lot = window, folder, lot
        self.hand = Driver(window)

    def start_case(self) -> str:
        """A case under a pseudonym, searched for and found again before it is worked on."""
        hand, name = self.hand, self.lot.line("name")
        hand.click(hand.page(cases.Page).new)
        form = hand.page(cases.Page).form
        assert form is not None
        hand.type(form.pseudonym, name)
        hand.click(form.group.rows["veilig_thuis"])
        hand.click(form.start)
        self.window.open_case(None)
        self.find_case(name)
        return name

    def find_case(self, name: str) -> None:
        """Search for a case as one types, and open it."""
        hand, page = self.hand, self.hand.page(cases.Page)
        for end in range(3, len(name) + 1, 9):
            hand.type(page.search, name[:end])
        hand.type(page.search, name)
        QTest.keyClick(page.search, Qt.Key.Key_Return)
        hand.settle()

    def describe_talk(self) -> None:
        """Everything of the talk that is typed."""
        hand, page = self.hand, self._show(interview.Page, "interview")
        hand.type(page.language, self.lot.line())
        hand.click(page.interpreter.rows["independent"])
        hand.type(page.interpreter_name, self.lot.line("name"))
        hand.type(page.safe_contact, self.lot.line("phone"))
        for rows in (page.alone, page.phone_away):
            hand.click(rows.rows["yes"])
        hand.click(page.other_heard.rows["no"])
        hand.click(page.keep)

    def answer(self, notes: int) -> None:
        """So many answers, a note with each; what one question was answered is said again otherwise."""
        left = notes
        for section in self.window.context.flow.sections():
            if section == "interview" or not left:
                continue
            page = self._show(questions.Page, "questions", section)
            for row in page.rows.values():
                given = min(left, _SAYINGS)
                self._answer(row, given)
                left -= given
        assert not left
        tell("done", "answered with notes")

    def _answer(self, row: AnswerRow, times: int) -> None:
        for number in range(times):
            if row.details is None:
                self.hand.click(row.details_button)
            assert row.details is not None
            row.details.source.choose("victim")
            self.hand.type(row.details.note, self.lot.line())
            given = row.input
            if isinstance(given, YesNoInput):
                self.hand.click(given.segments.options[("yes", "unknown", "no")[number % 3]])
            elif isinstance(given, ChoiceInput):
                rows = list(given.rows.rows.values())
                self.hand.click(rows[number % len(rows)])
            elif isinstance(given, DateInput):
                self.hand.click(given.segments.options["unknown"])

    def change_language(self) -> None:
        """To English and back, in the middle of a page: the settings are written, and the page made anew."""
        for _ in range(2):
            self.hand.click(self.window.header.language)

    def call(self) -> None:
        """The acute panel: who was called."""
        window, hand = self.window, self.hand
        window.show_acute()
        hand.settle()
        (panel,) = (one for one in window.findChildren(AcutePanel) if one.isVisible())
        assert panel.log is not None
        for _ in range(_CALLS):
            hand.type(panel.log.spoke_with, self.lot.line("phone"))
            hand.click(panel.log.keep)
        hand.click(panel.close_button)
        hand.settle()
        tell("done", "noted calls")

    def judge(self) -> None:
        """The worker's own view."""
        hand, page = self.hand, self._show(judgement.Page, "judgement")
        hand.click(page.form.choice.levels.options["high"])
        hand.click(page.form.choice.patterns.options["intimate_terror_possible"])
        hand.type(page.form.why, self.lot.line())
        hand.click(page.form.save)
        tell("done", "judged")

    def decide(self) -> None:
        """See the result, say who was consulted, and let people's outcome stand."""
        hand, page = self.hand, self._show(result.Page, "result")
        for locked in page.locked[:1]:
            hand.open(locked.disclosure)
            hand.type(locked.who, self.lot.line("name"))
            QTest.keyClick(locked.who, Qt.Key.Key_Return)
            hand.settle()
            tell("done", "consulted")
        page = hand.page(result.Page)
        hand.open(page.people.disclosure)
        form = page.people.disclosure.content
        assert isinstance(form, OverrideForm)
        hand.click(form.choice.levels.options["acute"])
        hand.type(form.reason, self.lot.line())
        hand.type(form.second, self.lot.line("name"))
        hand.click(form.save)
        assert self.window.context.opened.view.overrides
        self._show(gate.Page, "gate")
        tell("done", "overrode")

    def hand_over(self) -> None:
        """The paper, encrypted, saved where people save things; its passphrase on the clipboard."""
        hand, page = self.hand, self._show(handover.Page, "handover")
        hand.type(page.choice.recipient, self.lot.line("name"))
        hand.open(page.choice.more)
        for line in page.choice.lines.values():
            hand.type(line, self.lot.line())
        for tick in page.choice.ticks.values():
            tick.setChecked(True)
        hand.wait_for(lambda: not page.waiting)
        saved = self.folder / "paper.pdf"
        # In the real dialog, where people would.
        QTimer.singleShot(500, page, lambda: _choose(saved))
        hand.click(page.save)
        page = hand.page(handover.Page)
        assert page.saved is not None, page.fault.text
        assert page.saved.passphrase is not None
        tell("secret", page.saved.saved.passphrase)
        hand.click(page.saved.passphrase.copy)
        assert page.arrived is not None
        assert page.arrived.confirm is not None
        hand.click(page.arrived.confirm)
        assert saved.exists()
        tell("done", "handed over")

    def file_it(self) -> None:
        """On whose behalf, restricted and held with reasons, a copy and the officer's list saved."""
        hand, page = self.hand, self._show(file.Page, "file")
        hand.open(page.log.identity)
        working = page.log.identity.content
        assert isinstance(working, WorkingAs)
        hand.type(working.on_behalf_of, self.lot.line("name"))
        hand.click(page.keeping.buttons["hold"])
        hand.type(page.keeping.reason, self.lot.line())
        hand.click(page.keeping.hold)
        page = hand.page(file.Page)
        hand.click(page.keeping.buttons["let_go"])
        page = hand.page(file.Page)
        hand.type(page.restricting.reason, self.lot.line())
        hand.click(page.restricting.restrict)
        page = hand.page(file.Page)
        assert page.restricting.restriction is not None
        hand.click(page.copies.subject.rows["victim"])
        preview = page.copies.preview
        assert preview is not None
        hand.click(preview.recipient.rows["representative"])
        for saving in (preview.save, preview.save_list):
            saving.ask_where = lambda name: str(self.folder / name)
            hand.click(saving.save)
            assert saving.passphrase is not None, saving.told.text
            tell("secret", saving.passphrase._passphrase)
        tell("done", "kept the file")

    def erase_case(self) -> None:
        """The open case, for good."""
        hand, page = self.hand, self._show(file.Page, "file")
        hand.click(page.erasing.button)
        hand.click(page.erasing.sure.go_on)
        hand.wait_for(lambda: isinstance(self.window.page, cases.Page))
        tell("done", "erased")

    def leave_half_done(self) -> None:
        """Fields filled in and not kept, on several pages."""
        hand, page = self.hand, self._show(interview.Page, "interview")
        hand.type(page.safe_contact, self.lot.line("phone"))
        judged = self._show(judgement.Page, "judgement")
        hand.type(judged.form.why, self.lot.line())
        handed = self._show(handover.Page, "handover")
        hand.type(handed.choice.recipient, self.lot.line("name"))
        hand.wait_for(lambda: not handed.waiting)
        section = self.window.context.flow.sections()[2]
        asked = self._show(questions.Page, "questions", section)
        row = next(iter(asked.rows.values()))
        if row.details is None:
            hand.click(row.details_button)
        assert row.details is not None
        hand.type(row.details.note, self.lot.line())

    def break_glass(self, name: str) -> None:
        """Open a case that somebody restricted, with a reason."""
        self.find_case(name)
        hand, page = self.hand, self.hand.page(glass.Page)
        hand.click(page.why.rows["danger"])
        hand.click(page.open)
        assert self.window.context.case is not None
        tell("done", "broke the glass")

    def _show(self, kind: type[Any], page: str, section: str = "") -> Any:
        places = {(b.entry.place.page, b.entry.place.section): b for b in self.window.side.buttons}
        self.hand.click(places[page, section])
        return self.hand.page(kind)
