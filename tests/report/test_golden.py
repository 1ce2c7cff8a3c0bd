"""Whole papers, word for word."""

from __future__ import annotations

import pytest

from tests.report.golden import LANGUAGES, NAMES, golden_text, path_of


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_paper_reads_as_kept(name: str, language: str) -> None:
    kept = path_of(name, language).read_text(encoding="utf-8")
    assert golden_text(name, language) == kept, "see tests/report/golden.py for how to keep a new text"
