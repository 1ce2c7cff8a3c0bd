"""The recovery kit: a random key as words on paper, whole or split among people (SLIP-39).

A share has 33 words of a list of 1,024, each known by its first four letters; the last three are a checksum.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from borg_triage.storage.keying import KEY_BYTES
from borg_triage.storage.keys.share_errors import (
    ShareChecksum,
    ShareForeign,
    ShareLength,
    ShareMisspelt,
    ShareMisspeltNear,
    SharesTooFew,
    ShareTwice,
)

if TYPE_CHECKING:
    from shamir_mnemonic import Share

    from borg_triage.storage.keys.keyfile import RecoverySlot

WORDS: Final = 33
MOST_SHARES: Final = 16
# The key is random: stretching it, as SLIP-39 does for secrets that people choose, would add nothing.
_ITERATIONS: Final = 0
_MOST_GIVEN: Final = 100
_NEAR: Final = 3


@dataclass(frozen=True, slots=True)
class Kit:
    """Shares that together are one key: any `threshold` of them. `identifier` stands on each."""

    threshold: int
    identifier: int
    mnemonics: tuple[str, ...]


def split(key: bytes, threshold: int, shares: int) -> Kit:
    """Split a key into `shares` of which any `threshold` give it back.

    Raises ValueError outside 1 of 1, 2 of 2 and up to 16 of 16: one share that is enough is made once only.
    """
    from shamir_mnemonic import Share, generate_mnemonics

    if not (threshold == shares == 1 or 2 <= threshold <= shares <= MOST_SHARES):
        message = f"no kit is {threshold} of {shares}"
        raise ValueError(message)
    (mnemonics,) = generate_mnemonics(1, [(threshold, shares)], key, iteration_exponent=_ITERATIONS)
    return Kit(threshold, Share.from_mnemonic(mnemonics[0]).identifier, tuple(mnemonics))


def word_list() -> tuple[str, ...]:
    """All words that a share can have, in the order of the alphabet."""
    from shamir_mnemonic.wordlist import WORDLIST

    return tuple(WORDLIST)


def read_share(words: Sequence[str]) -> Share | None:
    """The share that these words are: its kit (`identifier`), place in it (`index`), `member_threshold`.

    None where they cannot be right. Whether it is of this vault is not said.
    """
    from shamir_mnemonic import Share
    from shamir_mnemonic.utils import MnemonicError

    try:
        return Share.from_mnemonic(" ".join(words))
    except MnemonicError:
        return None


def combined(slot: RecoverySlot, vault: Path, shares: Sequence[str]) -> bytes:
    """The key that shares of this slot's kit give. Empty ones are passed over, more than enough is fine.

    Capitals, line ends and the words' numbers make no difference. Raises the errors of `share_errors`.
    """
    from shamir_mnemonic import combine_mnemonics
    from shamir_mnemonic.utils import MnemonicError

    found: dict[int, tuple[int, str]] = {}
    twice: tuple[int, int] | None = None
    for number, text in enumerate(shares[:_MOST_GIVEN], start=1):
        words = _words(text)
        if not words:
            continue
        share = _share(words, number, vault)
        if not _belongs(share, slot):
            raise ShareForeign(vault, number)
        if share.index in found:
            twice = twice or (found[share.index][0], number)
            continue
        found[share.index] = (number, " ".join(words))
    if len(found) < slot.threshold:
        if twice is not None:
            raise ShareTwice(vault, *twice, needed=slot.threshold)
        raise SharesTooFew(vault, len(found), slot.threshold)
    chosen = list(found.values())[: slot.threshold]
    try:
        key = combine_mnemonics([mnemonic for _number, mnemonic in chosen])
    except MnemonicError:
        # Their checksums fit, and still they are not of one kit.
        raise ShareForeign(vault, chosen[-1][0]) from None
    return key


def _words(text: str) -> list[str]:
    """The words of a share, without numbers and marks between them."""
    words = (_bare(word) for word in text.lower().split())
    return [word for word in words if word]


def _bare(word: str) -> str:
    """A word without what is no letter at its ends; empty for a number."""
    kept = [place for place, letter in enumerate(word) if letter.isalpha()]
    return word[kept[0] : kept[-1] + 1] if kept else ""


def _share(words: Sequence[str], number: int, vault: Path) -> Share:
    listed = frozenset(word_list())
    for place, word in enumerate(words, start=1):
        if word not in listed:
            raise _misspelt(word, place, number, vault)
    if len(words) != WORDS:
        raise ShareLength(vault, number, len(words), WORDS)
    share = read_share(words)
    if share is None:
        raise ShareChecksum(vault, number)
    return share


def _misspelt(word: str, place: int, number: int, vault: Path) -> ShareMisspelt:
    shown = word[:20]
    near = [listed for listed in word_list() if listed[:4] == word[:4]]
    near = near or difflib.get_close_matches(shown, word_list(), _NEAR)
    if near:
        return ShareMisspeltNear(vault, number, place, shown, ", ".join(near))
    return ShareMisspelt(vault, number, place, shown)


def _belongs(share: Share, slot: RecoverySlot) -> bool:
    return (
        share.identifier == slot.identifier
        and share.member_threshold == slot.threshold
        and share.group_threshold == share.group_count == 1
        and share.index < slot.shares
        and share.iteration_exponent == _ITERATIONS
        and len(share.value) == KEY_BYTES
    )
