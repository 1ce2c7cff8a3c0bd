"""The paper as one accessible HTML page: real headings, lists and tables, its language stated.

Nothing is loaded from anywhere: no script, no picture, no font.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

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
)

_STYLE = """
body{font:1rem/1.5 "Source Sans 3",system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;
color:#000;background:#fff}
h1{font-size:1.7rem;margin:2.5rem 0 .5rem}h2{font-size:1.3rem;margin:2rem 0 .5rem}h3{font-size:1.05rem}
h1:first-child{margin-top:0}table{border-collapse:collapse;width:100%;margin:.5rem 0}
caption{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-top:1px solid #767676}
dl{display:grid;grid-template-columns:11rem 1fr;margin:.5rem 0}dt,dd{margin:0;padding:.4rem 0;
border-top:1px solid #767676}dt{font-weight:600}dd p{margin:0}dd ul{margin:0;padding-left:1.1rem}
.quiet{color:#4d4d4d}.banner,.note{border:2px solid #000;padding:.75rem 1rem;margin:1rem 0}
.alarm{background:#000;color:#fff}.banner .title{font-size:1.6rem;font-weight:600;margin:0}
.banner p,.note p{margin:.15rem 0}.sides{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
p,dd,td{white-space:pre-line;overflow-wrap:break-word}.said{overflow-wrap:anywhere}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render_html(paper: Paper) -> str:
    """The whole paper, page 1 in its complete form, as a page that stands on its own."""
    blocks = "\n".join(part for block in (*paper.front[0], *paper.body) for part in _block(block))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(paper.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(paper.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{blocks}\n"
        f"</main>\n<footer><p>{escape(paper.footer.left)}</p></footer>\n</body>\n</html>\n"
    )


def _words(line: Line) -> str:
    """The one place where words become HTML."""
    return "".join(_run(run) for run in line)


def _run(run: Run) -> str:
    text = escape(run.text)
    match run.role:
        case Role.STRONG:
            return f"<strong>{text}</strong>"
        case Role.QUOTE:
            return f'<em class="said" dir="auto">{text}</em>'
        case Role.QUIET:
            return f'<span class="quiet">{text}</span>'
        case Role.PLAIN:
            return text


def _paragraphs(lines: Iterable[Line]) -> str:
    return "".join(f"<p>{_words(line)}</p>" for line in lines)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"<h{block.level}>{escape(block.text)}</h{block.level}>"
        case Text():
            yield f"<p>{_words(block.line)}</p>"
        case Bullets():
            tag = "ol" if block.numbered else "ul"
            yield f"<{tag}>{''.join(f'<li>{_words(line)}</li>' for line in block.lines)}</{tag}>"
        case Banner():
            tone = " alarm" if block.tone is Tone.ALARM else ""
            yield f'<section class="banner{tone}"><p class="title">{escape(block.title)}</p>'
            yield f"{_paragraphs(block.lines)}</section>"
        case Note():
            yield f'<section class="note"><p><strong>{escape(block.title)}</strong></p>'
            yield f"{_paragraphs(block.lines)}</section>"
        case Grid():
            yield _table(block.caption, block.header, ([_words(cell) for cell in row] for row in block.rows))
        case Facts():
            yield "<dl>"
            for fact in block.facts:
                inner = "".join(part for one in fact.blocks for part in _block(one))
                yield f"<dt>{escape(fact.label)}</dt><dd>{inner}</dd>"
            yield "</dl>"
        case Answers():
            yield _table(block.caption, block.header, _answers(block))


def _answers(answers: Answers) -> Iterator[list[str]]:
    for answer in answers.answers:
        remark = f"<p>{_words(answer.remark)}</p>" if answer.remark else ""
        columns = [f"<div>{_paragraphs(column)}</div>" for column in answer.columns]
        said = f'<div class="sides">{"".join(columns)}</div>' if len(columns) > 1 else "".join(columns)
        yield [escape(answer.label), _words(answer.counted), remark + said]


def _table(caption: str, header: tuple[str, ...], rows: Iterable[list[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    head = f"<thead><tr>{head}</tr></thead>" if header else ""
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return f"<table><caption>{escape(caption)}</caption>{head}<tbody>{body}</tbody></table>"
