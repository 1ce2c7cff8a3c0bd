"""Looking after one case: who may see it, how long it stays, a copy for who asks, erasing it; and its log.

Whoever opened the case looks after it, and every owner of the vault does. Each change stands in the log.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeAlias

from borg_triage.app import retention
from borg_triage.app.caring import looks_after
from borg_triage.app.case_session import CaseSession
from borg_triage.app.inspection import Draft, Recipient, Request, keep_request
from borg_triage.app.logbook import OVERSIGHT
from borg_triage.app.saving import Laid, Lay, sent
from borg_triage.app.session import Session, SessionError
from borg_triage.app.vault_care import LogFormat, log_lines, may_read_log
from borg_triage.storage.erasing import Left
from borg_triage.storage.log import LogEntry, NewLogEntry, Wanted
from borg_triage.storage.people import OWNER

# Lays a file of this content ready.
LayContent: TypeAlias = Callable[[bytes], Laid]


def may_care(case: CaseSession) -> bool:
    """Whether this person looks after the case: its opener, or an owner of the vault."""
    vault = case.session.vault
    first = next(iter(vault.log.entries(case_id=case.id, limit=1)), None)
    return looks_after(vault.person.id, vault.person.role, first)


# ---------------------------------------------------------------- who may see it


def restrict(case: CaseSession, reason: str) -> None:
    """Let others in only with a reason, which is logged. reason: kept with the case. Raises SessionError."""
    _require_care(case)
    if not reason.strip():
        raise SessionError("file.error.no_reason")
    vault, who = case.session.vault, case.session.logbook.who
    with vault.saving():
        vault.retention.restrict(case.id, who, case.session.now(), reason.strip())
        vault.log.append(case.told("restricted", kind="set"))


def lift(case: CaseSession) -> None:
    """Let everybody in again.

    Raises SessionError where the term hid the case and is over by the clock of now, or where that clock can
    hardly be right. That a clock which went back is right is an owner's word; and while it lies before the
    moment at which the case was hidden, only an owner lifts that. So no member who turns the clock back gets
    to see what the term hides.
    """
    _require_care(case)
    vault = case.session.vault
    found = vault.retention.restriction(case.id)
    if found is not None and retention.by_term(found):
        if retention.of_case(vault, case.id, case.session.today()).over:
            raise SessionError("file.error.hidden_by_term")
        if vault.clock_doubt() is not None:
            raise SessionError("file.error.clock")
        if case.session.now() < found.at and vault.person.role != OWNER:
            raise SessionError("file.error.hidden_later")
    with vault.saving():
        vault.retention.lift(case.id)
        vault.log.append(case.told("restricted", kind="lifted"))


# ---------------------------------------------------------------- how long it stays


def confirm_hand_over(case: CaseSession) -> None:
    """The receiver said to have it; the term of a working copy runs from now.

    Anybody may keep that. But a case goes by itself only on the word of who looks after it.
    """
    retention.confirm_hand_over(case.session.vault, case.id, case.acting, case.session.now())
    case.session.dues.forget()


def handed_over_unconfirmed(case: CaseSession) -> bool:
    """Whether the case was handed over and nobody said since that it arrived."""
    sent = [event.happened_at for event in case.view.events if event.kind == "hand_over"]
    kept = case.session.vault.retention.get(case.id)
    confirmed = kept.handed_over_at if kept else None
    return bool(sent) and (confirmed is None or confirmed < max(sent))


def confirmed_at(case: CaseSession) -> datetime | None:
    """When it was kept that the latest hand-over arrived."""
    kept = case.session.vault.retention.get(case.id)
    return None if kept is None or handed_over_unconfirmed(case) else kept.handed_over_at


def set_working_copy(case: CaseSession, working_copy: bool | None) -> None:
    """Whether the case goes after a confirmed hand-over; None leaves it to the profile. SessionError."""
    _require_care(case)
    retention.set_working_copy(case.session.vault, case.id, case.acting, working_copy)
    case.session.dues.forget()


def keep_until(case: CaseSession, day: date | None, reason: str = "") -> None:
    """Another day on which the case comes due, with a reason; None: by its term again.

    SessionError, RetentionError.
    """
    _require_care(case)
    if day is not None and day <= case.session.today():
        raise SessionError("file.error.day_past")
    retention.keep_until(case.session.vault, case.id, case.acting, day, reason)
    case.session.dues.forget()


def hold(case: CaseSession, reason: str) -> None:
    """Keep the case from being erased, with a reason; an empty one lets it go again. SessionError."""
    _require_care(case)
    retention.hold(case.session.vault, case.id, case.acting, reason)
    case.session.dues.forget()


def erase(case: CaseSession) -> Left:
    """Erase the case for good; what is left to do. Slow, and safe off the window's thread.

    Raises SessionError, RetentionError, VaultError: then the case is still there.
    """
    _require_care(case)
    try:
        return retention.erase(case.session.vault, [case.id], case.acting)
    finally:
        case.session.dues.forget()


# ---------------------------------------------------------------- copies and the log


def keep_copy(
    case: CaseSession, request: Request, draft: Draft, recipient: Recipient, lay: Lay, *, encrypted: bool
) -> None:
    """Save a copy for who asked, and keep that it went out: both, or neither (`saving.sent`)."""
    exported = _exported(case, "inspection", recipient, encrypted=encrypted)
    vault = case.session.vault
    with sent(vault, lay, lambda: exported(failed=True)):
        keep_request(vault, case.id, case.acting, request, draft, recipient)
        vault.log.append(exported())


def keep_list(case: CaseSession, lay: Lay, *, encrypted: bool) -> None:
    """Save the privacy officer's list, and keep that it went out: both, or neither."""
    exported = _exported(case, "officer_list", "privacy_officer", encrypted=encrypted)
    with sent(case.session.vault, lay, lambda: exported(failed=True)):
        case.session.vault.log.append(exported())


