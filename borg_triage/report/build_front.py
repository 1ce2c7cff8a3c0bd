"""Page 1, "the hand-over in 60 seconds": from complete to short, for a renderer to take what fits.

What shortening takes away stands in the record that follows, and each shortened part says so. A red flag
never falls off: those without a row of their own stay on the page by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from borg_triage.report.context import Making
from borg_triage.report.deadlines import deadline_rows
from borg_triage.report.model import (
    Banner,
    Block,
    Fact,
    Facts,
    Grid,
    Heading,
    Line,
    Note,
    Run,
    Text,
    Tone,
)
from borg_triage.report.standing import ItemStanding
from borg_triage.report.words import clean, clip, line, quiet, quote, strong


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one form of the page shows: rows of red flags, letters of a note and of a text, lines done,
    questions to ask first."""

    flags: int
    note: int
    text: int
    lines: int
    questions: int


LADDER = (
    Limits(flags=99, note=140, text=600, lines=12, questions=8),
    Limits(flags=99, note=90, text=400, lines=9, questions=6),
    Limits(flags=16, note=90, text=400, lines=9, questions=6),
    Limits(flags=13, note=70, text=300, lines=7, questions=5),
    Limits(flags=11, note=70, text=300, lines=7, questions=5),
    Limits(flags=9, note=60, text=300, lines=7, questions=5),
    Limits(flags=7, note=48, text=300, lines=7, questions=4),
    Limits(flags=6, note=48, text=220, lines=6, questions=4),
    Limits(flags=5, note=36, text=220, lines=6, questions=3),
    Limits(flags=4, note=36, text=160, lines=5, questions=3),
    Limits(flags=3, note=28, text=160, lines=4, questions=3),
    Limits(flags=3, note=0, text=110, lines=3, questions=2),
    Limits(flags=0, note=0, text=90, lines=2, questions=2),
    Limits(flags=0, note=0, text=70, lines=1, questions=2),
)
NAME = 48


def fronts(making: Making) -> tuple[tuple[Block, ...], ...]:
    """All forms of page 1, from complete to short, each once."""
    forms = [tuple(_Front(making, limits).blocks()) for limits in LADDER]
    return tuple(dict.fromkeys(forms))


def shortest_text() -> int:
    """Above this number of letters a text may be shortened on page 1."""
    return LADDER[-1].text


