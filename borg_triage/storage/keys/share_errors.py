"""What can be wrong with the words of a recovery kit.

RecoveryRefused
├── RecoveryNone       the vault has no kit
├── ShareMisspelt      a word that is not in the list (`share`, `place`, `word`)
│   └── ShareMisspeltNear   and the words it resembles (`near`)
├── ShareLength        too few or too many words (`share`, `found`, `expected`)
├── ShareChecksum      real words, but not these or not in this order (`share`)
├── ShareForeign       of another kit or another vault (`share`)
│   └── ShareForeignBackup  the same, of a backup: it may want the kit of its day
├── ShareTwice         given twice, and so too few (`first`, `second`, `needed`)
└── SharesTooFew       (`found`, `needed`)

Shares are numbered from 1 in the order given, words from 1 in the order on the paper.
"""

from __future__ import annotations

from pathlib import Path

from borg_triage.storage.errors import RecoveryRefused


class RecoveryNone(RecoveryRefused):
    """The vault has no recovery kit."""

    KEY = "vault.error.recovery_none"


class ShareMisspelt(RecoveryRefused):
    """Word number `place` of share number `share` is not in the list."""

    KEY = "vault.error.share_misspelt"

    def __init__(self, path: Path, share: int, place: int, word: str, **params: object) -> None:
        super().__init__(path, share=share, place=place, word=word, **params)


class ShareMisspeltNear(ShareMisspelt):
    """The same; `near` names the words of the list that it resembles."""

    KEY = "vault.error.share_misspelt_near"

    def __init__(self, path: Path, share: int, place: int, word: str, near: str) -> None:
        super().__init__(path, share, place, word, near=near)


class ShareLength(RecoveryRefused):
    """Share number `share` has `found` words where it should have `expected`."""

    KEY = "vault.error.share_length"

    def __init__(self, path: Path, share: int, found: int, expected: int) -> None:
        super().__init__(path, share=share, found=found, expected=expected)


class ShareChecksum(RecoveryRefused):
    """All words of share number `share` are in the list, but together they cannot be right."""

    KEY = "vault.error.share_checksum"

    def __init__(self, path: Path, share: int) -> None:
        super().__init__(path, share=share)


class ShareForeign(RecoveryRefused):
    """Share number `share` is right in itself, and of another kit or another vault."""

    KEY = "vault.error.share_foreign"

    def __init__(self, path: Path, share: int) -> None:
        super().__init__(path, share=share)
        self.share = share


class ShareForeignBackup(ShareForeign):
    """The same, where a backup is to be opened: `path` is the backup's."""

    KEY = "vault.error.share_foreign_backup"


class ShareTwice(RecoveryRefused):
    """Shares number `first` and `second` are the same, and without it there are too few."""

    KEY = "vault.error.share_twice"

    def __init__(self, path: Path, first: int, second: int, needed: int) -> None:
        super().__init__(path, first=first, second=second, needed=needed)


class SharesTooFew(RecoveryRefused):
    """`found` shares were given where `needed` are."""

    KEY = "vault.error.shares_too_few"

    def __init__(self, path: Path, found: int, needed: int) -> None:
        super().__init__(path, found=found, needed=needed)
