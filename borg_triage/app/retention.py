"""Keeping and erasing the cases of a vault: what is due, what people set for a case, and the erasing itself.

The program says what is due, a person erases; only working copies go by themselves (`working_copies`). Every
change here stands in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from borg_triage.app.acting import Acting
from borg_triage.app.retention_profiles import (
    Change,
    RetentionError,
    keep,
    new_clock,
    new_period,
    new_working_copy,
    profiles,
    setting_of,
    with_change,
)
from borg_triage.domain.retention import Choices, Due, Moments, Profile, Stage, due
from borg_triage.storage import erasing
from borg_triage.storage.erasing import Left
from borg_triage.storage.errors import VaultError
from borg_triage.storage.known_time import Doubt, WrongMoment
from borg_triage.storage.people import OWNER
from borg_triage.storage.retention import CaseClock, Restriction, Retention
from borg_triage.storage.vault import Vault
from borg_triage.text.formats import DUTCH_TIME

HIDDEN: Final = "retention"
NOT_OVER: Final = "not_over"
# What is done and what the log says of it have moments of their own, next to each other.
_ONE_ACT: Final = timedelta(minutes=1)
_URGENCY: Final = {stage: place for place, stage in enumerate(Stage)}
# Whoever may see the vault may see these.
_OPEN: Final = (Stage.KEPT, Stage.IDLE, Stage.REMIND)


@dataclass(frozen=True, slots=True)
class DueCase:
    """One case with its days. restricted: it opens only by breaking the glass."""

    case_id: str
    pseudonym: str
    profile: str
    due: Due
    stage: Stage
    restricted: bool

    @property
    def over(self) -> bool:
        """Whether a term is over: that of use, or that of keeping."""
        return self.stage in (Stage.HIDDEN, Stage.HELD, Stage.ERASE)

    def hides(self, today: date) -> bool:
        """Whether it is to be restricted now, and is not yet."""
        return self.due.hide_on is not None and self.due.hide_on <= today and not self.restricted


class Effect(NamedTuple):
    """How many cases a change of terms moves today: that then ask for erasing, are hidden, or open again."""

    erase: int
    hide: int
    show: int


class _Moved(NamedTuple):
    """The same by their ids."""

    erase: list[str]
    hide: list[str]
    show: list[str]


def of_case(vault: Vault, case_id: str, today: date) -> DueCase:
    """The days of one case. Raises CaseMissing."""
    restricted = vault.retention.restriction(case_id) is not None
    clock = _put_right(vault.retention.clock(case_id), vault.wrong_moments())
    return _due_case(clock, profiles(vault.settings), today, restricted)


def if_set(vault: Vault, case_id: str, now: datetime, **values: Any) -> DueCase:
    """The days of one case as they would be with these values of `Retention`. Nothing is kept."""
    clock = vault.retention.clock(case_id)
    base = clock.retention or Retention(changed_at=now, changed_by="")
    changed = _put_right(replace(clock, retention=replace(base, **values)), vault.wrong_moments())
    restricted = vault.retention.restriction(case_id) is not None
    return _due_case(changed, profiles(vault.settings), _day(now), restricted)


def due_cases(vault: Vault, today: date) -> list[DueCase]:
    """Every case that asks for something today, the most urgent first: erase, held, hidden, remind, idle."""
    rules, restricted = profiles(vault.settings), vault.retention.restrictions()
    wrong = vault.wrong_moments()
    clocks = (_put_right(clock, wrong) for clock in vault.retention.clocks())
    found = [_due_case(clock, rules, today, clock.case_id in restricted) for clock in clocks]
    asking = [case for case in found if case.stage is not Stage.KEPT]
    return sorted(asking, key=lambda case: (-_URGENCY[case.stage], case.due.erase_on or date.max))


# ---------------------------------------------------------------- what an organisation sets


def change_period(
    vault: Vault, acting: Acting, profile: str, value: str, length: str, source: str = ""
) -> None:
    """Set one length of time of a profile in this vault, with where it comes from; "" takes the shipped one.

    Raises RetentionError.
    """
    change(vault, acting, new_period(profile, value, length, source))


def change_clock(vault: Vault, acting: Acting, profile: str, clock: str) -> None:
    """Set from which day a profile's term runs: opened, touched or closed. Raises RetentionError."""
    change(vault, acting, new_clock(profile, clock))


def change_working_copy(vault: Vault, acting: Acting, profile: str, working_copy: bool) -> None:
    """Set whether a profile's cases go after a confirmed hand-over. Raises RetentionError."""
    change(vault, acting, new_working_copy(profile, working_copy))


def may_change(vault: Vault) -> bool:
    """Whether whoever opened the vault sets its terms."""
    return vault.person.role == OWNER


