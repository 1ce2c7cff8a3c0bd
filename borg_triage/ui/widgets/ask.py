"""A question before something that cannot be undone: what will happen, the way back first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from borg_triage.ui import theme
from borg_triage.ui.widgets.banner import announce
from borg_triage.ui.widgets.basics import Body, Column, FlowRow, Notice, SecondaryButton, clear
from borg_triage.ui.widgets.told import soon_in_view


class Ask(Column):
    """Hidden until asked. lines: what happens, one by one.

    The keyboard starts on the way back, so that Enter twice never does it.
    """

    def __init__(
        self,
        title: str,
        lines: Sequence[str],
        go_on: str,
        back: str,
        do: Callable[[], object],
        *,
        kind: str = "elevated",
    ) -> None:
        super().__init__()
        ink = theme.current().kind(kind).ink
        self.notice = self.add(Notice(title, "", kind))
        for line in lines:
            self.notice.column.add(Body(line, tone=ink))
        self.go_on = SecondaryButton(go_on, do)
        self.back = SecondaryButton(back, self.put_away)
        self.notice.column.add(FlowRow(self.back, self.go_on, gap=theme.current().space("s")))
        self.notice.setAccessibleDescription(" ".join(lines))
        self._from: QWidget | None = None
        self.hide()

    def ask(self, coming_from: QWidget | None = None) -> None:
        """Show it."""
        self._from = coming_from
        self.show()
        announce(self.notice)
        soon_in_view(self.notice)
        self.back.setFocus()

    def put_away(self) -> None:
        """Think better of it."""
        self.hide()
        if self._from is not None:
            self._from.setFocus()


class AskPlace(Column):
    """A place for one question that is not known before it is asked; takes no room while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.sure: Ask | None = None
        self.hide()

    def ask(self, sure: Ask, coming_from: QWidget) -> None:
        """Ask it, in place of an earlier one."""
        clear(self.body)
        self.sure = self.add(sure)
        self.show()
        sure.ask(coming_from)

    def put_away(self) -> None:
        """Something was changed: what was asked was about something else."""
        clear(self.body)
        self.sure = None
        self.hide()