def _exported(
    case: CaseSession, paper: str, recipient: Recipient, *, encrypted: bool
) -> Callable[..., NewLogEntry]:
    def entry(*, failed: bool = False) -> NewLogEntry:
        kind = "failed" if failed else "encrypted" if encrypted else "plain"
        return case.told("export", recipient, kind=kind, paper=paper, format="pdf")

    return entry


def read_case_log(case: CaseSession, limit: int, before: int | None = None) -> list[LogEntry]:
    """A page of the case's log, newest first. `note_case_log_read` comes first, once a reading."""
    return case.session.vault.log.latest(Wanted(case_id=case.id), limit, before)


def note_case_log_read(case: CaseSession) -> None:
    """Write down that the log of this case is read."""
    case.session.vault.note_reading(case.told("read_log", scope="case"))


def read_log(session: Session, wanted: Wanted, limit: int, before: int | None = None) -> list[LogEntry]:
    """A page of the vault's log, newest first; `note_log_read` comes first. Raises SessionError."""
    _require_owner(session)
    return session.vault.log.latest(wanted, limit, before)


def note_log_read(session: Session) -> None:
    """Write down that the vault's log is read: always to watch over it. Raises SessionError."""
    _require_owner(session)
    session.vault.note_reading(session.logbook.acting(OVERSIGHT).entry("read_log", scope="vault"))


def save_log(session: Session, format_: LogFormat, lay: LayContent, case: CaseSession | None = None) -> None:
    """Save the log, or that of one case, where the user says; that this was done is its last entry.

    lay: lays the file ready. Raises SessionError: the whole log is for owners.
    """
    if case is None:
        _require_owner(session)
    vault, case_id = session.vault, case.id if case else None

    def told(kind: str) -> NewLogEntry:
        if case is not None:
            return case.told("read_log", kind=kind)
        return session.logbook.acting(OVERSIGHT).entry("read_log", kind=kind)

    def content() -> Laid:
        return lay("".join(line + "\n" for line in log_lines(vault, format_, case_id)).encode("utf-8"))

    with sent(vault, content, lambda: told("failed")):
        vault.log.append(told(format_))


def _require_care(case: CaseSession) -> None:
    if not may_care(case):
        raise SessionError("file.error.not_yours", opened_by=case.view.opened_by)


def _require_owner(session: Session) -> None:
    if not may_read_log(session.vault):
        raise SessionError("log.error.owners_only")
