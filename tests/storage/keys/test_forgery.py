"""Somebody who can write in the folder, but holds no key: whatever they do is refused, or changes nothing.

The kit's slot goes through the same checks as a person's and is quick to open; what is particular to
passphrases is tried with passphrases.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borg_triage.storage.errors import (
    KeyFileDamaged,
    KeyFileForged,
    RecoveryRefused,
    VaultError,
    VaultNewer,
    WrongPassphrase,
)
from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys import keyfile, wrapping
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.keys.share_errors import RecoveryNone, ShareForeign

from .samples import (
    FLOOR,
    IMRE,
    IMRE_SAYS,
    NOOR,
    NOOR_SAYS,
    VAULT,
    Team,
    changed,
    content_of,
    raw,
    recovered,
    unlocked,
)

Content = dict[str, Any]
Change = Callable[[Content], object]


def kit_of(content: Content) -> Content:
    slot: Content = next(slot for slot in content["slots"] if slot["kind"] == "recovery")
    return slot


def refused(team: Team, change: Change, file: keyfile.KeyFile | None = None) -> VaultError:
    """The error with which the kit does not open the changed file."""
    with pytest.raises(VaultError) as caught:
        recovered(changed(file or team.file, change), team.shares[:2])
    assert isinstance(caught.value, KeyFileForged | KeyFileDamaged | ShareForeign | VaultNewer)
    return caught.value


def test_the_checksum_alone_stops_nobody_and_the_seal_does(team: Team) -> None:
    def nothing(_content: Content) -> None:
        pass

    assert recovered(changed(team.file, nothing), team.shares[:2]).keys == {1: team.key}

    def drop_imre(content: Content) -> None:
        del content["slots"][1]

    assert isinstance(refused(team, drop_imre), KeyFileForged)


def test_slots_in_another_order(team: Team) -> None:
    assert isinstance(refused(team, lambda content: content["slots"].reverse()), KeyFileForged)


def test_a_slot_from_another_vault(team: Team, others: Team) -> None:
    theirs = content_of(others.file)
    assert others.file.recovery_slot is not None

    def move(content: Content) -> None:
        content["slots"][2] = kit_of(theirs)

    # Their kit on our file, and our people with their kit beside them.
    with pytest.raises(VaultError) as caught:
        recovered(changed(team.file, move), others.shares[:2])
    assert isinstance(caught.value, ShareForeign)
    with pytest.raises(KeyFileForged):
        unlocked(changed(team.file, move))


def test_a_person_from_another_vault(team: Team, others: Team) -> None:
    theirs = content_of(others.file)["slots"][0]

    def move(content: Content) -> None:
        # Under our name for Noor, and with the keys that are sealed to ours.
        mine = content["slots"][0]
        content["slots"][0] = {**theirs, "name": mine["name"], "sealed": mine["sealed"]}

    with pytest.raises(WrongPassphrase):
        unlocked(changed(team.file, move))


def test_the_whole_file_of_another_vault_under_our_number(team: Team, others: Team) -> None:
    def rename(content: Content) -> None:
        content["vault"] = team.file.vault

    with pytest.raises(VaultError) as caught:
        recovered(changed(others.file, rename), others.shares[:2])
    assert isinstance(caught.value, ShareForeign)
    with pytest.raises(WrongPassphrase):
        unlocked(changed(others.file, rename))


@pytest.mark.parametrize("part", ["wrapped", "sealed", "public", "id", "name", "derivation"])
def test_two_people_of_one_vault_swapped(team: Team, part: str) -> None:
    def swap(content: Content) -> None:
        noor, imre = content["slots"][:2]
        noor[part], imre[part] = imre[part], noor[part]

    file = changed(team.file, swap)
    assert isinstance(refused(team, swap), KeyFileForged)
    for name, passphrase in ((NOOR, NOOR_SAYS), (IMRE, IMRE_SAYS)):
        with pytest.raises((KeyFileForged, WrongPassphrase)):
            unlocked(file, name, passphrase)


def test_another_generation_put_for_ours(team: Team) -> None:
    during = team.ring.begin_rotation()

    def call_it_the_next(content: Content) -> None:
        for slot in content["slots"]:
            slot["sealed"][0]["generation"] = 2

    assert isinstance(refused(team, call_it_the_next), KeyFileForged)

    def swap_keys(content: Content) -> None:
        for slot in content["slots"]:
            first, second = slot["sealed"]
            first["key"], second["key"] = second["key"], first["key"]

    assert isinstance(refused(team, swap_keys, during.file), KeyFileForged)

    def only(place: int) -> Change:
        def drop(content: Content) -> None:
            for slot in content["slots"]:
                del slot["sealed"][1 - place]

        return drop

    for place in (0, 1):
        assert isinstance(refused(team, only(place), during.file), KeyFileForged)


def test_the_slots_of_an_old_file_with_the_keys_of_a_new_one(team: Team) -> None:
    new = content_of(team.ring.begin_rotation().end_rotation(2).file)

    def put_new(content: Content) -> None:
        for slot, newer in zip(content["slots"], new["slots"], strict=True):
            slot["sealed"] = newer["sealed"]

    assert isinstance(refused(team, put_new), KeyFileForged)


@pytest.mark.parametrize(
    "lower",
    [{"passes": 3}, {"memory_kib": 65_536}, {"lanes": 4}, {"passes": 3, "memory_kib": 65_536, "lanes": 4}],
)
def test_the_cost_of_a_passphrase_lowered(lower: dict[str, int]) -> None:
    ring = KeyRing.create("v", NOOR, NOOR_SAYS, Cost(66 * 1024, 4, 5))

    def change(content: Content) -> None:
        content["slots"][0]["derivation"].update(lower)

    with pytest.raises(WrongPassphrase):
        unlocked(changed(ring.file, change))


def test_the_number_of_shares_lowered(team: Team) -> None:
    def change(content: Content) -> None:
        kit_of(content).update({"threshold": 1, "shares": 1})

    with pytest.raises(VaultError):
        recovered(changed(team.file, change), team.shares[:1])
    assert isinstance(refused(team, lambda content: kit_of(content).update(shares=4)), ShareForeign)


def test_an_attackers_public_key_in_place_of_ours(team: Team) -> None:
    private, public = wrapping.new_pair()
    assert len(private) == 32

    def for_the_kit(content: Content) -> None:
        kit_of(content)["public"] = public

    assert isinstance(refused(team, for_the_kit), KeyFileForged)

    def for_noor(content: Content) -> None:
        content["slots"][0]["public"] = public

    with pytest.raises(KeyFileForged):
        unlocked(changed(team.file, for_noor))
    # Nobody's later rotation seals to it, for nobody opens the file.
    with pytest.raises(KeyFileForged):
        unlocked(changed(team.file, for_noor), IMRE, IMRE_SAYS)


def test_an_attackers_slot_beside_ours(team: Team) -> None:
    mallory = KeyRing.create(team.file.vault, "Mallory", "een wachtzin van buiten", FLOOR)
    slot = content_of(mallory.file)["slots"][0]

    def slip_in(content: Content) -> None:
        content["slots"].append(slot)

    assert isinstance(refused(team, slip_in), KeyFileForged)


def test_an_attackers_database_key_sealed_to_all_of_us(team: Team) -> None:
    # All that it takes stands in the file: the public keys. What it cannot make is the seal.
    planted = RawKey(bytes(32))
    content = content_of(team.file)
    for slot in content["slots"]:
        sealed = wrapping.seal_key(planted, 1, slot["public"], team.file.vault, slot["id"])
        slot["sealed"] = [sealed.model_dump(mode="json")]
    unsealed = keyfile.parse(raw(content), VAULT)
    for secret in (b"", bytes(32), planted.material):
        content["seal"] = wrapping.seal(unsealed.content(), {1: planted}, secret)
        file = keyfile.parse(raw(content), VAULT)
        with pytest.raises(KeyFileForged):
            recovered(file, team.shares[:2])
        with pytest.raises(KeyFileForged):
            unlocked(file)


def leaves(content: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of all values."""
    if isinstance(content, dict | list):
        pairs = content.items() if isinstance(content, dict) else enumerate(content)
        for key, value in list(pairs):
            yield from leaves(value, (*path, key))
    else:
        yield path


