"""The answers of a question side by side: large buttons, one of which can be the given answer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from borg_triage.ui import theme
from borg_triage.ui.widgets.buttons import Button, Paint
from borg_triage.ui.widgets.flow_row import FlowRow


class AnswerButton(Button):
    """One answer. The given one is filled and has a tick; letters and arrows are left to the row."""

    def __init__(self, text: str, name: str, target: int) -> None:
        super().__init__(text, name=name, target=target, icon="circle")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def nextCheckState(self) -> None:
        """Stay as it is: what is shown as given follows from what is stored, never from a click."""

    def mark(self, given: bool) -> None:
        """Show it as the given answer, or not."""
        self.setChecked(given)
        self.set_icon("tick" if given else "circle")
        self.dress()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter press it; anything else goes to the row."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        elif event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def when_enabled(self) -> Paint:
        """Filled when it is the given answer."""
        c = theme.current().colours
        return Paint(c.on_accent, c.accent, None) if self.isChecked() else super().when_enabled()


class Segments(QWidget):
    """options: (value, text). question: what they answer, for a screen reader. target: their least height.

    columns: in so many columns of equal width; 0 for one line that wraps.

    One of them is in the order of the Tab key: the given answer, else the first.
    """

    pressed = Signal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        question: str,
        *,
        target: int = theme.TARGET,
        value: str | None = None,
        columns: int = 0,
    ) -> None:
        super().__init__()
        now = theme.current()
        grid, row = QGridLayout(self), FlowRow(gap=now.px(6))
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(now.space("m"))
        if not columns:
            grid.addWidget(row, 0, 0)
        self.setAccessibleName(question)
        self.options: dict[str, AnswerButton] = {}
        for key, text in options:
            button = AnswerButton(text, text, target)
            button.setAccessibleDescription(question)
            button.clicked.connect(lambda _checked=False, key=key: self.pressed.emit(key))
            if columns:
                button.use_font(now.font("lead", bold=True))
                # A grid holds what is fixed to the height of one line.
                policy = button.sizePolicy()
                policy.setVerticalPolicy(QSizePolicy.Policy.Minimum)
                button.setSizePolicy(policy)
                column = len(self.options) % columns
                grid.setColumnStretch(column, 1)
                grid.addWidget(button, len(self.options) // columns, column)
            else:
                row.add(button)
            self.options[key] = button
        self.choose(value)

    def value(self) -> str | None:
        """The given answer."""
        return next((key for key, button in self.options.items() if button.isChecked()), None)

    def choose(self, value: str | None) -> None:
        """Show an answer as given, or none."""
        for key, button in self.options.items():
            button.mark(key == value)
        self._let_tab_to(value if value in self.options else next(iter(self.options)))

    def focus_target(self) -> QWidget:
        """What takes the keyboard for all of them."""
        return next(b for b in self.options.values() if b.focusPolicy() == Qt.FocusPolicy.StrongFocus)

    def step(self, by: int) -> None:
        """Move the keyboard to a neighbour, without giving that answer."""
        buttons = list(self.options.values())
        here = next((place for place, button in enumerate(buttons) if button.hasFocus()), 0)
        buttons[max(0, min(len(buttons) - 1, here + by))].setFocus(Qt.FocusReason.TabFocusReason)

    def _let_tab_to(self, value: str | None) -> None:
        for key, button in self.options.items():
            policy = Qt.FocusPolicy.StrongFocus if key == value else Qt.FocusPolicy.ClickFocus
            button.setFocusPolicy(policy)
