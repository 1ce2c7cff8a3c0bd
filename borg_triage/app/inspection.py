"""What one person may read of a case who asks for it, or who wants something corrected in it.

Nobody reads what others said, nor where the possible victim may be. The (ex-)partner reads what he said
himself and how it is kept: nothing of her account, and nothing that was concluded from it. When in doubt it
stays out, and stands on the privacy officer's list instead: no copy goes out before a privacy officer has
read it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Literal

from borg_triage.app.acting import Acting
from borg_triage.app.instruments import ReadyInstrument
from borg_triage.app.resources import ResourceError, resources
from borg_triage.app.retention import DueCase, of_case
from borg_triage.app.retention_profiles import profiles
from borg_triage.domain.case import CaseView, Recorded
from borg_triage.domain.conditions import Strict
from borg_triage.domain.errors import InstrumentError
from borg_triage.domain.instrument import ABSENT, Instrument, Source
from borg_triage.domain.retention import Profile
from borg_triage.report.words import clean
from borg_triage.storage.codec import folded
from borg_triage.storage.vault import Vault
from borg_triage.text.formats import DUTCH_TIME

SubjectId = Literal["victim", "perpetrator", "child", "other_person"]
Request = Literal["inspection", "correction"]
# To whom a copy goes: never by name, since the log outlives the case.
Recipient = Literal["privacy_officer", "asker", "representative", "other"]

FORMAT: Final = 1
_ABOUT: Final = ("staff", "record")


class Subject(Strict):
    """Who may ask, and what is theirs (resources/inspection/rules.toml)."""

    id: SubjectId
    sources: tuple[Source, ...]
    several: bool
    words: bool
    about: tuple[str, ...]


class Receiver(Strict):
    """A receiver whose name tells no place."""

    id: str
    names: tuple[str, ...]


class Rules(Strict):
    """What goes along for whom."""

    whereabouts: tuple[str, ...]
    subjects: tuple[Subject, ...]
    receivers: tuple[Receiver, ...]

    def subject(self, subject: SubjectId) -> Subject:
        """The rules for one kind of person."""
        return next(found for found in self.subjects if found.id == subject)

    def receiver(self, typed: str) -> str | None:
        """The receiver that this text is the name of and nothing more, or None."""
        bare = folded(typed)
        return next((found.id for found in self.receivers if bare in found.names), None)


@dataclass(frozen=True, slots=True)
class Release:
    """What the privacy officer lets in: answers by `seq` (whose they are, too), and words by `seq`."""

    answers: frozenset[int] = frozenset()
    words: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Said:
    """One answer. withdrawn: kept as a mistake. words: as noted with it; None where none go along."""

    item: str
    value: str
    on: date
    withdrawn: bool
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """To whom the case went, where that tells no place; the day only for the possible victim."""

    receiver: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Kept:
    """How it is kept: by what kind of organisation (ground and purpose follow), since when, how long.

    clock: from which day the term runs. erase_on: the day itself, for the possible victim only: to others
    it would tell when the case was last added to.
    """

    group: str
    since: date
    clock: str
    hidden: str | None
    erased: str
    erase_on: date | None


@dataclass(frozen=True, slots=True)
class Concluded:
    """What stands as the outcome."""

    level: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """The copy for one person. kept is None where even that a file is kept would tell too much."""

    subject: SubjectId
    reference: str
    made_on: date
    kept: Kept | None
    said: tuple[Said, ...]
    about: tuple[Said, ...]
    concluded: Concluded | None
    received: tuple[Received, ...]


@dataclass(frozen=True, slots=True)
class ToCheck:
    """One thing for the privacy officer; `seq` is the answer's place in the case, None for a receiver.

    item: the question of the answer, empty for a receiver. words: as noted with it, or the receiver's name.

    why: read (goes along, read it first), words (stays out until released), whose (more than one person may
    have said this), item (may tell where she is, or what she told), whereabouts (words that never go along),
    staff_words, unknown_item (of an instrument this program does not have), receiver.
    """

    seq: int | None
    why: str
    item: str
    words: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A copy that is not checked yet, and the privacy officer's list. warnings: texts inspection.warn.*"""

    inspection: Inspection
    to_check: tuple[ToCheck, ...]
    warnings: tuple[str, ...]

    def by_why(self) -> dict[str, list[ToCheck]]:
        """What is to be checked, by what is to be done with it."""
        found: dict[str, list[ToCheck]] = {}
        for one in self.to_check:
            found.setdefault(one.why, []).append(one)
        return found


@cache
def rules() -> Rules:
    """The rules that ship with the program. Raises ResourceError."""
    try:
        text = (resources() / "inspection" / "rules.toml").read_text("utf-8")
    except OSError as error:
        raise ResourceError("app.error.incomplete", name="inspection") from error
    return Rules.model_validate_json(json.dumps(tomllib.loads(text)))


def draft_for(
    vault: Vault, view: CaseView, ready: ReadyInstrument, subject: SubjectId, release: Release | None = None
) -> Draft:
    """The copy for one person, from an open case. Raises VaultError, InstrumentError."""
    days = of_case(vault, view.id, view.today)
    profile = profiles(vault.settings)[days.profile]
    return _Making(view, ready.instrument, rules().subject(subject), release or Release()).draft(
        days, profile
    )


def keep_request(
    vault: Vault, case_id: str, acting: Acting, request: Request, draft: Draft, recipient: Recipient
) -> None:
    """Write down that a copy was made for a request. Raises VaultError."""
    copy = draft.inspection
    count = len(copy.said) + len(copy.about)
    entry = acting.entry(request, case_id, recipient=recipient, subject=copy.subject, count=count)
    vault.log.append(entry)


