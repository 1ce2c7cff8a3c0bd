"""The recovery sheets that are typed: as many fields as are needed, and how many sheets are still missing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from borg_triage.ui.context import Context
from borg_triage.ui.recovery_words import still_needed
from borg_triage.ui.widgets.basics import Body, Column
from borg_triage.ui.widgets.share_input import ShareInput


class Fault(NamedTuple):
    """What is wrong with a form, in words. where: the field that it is about, if there is one."""

    text: str
    where: QWidget | None = None


def sheets_needed(vault: Path) -> int:
    """How many sheets open a vault or a backup; 0 for one without a kit. Raises VaultError."""
    from borg_triage.storage.keys import keyfile
    from borg_triage.text.backup_names import place_of

    slot = keyfile.read(place_of(vault)).recovery_slot
    return 0 if slot is None else slot.threshold


class SheetsInput(Column):
    """needed: how many sheets. texts: as typed before."""

    def __init__(self, ctx: Context, needed: int, texts: Sequence[str] = ()) -> None:
        super().__init__(gap="l")
        self._ctx, self._needed = ctx, needed
        self.shares: list[ShareInput] = []
        self.add(Body(ctx.t("recovery.enter.help"), tone="muted"))
        for n in range(needed):
            key = "recovery.enter.sheet" if needed > 1 else "recovery.sheet.only"
            text = texts[n] if n < len(texts) else ""
            self.shares.append(self.add(ShareInput(ctx, ctx.t(key, n=n + 1), text, self._count)))
        self.count = self.add(Body("", bold=True))
        self._count()

    def texts(self) -> tuple[str, ...]:
        """What is typed, sheet by sheet."""
        return tuple(share.text() for share in self.shares)

    def fault(self) -> Fault | None:
        """How many sheets are missing, and the field to go on in."""
        left = self._left()
        if not left:
            return None
        todo = next((one for one in self.shares if not one.sheet.right or one.twice), self.shares[0])
        return Fault(self._ctx.texts.plural("recovery.enter.left", left), todo.edit)

    def _left(self) -> int:
        return still_needed((share.sheet for share in self.shares), self._needed)

    def _count(self) -> None:
        """Say how many sheets are still needed, and which is there twice."""
        if len(self.shares) < self._needed:
            return
        seen: set[tuple[int, int]] = set()
        for share in self.shares:
            one = (share.sheet.kit, share.sheet.number)
            share.say_twice(share.sheet.right and one in seen)
            seen.add(one)
        ctx, left = self._ctx, self._left()
        self.count.setText(
            ctx.texts.plural("recovery.enter.left", left) if left else ctx.t("recovery.enter.enough")
        )
