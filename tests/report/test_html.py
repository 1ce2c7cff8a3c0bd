"""The paper as a page: real headings, tables and language, and nothing fetched or run."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from borg_triage.app import papers
from tests.report.cases import CASES, options_for, view_of, worked_on
from tests.report.test_pdf import NASTY, full_of, full_options

VOID = {"meta", "br"}
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "main", "footer", "section", "h1", "h2", "h3", "p",
    "strong", "em", "span", "ul", "ol", "li", "dl", "dt", "dd", "div",
    "table", "caption", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class Reader(HTMLParser):
    """Checks the nesting as it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("language", ["nl", "en"])
def test_page_is_whole_and_stands_on_its_own(language: str) -> None:
    view = worked_on(view_of(CASES["contradicting-sources"]))
    reader = read(papers.make_html(view, options_for(view), language))
    tags = [tag for tag, _ in reader.seen]
    assert set(tags) <= ALLOWED
    assert ("html", {"lang": language}) in reader.seen
    assert not [name for _, attrs in reader.seen for name in attrs if name in {"src", "href", "onclick"}]
    assert tags.count("table") == tags.count("caption")
    assert all(attrs.get("scope") in {"col", "row"} for tag, attrs in reader.seen if tag == "th")


def test_words_stay_words() -> None:
    view = full_of(NASTY, view_of(CASES["eight-questions-at-the-door"]))
    reader = read(papers.make_html(view, full_options(NASTY, view)))
    assert {tag for tag, _ in reader.seen} <= ALLOWED
    assert '<img src="file:///etc/passwd"/><b>vet & x</b>' in "".join(reader.words)


def test_letters_that_no_font_has_are_kept() -> None:
    view = full_of("مرحبا 👧", view_of(CASES["eight-questions-at-the-door"]))
    assert "مرحبا 👧" in papers.make_html(view, options_for(view))
