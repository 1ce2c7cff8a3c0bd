"""A vault of an owner and two others, with a backup, for tests of who may put it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.log import LogEntry
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import backups_folder
from tests.copies import lay_copy

from .samples import NAME, PASSPHRASE, new_case, staffed_vault

NOOR, HERS = "Noor", "drie witte zwanen op het dak"

BO, HIS = "Bo", "zeven rode daken in de mist"

EVA, NEW = "Eva", "negen gele jassen aan de lijn"

pytestmark = pytest.mark.usefixtures("quick_keys")


class Team:
    """A closed vault of an owner, Noor and Bo: one case in its backup, one more of later."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.noor, self.bo, self.kit, backup = lay_copy(path.parent, keep)
        self.backup = backups_folder(path) / backup

    def opened(self) -> Vault:
        return Vault.open(self.path, PASSPHRASE, NAME)

    def files(self) -> dict[str, bytes]:
        found = sorted(self.path.parent.rglob("*"))
        return {
            str(path): path.read_bytes() for path in found if path.is_file() and "-tries" not in path.name
        }

    def restore(self, name: str = NAME, passphrase: str = PASSPHRASE) -> Path | None:
        return Vault.restore(self.path, self.backup, passphrase, name)


def keep(folder: Path) -> tuple[str, str, list[str], str]:
    with staffed_vault(folder / "team.borgvault") as vault:
        noor = vault.add_person(NOOR, HERS, cost=Cost.floor()).id
        bo = vault.add_person(BO, HIS, cost=Cost.floor()).id
        kit = vault.make_recovery(1, 1)
        vault.cases.create(new_case("vroeg"))
        backup = vault.backup().path.name
        vault.cases.create(new_case("laat"))
        return noor, bo, kit, backup


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path / "team.borgvault")


def restored(vault: Vault) -> LogEntry:
    return [one for one in vault.log.entries() if one.action == "restore"][-1]
