"""What the windows can do: open a vault, work on one case, answer, judge, hand over. Knows no Qt.

Store first, then show: every call that changes something returns only after the change is on disk, and
gives back the case as it then is, with its assessment made anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from borg_triage.app import case_records
from borg_triage.app.instruments import ReadyInstrument, current, instrument_content
from borg_triage.app.output import full_output
from borg_triage.domain.case import CaseView, Override
from borg_triage.domain.case_input import CaseInput
from borg_triage.domain.errors import BorgTriageError
from borg_triage.domain.instrument import UserGroup
from borg_triage.domain.overrides import check_override
from borg_triage.storage.records import (
    CaseSummary,
    Instrument,
    NewCase,
    NewEvent,
    NewJudgement,
    NewObservation,
    NewOverride,
    NewResult,
)
from borg_triage.storage.vault import Vault
from borg_triage.text.formats import DUTCH_TIME

Clock = Callable[[], datetime]
MIN_PASSPHRASE = 14


class SessionError(BorgTriageError):
    """Something the program does not do, said in words."""


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

    @classmethod
    def create(
        cls, path: Path, passphrase: str, worker: str, language: str = "nl", clock: Clock = _now
    ) -> Session:
        """A new vault. Raises SessionError for a passphrase that is too short, VaultError otherwise."""
        if len(passphrase) < MIN_PASSPHRASE:
            raise SessionError("vault.error.passphrase_short", minimum=MIN_PASSPHRASE)
        return cls(Vault.create(path, passphrase), worker, language, clock)

    @classmethod
    def open(
        cls, path: Path, passphrase: str, worker: str, language: str = "nl", clock: Clock = _now
    ) -> Session:
        """An existing vault. Raises VaultError."""
        return cls(Vault.open(path, passphrase), worker, language, clock)

    def close(self) -> None:
        """Close the vault; nothing is ever unsaved."""
        self.vault.close()

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
        case = CaseSession(self, self.vault.cases.create(new).id)
        case.settle()
        return case

    def open_case(self, case_id: str) -> CaseSession:
        """Take up a case again."""
        return CaseSession(self, case_id)


class CaseSession:
    """One open case."""

    def __init__(self, session: Session, case_id: str, ready: ReadyInstrument | None = None) -> None:
        self.session = session
        self.id = case_id
        self.ready = ready or current()
        self.view = self._look()

    def answer(
        self,
        item: str,
        value: str,
        *,
        source: str | None = None,
        overheard: bool | None = None,
        on: date | None = None,
        note: str = "",
    ) -> CaseView:
        """Store one observation, then give the case as it now stands.

        A source left out is the item's usual one; `on` left out is today. Raises SessionError for a
        value or day the item cannot take, VaultError when it could not be stored.
        """
        given = self.ready.instrument.item[item]
        today = self.session.today()
        case_records.check_answer(given, value, on or today, today)
        new = NewObservation(
            item=item,
            value=value,
            source=source or self.ready.instrument.default_source(given),
            overheard=overheard,
            said_on=on or today,
            note=note,
            recorded_at=self.session.clock(),
            recorded_by=self.session.worker,
        )
        self.session.vault.cases.append_observation(self.id, new)
        return self.settle()

    def withdraw(self, seq: int) -> CaseView:
        """Withdraw an observation as a mistake; it stays in the file, and no longer counts."""
        wrong = next(entry for entry in self.view.recorded if entry.seq == seq)
        seen = wrong.observation
        new = NewObservation(
            item=wrong.item,
            value=seen.value,
            source=seen.source,
            overheard=seen.overheard,
            said_on=seen.on,
            recorded_at=self.session.clock(),
            recorded_by=self.session.worker,
            retracts=seq,
        )
        self.session.vault.cases.append_observation(self.id, new)
        return self.settle()

    def judge(self, level: str, pattern: str, why: str) -> CaseView:
        """Keep the worker's own level and pattern, given before the result is shown."""
        now, worker = self.session.clock(), self.session.worker
        new = NewJudgement(level=level, pattern=pattern, reason=why, at=now, by=worker)
        self.session.vault.cases.append_judgement(self.id, new)
        return self.settle()

    def override(self, level: str, pattern: str, reason: str, second_person: str = "") -> CaseView:
        """Let people's outcome stand (decision model section 7).

        Raises CaseRuleError: no reason; lowering without a second named person; below `level.lower`.
        """
        result = self.view.assessment
        wanted = Override(
            level_from=result.level.value,
            level=level,
            pattern_from=result.pattern,
            pattern=pattern,
            reason=reason,
            second_person=second_person,
            at=self.session.clock(),
            by=self.session.worker,
        )
        check_override(self.ready.instrument, result.level, result.pattern, wanted)
        new = NewOverride(
            level_from=wanted.level_from,
            level_to=level,
            pattern_from=wanted.pattern_from,
            pattern_to=pattern,
            reason=reason,
            second_person=second_person or None,
            at=wanted.at,
            by=wanted.by,
        )
        self.session.vault.cases.append_override(self.id, new)
        return self.settle()

    def note_event(
        self, kind: str, details: Mapping[str, str], happened_at: datetime | None = None
    ) -> CaseView:
        """Keep something done: acute_call, talk, hand_over, consulted, agreement."""
        now = self.session.clock()
        new = NewEvent(
            kind=kind,
            payload=dict(details),
            happened_at=happened_at or now,
            recorded_at=now,
            by=self.session.worker,
        )
        self.session.vault.cases.append_event(self.id, new)
        return self.settle()

    def freeze(self) -> CaseView:
        """Keep the present result for good, with the exact instrument it was made with."""
        cases, ref = self.session.vault.cases, self.ready.ref
        content = instrument_content(self.ready.loaded)
        cases.keep_instrument(Instrument(id=ref.id, version=ref.version, sha256=ref.sha256, content=content))
        output = full_output(self.view.assessment, ref, None)
        cases.freeze_result(
            self.id,
            NewResult(
                made_at=self.session.clock(),
                made_by=self.session.worker,
                instrument_id=ref.id,
                instrument_version=ref.version,
                instrument_sha256=ref.sha256,
                assessed_on=self.session.today(),
                input_json=json.dumps(case_records.input_json(self.input()), ensure_ascii=False),
                output_json=json.dumps(output, ensure_ascii=False),
            ),
        )
        return self.settle()

    def input(self) -> CaseInput:
        """The case as the engine reads it: every observation that was not withdrawn."""
        return case_records.case_input(self.view.recorded, self.view.user_group, self.session.today())

    def refresh(self) -> CaseView:
        """Look again: another day may have begun."""
        self.view = self._look()
        return self.view

    def settle(self) -> CaseView:
        """Look again after a change, and bring the case's line in the list up to date."""
        view = self.refresh()
        self.session.vault.cases.set_standing(self.id, case_records.standing(view), self.session.clock())
        return view

    def _look(self) -> CaseView:
        return case_records.view(self.session.vault.cases, self.id, self.ready, self.session.clock())
