"""Who can open a vault, and who cannot any more."""

from __future__ import annotations

import pickle
import re
import time
import unicodedata
from collections.abc import Callable

import pytest

from borg_triage.storage.errors import (
    LastSlot,
    MemoryShort,
    NameTaken,
    SlotMissing,
    SlotsFull,
    VaultError,
    WrongPassphrase,
)
from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.ring import KeyRing

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
    recovered,
    unlocked,
)


def test_each_person_opens_with_the_own_passphrase_and_gets_the_same_key(team: Team) -> None:
    noor, imre = unlocked(team.file), unlocked(team.file, IMRE, IMRE_SAYS)
    assert noor.keys == imre.keys == {1: team.key}
    assert (noor.slot_id, imre.slot_id) == (team.noor, team.imre)
    assert noor.vault_id == team.file.vault
    assert noor.current == 1


@pytest.mark.parametrize(
    ("name", "passphrase"),
    [
        (NOOR, IMRE_SAYS),
        (IMRE, NOOR_SAYS),
        ("Niemand", NOOR_SAYS),
        ("Niemand", IMRE_SAYS),
        ("", NOOR_SAYS),
        (NOOR, ""),
        (NOOR, NOOR_SAYS + " "),
        (NOOR, NOOR_SAYS.upper()),
        ("\ud800", "\ud800"),
    ],
)
def test_nothing_else_opens_it_and_all_of_it_looks_the_same(team: Team, name: str, passphrase: str) -> None:
    with pytest.raises(WrongPassphrase) as caught:
        unlocked(team.file, name, passphrase)
    assert caught.value.params == {"path": str(VAULT)}
    assert caught.value.key == "vault.error.wrong_passphrase"


@pytest.mark.parametrize("name", ["noor blankers", "  NOOR  Blankers ", "Nóór Blankers"])
def test_a_name_is_found_whatever_its_capitals_accents_and_spaces(team: Team, name: str) -> None:
    assert unlocked(team.file, name).slot_id == team.noor


def test_a_passphrase_opens_composed_and_decomposed() -> None:
    composed = unicodedata.normalize("NFC", "één énige sleutel")
    file = KeyRing.create("v", "", composed, FLOOR).file
    assert unlocked(file, "", unicodedata.normalize("NFD", composed)).current == 1


def test_an_unknown_name_takes_as_long_as_a_wrong_passphrase(team: Team) -> None:
    def quickest(action: Callable[[], object]) -> float:
        # The processor's time in all threads: what else the machine does is not in it.
        times = []
        for _round in range(2):
            start = time.process_time()
            with pytest.raises(WrongPassphrase):
                action()
            times.append(time.process_time() - start)
        return min(times)

    known = quickest(lambda: unlocked(team.file, NOOR, "iets heel anders dan dat"))
    unknown = quickest(lambda: unlocked(team.file, "Niemand", "iets heel anders dan dat"))
    assert 0.5 < known / unknown < 2
    # The derivation is nearly all of it: without it either would take a millisecond.
    assert min(known, unknown) > 0.03


def test_every_vault_has_its_own_key_and_nothing_on_disk_repeats(team: Team, others: Team) -> None:
    assert team.key != others.key
    ours, theirs = (set(re.findall(r"[0-9a-f]{32,}", one.file.to_bytes().decode())) for one in (team, others))
    assert not ours & theirs


def test_the_file_holds_no_name_passphrase_key_or_share(team: Team, others: Team) -> None:
    text = team.file.to_bytes()
    # A share may draw a word the format itself uses ("public"): such a word stands in every such file.
    of_the_format = set(re.findall(r"[a-z]+", others.file.to_bytes().decode()))
    words_of_the_share = set(team.shares[0].split()[4:]) - of_the_format
    assert len(words_of_the_share) > 20
    secrets = [NOOR, IMRE, NOOR_SAYS, IMRE_SAYS, *words_of_the_share]
    assert not [secret for secret in secrets if re.search(rb"\b%b\b" % secret.encode(), text)]
    assert team.key.material.hex().encode() not in text


