"""A working day at the real windows, in processes of its own; `test_nothing_in_plain` looks after it.

`python -m tests.ui.day morning|afternoon FOLDER NOTES [CASE ...]` starts the program as `borg-triage` does,
and plays half a day. What it typed and what must stay secret goes to standard output as lines of JSON,
nowhere else. In the morning the program dies in the middle of a case; in the afternoon it is closed as it
should be.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from borg_triage.app.hardening import harden
from borg_triage.storage.keys.cost import Cost
from borg_triage.ui.application import build
from borg_triage.ui.driver import hush
from borg_triage.ui.pages import (
    cases,
    logbook,
    unlock,
    unlock_kit,
    unlock_make,
    vault_care,
)
from borg_triage.ui.window import MainWindow
from tests.ui.day_case import CaseWork
from tests.ui.day_lot import (
    MEMBER,
    MEMBER_PASSPHRASE,
    OWNER,
    OWNER_PASSPHRASE,
    OWNER_SECOND,
    Lot,
    said,
    tell,
)


class Day(CaseWork):
    """The work on cases, and the care for the vault."""

    def make_vault(self) -> None:
        """A new vault in the usual place, with recovery sheets that were tried out."""
        hand = self.hand
        page = hand.page(unlock_make.MakePage)
        hand.type(page.worker, said(OWNER))
        hand.click(page.submit)
        page = hand.page(unlock_make.MakePage)
        for field in (page.new.first, page.new.again):
            hand.type(field.line, said(OWNER_PASSPHRASE))
        hand.wait_for(lambda: page.new.meter.score is not None)
        hand.click(page.submit)
        hand.wait_for(lambda: isinstance(self.window.page, unlock_kit.Page))
        self._make_recovery()
        self._tell_keys()
        tell("done", "made a vault")

    def _make_recovery(self) -> None:
        hand, page = self.hand, self.hand.page(unlock_kit.Page)
        hand.click(page.choice.options["two_of_three"])
        hand.click(page.go_on)
        hand.wait_for(lambda: getattr(self.window.page, "step", "") == "words")
        sheets = hand.page(unlock_kit.Page).kit.sheets
        for sheet in sheets:
            tell("secret", " ".join(sheet.split()[:4]))
            tell("secret", " ".join(sheet.split()[-4:]))
            hand.click(hand.page(unlock_kit.Page).go_on)
        page = hand.page(unlock_kit.Page)
        for number, asked in enumerate(page.asked):
            for place, line in asked.lines.items():
                hand.type(line, page.kit.words(number)[place - 1])
        hand.click(page.go_on)

    def _tell_keys(self) -> None:
        ring = self.window.context.session and self.window.context.session.vault.ring
        assert ring
        for key in ring.keys.values():
            tell("key", bytes(key.material).hex())

    def open_vault(self, name: str, *passphrases: str) -> None:
        """Open it; every passphrase but the last is wrong."""
        hand = self.hand
        for passphrase in passphrases:
            page = hand.page(unlock.OpenPage)
            hand.type(page.worker, said(name))
            hand.type(page.passphrase.line, said(passphrase))
            hand.click(page.submit)
            hand.wait_for(self.window.isEnabled)
        hand.wait_for(lambda: isinstance(self.window.page, cases.Page))
        tell("done", "opened it")

    def lock(self) -> None:
        """By the button."""
        self.hand.click(self.window.header.lock)
        self.hand.wait_for(lambda: isinstance(self.window.page, unlock.OpenPage))
        tell("done", "locked")

    def hide(self) -> None:
        """Escape twice, and back to the unlock page."""
        hand, window = self.hand, self.window
        for _ in range(2):
            QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
        hand.wait_for(lambda: window.cover is not None)
        assert window.cover is not None
        hand.click(window.cover.go_on)
        hand.wait_for(lambda: isinstance(window.page, unlock.OpenPage))
        tell("done", "hid with Escape")

    def care(self) -> None:
        """A colleague, another passphrase, a backup, a check, another database key, the log read."""
        hand = self.hand
        self.window.open_case(None)
        hand.click(hand.page(cases.Page).vault)
        page = hand.page(vault_care.Page)
        hand.click(page.people.add_button)
        hand.type(page.people.form.person, said(MEMBER))
        for field in (page.people.form.new.first, page.people.form.new.again):
            hand.type(field.line, said(MEMBER_PASSPHRASE))
        hand.wait_for(lambda: page.people.form.new.meter.score is not None)
        hand.type(page.people.form.confirm.field.line, OWNER_PASSPHRASE)
        page = self._until_done(page.people.form.submit)
        hand.click(page.passphrase.change)
        hand.type(page.passphrase.old.line, OWNER_PASSPHRASE)
        for field in (page.passphrase.new.first, page.passphrase.new.again):
            hand.type(field.line, said(OWNER_SECOND))
        hand.wait_for(lambda: page.passphrase.new.meter.score is not None)
        page = self._until_done(page.passphrase.submit)
        page = self._until_done(page.backups.make)
        hand.click(page.key.change)
        hand.type(page.key.confirm.field.line, OWNER_SECOND)
        page = self._until_done(page.key.sure.go_on)
        self._tell_keys()
        check = page.check
        hand.click(check.start)
        hand.wait_for(lambda: check.findings.body.count() > 0)
        hand.click(page.log)
        read = hand.page(logbook.Page)
        assert read.list.shown
        hand.click(read.back)
        hand.click(hand.page(vault_care.Page).back)
        tell("done", "cared for the vault")

    def withdraw_colleague(self) -> None:
        """Take away the colleague's access."""
        hand = self.hand
        self.window.open_case(None)
        hand.click(hand.page(cases.Page).vault)
        page = hand.page(vault_care.Page)
        (row,) = (row for row in page.people.rows if row.person.name == MEMBER)
        hand.click(row.button)
        hand.type(row.sure.confirm.field.line, OWNER_SECOND)
        page = self._until_done(row.sure.go_on)
        assert [row.person.name for row in page.people.rows] == [OWNER]
        self._tell_keys()
        hand.click(page.back)
        tell("done", "withdrew a colleague")

    def _until_done(self, button: Any) -> vault_care.Page:
        """Press it, and wait for the page that says that it was done."""
        before = self.window.page
        self.hand.click(button)
        self.hand.wait_for(lambda: self.window.page is not before)
        page = self.hand.page(vault_care.Page)
        assert page.done is not None
        return page


