"""What to do and where to turn: the line for this user group, the destinations, the deadlines."""

from __future__ import annotations

from collections.abc import Sequence

from borg_triage.app.directory import Contact, directory
from borg_triage.domain.assessment import Deadline, Destination
from borg_triage.domain.plan import due_at
from borg_triage.ui.widgets.basics import Badge, Body, Card, Column, Heading, Notice, Rule, kind_of
from borg_triage.ui.widgets.outcome_layout import SideBySide, Unfolding
from borg_triage.ui.widgets.outcome_words import Words


class UrgentNow(Column):
    """What must be done first, shown before anything is asked of the worker."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.add(urgent_notice(words))
        places = words.view.assessment.routes.destinations
        first = [place for place in places if place.when == places[0].when]
        self.add(Card(Places(words, first)))


def urgent_notice(words: Words) -> Notice:
    """What this user group does first, where the level is urgent."""
    level = words.view.level
    return Notice(words.t(f"urgent.title.{level}"), words.what_to_do(), kind_of(level))


class WhatToDo(Card):
    """The route, what it asks of this user group, where to turn, and by when."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        result = words.view.assessment
        self.add(Heading(words.t("result.todo.title"), 2))
        if not words.is_urgent():  # then it stands on top of the page
            self.add(Body(words.what_to_do(), size="lead"))
        route = words.t(f"route.{result.routes.primary}.label")
        if words.people_set and words.view.level != result.level.value:
            program = words.level(result.level.value)
            self.add(Notice("", words.t("result.places.program", level=program, route=route), "info"))
        else:
            self.add(Body(words.t("result.route", route=route), tone="muted"))
        self.add(Rule())
        self.add(Places(words, result.routes.destinations))
        if result.deadlines:
            self.add(Rule())
            self.add(Deadlines(words, result.deadlines))


class Places(Column):
    """Destinations in the order in which to turn to them."""

    def __init__(self, words: Words, places: Sequence[Destination]) -> None:
        super().__init__(gap="s")
        for number, place in enumerate(places):
            if number:
                self.add(Rule())
            self.add(_place(words, place))


def _place(words: Words, place: Destination) -> Unfolding:
    name = words.t(f"destination.{place.id}.name")
    when, kind = words.t(f"when.{place.when}"), words.t(f"kind.{place.kind}")
    contact = directory().contact(place.id)
    badge = Badge(when, _when_kind(place.when), icon="clock")
    due = SideBySide(badge, Body(kind, tone="muted"), needs=0, shares=(0, 1), gap="s")
    who = Column(Body(name, size="lead", bold=True), due, gap="xs")
    who.body.addStretch(1)
    more = words.t("result.place.more")
    row = Unfolding(
        ((who, 6), (_contact(words, contact), 5)),
        more,
        lambda: _notes(words, place, contact),
        name=f"{name}: {more}",
    )
    row.setAccessibleName(words.t("result.place.name", when=when, name=name, kind=kind))
    return row


def _when_kind(when: str) -> str:
    return {"now": "acute", "today": "high"}.get(when, "neutral")


def _contact(words: Words, contact: Contact | None) -> Column:
    column = Column(gap="xs")
    if contact is not None:
        if contact.phone:
            column.add(Body(contact.phone, size="lead", bold=True, select=True))
        else:
            column.add(Body(words.t("result.place.no_phone")))
        if contact.status != "confirmed":
            column.add(Badge(words.t("result.place.unconfirmed"), "elevated"))
        hours = [words.t(contact.phone_hours)] if contact.phone_hours else []
        checked = words.t("result.place.checked", day=words.day(contact.checked_on))
        column.add(Body("\n".join((*hours, checked)), tone="muted", size="small"))
    column.body.addStretch(1)
    return column


def _notes(words: Words, place: Destination, contact: Contact | None) -> Column:
    column = Column(Body(words.t(f"destination.{place.id}.note")), gap="xs")
    if contact is not None and contact.anonymous:
        column.add(Body(words.t("result.place.anonymous")))
    if contact is not None:
        source = words.t("result.place.source", source=contact.source)
        column.add(Body(source, tone="muted", size="small", select=True))
    because = words.t("result.reasons.sources", sources=words.sources(place.sources))
    column.add(Body(because, tone="muted", size="small"))
    return column


class Deadlines(Column):
    """What has to be done by when, the nearest first."""

    def __init__(self, words: Words, deadlines: Sequence[Deadline]) -> None:
        super().__init__(Heading(words.t("result.deadlines.title"), 3), gap="s")
        for deadline in sorted(deadlines, key=lambda deadline: due_at(deadline, words.view.since)):
            due, label = words.due(deadline), words.t(f"deadline.{deadline.id}.label")
            row = SideBySide(Body(due, bold=True), Body(label), needs=420, shares=(1, 1), gap="s")
            row.setAccessibleName(f"{due}: {label}")
            self.add(row)
        since = words.t("result.deadline.from", moment=words.moment(words.view.since))
        self.add(Body(since, tone="muted", size="small"))