def change(vault: Vault, acting: Acting, new: Change) -> None:
    """Keep another value of a profile, and let in again where the term keeps people out no more.

    Without the second, a term that was made too short by mistake could not be mended. Raises RetentionError.
    """
    if not may_change(vault):
        raise RetentionError("retention.error.owners_only")
    with vault.saving():
        moved = _moved(vault, new, acting.at.astimezone(DUTCH_TIME).date())
        changed = keep(vault.settings, new)
        vault.log.append(acting.entry("retention_changed", **_told(new, changed)))
        for case_id in moved.show:
            vault.retention.lift(case_id)
            vault.log.append(acting.entry("restricted", case_id, kind="term_lifted"))


def effect(vault: Vault, new: Change, today: date) -> Effect:
    """What a change would do today; nothing is kept. It reads every case. Raises RetentionError."""
    moved = _moved(vault, new, today)
    return Effect(len(moved.erase), len(moved.hide), len(moved.show))


def _moved(vault: Vault, new: Change, today: date) -> _Moved:
    rules, restrictions = profiles(vault.settings), vault.retention.restrictions()
    changed = {**rules, new.profile: with_change(vault.settings, new)}
    moved, wrong = _Moved([], [], []), vault.wrong_moments()
    for clock in (_put_right(one, wrong) for one in vault.retention.clocks()):
        if _profile_of(clock) != new.profile:
            continue
        restriction = restrictions.get(clock.case_id)
        before, after = (
            _due_case(clock, profile, today, restriction is not None) for profile in (rules, changed)
        )
        if after.stage is Stage.ERASE and before.stage is not Stage.ERASE:
            moved.erase.append(clock.case_id)
        if after.hides(today) and not before.hides(today):
            moved.hide.append(clock.case_id)
        hidden = restriction is not None and by_term(restriction)
        if hidden and after.stage in _OPEN and before.stage not in _OPEN:
            moved.show.append(clock.case_id)
    return moved


def _told(new: Change, changed: Profile) -> dict[str, str]:
    """What the log says of a change: which value, and what it is now."""
    told = {"profile": new.profile, "setting": setting_of(new.profile, new.value)}
    if new.value == "clock":
        return {**told, "kind": changed.clock}
    if new.value == "working_copy":
        return {**told, "kind": "on" if changed.working_copy else "off"}
    period = getattr(changed, new.value)
    told["kind"] = "own" if new.text else "shipped"
    return told if period is None else {**told, "term": period.length}


# ---------------------------------------------------------------- what people set for one case


def confirm_hand_over(vault: Vault, case_id: str, acting: Acting, received_at: datetime) -> None:
    """Keep that the receiver confirmed to have the case; a working copy counts from here."""
    _set(vault, case_id, acting, "handed_over", handed_over_at=received_at)


def set_working_copy(vault: Vault, case_id: str, acting: Acting, working_copy: bool | None) -> None:
    """Say whether this case goes after a confirmed hand-over; None leaves it to the profile."""
    _set(vault, case_id, acting, "working_copy", working_copy=working_copy)


def keep_until(vault: Vault, case_id: str, acting: Acting, day: date | None, reason: str = "") -> None:
    """Set another day on which the case goes, with the reason; None takes it back. Raises RetentionError."""
    if day is not None and not reason.strip():
        raise RetentionError("retention.error.reason")
    kept_reason = reason.strip() if day is not None else ""
    _set(vault, case_id, acting, "keep_until", keep_until=day, keep_reason=kept_reason)


def hold(vault: Vault, case_id: str, acting: Acting, reason: str) -> None:
    """Keep the case from being erased (a complaint, a court case); an empty reason lets it go again."""
    _set(vault, case_id, acting, "hold", hold_reason=reason.strip())


def hide_what_is_due(vault: Vault, acting: Acting, today: date) -> list[str]:
    """Restrict every case that only whoever watches over privacy may still see; their ids."""
    hidden = [case.case_id for case in due_cases(vault, today) if case.hides(today)]
    with vault.saving():
        for case_id in hidden:
            # Restricted by nobody: for everybody it is breaking the glass.
            vault.retention.restrict(case_id, "", acting.at, HIDDEN)
            vault.log.append(acting.entry("restricted", case_id, why=HIDDEN))
    return hidden


def show_what_is_not_due(vault: Vault, acting: Acting, today: date) -> list[str]:
    """Let everybody in again where the term restricted a case and is not over (any more); their ids.

    By itself, as it was hidden: nobody decided anything. What follows from another term is so put right for
    all cases at once, without a person having to find them. Not what was hidden later than now: there the
    clock went back, and that opens nothing.
    """
    shown = [
        case_id
        for case_id, found in vault.retention.restrictions().items()
        if by_term(found) and found.at <= acting.at and not of_case(vault, case_id, today).over
    ]
    with vault.saving():
        for case_id in shown:
            vault.retention.lift(case_id)
            vault.log.append(acting.entry("restricted", case_id, kind=NOT_OVER))
    return shown


def by_term(found: Restriction) -> bool:
    """Whether the term restricted a case, and no person."""
    return found.reason == HIDDEN and not found.restricted_by


def may_confirm_clock(vault: Vault, doubt: Doubt) -> bool:
    """Whether whoever opened the vault may say that the clock is right: where it went back, an owner.

    By a clock that went back, no term is over: whoever set it so could look into what the terms hide.
    """
    return doubt.ahead or may_change(vault)


