"""The two readings of a case, side by side and never one number: how urgent, and which kind of violence."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from borg_triage.ui import theme
from borg_triage.ui.widgets import icons
from borg_triage.ui.widgets.basics import Body, Card, Column, kind_of
from borg_triage.ui.widgets.outcome_ladder import Ladder
from borg_triage.ui.widgets.outcome_layout import SideBySide
from borg_triage.ui.widgets.outcome_words import Words

# From the gravest pattern down; a pattern further down is shown in a neutral colour.
_PATTERN_KINDS: Final = ("high", "elevated", "attention")
_SHAPES: Final = {
    "neutral": "circle",
    "attention": "dot",
    "elevated": "triangle",
    "high": "diamond",
    "acute": "octagon",
}


class Verdict(QFrame):
    """One reading in a few large words on its own ground, with an icon of its own shape and a sentence."""

    def __init__(self, words: str, sentence: str, kind: str) -> None:
        super().__init__()
        now = theme.current()
        paint = now.kind(kind)
        self.setObjectName("verdict")
        self.setStyleSheet(
            f"#verdict {{ background: {paint.fill}; border: 1px solid {paint.edge};"
            f" border-left: {now.px(6)}px solid {paint.edge}; }}"
            f" QLabel {{ color: {paint.ink}; }}"
        )
        row = QHBoxLayout(self)
        edge = now.space("m")
        row.setContentsMargins(edge, edge, edge, edge)
        row.setSpacing(edge)
        shape = QLabel()
        shape.setPixmap(icons.pixmap(_SHAPES[kind], paint.ink, now.px(28)))
        shape.setFixedSize(now.px(28), now.px(28))
        row.addWidget(shape, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Column(Body(words, size="h2", bold=True), Body(sentence), gap="xs"), 1)
        self.setAccessibleName(words)
        self.setAccessibleDescription(sentence)


class Readings(SideBySide):
    """How urgent, with its ladder; which kind of violence, with what is open in it, and below it `beside`."""

    def __init__(self, words: Words, beside: QWidget) -> None:
        right = Column(_pattern(words), beside, gap="l")
        right.body.addStretch(1)
        self.ladder = Ladder(words)
        super().__init__(_urgency(words, self.ladder), right)


def _urgency(words: Words, ladder: Ladder) -> Card:
    view = words.view
    card = Card(
        Body(words.t("result.reading.level"), bold=True),
        Verdict(words.level(view.level), words.t(f"level.{view.level}.text"), kind_of(view.level)),
        ladder,
    )
    level = view.assessment.level
    if level.lower == level.upper:
        card.add(Body(words.t("result.ladder.settled"), tone="muted", size="small"))
    card.body.addStretch(1)
    return card


def _pattern(words: Words) -> Card:
    view, result = words.view, words.view.assessment
    gravest = len(words.instrument.patterns) - 1
    place = gravest - words.pattern_rank(view.pattern)
    kind = _PATTERN_KINDS[place] if place < len(_PATTERN_KINDS) else "neutral"
    card = Card(
        Body(words.t("result.reading.pattern"), bold=True),
        Verdict(words.pattern(view.pattern), words.t(f"pattern.{view.pattern}.text"), kind),
    )
    for mark, holds in result.marks.items():
        if holds:
            card.add(Body(words.t(f"pattern.{mark}.text")))
    if view.overrides and view.pattern != result.pattern:
        card.add(Body(words.t("result.pattern.program", pattern=words.pattern(result.pattern)), tone="muted"))
    if result.pattern_unresolved:
        card.add(Body(words.n("result.pattern.open", len(result.pattern_unresolved)), tone="muted"))
    return card
