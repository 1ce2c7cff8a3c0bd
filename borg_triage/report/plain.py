"""The paper as plain text: to paste into another system, and to compare papers by."""

from __future__ import annotations

from collections.abc import Iterator

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
    Text,
    plain,
)


def render_text(paper: Paper) -> str:
    """The whole paper, page 1 in its complete form."""
    blocks = [*paper.front[0], *paper.body]
    lines = [line for block in blocks for line in _block(block)]
    return "\n".join([*lines, "", paper.footer.left]).strip() + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield from ("", f"{'#' * block.level} {block.text}")
        case Text():
            yield plain(block.line)
        case Bullets():
            marks = (f"{n}." if block.numbered else "-" for n in range(1, len(block.lines) + 1))
            yield from (f"{mark} {plain(line)}" for mark, line in zip(marks, block.lines, strict=True))
        case Banner() | Note():
            yield from ("", f"[{block.title}]", *(f"  {plain(line)}" for line in block.lines))
        case Grid():
            yield from (_cells(row) for row in block.rows)
        case Facts():
            for fact in block.facts:
                yield f"{fact.label}:"
                yield from (f"  {text}" for inner in fact.blocks for text in _block(inner))
        case Answers():
            yield from _answers(block)


def _answers(answers: Answers) -> Iterator[str]:
    for answer in answers.answers:
        remark = f" ({plain(answer.remark)})" if answer.remark else ""
        yield f"{answer.label} = {plain(answer.counted)}{remark}"
        for column in answer.columns:
            yield from (f"    {plain(line)}" for line in column)


def _cells(row: tuple[Line, ...]) -> str:
    return " | ".join(plain(cell) for cell in row)
