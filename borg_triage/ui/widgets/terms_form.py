"""Another value for a term: what it would do is said before it is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QLineEdit

from borg_triage.app import retention
from borg_triage.app.retention_profiles import (
    CLOCKS,
    Change,
    new_clock,
    new_period,
    new_working_copy,
    with_change,
)
from borg_triage.app.retention_text import UNITS, now
from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui import theme
from borg_triage.ui.errors import words
from borg_triage.ui.widgets.ask import Ask, AskPlace
from borg_triage.ui.widgets.basics import (
    Body,
    Column,
    Field,
    FlowRow,
    PrimaryButton,
    SecondaryButton,
    Select,
)
from borg_triage.ui.widgets.fields import NumberEdit
from borg_triage.ui.widgets.file_part import capital
from borg_triage.ui.widgets.outcome_option import Options
from borg_triage.ui.widgets.told import Told
from borg_triage.ui.widgets.work import Work

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from borg_triage.app.retention import Effect
    from borg_triage.domain.retention import Period
    from borg_triage.ui.widgets.terms import ProfileTerms

_LONGEST_SOURCE: Final = 300


class TermForm(Column):
    """What every form of a term has: its buttons, what is wrong, and the question before it is done.

    A subclass adds its fields first, then calls `finish`.
    """

    def __init__(self, part: ProfileTerms, value: str, close: Callable[[], object]) -> None:
        super().__init__(gap="m")
        self.body.setContentsMargins(0, theme.current().space("s"), 0, 0)
        self._part, self._value, self._close = part, value, close
        self.told = Told()
        self.work = Work(part.ctx)
        self.asking = AskPlace()

    def change(self) -> Change:
        """What is filled in. Raises RetentionError."""
        raise NotImplementedError

    def as_shipped(self) -> Change:
        """The value that came with the program."""
        raise NotImplementedError

    def start(self) -> QWidget:
        """Where the keyboard begins, and goes back to when something is wrong."""
        raise NotImplementedError

    def finish(self) -> None:
        """Add the buttons, and the room for what they say."""
        t = self._part.ctx.t
        self.save = PrimaryButton(t("terms.save"), self.propose)
        self.back = SecondaryButton(t("care.back_out"), self._put_away)
        buttons: list[QWidget] = [self.save, self.back]
        if not self._part.is_shipped(self._value):
            text = t("terms.take_shipped", now=self._part.as_shipped(self._value))
            self.take_shipped = SecondaryButton(text, lambda: self._look_ahead(self.as_shipped()))
            buttons.insert(1, self.take_shipped)
        self.add(FlowRow(*buttons, gap=theme.current().space("s")))
        self.add(self.told)
        self.add(self.work)
        self.add(self.asking)

    def begin(self) -> None:
        """Give it the keyboard."""
        start = self.start()
        start.setFocus()
        if isinstance(start, QLineEdit):
            start.selectAll()

    def propose(self) -> None:
        """Take what is filled in, if it will do."""
        try:
            self._look_ahead(self.change())
        except BorgTriageError as error:
            self.failed(error)

    def failed(self, error: Exception) -> None:
        """Say what is wrong, here."""
        wrong = getattr(error, "key", "")
        self.told.say(words(error, self._part.ctx.texts), focus=self.at_fault(wrong))

    def at_fault(self, key: str) -> QWidget:
        """Which field an error is about."""
        return self.start()

    def _put_away(self) -> None:
        self.asking.put_away()
        self.told.put_away()
        self._close()

    def _look_ahead(self, new: Change) -> None:
        """Work out what the change would do today: ask where it does something, else keep it."""
        self.asking.put_away()
        self.told.put_away()
        vault, today = self._part.vault, self._part.session.today()

        def then(effect: Effect) -> None:
            if any(effect):
                self._ask(new, effect)
            else:
                self._keep(new)

        busy = self._part.ctx.t("terms.busy")
        self.work.run(busy, lambda _progress: retention.effect(vault, new, today), then, self.failed)

    def _ask(self, new: Change, effect: Effect) -> None:
        ctx = self._part.ctx
        counted = zip(("erase", "hide", "show"), effect, strict=True)
        lines = [
            ctx.t("terms.sure.change", before=self._part.now(self._value), after=self._then(new)),
            *(ctx.texts.plural(f"terms.sure.{what}", n) for what, n in counted if n),
            ctx.t("terms.sure.nothing"),
        ]
        title = ctx.t("terms.sure", name=ctx.t(f"retention.value.{self._value}"))
        go_on, back = ctx.t("terms.sure.go_on"), ctx.t("care.back_out")
        self.asking.ask(Ask(title, lines, go_on, back, lambda: self._keep(new)), self.save)

    def _then(self, new: Change) -> str:
        return now(with_change(self._part.vault.settings, new), self._value, self._part.ctx.texts)

    def _keep(self, new: Change) -> None:
        """Off the window's thread: it looks at every case that the term keeps people out of."""
        part, vault, acting = self._part, self._part.vault, self._part.session.logbook.acting()

        def done(_: object) -> None:
            part.session.dues.forget()
            value, profile = part.ctx.t(f"retention.value.{self._value}"), part.ctx.t(f"group.{new.profile}")
            part.again("terms.done", profile=profile, name=value, now=self._then(new))

        busy = part.ctx.t("terms.busy.keep")
        self.work.run(busy, lambda _progress: retention.change(vault, acting, new), done, self.failed)


