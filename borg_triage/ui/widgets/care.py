"""What the parts of the vault page share: a card that says who may use it, and how long a rewrite takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from borg_triage.storage.people import OWNER
from borg_triage.text import formats
from borg_triage.ui.context import Context
from borg_triage.ui.errors import words
from borg_triage.ui.widgets.basics import Body, Card, Heading
from borg_triage.ui.widgets.confirm import Confirm
from borg_triage.ui.widgets.recovery_state import may_manage
from borg_triage.ui.widgets.told import Told
from borg_triage.ui.widgets.work import Progress, Work

if TYPE_CHECKING:
    from datetime import datetime

    from borg_triage.app.session import Session
    from borg_triage.storage.vault import Vault

# Bytes a second that a slow disk takes while everything is encrypted anew; and what comes with it.
_PACE: Final = 20_000_000
_AROUND_S: Final = 2


class Part(Card):
    """One part of the care for a vault. name: of its texts, `care.<name>.*`."""

    def __init__(self, ctx: Context, session: Session, name: str) -> None:
        super().__init__(
            Heading(ctx.t(f"care.{name}.title"), 2), Body(ctx.t(f"care.{name}.intro"), tone="muted")
        )
        self.ctx, self.session, self.name = ctx, session, name
        self.told = Told()
        self.work = Work(ctx)

    @property
    def vault(self) -> Vault:
        """The open vault."""
        return self.session.vault

    @property
    def managing(self) -> bool:
        """Whether whoever opened the vault may manage it."""
        return may_manage(self.session)

    def moment(self, at: datetime) -> str:
        """A moment in words."""
        return formats.moment(at, self.ctx.language)

    def say_owners_only(self) -> None:
        """Why this is not offered, and whom to ask."""
        self.add(Body(self.ctx.t(f"care.{self.name}.owners_only", owners=self.owners())))

    def owners(self) -> str:
        """Their names, in words."""
        return owners(self.vault, self.ctx)

    def do(self, text: str, work: Callable[[Progress], Any], done: Callable[[Any], object]) -> None:
        """Something slow, told below; what goes wrong is told there too."""
        self.told.put_away()
        self.work.run(text, work, done, self.failed)

    def do_confirmed(
        self, confirm: Confirm, text: str, work: Callable[[Progress], Any], done: Callable[[Any], object]
    ) -> None:
        """The same, once whoever asks for it has shown to be who opened the vault."""
        self.told.put_away()
        if confirm.is_typed():
            self.work.run(text, confirm.before(work), done, lambda error: self._refused(confirm, error))

    def _refused(self, confirm: Confirm, error: Exception) -> None:
        if not confirm.failed(error):
            self.failed(error)

    def failed(self, error: Exception) -> None:
        """Say what went wrong, here."""
        self.told.say(words(error, self.ctx.texts))

    def again(self, key: str, **params: object) -> None:
        """The whole page anew, with what was done above it."""
        self.ctx.go("vault", done=self.ctx.t(key, **params))


def owners(vault: Vault, ctx: Context) -> str:
    """The names of the vault's owners, in words."""
    names = [person.name for person in vault.people.all() if person.role == OWNER]
    return formats.listing(names, ctx.language) if names else ctx.t("care.nobody")


def seconds(vault: Vault) -> int:
    """About how long it takes to write a vault anew."""
    try:
        size = vault.path.stat().st_size
    except OSError:
        size = 0
    return _AROUND_S + size // _PACE
