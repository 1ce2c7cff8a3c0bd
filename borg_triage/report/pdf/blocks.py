"""Blocks become flowables.

The library's Paragraph reads markup and would open a file that a note names, so every word reaches it
through `Typesetter.markup`, and through nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from borg_triage.report.letters import REPLACEMENT, pieces, printable, rows_at_worst
from borg_triage.report.model import (
    Answer,
    Answers,
    Banner,
    Block,
    Bullets,
    Facts,
    Grid,
    Heading,
    Line,
    Note,
    Role,
    Run,
    Text,
    Tone,
    lines_of,
)
from borg_triage.report.pdf.fonts import BOLD, ITALIC, known_letters
from borg_triage.report.pdf.styles import (
    ANSWER_WIDTHS,
    BANNER,
    BANNER_ALARM,
    BANNER_TITLE,
    BANNER_TITLE_ALARM,
    BODY,
    CELL,
    HEADER,
    HEADER_FIRST,
    HEADINGS,
    INK,
    LABEL,
    LABEL_WIDTH,
    LISTED,
    LOOSE,
    RULE,
    WIDTH,
)

# No cell is set in more than this many lines at once: a row may not outgrow a page.
_LINES = 36
# The widest letter, to be sure of it.
_WIDEST = 8.6


class Typesetter:
    """Sets blocks; remembers whether a letter had to be replaced."""

    def __init__(self) -> None:
        self.replaced = False
        self._letters = known_letters()
        self._columns_named = False

    def markup(self, line: Line) -> str:
        """The one place where words become the library's markup."""
        return "".join(self._run(run) for run in line)

    def _run(self, run: Run) -> str:
        text = printable(run.text, self._letters)
        self.replaced = self.replaced or REPLACEMENT in text
        # The dot that parts names stays with the name before it.
        text = escape(text.replace(" · ", "\u00a0· ")).replace("\n", "<br/>")
        match run.role:
            case Role.STRONG:
                return f'<font name="{BOLD}">{text}</font>'
            case Role.QUOTE:
                return f'<font name="{ITALIC}">{text}</font>'
            case Role.QUIET:
                return f'<font color="#4d4d4d">{text}</font>'
            case Role.PLAIN:
                return text

    def paragraph(self, line: Line, style: ParagraphStyle | None = None) -> Paragraph:
        return Paragraph(self.markup(line), style or BODY)

    def pieces(self, line: Line, style: ParagraphStyle | None = None, width: float = 0) -> list[Flowable]:
        return [self.paragraph(piece, style) for piece in _pieces(line, width or WIDTH)]

    def blocks(self, blocks: Sequence[Block]) -> Iterator[Flowable]:
        """The flowables of blocks, in order."""
        for block in blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[Flowable]:
        match block:
            case Heading():
                yield _Title(self.markup((Run(block.text),)), block.text, block.level)
            case Text():
                yield from self.pieces(block.line, LOOSE)
            case Bullets():
                yield from self._bullets(block)
            case Banner():
                yield self._banner(block)
            case Note():
                yield from self._note(block)
            case Grid():
                yield self._grid(block, WIDTH)
            case Facts():
                yield from self._facts(block)
            case Answers():
                yield from self._answers(block)

    def _bullets(self, bullets: Bullets, width: float = WIDTH) -> Iterator[Flowable]:
        for number, line in enumerate(bullets.lines, start=1):
            for place, piece in enumerate(_pieces(line, width)):
                mark = None if place else f"{number}." if bullets.numbered else "•"
                yield Paragraph(self.markup(piece), LISTED, bulletText=mark)

    def _banner(self, banner: Banner) -> Table:
        alarm = banner.tone is Tone.ALARM
        title, text = (BANNER_TITLE_ALARM, BANNER_ALARM) if alarm else (BANNER_TITLE, BANNER)
        cells: list[Flowable] = [self.paragraph((Run(banner.title),), title)]
        for line in banner.lines:
            # Grey would not stand out on the dark ground.
            plain = tuple(Run(run.text, Role.PLAIN if run.role is Role.QUIET else run.role) for run in line)
            cells += self.pieces(plain, text)
        style = [("BOX", (0, 0), (-1, -1), 1.4, INK), *_padding(10, 5, 10, 8)]
        if alarm:
            style.append(("BACKGROUND", (0, 0), (-1, -1), INK))
        return _table([[cells]], [WIDTH], style, space=7)

    def _note(self, note: Note) -> Iterator[Flowable]:
        rows: list[list[Flowable]] = [[self.paragraph((Run(note.title, Role.STRONG),))]]
        rows += [[piece] for line in note.lines for piece in self.pieces(line)]
        style = [("BOX", (0, 0), (-1, -1), 1.1, INK), *_padding(9, 1, 9, 1)]
        style += [("TOPPADDING", (0, 0), (-1, 0), 5), ("BOTTOMPADDING", (0, -1), (-1, -1), 7)]
        yield _table(rows, [WIDTH], style, space=7)

    def _grid(self, grid: Grid, width: float) -> Table:
        widths = [width * part / sum(grid.widths) for part in grid.widths]
        rows: list[Sequence[Any]] = []
        style: list[tuple[Any, ...]] = [*_padding(0, 1.4, 6, 2)]
        if grid.header:
            rows.append(self._header(grid.header))
            style.append(("LINEBELOW", (0, 0), (-1, 0), 0.8, INK))
        for cells in grid.rows:
            if len(rows) > bool(grid.header) and cells[0]:
                style.append(("LINEABOVE", (0, len(rows)), (-1, len(rows)), 0.4, RULE))
            columns = [
                self.pieces(cell, CELL, room) if cell else []
                for cell, room in zip(cells, widths, strict=True)
            ]
            rows += zip_longest(*columns, fillvalue="")
        return _table(rows, widths, style, space=3, repeat=bool(grid.header))

    def _header(self, names: Sequence[str]) -> list[Flowable | str]:
        """Column headers, the first as the table's own name."""
        return [
            self.paragraph((Run(name),), HEADER if place else HEADER_FIRST)
            for place, name in enumerate(names)
        ]

    def _facts(self, facts: Facts) -> Iterator[Flowable]:
        inner = WIDTH - LABEL_WIDTH
        for place, fact in enumerate(facts.facts):
            label: Flowable | str = self.paragraph((Run(fact.label),), LABEL)
            parts = [part for block in fact.blocks for part in self._in_fact(block, inner)]
            # A short fact in one row, or a label of two lines would push its lines apart.
            rows: list[list[Any]] = [[label, parts]]
            if not _is_short((line for block in fact.blocks for line in lines_of(block)), inner):
                rows = [["", part] for part in parts]
                rows[0][0] = label
            style = [
                ("LINEABOVE", (0, 0), (-1, 0), 0.4, RULE),
                *_padding(0, 0.6, 0, 0.6),
                ("TOPPADDING", (0, 0), (-1, 0), 2.4),
                ("BOTTOMPADDING", (0, -1), (-1, -1), 3),
            ]
            yield _table(rows, [LABEL_WIDTH, inner], style, space=0 if place else 2, after=0)
        yield Spacer(0, 3)

    def _in_fact(self, block: Text | Bullets | Grid, width: float) -> Iterable[Flowable]:
        match block:
            case Grid():
                return [self._grid(block, width)]
            case Bullets():
                return self._bullets(block, width)
            case Text():
                return self.pieces(block.line, None, width)

    def _answers(self, answers: Answers) -> Iterator[Flowable]:
        style = [("LINEBELOW", (0, 0), (-1, 0), 0.8, INK), *_padding(0, 0, 6, 2)]
        # The first table names the columns for those that follow, which have the same.
        if not self._columns_named:
            yield _Kept([self._header(answers.header)], ANSWER_WIDTHS, style)
        self._columns_named = True
        for place, answer in enumerate(answers.answers):
            yield self._answer(answer, first=place == 0)

    def _answer(self, answer: Answer, *, first: bool) -> Table:
        width = ANSWER_WIDTHS[2]
        label, counted = self.paragraph((Run(answer.label),), CELL), self.paragraph(answer.counted, CELL)
        remark = self.pieces(answer.remark, CELL, width) if answer.remark else []
        # A short answer in one row, or a question of two lines would push its lines apart.
        short = _is_short((line for column in answer.columns for line in column), width / len(answer.columns))
        said = [*remark, *self._columns(answer, width, short=short)]
        rows: list[list[Any]] = [[label, counted, said]]
        if not short:
            rows = [["", "", part] for part in said]
            rows[0][:2] = [label, counted]
        style = [*_padding(0, 0.6, 6, 0.6), ("RIGHTPADDING", (2, 0), (2, -1), 0)]
        style += [("TOPPADDING", (0, 0), (-1, 0), 2), ("BOTTOMPADDING", (0, -1), (-1, -1), 2.6)]
        style.append(("LINEABOVE", (0, 0), (-1, 0), 0.8 if first else 0.4, INK if first else RULE))
        return _table(rows, ANSWER_WIDTHS, style)

    def _columns(self, answer: Answer, width: float, *, short: bool) -> Iterator[Flowable]:
        """The statements below each other; those of sources that differ side by side."""
        if len(answer.columns) < 2:
            yield from (piece for line in answer.columns[0] for piece in self.pieces(line, CELL, width))
            return
        part = width / len(answer.columns)
        sides: Sequence[list[Flowable]] = [
            [piece for line in column for piece in self.pieces(line, CELL, part)] for column in answer.columns
        ]
        rows: Iterable[Sequence[Any]] = [sides] if short else zip_longest(*sides, fillvalue="")
        for row in rows:
            yield _table([row], [part] * len(sides), _padding(0, 0, 8, 0.6))