def put(content: Any, path: tuple[str | int, ...], value: object) -> None:
    for key in path[:-1]:
        content = content[key]
    content[path[-1]] = value


def at(content: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        content = content[key]
    return content


@settings(max_examples=150)
@given(data=st.data())
def test_any_value_changed_by_a_forger_is_refused(team: Team, data: st.DataObject) -> None:
    content = content_of(team.file)
    place = data.draw(st.sampled_from(list(leaves(content))))
    old = at(content, place)
    if isinstance(old, int):
        new: object = data.draw(st.integers(-1, 2**20).filter(lambda number: number != old))
    else:
        where = data.draw(st.integers(0, len(old) - 1))
        letter = data.draw(st.sampled_from("0123456789abcdef").filter(lambda one: one != old[where]))
        new = old[:where] + letter + old[where + 1 :]
    put(content, place, new)
    with pytest.raises((KeyFileForged, KeyFileDamaged, VaultNewer, RecoveryRefused)):
        recovered(keyfile.parse(raw(content), VAULT), team.shares[:2])


@settings(max_examples=60)
@given(data=st.data())
def test_any_part_taken_from_another_file_of_this_vault_is_refused(team: Team, data: st.DataObject) -> None:
    """Every earlier and later file of this vault is within reach: backups, copies on a stick."""
    ring = team.ring
    history = [ring, ring.begin_rotation(), ring.begin_rotation().end_rotation(2), ring.without(team.imre)]
    here = content_of(data.draw(st.sampled_from(history)).file)
    there = content_of(data.draw(st.sampled_from(history)).file)
    key = data.draw(st.sampled_from(["slots", "seal"]))
    mixed = copy.deepcopy(here)
    if key == "slots" and data.draw(st.booleans()):
        one = data.draw(st.integers(0, min(len(here["slots"]), len(there["slots"])) - 1))
        mixed["slots"][one] = there["slots"][one]
    else:
        mixed[key] = there[key]
    if json.dumps(mixed) in {json.dumps(content_of(one.file)) for one in history} | {json.dumps(there)}:
        return
    with pytest.raises((KeyFileForged, KeyFileDamaged, RecoveryNone)):
        recovered(keyfile.parse(raw(mixed), VAULT), team.shares[:2])
