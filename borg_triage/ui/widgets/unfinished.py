"""What an erasing left, in words: where it still lies, and what helps."""

from __future__ import annotations

from typing import Final

from borg_triage.storage.erasing import Left
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Notice

# The lists of backups of what is left, in the order in which they are told.
_LISTS: Final = ("held", "unread", "aside")


def unfinished(left: Left, ctx: Context) -> str:
    """The lines. The backups by number: their names are the owners' to see."""
    lines = [ctx.t("file.erase.unfinished")]
    if left.file:
        lines.append(ctx.t("file.erase.unfinished.file"))
    for name in _LISTS:
        backups = getattr(left, name)
        if backups:
            lines.append(ctx.texts.plural(f"file.erase.unfinished.{name}", len(backups)))
    if left.unlisted:
        lines.append(ctx.t("file.erase.unfinished.unlisted"))
    lines.append(ctx.t("file.erase.unfinished.page"))
    return "\n".join(lines)


def unfinished_notice(ctx: Context, lines: str) -> Notice:
    """The lines above the list of cases."""
    return Notice(ctx.t("file.erase.unfinished.title"), lines, "attention")