def test_nothing_shows_a_key(team: Team) -> None:
    key = team.key.material.hex()
    for shown in (repr(team.ring), str(team.ring), repr(team.key), repr(team.ring.keys), repr(team.file)):
        assert key not in shown
    with pytest.raises((TypeError, AttributeError)):
        pickle.dumps(team.ring.keys)


def test_a_name_is_taken_once(team: Team) -> None:
    with pytest.raises(NameTaken):
        team.ring.with_person("noor  BLANKERS", "een heel andere wachtzin", FLOOR)


def test_a_vault_takes_so_many_people_and_still_fits_its_file(team: Team) -> None:
    def crowd(content: dict[str, list[dict[str, object]]]) -> None:
        first, kit = content["slots"][0], content["slots"][-1]
        people = [
            {**first, "id": f"{number:016x}", "name": f"{number:064x}"}
            for number in range(keyfile.MOST_PEOPLE)
        ]
        content["slots"] = [*people, kit]

    full = changed(team.file, crowd)
    ring = KeyRing(full, team.noor, {1: team.key, 2: team.key}, bytearray(32))
    with pytest.raises(SlotsFull):
        ring.with_person("Een te veel", "een heel andere wachtzin", FLOOR)
    assert len(ring.end_rotation(1).begin_rotation().file.to_bytes()) <= keyfile.MOST_BYTES


def test_changing_a_passphrase_shuts_the_old_one_out(team: Team) -> None:
    ring = team.ring.with_passphrase(team.noor, "een nieuwe wachtzin voor Noor", FLOOR)
    again = unlocked(ring.file, NOOR, "een nieuwe wachtzin voor Noor")
    assert again.keys == team.ring.keys
    assert again.slot_id == team.noor
    with pytest.raises(WrongPassphrase):
        unlocked(ring.file)
    assert unlocked(ring.file, IMRE, IMRE_SAYS).keys == team.ring.keys


def test_one_person_can_give_another_a_new_passphrase(team: Team) -> None:
    imre = unlocked(team.file, IMRE, IMRE_SAYS)
    ring = imre.with_passphrase(team.noor, "door Imre aan Noor gegeven", FLOOR)
    assert unlocked(ring.file, NOOR, "door Imre aan Noor gegeven").slot_id == team.noor


def test_an_old_passphrase_and_an_old_file_do_not_open_what_is_sealed_later(team: Team) -> None:
    ring = team.ring.with_passphrase(team.noor, "een nieuwe wachtzin voor Noor", FLOOR)
    later = ring.begin_rotation().end_rotation(2)
    old = content_of(team.file)["slots"][0]

    def put_the_old_wrapping_back(content: dict[str, list[dict[str, object]]]) -> None:
        mine = content["slots"][0]
        mine.update({"wrapped": old["wrapped"], "derivation": old["derivation"], "public": old["public"]})

    with pytest.raises(VaultError):
        unlocked(changed(later.file, put_the_old_wrapping_back))


def test_a_withdrawn_person_cannot_follow_the_rotation(team: Team) -> None:
    without = team.ring.without(team.imre)
    rotated = without.begin_rotation()
    new = rotated.keys[2]
    after = rotated.end_rotation(2)
    assert unlocked(after.file).keys == {2: new}
    with pytest.raises(WrongPassphrase):
        unlocked(after.file, IMRE, IMRE_SAYS)
    # With the file as it was when Imre still worked here: the key of then, and none of now.
    kept = unlocked(team.file, IMRE, IMRE_SAYS)
    assert new not in kept.keys.values()
    # And with Imre's slot put back beside what was sealed for Noor.
    gone = next(slot for slot in content_of(team.file)["slots"] if slot["id"] == team.imre)
    for_noor = content_of(after.file)["slots"][0]["sealed"]

    def put_back(content: dict[str, list[object]]) -> None:
        content["slots"].insert(1, {**gone, "sealed": for_noor})

    with pytest.raises(VaultError):
        unlocked(changed(after.file, put_back), IMRE, IMRE_SAYS)


