"""A hand-over paper as an ordered list of blocks: what it says, not how it looks.

`build` makes it; `pdf`, `html` and `plain` set it in their own way and add no word of their own. Words lie
in `Run`s, a run being text with one role; markup is not known here, so a renderer escapes every run alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NamedTuple


class Role(Enum):
    """What a run of text is, for a renderer to set apart without colour."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Run:
    """Text with one role. A line break is the only control character in it (see `words.clean`)."""

    text: str
    role: Role = Role.PLAIN


Line = tuple[Run, ...]


class Tone(Enum):
    """How a banner or note stands on the page."""

    ALARM = "alarm"
    CALM = "calm"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 to 3, as a reader of headings would jump."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph."""

    line: Line


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; numbered when the order says what comes first."""

    lines: tuple[Line, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Banner:
    """The outcome at a glance: a title and a few lines under it."""

    title: str
    lines: tuple[Line, ...]
    tone: Tone


@dataclass(frozen=True, slots=True)
class Note:
    """A framed remark that may not be missed."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. caption: said to screen readers. widths: relative. header: empty for none on show."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A key and what is known of it."""

    label: str
    blocks: tuple[Text | Bullets | Grid, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Keys down the side, what is known beside each."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything said about one item.

    counted: what it counts as, with a mark. columns: the statements; more than one column where sources
    contradict each other, to be set side by side. remark: how it came to count so, if that is not plain.
    """

    label: str
    counted: Line
    columns: tuple[tuple[Line, ...], ...]
    remark: Line = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """The items of one section."""

    caption: str
    header: tuple[str, str, str]
    answers: tuple[Answer, ...]


Block = Heading | Text | Bullets | Banner | Note | Grid | Facts | Answers


@dataclass(frozen=True, slots=True)
class Footer:
    """At the foot of every page. page: holds {page} and {pages}."""

    left: str
    page: str


class Withheld(NamedTuple):
    """What of a case stands in the file and not on the paper.

    words: whether anything is that people said, saw, did or decided. names: of those who wrote it down.
    """

    words: bool
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper.

    title: neutral, for the file's own metadata: no names. front: page 1, from complete to short; a
    renderer with pages takes the first that fits on one. body: what follows, from a new page.
    unprintable: the remark for a renderer that cannot set every letter, with {sign}. cover: whether page 1
    is taken off before the paper goes out, so that the pages are counted from the one after it. withheld:
    as if something is, where nobody says that the paper tells all.
    """

    variant: str
    language: str
    title: str
    made_at: datetime
    front: tuple[tuple[Block, ...], ...]
    body: tuple[Block, ...]
    footer: Footer
    unprintable: str
    cover: bool = False
    withheld: Withheld = field(default=Withheld(words=True))


def lines_of(block: Block) -> Iterator[Line]:
    """Every line of a block, in reading order."""
    match block:
        case Heading():
            yield (Run(block.text, Role.STRONG),)
        case Text():
            yield block.line
        case Bullets():
            yield from block.lines
        case Banner() | Note():
            yield (Run(block.title, Role.STRONG),)
            yield from block.lines
        case Grid():
            yield from (cell for row in block.rows for cell in row)
        case Facts():
            for fact in block.facts:
                yield (Run(fact.label, Role.STRONG),)
                yield from (line for inner in fact.blocks for line in lines_of(inner))
        case Answers():
            for answer in block.answers:
                yield (Run(answer.label), *answer.counted)
                yield from (line for column in answer.columns for line in column)
                yield answer.remark


def plain(line: Line) -> str:
    """A line without its roles."""
    return "".join(run.text for run in line)
