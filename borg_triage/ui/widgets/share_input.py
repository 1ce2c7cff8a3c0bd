"""A field for the words of one recovery sheet: it helps while one types, and names the word that is wrong."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from borg_triage.storage.keys.recovery import WORDS
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.recovery_words import Sheet, read, whole
from borg_triage.ui.widgets.basics import Body, Column, Field

_WRONG = ("misspelt", "unlike", "many", "mixed")
_LINES = 5


class ShareInput(Column):
    """title: which sheet. changed: called with every change."""

    def __init__(self, ctx: Context, title: str, text: str, changed: Callable[[], object]) -> None:
        super().__init__(gap="xs")
        self._ctx, self._changed = ctx, changed
        self.sheet = Sheet()
        self.twice = False
        self.edit = WordEdit()
        self.add(Field(title, self.edit))
        self.line = self.add(Body("", size="small"))
        self.edit.setPlainText(text)
        self.edit.moveCursor(QTextCursor.MoveOperation.End)
        self.edit.textChanged.connect(self._read)
        self._read(quiet=True)

    def text(self) -> str:
        """What is typed."""
        return self.edit.toPlainText()

    def say_twice(self, twice: bool) -> None:
        """It is a sheet that stands in another field too."""
        self.twice = twice
        self._show()

    def _read(self, quiet: bool = False) -> None:
        self.sheet = read(self.text())
        self._show()
        if not quiet:
            self._changed()

    def _show(self) -> None:
        ctx, sheet = self._ctx, self.sheet
        state = "twice" if self.twice else sheet.state
        text = ctx.t(
            f"recovery.share.{state}",
            n=sheet.words,
            of=WORDS,
            place=sheet.place,
            word=sheet.wrong,
            near=", ".join(sheet.near),
        )
        now = theme.current()
        self.line.put_ink(now.kind("high").ink if state in _WRONG or self.twice else now.colours.muted)
        self.line.setText(text)
        self.edit.setAccessibleDescription(text)


class WordEdit(QPlainTextEdit):
    """Words on lines that wrap. A word is known by its first four letters: the rest is filled in."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self.setFont(theme.current().font())
        self.setFixedHeight(self.fontMetrics().lineSpacing() * _LINES + theme.current().px(24))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter end a word."""
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._complete()
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving ends a word too."""
        self._complete()
        super().focusOutEvent(event)

    def _complete(self) -> None:
        cursor = self.textCursor()
        if cursor.hasSelection():
            return
        end = cursor.position()
        text = self.toPlainText()
        if end < len(text) and not text[end].isspace():
            return
        start = end
        while start > 0 and text[start - 1].isalpha():
            start -= 1
        typed = text[start:end]
        word = whole(typed)
        if word == typed:
            return
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(word)