def test_somebody_always_keeps_a_passphrase(team: Team) -> None:
    alone = team.ring.without(team.imre)
    with pytest.raises(LastSlot):
        alone.without(team.noor)
    kit = team.file.recovery_slot
    assert kit is not None
    assert alone.without(kit.id).file.recovery_slot is None


def test_a_slot_that_is_not_there(team: Team) -> None:
    kit = team.file.recovery_slot
    assert kit is not None
    with pytest.raises(SlotMissing):
        team.ring.without("0" * 16)
    for slot_id in ("0" * 16, kit.id):
        with pytest.raises(SlotMissing):
            team.ring.with_passphrase(slot_id, "een nieuwe wachtzin", FLOOR)


def test_a_rotation_takes_nobody_elses_passphrase(team: Team) -> None:
    during = unlocked(team.file, IMRE, IMRE_SAYS).begin_rotation()
    assert during.current == 1
    assert set(during.keys) == {1, 2}
    assert during.keys[1] == team.key != during.keys[2]
    for seen in (unlocked(during.file), recovered(during.file, team.shares[:2])):
        assert seen.keys == during.keys
    assert unlocked(during.end_rotation(1).file).keys == {1: team.key}
    after = unlocked(during.end_rotation(2).file)
    assert (after.keys, after.current) == ({2: during.keys[2]}, 2)
    assert after.begin_rotation().keys.keys() == {2, 3}


def test_a_person_added_during_a_rotation_opens_both(team: Team) -> None:
    during = team.ring.begin_rotation()
    ring, slot_id = during.with_person("Sanne", "een wachtzin van Sanne", FLOOR)
    seen = unlocked(ring.file, "Sanne", "een wachtzin van Sanne")
    assert (seen.keys, seen.slot_id) == (during.keys, slot_id)


def test_a_rotation_is_ended_before_the_next(team: Team) -> None:
    during = team.ring.begin_rotation()
    with pytest.raises(ValueError, match="under way"):
        during.begin_rotation()
    with pytest.raises(ValueError, match="generation"):
        during.end_rotation(3)


def test_wiping_one_ring_leaves_the_ring_made_from_it(team: Team) -> None:
    first = unlocked(team.file)
    key = first.keys[1]
    second = first.without(team.imre)
    material = key.material
    first.wipe()
    first.wipe()
    assert not any(material)
    with pytest.raises(ValueError, match="wiped"):
        key.material.hex()
    assert second.keys == {1: team.key}


def test_a_wiped_key_equals_no_other() -> None:
    key = RawKey(bytes(32))
    key.wipe()
    assert key != RawKey(bytes(32))


def test_a_vault_with_higher_cost_opens_too() -> None:
    file = KeyRing.create("v", "Noor", NOOR_SAYS, Cost(80 * 1024, 4, 2)).file
    (slot,) = file.passphrase_slots
    assert slot.derivation.cost == Cost(80 * 1024, 4, 2)
    assert unlocked(file, "noor").current == 1


ON_A_SMALL_MACHINE = """
import resource
from pathlib import Path
from borg_triage.storage.keys import keyfile, ring, wrapping
import argon2.low_level, cryptography.hazmat.primitives.hpke
from borg_triage.storage.errors import MemoryShort

vault = Path("team.borgvault")
file = keyfile.parse(bytes.fromhex(input()), vault)
size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + 16 * 1024 * 1024,) * 2)
try:
    ring.KeyRing.unlock(file, vault, "Noor", "wat dan ook voor wachtzin")
except MemoryShort as error:
    print(error.params["mib"])
"""


def test_too_little_memory_is_said(team: Team, run_python: Callable[[str, str], str]) -> None:
    assert run_python(ON_A_SMALL_MACHINE, team.file.to_bytes().hex()) == "64\n"
    assert issubclass(MemoryShort, VaultError)
