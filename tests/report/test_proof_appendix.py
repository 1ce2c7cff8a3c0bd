"""The last thing on the paper: what is proved of the rules, or that nothing is."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from borg_triage.app import papers
from borg_triage.app.instruments import ReadyInstrument, current, instrument_content, kept_instrument
from borg_triage.app.proof_sheet import PROPERTIES, proof_of
from borg_triage.app.resources import catalog
from borg_triage.report.model import Block, Facts, Heading, Note, Paper, Text, lines_of, plain
from borg_triage.text import formats
from tests.report.cases import CASES, options_for, view_of

LANGUAGES = ("nl", "en")
VIEW = view_of(CASES["denial"])


def other_rules() -> ReadyInstrument:
    """The instrument with one word more in a file, as a vault could have kept it."""
    loaded = current().loaded
    files = {**loaded.files, "level.toml": loaded.files["level.toml"] + b"# one word more\n"}
    return kept_instrument(instrument_content(replace(loaded, files=files)))


def appendix(paper: Paper) -> list[Block]:
    """Everything from its heading to the end of the paper."""
    title = catalog(paper.language).text("proof.paper.title")
    (start,) = [
        place for place, block in enumerate(paper.body) if isinstance(block, Heading) and block.text == title
    ]
    return list(paper.body[start:])


def said(blocks: list[Block]) -> str:
    return "\n".join(plain(line) for block in blocks for line in lines_of(block))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_appendix_says_what_was_proved_how_and_when(language: str) -> None:
    paper = papers.make_paper(VIEW, options_for(VIEW), language)
    blocks, texts = appendix(paper), catalog(language)
    assert [type(block) for block in blocks] == [Heading, Text, Facts]
    text = said(blocks)
    for number in PROPERTIES:
        assert texts.text(f"property.{number}.plain") in text
    for key in ("every", "tried", "tested", "not_said", "mark"):
        assert texts.text(f"proof.{key}.title") in text
    sheet = proof_of(current().ref).sheet
    assert sheet is not None
    assert formats.day(sheet.proved_on, language) in text
    assert current().ref.sha256[:12] in text
    assert sheet.contract_sha256[:12] in text
    assert current().ref.version in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_that_were_not_proved_are_said_to_be_so_in_a_frame(language: str) -> None:
    ready, texts = other_rules(), catalog(language)
    assert ready.ref.sha256 != current().ref.sha256
    blocks = appendix(papers.make_paper(VIEW, options_for(VIEW), language, ready))
    note = blocks[1]
    assert isinstance(note, Note)
    assert note.title == texts.text("proof.none.title", version=ready.ref.version)
    text = said(blocks)
    assert texts.text("proof.none.instrument") in text
    assert texts.text("proof.not_said.people") in text
    assert texts.text("proof.not_said.right_rules") not in text
    assert ready.ref.sha256[:12] in text
    for key in ("proof.every.title", "proof.tried.title", "proof.tested.title"):
        assert texts.text(key) not in text
    assert not any(texts.text(f"property.{number}.plain") in text for number in PROPERTIES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_the_last_of_the_pdf_and_of_the_page(language: str) -> None:
    title = catalog(language).text("proof.paper.title")
    last = catalog(language).text("proof.mark.title")
    pages = PdfReader(io.BytesIO(papers.make_pdf(VIEW, options_for(VIEW), language))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert 0 < text.rindex(catalog(language).text("paper.honesty.title")) < text.rindex(title)
    assert text.rindex(title) < text.rindex(last)
    html = papers.make_html(VIEW, options_for(VIEW), language)
    assert f"<h2>{title}</h2>" in html
    assert title not in pages[0].extract_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_says_that_other_rules_were_not_proved(language: str) -> None:
    ready = other_rules()
    pdf = papers.make_pdf(VIEW, options_for(VIEW), language, ready)
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
    assert catalog(language).text("proof.none.title", version=ready.ref.version) in text
    assert catalog(language).text("proof.none.instrument") in text
