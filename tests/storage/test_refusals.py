"""A step of a change of keys that fails, whichever it is: the vault opens with all that was saved."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from unittest.mock import Mock

import pytest

from borg_triage.storage import backup_files
from borg_triage.storage.errors import SwapUnfinished, VaultError, WrongPassphrase
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.places import draft_path, marker_path, wal_path
from borg_triage.storage.vault import Vault

from .refusals import prepare, refusing
from .samples import (
    INSTRUMENT,
    NAME,
    PASSPHRASE,
    new_case,
    new_observation,
    new_result,
    staffed_vault,
    taken_out,
)

pytestmark = [
    pytest.mark.usefixtures("quick_keys"),
    pytest.mark.skipif(os.name == "nt", reason="a file that is open is not replaced there"),
]

NOOR, HERS = "Noor Özdemir", "drie witte zwanen op het dak"
STRIDES = [pytest.param(13, id="some"), pytest.param(1, id="every", marks=pytest.mark.soak)]


def template(folder: Path) -> Path:
    folder.mkdir()
    with staffed_vault(folder / "team.borgvault") as vault:
        vault.cases.keep_instrument(INSTRUMENT)
        vault.add_person(NOOR, HERS, cost=Cost.floor())
        case = vault.cases.create(new_case())
        for answer in range(5):
            vault.cases.append_observation(case.id, new_observation(f"i{answer}", note="Zij zei het. " * 9))
        vault.cases.freeze_result(case.id, new_result())
        vault.backup()
    return folder


def opened(path: Path) -> Vault:
    return Vault.open(path, PASSPHRASE, NAME)


def contents(vault: Vault) -> list[object]:
    cases = vault.cases
    return [(case, cases.observations(case.id), cases.results(case.id)) for case in cases.list()]


def rotate(vault: Vault) -> None:
    vault.rotate()


def withdraw(vault: Vault) -> None:
    vault.withdraw(next(one.id for one in vault.people.all() if one.name == NOOR))


def still_saves(vault: Vault) -> None:
    """After an error: what can be saved in the open vault is saved for good; it may be closed."""
    with suppress(VaultError):
        vault.cases.append_observation(vault.cases.list()[0].id, new_observation("late"))


def look(path: Path, expected: list[object]) -> None:
    """It opens with everything, and a later rotation works."""
    with opened(path) as vault:
        assert contents(vault) == expected
        assert [one for one in vault.check() if not one.good] == []
        vault.rotate()
        assert contents(vault) == expected
    assert len(keyfile.read(path).generations) == 1
    with opened(path) as vault:
        assert contents(vault) == expected
    assert not draft_path(path).exists()
    assert not marker_path(path).exists()


def refused_at(folder: Path, kept: Path, act: Callable[[Vault], None], step: int, on: bool) -> bool:
    """One round; whether there was such a step at all."""
    shutil.copytree(kept, folder)
    path = folder / "team.borgvault"
    vault = opened(path)
    with refusing(folder, step, on=on) as refusals:
        with suppress(VaultError):
            act(vault)
        refused = refusals.refused
    still_saves(vault)
    saved = contents(vault) if vault._database.is_open else None
    vault.close()
    if saved is None:
        with opened(path) as again:
            saved = contents(again)
        assert len(saved) == 1
    look(path, saved)
    if act is withdraw:
        with opened(path) as again:
            gone = NOOR not in [one.name for one in again.people.all()]
        if gone:
            with pytest.raises(WrongPassphrase):
                Vault.open(path, HERS, NOOR)
    shutil.rmtree(folder)
    return refused


@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize("on", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("act", [rotate, withdraw])
def test_whatever_step_fails_the_vault_opens_with_all_that_was_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Vault], None], on: bool, stride: int
) -> None:
    kept = template(tmp_path / "kept")
    prepare(monkeypatch)
    step = 1
    while refused_at(tmp_path / f"round{step}", kept, act, step, on):
        step += stride
    assert step > 100


def test_a_new_kit_that_could_not_be_stored_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = template(tmp_path / "kept")
    with opened(kept / "team.borgvault") as vault:
        words = vault.make_recovery(1, 1)
    prepare(monkeypatch)
    step, refused = 1, True
    while refused:
        folder = tmp_path / f"round{step}"
        shutil.copytree(kept, folder)
        path, valid = folder / "team.borgvault", words
        with opened(path) as vault:
            with refusing(folder, step) as refusals, suppress(VaultError):
                valid = vault.make_recovery(1, 1)
            refused = refusals.refused
        Vault.recover(path, valid, NAME, PASSPHRASE, Cost.floor()).close()
        step += 1
    assert step > 10


# ---------------------------------------------------------------- restoring


def killed(folder: Path) -> tuple[Path, Path]:
    """A vault of which the log holds the last answers, as a kill leaves it; a backup from before them."""
    template(folder / "live")
    with opened(folder / "live" / "team.borgvault") as vault:
        made = vault.backup().path
        still_saves(vault)
        shutil.copytree(folder / "live", folder / "kept")
    assert wal_path(folder / "kept" / "team.borgvault").stat().st_size > 0
    return folder / "kept", made


def restored(path: Path, source: Path) -> str:
    try:
        Vault.restore(path, source, PASSPHRASE, NAME)
    except SwapUnfinished:
        return "unfinished"
    except VaultError:
        return "as it was"
    return "done"


@pytest.mark.parametrize(
    "stride", [pytest.param(5, id="some"), pytest.param(1, id="every", marks=pytest.mark.soak)]
)
@pytest.mark.parametrize("on", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_restore_that_fails_leaves_the_vault_as_it_was_or_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on: bool, stride: int, links: bool
) -> None:
    kept, backup = killed(tmp_path)
    shutil.copytree(kept, tmp_path / "whole")
    with opened(tmp_path / "whole" / "team.borgvault") as vault:
        late = contents(vault)
    prepare(monkeypatch)
    if not links:
        # As on a memory stick.
        monkeypatch.setattr(os, "link", Mock(side_effect=OSError(errno.EPERM, "no links")))
    step, refused, ends = 1, True, set()
    while refused:
        folder = tmp_path / f"round{step}"
        shutil.copytree(kept, folder)
        path, source = folder / "team.borgvault", folder / "team-backups" / backup.name
        with refusing(folder, step, on=on) as refusals:
            end = restored(path, source)
            refused = refusals.refused
        with opened(path) as vault:
            found = contents(vault)
        assert (found == late) == (end == "as it was")
        asides = [one.path for one in backup_files.listed(path) if one.kind]
        assert len(asides) == (end != "as it was")
        for aside in asides:
            with opened(taken_out(aside)) as vault:
                assert contents(vault) == late
        ends.add(end)
        shutil.rmtree(folder)
        step += stride
    assert step > 30
    assert ends == ({"as it was", "unfinished", "done"} if on else {"as it was", "done"})
