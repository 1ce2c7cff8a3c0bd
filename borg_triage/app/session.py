"""What the windows can do: open a vault, work on one case, answer, judge, hand over. Knows no Qt.

Store first, then show: every call that changes something returns only after the change is on disk, and
gives back the case as it then is, with its assessment made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from borg_triage.app.case_session import CaseSession
from borg_triage.app.dues import Dues
from borg_triage.app.logbook import GLASS_REASONS, Logbook
from borg_triage.app.retention import finish_if_possible
from borg_triage.domain.errors import BorgTriageError
from borg_triage.domain.instrument import UserGroup
from borg_triage.storage.backup_way import DatedBackup
from borg_triage.storage.errors import VaultClosed, VaultError
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.strength import PassphraseRule, check
from borg_triage.storage.records import CaseSummary, NewCase
from borg_triage.storage.retention import Restriction
from borg_triage.storage.vault import Vault
from borg_triage.text.formats import DUTCH_TIME

Clock = Callable[[], datetime]
MIN_PASSPHRASE = 14

__all__ = [
    "MIN_PASSPHRASE",
    "CaseRestricted",
    "CaseSession",
    "Clock",
    "RestoredUnopened",
    "Session",
    "SessionError",
]


class SessionError(BorgTriageError):
    """Something the program does not do, said in words."""


class RestoredUnopened(SessionError):
    """A backup took the vault's place, and then the vault did not open: `why` says why not."""

    def __init__(self, path: Path, why: VaultError) -> None:
        super().__init__("session.error.restored_unopened", path=str(path), why=why)


class CaseRestricted(SessionError):
    """The case opens for one person only; for others with a reason, which is logged."""


def _now() -> datetime:
    return datetime.now(UTC)


class Session:
    """An open vault and the person who works in it.

    clock: the time, injected for tests and the demo.
    """

    def __init__(self, vault: Vault, worker: str, language: str = "nl", clock: Clock = _now) -> None:
        self.vault = vault
        self.worker = worker
        self.language = language
        self.clock = clock
        self.logbook = Logbook(vault, worker, self.now)
        self.dues = Dues(self)
        # The case that somebody works on; empty: none. The program erases anything but that.
        self.in_hand = ""

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: str,
        worker: str,
        language: str = "nl",
        clock: Clock = _now,
        cost: Cost | None = None,
    ) -> Session:
        """A new vault, the worker its first owner. Raises PassphraseShort, PassphraseWeak, other VaultErrors.

        cost: of trying the passphrase; what takes about a second on this machine where left out.
        """
        check(passphrase, PassphraseRule(MIN_PASSPHRASE), (worker,))
        vault = Vault.create(path, passphrase, worker, cost, clock)
        return cls(vault, vault.person.name, language, clock)

    @classmethod
    def open(
        cls,
        path: Path,
        passphrase: str,
        worker: str,
        language: str = "nl",
        clock: Clock = _now,
        cost: Cost | None = None,
    ) -> Session:
        """An existing vault, opened by one of its people: each has a passphrase. Raises VaultError.

        cost: of the new key slot, where a vault of version 1 is converted.
        """
        vault = Vault.open(path, passphrase, worker, cost, clock)
        finish_if_possible(vault)
        return cls(vault, vault.person.name, language, clock)

    @classmethod
    def recover(
        cls,
        path: Path,
        shares: Sequence[str],
        worker: str,
        passphrase: str,
        language: str = "nl",
        clock: Clock = _now,
    ) -> Session:
        """An existing vault by its recovery kit; the worker gets this passphrase, and is an owner.

        Raises RecoveryRefused, PassphraseShort, PassphraseWeak, NameRefused and what `open` raises.
        """
        vault = Vault.recover(path, shares, worker, passphrase, clock=clock)
        finish_if_possible(vault)
        return cls(vault, vault.person.name, language, clock)

    @classmethod
    def restore(
        cls,
        path: Path,
        source: Path | DatedBackup,
        worker: str,
        passphrase: str,
        shares: Sequence[str] = (),
        language: str = "nl",
        clock: Clock = _now,
    ) -> tuple[Session, Path | None]:
        """Put a backup in a vault's place and open it; also where what lay there is now, if anything did.

        shares: of the recovery kit; then the passphrase is a new one for the worker. Raises
        RestoredUnopened, and what `Vault.restore` raises: then the vault is as it was.
        """
        aside = Vault.restore(path, source, passphrase, worker, shares, clock)
        try:
            return cls.open(path, passphrase, worker, language, clock), aside
        except VaultError as error:
            raise RestoredUnopened(path, error) from error

    def close(self, back_up: bool = True) -> VaultError | None:
        """Close the vault; nothing is ever unsaved. First a backup, if there is work that none holds.

        back_up False: lock at once (work that no backup holds yet gets one at the next closing). Why the
        backup could not be made is returned; the vault closes all the same.
        """
        problem: VaultError | None = None
        try:
            if back_up and self.vault.changed:
                self.vault.backup()
        except VaultError as error:
            problem = error
        finally:
            self.vault.close()
        return None if isinstance(problem, VaultClosed) else problem

    def back_up_if_due(self) -> bool:
        """Make a backup if it is time for one; whether it was. Slow: off the window's thread. VaultError."""
        due = self.vault.backup_due()
        if due:
            self.vault.backup()
        return due

    def now(self) -> datetime:
        """The time."""
        return self.clock()

    def today(self) -> date:
        """Today in the Netherlands."""
        return self.clock().astimezone(DUTCH_TIME).date()

    def cases(self, text: str = "", limit: int = 200, offset: int = 0) -> list[CaseSummary]:
        """Cases whose pseudonym contains the text, the most urgent first."""
        return self.vault.cases.list(text=text, limit=limit, offset=offset)

    def new_case(self, pseudonym: str, user_group: UserGroup) -> CaseSession:
        """Start a case under a pseudonym."""
        if not pseudonym.strip():
            raise SessionError("cases.error.pseudonym_empty")
        new = NewCase(
            pseudonym=pseudonym.strip(),
            user_group=user_group,
            language=self.language,
            opened_at=self.clock(),
            opened_by=self.worker,
        )
        with self.vault.saving():
            case = CaseSession(self, self.vault.cases.create(new).id)
            self.in_hand = case.id
            case.note_opened()
        return case

    def glass(self, case_id: str) -> Restriction | None:
        """Why a case opens for this person only with a reason; None where it opens as any."""
        found = self.vault.retention.restriction(case_id)
        mine = found is not None and found.restricted_by and found.restricted_by == self.logbook.who
        return None if mine else found

    def open_case(self, case_id: str, why: str = "") -> CaseSession:
        """Take up a case again; the log says so.

        why: one of `logbook.GLASS_REASONS`, where the case is restricted. Raises CaseRestricted without one,
        CaseMissing, NoTrace.
        """
        glass = self.glass(case_id) is not None
        if glass and why not in GLASS_REASONS:
            raise CaseRestricted("glass.error.restricted")
        # First: it is not erased while it is being read.
        self.in_hand = case_id
        case = CaseSession(self, case_id)
        # Nobody looks before it is on disk that they do.
        told = (case.told("break_glass", why=why),) if glass else ()
        self.vault.note_reading(*told, case.told("view"))
        return case
