"""Drive the real windows through a sample case: from a new vault to the hand-over.

`python -m borg_triage.ui.demo FOLDER` leaves the PDF and the pictures of the way there in FOLDER. The clock
moves only when it is told to, so that every run leaves the same paper. The passphrase that opens it is in the
last picture, and told at the end: the people in it are invented.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from borg_triage.app.examples import Example, read_example
from borg_triage.app.resources import catalog
from borg_triage.app.settings import OVERRIDE, Settings
from borg_triage.domain.answers import Observation
from borg_triage.ui.application import open_window
from borg_triage.ui.driver import Driver, hush
from borg_triage.ui.pages import (
    cases,
    gate,
    handover,
    interview,
    judgement,
    questions,
    result,
    unlock_kit,
    unlock_make,
)
from borg_triage.ui.widgets.answer_inputs import ChoiceInput, DateInput, YesNoInput
from borg_triage.ui.widgets.answer_row import AnswerRow
from borg_triage.ui.window import MainWindow

SAMPLE: Final = "strangulation-tonight"
SIZE: Final = (1366, 768)
VAULT_FOLDER: Final = "vaults"
_HOUR: Final = 4
# What the worker of the sample thinks before the result shows; the program comes out higher.
_OWN_VIEW: Final = ("high", "intimate_terror_possible")


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def step(self) -> None:
        """A minute later."""
        self.now += timedelta(minutes=1)


class Demo:
    """One worker, one case, from the first window to the PDF. folder: where pictures and PDF go."""

    def __init__(self, window: MainWindow, example: Example, folder: Path) -> None:
        self.window, self.example, self.folder = window, example, folder
        self.hand = Driver(window, folder)
        self.clock = Clock(example.at(_HOUR))
        self.pdf = folder / "hand-over.pdf"
        self.passphrase = ""

    def run(self) -> None:
        """The whole way."""
        self.make_vault()
        self.start_case()
        self.describe_talk()
        self.answer_everything()
        self.judge()
        self.read_result()
        self.hand_over()

    # ------------------------------------------------------------ the steps

    def make_vault(self) -> None:
        """A new vault under a passphrase that nobody will know, and its recovery sheets, tried out."""
        hand = self.hand
        page = hand.page(unlock_make.MakePage)
        hand.type(page.worker, self._t("demo.worker"))
        hand.picture("01-new-vault")
        hand.click(page.submit)
        page, passphrase = hand.page(unlock_make.MakePage), secrets.token_urlsafe(24)
        for field in (page.new.first, page.new.again):
            hand.type(field.line, passphrase)
        hand.wait_for(lambda: page.new.meter.score is not None)
        hand.picture("01-passphrase")
        hand.click(page.submit)
        hand.wait_for(lambda: isinstance(self.window.page, unlock_kit.Page))
        if self.window.context.session is not None:
            self.window.context.session.clock = self.clock
        self.make_recovery()

    def make_recovery(self) -> None:
        """Two of three people: choose it, read each sheet, type back what is asked."""
        hand, page = self.hand, self.hand.page(unlock_kit.Page)
        hand.click(page.choice.options["two_of_three"])
        hand.picture("01-recovery")
        hand.click(page.go_on)
        hand.wait_for(lambda: getattr(self.window.page, "step", "") == "words")
        sheets = hand.page(unlock_kit.Page).kit.sheets
        for number, _ in enumerate(sheets):
            if not number:
                hand.picture("01-recovery-words")
            hand.click(hand.page(unlock_kit.Page).go_on)
        page = hand.page(unlock_kit.Page)
        for number, asked in enumerate(page.asked):
            for place, line in asked.lines.items():
                hand.type(line, page.kit.words(number)[place - 1])
        hand.picture("01-recovery-checked")
        hand.click(page.go_on)

    def start_case(self) -> None:
        """A case under a pseudonym."""
        hand = self.hand
        hand.click(hand.page(cases.Page).new)
        form = hand.page(cases.Page).form
        if form is None:
            raise LookupError("the form for a new case does not show")
        hand.type(form.pseudonym, self._t("demo.pseudonym"))
        hand.click(form.group.rows[self.example.case.user_group])
        hand.picture("02-new-case")
        hand.click(form.start)

    def describe_talk(self) -> None:
        """Who was there, who could hear, what contact is agreed."""
        page, hand = self.hand.page(interview.Page), self.hand
        alone = self._last("interview.separate")
        for rows in (page.alone, page.phone_away):
            hand.click(rows.rows[alone])
        hand.type(page.safe_contact, self._t("demo.safe_contact"))
        hand.click(page.other_heard.rows[self._last("interview.other_heard")])
        hand.scroll_to(page.alone)
        hand.picture("03-talk")
        hand.click(page.keep)

    def answer_everything(self) -> None:
        """Every answer of the example, section by section."""
        for section in self.window.context.flow.sections():
            if section == "interview":
                continue
            self.clock.step()
            self._show("questions", section)
            page = self.hand.page(questions.Page)
            for item, row in page.rows.items():
                for seen in self.example.case.answers.get(item, ()):
                    self._answer(row, seen)
            if section in {"acute", "flags", "control"}:
                first = next(iter(page.rows.values()))
                self.hand.scroll_to(first)
                self.hand.picture(f"04-{section}")

    def judge(self) -> None:
        """The worker's own view, before the result."""
        self.clock.step()
        self._show("judgement")
        hand, form = self.hand, self.hand.page(judgement.Page).form
        level, pattern = _OWN_VIEW
        hand.picture("05-judgement")
        hand.click(form.choice.levels.options[level])
        hand.click(form.choice.patterns.options[pattern])
        hand.type(form.why, self._t("demo.why"))
        hand.scroll_to(form.choice)
        hand.picture("06-judgement-given")
        hand.click(form.save)

    def read_result(self) -> None:
        """The result from top to bottom, then the gate."""
        hand, page = self.hand, self.hand.page(result.Page)
        hand.scroll_to(page.column)
        hand.picture("07-result")
        hand.scroll_to(page.todo)
        hand.picture("08-result-what-to-do")
        hand.scroll_to(page.decisive)
        hand.picture("09-result-why")
        self._show("gate")
        hand.page(gate.Page)
        hand.picture("10-gate")

    def hand_over(self) -> None:
        """The paper for Veilig Thuis, saved where the demo says."""
        self.clock.step()
        self._show("handover")
        hand, page = self.hand, self.hand.page(handover.Page)
        hand.type(page.choice.recipient, self._t("demo.recipient"))
        hand.open(page.choice.more)
        hand.type(page.choice.lines["where_he_is"], self._t("demo.where_he_is"))
        if page.choice.take is not None:
            hand.click(page.choice.take)
        hand.scroll_to(page.choice)
        hand.picture("11-hand-over")
        hand.wait_for(lambda: not page.waiting)
        hand.scroll_to(page.preview)
        hand.picture("12-hand-over-preview")
        page.ask_where = lambda: str(self.pdf)
        hand.click(page.save)
        shown = hand.page(handover.Page).saved
        if shown is None:
            raise LookupError("the paper was not saved")
        self.passphrase = shown.saved.passphrase
        hand.picture("13-handed-over")

    # ------------------------------------------------------------ the hand's habits

    def _t(self, key: str) -> str:
        return self.window.context.t(key)

    def _last(self, item: str) -> str:
        return self.example.case.answers[item][-1].value

    def _show(self, page: str, section: str = "") -> None:
        """Go there by the list at the left."""
        places = {(b.entry.place.page, b.entry.place.section): b for b in self.window.side.buttons}
        self.hand.click(places[page, section])

    def _answer(self, row: AnswerRow, seen: Observation) -> None:
        self._set_details(row, seen)
        given = row.input
        if isinstance(given, YesNoInput) and seen.value in given.segments.options:
            self.hand.click(given.segments.options[seen.value])
        elif isinstance(given, ChoiceInput) and seen.value in given.rows.rows:
            self.hand.click(given.rows.rows[seen.value])
        elif isinstance(given, DateInput) and seen.value in given.segments.options:
            self.hand.click(given.segments.options[seen.value])
        elif isinstance(given, DateInput):
            day = datetime.fromisoformat(seen.value)
            self.hand.type(given.day, f"{day:%d-%m-%Y}")
            self.hand.click(given.keep)

    def _set_details(self, row: AnswerRow, seen: Observation) -> None:
        today = self.example.case.assessed_on
        if row.details is None:
            if (row.source(), today, "") == (seen.source, seen.on, seen.note):
                return
            self.hand.click(row.details_button)
        if row.details is not None:
            row.details.source.choose(seen.source)
            self.hand.type(row.details.day, f"{seen.on:%d-%m-%Y}")
            self.hand.type(row.details.note, seen.note)


