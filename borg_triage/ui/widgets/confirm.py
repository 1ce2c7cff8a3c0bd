"""The own passphrase once more, before what lasts: somebody else may sit at a vault that was left open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from borg_triage.ui.context import Context
from borg_triage.ui.widgets.ask import Ask
from borg_triage.ui.widgets.basics import Column
from borg_triage.ui.widgets.passphrase import PassphraseField
from borg_triage.ui.widgets.told import Told
from borg_triage.ui.widgets.work import Progress

if TYPE_CHECKING:
    from borg_triage.app.session import Session


class Confirm(Column):
    """A field for it, and below it what is wrong. A wrong one makes the next try wait, as at the door."""

    def __init__(self, ctx: Context, session: Session) -> None:
        super().__init__(gap="s")
        self._ctx, self._session = ctx, session
        name = session.vault.person.name
        self.field = self.add(
            PassphraseField(ctx, ctx.t("confirm.passphrase", name=name), ctx.t("confirm.passphrase.hint"))
        )
        self.told = self.add(Told())

    def is_typed(self) -> bool:
        """Whether there is anything to try; where not, that is said."""
        if not self.field.text():
            self.told.say(self._ctx.t("confirm.passphrase.none"), focus=self.field.line)
            return False
        return True

    def before(self, work: Callable[[Progress], Any]) -> Callable[[Progress], Any]:
        """The work, with the passphrase tried first; what was typed is let go of."""
        vault, passphrase = self._session.vault, self.field.text()
        self.empty()

        def both(progress: Progress) -> Any:
            vault.confirm(passphrase)
            return work(progress)

        return both

    def empty(self) -> None:
        """Leave nothing of what was typed, nor what was said of it."""
        self.field.line.clear()
        self.told.put_away()

    def failed(self, error: Exception) -> bool:
        """Say it, where this is what went wrong: the general words speak of a vault that stays shut."""
        from borg_triage.storage.errors import TooSoon, WrongPassphrase

        if isinstance(error, WrongPassphrase):
            self.told.say(self._ctx.t("confirm.passphrase.wrong"), focus=self.field.line)
        elif isinstance(error, TooSoon):
            text = self._ctx.texts.plural("confirm.passphrase.wait", int(str(error.params["seconds"])))
            self.told.say(text, focus=self.field.line)
        else:
            return False
        return True


class AskConfirmed(Ask):
    """A question that is answered with the own passphrase. See `Ask`."""

    def __init__(
        self,
        confirm: Confirm,
        title: str,
        lines: Sequence[str],
        words: tuple[str, str],
        do: Callable[[], object],
    ) -> None:
        super().__init__(title, lines, *words, do)
        self.confirm = confirm
        # Above the buttons.
        column = self.notice.column.body
        column.insertWidget(column.count() - 1, confirm)
        confirm.field.line.returnPressed.connect(do)

    def put_away(self) -> None:
        """Think better of it, and leave nothing of what was typed."""
        self.confirm.empty()
        super().put_away()
