"""Working copies that cannot be erased whole: what stays due, and what is told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from borg_triage.app import case_care, retention, working_copies
from borg_triage.storage.errors import NoSpace, VaultError
from borg_triage.storage.places import draft_path
from borg_triage.storage.vault import Vault
from tests.app.working_copies_support import TERM, Team, confirmed, sent
from tests.storage.refusals import undeletable


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    made = Team(tmp_path / "team.borgvault")
    yield made
    made.session.close(back_up=False)


def test_without_room_it_stays_due_and_goes_the_next_day(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = confirmed(team)
    team.come_to_the_day()
    team.open_again(days=1)
    full = shutil._ntuple_diskusage(10**12, 10**12, 0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: full)
    with pytest.raises(NoSpace):
        team.look()
    monkeypatch.undo()
    assert team.has(case_id)
    assert team.session.vault.log.entries(case_id)[-1].action != "erase"
    team.look()
    assert team.has(case_id)  # once a day
    team.next_day()
    assert not team.has(case_id)


def test_what_a_backup_still_holds_is_known_until_it_is_gone(team: Team) -> None:
    case_id = confirmed(team)
    held = team.session.vault.backup().path
    team.come_to_the_day()
    with undeletable(held):
        team.next_day()
        assert not team.has(case_id)
        left = team.session.dues.left
        assert left is not None
        assert [one.path for one in left.held] == [held]
    team.session.vault.backup()
    team.look()
    assert team.session.dues.left is None


def test_a_folder_that_vanished_is_an_error_of_the_vault(team: Team) -> None:
    confirmed(team)
    team.come_to_the_day()
    team.open_again(days=1)
    team.session.dues.look()
    elsewhere = team.path.parent.with_name("elders")

    def vanishes() -> str:
        team.path.parent.rename(elsewhere)
        return ""

    acting = team.session.logbook.acting()
    with pytest.raises(VaultError):
        working_copies.take_out(team.session.vault, acting, team.session.today(), vanishes)
    elsewhere.rename(team.path.parent)


def test_what_changes_while_one_looks_is_looked_at_again(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    case = sent(team)
    dues, seen = team.session.dues, []

    def meanwhile(vault: Vault, today: date) -> list[retention.DueCase]:
        found = due_cases(vault, today)
        if not seen:
            seen.append(case_care.confirm_hand_over(case))
        return found

    due_cases = retention.due_cases
    monkeypatch.setattr(retention, "due_cases", meanwhile)
    team.clock.pass_(days=TERM)
    dues.look()
    assert dues.known is None
    assert dues.look() == dues.known


def test_while_an_earlier_erasing_is_unfinished_nothing_goes(team: Team) -> None:
    case_id = confirmed(team)
    other = team.session.new_case("Es", "veilig_thuis")
    team.come_to_the_day()
    team.open_again(days=1)

    # The copy that takes the file's place cannot be made.
    draft_path(team.path).mkdir()
    assert case_care.erase(team.take(other.id)).file
    team.look()
    assert (team.has(case_id), team.session.dues.erased) == (True, 0)
    draft_path(team.path).rmdir()
    team.next_day()
    assert not team.has(case_id)
