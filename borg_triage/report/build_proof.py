"""The appendix: what is proved of the rules that the case was assessed with, or that nothing is."""

from __future__ import annotations

from collections.abc import Iterator

from borg_triage.report.context import Making
from borg_triage.report.model import Block, Bullets, Fact, Facts, Heading, Line, Note, Text
from borg_triage.report.proof import Group, Saying
from borg_triage.report.words import line, quiet, strong


def proof(making: Making) -> Iterator[Block]:
    """The blocks of the appendix, in order."""
    words, told = making.words, making.proof
    yield Heading(2, words.t("proof.paper.title"))
    title, lines = told.verdict()
    if told.proved:
        yield Text(line(strong(title), *(f". {text}" for text in lines)))
    else:
        yield Note(title, tuple(line(text) for text in lines))
    facts = [_fact(group) for group in told.groups()]
    title, lines = told.limits()
    facts.append(Fact(title, (Bullets(tuple(line(text) for text in lines)),)))
    title, lines = told.marks()
    facts.append(Fact(title, (Text(line(" · ".join(lines))),)))
    yield Facts(tuple(facts))


def _fact(group: Group) -> Fact:
    how = Text(line(quiet(group.how)))
    return Fact(group.title, (how, Bullets(tuple(_line(saying) for saying in group.sayings))))


def _line(saying: Saying) -> Line:
    return line(saying.text, quiet(f" ({saying.cases})" if saying.cases else ""))
