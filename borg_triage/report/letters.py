"""Fitting words to paper: letters the fonts lack, and lines too long to be set in one go. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Iterator

from borg_triage.report.model import Line, Run, plain

REPLACEMENT = "□"


def printable(text: str, known: Container[int]) -> str:
    """Text with every letter outside `known` shown as □; marks without a shape of their own left out."""
    return "".join(
        letter if letter == "\n" or ord(letter) in known else "" if _shapeless(letter) else REPLACEMENT
        for letter in text
    )


def _shapeless(letter: str) -> bool:
    """Joiners and variation selectors: they change how their neighbours look, which are □ themselves."""
    return unicodedata.category(letter) == "Cf" or 0xFE00 <= ord(letter) <= 0xFE0F


def pieces(line: Line, row: int, rows: int) -> Iterator[Line]:
    """A line cut into pieces of at most `rows` rows of `row` letters, at spaces where there are any."""
    piece: list[Run] = []
    room = rows * row
    for run in line:
        text = run.text
        while _weight(text, row) > room:
            # A new piece takes one letter at least, or there would be no end to it.
            cut = _cut(text, room, row) or (0 if piece else 1)
            if cut:
                piece.append(Run(text[:cut], run.role))
            yield tuple(piece)
            piece, room, text = [], rows * row, text[cut:].lstrip(" \n")
        piece.append(Run(text, run.role))
        room -= _weight(text, row)
    yield tuple(piece)


def rows_at_worst(lines: Iterable[Line], row: int) -> int:
    """How many rows of `row` letters the lines may take up."""
    return sum(_weight(plain(line), row) // row + 1 for line in lines)


def _weight(text: str, row: int) -> int:
    """Letters taken up at worst; a line break may leave a whole row of them empty."""
    return len(text) + row * text.count("\n")


def _cut(text: str, room: int, row: int) -> int:
    """Where to cut: at the last space or line end that fits, or hard."""
    end = _reach(text, room, row)
    soft = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
    return soft if soft > end // 2 else end


def _reach(text: str, room: int, row: int) -> int:
    """How many letters fit in the room."""
    used = 0
    for place, letter in enumerate(text):
        used += 1 + row * (letter == "\n")
        if used > room:
            return place
    return len(text)
