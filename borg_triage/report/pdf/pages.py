"""Page 1 that fits, page numbers, and the file itself: the same paper, the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepInFrame, PageBreak, PageTemplate

from borg_triage.report.letters import REPLACEMENT, printable
from borg_triage.report.model import Block, Paper, Role, Run, lines_of, plain
from borg_triage.report.pdf.blocks import Typesetter
from borg_triage.report.pdf.fonts import REGULAR, known_letters, register
from borg_triage.report.pdf.styles import BOTTOM, GREY, HEIGHT, LEFT, RIGHT, RULE, WIDTH
from borg_triage.report.words import SHORTENED

_FOOT_SIZE = 8


def render_pdf(paper: Paper, fonts: Path) -> bytes:
    """The PDF of a paper.

    fonts: the folder with SourceSans3-{Regular,Italic,SemiBold}.ttf. Page 1 is the first of `paper.front`
    that fits on one page; the shortest is made smaller should even that not fit.
    """
    register(fonts)
    front = next((form for form in paper.front if _fits(Typesetter().blocks(form))), None)
    # Set twice: the first time only says how many pages there are, for "page 1 of 7".
    pages, _ = _write(paper, _story(paper, front), 0)
    return _write(paper, _story(paper, front), pages)[1]


def prints_all(paper: Paper, fonts: Path) -> bool:
    """Whether the fonts have every letter of what follows page 1: one that they lack cannot be read back."""
    register(fonts)
    lines = (line for block in paper.body for line in lines_of(block))
    return not any(REPLACEMENT in printable(plain(line), known_letters()) for line in lines)


def _story(paper: Paper, front: Sequence[Block] | None) -> list[Flowable]:
    setter = Typesetter()
    if front is None:
        story: list[Flowable] = [
            KeepInFrame(WIDTH, HEIGHT, list(setter.blocks(paper.front[-1])), mode="shrink")
        ]
    else:
        story = list(setter.blocks(front))
    if story:
        story.append(PageBreak())
    story += setter.blocks(paper.body)
    if setter.replaced:
        story.append(setter.paragraph((Run(paper.unprintable.format(sign=REPLACEMENT), Role.QUIET),)))
    return story


def _frame() -> Frame:
    return Frame(LEFT, BOTTOM, WIDTH, HEIGHT, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)


def _fits(flowables: Iterable[Flowable]) -> bool:
    """Whether everything goes on one page, tried out on a page that is thrown away."""
    left = list(flowables)
    canvas = Canvas(io.BytesIO(), pagesize=A4, invariant=1)
    _frame().addFromList(left, canvas)
    return not left


def _write(paper: Paper, story: list[Flowable], pages: int) -> tuple[int, bytes]:
    """The number of pages, and the file with `pages` as their number in each foot."""
    target = io.BytesIO()
    page = PageTemplate(id="page", frames=[_frame()], onPageEnd=partial(_foot, paper, pages))
    document = BaseDocTemplate(
        target,
        pagesize=A4,
        pageTemplates=[page],
        title=paper.title,
        author="",
        subject="",
        creator="",
        lang=paper.language,
        invariant=1,
        displayDocTitle=True,
    )
    document.build(story, canvasmaker=partial(_dated_canvas, paper.made_at))
    return document.page, target.getvalue()


def _dated_canvas(made_at: datetime, *args: Any, **kwargs: Any) -> Canvas:
    """A canvas dated by the paper, not by the clock: equal papers give equal files."""
    canvas = Canvas(*args, **kwargs)
    moment = made_at.astimezone(UTC)
    stamp = canvas._doc._timeStamp  # type: ignore[attr-defined]  # not in the stubs
    stamp.t, stamp.lt, stamp.YMDhms = moment.timestamp(), moment.timetuple(), tuple(moment.timetuple())[:6]
    return canvas


def _foot(paper: Paper, pages: int, canvas: Canvas, _document: BaseDocTemplate) -> None:
    canvas.saveState()
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    canvas.line(LEFT, 14 * mm, A4[0] - RIGHT, 14 * mm)
    canvas.setFillColor(GREY)
    canvas.setFont(REGULAR, _FOOT_SIZE)
    off = int(paper.cover)
    number = canvas.getPageNumber() - off
    page = paper.footer.page.format(page=number, pages=pages - off) if number else ""
    room = WIDTH - stringWidth(page, REGULAR, _FOOT_SIZE) - 5 * mm
    canvas.drawString(LEFT, 10 * mm, _fitted(printable(paper.footer.left, known_letters()), room))
    canvas.drawRightString(A4[0] - RIGHT, 10 * mm, page)
    canvas.restoreState()


def _fitted(text: str, room: float) -> str:
    """Text cut at its end to the room there is."""
    if stringWidth(text, REGULAR, _FOOT_SIZE) <= room:
        return text
    while text and stringWidth(text + SHORTENED, REGULAR, _FOOT_SIZE) > room:
        text = text[:-1]
    return text + SHORTENED
