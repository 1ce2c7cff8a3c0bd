"""The worker's own judgement: the form that comes before the result, and the comparison after it."""

from __future__ import annotations

from itertools import count, takewhile

from PySide6.QtWidgets import QLineEdit, QWidget

from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui.context import Context
from borg_triage.ui.errors import not_stored
from borg_triage.ui.widgets.banner import announce
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    Column,
    Field,
    FlowRow,
    Heading,
    Notice,
    PrimaryButton,
    SecondaryButton,
    clear,
)
from borg_triage.ui.widgets.outcome_layout import SideBySide
from borg_triage.ui.widgets.outcome_option import Options, Tick
from borg_triage.ui.widgets.outcome_places import UrgentNow
from borg_triage.ui.widgets.outcome_words import Words


class Fault(Column):
    """A place for one message about what could not be done; empty until then."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.setVisible(False)

    def say(self, text: str, focus: QWidget | None = None) -> None:
        """Show the message, and go to what it is about."""
        clear(self.body)
        self.text = text
        notice = self.add(Notice("", text, "elevated"))
        self.setVisible(True)
        announce(notice)
        if focus is not None:
            focus.setFocus()


class Prompts(Card):
    """Lines against well-known mistakes, each to be ticked as read before a pattern is taken."""

    def __init__(self, words: Words, pattern: str) -> None:
        super().__init__(gap="s")
        self.add(Body(words.t(f"prompts.{pattern}.title"), bold=True))
        self.add(Body(words.t(f"prompts.{pattern}.intro"), tone="muted"))
        lines = takewhile(words.texts.has, (f"prompts.{pattern}.{number}" for number in count(1)))
        self.ticks = [self.add(Tick(words.t(line))) for line in lines]
        self.setVisible(False)


class OutcomeChoice(Column):
    """A level and a pattern to choose. A pattern that has prompts shows them when it is picked.

    questions: above the levels, above the patterns. lowest: levels below it cannot be chosen. agreed:
    a pattern that asks for no prompts. draft: keeps what is picked, so that a look elsewhere loses nothing.
    """

    def __init__(
        self,
        words: Words,
        questions: tuple[str, str],
        chosen: tuple[str | None, str | None] = (None, None),
        lowest: str | None = None,
        agreed: str | None = None,
        draft: dict[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._draft = {} if draft is None else draft
        self._words = words
        levels = tuple(reversed(words.instrument.levels))
        patterns = tuple(reversed(words.instrument.patterns))
        self.prompts = {
            name: Prompts(words, name)
            for name in patterns
            if name != agreed and words.texts.has(f"prompts.{name}.title")
        }
        self.levels = Options(
            Heading(questions[0], 3),
            [(level, words.level(level), words.t(f"level.{level}.text")) for level in levels],
            name=questions[0],
            chosen=chosen[0],
            on=lambda level: self._draft.update(level=level),
        )
        self.patterns = Options(
            Heading(questions[1], 3),
            [(name, words.pattern(name), words.t(f"pattern.{name}.text")) for name in patterns],
            name=questions[1],
            chosen=chosen[1],
            on=self._pick_pattern,
        )
        for level in levels if lowest is not None else ():
            if words.rank(level) < words.rank(str(lowest)):
                self.levels.options[level].rule_out(words.t("override.too_low"))
        for options in (self.levels, self.patterns):
            options.body.addStretch(1)
        self.add(SideBySide(self.levels, self.patterns, needs=640))
        for name, prompts in self.prompts.items():
            self.add(prompts).setVisible(name == chosen[1])

    def _pick_pattern(self, pattern: str) -> None:
        self._draft["pattern"] = pattern
        for name, prompts in self.prompts.items():
            prompts.setVisible(name == pattern)

    def picked(self, fault: Fault) -> tuple[str, str] | None:
        """The level and the pattern; None, after saying so, while something is missing or unread."""
        level, pattern = self.levels.value, self.patterns.value
        if level is None:
            fault.say(self._words.t("judgement.missing.level"), self.levels.first)
        elif pattern is None:
            fault.say(self._words.t("judgement.missing.pattern"), self.patterns.first)
        else:
            prompts = self.prompts.get(pattern)
            unread = [tick for tick in prompts.ticks if not tick.isChecked()] if prompts else []
            if not unread:
                return level, pattern
            fault.say(self._words.t("judgement.missing.prompts"), unread[0])
        return None


class JudgementForm(Column):
    """Own level and pattern and why, before the result. then: the page to go on to."""

    def __init__(self, ctx: Context, words: Words, then: str) -> None:
        super().__init__(gap="l")
        self._ctx, self._words, self._then = ctx, words, then
        before, draft = words.view.judgement, ctx.drafts.setdefault("judgement", {})
        if words.is_urgent() and before is None:
            self.add(UrgentNow(words))
            later = SecondaryButton(words.t("judgement.later"), lambda: ctx.go(then, show=True))
            self.add(FlowRow(later))
            self.add(Body(words.t("urgent.judgement_can_wait"), tone="muted"))
        self.choice = OutcomeChoice(
            words,
            (words.t("judgement.level.question"), words.t("judgement.pattern.question")),
            (
                draft.get("level", before.level if before else None),
                draft.get("pattern", before.pattern if before else None),
            ),
            draft=draft,
        )
        self.why = QLineEdit(draft.get("why", before.why if before else ""))
        self.why.textChanged.connect(lambda text: draft.update(why=text))
        self.why.setMaxLength(400)
        why = Field(words.t("judgement.why.label"), self.why, words.t("judgement.why.hint"))
        self.fault = Fault()
        self.save = PrimaryButton(words.t("judgement.save"), self._save)
        self.why.returnPressed.connect(self._save)
        self.add(Card(self.choice, why, self.fault, FlowRow(self.save), gap="l"))

    def _save(self) -> None:
        picked = self.choice.picked(self.fault)
        if picked is None:
            return
        try:
            self._words.case.judge(*picked, self.why.text().strip())
        except BorgTriageError as error:
            self._ctx.fail(not_stored(error))
            return
        self._ctx.drafts.pop("judgement", None)
        self._ctx.changed()
        self._ctx.go(self._then)


class Comparison(Card):
    """The worker's judgement beside the result, and where they differ, said both ways."""

    def __init__(self, ctx: Context, words: Words) -> None:
        super().__init__(Body(words.t("result.compare.title"), bold=True), gap="s")
        judgement, result = words.view.judgement, words.view.assessment
        if judgement is None:
            self.add(Body(words.t("result.compare.none")))
            self.add(FlowRow(SecondaryButton(words.t("result.compare.give"), lambda: ctx.go("judgement"))))
            return
        pairs = (
            ("level", words.level, words.rank, judgement.level, result.level.value),
            ("pattern", words.pattern, words.pattern_rank, judgement.pattern, result.pattern),
        )
        higher = False
        for part, name, rank, own, program in pairs:
            graver = rank(own) - rank(program)
            which = "same" if graver == 0 else "worker_graver" if graver > 0 else "program_graver"
            self.add(Body(words.t(f"result.compare.{part}.{which}", worker=name(own))))
            higher = higher or graver > 0
        if higher:
            self.add(Body(words.t("result.compare.know_more")))
        by = words.t("result.compare.by", who=judgement.by, when=words.moment(judgement.at))
        self.add(Body(f"{by} {judgement.why}".strip(), tone="muted", size="small"))
