"""What can be wrong with a key file that is whole: it is not the one that belongs to the vault."""

from __future__ import annotations

from pathlib import Path

from borg_triage.storage.errors import VaultError


class KeyFileForeign(VaultError):
    """No key of the key file (`file`, a name) opens the vault: it is of before, or of another vault.

    Or the start of the vault is damaged so that nobody can tell. A backup is never named: the vault is most
    likely whole.
    """

    KEY = "vault.error.key_file_foreign"

    def __init__(self, path: Path, file: str) -> None:
        super().__init__(path, file=file)


class KeyFileOld(VaultError):
    """The key file (`file`, a name) opens the vault, which knows a newer one, of the number `newest`."""

    KEY = "vault.error.key_file_old"

    def __init__(self, path: Path, file: str, newest: int) -> None:
        super().__init__(path, file=file)
        self.newest = newest
