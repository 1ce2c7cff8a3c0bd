"""One account of several on a machine: does something with a vault, and says how that ended.

python -m tests.storage.accounts UID GID GROUPS TASK PATH; to be started by root. GROUPS: with commas.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from borg_triage.app.retention import finish_if_possible
from borg_triage.storage.errors import VaultError
from borg_triage.storage.keys import wrapping
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.vault import Vault
from borg_triage.text.backup_names import backups_folder

from .quick import at_once
from .samples import NAME, PASSPHRASE, erase, new_case, new_observation, staffed_vault

COLLEAGUE = "J. Bakker"
PASSPHRASE_OF_COLLEAGUE = "fiets dorp kraan zesde mosterd"


# The backups, as an administrator sees them.
told: list[Path] = []


def say(*words: object) -> None:
    print(*words, flush=True)


def opened(path: Path) -> Vault:
    """As any opening goes: what is left of an erasing is done."""
    vault = Vault.open(path, PASSPHRASE_OF_COLLEAGUE, COLLEAGUE)
    finish_if_possible(vault)
    return vault


def make(path: Path) -> None:
    with staffed_vault(path) as vault:
        vault.add_person(COLLEAGUE, PASSPHRASE_OF_COLLEAGUE, "owner", Cost.floor())
        case = vault.cases.create(new_case())
        vault.cases.append_observation(case.id, new_observation())
        vault.cases.create(new_case("weg"))
        vault.backup()


def look(path: Path) -> None:
    """Open it, read and write, and hold all of it against itself."""
    with opened(path) as vault:
        case = next(one for one in vault.cases.list() if one.pseudonym != "weg")
        vault.cases.append_observation(case.id, new_observation())
        bad = [finding.key for finding in vault.check() if not finding.good]
        say("cases", len(vault.cases.list()), "bad", bad, "left", vault.erasing_left().any)


def rotate(path: Path) -> None:
    with opened(path) as vault:
        vault.rotate()


def passphrase(path: Path) -> None:
    with Vault.open(path, PASSPHRASE, NAME) as vault:
        vault.change_passphrase(PASSPHRASE, "zes rode stoelen naast het raam", Cost.floor())


def gone(path: Path) -> None:
    """Erase a case, and say what is left of it."""
    with opened(path) as vault:
        try:
            erase(vault, next(one.id for one in vault.cases.list() if one.pseudonym == "weg"))
        finally:
            left = vault.erasing_left()
            say(
                "unlisted", left.unlisted, "any", left.any, "held", len(left.held), "unread", len(left.unread)
            )


def backup(path: Path) -> None:
    with opened(path) as vault:
        vault.backup()


def restore(path: Path) -> None:
    """Of a backup that was told by name."""
    Vault.restore(path, told[0], PASSPHRASE_OF_COLLEAGUE, COLLEAGUE)


def killed(path: Path) -> None:
    """Stopped by the system right after something was stored."""
    vault = opened(path)
    vault.cases.create(new_case("bewaard"))
    os._exit(9)


TASKS: dict[str, Callable[[Path], None]] = {
    task.__name__: task for task in (make, look, rotate, passphrase, gone, backup, restore, killed)
}


def main(uid: str, gid: str, groups: str, task: str, path: str) -> None:
    # Who may read which file is not the matter of a passphrase.
    wrapping.derived = at_once
    # What is read in at first use may lie where that account cannot read.
    with tempfile.TemporaryDirectory() as folder:
        known = Path(folder) / "team.borgvault"
        make(known)
        gone(known)
        look(known)
    told.extend(sorted(backups_folder(Path(path)).glob("*.borgvault")))
    say("begin")
    os.umask(0o077)
    os.setgroups([int(one) for one in groups.split(",") if one])
    os.setegid(int(gid))
    os.seteuid(int(uid))
    try:
        TASKS[task](Path(path))
    except VaultError as error:
        say(type(error).__name__, error.key)
    else:
        say("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