@contextmanager
def own_settings() -> Iterator[Path]:
    """A folder for the vault and the settings of a run, gone afterwards; the user's own stay untouched.

    It is the working folder meanwhile, so that no picture shows where this machine keeps such things.
    """
    before = os.environ.get(OVERRIDE)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, chdir(folder):
        os.environ[OVERRIDE] = folder
        try:
            yield Path(VAULT_FOLDER)
        finally:
            if before is None:
                del os.environ[OVERRIDE]
            else:
                os.environ[OVERRIDE] = before


def run_demo(app: QApplication, folder: Path, language: str = "nl") -> Demo:
    """Drive the sample case and leave PDF and pictures in a folder."""
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with own_settings() as own:
        window = open_window(app, Settings(language=language, vault_folder=str(own)))
        window.resize(*SIZE)
        window.show()
        demo = Demo(window, read_example(SAMPLE), folder)
        try:
            demo.run()
        finally:
            window.close()
    return demo


def main(arguments: Sequence[str]) -> int:
    """Run the demo; gives the exit status."""
    texts = catalog("en")
    if len(arguments) != 1:
        print(texts.text("demo.usage"), file=sys.stderr)
        return 2
    hush()
    demo = run_demo(QApplication([]), Path(arguments[0]))
    print(texts.text("demo.story", title=demo.example.title("en")))
    pdf = Path(arguments[0]) / demo.pdf.name
    print(texts.text("demo.done", pdf=pdf, passphrase=demo.passphrase, n=len(demo.hand.taken)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
