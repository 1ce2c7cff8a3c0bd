"""The full record after page 1: outcome, why, what to do, what is open, every answer, timeline, colophon,
and what is proved of the rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from borg_triage.domain.assessment import Destination, Reason
from borg_triage.domain.instrument import Reference
from borg_triage.report.build_answers import answers
from borg_triage.report.build_front import shortest_text
from borg_triage.report.build_proof import proof
from borg_triage.report.build_timeline import timeline
from borg_triage.report.context import Making
from borg_triage.report.deadlines import deadline_rows
from borg_triage.report.model import Block, Bullets, Fact, Facts, Grid, Heading, Line, Note, Text
from borg_triage.report.words import clean, line, quiet, quote, strong

_NUMBERED = 12
_NAMED = 6


def record(making: Making) -> Iterator[Block]:
    """The blocks of the record, in order."""
    words = making.words
    yield Heading(1, words.t("paper.record.title"))
    yield from _hand_over(making)
    yield Heading(2, words.t("paper.outcome.title"))
    yield Facts(tuple(_outcome(making)))
    yield Heading(2, words.t("paper.reasons.title"))
    yield from _reasons(making)
    yield Heading(2, words.t("paper.to_do.title"))
    yield from _to_do(making)
    yield Heading(2, words.t("paper.open.title"))
    yield from _open(making)
    yield Heading(2, words.t("paper.answers.title"))
    yield from answers(making)
    yield Heading(2, words.t("paper.timeline.title"))
    yield from timeline(making)
    yield Heading(2, words.t("paper.gate.title"))
    yield from _gate(making)
    yield Heading(2, words.t("paper.about.title"))
    yield Facts(tuple(_about(making)))
    yield Note(words.t("paper.honesty.title"), tuple(_honesty(making)))
    yield from proof(making)


def _fact(label: str, *lines: Line) -> Fact:
    return Fact(label, tuple(Text(one) for one in lines))


# ---------------------------------------------------------------- what page 1 may have shortened


def _hand_over(making: Making) -> Iterator[Block]:
    words, options = making.words, making.options
    texts = (
        ("paper.front.recipient", (options.recipient,)),
        ("paper.front.reach", (options.where_he_is,)),
        ("paper.front.done", options.done_so_far),
        ("paper.front.asked", (options.asked_of_you,)),
        ("paper.front.safe_contact", (options.safe_contact,)),
        ("paper.front.not_shared", (options.not_shared_with,)),
    )
    written = [(words.t(key), [clean(text) for text in given if text.strip()]) for key, given in texts]
    shortened = [
        _fact(label, *(line(text) for text in given))
        for label, given in written
        if len(given) > 1 or any(len(text) > shortest_text() for text in given)
    ]
    if shortened:
        yield Heading(2, words.t("paper.hand_over.title"))
        yield Facts(tuple(shortened))


# ---------------------------------------------------------------- outcome and reasons


def _outcome(making: Making) -> Iterator[Fact]:
    words, view, result = making.words, making.view, making.result
    level, pattern = f"level.{result.level.value}", f"pattern.{result.pattern}"
    for override in view.overrides:
        stands = override is view.overrides[-1] and (override.level, override.pattern) == (
            view.level,
            view.pattern,
        )
        yield _fact(
            words.t("paper.outcome.people" if stands else "paper.outcome.people.earlier"),
            line(
                strong(words.t(f"level.{override.level}.label")),
                " · ",
                strong(words.t(f"pattern.{override.pattern}.label")),
            ),
            line(_override_by(making, override.second_person, override.by)),
            line(words.t("paper.outcome.on", moment=words.moment(override.at))),
            line(quote(clean(override.reason))),
        )
    yield _fact(
        words.t("paper.outcome.level"),
        line(strong(words.t(f"{level}.label"))),
        line(words.t(f"{level}.text")),
        line(making.level_range()),
    )
    marks = (line(words.t(f"pattern.{mark}.text")) for mark, holds in result.marks.items() if holds)
    yield _fact(
        words.t("paper.outcome.pattern"),
        line(strong(words.t(f"{pattern}.label"))),
        line(words.t(f"{pattern}.text")),
        *marks,
    )
    route = f"route.{result.routes.primary}"
    yield _fact(
        words.t("paper.outcome.route"),
        line(strong(words.t(f"{route}.label"))),
        line(words.t(f"{route}.text")),
    )
    yield _judgement(making)


def _override_by(making: Making, second_person: str, by: str) -> str:
    if not making.discretion.reporter_shown:
        return making.words.t("paper.outcome.by_two" if second_person.strip() else "paper.outcome.by_one")
    names = [clean(name) for name in (by, second_person) if name.strip()]
    return making.words.t("paper.recorded_by", who=making.words.listing(tuple(names)))


def _judgement(making: Making) -> Fact:
    words, judgement = making.words, making.view.judgement
    label = words.t("paper.outcome.judgement")
    if judgement is None:
        return _fact(label, line(words.t("paper.outcome.no_judgement")))
    why = clean(judgement.why)
    return _fact(
        label,
        line(
            strong(words.t(f"level.{judgement.level}.label")),
            " · ",
            strong(words.t(f"pattern.{judgement.pattern}.label")),
        ),
        line(words.t("paper.outcome.on", moment=words.moment(judgement.at))),
        *([line(quote(why))] if why else []),
    )


def _reasons(making: Making) -> Iterator[Block]:
    words, instrument = making.words, making.instrument
    groups = (
        ("paper.reasons.level", {rule.id for rule in instrument.level}),
        ("paper.reasons.pattern", {rule.id for rule in instrument.pattern}),
        ("paper.reasons.route", {rule.id for rule in instrument.primary}),
    )
    facts = []
    for key, rules in groups:
        lines = [
            part
            for reason in making.result.reasons
            if reason.rule in rules
            for part in _reason(making, reason)
        ]
        if lines:
            facts.append(_fact(words.t(key), *lines))
    yield Facts(tuple(facts))


def _reason(making: Making, reason: Reason) -> Iterator[Line]:
    words = making.words
    items = making.discretion.shown(reason.items)
    if making.layout.he_may_see and items != reason.items:
        return  # the sentence itself could tell what was left out
    if reason.items and not items:
        yield line(quiet(words.t("paper.reason_left_out")))
        return
    yield line(strong(words.t(f"rule.{reason.rule}")))
    yield from _grounds(making, items)
    yield line(quiet(_sources(making, reason.sources)))


def _grounds(making: Making, items: tuple[str, ...]) -> Iterator[Line]:
    """The items of a reason by how they count: a rule may rest on a no as well as on a yes."""
    words, counted = making.words, making.result.counted
    by_answer: dict[str, list[str]] = {}
    for item in items:
        if item in counted:
            by_answer.setdefault(words.value(item, counted[item]), []).append(item)
    for answer, held in by_answer.items():
        yield line(f"{answer}: ", words.items(tuple(held)))
    unresolved = tuple(item for item in items if item not in counted)
    if len(unresolved) > _NAMED:
        yield line(words.n("paper.reasons.unresolved", len(unresolved)))
    elif unresolved:
        yield line(f"{words.t('status.open')}: ", words.items(unresolved))


def _sources(making: Making, references: tuple[str, ...]) -> str:
    numbers = {source.id: number for number, source in enumerate(making.instrument.references, start=1)}
    found = []
    for reference in references:
        document, _, place = reference.partition(": ")
        found.append(f"[{numbers[document]}] {place}".strip())
    return making.words.t("paper.sources", sources="; ".join(found))


# ---------------------------------------------------------------- what to do


def _to_do(making: Making) -> Iterator[Block]:
    words, routes = making.words, making.result.routes
    what = making.what_to_do()
    if what:
        yield Facts((_fact(words.t("paper.front.asked"), line(strong(what))),))
    if routes.destinations:
        yield Heading(3, words.t(f"paper.route_of.{making.result.user_group}"))
        yield Grid(
            caption=words.t("paper.destinations"),
            header=tuple(words.t(f"paper.destinations.{name}") for name in ("who", "what", "when", "phone")),
            rows=tuple(_destination(making, place) for place in routes.destinations),
            widths=(32, 19, 21, 28),
        )
    rows = deadline_rows(making)
    if rows:
        yield Grid(
            caption=words.t("paper.deadlines"),
            header=(words.t("paper.deadlines.when"), words.t("paper.deadlines.what")),
            rows=rows,
            widths=(38, 62),
        )
        yield Text(line(quiet(words.t("paper.deadlines.from", moment=words.moment(making.view.since)))))
    facts = [
        _fact(words.t(key), *lines)
        for key, lines in (
            ("paper.also", _labelled(making, "also", routes.also)),
            ("paper.counter", _labelled(making, "counter", routes.counter_indicated)),
            ("paper.locked", _labelled(making, "locked", routes.locked)),
        )
        if lines
    ]
    if facts:
        yield Facts(tuple(facts))


def _labelled(making: Making, family: str, ids: tuple[str, ...]) -> tuple[Line, ...]:
    words = making.words
    return tuple(
        line(strong(words.t(f"{family}.{one}.label")), ". ", words.t(f"{family}.{one}.text")) for one in ids
    )


def _destination(making: Making, place: Destination) -> tuple[Line, ...]:
    words = making.words
    phone = making.contact(place.id)
    number: Line = ()
    if phone is not None:
        hours = f" · {words.t(phone.hours)}" if phone.hours else ""
        doubt = "" if phone.confirmed else f" · {words.t('paper.phone.unconfirmed')}"
        number = line(strong(phone.number), quiet(hours + doubt))
    return (
        line(strong(words.t(f"destination.{place.id}.name"))),
        line(words.t(f"kind.{place.kind}")),
        line(words.t(f"when.{place.when}")),
        number,
    )


# ---------------------------------------------------------------- what is open


def _open(making: Making) -> Iterator[Block]:
    words = making.words
    questions = [q for q in making.result.ask_next if q.item not in making.discretion.items]
    if not questions:
        yield Text(line(words.t("paper.open.none")))
        return
    yield Text(line(words.n("paper.open.intro", len(questions))))
    yield Bullets(
        tuple(
            line(
                strong(words.item(question.item)),
                quiet(
                    f" ({words.listing(tuple(words.t(f'paper.change.{p}') for p in question.could_change))})"
                ),
            )
            for question in questions[:_NUMBERED]
        ),
        numbered=True,
    )
    rest = tuple(question.item for question in questions[_NUMBERED:])
    if rest:
        yield Text(line(strong(words.t("paper.open.then")), " ", words.items(rest)))


# ---------------------------------------------------------------- BORG gate, for information


def _gate(making: Making) -> Iterator[Block]:
    words, result = making.words, making.result
    yield Text(line(words.t("paper.gate.intro")))
    gate = f"gate.{result.borg}"
    yield Facts(
        (
            _fact(
                words.t("paper.gate.result"),
                line(strong(words.t(f"{gate}.label"))),
                line(words.t(f"{gate}.text")),
                *(line(words.t(f"gate.note.{note}")) for note in result.gate_notes),
            ),
        )
    )
    yield Grid(
        caption=words.t("paper.gate.title"),
        header=tuple(words.t(f"paper.gate.{name}") for name in ("criterion", "status", "settled_by")),
        rows=tuple(
            (
                line(words.t(f"criterion.{criterion.id}.label")),
                line(strong(words.t(f"status.{criterion.status}"))),
                line(words.t(f"paper.settled_by.{criterion.settled_by}")),
            )
            for criterion in result.criteria
        ),
        widths=(60, 16, 24),
    )


# ---------------------------------------------------------------- about this paper


def _about(making: Making) -> Iterator[Fact]:
    words, view, result = making.words, making.view, making.result
    yield _fact(words.t("paper.about.assessed"), line(words.day(date.fromisoformat(result.assessed_on))))
    yield _fact(words.t("paper.about.made"), line(words.moment(making.options.made_at)))
    ref = view.instrument
    yield _fact(
        words.t("paper.about.instrument"),
        line(words.t("paper.about.version", name=ref.id, version=ref.version)),
        line(quiet(f"SHA-256 {ref.sha256}")),
    )
    withdrawn = sum(entry.retracted for entry in view.recorded)
    if withdrawn:
        yield _fact(
            words.t("paper.about.withdrawn"), line(words.n("paper.about.withdrawn.number", withdrawn))
        )
    left_out = making.discretion.named
    if left_out and not making.layout.he_may_see:
        yield _fact(
            words.t("paper.about.left_out"), *(line(words.t(f"paper.left_out.{name}")) for name in left_out)
        )
    if making.discretion.reporter_shown:
        names = dict.fromkeys([view.opened_by, *(entry.recorded_by for entry in view.recorded)])
        known = tuple(clean(name) for name in names if name.strip())
        yield _fact(words.t("paper.about.recorded_by"), line(words.listing(known)))
    yield _fact(
        words.t("paper.about.sources"),
        *(line(f"[{number}] {source.title}, {source.year}") for number, source in _cited(making)),
    )


def _cited(making: Making) -> Iterator[tuple[int, Reference]]:
    used = {reference.partition(": ")[0] for reason in making.result.reasons for reference in reason.sources}
    for number, source in enumerate(making.instrument.references, start=1):
        if source.id in used:
            yield number, source


def _honesty(making: Making) -> Iterator[Line]:
    for name in ("not_validated", "unknown_is_not_no", "no_violence_does_not_lower", "own_thresholds"):
        yield line(making.words.t(f"honesty.{name}"))
    yield line(strong(making.words.t("honesty.nothing_is_safe")))
