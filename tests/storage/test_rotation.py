"""A new database key: everything is there under it, the old one opens nothing, and nobody comes between."""

from __future__ import annotations

from pathlib import Path

import pytest

from borg_triage.storage.errors import NoSpace, VaultClosed, WrongPassphrase
from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys import keyfile
from borg_triage.storage.places import draft_path
from borg_triage.storage.vault import Vault

from .elsewhere import opened_elsewhere
from .samples import INSTRUMENT, NAME, PASSPHRASE, new_case, new_observation, new_result, staffed_vault

pytestmark = pytest.mark.usefixtures("quick_keys")


def contents(vault: Vault) -> list[object]:
    """Everything of every case."""
    found: list[object] = []
    for case in vault.cases.list():
        found += [case, *vault.cases.observations(case.id), *vault.cases.results(case.id)]
    return found


def filled(path: Path) -> Vault:
    vault = staffed_vault(path)
    vault.cases.keep_instrument(INSTRUMENT)
    for number in range(3):
        case = vault.cases.create(new_case(f"Mevrouw Zonnebloem {number}"))
        for answer in range(20):
            vault.cases.append_observation(case.id, new_observation(f"i{answer}", note="Zij zei het. " * 9))
        vault.cases.freeze_result(case.id, new_result())
    return vault


def test_everything_is_there_under_a_new_key(tmp_path: Path) -> None:
    vault = filled(tmp_path / "team.borgvault")
    before, old = contents(vault), RawKey(vault._unlocked.key.material)
    steps: list[tuple[int, int]] = []
    vault.rotate(lambda done, total: steps.append((done, total)))
    assert contents(vault) == before
    assert all(0 <= done <= total for done, total in steps)
    stored = vault.cases.append_observation(vault.cases.list()[0].id, new_observation())
    assert vault.log.entries()[-1].action == "key_rotated"
    assert dict(vault.log.entries()[-1].detail) == {"generation": 2}
    assert vault._database.rows("PRAGMA journal_mode") == [("wal",)]
    vault.close()
    assert keyfile.read(vault.path).generations == (2,)
    with pytest.raises(WrongPassphrase):
        Vault.open(vault.path, old)
    with Vault.open(vault.path, PASSPHRASE, NAME) as again:
        assert stored in again.cases.observations(stored.case_id)
        assert again.log.first_broken() is None
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {vault.path.name + end for end in ("", "-keys", "-keys-copy", "-waiting")}


def test_while_it_lasts_and_after_it_nobody_else_gets_in(tmp_path: Path) -> None:
    vault = filled(tmp_path / "team.borgvault")
    said: list[str] = []

    def meddle() -> None:
        said.append(opened_elsewhere(vault.path))

    from borg_triage.storage import swap

    key = RawKey(vault._unlocked.key.material)
    swap.rewrite(vault._database, key, lambda _: meddle(), before_swap=meddle)
    meddle()
    assert said == ["vault.error.in_use"] * 3
    vault.close()


def test_without_room_the_old_key_stands_and_work_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = filled(tmp_path / "team.borgvault")
    before = contents(vault)
    # What a full disk does while the copy is written; nothing else of it can be had without a disk to fill.
    from borg_triage.storage import copying

    def full(*_: object, **__: object) -> None:
        draft_path(vault.path).write_bytes(b"half")
        raise NoSpace(vault.path)

    with monkeypatch.context() as patched:
        patched.setattr(copying, "export", full)
        with pytest.raises(NoSpace):
            vault.rotate()
    assert contents(vault) == before
    assert not draft_path(vault.path).exists()
    assert keyfile.read(vault.path).generations == (1,)
    stored = vault.cases.create(new_case())
    vault.close()
    with Vault.open(vault.path, PASSPHRASE, NAME) as again:
        assert again.cases.get(stored.id) == stored


def test_a_closed_vault_is_not_rotated(tmp_path: Path) -> None:
    vault = filled(tmp_path / "team.borgvault")
    vault.close()
    with pytest.raises(VaultClosed):
        vault.rotate()
