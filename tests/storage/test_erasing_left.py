"""What is left of an erasing is remembered, named and done later; and no step of it is done twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from borg_triage.storage import copying, erasing
from borg_triage.storage.backup_files import Backup, Keeping
from borg_triage.storage.errors import CaseMissing, VaultError, VaultReadOnly
from borg_triage.storage.keying import RawKey
from borg_triage.storage.places import draft_path, wal_path
from borg_triage.storage.vault import Vault

from .harm import damage_where_the_cases_stand
from .refusals import prepare, refusing, undeletable
from .samples import KEY, NAME, PASSPHRASE, erase, filled_vault, new_case, staffed_vault

# Another program that reads a backup, until its input ends.
AT_WORK = """
import sys
from pathlib import Path
from borg_triage.storage.keying import RawKey
from borg_triage.storage.copying import opened
with opened(Path(sys.argv[1]), RawKey(bytes(range(32))), Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.read()
"""


@contextmanager
def in_use(path: Path) -> Iterator[None]:
    command = [sys.executable, "-c", AT_WORK, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline() == "open\n"
        yield
        program.stdin.close()
        assert program.wait(30) == 0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A vault with a case that is about to go, and two backups that hold it."""
    path = filled_vault(tmp_path, cases=1, answers=1)
    with Vault.open(path, KEY) as vault:
        vault.cases.create(new_case("weg"))
        vault.backup()
        vault.backup()
    return path


def erased(vault: Vault) -> None:
    """The case goes, if it is there; what does not succeed is left."""
    with suppress(VaultError):
        for case in vault.cases.list():
            if case.pseudonym == "weg":
                erase(vault, case.id)


def holders(path: Path) -> list[Path]:
    """The backups in which the case still stands, as anybody with the key sees it."""
    found = []
    for one in sorted(path.with_name(f"{path.stem}-backups").glob("*.borgvault")):
        with copying.seen(one, KEY, one) as database:
            if database.row("SELECT 1 FROM case_file WHERE pseudonym = 'weg'"):
                found.append(one)
    return found


def paths(backups: list[Backup]) -> list[Path]:
    return [one.path for one in backups]


def told(vault: Vault) -> list[tuple[str, object]]:
    """What reading through it all says of erased cases."""
    bad = [one for one in vault.check() if not one.good]
    return [(one.key, one.params.get("backup")) for one in bad if one.key.endswith("_erased")]


def file_of(path: Path) -> int:
    return path.stat().st_ino


@pytest.mark.skipif(os.name == "nt", reason="there a file in use is not even read")
def test_a_backup_in_use_is_named_until_it_can_go(path: Path) -> None:
    with Vault.open(path, KEY) as vault:
        newer, older = paths(vault.backups())
    with in_use(older):
        with Vault.open(path, KEY) as vault:
            erased(vault)
            assert not newer.exists()
            assert paths(vault.erasing_left().held) == [older]
            assert told(vault) == [("vault.check.backup_holds_erased", older.name)]
        for _ in range(2):
            with Vault.open(path, KEY) as vault:
                vault.finish_erasing()
                assert paths(vault.erasing_left().held) == [older]
                assert len(vault.backups()) == 2
        assert holders(path) == [older]
    with Vault.open(path, KEY) as vault:
        vault.finish_erasing()
        assert not vault.erasing_left().any
        assert told(vault) == []
        assert len(vault.backups()) == 1
    assert holders(path) == []


def test_a_case_that_stands_beside_what_was_set_aside_is_named(tmp_path: Path) -> None:
    with Vault.open(filled_vault(tmp_path, cases=1, answers=1), KEY) as vault:
        folder = vault.backup().path.parent
        vault.cases.create(new_case("weg"))
        # As a restore puts a vault aside whose program was killed: the case is in its write-ahead log alone.
        aside = folder / "team.000000090.20260301T093000Z-replaced.borgvault"
        shutil.copy(vault.path, aside)
        shutil.copy(wal_path(vault.path), wal_path(aside))
        assert aside not in holders(vault.path)
        erased(vault)
        left = vault.erasing_left()
        assert (paths(left.aside), left.held, left.unread) == ([aside], [], [])


@pytest.mark.parametrize("whole", [True, False])
def test_what_a_restore_set_aside_stays_for_people_to_look_at(tmp_path: Path, whole: bool) -> None:
    path = tmp_path / "team.borgvault"
    with staffed_vault(path) as vault:
        vault.cases.create(new_case("weg"))
        source = vault.backup().path
        vault.cases.create(new_case("van daarna"))
        key = RawKey(vault._unlocked.key.material)
    if not whole:
        damage_where_the_cases_stand(path, key)
    aside = Vault.restore(path, source, PASSPHRASE, NAME)
    assert aside is not None
    for _ in range(2):
        with Vault.open(path, PASSPHRASE, NAME) as vault:
            erased(vault)
            vault.finish_erasing()
            vault.backup()
            left = vault.erasing_left()
            assert (paths(left.aside), paths(left.unread), left.held) == (
                ([aside], [], []) if whole else ([], [aside], [])
            )
            said = "aside_holds_erased" if whole else "backup_may_hold_erased"
            assert told(vault) == [(f"vault.check.{said}", aside.name)]
    assert aside.exists()


def test_a_restore_of_a_backup_from_before_the_case_forgets_no_erasing(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    with staffed_vault(path) as vault:
        before = vault.backup().path
        vault.cases.create(new_case("weg"))
        held = vault.backup().path
        with undeletable(held):
            erased(vault)
        assert before.exists()
    with undeletable(held):
        Vault.restore(path, before, PASSPHRASE, NAME)
        with Vault.open(path, PASSPHRASE, NAME) as vault:
            assert vault.cases.list() == []
            assert paths(vault.erasing_left().held) == [held]
            assert ("vault.check.backup_holds_erased", held.name) in told(vault)
        # A second restore, of a backup that remembers nothing of it either.
        Vault.restore(path, before, PASSPHRASE, NAME)
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        vault.finish_erasing()
        assert not held.exists()


def test_a_case_that_a_restore_brought_back_is_a_case_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "team.borgvault"
    with staffed_vault(path) as vault:
        vault.cases.create(new_case("weg"))
        held = vault.backup().path
        elsewhere = tmp_path / "elsewhere"
        shutil.copytree(held.parent, elsewhere)
        erased(vault)
    assert not held.exists()
    shutil.copytree(elsewhere, held.parent, dirs_exist_ok=True)
    Vault.restore(path, held, PASSPHRASE, NAME)
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        vault.finish_erasing()
        assert held in paths(vault.backups())
        later = vault.backup().path
        assert later.exists()
        assert [case.pseudonym for case in vault.cases.list()] == ["weg"]
        erased(vault)
        assert not later.exists()
        assert not vault.erasing_left().any


def test_the_next_backup_tries_again_too(path: Path) -> None:
    with Vault.open(path, KEY) as vault:
        older = vault.backups()[-1].path
        with undeletable(older):
            erased(vault)
            assert holders(path) == [older]
        vault.backup()
        assert holders(path) == []
        assert not vault.erasing_left().any
        assert erasing.due(vault.settings) == ""


def test_one_that_cannot_go_holds_up_no_other_and_nothing_is_done_twice(path: Path) -> None:
    with Vault.open(path, KEY) as vault:
        newer, older = paths(vault.backups())
    # Whichever comes first.
    for stuck, other in ((newer, older), (older, newer)):
        folder = path.parent / stuck.stem
        shutil.copytree(path.parent, folder, ignore=shutil.ignore_patterns("team.0*"))
        shutil.copytree(stuck.parent, folder / stuck.parent.name, dirs_exist_ok=True)
        copy = folder / path.name
        kept = folder / stuck.parent.name / stuck.name
        with undeletable(kept):
            with Vault.open(copy, KEY) as vault:
                erased(vault)
                assert not (kept.parent / other.name).exists()
                before = paths(vault.backups())
                assert before[1:] == [kept]
                assert not vault.changed
            file = file_of(copy)
            for _ in range(3):
                with Vault.open(copy, KEY) as vault:
                    vault.finish_erasing()
                    assert told(vault) == [("vault.check.backup_holds_erased", kept.name)]
                    assert paths(vault.backups()) == before
                    assert not vault.changed
            assert file_of(copy) == file
        with Vault.open(copy, KEY) as vault:
            vault.finish_erasing()
            assert paths(vault.backups()) == before[:1]
            assert not vault.erasing_left().any
            assert not vault.changed


def test_no_backup_goes_before_there_is_another(path: Path) -> None:
    with Vault.open(path, KEY) as vault:
        held = paths(vault.backups())
        with undeletable(*held):
            erased(vault)
        made = next(one for one in vault.backups() if one.path not in held)
        for one in made.path.parent.glob(made.path.name + "*"):
            one.unlink()
        vault.finish_erasing()
        (left,) = vault.backups()
        assert left.path not in held
        with copying.opened(left.path, KEY, path) as database:
            assert not copying.damage(database)
            assert database.row("SELECT count(*) FROM case_file") == (1,)


def test_a_backup_of_between_the_erasing_and_the_writing_anew_goes_as_well(path: Path) -> None:
    with Vault.open(path, KEY) as vault:
        # The copy cannot be made.
        draft_path(path).mkdir()
        erased(vault)
        assert vault.erasing_left().file
        assert told(vault)[0] == ("vault.check.file_may_hold_erased", None)
        between = vault.backup()
        assert between.path in paths(vault.erasing_left().held)
    with Vault.open(path, KEY) as vault:
        assert vault.erasing_left().file
        draft_path(path).rmdir()
        vault.finish_erasing()
        assert not vault.erasing_left().any
        assert between.path not in paths(vault.backups())
        assert len(vault.backups()) == 1


def test_what_an_earlier_program_took_for_done_is_named_and_goes_with_the_next_backup(path: Path) -> None:
    with Vault.open(path, KEY) as vault:
        older = vault.backups()[-1].path
        with undeletable(older):
            erased(vault)
        vault.settings.put("retention.scrub_due", "")
        assert told(vault) == [("vault.check.backup_holds_erased", older.name)]
        vault.backup()
        assert holders(path) == []


def test_backups_that_are_too_many_go_past_one_that_cannot(path: Path) -> None:
    with Vault.open(path, KEY) as vault:
        vault.backup()
        vault.keeping = Keeping(copies=1)
        newest, newer, older = paths(vault.backups())
        with undeletable(newer), pytest.raises(VaultReadOnly):
            vault.backup()
        assert newer in paths(vault.backups())
        assert not {newest, older} & set(paths(vault.backups()))


# ---------------------------------------------------------------- whatever step fails


@pytest.mark.skipif(os.name == "nt", reason="a file that is open is not replaced there")
@pytest.mark.parametrize(
    "stride", [pytest.param(7, id="some"), pytest.param(1, id="every", marks=pytest.mark.soak)]
)
@pytest.mark.parametrize("on", [False, True], ids=["once", "from then on"])
def test_whatever_step_fails_it_is_remembered_and_done_at_the_next_opening(
    path: Path, monkeypatch: pytest.MonkeyPatch, on: bool, stride: int
) -> None:
    prepare(monkeypatch)
    ends = set()
    step = 1
    while True:
        folder = path.parent / f"round{step}"
        shutil.copytree(path.parent, folder, ignore=shutil.ignore_patterns("round*"))
        refused, end = refused_at(folder / path.name, step, on)
        ends.add(end)
        shutil.rmtree(folder)
        if not refused:
            break
        step += stride
    assert ends == {"kept", erasing.FILE, erasing.BACKUPS, ""}


def refused_at(path: Path, step: int, on: bool) -> tuple[bool, str]:
    """Whether there was such a step, and how far the erasing came that met it."""
    vault = Vault.open(path, KEY)
    case = next(case.id for case in vault.cases.list() if case.pseudonym == "weg")
    with refusing(path.parent, step, on=on) as refusals:
        erased(vault)
        refused = refusals.refused
    vault.close()
    with Vault.open(path, KEY) as vault:
        try:
            vault.cases.get(case)
        except CaseMissing:
            end = erasing.due(vault.settings)
        else:
            assert (erasing.due(vault.settings), vault.erasing_left().any) == ("", False)
            return refused, "kept"
        # What it says is left, is: and nothing but that.
        left = vault.erasing_left()
        assert left.any or end in ("", erasing.BACKUPS)
        assert end or not left.any
        assert set(holders(path)) <= set(paths(left.held))
        vault.finish_erasing()
        assert holders(path) == []
        assert not vault.erasing_left().any
        assert erasing.due(vault.settings) == ""
        assert told(vault) == []
    return refused, end
