"""What is typed in a played day (`tests.ui.day`): strings that are found nowhere else."""

from __future__ import annotations

import json
from itertools import count
from typing import Final

# Rare words, one in every string: whoever finds none of them in a file finds none of the strings.
STEMS: Final = (
    *("kruidnagel", "zilverdraad", "waaierpalm", "oeverzwaluw", "tuinfluiter"),
    *("jeneverbes", "dakpanrood", "vlierbloesem", "glaswolken", "ijsvogelblauw"),
)
# Drawn from fixed numbers, so that the afternoon knows the passphrases of the morning.
OWNER, MEMBER = "Xanthippe Kruidnagel 901", "Zoë Waaierpalm 902"
OWNER_PASSPHRASE: Final = "oeverzwaluw 903 draagt drie lantaarns"
OWNER_SECOND: Final = "vlierbloesem 904 naast zeven trappen"
MEMBER_PASSPHRASE: Final = "jeneverbes 905 onder acht bruggen"


class Lot:
    """Strings that are found nowhere else, each written down when it is used."""

    def __init__(self, name: str) -> None:
        self._name, self._numbers = name, count()

    def line(self, kind: str = "") -> str:
        """A few words. kind: name or phone, for what looks like one."""
        number = next(self._numbers)
        stem = STEMS[number % len(STEMS)]
        text = f"{self._name} {stem} keer {number:03d}"
        if kind == "name":
            text = f"Édith {stem.title()}-{self._name} {number:03d}"
        elif kind == "phone":
            text = f"06-{number:03d}{number * 7919 % 100_000:05d} {stem}"
        tell("typed", text)
        return text


def tell(kind: str, text: str) -> None:
    """To whoever watches, through the pipe."""
    print(json.dumps([kind, text]), flush=True)


def said(text: str) -> str:
    """A text that is about to be typed."""
    tell("typed", text)
    return text
