"""What was just saved and the passphrase that opens it, shown once; and the warning before one without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QVBoxLayout

from borg_triage.report.sealed_pdf import SEPARATOR
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.banner import announce
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    Column,
    FlowRow,
    Ground,
    Heading,
    Notice,
    SecondaryButton,
)
from borg_triage.ui.widgets.outcome_layout import bullets

# Percent: sign by sign, as it is read aloud and typed.
_SPACING: Final = 115


@dataclass(frozen=True)
class Saved:
    """A paper that was just saved. passphrase: what opens it, empty when nothing is needed; in no log."""

    file: str
    passphrase: str = field(default="", repr=False)


class SavedNotice(Column):
    """Says where the paper is, and what to do with it now.

    Holds the passphrase for as long as it shows; nobody else does, and leaving the page lets go of it.
    """

    def __init__(self, ctx: Context, saved: Saved) -> None:
        super().__init__(gap="l")
        self.saved = saved
        self.passphrase: PassphraseOnce | None = None
        notice = self.add(
            Notice(ctx.t("handover.saved.title"), ctx.t("handover.saved", file=saved.file), "info")
        )
        if saved.passphrase:
            self.passphrase = self.add(PassphraseOnce(ctx, saved.passphrase))
        else:
            notice.column.add(Body(ctx.t("handover.plain.warning"), tone=theme.current().kind("info").ink))


class PassphraseOnce(Card):
    """The passphrase, large and in groups, a button that copies it, and how to pass it on."""

    def __init__(self, ctx: Context, passphrase: str) -> None:
        title = ctx.t("handover.passphrase.title")
        super().__init__(Heading(title, 2), Body(ctx.t("handover.passphrase.intro")))
        self._ctx, self._passphrase = ctx, passphrase
        self.signs = self.add(_Signs(passphrase))
        self.signs.setAccessibleName(title)
        dash = ctx.t("handover.passphrase.dash")
        spoken = (dash if sign == SEPARATOR else sign for sign in passphrase)
        self.signs.setAccessibleDescription(", ".join(spoken))
        self.copy = SecondaryButton(ctx.t("handover.passphrase.copy"), self._copy)
        self.add(FlowRow(self.copy))
        self.add(bullets(*(ctx.t(f"handover.passphrase.{line}") for line in ("way", "exact", "gone"))))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._passphrase)
        self.copy.put_text(self._ctx.t("handover.passphrase.copied"))
        announce(self.copy)


class _Signs(Ground):
    """The groups next to each other; on a narrow page they go on below, never broken within a group."""

    def __init__(self, passphrase: str) -> None:
        super().__init__("neutral")
        now = theme.current()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        font = now.font("h1", bold=True)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, _SPACING)
        # No gap: it would read as a space to be typed.
        row = FlowRow(gap=0)
        *first, last = passphrase.split(SEPARATOR)
        for group in (*(f"{one}{SEPARATOR}" for one in first), last):
            label = Body(group, tone=now.kind("neutral").ink)
            label.setFont(font)
            label.setWordWrap(False)
            row.add(label)
        column = QVBoxLayout(self)
        edge = now.space("l")
        column.setContentsMargins(edge, edge, edge, edge)
        column.addWidget(row)


class PlainWarning(Column):
    """The question before a PDF without a passphrase is saved; hidden until it is asked."""

    def __init__(self, ctx: Context, go_on: Callable[[], object], back: Callable[[], object]) -> None:
        super().__init__()
        self._back = back
        lines = [ctx.t(f"handover.plain.{line}") for line in ("who", "where", "when")]
        self.keep = SecondaryButton(ctx.t("handover.plain.back"), self.put_away)
        self.go_on = SecondaryButton(ctx.t("handover.plain.go_on"), go_on)
        self.notice = self.add(Notice(ctx.t("handover.plain.title"), "", "high"))
        for line in lines:
            self.notice.column.add(Body(line, tone=theme.current().kind("high").ink))
        self.notice.column.add(FlowRow(self.keep, self.go_on, gap=theme.current().space("s")))
        self.notice.setAccessibleDescription(" ".join(lines))
        self.setVisible(False)

    def ask(self) -> None:
        """Show it, with the keyboard on the way back."""
        self.setVisible(True)
        announce(self.notice)
        self.keep.setFocus()

    def put_away(self) -> None:
        """Think better of it."""
        self.setVisible(False)
        self._back()
