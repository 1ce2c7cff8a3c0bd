"""How strong a passphrase is, and the rule that it must meet.

zxcvbn estimates how many guesses it takes: 0 (at once) to 4 (out of reach). It looks at 72 characters at
most: on longer input it is slow, and what is not looked at makes nothing weaker.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from borg_triage.storage.errors import PassphraseShort, PassphraseWeak

_LOOKED_AT: Final = 72
# Between these an organisation chooses. Nobody types more than a long sentence without mistakes.
LEAST_LENGTH: Final = 8
MOST_LENGTH: Final = 64
LEAST_SCORE: Final = 2
MOST_SCORE: Final = 4

# zxcvbn knows English. These are what people here reach for first.
_OBVIOUS: Final = (
    "wachtwoord wachtzin welkom geheim inloggen kluis dossier triage borgvault borg veilig thuis "
    "veiligthuis politie opvang vrouwenopvang blijf huis reclassering huiselijk geweld gemeente "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag "
    "januari februari maart april mei juni juli augustus september oktober november december "
    "lente zomer herfst winter nederland amsterdam rotterdam utrecht denhaag eindhoven groningen "
    "dit is mijn een de het niet lang heel sterk"
)


@dataclass(frozen=True, slots=True)
class PassphraseRule:
    """What a passphrase must meet: characters, and zxcvbn's score. An organisation may set its own.

    Raises ValueError outside 8 to 64 characters or scores 2 to 4: a score below 2 is refused by every rule.
    """

    length: int = 14
    score: int = 2

    def __post_init__(self) -> None:
        lengths, scores = range(LEAST_LENGTH, MOST_LENGTH + 1), range(LEAST_SCORE, MOST_SCORE + 1)
        if self.length not in lengths or self.score not in scores:
            message = "no such passphrase rule"
            raise ValueError(message)

    @property
    def is_weak(self) -> bool:
        """Whether it asks less than is usual."""
        usual = PassphraseRule()
        return self.length < usual.length or self.score < usual.score


def strength(passphrase: str, known: Sequence[str] = ()) -> int:
    """From 0 (guessed at once) to 4 (out of reach).

    known: words that somebody who attacks this vault would try first, such as names.
    """
    from zxcvbn import zxcvbn

    looked_at = unicodedata.normalize("NFC", passphrase)[:_LOOKED_AT]
    if not looked_at:
        return 0
    return zxcvbn(looked_at, user_inputs=[*_OBVIOUS.split(), *known])["score"]


def check(passphrase: str, rule: PassphraseRule, known: Sequence[str] = ()) -> None:
    """Raises PassphraseShort or PassphraseWeak for a passphrase that does not meet the rule."""
    if len(unicodedata.normalize("NFC", passphrase)) < rule.length:
        raise PassphraseShort(rule.length, rule.score)
    if strength(passphrase, known) < rule.score:
        raise PassphraseWeak(rule.length, rule.score)
