"""What stands above a page: the first urgent result, the moment it is certain; and an error in words."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.theme_sheet import SCROLL_BAR
from borg_triage.ui.widgets.basics import Body, Column, Notice, OneLine, PrimaryButton, SecondaryButton, clear

_URGENT = ("high", "acute")
# Below this height (at 100 %) only the title and the button show, so that the questions keep their room.
_LOW = 600


def announce(widget: QWidget) -> None:
    """Let a screen reader say it now."""
    from PySide6.QtGui import QAccessible, QAccessibleEvent

    QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.Alert))


class Above(QWidget):
    """One notice at a time, as wide as the column of a page; takes no room when there is none."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        edge = theme.current().space("xl")
        # The page below has a scroll bar at its right.
        row.setContentsMargins(edge, theme.current().space("m"), edge + theme.current().px(SCROLL_BAR), 0)
        self._column = Column(gap="s")
        self._column.setMaximumWidth(theme.current().px(theme.COLUMN))
        row.addStretch(1)
        row.addWidget(self._column, 1000)
        row.addStretch(1)
        self.notice: Notice | None = None
        self.hide()

    def put(self, notice: Notice | None) -> None:
        """Show this notice, or none."""
        clear(self._column.body)
        self.notice = notice
        self.setVisible(notice is not None)
        if notice is not None:
            self._column.add(notice)
            announce(notice)


class UrgentBanner(Above):
    """Says what to do when the case is certainly high or acute, whatever the open answers turn out to be."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[str, bool] | None = None

    def refresh(self, ctx: Context, height: int) -> None:
        """Show what is certain now; nothing without a case, below high, or with the partner in the room."""
        wanted = self._wanted(ctx, height)
        if wanted == self._shown:
            return
        self._shown = wanted
        self.put(None if wanted is None else _urgent(ctx, *wanted))

    def leave_out(self) -> None:
        """Not on this page."""
        self._shown = None
        self.put(None)

    @staticmethod
    def _wanted(ctx: Context, height: int) -> tuple[str, bool] | None:
        if ctx.case is None or ctx.neutral:
            return None
        lower = ctx.case.view.assessment.level.lower
        return (lower, height < theme.current().px(_LOW)) if lower in _URGENT else None


def _urgent(ctx: Context, level: str, low: bool) -> Notice:
    title = ctx.t("banner.urgent", level=ctx.t(f"level.{level}.label"))
    what = "" if low else ctx.t(f"what.{level}.{ctx.opened.view.user_group}")
    button = SecondaryButton(ctx.t("banner.to_result"), lambda: ctx.go("result"), icon="arrow_right")
    notice = Notice("", "", level)
    ink = theme.current().kind(level).ink
    words = Column(Body(title, bold=True, tone=ink), gap="xs")
    if what:
        words.add(Body(what, tone=ink))
    notice.column.add(OneLine(words, button))
    notice.setAccessibleName(title)
    notice.setAccessibleDescription(what)
    return notice


class ErrorBanner(Above):
    """An error in words: what happened, what is safe, what to do."""

    def tell(self, title: str, text: str, dismiss: str) -> None:
        """Show it until it is dismissed or another page is opened."""
        button = PrimaryButton(dismiss, lambda: self.put(None))
        self.put(Notice(title, text, "elevated", button))
        button.setFocus()
