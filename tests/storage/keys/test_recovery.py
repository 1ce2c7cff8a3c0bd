"""The recovery kit: what opens the vault, and what is said of words that do not."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic import Share
from shamir_mnemonic.wordlist import WORDLIST

from borg_triage.storage.errors import RecoveryRefused
from borg_triage.storage.keys.recovery import read_share, word_list
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.keys.share_errors import (
    RecoveryNone,
    ShareChecksum,
    ShareForeign,
    ShareLength,
    ShareMisspelt,
    ShareMisspeltNear,
    SharesTooFew,
    ShareTwice,
)

from .samples import FLOOR, NOOR, NOOR_SAYS, VAULT, Team, recovered, unlocked


@pytest.mark.parametrize(("threshold", "count"), [(1, 1), (2, 2), (2, 3), (3, 5)])
def test_every_set_that_is_enough_opens_and_no_smaller_one_does(
    team: Team, threshold: int, count: int
) -> None:
    ring, shares = team.ring.with_recovery(threshold, count)
    assert len(set(shares)) == count
    assert {len(share.split()) for share in shares} == {33}
    for size in range(count + 1):
        for some in itertools.combinations(shares, size):
            if size >= threshold:
                assert recovered(ring.file, list(some)).keys == {1: team.key}
                continue
            with pytest.raises(SharesTooFew) as caught:
                recovered(ring.file, list(some))
            assert (caught.value.params["found"], caught.value.params["needed"]) == (size, threshold)


@pytest.mark.parametrize(("threshold", "count"), [(0, 0), (0, 1), (1, 2), (3, 2), (2, 17), (-1, 1)])
def test_a_kit_that_cannot_be(team: Team, threshold: int, count: int) -> None:
    with pytest.raises(ValueError, match="no kit"):
        team.ring.with_recovery(threshold, count)


def test_who_recovers_can_let_a_person_in_again(team: Team) -> None:
    found = recovered(team.file, team.shares[1:])
    kit = team.file.recovery_slot
    assert kit is not None
    assert found.slot_id == kit.id
    ring = found.with_passphrase(team.noor, "een nieuwe wachtzin voor Noor", FLOOR)
    assert unlocked(ring.file, NOOR, "een nieuwe wachtzin voor Noor").keys == {1: team.key}


def test_a_new_kit_replaces_the_old(team: Team) -> None:
    ring, shares = team.ring.with_recovery(1, 1)
    assert recovered(ring.file, shares).keys == {1: team.key}
    with pytest.raises(ShareForeign):
        recovered(ring.file, team.shares[:2])
    assert len(ring.file.slots) == len(team.file.slots)


def test_the_kit_follows_a_rotation(team: Team) -> None:
    after = team.ring.begin_rotation().end_rotation(2)
    assert recovered(after.file, team.shares[::2]).keys == after.keys


def test_a_vault_without_a_kit(team: Team) -> None:
    kit = team.file.recovery_slot
    assert kit is not None
    with pytest.raises(RecoveryNone):
        recovered(team.ring.without(kit.id).file, team.shares)


def test_order_capitals_numbers_line_ends_and_empty_fields_make_no_difference(team: Team) -> None:
    def on_paper(share: str) -> str:
        return "\n".join(f"{n:2}. {word.upper()}," for n, word in enumerate(share.split(), start=1))

    first, _second, third = team.shares
    assert recovered(team.file, ["", on_paper(third), "  \n", first]).keys == {1: team.key}


def test_the_misspelt_word_is_named_with_its_share_and_place(team: Team) -> None:
    words = team.shares[1].split()
    words[16] = words[16][:4] + "zz"
    with pytest.raises(ShareMisspeltNear) as caught:
        recovered(team.file, ["", team.shares[0], " ".join(words)])
    params = caught.value.params
    assert (params["share"], params["place"], params["word"]) == (3, 17, words[16])
    assert params["near"] == team.shares[1].split()[16]


@pytest.mark.parametrize("word", ["qqqqqqqq", "ü", "x" * 5000, "академия", "acad3mic"])
def test_a_word_that_is_none(team: Team, word: str) -> None:
    with pytest.raises(ShareMisspelt) as caught:
        recovered(team.file, [f"{word} {team.shares[0]}"])
    assert (caught.value.params["share"], caught.value.params["place"]) == (1, 1)
    assert len(str(caught.value.params["word"])) <= 20


@pytest.mark.parametrize(("keep", "found"), [(slice(32), 32), (slice(1), 1), (slice(0, 33), 34)])
def test_a_word_too_few_or_too_many(team: Team, keep: slice, found: int) -> None:
    words = team.shares[0].split()[keep] + (["academic"] if found > 33 else [])
    with pytest.raises(ShareLength) as caught:
        recovered(team.file, [" ".join(words), team.shares[1]])
    assert caught.value.params["found"] == found
    assert caught.value.params["expected"] == 33


@settings(max_examples=150)
@given(share=st.integers(0, 2), place=st.integers(0, 32), word=st.sampled_from(WORDLIST))
def test_a_wrong_word_is_always_found_out(team: Team, share: int, place: int, word: str) -> None:
    words = team.shares[share].split()
    if words[place] == word:
        return
    words[place] = word
    with pytest.raises(ShareChecksum) as caught:
        recovered(team.file, [" ".join(words), team.shares[(share + 1) % 3]])
    assert caught.value.params["share"] == 1


def test_swapped_words_are_found_out(team: Team) -> None:
    words = team.shares[2].split()
    words[9], words[10] = words[10], words[9]
    if words[9] == words[10]:
        pytest.skip("the same word twice")
    with pytest.raises(ShareChecksum) as caught:
        recovered(team.file, [team.shares[0], " ".join(words)])
    assert caught.value.params["share"] == 2


def test_a_share_of_another_vault_is_named(team: Team, others: Team) -> None:
    for place, typed in ((2, [team.shares[0], others.shares[1]]), (1, [others.shares[0], team.shares[0]])):
        with pytest.raises(ShareForeign) as caught:
            recovered(team.file, typed)
        assert caught.value.params["share"] == place


@pytest.mark.parametrize(
    "change",
    [
        {"member_threshold": 3},
        {"index": 7},
        {"group_count": 2},
        {"group_count": 2, "group_threshold": 2},
        {"iteration_exponent": 1},
        {"value": bytes(16)},
    ],
    ids=str,
)
def test_a_share_that_only_has_our_number_is_named(team: Team, change: dict[str, Any]) -> None:
    share = dataclasses.replace(Share.from_mnemonic(team.shares[0]), **change)
    with pytest.raises((ShareForeign, ShareLength)) as caught:
        recovered(team.file, [share.mnemonic(), team.shares[1]])
    assert caught.value.params["share"] == 1


def test_what_a_share_says_of_itself(team: Team) -> None:
    kit = team.file.recovery_slot
    assert kit is not None
    for place, text in enumerate(team.shares):
        share = read_share(text.split())
        assert share is not None
        assert (share.identifier, share.index, share.member_threshold) == (kit.identifier, place, 2)
        assert set(text.split()) <= set(word_list())
    assert read_share(["academic"] * 33) is None
    assert len(word_list()) == len({word[:4] for word in word_list()}) == 1024


def test_the_same_share_twice_is_named_unless_there_are_enough_others(team: Team) -> None:
    first, second, _third = team.shares
    with pytest.raises(ShareTwice) as caught:
        recovered(team.file, [first, "", first.upper()])
    params = caught.value.params
    assert (params["first"], params["second"], params["needed"]) == (1, 3, 2)
    assert recovered(team.file, [first, first, second]).keys == {1: team.key}


def test_a_kit_with_our_number_on_it_by_chance_is_refused() -> None:
    ours, our_shares = KeyRing.create("v", NOOR, NOOR_SAYS, FLOOR).with_recovery(1, 1)
    theirs = ours.with_recovery(1, 1)[0].file.recovery_slot
    kit = ours.file.recovery_slot
    assert kit is not None
    assert theirs is not None
    # Their slot, called by our number: our share fits the number and opens nothing.
    same = theirs.model_copy(update={"identifier": kit.identifier})
    file = ours.file.model_copy(update={"slots": (*ours.file.passphrase_slots, same)})
    with pytest.raises(ShareForeign):
        recovered(file, our_shares)


@settings(max_examples=100)
@given(st.lists(st.text(max_size=300) | st.lists(st.sampled_from(WORDLIST)).map(" ".join), max_size=5))
def test_whatever_is_typed_is_refused_in_words(team: Team, typed: list[str]) -> None:
    with pytest.raises(RecoveryRefused):
        recovered(team.file, typed)


def test_errors_name_the_vault(team: Team) -> None:
    with pytest.raises(RecoveryRefused) as caught:
        recovered(team.file, [])
    assert caught.value.params["path"] == str(VAULT)
