"""How much room a text takes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFont, QFontMetrics

from borg_triage.ui import numbers

FREE: Final = 100_000


def wrapped(font: QFont, text: str, width: int = FREE) -> QSize:
    """The size of a text that wraps at a width."""
    room = QRect(0, 0, max(1, width), FREE)
    return QFontMetrics(font).boundingRect(room, numbers.WRAP, text).size()


def longest_word(font: QFont, text: str) -> int:
    """The width below which a text cannot go without a word being cut."""
    metrics = QFontMetrics(font)
    return max((metrics.horizontalAdvance(word) for word in text.split()), default=0)
