"""How much room a text takes."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFont, QFontMetrics

from borg_triage.ui import numbers

FREE: Final = 100_000
# A place where a word may go on below; nothing shows there.
_BREAK: Final = "\u200b"
_LONG: Final = re.compile(r"\S{25,}")
_PARTS: Final = re.compile(r"(?<=[\\/._])(?=[^\\/._])")


def breakable(text: str) -> str:
    """The text, with paths and names of files parted where they may go on below.

    Qt gives a part of a page too little height where a word is wider than the part, and cuts its text off.
    """
    return _LONG.sub(lambda word: _PARTS.sub(_BREAK, word[0]), text)


def wrapped(font: QFont, text: str, width: int = FREE) -> QSize:
    """The size of a text that wraps at a width."""
    room = QRect(0, 0, max(1, width), FREE)
    return QFontMetrics(font).boundingRect(room, numbers.WRAP, text).size()


def longest_word(font: QFont, text: str) -> int:
    """The width below which a text cannot go without a word being cut."""
    metrics = QFontMetrics(font)
    return max((metrics.horizontalAdvance(word) for word in text.split()), default=0)