def confirm_clock(vault: Vault, acting: Acting) -> None:
    """A person says that the clock is right, where it was in doubt. It stands in the log.

    Raises RetentionError where that takes an owner.
    """
    doubt = vault.clock_doubt()
    if doubt is None:
        return
    if not may_confirm_clock(vault, doubt):
        raise RetentionError("retention.error.clock_owners_only")
    vault.trust_clock(acting.entry("retention_changed", kind="clock_right"))


# ---------------------------------------------------------------- erasing


def erase(vault: Vault, case_ids: Iterable[str], acting: Acting) -> Left:
    """Erase cases for good, and leave nothing of them on disk; the log keeps that it was done.

    Rows and log entries go in one transaction: after an error all cases are still there. Then the file is
    written anew and the backups of before are deleted. What does not succeed of that (a full disk, a backup
    that is in use) is given back; it is remembered, and done at a later opening or backup. Raises
    RetentionError for a case on hold, and while the clock is in doubt (`confirm_clock`); CaseMissing,
    VaultError.
    """
    with vault.saving():
        take_out(vault, case_ids, acting)
    finish_if_possible(vault)
    return erasing_left(vault)


def take_out(vault: Vault, case_ids: Iterable[str], acting: Acting, **detail: str) -> None:
    """The first half of `erase`, within the caller's transaction. detail: more for the log's entries."""
    if vault.clock_doubt() is not None:
        raise RetentionError("retention.error.clock")
    wanted = tuple(dict.fromkeys(case_ids))
    for case_id in wanted:
        clock = vault.retention.clock(case_id)
        if clock.retention is not None and clock.retention.hold_reason:
            raise RetentionError("retention.error.held")
        # First the entry: were it the other way round, a refused entry would lose its case.
        vault.log.append(acting.entry("erase", case_id, profile=_profile_of(clock), **detail))
        vault.cases.erase(case_id)
    if wanted:
        erasing.begin(vault.settings)


def is_unfinished(vault: Vault) -> bool:
    """Whether the vault's own file may still hold something of what was erased."""
    return erasing.due(vault.settings) == erasing.FILE


def finish_if_possible(vault: Vault) -> None:
    """Do what is left of an erasing, as far as can be: what cannot keeps nobody out, and stays remembered."""
    with suppress(VaultError):
        vault.finish_erasing()


def erasing_left(vault: Vault) -> Left:
    """What is left of an erasing; where that cannot be asked (the vault was closed by it), the file is."""
    try:
        return vault.erasing_left()
    except VaultError:
        return Left(file=True, held=[], unread=[], aside=[])


# ---------------------------------------------------------------- how it is done


def _set(vault: Vault, case_id: str, acting: Acting, what: str, **values: Any) -> None:
    with vault.saving():
        before = vault.retention.clock(case_id).retention
        base = before or Retention(changed_at=acting.at, changed_by=acting.person)
        changed = replace(base, changed_at=acting.at, changed_by=acting.person, **values)
        vault.retention.put(case_id, changed)
        vault.log.append(acting.entry("retention_changed", case_id, kind=what))


def _due_case(clock: CaseClock, rules: dict[str, Profile], today: date, restricted: bool) -> DueCase:
    profile = rules[_profile_of(clock)]
    own = clock.retention
    days = due(
        profile,
        Moments(
            opened=_day(clock.opened_at),
            touched=_day(clock.touched_at),
            closed=_day(clock.closed_at) if clock.closed_at else None,
            handed_over=_day(own.handed_over_at) if own and own.handed_over_at else None,
            start=_day(own.clock_start) if own and own.clock_start else None,
        ),
        Choices(
            working_copy=own.working_copy if own else None,
            keep_until=own.keep_until if own else None,
            held=bool(own and own.hold_reason),
        ),
    )
    return DueCase(clock.case_id, clock.pseudonym, profile.id, days, days.stage(today), restricted)


def _put_right(clock: CaseClock, wrong: Mapping[str, Sequence[WrongMoment]]) -> CaseClock:
    """What happened to a case under a wrong clock happened, for its terms, at the latest that it can have."""
    of_case = wrong.get(clock.case_id)
    if not of_case:
        return clock

    def right(moment: datetime) -> datetime:
        return max((one.latest for one in of_case if abs(one.said - moment) <= _ONE_ACT), default=moment)

    own = clock.retention
    if own is not None and own.handed_over_at is not None:
        own = replace(own, handed_over_at=right(own.handed_over_at))
    return replace(
        clock,
        opened_at=right(clock.opened_at),
        touched_at=right(clock.touched_at),
        closed_at=right(clock.closed_at) if clock.closed_at else None,
        retention=own,
    )


def _profile_of(clock: CaseClock) -> str:
    return clock.retention.profile if clock.retention and clock.retention.profile else clock.user_group


def _day(moment: datetime) -> date:
    return moment.astimezone(DUTCH_TIME).date()