class _Front:
    def __init__(self, making: Making, limits: Limits) -> None:
        self._making = making
        self._limits = limits
        self._words = making.words

    def blocks(self) -> Iterator[Block]:
        making, words = self._making, self._words
        yield Heading(1, words.t(f"paper.front.title.{making.layout.id}"))
        yield Text(line(quiet(self._for_whom())))
        yield self._banner()
        yield from self._flags()
        yield Facts(
            (
                _fact(words.t("paper.front.in_danger"), self._in_danger()),
                _fact(words.t("paper.front.reach"), self._reach()),
                _fact(words.t("paper.front.weapons"), self._group(making.layout.front.weapons)),
                _fact(words.t("paper.front.done"), self._done()),
                Fact(words.t("paper.front.asked"), tuple(self._asked())),
                _fact(words.t("paper.front.safe_contact"), [self._safe_contact()]),
                *self._ask_first(),
            )
        )
        yield Note(words.t("paper.front.not_shared"), (self._not_shared(),))
        honesty = " ".join(words.t(key) for key in ("paper.front.honesty", "honesty.nothing_is_safe"))
        yield Text(line(quiet(honesty)))

    # ------------------------------------------------------------ head

    def _for_whom(self) -> str:
        making, words = self._making, self._words
        recipient = clean(making.options.recipient) or words.t(f"paper.variant.{making.layout.id}")
        parts = [
            words.t("paper.front.to", who=clip(recipient, NAME)),
            words.t("paper.front.case", name=clip(making.pseudonym, NAME)),
            words.t("paper.front.assessed", day=words.day(date.fromisoformat(making.result.assessed_on))),
            words.t("paper.front.made", moment=words.moment(making.options.made_at)),
        ]
        if making.discretion.reporter_shown and making.options.made_by.strip():
            parts.append(words.t("paper.recorded_by", who=clip(clean(making.options.made_by), NAME)))
        return " · ".join(parts)

    def _banner(self) -> Banner:
        making, words = self._making, self._words
        top = making.instrument.levels[-1]
        result = making.result
        acute = "yes" if making.view.level == top else "possible" if self._may_be(top) else "no"
        lines: list[Line] = [
            line(
                words.t("paper.front.level"),
                " ",
                strong(words.t(f"level.{making.view.level}.label")),
                ". ",
                making.level_range(),
            ),
            line(
                words.t("paper.front.pattern"), " ", strong(words.t(f"pattern.{making.view.pattern}.label"))
            ),
        ]
        alarm = [s for s in map(making.standings.of, self._shown(making.layout.front.alarm)) if s.is_worse]
        if alarm:
            lines.insert(0, line(strong(words.items(tuple(standing.item.id for standing in alarm)))))
        lines += [line(words.t(f"pattern.{mark}.text")) for mark, holds in result.marks.items() if holds]
        if (making.view.level, making.view.pattern) != (result.level.value, result.pattern):
            lines.append(
                line(
                    words.t(
                        "paper.front.overridden",
                        level=words.t(f"level.{result.level.value}.label"),
                        pattern=words.t(f"pattern.{result.pattern}.label"),
                    )
                )
            )
        return Banner(
            words.t(f"paper.acute.{acute}"), tuple(lines), Tone.ALARM if acute == "yes" else Tone.CALM
        )

    def _may_be(self, top: str) -> bool:
        level = self._making.result.level
        return top in (level.value, level.upper)

    # ------------------------------------------------------------ red flags

    def _flags(self) -> Iterator[Block]:
        making, words = self._making, self._words
        flags = [making.standings.of(item) for item in self._shown(making.layout.front.flags)]
        raised = self._in_order([flag for flag in flags if flag.is_worse])
        rows, rest = raised[: self._limits.flags], raised[self._limits.flags :]
        number = words.n("paper.flags.number", len(raised))
        if rows:
            yield Grid(
                caption=words.t("paper.front.flags"),
                header=(number, *(words.t(f"paper.flags.{name}") for name in ("since", "by", "note"))),
                rows=tuple(self._flag_row(flag) for flag in rows),
                widths=(38, 11, 24, 27),
            )
        if rest:
            named = words.t("paper.flags.also") if rows else f"{number}:"
            yield Text(line(strong(named), " ", words.items(tuple(flag.item.id for flag in rest))))
        if not raised:
            yield Text(line(strong(words.t("paper.flags.none"))))
        unresolved = [flag for flag in flags if flag.counted is None]
        if unresolved:
            yield Text(line(words.n("paper.flags.open", len(unresolved), total=len(flags))))

    def _in_order(self, flags: Sequence[ItemStanding]) -> list[ItemStanding]:
        """Those that decided the level first, those that a part of them already says last."""
        result = self._making.result
        decisive = {
            item for reason in result.reasons if reason.outcome == result.level.value for item in reason.items
        }
        raised = {flag.item.id for flag in flags}
        said_by_part = {pair.whole for pair in self._making.instrument.parts if pair.part in raised}
        return sorted(flags, key=lambda flag: (flag.item.id in said_by_part, flag.item.id not in decisive))

    def _flag_row(self, flag: ItemStanding) -> tuple[Line, ...]:
        words = self._words
        behind = self._making.standings.behind(flag)
        since = min((said.on for said in behind), default=None)
        by = tuple(dict.fromkeys(words.by(said.source) for said in behind))
        others = tuple(dict.fromkeys(words.by(said.source) for said in flag.better))
        against = tuple(name for name in others if name not in by)
        doubt = words.t("paper.contradicted_by", who=words.listing(against)) if against else ""
        doubt = doubt or (words.t("paper.also_denied") if others else "")
        who = words.listing(by)
        return (
            line(strong(words.item(flag.item.id))),
            line(words.short_day(since) if since else ""),
            line(who, "; " if who and doubt else "", doubt),
            self._note(flag),
        )

    def _note(self, standing: ItemStanding) -> Line:
        if not self._limits.note:
            return ()
        told = [said for said in standing.worse if said.note]
        # What the possible perpetrator says of it comes after what anyone else says.
        told.sort(key=lambda said: said.source != "perpetrator")
        return line(quote(clip(told[-1].note, self._limits.note))) if told else ()

    # ------------------------------------------------------------ who, where, with what

    def _in_danger(self) -> Iterator[Line]:
        yield from self._group(
            self._making.layout.front.in_danger, first=self._words.t("paper.by.victim.start")
        )

    def _reach(self) -> Iterator[Line]:
        where = clean(self._making.options.where_he_is)
        if where:
            yield self._text(where)
        yield from self._group(self._making.layout.front.reach)

    def _group(self, names: tuple[str, ...], first: str = "") -> Iterator[Line]:
        """What counts of a group of items; then what is denied and what nobody knows, where always asked."""
        words = self._words
        standings = [self._making.standings.of(item) for item in self._shown(names)]
        known = [self._known(s) for s in standings if s.is_worse or (s.counted and s.item.kind != "yes_no")]
        if first:
            known.insert(0, line(strong(first)))
        if known:
            yield tuple(run for one in known for run in (*one, Run(" · ")))[:-1]
        asked = self._making.instrument.expand(self._making.layout.front.always_asked)
        answers = {s.item.id: s.counted for s in standings if s.item.id in asked}
        denied = tuple(item for item, answer in answers.items() if answer == "no")
        if denied:
            yield line(words.t("value.no"), ": ", words.items(denied))
        unknown = tuple(item for item, answer in answers.items() if answer is None)
        if unknown:
            yield line(strong(words.t("paper.not_known")), ": ", words.items(unknown))

    def _known(self, standing: ItemStanding) -> Line:
        words = self._words
        value = words.value(standing.item.id, standing.counted or "")
        note = self._note(standing)
        return line(
            strong(words.item(standing.item.id)),
            f": {value}" if standing.item.kind != "yes_no" else "",
            " (" if note else "",
            *note,
            ")" if note else "",
        )

    # ------------------------------------------------------------ done, asked, contact

    def _done(self) -> Iterator[Line]:
        making = self._making
        lines = [self._text(clean(text)) for text in making.options.done_so_far if text.strip()]
        for event in sorted(making.view.events, key=lambda event: event.happened_at):
            if event.kind in making.layout.front.done:
                when = f"{self._words.moment(event.happened_at)} "
                lines.append(line(strong(when), *self._text(making.done(event))))
        yield from lines[: self._limits.lines]
        if len(lines) > self._limits.lines:
            more = len(lines) - self._limits.lines
            yield line(quiet(self._words.n("paper.more", more)))
        if not lines:
            yield line(self._words.t("paper.front.nothing_done"))

    def _asked(self) -> Iterator[Text | Grid]:
        making, words = self._making, self._words
        wish = clean(making.options.asked_of_you)
        if wish:
            yield Text(self._text(wish))
        what = making.what_to_do()
        if what:
            yield Text(line(strong(what)))
        rows = deadline_rows(making)
        if rows:
            yield Grid(
                caption=words.t("paper.deadlines"),
                header=(),
                rows=rows,
                widths=(30, 70),
            )

    def _ask_first(self) -> Iterator[Fact]:
        items = self._making.discretion.shown(tuple(q.item for q in self._making.result.ask_next))
        if items:
            first = items[: self._limits.questions]
            yield _fact(self._words.t("paper.front.ask_first"), [line(self._words.items(first))])

    def _safe_contact(self) -> Line:
        text = clean(self._making.options.safe_contact)
        return self._text(text) if text else line(self._words.t("paper.front.no_safe_contact"))

    def _not_shared(self) -> Line:
        text = clean(self._making.options.not_shared_with)
        fixed = self._words.t("paper.front.not_shared.always")
        return (*self._text(text), Run(" " + fixed)) if text else line(fixed)

    def _text(self, text: str) -> Line:
        """What the worker wrote, shortened where needed."""
        short = clip(text, self._limits.text)
        more = " " + self._words.t("paper.see_next") if short != " ".join(text.split()) else ""
        return line(short, quiet(more))

    def _shown(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return self._making.discretion.shown(self._making.instrument.expand(names))


def _fact(label: str, lines: Iterable[Line]) -> Fact:
    return Fact(label, tuple(Text(one) for one in lines))