def morning(day: Day, notes: int) -> None:
    """Make the vault, work on two cases, look after the vault, lock and hide; then the program dies."""
    day.make_vault()
    for some in (notes, notes // 4):
        tell("case", day.start_case())
        day.describe_talk()
        day.call()
        day.answer(some)
        day.change_language()
        day.judge()
        if some == notes:
            day.decide()
            day.hand_over()
        day.file_it()
        day.window.open_case(None)
    day.lock()
    day.open_vault(OWNER, day.lot.line(), OWNER_PASSPHRASE)
    day.care()
    day.hide()
    day.open_vault(OWNER, OWNER_SECOND)
    day.start_case()
    day.leave_half_done()
    tell("done", "died")
    os.kill(os.getpid(), signal.SIGSEGV)


def afternoon(day: Day, notes: int, first: str, second: str) -> None:
    """The colleague works on; the owner erases a case and withdraws the colleague; the window is closed."""
    day.open_vault(MEMBER, MEMBER_PASSPHRASE)
    day.break_glass(first)
    day.answer(notes // 10)
    day.hide()
    day.open_vault(OWNER, OWNER_SECOND)
    day.find_case(second)
    day.erase_case()
    day.withdraw_colleague()
    day.lock()
    day.open_vault(OWNER, OWNER_SECOND)
    day.find_case(first)
    day.describe_talk()


@contextmanager
def program(folder: Path) -> Iterator[MainWindow]:
    """The program as `borg-triage` starts it. folder: where its user keeps papers."""
    harden()
    hush()
    folder.mkdir(parents=True, exist_ok=True)
    _app, window = build([])
    window.resize(1366, 768)
    window.show()
    # The keys and guards come just after the window shows.
    QTest.qWait(100)
    yield window
    window.close()


def main(part: str, folder: str, notes: str, *names: str) -> None:
    # As cheap as is allowed: the day opens the vault many times.
    setattr(Cost, "calibrated", staticmethod(lambda *_: Cost.floor()))  # noqa: B010
    with program(Path(folder)) as window:
        day = Day(window, Path(folder), Lot(part))
        if part == "morning":
            morning(day, int(notes))
        else:
            afternoon(day, int(notes), *names)
    tell("done", "closed")


if __name__ == "__main__":
    main(*sys.argv[1:])
