"""What waits for the log on a full disk: told once, only by who holds the key of now, and nobody kept out."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from borg_triage.storage import opening, swap, waiting
from borg_triage.storage.codec import to_row
from borg_triage.storage.errors import NoSpace
from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.places import waiting_path
from borg_triage.storage.unlocked import Unlocked, system_clock
from borg_triage.storage.vault import Vault
from tests.copies import lay_copy

from .samples import NAME, PASSPHRASE, new_case, staffed_vault

pytestmark = pytest.mark.usefixtures("quick_keys")
HERS = "zeven paarse ballonnen boven zee"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    lay_copy(tmp_path, with_noor)
    return tmp_path / "team.borgvault"


def with_noor(folder: Path) -> None:
    with staffed_vault(folder / "team.borgvault") as vault:
        vault.add_person("Noor", HERS, cost=Cost.floor())


def opened(path: Path) -> Vault:
    return Vault.open(path, PASSPHRASE, NAME)


def wait(vault: Vault, kind: str) -> None:
    """What a look on a full disk leaves."""
    vault._unlocked._waiting.keep([vault._unlocked.entry("view", kind=kind)])


def killed(vault: Vault) -> None:
    """Nothing is told at closing."""
    vault._database.close()
    vault._unlocked.wipe()


def said(vault: Vault, after: int = 0) -> list[str]:
    assert vault.log.first_broken() is None
    told = vault.log.entries(after=after)
    return [str(one.detail["kind"]) if one.action in ("view", "change") else one.action for one in told]


def forger(path: Path, key: RawKey) -> Unlocked:
    """Who wrote down the keys while they could, and has the folder now: the vault as it was then."""
    then = path.with_name("then.borgvault")
    shutil.copy(path, then)
    for end in ("-keys", "-keys-copy", "-waiting"):
        shutil.copy(path.with_name(path.name + end), then.with_name(then.name + end))
    database, _ = opening.unlock(then, (key,))
    forging = Unlocked(database, key, None, system_clock)
    forging.make_room()
    return forging


def withdraw_noor(vault: Vault) -> None:
    vault.withdraw(next(one.id for one in vault.people.all() if one.name == "Noor"))


def forge(path: Path, forging: Unlocked, kind: str) -> None:
    forging._waiting.keep([forging.entry("view", kind=kind)])
    shutil.copy(waiting_path(forging.path), waiting_path(path))


# ---------------------------------------------------------------- who may write and read it


def test_who_was_withdrawn_writes_nothing_into_the_log_by_it(path: Path) -> None:
    with opened(path) as vault:
        key = RawKey(vault._unlocked.key.material)
    forging = forger(path, key)
    with opened(path) as vault:
        withdraw_noor(vault)
        head = vault.log.head().seq
    forge(path, forging, "forged")
    with opened(path) as vault:
        assert said(vault, head) == ["lock", "waiting_lost", "unlock"]
    with opened(path) as vault:
        assert said(vault, head)[3:] == ["lock", "unlock"]
    forging.database.close()


def test_who_was_withdrawn_does_not_read_what_waits_after_that(path: Path) -> None:
    with opened(path) as vault:
        key = RawKey(vault._unlocked.key.material)
    forging = forger(path, key)
    vault = opened(path)
    withdraw_noor(vault)
    wait(vault, "after")
    shutil.copy(waiting_path(path), waiting_path(forging.path))
    forging._waiting._state = None
    forging.make_room()
    assert [None if one is None else one.action for one in forging._waiting.entries] == [None]
    vault.close()
    forging.database.close()


@pytest.mark.parametrize("kill", [False, True], ids=["closed", "killed"])
def test_a_rotation_tells_what_waits_and_nothing_is_said_to_be_lost(path: Path, kill: bool) -> None:
    vault = opened(path)
    head = vault.log.head().seq
    wait(vault, "before")
    vault.rotate()
    assert said(vault, head) == ["before", "key_rotated"]
    wait(vault, "after")
    (killed if kill else Vault.close)(vault)
    with opened(path) as vault:
        assert said(vault, head) == ["before", "key_rotated", "after", *(() if kill else ["lock"]), "unlock"]


def test_killed_between_the_new_key_and_the_new_file_nothing_is_said_to_be_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = opened(path)
    head = vault.log.head().seq
    wait(vault, "before")
    with monkeypatch.context() as patch:
        patch.setattr(Unlocked, "make_room_anew", lambda _: None)
        vault.rotate()
    killed(vault)
    with opened(path) as vault:
        assert said(vault, head) == ["before", "key_rotated", "unlock"]


def test_a_rotation_that_fails_leaves_what_waits(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = opened(path)
    head = vault.log.head().seq
    wait(vault, "before")

    def full(*_: object) -> None:
        raise NoSpace(path)

    with monkeypatch.context() as patch:
        patch.setattr(swap, "_replace_open", full)
        with pytest.raises(NoSpace):
            vault.rotate()
    assert "before" not in said(vault, head)
    wait(vault, "later")
    killed(vault)
    with opened(path) as vault:
        assert said(vault, head) == ["before", "later", "unlock"]


def test_a_rotation_that_an_opening_ends_tells_what_waits(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = opened(path)

    def full(*_: object) -> None:
        raise NoSpace(path)

    with monkeypatch.context() as patch:
        patch.setattr(swap, "_replace_open", full)
        with pytest.raises(NoSpace):
            withdraw_noor(vault)
    head = vault.log.head().seq
    wait(vault, "before")
    killed(vault)
    with opened(path) as vault:
        assert said(vault, head) == ["before", "key_rotated", "unlock"]


@pytest.mark.parametrize(
    "bad",
    [
        {"action": "no such action"},
        {"person": 5},
        {"at": system_clock().replace(tzinfo=None).isoformat()},
        {"detail": '{"note": "free text"}'},
        {"detail": "[" * 9000},
        {"role": None},
    ],
    ids="-".join,
)
def test_what_the_log_refuses_keeps_nobody_out(
    path: Path, monkeypatch: pytest.MonkeyPatch, bad: dict[str, object]
) -> None:
    vault = opened(path)
    head = vault.log.head().seq

    def row(entry: object) -> tuple[object, ...]:
        values = dict(zip(waiting._FIELDS, to_row(entry), strict=True))
        return tuple({**values, **bad}.values()) if getattr(entry, "person", "") == "bad" else to_row(entry)

    entry = vault._unlocked.entry("view", kind="good")
    with monkeypatch.context() as patch:
        patch.setattr(waiting, "to_row", row)
        vault._unlocked._waiting.keep([replace(entry, person="bad"), entry, replace(entry, person="bad")])
    killed(vault)
    with opened(path) as vault:
        assert said(vault, head) == ["good", "waiting_lost", "unlock"]
    with opened(path) as vault:
        assert said(vault, head)[3:] == ["lock", "unlock"]


def test_it_is_bound_to_its_vault(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "team.borgvault"
    other.parent.mkdir()
    key = RawKey(bytes(range(32)))
    rooms = []
    for place in (path.with_name("one.borgvault"), other):
        Vault.create(place, key).close()
        database, _ = opening.unlock(place, (key,))
        rooms.append(Unlocked(database, key, None, system_clock))
        rooms[-1].make_room()
    one, two = rooms
    one._waiting.keep([one.entry("view", kind="elsewhere")])
    shutil.copy(waiting_path(one.path), waiting_path(two.path))
    two._waiting._state = None
    two.make_room()
    assert two._waiting.entries == (None,)
    for room in rooms:
        room.database.close()


# ---------------------------------------------------------------- several at once


def test_two_threads_neither_tell_twice_nor_lose(path: Path) -> None:
    vault = opened(path)
    rounds = 40
    for number in range(rounds):
        wait(vault, f"a{number}")
        both = threading.Barrier(2)

        def save(number: int = number, both: threading.Barrier = both) -> None:
            both.wait()
            with vault.saving():
                vault._unlocked.tell("change", kind=f"c{number}")

        def look(number: int = number, both: threading.Barrier = both) -> None:
            both.wait()
            vault.note_reading(vault._unlocked.entry("view", kind=f"b{number}"))

        threads = [threading.Thread(target=one) for one in (save, look)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    kinds = said(vault)
    assert {kinds.count(f"{letter}{number}") for letter in "abc" for number in range(rounds)} == {1}
    vault.close()


def test_what_begins_to_wait_while_what_waited_is_told_is_not_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = opened(path)
    head = vault.log.head().seq
    wait(vault, "first")
    unlocked, clear = vault._unlocked, type(vault._unlocked._waiting).clear
    full = threading.Event()
    others: list[threading.Thread] = []

    def look() -> None:
        unlocked.tell_or_keep(unlocked.entry("view", kind="second"))

    def between(self: object) -> None:
        # The disk is full from here on, for somebody else.
        full.set()
        others.append(threading.Thread(target=look))
        others[0].start()
        others[0].join(timeout=0.3)
        clear(unlocked._waiting)

    begin = vault._database.transaction

    def transaction() -> object:
        if full.is_set():
            raise NoSpace(path)
        return begin()

    with monkeypatch.context() as patch:
        patch.setattr(type(unlocked._waiting), "clear", between)
        patch.setattr(vault._database, "transaction", transaction)
        unlocked.tell_all()
        others[0].join()
    killed(vault)
    with opened(path) as vault:
        assert said(vault, head) == ["first", "second", "unlock"]


def test_what_is_undone_does_not_take_along_what_waited(path: Path) -> None:
    vault = opened(path)
    head = vault.log.head().seq
    wait(vault, "waited")
    unlocked = vault._unlocked

    def undone() -> None:
        with vault._database.transaction():
            unlocked.tell_all(unlocked.entry("view", kind="undone"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    killed(vault)
    with opened(path) as vault:
        assert said(vault, head) == ["waited", "unlock"]


# ---------------------------------------------------------------- a backup that is put back


def test_a_restore_elsewhere_lost_nothing_that_waited(path: Path, tmp_path: Path) -> None:
    with opened(path) as vault:
        backup = vault.backup().path
    elsewhere = tmp_path / "elsewhere" / "team.borgvault"
    elsewhere.parent.mkdir()
    Vault.restore(elsewhere, backup, PASSPHRASE, NAME)
    with opened(elsewhere) as vault:
        assert said(vault)[-2:] == ["restore", "unlock"]
    # From then on it has one.
    waiting_path(elsewhere).unlink()
    with opened(elsewhere) as vault:
        assert said(vault)[-2:] == ["waiting_lost", "unlock"]


@pytest.mark.parametrize("between", ["", "rotated", "file anew"])
def test_what_waits_is_told_after_a_restore(path: Path, between: str) -> None:
    with opened(path) as vault:
        vault.cases.create(new_case())
        backup = vault.backup().path
        if between == "rotated":
            vault.rotate()
    if between == "file anew":
        waiting_path(path).unlink()
    vault = opened(path)
    wait(vault, "waited")
    killed(vault)
    Vault.restore(path, backup, PASSPHRASE, NAME)
    with opened(path) as vault:
        assert said(vault)[-3:] == ["restore", "waited", "unlock"]
        assert "waiting_lost" not in said(vault)


def test_a_restore_hides_no_file_that_was_taken_away(path: Path) -> None:
    with opened(path) as vault:
        backup = vault.backup().path
    waiting_path(path).unlink()
    Vault.restore(path, backup, PASSPHRASE, NAME)
    with opened(path) as vault:
        assert said(vault)[-2:] == ["waiting_lost", "unlock"]
