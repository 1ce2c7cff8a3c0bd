"""A new passphrase: typed twice, its strength told in words and marks while it is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeAlias

from PySide6.QtCore import QTimer

from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Column
from borg_triage.ui.widgets.passphrase import PassphraseField
from borg_triage.ui.widgets.steps import Marks

# Words to be tried first, asked for when the strength is worked out.
Known: TypeAlias = Callable[[], Sequence[str]]

USUAL_LENGTH: Final = 14
USUAL_SCORE: Final = 2
_MOST: Final = 4
# Typing goes on for this long (ms) before the strength is worked out.
_PAUSE_MS: Final = 250


class NewPassphrase(Column):
    """known: words that somebody who knows the vault would try first, such as names.

    least, score: what the vault asks of it, characters and strength.
    """

    def __init__(
        self,
        ctx: Context,
        known: Known,
        label: str = "",
        least: int = USUAL_LENGTH,
        score: int = USUAL_SCORE,
    ) -> None:
        super().__init__(gap="l")
        self._ctx = ctx
        self.least = least
        self.first = PassphraseField(ctx, label or ctx.t("unlock.passphrase"), self._rule(least, score))
        self.meter = Meter(ctx, known, least, score)
        self.again = PassphraseField(ctx, ctx.t("unlock.passphrase.again"))
        self.add(Column(self.first, self.meter, gap="s"))
        self.add(self.again)
        self.first.line.textChanged.connect(self.meter.look)

    def ask(self, least: int, score: int) -> None:
        """Another rule holds: one that was not known before the vault was open."""
        self.least = least
        self.first.put_hint(self._rule(least, score))
        self.meter.ask(least, score)

    def _rule(self, least: int, score: int) -> str:
        """What is asked, in words; of the strength only where more is asked than usual."""
        text = self._ctx.t("unlock.passphrase.rule", minimum=least)
        if score <= USUAL_SCORE:
            return text
        strength = self._ctx.t(f"passphrase.rule.strength.{score}")
        return f"{text} {self._ctx.t('passphrase.rule', strength=strength)}"

    def text(self) -> str:
        """What is typed."""
        return self.first.text()

    def problem(self) -> str:
        """The key of what is wrong before anything is tried; empty when nothing is."""
        if not self.first.text():
            return "unlock.error.no_passphrase"
        if self.first.text() != self.again.text():
            return "unlock.error.not_the_same"
        return ""

    def empty(self) -> None:
        """Forget what is typed."""
        self.first.line.clear()
        self.again.line.clear()


class Meter(Column):
    """How strong a passphrase is, from 0 to 4: in words, and as marks. Worked out off the window's thread."""

    def __init__(self, ctx: Context, known: Known, least: int, asked: int) -> None:
        super().__init__(gap="xs")
        self._ctx, self._known, self._least, self._asked = ctx, known, least, asked
        self._typed = ""
        self.score: int | None = None
        self.marks = self.add(Marks(0, _MOST, 8))
        self.words = self.add(Body("", tone="muted", size="small"))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE_MS)
        self._later.timeout.connect(self._work_out)
        self._show()

    def ask(self, least: int, asked: int) -> None:
        """Measure by another rule."""
        self._least, self._asked = least, asked
        self._show()

    def look(self, typed: str) -> None:
        """Another passphrase is typed."""
        self._typed, self.score = typed, None
        if not typed:
            self._later.stop()
            self._show()
        else:
            self._later.start()

    def _work_out(self) -> None:
        from borg_triage.ui.jobs import Job

        typed, known = self._typed, tuple(self._known())

        def work() -> int:
            from borg_triage.storage.keys.strength import strength

            return strength(typed, known)

        # Of the window, not of this: a page may go while it works, and a thread must not.
        job = Job(self.window(), work, partial(_tell, self, typed), _drop)
        job.finished.connect(job.deleteLater)
        job.start()

    def tell(self, typed: str, score: int) -> None:
        """It is this strong, if it is still what is typed."""
        if typed == self._typed:
            self.score = score
            self._show()

    def _show(self) -> None:
        ctx, short = self._ctx, self._least - len(self._typed)
        if self.score is None:
            text = ctx.t("passphrase.strength.none")
        elif short > 0:
            text = ctx.texts.plural("passphrase.strength.short", short)
        elif USUAL_SCORE <= self.score < self._asked:
            text = ctx.t("passphrase.strength.not_here")
        else:
            text = ctx.t(f"passphrase.strength.{self.score}")
        # One too short is refused: it never looks like more than the weakest that is.
        shown = 0 if self.score is None else self.score if short <= 0 else min(self.score, 1)
        self.marks.fill(shown)
        self.marks.setAccessibleName(text)
        self.words.setText(text)


def _tell(meter: Meter, typed: str, score: int) -> None:
    from shiboken6 import isValid

    if isValid(meter):
        meter.tell(typed, score)


def _drop(_error: Exception) -> None:
    """Without a figure the form works as well: the vault itself refuses what is too weak."""
