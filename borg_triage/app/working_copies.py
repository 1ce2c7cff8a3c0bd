"""Working copies that the program itself erases: the receiver confirmed to have them, and their day came.

What is lost here is elsewhere, and what lies about on a portable machine endangers her; so this alone goes
without a person who presses. So the paper that went out must have told all of it, and whoever looks after the
case must have said that it arrived. Whatever is in doubt stays, for people to decide. Nothing goes before a
list said on an earlier day that it will; after a long absence, a restore, or where the day became another
one, it is said anew.

What happened since the hand-over is read from the order of the log, not from moments: a clock can be wrong.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from borg_triage.app import retention
from borg_triage.app.acting import Acting
from borg_triage.app.caring import looks_after
from borg_triage.app.case_session import PART, WHOLE
from borg_triage.app.retention import DueCase
from borg_triage.domain.retention import Copy, goes_on, still_said
from borg_triage.storage.errors import CaseMissing, NoSpace, VaultError, from_os
from borg_triage.storage.log import LogEntry
from borg_triage.storage.people import Person
from borg_triage.storage.vault import Vault
from borg_triage.text.formats import DUTCH_TIME

HANDED_OVER: Final = "handed_over"
_SAID: Final = "retention.said"
# What leaves a case as it was handed over. Any other entry means: people decide; also one not known here.
_READ: Final = frozenset(("view", "read_log", "break_glass", "restricted", "retention_changed"))
_WENT: Final = frozenset(("encrypted", "plain"))
# The papers with the whole record. Who has another does not have the case.
_RECORDS: Final = frozenset(("veilig_thuis",))
# What the log says of such a paper, and what that leaves in doubt. An earlier program said nothing.
_SAID_OF_IT: Final = MappingProxyType({WHOLE: "", PART: "part", None: "unsaid"})
_CHANGED: Final = "changed"
# The file anew, and a backup of it.
_COPIES: Final = 2


class Fate(NamedTuple):
    """What comes of a working copy. on: from which day the program erases it; None: people decide, and why.

    why: "changed"; "part", the paper left something out; "unsaid", nobody knows whether it did; "another",
    who confirmed does not look after the case; "restricted"; "" where it is on hold.
    """

    on: date | None
    why: str = ""

    def is_now(self, today: date) -> bool:
        """Whether the program erases it today."""
        return self.on is not None and self.on <= today


class _Said(NamedTuple):
    """That a case goes on a day: said on which day, when the log stood where."""

    goes: date
    on: date
    seq: int


def is_copy(case: DueCase) -> bool:
    """Whether the end of a case is that of a working copy whose arrival was confirmed."""
    return case.due.why == "working_copy"


def fate(vault: Vault, case: DueCase, today: date) -> Fate:
    """What comes of one working copy."""
    return _fate(vault, case, _said(vault, today).get(case.case_id), today)


def fate_if(
    vault: Vault, case_id: str, now: datetime, *, arrived: bool = False, chosen: bool = False
) -> tuple[date, Fate] | None:
    """When a case would come due if one now said that the hand-over arrived, or chose to make it a working
    copy; and what would then come of it.

    None where that brings its end no nearer. A hold does not count: it can be lifted.
    """
    kept = vault.retention.get(case_id)
    case = retention.if_set(
        vault,
        case_id,
        now,
        handed_over_at=now if arrived else kept.handed_over_at if kept else None,
        working_copy=True if chosen else kept.working_copy if kept else None,
        hold_reason="",
    )
    if not is_copy(case) or case.due.erase_on is None:
        return None
    today = now.astimezone(DUTCH_TIME).date()
    doubt = _doubt(vault.log.entries(case_id), vault.person if arrived else None)
    return max(case.due.erase_on, today), _fate_of(case, None, today, doubt)


def say(vault: Vault, found: Iterable[DueCase], today: date) -> dict[str, Fate]:
    """What comes of the working copies among what is due, by case; from now on it counts as said.

    Call it for what is then shown. Where that cannot be kept (a full disk), it was not said: nothing goes.
    """
    before = _said(vault, today)
    copies = [case for case in found if is_copy(case)]
    fates = {case.case_id: _fate(vault, case, before.get(case.case_id), today) for case in copies}
    seq, said = vault.log.head().seq, {}
    for case in copies:
        if fates[case.case_id].on is not None and case.due.erase_on is not None:
            valid = _valid(before.get(case.case_id), case)
            said[case.case_id] = valid or _Said(case.due.erase_on, today, seq)
    with suppress(VaultError):
        _keep(vault, said, today)
    return fates


def take_out(vault: Vault, acting: Acting, today: date, in_hand: Callable[[], str]) -> int:
    """The first half of erasing the working copies whose day has come, as a person's erasing does; how many.

    `Vault.finish_erasing` is the other. in_hand: the case that somebody works on now; it stays. After a
    VaultError all are still there.
    """
    if retention.is_unfinished(vault) or vault.clock_doubt() is not None:
        return 0
    asking = [case for case in retention.due_cases(vault, today) if is_copy(case)]
    said = _said(vault, today)
    with vault.saving():
        going = []
        for case in asking:
            with suppress(CaseMissing):
                now = retention.of_case(vault, case.case_id, today)
                if is_copy(now) and _fate(vault, now, said.get(now.case_id), today).is_now(today):
                    going.append(case.case_id)
        # Asked last, with nobody else let in: who opens one of them from here on finds it gone.
        going = [case_id for case_id in going if case_id != in_hand()]
        if going:
            _require_room(vault)
            retention.take_out(vault, going, acting, why=HANDED_OVER)
    return len(going)


def _fate(vault: Vault, case: DueCase, said: _Said | None, today: date) -> Fate:
    return _fate_of(case, said, today, _doubt(vault.log.entries(case.case_id)))


def _fate_of(case: DueCase, said: _Said | None, today: date, doubt: str) -> Fate:
    valid = _valid(said, case)
    copy = Copy(
        as_confirmed=not doubt,
        restricted=case.restricted,
        said_on=valid.on if valid else None,
    )
    day = goes_on(case.due, copy, today)
    if day is not None or case.due.held:
        return Fate(day)
    return Fate(None, "restricted" if copy.restricted else doubt)


def _doubt(entries: Sequence[LogEntry], confirms: Person | None = None) -> str:
    """Why the receiver may not have all of a case, or nobody who looks after it said so; "": they have.

    entries: the log of the case. No hand-over in it (a case of before the log) is not known, so "changed", as
    is what was added or changed since. confirms: as if this person now said that the latest one arrived.
    """
    first = entries[0] if entries else None
    sent = confirmed = _CHANGED
    for entry in entries:
        if _is_hand_over(entry):
            sent, confirmed = _SAID_OF_IT.get(entry.detail.get("scope"), "unsaid"), _CHANGED
        elif entry.action == "retention_changed" and entry.detail.get("kind") == HANDED_OVER:
            confirmed = _on_the_word_of(entry.person_id, entry.role, sent, first)
        elif not _leaves_it(entry):
            sent = confirmed = _CHANGED
    return confirmed if confirms is None else _on_the_word_of(confirms.id, confirms.role, sent, first)


def _on_the_word_of(person_id: str | None, role: str, sent: str, first: LogEntry | None) -> str:
    return sent or ("" if looks_after(person_id, role, first) else "another")


def _is_hand_over(entry: LogEntry) -> bool:
    kind, paper = entry.detail.get("kind"), entry.detail.get("paper")
    return entry.action == "export" and kind in _WENT and paper in _RECORDS


def _leaves_it(entry: LogEntry) -> bool:
    closed = entry.action == "change" and entry.detail.get("kind") == "closed"
    return closed or entry.action in _READ


def _require_room(vault: Vault) -> None:
    """Erasing not done whole leaves what it erased in the file: rather not begin. Raises VaultError."""
    path = vault.path
    try:
        is_room = shutil.disk_usage(path.parent).free >= _COPIES * path.stat().st_size
    except OSError as error:
        raise from_os(error, path) from None
    if not is_room:
        raise NoSpace(path)


# ---------------------------------------------------------------- what was said


def _valid(said: _Said | None, case: DueCase) -> _Said | None:
    """What was said of a case, as far as it is about the day on which it now goes."""
    return said if said is not None and said.goes == case.due.erase_on else None


def _said(vault: Vault, today: date) -> dict[str, _Said]:
    """What was said on an earlier look, and still counts."""
    kept = json.loads(vault.settings.get(_SAID) or "{}")
    if not kept or not still_said(date.fromisoformat(kept["looked"]), today):
        return {}
    said = {
        case_id: _Said(date.fromisoformat(goes), date.fromisoformat(on), seq)
        for case_id, (goes, on, seq) in kept["said"].items()
    }
    # A backup that was put back holds what was said to people before it.
    first = min((one.seq for one in said.values()), default=vault.log.head().seq)
    restored = max((one.seq for one in vault.log.entries(after=first, action="restore")), default=0)
    return {case_id: one for case_id, one in said.items() if one.seq > restored}


def _keep(vault: Vault, said: Mapping[str, _Said], today: date) -> None:
    plain = {
        case_id: (one.goes.isoformat(), one.on.isoformat(), one.seq) for case_id, one in sorted(said.items())
    }
    text = json.dumps({"looked": today.isoformat(), "said": plain}) if plain else ""
    if text != (vault.settings.get(_SAID) or ""):
        vault.settings.put(_SAID, text)
