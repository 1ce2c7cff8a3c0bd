"""Slow work of a page: said in words, with how far it is, while the window stays alive and takes no input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QProgressBar, QWidget

from borg_triage.ui.context import Context
from borg_triage.ui.widgets.banner import announce
from borg_triage.ui.widgets.basics import Body, Column
from borg_triage.ui.widgets.told import soon_in_view

# Told how much of how much is done; may be called from any thread.
Progress: TypeAlias = Callable[[int, int], None]


class Work(Column):
    """Takes no room while nothing is done."""

    _came = Signal(int, int)

    def __init__(self, ctx: Context) -> None:
        super().__init__(gap="s")
        self._ctx = ctx
        self._text = ""
        self._before: QWidget | None = None
        self.line = self.add(Body("", bold=True))
        self.bar = self.add(QProgressBar())
        self.bar.setTextVisible(False)
        self._came.connect(self._show)
        self.hide()

    def run(
        self,
        text: str,
        work: Callable[[Progress], Any],
        done: Callable[[Any], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Do `work` on a thread of its own; then `done` with its result, or `failed` with its error."""
        from borg_triage.ui.jobs import Job

        self._text = text
        self.line.setText(text)
        self.bar.setAccessibleName(text)
        self.bar.setRange(0, 0)
        self.show()
        announce(self.bar)
        soon_in_view(self)
        self._before = QApplication.focusWidget()
        self.window().setEnabled(False)
        last = [-1]

        def tell(part: int, whole: int) -> None:
            percent = 100 * part // whole if whole > 0 else 0
            if percent != last[0]:
                last[0] = percent
                self._came.emit(percent, 100)

        def ended(then: Callable[[Any], object]) -> Callable[[Any], None]:
            def end(result: Any) -> None:
                self._end()
                then(result)

            return end

        Job(self, lambda: work(tell), ended(done), ended(failed)).start()

    def _show(self, part: int, whole: int) -> None:
        self.bar.setRange(0, whole)
        self.bar.setValue(part)
        self.line.setText(self._ctx.t("care.work.part", text=self._text, percent=part))

    def _end(self) -> None:
        self.hide()
        self.window().setEnabled(True)
        before = self._before
        self._before = None
        from shiboken6 import isValid

        if before is not None and isValid(before) and before.isVisible():
            before.setFocus()
