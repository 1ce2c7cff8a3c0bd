"""One open case: answer, judge, hand over. Knows no Qt.

Store first, then show: every call that changes something returns only after the change is on disk, with its
entry in the log, and gives back the case as it then is, with its assessment made anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from borg_triage.app import case_records
from borg_triage.app.acting import Acting
from borg_triage.app.instruments import ReadyInstrument, current, instrument_content
from borg_triage.app.output import full_output
from borg_triage.app.saving import Lay, Nothing, sent
from borg_triage.app.since import case_input
from borg_triage.domain.case import CaseView, Override
from borg_triage.domain.case_input import CaseInput, as_json
from borg_triage.domain.overrides import check_override
from borg_triage.storage.log import NewLogEntry
from borg_triage.storage.records import (
    Instrument,
    NewEvent,
    NewJudgement,
    NewObservation,
    NewOverride,
    NewResult,
)

if TYPE_CHECKING:
    from borg_triage.app.session import Session
    from borg_triage.report.model import Withheld

# Whether a paper that went out told all of the case, in the log's words.
WHOLE: Final = "whole"
PART: Final = "part"


class CaseSession:
    """One open case."""

    def __init__(self, session: Session, case_id: str, ready: ReadyInstrument | None = None) -> None:
        self.session = session
        self.id = case_id
        self.ready = ready or current()
        self._since = case_records.since_of(session.vault.cases.get(case_id), self.ready)
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
        with self._keeping("add", kind="answer") as detail:
            detail["seq"] = self.session.vault.cases.append_observation(self.id, new).seq
        return self.view

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
        with self._keeping("change", kind="answer", seq=seq):
            self.session.vault.cases.append_observation(self.id, new)
        return self.view

    def judge(self, level: str, pattern: str, why: str) -> CaseView:
        """Keep the worker's own level and pattern, given before the result is shown."""
        now, worker = self.session.clock(), self.session.worker
        new = NewJudgement(level=level, pattern=pattern, reason=why, at=now, by=worker)
        with self._keeping("add", kind="judgement") as detail:
            detail["seq"] = self.session.vault.cases.append_judgement(self.id, new).seq
        return self.view

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
        with self._keeping("override") as detail:
            detail["seq"] = self.session.vault.cases.append_override(self.id, new).seq
        return self.view

    def note_event(
        self, kind: str, details: Mapping[str, str], happened_at: datetime | None = None
    ) -> CaseView:
        """Keep something done: acute_call, talk, consulted, agreement. A paper that goes out: `hand_over`."""
        with self._keeping("add", kind=kind) as detail:
            detail["seq"] = self._append_event(kind, details, happened_at)
        return self.view

    def hand_over(
        self, recipient: str, *, encrypted: bool, paper: str, withheld: Withheld, lay: Lay
    ) -> CaseView:
        """Save a paper for a recipient, and keep that it went out: both, or neither (`saving.sent`).

        lay: lays the file ready; what it raises is raised here. paper: which one, by its id. withheld: what
        of this case is not on it.
        """
        sealed = "yes" if encrypted else "no"
        about = {
            "kind": "encrypted" if encrypted else "plain",
            "paper": paper,
            "format": "pdf",
            "scope": WHOLE if self._is_all_told(withheld) else PART,
        }
        # The log outlives the case, and to whom it went can be where she went: that stands in the case alone.
        with self._keeping("export", recipient="in_case", lay=lay, **about) as detail:
            detail["seq"] = self._append_event("hand_over", {"to": recipient, "encrypted": sealed})
        return self.view

    def freeze(self) -> CaseView:
        """Keep the present result for good, with the exact instrument it was made with."""
        cases, ref = self.session.vault.cases, self.ready.ref
        content, case = instrument_content(self.ready.loaded), self.input()
        result = NewResult(
            made_at=self.session.clock(),
            made_by=self.session.worker,
            instrument_id=ref.id,
            instrument_version=ref.version,
            instrument_sha256=ref.sha256,
            assessed_on=case.assessed_on,
            input_json=as_json(case),
            output_json=json.dumps(full_output(self.view.assessment, ref, None), ensure_ascii=False),
        )
        with self._keeping("add", kind="result") as detail:
            cases.keep_instrument(
                Instrument(id=ref.id, version=ref.version, sha256=ref.sha256, content=content)
            )
            detail["seq"] = cases.freeze_result(self.id, result).seq
        return self.view

    def close_case(self) -> CaseView:
        """Say that the work on this case is done: from here some terms run. It can still be added to."""
        with self._keeping("change", kind="closed"):
            self.session.vault.cases.close_case(self.id, self.session.clock())
        return self.view

    def reopen_case(self) -> CaseView:
        """Go on with a case that was closed."""
        with self._keeping("change", kind="reopened"):
            self.session.vault.cases.reopen_case(self.id, self.session.clock())
        return self.view

    def input(self) -> CaseInput:
        """The case as the engine read it: every observation not withdrawn, on the day of the assessment.

        Not today: past midnight a result kept with another day than it was made on would not replay.
        """
        day = date.fromisoformat(self.view.assessment.assessed_on)
        return case_input(self.view.recorded, self.view.user_group, day)

    def refresh(self) -> CaseView:
        """Look again: another day may have begun."""
        self.view = self._look()
        return self.view

    def settle(self) -> CaseView:
        """Look again, and bring the case's line in the list up to date. Nothing of it is for the log."""
        view = self.refresh()
        self.session.vault.cases.set_standing(self.id, case_records.standing(view), self.session.clock())
        return view

    # ------------------------------------------------------------ the log

    @property
    def acting(self) -> Acting:
        """Who works on this case now, and what for."""
        return self.session.logbook.acting(self.view.user_group)

    def told(self, action: str, recipient: str = "", **detail: str | int) -> NewLogEntry:
        """An entry of the log about this case. detail: ids, kinds and counts, never content."""
        instrument = f"{self.ready.ref.id} {self.ready.ref.version}"
        return self.acting.entry(action, self.id, recipient, instrument, **detail)

    def note_opened(self) -> None:
        """Write down that this case was started, within the transaction that started it."""
        with self._keeping("add", kind="case"):
            pass

    @contextmanager
    def _keeping(
        self,
        action: str,
        recipient: str = "",
        lay: Lay = Nothing,
        **detail: str | int,
    ) -> Iterator[dict[str, str | int]]:
        """One transaction: what the block stores, its entry in the log, and the case's line in the list.

        Gives the entry's detail, to be added to. lay: a file that goes along. After an error nothing of it is
        stored, and the case shows as it was.
        """
        vault, now = self.session.vault, self.session.clock()

        def failed() -> NewLogEntry:
            # All but the file is stored.
            self.refresh()
            return self.told(action, recipient, **{**detail, "kind": "failed"})

        with sent(vault, lay, failed):
            yield detail
            vault.log.append(self.told(action, recipient, **detail))
            view = self._look()
            vault.cases.set_standing(self.id, case_records.standing(view), now)
        self.view = view

    def _is_all_told(self, withheld: Withheld) -> bool:
        """Whether a paper tells all of this case, together with the log, which outlives it."""
        vault = self.session.vault
        known = {entry.person for entry in vault.log.entries(self.id)}
        # Of the judgements a paper tells the last.
        judged = len(vault.cases.judgements(self.id))
        return not withheld.words and withheld.names <= known and judged <= 1

    def _append_event(
        self, kind: str, details: Mapping[str, str], happened_at: datetime | None = None
    ) -> int:
        now = self.session.clock()
        new = NewEvent(
            kind=kind,
            payload=dict(details),
            happened_at=happened_at or now,
            recorded_at=now,
            by=self.session.worker,
        )
        return self.session.vault.cases.append_event(self.id, new).seq

    def _look(self) -> CaseView:
        now = self.session.clock()
        return case_records.view(self.session.vault.cases, self.id, self.ready, now, self._since)