class LengthForm(TermForm):
    """A number, a unit, and where they come from."""

    def __init__(self, part: ProfileTerms, value: str, close: Callable[[], object]) -> None:
        super().__init__(part, value, close)
        ctx = part.ctx
        period: Period | None = getattr(part.profile, value)
        single = re.fullmatch(r"P(\d+)([YMD])", period.length) if period is not None else None
        self.number = NumberEdit(int(single[1]) if single else None)
        self.unit = Select(
            [(unit, ctx.t(f"terms.unit.{name}")) for unit, name in UNITS.items()],
            single[2] if single else "Y",
        )
        own = period is not None and period.status == "organisation"
        self.source = QLineEdit(period.source if own and period is not None else "")
        self.source.setMaxLength(_LONGEST_SOURCE)
        self.add(
            FlowRow(
                Field(ctx.t("terms.number"), self.number),
                Field(ctx.t("terms.unit"), self.unit),
                gap=theme.current().space("m"),
            )
        )
        self.add(Field(ctx.t("terms.source.own"), self.source, ctx.t("terms.source.own.hint")))
        self.finish()
        for line in (self.number, self.source):
            line.textChanged.connect(lambda _text: self.asking.put_away())
            line.returnPressed.connect(self.propose)
        self.unit.chosen.connect(lambda _unit: self.asking.put_away())

    def change(self) -> Change:
        """What is filled in. Raises RetentionError."""
        # What is no number is refused there as no length: the rules for both stand in one place.
        length = f"P{self.number.number()}{self.unit.value()}"
        return new_period(self._part.profile.id, self._value, length, self.source.text())

    def as_shipped(self) -> Change:
        """The length that came with the program."""
        return new_period(self._part.profile.id, self._value, "", "")

    def start(self) -> QWidget:
        """The number."""
        return self.number

    def at_fault(self, key: str) -> QWidget:
        """Which field an error is about."""
        return self.source if key == "retention.error.source" else self.number


class ChoiceForm(TermForm):
    """One of a few: the start of the clock, or whether a case is a working copy."""

    def __init__(self, part: ProfileTerms, value: str, close: Callable[[], object]) -> None:
        super().__init__(part, value, close)
        ctx = part.ctx
        names = CLOCKS if value == "clock" else ("on", "off")
        choices = [(name, capital(ctx.t(f"retention.{value}.{name}")), "") for name in names]
        question = ctx.t(f"retention.value.{value}")
        chosen = part.profile.clock if value == "clock" else "on" if part.profile.working_copy else "off"
        self.options = self.add(
            Options(
                Body(question, bold=True),
                choices,
                name=question,
                chosen=chosen,
                on=lambda _name: self.asking.put_away(),
            )
        )
        self.finish()

    def change(self) -> Change:
        """What is chosen. Raises RetentionError."""
        return self._of(self.options.value or "")

    def as_shipped(self) -> Change:
        """The choice that came with the program."""
        usual = self._part.shipped
        return self._of(usual.clock if self._value == "clock" else "on" if usual.working_copy else "off")

    def start(self) -> QWidget:
        """What is chosen now."""
        return self.options.first

    def _of(self, name: str) -> Change:
        if self._value == "clock":
            return new_clock(self._part.profile.id, name)
        return new_working_copy(self._part.profile.id, name == "on")
