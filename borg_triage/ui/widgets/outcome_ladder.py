"""The five steps of urgency as a ladder: where the case stands, and how far what is open can move it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from borg_triage.ui import theme
from borg_triage.ui.widgets.basics import Body, Column
from borg_triage.ui.widgets.outcome_words import Words

_RAIL: Final = 36


class Step(QWidget):
    """One step. mark: "now", "range" (still possible) or "" (outside it). notes: words beside the mark."""

    def __init__(self, label: str, mark: str, notes: list[str]) -> None:
        super().__init__()
        now = theme.current()
        self.mark = mark
        row = QHBoxLayout(self)
        row.setContentsMargins(now.px(_RAIL), now.px(5), 0, now.px(5))
        self.label = Body(label, bold=mark == "now", tone="" if mark else "muted")
        column = Column(self.label, gap="xs")
        column.body.setSpacing(0)
        self.notes = [column.add(Body(note, tone="muted", size="small")) for note in notes]
        row.addWidget(column, 1)
        self.setAccessibleName(". ".join((label, *notes)))

    def middle(self) -> QPoint:
        """Where its mark is drawn: beside the first line of its label."""
        now = theme.current()
        return QPoint(now.px(_RAIL // 2 - 2), self.y() + now.px(5) + self.label.fontMetrics().height() // 2)


class Ladder(QWidget):
    """The level between its best and its worst case, in words and marks; colour is not needed to read it.

    The gravest step stands on top. Where people set another level, that step says so.
    """

    def __init__(self, words: Words) -> None:
        super().__init__()
        level = words.view.assessment.level
        self.setAccessibleName(
            words.t(
                "result.ladder.name",
                value=words.level(words.view.level),
                lower=words.level(level.lower),
                upper=words.level(level.upper),
            )
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.steps = [self._step(words, name) for name in reversed(words.instrument.levels)]
        for step in self.steps:
            column.addWidget(step)

    @staticmethod
    def _step(words: Words, name: str) -> Step:
        level, stands = words.view.assessment.level, words.view.level
        notes: list[str] = []
        if name == stands:
            notes.append(words.t("result.ladder.now" if stands == level.value else "result.ladder.people"))
        elif name == level.value:
            notes.append(words.t("result.ladder.program"))
        if level.lower != level.upper and name == level.upper:
            notes.append(words.t("result.ladder.upper"))
        if level.lower != level.upper and name == level.lower:
            notes.append(words.t("result.ladder.lower"))
        inside = words.rank(level.lower) <= words.rank(name) <= words.rank(level.upper)
        return Step(words.level(name), "now" if name == stands else "range" if inside else "", notes)

    def paintEvent(self, _: QPaintEvent) -> None:
        """The rail: a thick line over the range, a disc for now, a ring for what is still possible."""
        now = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middles = [step.middle() for step in self.steps]
        self._line(painter, middles[0], middles[-1], now.colours.border, 2)
        inside = [step.middle() for step in self.steps if step.mark]
        self._line(painter, inside[0], inside[-1], now.colours.text, 4)
        for step, middle in zip(self.steps, middles, strict=True):
            self._dot(painter, step.mark, middle)
        painter.end()

    @staticmethod
    def _line(painter: QPainter, top: QPoint, bottom: QPoint, colour: str, width: int) -> None:
        painter.setPen(QPen(QColor(colour), theme.current().px(width)))
        painter.drawLine(top, bottom)

    @staticmethod
    def _dot(painter: QPainter, mark: str, middle: QPoint) -> None:
        now = theme.current()
        radius = now.px({"now": 9, "range": 7}.get(mark, 4))
        colour = QColor(now.colours.text if mark else now.colours.line)
        painter.setPen(QPen(colour, now.px(2)))
        painter.setBrush(QBrush(colour if mark == "now" else QColor(now.colours.surface)))
        painter.drawEllipse(QRect(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius))
        if mark == "now":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(now.colours.surface))
            inner = now.px(3)
            painter.drawEllipse(QRect(middle.x() - inner, middle.y() - inner, 2 * inner, 2 * inner))