def to_json(inspection: Inspection) -> dict[str, Any]:
    """The copy as JSON takes it: ids of items, values and receivers as they are, days as ISO dates."""
    plain = {"format": FORMAT, "needs_privacy_officer": True, **asdict(inspection)}
    iso: dict[str, Any] = json.loads(json.dumps(plain, default=date.isoformat, ensure_ascii=False))
    return iso


class _Making:
    """One copy in the making."""

    def __init__(self, view: CaseView, instrument: Instrument, subject: Subject, release: Release) -> None:
        self._view = view
        self._instrument = instrument
        self._subject = subject
        self._release = release
        self._is_victim = subject.id == "victim"
        self._whereabouts = frozenset(_items(instrument, rules().whereabouts))
        withheld = (instrument.expand(rule.items) for rule in instrument.withheld)
        self._sensitive = self._whereabouts.union(*withheld)
        self._about = frozenset(_items(instrument, subject.about))
        self._to_check: list[ToCheck] = []

    def draft(self, days: DueCase, profile: Profile) -> Draft:
        said = tuple(self._said())
        known = self._is_victim or bool(said)
        inspection = Inspection(
            subject=self._subject.id,
            reference=self._view.id[:8],
            made_on=self._view.today,
            kept=self._kept(days, profile) if known else None,
            said=said,
            about=tuple(self._seen()),
            concluded=Concluded(self._view.level, self._view.pattern) if self._is_victim else None,
            received=tuple(self._received()) if known else (),
        )
        return Draft(inspection, tuple(self._to_check), tuple(self._warnings(known)))

    def _warnings(self, known: bool) -> Iterator[str]:
        yield "inspection.warn.officer"
        if self._is_victim:
            yield "inspection.warn.found_at_home"
        elif not known:
            yield "inspection.warn.existence"
        if self._subject.several:
            yield f"inspection.warn.{self._subject.id}"

    def _own(self) -> list[Recorded]:
        return [entry for entry in self._view.recorded if entry.observation.source in self._subject.sources]

    def _said(self) -> Iterator[Said]:
        for entry in self._own():
            doubt = self._doubt(entry)
            if doubt:
                self._check(entry, doubt)
            else:
                yield _plain(entry, self._words(entry))

    def _doubt(self, entry: Recorded) -> str:
        """Why an answer stays out; empty where it goes along."""
        if not self._is_known(entry):
            return "unknown_item"
        if self._is_victim or entry.seq in self._release.answers:
            return ""
        if entry.item in self._sensitive:
            return "item"
        return "whose" if self._subject.several else ""

    def _is_known(self, entry: Recorded) -> bool:
        """Whether this program has words for the answer: an older instrument may have asked otherwise."""
        item, value = self._instrument.item.get(entry.item), entry.observation.value
        return item is not None and (item.kind == "date" or value in (*ABSENT, *item.answers))

    def _words(self, entry: Recorded) -> str | None:
        """The words noted with an answer, where they go along; each stands on the officer's list."""
        words = clean(entry.observation.note)
        if not words:
            return None
        if entry.item in self._whereabouts:
            self._check(entry, "whereabouts")
            return None
        given = self._subject.words or entry.seq in self._release.words
        self._check(entry, "read" if given else "words")
        return words if given else None

    def _seen(self) -> Iterator[Said]:
        """What staff saw, or a file says, about this person; never in the words of who wrote it down."""
        for entry in self._view.recorded:
            if entry.observation.source in _ABOUT and entry.item in self._about and self._is_known(entry):
                if entry.observation.note:
                    self._check(entry, "staff_words")
                yield _plain(entry, None)

    def _kept(self, days: DueCase, profile: Profile) -> Kept:
        opened = self._view.opened_at.astimezone(DUTCH_TIME).date()
        # To others the day of opening would tell when she asked for help.
        since = opened if self._is_victim else min(self._days_of_own())
        return Kept(
            group=self._view.user_group,
            since=since,
            clock=profile.clock,
            hidden=profile.hidden.length if profile.hidden else None,
            erased=profile.erased.length,
            erase_on=days.due.erase_on if self._is_victim else None,
        )

    def _days_of_own(self) -> Iterator[date]:
        for entry in self._own():
            if not self._doubt(entry):
                yield entry.recorded_at.astimezone(DUTCH_TIME).date()

    def _received(self) -> Iterator[Received]:
        named: set[str] = set()
        for event in self._view.events:
            typed = clean(event.details.get("to", "")) if event.kind == "hand_over" else ""
            if not typed:
                continue
            receiver = rules().receiver(typed)
            if receiver is None:
                self._to_check.append(ToCheck(None, "receiver", "", typed))
            elif self._is_victim:
                yield Received(receiver, event.happened_at.astimezone(DUTCH_TIME).date())
            elif receiver not in named:
                named.add(receiver)
                yield Received(receiver, None)

    def _check(self, entry: Recorded, why: str) -> None:
        self._to_check.append(ToCheck(entry.seq, why, entry.item, clean(entry.observation.note)))


def _plain(entry: Recorded, words: str | None) -> Said:
    seen = entry.observation
    return Said(entry.item, seen.value, seen.on, entry.retracted, words)


def _items(instrument: Instrument, names: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return instrument.expand(names)
    except KeyError as error:
        raise InstrumentError("inspection.error.rules", problem=str(error.args[0])) from error
