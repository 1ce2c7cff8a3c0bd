"""Page 1 of a paper on the screen: the same blocks that become the PDF, black on white in every theme."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout

from borg_triage.report.model import (
    Answers,
    Banner,
    Block,
    Bullets,
    Facts,
    Grid,
    Heading,
    Line,
    Note,
    Paper,
    Role,
    Run,
    Text,
    Tone,
    lines_of,
    plain,
)
from borg_triage.ui import theme

_INK, _PAPER, _GREY, _RULE = "#000000", "#ffffff", "#4d4d4d", "#b8b8b8"


class Preview(QFrame):
    """A sheet with page 1. name: what a screen reader calls it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        now = theme.current()
        self.setObjectName("sheet")
        self.setStyleSheet(
            f"#sheet {{ background: {_PAPER}; border: 1px solid {now.colours.line}; }}"
            f" QLabel {{ color: {_INK}; }}"
        )
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.RichText)
        self.label.setWordWrap(True)
        self.label.setFont(now.font("small"))
        self.label.setAccessibleName(name)
        self.label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.label.setSizePolicy(policy)
        column = QVBoxLayout(self)
        edge = now.space("xl")
        column.setContentsMargins(edge, edge, edge, edge)
        column.addWidget(self.label)

    def show_paper(self, paper: Paper) -> None:
        """Show the complete form of its page 1."""
        front = paper.front[0]
        self.label.setText("".join(part for block in front for part in _block(block)))
        words = (plain(line) for block in front for line in lines_of(block))
        self.label.setAccessibleDescription("\n".join(words))


def _block(block: Block) -> Iterator[str]:
    now = theme.current()
    match block:
        case Heading():
            yield f'<p style="font-size:{now.px(26 - 3 * block.level)}px">{_strong(block.text)}</p>'
        case Text():
            yield f"<p>{_words(block.line)}</p>"
        case Bullets():
            marks = (f"{place}." if block.numbered else "•" for place in range(1, len(block.lines) + 1))
            yield "<br>".join(f"{mark} {_words(line)}" for mark, line in zip(marks, block.lines, strict=True))
        case Banner():
            yield _banner(block)
        case Note():
            yield _framed(f"<p>{_strong(block.title)}</p>{_paragraphs(block.lines)}")
        case Grid():
            yield _grid(block)
        case Facts():
            yield _facts(block)
        case Answers():
            rows = ((escape(one.label), _words(one.counted)) for one in block.answers)
            yield _table(rows, (60, 40))


def _banner(banner: Banner) -> str:
    now = theme.current()
    title = f'<p style="font-size:{now.px(24)}px">{_strong(banner.title)}</p>'
    inner = title + _paragraphs(banner.lines)
    if banner.tone is not Tone.ALARM:
        return _framed(inner)
    return (
        f'<table width="100%" cellpadding="{now.px(8)}" bgcolor="{_INK}">'
        f'<tr><td style="color:{_PAPER}">{inner}</td></tr></table>'
    )


def _framed(inner: str) -> str:
    edge = theme.current().px(8)
    return (
        f'<table width="100%" cellpadding="{edge}" style="border-collapse:collapse">'
        f'<tr><td style="border:2px solid {_INK}">{inner}</td></tr></table>'
    )


def _facts(facts: Facts) -> str:
    rows = (
        (_strong(fact.label), "".join(part for one in fact.blocks for part in _block(one)))
        for fact in facts.facts
    )
    return _table(rows, (22, 78))


def _grid(grid: Grid) -> str:
    head = (tuple(f"<i>{escape(name)}</i>" for name in grid.header),) if grid.header else ()
    rows = (tuple(_words(cell) for cell in row) for row in grid.rows)
    return _table((*head, *rows), grid.widths)


def _table(rows: Iterable[tuple[str, ...]], widths: tuple[int, ...]) -> str:
    whole = sum(widths)
    edge = theme.current().px(4)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td width="{round(100 * share / whole)}%" style="border-top:1px solid {_RULE}">{cell}</td>'
            for cell, share in zip(row, widths, strict=False)
        )
        + "</tr>"
        for row in rows
    )
    return f'<table width="100%" cellpadding="{edge}" style="border-collapse:collapse">{body}</table>'


def _paragraphs(lines: Iterable[Line]) -> str:
    return "<br>".join(_words(line) for line in lines)


def _words(line: Line) -> str:
    """The one place where words become markup: every run is escaped here."""
    return "".join(_run(run) for run in line)


def _strong(text: str) -> str:
    # The font that ships with the program has no heavier weight: <b> would be smeared.
    return f'<span style="font-weight:600">{_escaped(text)}</span>'


def _escaped(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _run(run: Run) -> str:
    text = _escaped(run.text)
    match run.role:
        case Role.STRONG:
            return _strong(run.text)
        case Role.QUOTE:
            return f"<i>{text}</i>"
        case Role.QUIET:
            return f'<span style="color:{_GREY}">{text}</span>'
        case Role.PLAIN:
            return text
