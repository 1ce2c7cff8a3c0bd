"""A copy for one person in plain words, and the privacy officer's list that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from borg_triage.app.inspection import Draft, Inspection, Kept, Received, Said, ToCheck
from borg_triage.app.retention_text import length
from borg_triage.domain.instrument import Instrument
from borg_triage.report.model import (
    Block,
    Bullets,
    Footer,
    Heading,
    Line,
    Note,
    Paper,
    Text,
    lines_of,
    plain,
)
from borg_triage.report.words import Words, line, quote
from borg_triage.text.catalog import Catalog
from borg_triage.text.formats import DUTCH_TIME


def inspection_paper(inspection: Inspection, texts: Catalog, instrument: Instrument) -> Paper:
    """The copy. On page 1, which is taken off before it goes out, that a privacy officer reads it first."""
    words = Words(texts, instrument)
    cover = Note(words.t("inspection.banner"), (line(words.t("inspection.banner.why")),))
    copy = tuple(_copy(inspection, words, texts))
    return _paper((cover,), copy, inspection, words, cover=True)


def officer_paper(draft: Draft, texts: Catalog, instrument: Instrument) -> Paper:
    """What the privacy officer must look at. It never goes along with the copy."""
    words = Words(texts, instrument)
    front = (
        Heading(1, words.t("inspection.officer.title")),
        Text(line(words.t("inspection.officer.keep"))),
        Bullets(tuple(line(words.t(warning)) for warning in draft.warnings)),
    )
    return _paper((), (*front, *_to_check(draft, words)), draft.inspection, words)


def to_check(entry: ToCheck, texts: Catalog, instrument: Instrument) -> str:
    """One thing for the privacy officer in words: its number, the question, and what was noted."""
    return plain(_entry(entry, Words(texts, instrument)))


def inspection_text(inspection: Inspection, texts: Catalog, instrument: Instrument) -> str:
    """The copy as plain text, to be read in the window."""
    return _text(inspection_paper(inspection, texts, instrument))


def _paper(
    front: tuple[Block, ...],
    body: tuple[Block, ...],
    copy: Inspection,
    words: Words,
    *,
    cover: bool = False,
) -> Paper:
    """A paper made at noon: of the copy only the day is known."""
    return Paper(
        variant="inspection",
        language=words.language,
        title=words.t("inspection.file_title"),
        made_at=datetime.combine(copy.made_on, time(12), DUTCH_TIME),
        front=(front,),
        body=body,
        footer=Footer(
            left=words.t("inspection.footer", reference=copy.reference, day=words.short_day(copy.made_on)),
            page=words.t("paper.footer.page"),
        ),
        unprintable=words.t("paper.unprintable"),
        cover=cover,
    )


def _text(paper: Paper) -> str:
    blocks = (*paper.front[0], *paper.body)
    return "\n".join(text for block in blocks for text in _lines(block)).strip() + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield from ("", block.text.upper())
        case Bullets():
            yield from ("- " + plain(one).replace("\n", "\n    ") for one in block.lines)
        case _:
            yield from (plain(one) for one in lines_of(block))


def _to_check(draft: Draft, words: Words) -> Iterator[Block]:
    for why, entries in draft.by_why().items():
        yield Heading(2, words.t(f"inspection.check.{why}"))
        yield Bullets(tuple(_entry(one, words) for one in entries))


def _entry(entry: ToCheck, words: Words) -> Line:
    place = f"{entry.seq}. " if entry.seq is not None else ""
    label = f"item.{entry.item}.label"
    item = words.t(label) if words.has(label) else entry.item
    between = ": " if item and entry.words else ""
    return line(f"{place}{item}{between}", quote(entry.words))


def _copy(copy: Inspection, words: Words, texts: Catalog) -> Iterator[Block]:
    t = words.t
    yield Heading(1, t("inspection.title"))
    yield _said(t("inspection.for", who=t(f"inspection.subject.{copy.subject}")))
    yield _said(t("inspection.made", day=words.day(copy.made_on), reference=copy.reference))
    if copy.kept is None:
        yield _said(t("inspection.nothing"))
        return
    yield from (Heading(2, t("inspection.said")), _said(t("inspection.said.intro")))
    yield _answers(copy.said, words) if copy.said else _said(t("inspection.said.none"))
    if copy.about:
        yield from (Heading(2, t("inspection.about")), _said(t("inspection.about.intro")))
        yield _answers(copy.about, words)
    if copy.concluded is not None:
        yield Heading(2, t("inspection.concluded"))
        yield _said(t(f"level.{copy.concluded.level}.label"))
        yield _said(t(f"pattern.{copy.concluded.pattern}.label"))
        yield _said(t("inspection.concluded.what"))
    yield Heading(2, t("inspection.received"))
    yield from _received(copy.received, words)
    yield Heading(2, t("inspection.kept"))
    yield from (_said(one) for one in _kept(copy.kept, words, texts))
    yield from (Heading(2, t("inspection.left_out")), _said(t("inspection.left_out.what")))
    yield from (Heading(2, t("inspection.rights")), _said(t("inspection.rights.what")))


def _said(text: str) -> Text:
    return Text(line(text))


def _answers(said: tuple[Said, ...], words: Words) -> Bullets:
    return Bullets(tuple(_answer(one, words) for one in said))


def _answer(answer: Said, words: Words) -> Line:
    said = words.t(
        "inspection.answer",
        item=words.item(answer.item),
        value=words.value(answer.item, answer.value),
        day=words.short_day(answer.on),
    )
    withdrawn = " " + words.t("inspection.withdrawn") if answer.withdrawn else ""
    return line(said, withdrawn, quote(f"\n{answer.words}" if answer.words is not None else ""))


def _received(received: tuple[Received, ...], words: Words) -> Iterator[Block]:
    if received:
        yield Bullets(tuple(line(_receiver(one, words)) for one in received))
    yield _said(words.t("inspection.received.what" if received else "inspection.received.none"))


def _receiver(one: Received, words: Words) -> str:
    day = f"{words.short_day(one.on)}: " if one.on is not None else ""
    return f"{day}{words.t(f'inspection.receiver.{one.receiver}')}"


def _kept(kept: Kept, words: Words, texts: Catalog) -> Iterator[str]:
    t = words.t
    yield t("inspection.kept.by", group=t(f"group.{kept.group}"))
    yield t("inspection.kept.since", day=words.day(kept.since))
    yield t(f"inspection.ground.{kept.group}")
    yield t("inspection.purpose")
    yield t(f"inspection.clock.{kept.clock}", length=length(kept.erased, texts))
    if kept.hidden is not None:
        yield t("inspection.kept.hidden", length=length(kept.hidden, texts))
    if kept.erase_on is not None:
        yield t("inspection.kept.erase_on", day=words.day(kept.erase_on))
