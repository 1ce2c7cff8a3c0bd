"""The PDF: one first page, embedded letters, the same bytes twice, and nothing that a note could break."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from borg_triage.app import papers
from borg_triage.app.instruments import current
from borg_triage.app.resources import catalog, resources
from borg_triage.domain.answers import Observation
from borg_triage.domain.case import CaseEvent, CaseView
from borg_triage.report.letters import REPLACEMENT, pieces, printable
from borg_triage.report.model import Line, Run, plain
from borg_triage.report.pdf.fonts import known_letters, register
from borg_triage.report.words import clean, clip
from tests.report.cases import CASES, options_for, view_of, with_answers, worked_on

NASTY = (
    '<img src="file:///etc/passwd"/><b>vet & x</b> <br/> &amp; &#60; {naam} %s \\ \x00\x07\x1b[31m \ud800 '
    "e\u0301 Łódź Привіт Ελλάδα İğşç 👩\u200d👧 مرحبا \u202e你好\n\n\nregel 2\r\nregel 3\u2028regel 4"
)


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def full_of(note: str, view: CaseView, *sections: str) -> CaseView:
    """Every item of the sections (of all, where none is named) in its worst sense, denied by the other, each
    with the note; names and events as well."""
    told = []
    for item in current().instrument.items:
        if sections and item.section not in sections:
            continue
        worst = "2027-01-01" if item.kind == "date" else item.worst
        told.append((item.id, Observation(worst, "victim", view.today, None, note)))
        if item.kind == "yes_no":
            told.append((item.id, Observation(item.better, "perpetrator", view.today, None, note)))
    view = worked_on(with_answers(view, told))
    events = tuple(CaseEvent("acute_call", {"who": note, note: note}, view.opened_at, note) for _ in range(9))
    overrides = tuple(replace(one, reason=note, second_person=note) for one in view.overrides)
    judgement = None if view.judgement is None else replace(view.judgement, why=note)
    return replace(
        view, pseudonym=note, events=events, overrides=overrides, judgement=judgement, opened_by=note
    )


def full_options(note: str, view: CaseView) -> Any:
    names = ("recipient", "safe_contact", "not_shared_with", "where_he_is", "asked_of_you", "made_by")
    texts: dict[str, Any] = dict.fromkeys(names, note)
    return options_for(
        view, **texts, done_so_far=(note,) * 9, include_reporter=True, include_whereabouts=True
    )


BOTH = [(name, "nl") for name in CASES] + [(name, "en") for name in list(CASES)[::6]]


@pytest.mark.parametrize(("name", "language"), BOTH)
def test_page_1_is_one_page(name: str, language: str) -> None:
    view = worked_on(view_of(CASES[name]))
    reader = PdfReader(io.BytesIO(papers.make_pdf(view, options_for(view), language)))
    words = catalog(language)
    first = reader.pages[0].extract_text()
    assert words.text("paper.front.title.veilig_thuis") in first
    assert " ".join(words.text("honesty.nothing_is_safe").split()[-3:]) in " ".join(first.split())
    assert reader.pages[1].extract_text().startswith(words.text("paper.record.title"))


def test_every_page_has_its_foot() -> None:
    view = view_of(CASES["stale-answers"])
    pages = pages_of(papers.make_pdf(view, options_for(view)))
    for number, page in enumerate(pages, start=1):
        assert page.rstrip().endswith(f"pagina {number} van {len(pages)}")
        assert "Vertrouwelijk · Wilg 12 · gemaakt 10 nov 2026 13:30" in page
    assert REPLACEMENT not in "".join(pages)


def test_the_same_paper_gives_the_same_bytes() -> None:
    view = worked_on(view_of(CASES["denial"]))
    options = options_for(view)
    assert papers.make_pdf(view, options) == papers.make_pdf(view, options)
    later = replace(options, made_at=options.made_at.replace(minute=59))
    assert papers.make_pdf(view, options) != papers.make_pdf(view, later)


def test_the_file_says_nothing_of_the_case_about_itself() -> None:
    view = view_of(CASES["denial"])
    reader = PdfReader(io.BytesIO(papers.make_pdf(view, options_for(view))))
    meta = reader.metadata
    assert meta is not None
    assert meta.title == "Overdracht"
    assert meta.creation_date == options_for(view).made_at
    assert {meta.author, meta.subject, meta.creator} <= {"", None}
    assert str(reader.root_object["/Lang"]) == "nl"


def test_letters_are_embedded() -> None:
    view = worked_on(view_of(CASES["denial"]))
    reader = PdfReader(io.BytesIO(papers.make_pdf(view, options_for(view))))
    fonts = {}
    for page in reader.pages:
        for font in _fonts(page).values():
            found = font.get_object()
            fonts[found["/BaseFont"]] = found
    used = {name: font for name, font in fonts.items() if "SourceSans3" in name}
    assert used
    assert all("/FontFile2" in font["/FontDescriptor"] for font in used.values())
    assert all(name in used or name == "/Helvetica" for name in fonts)  # the library lists it, unused


def _fonts(page: Any) -> dict[str, Any]:
    return dict(page["/Resources"]["/Font"])


def test_a_reader_can_jump_by_headings() -> None:
    view = view_of(CASES["denial"])
    reader = PdfReader(io.BytesIO(papers.make_pdf(view, options_for(view))))
    names = [entry["/Title"] for entry in _flat(reader.outline)]
    assert names[:2] == ["Overdracht in 60 seconden", "Volledig dossier"]
    assert {"Uitkomst", "Alle antwoorden", "Rode vlaggen", "Tijdlijn"} <= set(names)


def _flat(outline: Sequence[Any]) -> Iterator[Any]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _flat(entry)
        else:
            yield entry


def test_the_fullest_case_keeps_to_one_first_page() -> None:
    for note in ("W" * 120, "Een zin van gewone lengte, met een voorbeeld erbij."):
        view = full_of(note, view_of(CASES["strangulation-tonight"]), "acute", "flags", "context")
        pages = pages_of(papers.make_pdf(view, full_options(note, view)))
        assert pages[1].startswith("Volledig dossier")
        for item in current().instrument.items_of("flags"):
            label = catalog("nl").text(f"item.{item.id}.label")
            assert label in " ".join(pages[0].split())


@pytest.mark.parametrize("note", ["x" * 20_000, "a\n" * 800])
def test_a_note_of_many_pages_is_told_in_full(note: str) -> None:
    view = view_of(CASES["eight-questions-at-the-door"])
    view = with_answers(view, [("flag.stalking", Observation("yes", "victim", view.today, False, note))])
    text = "".join("".join(page.split()) for page in pages_of(papers.make_pdf(view, options_for(view))))
    letter = note[0]
    assert text.count(letter) >= note.count(letter)


def test_markup_in_a_note_is_only_words() -> None:
    view = full_of(NASTY, view_of(CASES["eight-questions-at-the-door"]), "acute", "context")
    text = " ".join(" ".join(pages_of(papers.make_pdf(view, full_options(NASTY, view)))).split())
    for told in (
        '<img src="file:///etc/passwd"/><b>vet & x</b> <br/> &amp; &#60; {naam} %s \\',
        "é Łódź Привіт",
    ):
        assert told in text
    assert REPLACEMENT in text
    assert catalog("nl").text("paper.unprintable").format(sign=REPLACEMENT) in text


_OPENED: list[str] = []
_WATCHING = [False]


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _WATCHING[0] and event in {"open", "socket.connect", "subprocess.Popen"}:
        _OPENED.append(str(arguments[0]))


@contextmanager
def watched() -> Iterator[list[str]]:
    """Everything opened meanwhile. An audit hook cannot be taken away, so it is switched."""
    if not getattr(sys, "_paper_audit", False):
        sys.addaudithook(_audit)
        sys._paper_audit = True  # type: ignore[attr-defined]
    _OPENED.clear()
    _WATCHING[0] = True
    try:
        yield _OPENED
    finally:
        _WATCHING[0] = False


def test_no_note_opens_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"not for the paper")
    view = view_of(CASES["eight-questions-at-the-door"])
    papers.make_pdf(view, options_for(view))  # fonts and catalogues are read once
    note = f'<img src="{secret}"/><img src="file://{secret}"/><a href="http://example.org/x.png">x</a>'
    view = full_of(note, view, "acute", "context")
    with watched() as opened:
        papers.make_pdf(view, full_options(note, view))
        assert [path for path in opened if "secret" in path or "example" in path] == []
        secret.read_bytes()
        assert opened[-1] == str(secret)  # the watch does see


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)


@settings(max_examples=12)
@given(ANY_TEXT)
def test_any_text_anywhere_gives_a_pdf(text: str) -> None:
    view = view_of(CASES["eight-questions-at-the-door"])
    told = [
        ("flag.stalking", Observation("yes", "victim", view.today, False, text)),
        ("flag.stalking", Observation("no", "perpetrator", view.today, None, text)),
    ]
    view = replace(worked_on(with_answers(view, told)), pseudonym=text)
    options = full_options(text, view)
    pdf = papers.make_pdf(view, options)
    assert len(PdfReader(io.BytesIO(pdf)).pages) > 1
    papers.make_html(view, options).encode()
    papers.make_text(view, options).encode()


@given(ANY_TEXT)
def test_clean_text_can_be_set_and_stays_clean(text: str) -> None:
    told = clean(text)
    assert clean(told) == told
    told.encode("utf-8")
    assert not [letter for letter in told if letter < " " and letter != "\n"]


@given(ANY_TEXT)
def test_what_is_printable_has_a_shape(text: str) -> None:
    register(resources() / "fonts")
    known = known_letters()
    assert all(letter == "\n" or ord(letter) in known for letter in printable(clean(text), known))


RUNS = st.lists(st.builds(Run, st.text("ab \n", max_size=80)), max_size=4).map(tuple)


@given(RUNS, st.integers(1, 12), st.integers(1, 5))
def test_pieces_lose_no_letter_and_fit(line: Line, row: int, rows: int) -> None:
    parts = list(pieces(line, row, rows))
    assert "".join("".join(plain(part).split()) for part in parts) == "".join(plain(line).split())
    for part in parts:
        assert len(plain(part)) + row * plain(part).count("\n") <= max(rows * row, row + 1)


@given(st.text(), st.integers(0, 40))
def test_clip_keeps_to_its_length(text: str, limit: int) -> None:
    short = clip(text, limit)
    whole = " ".join(text.split())
    assert short == whole if len(whole) <= limit else short.endswith("…")
    assert len(short) <= max(limit, 1)