def _pieces(line: Line, width: float) -> Iterator[Line]:
    return pieces(line, _letters_in(width), _LINES)


def _is_short(lines: Iterable[Line], width: float) -> bool:
    """Whether all the lines can stand in one row."""
    return rows_at_worst(lines, _letters_in(width)) <= _LINES


def _letters_in(width: float) -> int:
    return max(int(width / _WIDEST), 1)


class _Title(Paragraph):
    """A heading that a reader of the file finds in its outline."""

    def __init__(self, text: str, name: str, level: int) -> None:
        super().__init__(text, HEADINGS[level])
        self._name, self._level = name, level

    def draw(self) -> None:
        canvas = self.canv
        place = f"{canvas.getPageNumber()}-{self._name}"
        canvas.bookmarkHorizontal(place, 0, self.height)
        canvas.addOutlineEntry(self._name, place, self._level - 1)
        super().draw()


class _Kept(Table):
    """A row of headers that stays with what follows."""

    def __init__(self, rows: list[list[Any]], widths: list[float], style: list[tuple[Any, ...]]) -> None:
        super().__init__(rows, colWidths=widths, style=style, hAlign="LEFT")
        self.keepWithNext = True


def _padding(left: float, top: float, right: float, bottom: float) -> list[tuple[Any, ...]]:
    sides = {"LEFT": left, "TOP": top, "RIGHT": right, "BOTTOM": bottom}
    found: list[tuple[Any, ...]] = [
        (f"{side}PADDING", (0, 0), (-1, -1), size) for side, size in sides.items()
    ]
    return [*found, ("VALIGN", (0, 0), (-1, -1), "TOP")]


def _table(
    rows: Iterable[Sequence[Any]],
    widths: Sequence[float],
    style: list[tuple[Any, ...]],
    *,
    space: float = 0,
    after: float | None = None,
    repeat: bool = False,
) -> Table:
    return Table(
        [list(row) for row in rows],
        colWidths=list(widths),
        style=style,
        repeatRows=int(repeat),
        hAlign="LEFT",
        spaceBefore=space,
        spaceAfter=space if after is None else after,
    )
