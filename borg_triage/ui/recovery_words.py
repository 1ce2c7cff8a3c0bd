"""The words of a recovery sheet while they are typed: which are missing, which is misspelt. Knows no Qt.

What a sheet is and whether sheets belong to a vault, `storage.keys.recovery` says; here is only what helps
to type them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from borg_triage.storage.keys.recovery import WORDS, read_share, word_list

# The first two words are the same on every sheet of a kit: typing them back would show nothing.
_FIRST_ASKED: Final = 3
_SHOWN: Final = 6


@dataclass(frozen=True)
class Kit:
    """A new recovery kit: any `needed` of its sheets open the vault. No `repr` shows its words."""

    needed: int
    sheets: tuple[str, ...] = field(repr=False)

    def words(self, sheet: int) -> tuple[str, ...]:
        """The words of one sheet, counted from 0."""
        return tuple(self.sheets[sheet].split())


@dataclass(frozen=True)
class Sheet:
    """What was typed of one sheet.

    words: how many. place, wrong: the first word that is not in the list, counted from 1. near: what it, or
    the word that is being typed, may be. right: all words are there, and fit together. number: which sheet
    of its kit it is; needed: how many of them; both only when right.
    """

    words: int = 0
    place: int = 0
    wrong: str = ""
    near: tuple[str, ...] = ()
    right: bool = False
    kit: int = -1
    number: int = -1
    needed: int = 0

    @property
    def state(self) -> str:
        """empty, typing, near (the word being typed), misspelt, unlike, many, mixed or right."""
        if self.place:
            return "misspelt" if self.near else "unlike"
        if self.right:
            return "right"
        if self.words > WORDS:
            return "many"
        if self.words == WORDS and not self.near:
            return "mixed"
        return "near" if self.near else "typing" if self.words else "empty"


@cache
def _known() -> tuple[str, ...]:
    return word_list()


def starting(start: str) -> tuple[str, ...]:
    """The words that begin like this."""
    return tuple(word for word in _known() if word.startswith(start)) if start else ()


def whole(start: str) -> str:
    """The one word that begins like this; as it is where there is none, or more than one."""
    found = starting(start.lower())
    return found[0] if len(found) == 1 else start


def read(text: str) -> Sheet:
    """What was typed so far. The last word is still being typed while nothing follows it."""
    from difflib import get_close_matches

    words = bare(text)
    known = set(_known())
    typing = bool(text) and not text[-1].isspace()
    for place, word in enumerate(words, start=1):
        if word in known:
            continue
        if typing and place == len(words):
            begun = starting(word)
            if begun:
                return Sheet(len(words), near=begun[:_SHOWN] if len(begun) <= _SHOWN else ())
        near = starting(word[:4]) or tuple(get_close_matches(word, _known(), 3))
        return Sheet(len(words), place, word[:20], near)
    return _fitting(words) if len(words) == WORDS else Sheet(len(words))


def bare(text: str) -> list[str]:
    """The words of a text: without numbers, marks and capitals."""
    words = ("".join(letter for letter in word if letter.isalpha()) for word in text.lower().split())
    return [word for word in words if word]


def _fitting(words: Sequence[str]) -> Sheet:
    share = read_share(words)
    if share is None:
        return Sheet(len(words))
    return Sheet(
        len(words), right=True, kit=share.identifier, number=share.index, needed=share.member_threshold
    )


def still_needed(sheets: Iterable[Sheet], needed: int) -> int:
    """How many more sheets are needed: of one kit, and no sheet twice."""
    found = {(sheet.kit, sheet.number) for sheet in sheets if sheet.right}
    return max(0, needed - len(found))


def asked(count: int = 3) -> tuple[int, ...]:
    """Which words of a sheet are to be typed back, counted from 1; others each time."""
    places = range(_FIRST_ASKED, WORDS + 1)
    return tuple(sorted(secrets.SystemRandom().sample(places, count)))
