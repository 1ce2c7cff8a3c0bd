"""What is still open and matters, and which one answer would change the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtWidgets import QSizePolicy, QWidget

from borg_triage.domain.assessment import Change, Question
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Button, Card, Column, Disclosure, Heading
from borg_triage.ui.widgets.outcome_words import Words

SHOWN_QUESTIONS: Final = 5
SHOWN_OUTCOMES: Final = 3
SHOWN_ANSWERS: Final = 3


class StillOpen(Card):
    """The questions that could change the most, first; pressing one goes there."""

    def __init__(self, ctx: Context, words: Words) -> None:
        super().__init__(Heading(words.t("result.open.title"), 2))
        asked = words.view.assessment.ask_next
        if not asked:
            self.add(Body(words.t("result.open.none")))
        if not words.view.assessment.would_change:
            self.add(Body(words.t("result.change.none")))
        if not asked:
            return
        self.add(Body(words.t("result.open.intro"), tone="muted"))
        self.add(_questions(ctx, words, asked[:SHOWN_QUESTIONS]))
        rest = asked[SHOWN_QUESTIONS:]
        if rest:
            self.add(Disclosure(words.n("result.open.rest", len(rest)), lambda: _questions(ctx, words, rest)))


def _questions(ctx: Context, words: Words, questions: Sequence[Question]) -> Column:
    return Column(*(_question(ctx, words, question) for question in questions), gap="s")


def _question(ctx: Context, words: Words, question: Question) -> Button:
    label = words.item(question.item)
    parts = [words.t(f"result.part.{part}") for part in question.could_change]
    change = words.t("result.open.could_change", parts=words.listing(parts))
    section = words.instrument.item[question.item].section
    button = Button(
        f"{label}\n{change}",
        lambda: ctx.go("questions", section=section, item=question.item),
        icon="arrow_right",
        name=words.t("result.open.go", label=label, change=change),
        left=True,
    )
    # As high as its words need at any width; a fixed height would be that of two lines.
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    button.setSizePolicy(policy)
    return button


class WouldChange(Card):
    """One answer that differs, grouped by what the result would become; the gravest first."""

    def __init__(self, words: Words) -> None:
        super().__init__(Heading(words.t("result.change.title"), 2))
        groups = _by_outcome(words)
        self.add(Body(words.t("result.change.intro"), tone="muted"))
        for changes in groups[:SHOWN_OUTCOMES]:
            self.add(_group(words, changes, SHOWN_ANSWERS))
        if len(groups) > SHOWN_OUTCOMES or any(len(changes) > SHOWN_ANSWERS for changes in groups):
            label = words.n("result.change.show", sum(len(changes) for changes in groups))
            self.add(Disclosure(label, lambda: _everything(words, groups)))


def _by_outcome(words: Words) -> list[list[Change]]:
    groups: dict[tuple[tuple[str, str], ...], list[Change]] = {}
    for change in words.view.assessment.would_change:
        groups.setdefault(tuple(sorted(change.outcome.items())), []).append(change)
    return sorted(groups.values(), key=lambda changes: _weight(words, changes[0].outcome), reverse=True)


def _weight(words: Words, outcome: Mapping[str, str]) -> tuple[int, int]:
    """The gravest level first, then the gravest pattern; what leaves both alone comes last."""
    level, pattern = outcome.get("level"), outcome.get("pattern")
    return (
        words.rank(level) if level else -1,
        words.pattern_rank(pattern) if pattern else -1,
    )


def _group(words: Words, changes: Sequence[Change], limit: int | None = None) -> Column:
    answers = [_answers(words, change) for change in changes[:limit]]
    more = len(changes) - len(answers)
    if more:
        answers.append(words.n("result.change.rest", more))
    outcome = Body(words.t("result.change.to", outcome=words.change(changes[0])), bold=True)
    return Column(outcome, *(Body(answer) for answer in answers), gap="xs")


def _answers(words: Words, change: Change) -> str:
    """The answer that differs; where it takes more than one, all of them in one line."""
    needed = {change.item: change.to, **change.together}
    lines = [
        words.t("result.change.line", item=words.item(item), value=words.value(item, to))
        for item, to in needed.items()
    ]
    return lines[0] if len(lines) == 1 else words.t("result.change.together", answers=words.listing(lines))


def _everything(words: Words, groups: Sequence[Sequence[Change]]) -> QWidget:
    return Column(*(_group(words, changes) for changes in groups))
