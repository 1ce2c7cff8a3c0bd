"""The embedded faces of Source Sans 3, and the letters they have."""

from __future__ import annotations

from collections.abc import Container
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, ITALIC, BOLD = "PaperRegular", "PaperItalic", "PaperSemiBold"
_FILES = {REGULAR: "Regular", ITALIC: "Italic", BOLD: "SemiBold"}


@cache
def register(fonts: Path) -> None:
    """Make the faces known to the library. Raises OSError or the library's TTFError for a missing file."""
    for face, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(face, str(fonts / f"SourceSans3-{file}.ttf")))


def known_letters() -> Container[int]:
    """The letters that the fonts have; the three faces have the same."""
    face = pdfmetrics.getFont(REGULAR).face  # type: ignore[attr-defined]  # stubs know built-in fonts
    letters: Container[int] = face.charToGlyph
    return letters
