"""A vault, and the key file that it had before."""

from __future__ import annotations

from pathlib import Path

import pytest

from borg_triage.storage.errors import VaultError
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import copy_path, key_path
from borg_triage.storage.people import MEMBER, OWNER
from borg_triage.storage.vault import Vault

from .samples import NAME, PASSPHRASE, staffed_vault

NOOR, HERS = "Noor", "drie witte zwanen op het dak"

BO, HIS = "Bo", "zeven rode daken in de mist"

EVA, NEW = "Eva", "negen gele jassen aan de lijn"

FORMER, FORMERS = "J. Bakker", "fiets dorp kraan zesde mosterd"

pytestmark = pytest.mark.usefixtures("quick_keys")

PLACES = pytest.mark.parametrize("places", [(key_path,), (copy_path,)], ids=["key file", "copy"])


class Kept:
    """A closed vault, and the key file that it had at some moment before."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "team.borgvault"
        staffed_vault(self.path).close()
        self.old = b""

    def keep_keys(self) -> None:
        self.old = key_path(self.path).read_bytes()

    def put_old(self, *places: object) -> None:
        for place in places or (key_path, copy_path):
            assert callable(place)
            place(self.path).write_bytes(self.old)

    def opened(self, name: str = NAME, passphrase: str = PASSPHRASE) -> Vault:
        return Vault.open(self.path, passphrase, name)

    def refused(self, name: str = NAME, passphrase: str = PASSPHRASE) -> VaultError:
        with pytest.raises(VaultError) as caught:
            self.opened(name, passphrase).close()
        return caught.value

    def refuses(self, error: type[VaultError], *people: tuple[str, str]) -> bool:
        """Whether none of these people gets in, by this error, and nothing is altered."""
        before = self.files()
        for name, passphrase in people:
            found = self.refused(name, passphrase)
            assert type(found) is error
            assert found.params == {"path": str(self.path), "file": "team.borgvault-keys"}
        return self.files() == before

    def key_files(self) -> list[bytes]:
        return [place(self.path).read_bytes() for place in (key_path, copy_path)]

    def put_back(self, files: list[bytes]) -> None:
        for place, content in zip((key_path, copy_path), files, strict=True):
            place(self.path).write_bytes(content)

    def forget_backups(self) -> None:
        for path in self.path.with_name("team-backups").iterdir():
            path.unlink()

    def files(self) -> dict[str, bytes]:
        found = sorted(self.path.parent.rglob("*"))
        return {
            str(path): path.read_bytes() for path in found if path.is_file() and "-tries" not in path.name
        }


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


@pytest.fixture
def grown(kept: Kept) -> Kept:
    """Noor had come when the old key file was kept; then Bo came, who runs the vault with its maker now."""
    with kept.opened() as vault:
        vault.add_person(NOOR, HERS, cost=Cost.floor())
    kept.keep_keys()
    with kept.opened() as vault:
        vault.add_person(BO, HIS, OWNER, Cost.floor())
    return kept


def roles(vault: Vault) -> dict[str, str]:
    return {one.name: one.role for one in vault.people.all()}


def demote_maker(kept: Kept) -> None:
    with kept.opened(BO, HIS) as vault:
        vault.set_role(next(one.id for one in vault.people.all() if one.name == NAME), MEMBER)
