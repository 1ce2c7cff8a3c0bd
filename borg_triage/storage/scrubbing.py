"""The second half of an erasing: the file is written anew, a backup made, and those of before deleted."""

from __future__ import annotations

from collections.abc import Callable

from borg_triage.storage import erasing, swap
from borg_triage.storage.database import GiveWay
from borg_triage.storage.unbacked import Unbacked
from borg_triage.storage.unlocked import Unlocked


def finish(
    vault: Unlocked, unbacked: Unbacked, backup: Callable[[], object], give_way: GiveWay | None
) -> bool:
    """Do what is left, no step twice; False where it made room (`give_way`) before the file was written anew.

    For who alone has the file for such work. Raises VaultError: the rest is for the next call.
    """
    step = erasing.due(vault.settings)
    if step == erasing.FILE and not _rewritten(vault, give_way):
        return False
    if step == erasing.FILE or (step and erasing.needs_backup(vault)):
        backup()
    elif step:
        erasing.clear(vault, unbacked)
    return True


def _rewritten(vault: Unlocked, give_way: GiveWay | None) -> bool:
    if give_way is not None:
        return swap.rewritten_giving_way(vault.database, vault.key, erasing.file_is_written, give_way)
    swap.rewrite(vault.database, vault.key, erasing.file_is_written)
    return True
