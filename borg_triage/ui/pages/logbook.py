"""The log of the whole vault, for its owners: by person, by what was done, and by period."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from borg_triage.app import case_care
from borg_triage.storage.errors import CaseMissing
from borg_triage.storage.log import ACTIONS, LogEntry, Wanted
from borg_triage.storage.people import OWNER
from borg_triage.text import formats
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Card, Field, FlowRow, Heading, SecondaryButton, Select
from borg_triage.ui.widgets.fields import DayEdit
from borg_triage.ui.widgets.log_list import LogExport, LogList
from borg_triage.ui.widgets.outcome_layout import ReadingPage

if TYPE_CHECKING:
    from borg_triage.app.session import Session
    from borg_triage.app.vault_care import LogFormat

_ANY = ""
_PAGE = 25


class Page(ReadingPage):
    """That it is read stands in it."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx.t("log.title"), ctx.t("log.intro"))
        self._ctx = ctx
        self.back = SecondaryButton(ctx.t("log.back"), lambda: ctx.go("vault"), icon="arrow_left")
        self.buttons(self.back)
        session = ctx.session
        if session is None:
            return
        if session.vault.person.role != OWNER:
            self.add(Body(ctx.t("log.error.owners_only")))
            return
        self._session = session
        self._names: dict[str, str] = {}
        case_care.note_log_read(session)
        self._add_filter(session)
        card = self.add(Card())
        self.list = card.add(LogList(ctx, self._read, _PAGE, self._name))
        self.export = LogExport(ctx, self._save)
        self.add(Card(Heading(ctx.t("log.save.title"), 2), self.export))

    def _add_filter(self, session: Session) -> None:
        t = self._ctx.t
        people = session.vault.people.all(withdrawn=True)
        named = [(_ANY, t("log.filter.anybody")), *((person.id, person.name) for person in people)]
        done = sorted(((one, t(f"log.action.{one}")) for one in ACTIONS), key=lambda pair: pair[1].casefold())
        self.person = Select(named, _ANY)
        self.action = Select([(_ANY, t("log.filter.anything")), *done], _ANY)
        self.since = DayEdit(hint=t("log.filter.day_hint"))
        self.until = DayEdit(hint=t("log.filter.day_hint"))
        for select in (self.person, self.action):
            select.chosen.connect(lambda _value: self.list.look_for(self._read))
        for day in (self.since, self.until):
            day.changed.connect(lambda: self.list.look_for(self._read))
        rows = (
            (("person", self.person), ("action", self.action)),
            (("since", self.since), ("until", self.until)),
        )
        gap = theme.current().space("m")
        for row in rows:
            self.add(FlowRow(*(Field(t(f"log.filter.{name}"), field) for name, field in row), gap=gap))

    def _read(self, before: int | None) -> list[LogEntry]:
        return case_care.read_log(self._session, self._wanted(), _PAGE, before)

    def _wanted(self) -> Wanted:
        until = self.until.day()
        return Wanted(
            person_id=self.person.value() or None,
            action=self.action.value() or None,
            since=_start(self.since.day()),
            until=_start(until + timedelta(days=1)) if until and until < date.max else None,
        )

    def _save(self, format_: LogFormat, lay: case_care.LayContent) -> None:
        case_care.save_log(self._session, format_, lay)

    def _name(self, case_id: str) -> str:
        """The pseudonym of a case, or the start of the number of one that was erased."""
        if case_id not in self._names:
            try:
                name = self._session.vault.cases.get(case_id).pseudonym
            except CaseMissing:
                name = self._ctx.t("log.erased_case", number=case_id[:8])
            self._names[case_id] = name
        return self._names[case_id]


def _start(day: date | None) -> datetime | None:
    """The first moment of a day in the Netherlands."""
    return None if day is None else datetime.combine(day, time(), formats.DUTCH_TIME)
