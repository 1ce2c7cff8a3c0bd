"""The words of a result: what to do, what was said about an item, how long something may take.

No Qt: it only chooses texts. What they rest on stands in the assessment; nothing is reasoned here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from borg_triage.app.session import CaseSession
from borg_triage.domain.assessment import Change, Deadline
from borg_triage.domain.case import CaseView, Recorded
from borg_triage.domain.instrument import Instrument
from borg_triage.domain.plan import due_at, duration
from borg_triage.text import formats
from borg_triage.text.catalog import Catalog
from borg_triage.text.formats import DUTCH_TIME
from borg_triage.ui.context import Context


@dataclass(frozen=True)
class Words:
    """An open case with the texts of the screen's language."""

    texts: Catalog
    case: CaseSession

    @property
    def view(self) -> CaseView:
        """The case as it now stands."""
        return self.case.view

    @property
    def instrument(self) -> Instrument:
        """The instrument it is assessed with."""
        return self.case.ready.instrument

    def t(self, key: str, /, **params: object) -> str:
        """The text of a key."""
        return self.texts.text(key, **params)

    def n(self, key: str, number: int) -> str:
        """The text of a key for a number."""
        return self.texts.plural(key, number)

    # ------------------------------------------------------------ level, pattern, what to do

    def level(self, level: str) -> str:
        """A level in words."""
        return self.t(f"level.{level}.label")

    def pattern(self, pattern: str) -> str:
        """A pattern in words."""
        return self.t(f"pattern.{pattern}.label")

    @property
    def people_set(self) -> bool:
        """Whether the last outcome that people set still stands."""
        if not self.view.overrides:
            return False
        last = self.view.overrides[-1]
        return (last.level, last.pattern) == (self.view.level, self.view.pattern)

    def is_urgent(self) -> bool:
        """Whether what to do hangs on the level, and must be said before anything is asked."""
        return self.texts.has(self._what(self.view.level))

    def what_to_do(self) -> str:
        """What this user group does now, for the outcome that stands.

        A parallel track that says it (a minor is reported today) goes before the route. Where people lowered
        an urgent outcome, the next route that has a text for it.
        """
        result = self.view.assessment.routes
        routes, primary = self.instrument.primary_routes, result.primary
        for name in (self.view.level, *result.also, *routes[routes.index(primary) :]):
            if self.texts.has(self._what(name)):
                return self.t(self._what(name))
        return self.t(f"route.{primary}.text")

    def _what(self, name: str) -> str:
        return f"what.{name}.{self.view.user_group}"

    def rank(self, level: str) -> int:
        """The place of a level, the lightest first."""
        return self.instrument.levels.index(level)

    def pattern_rank(self, pattern: str) -> int:
        """The place of a pattern, the lightest first."""
        return self.instrument.patterns.index(pattern)

    # ------------------------------------------------------------ items

    def item(self, item: str) -> str:
        """An item in words."""
        return self.t(f"item.{item}.label")

    def value(self, item: str, value: str) -> str:
        """An answer in words: yes, no, why it is absent, a value of the item's list, or a day."""
        kind = self.instrument.item[item].kind
        if kind == "choice" and value in self.instrument.item[item].values:
            return self.t(f"item.{item}.value.{value}")
        if kind == "date" and value[:1].isdigit():
            return self.day(date.fromisoformat(value))
        return self.t(f"value.{value}")

    def answer(self, item: str) -> str:
        """What counts for an item, and everything that was said about it with source and day."""
        counted = self.view.assessment.counted.get(item)
        said = self.view.said_about(item)
        if not said:
            if counted is None:
                return self.t("result.answer.none")
            return self.t("result.answer.follows", value=self.value(item, counted))
        lines = [self.said(entry) for entry in said]
        if counted is None:
            lines.insert(0, self.t("result.answer.open"))
        elif all(entry.observation.value != counted for entry in said):
            lines.insert(0, self.t("result.answer.follows", value=self.value(item, counted)))
        return " · ".join(lines)

    def said(self, entry: Recorded) -> str:
        """One observation: its value, who said so, when, and whether it could be overheard."""
        seen = entry.observation
        if seen.value == "not_asked":
            return self.t("result.answer.none")
        line = self.t(
            "result.answer.said",
            value=self.value(entry.item, seen.value),
            source=self.t(f"source.{seen.source}.short"),
            day=self.short_day(seen.on),
        )
        return f"{line}, {self.t('result.answer.overheard')}" if self._overheard(entry) else line

    def notes(self, item: str) -> list[str]:
        """What was written beside the answers to an item."""
        said = [entry.observation.note for entry in self.view.said_about(item)]
        return [self.t("result.answer.note", note=note) for note in said if note]

    def disputed(self, item: str) -> bool:
        """Whether different answers were given that are answers indeed."""
        given = self.instrument.item[item].answers
        said = {entry.observation.value for entry in self.view.said_about(item)}
        return len(said.intersection(given)) > 1

    def _overheard(self, entry: Recorded) -> bool:
        seen, rule = entry.observation, self.instrument.overheard
        if seen.overheard is not None:
            return seen.overheard
        apart = self.view.assessment.counted.get(rule.item) == self.instrument.item[rule.item].better
        return seen.source in rule.sources and not apart

    def change(self, change: Change) -> str:
        """What an answer would turn the outcome into."""
        named: dict[str, Callable[[str], str]] = {
            "level": self.level,
            "pattern": self.pattern,
            "borg": lambda value: f"{self.t('gate.short')}: {self.t(f'gate.{value}.label')}",
            "route": lambda value: self.t(f"route.{value}.label"),
        }
        return self.listing([named[part](value) for part, value in change.outcome.items()])

    def sources(self, references: tuple[str, ...]) -> str:
        """Source references by the title of their document."""
        titles = {source.id: source.title for source in self.instrument.references}
        found: list[str] = []
        for reference in references:
            document, _, place = reference.partition(": ")
            title = titles.get(document, document)
            found.append(f"{title} ({place})" if place else title)
        return "; ".join(found)

    # ------------------------------------------------------------ time

    def due(self, deadline: Deadline) -> str:
        """By when, in words, and that it has passed where it has."""
        if deadline.before is not None:
            return self.t("result.deadline.before", day=self.day(date.fromisoformat(deadline.before)))
        span, due = duration(deadline.within or "PT0H"), due_at(deadline, self.view.since)
        if not span:
            return self.t("result.deadline.now")
        if "T" not in (deadline.within or ""):
            key = "working_days" if deadline.working_days else "days"
            day = self.day(due.astimezone(DUTCH_TIME).date())
            text = self.t(f"result.deadline.{key}", span=span.days, day=day)
        else:
            hours = round(span.total_seconds() / 3600)
            text = self.t("result.deadline.hours", span=hours, moment=self.moment(due))
        passed = due < self.case.session.clock()
        return self.t("result.deadline.passed", due=text) if passed else text

    def day(self, value: date) -> str:
        """A day in words."""
        return formats.day(value, self.texts.language)

    def short_day(self, value: date) -> str:
        """A day in figures."""
        return formats.short_day(value, self.texts.language)

    def moment(self, value: datetime) -> str:
        """A moment in Dutch time."""
        return formats.moment(value, self.texts.language)

    def listing(self, values: list[str]) -> str:
        """Values joined as in a sentence."""
        return formats.listing(values, self.texts.language)


def words(ctx: Context) -> Words:
    """The words of the open case, looked at anew where another day has begun.

    Raises RuntimeError when no case is open: the window shows no outcome page then.
    """
    if ctx.case is None:
        raise RuntimeError("no case is open")
    if ctx.case.session.today() != ctx.case.view.today:
        ctx.case.refresh()
    return Words(ctx.texts, ctx.case)
