from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borg_triage.storage.errors import PassphraseShort, PassphraseWeak
from borg_triage.storage.keys.strength import PassphraseRule, check, strength

RULE = PassphraseRule()


@pytest.mark.parametrize(
    "passphrase", ["vier groene fietsen bij de brug", "T7#kq9!mZx2&bPw", "ßæø 漢字 одуванчик 77"]
)
def test_what_the_rule_takes(passphrase: str) -> None:
    check(passphrase, RULE)
    assert strength(passphrase) >= 2


@pytest.mark.parametrize("passphrase", ["", "kort", "dertien tekst", "e\u0301" * 13])
def test_what_is_too_short(passphrase: str) -> None:
    with pytest.raises(PassphraseShort) as caught:
        check(passphrase, RULE)
    assert caught.value.params == {"minimum": 14}


@pytest.mark.parametrize(
    "passphrase",
    [
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "12345678901234567890",
        "passwordpassword",
        "wachtwoordwachtwoord",
        "veiligthuis2026",
        "qwertyuiopqwertyuiop",
        "abcabcabcabcabcabc",
        " " * 40,
        "a" * 5000,
        "1" * 71 + "x" * 3000,
    ],
)
def test_what_is_long_and_guessed_quickly(passphrase: str) -> None:
    with pytest.raises(PassphraseWeak):
        check(passphrase, RULE)
    assert strength(passphrase) < 2


def test_what_an_attacker_knows_counts() -> None:
    passphrase = "Kootwijkerbroek"
    before = strength(passphrase)
    check(passphrase, RULE)
    assert strength(passphrase, ["kootwijkerbroek"]) < 2 <= before
    with pytest.raises(PassphraseWeak):
        check(passphrase, RULE, ["Wilgenroosje", "Kootwijkerbroek"])
    # What was known for one does not stay known for the next.
    assert strength(passphrase) == before


def test_an_organisations_own_rule() -> None:
    check("T7#kq9!m", PassphraseRule(length=8))
    with pytest.raises(PassphraseShort):
        check("T7#kq9!mZx2&bPw", PassphraseRule(length=20))
    with pytest.raises(PassphraseWeak):
        check("geheim zomer", PassphraseRule(length=8, score=4))


@pytest.mark.parametrize(("length", "score"), [(7, 2), (0, 2), (65, 2), (14, 1), (14, 5)])
def test_a_rule_that_takes_what_no_rule_may(length: int, score: int) -> None:
    with pytest.raises(ValueError, match="rule"):
        PassphraseRule(length, score)


def test_a_rule_that_asks_less_than_is_usual_says_so() -> None:
    assert PassphraseRule(13, 4).is_weak
    assert not any(rule.is_weak for rule in (PassphraseRule(), PassphraseRule(14, 3), PassphraseRule(20)))


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_any_text_has_a_strength(passphrase: str) -> None:
    assert strength(passphrase) in range(5)


def test_long_input_takes_no_longer_than_one_can_type() -> None:
    start = time.process_time()
    for hard in ("a1!Q" * 5000, "p@$$w0rd" * 2000, "4bcdefgh1j" * 1000):
        strength(hard)
    assert time.process_time() - start < 3
