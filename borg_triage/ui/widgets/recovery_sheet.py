"""The words of one recovery sheet to be read and written over, and a few of them to be typed back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from borg_triage.storage.keys.recovery import WORDS
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Card, Field, FlowRow, Ground, Heading

# The longest words of the list have eight letters.
_WIDEST = "mmmmmmmm"


class SheetWords(Ground):
    """The words, large, each with its number; on a narrow page in fewer columns."""

    def __init__(self, ctx: Context, words: tuple[str, ...]) -> None:
        super().__init__("neutral")
        now = theme.current()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(ctx.t("recovery.words.name"))
        numbered = (ctx.t("recovery.word.numbered", n=n, word=word) for n, word in enumerate(words, start=1))
        self.setAccessibleDescription(", ".join(numbered))
        row = FlowRow(gap=now.space("xs"))
        for number, word in enumerate(words, start=1):
            row.add(_cell(number, word))
        column = QVBoxLayout(self)
        edge = now.space("l")
        column.setContentsMargins(edge, edge, edge, edge)
        column.addWidget(row)


class SheetCard(Card):
    """One sheet: its name, and its words. number: which of `all_`, counted from 1."""

    def __init__(self, ctx: Context, number: int, all_: int, words: tuple[str, ...]) -> None:
        super().__init__(Heading(sheet_title(ctx, number, all_), 2), padding="xl")
        self.words = self.add(SheetWords(ctx, words))


class Asked(Card):
    """A few words of one sheet to be typed back. places: which, counted from 1."""

    def __init__(self, ctx: Context, title: str, words: tuple[str, ...], places: tuple[int, ...]) -> None:
        super().__init__(Heading(title, 3))
        self._words = words
        self.lines: dict[int, QLineEdit] = {}
        row = FlowRow(gap=theme.current().space("l"))
        for place in places:
            line = QLineEdit()
            label = ctx.t("recovery.word", n=place)
            field = Field(label, line)
            line.setAccessibleName(f"{title}: {label}")
            line.setMinimumWidth(theme.current().px(150))
            line.textEdited.connect(lambda _text, one=line: _mark(one, wrong=False))
            self.lines[place] = line
            row.add(field)
        self.add(row)

    def wrong(self) -> list[int]:
        """The places where another word stands than on the sheet; they are marked."""
        found = []
        for place, line in self.lines.items():
            wrong = line.text().strip().lower() != self._words[place - 1]
            _mark(line, wrong=wrong)
            if wrong:
                found.append(place)
        return found


def sheet_title(ctx: Context, number: int, all_: int) -> str:
    """The name of a sheet, counted from 1."""
    return ctx.t("recovery.sheet" if all_ > 1 else "recovery.sheet.only", n=number, of=all_)


def _cell(number: int, word: str) -> QWidget:
    now = theme.current()
    ink = now.kind("neutral").ink
    count = Body(str(number), size="small", tone=ink)
    count.setWordWrap(False)
    count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    count.setFixedWidth(QFontMetrics(count.font()).horizontalAdvance(str(WORDS)) + now.px(4))
    shown = Body(word, size="lead", bold=True, tone=ink)
    shown.setWordWrap(False)
    shown.setMinimumWidth(QFontMetrics(shown.font()).horizontalAdvance(_WIDEST) * 4 // 5)
    cell = QWidget()
    line = QHBoxLayout(cell)
    line.setContentsMargins(0, now.px(2), 0, now.px(2))
    line.setSpacing(now.space("s"))
    line.addWidget(count)
    line.addWidget(shown)
    return cell


def _mark(line: QLineEdit, *, wrong: bool) -> None:
    line.setProperty("fault", "true" if wrong else "false")
    line.style().unpolish(line)
    line.style().polish(line)
