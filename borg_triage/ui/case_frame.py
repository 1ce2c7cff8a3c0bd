"""What stands around a page while a case is open: the section list, its narrow form, the urgent banner."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize

from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.navigation import Place, entries
from borg_triage.ui.widgets.banner import UrgentBanner
from borg_triage.ui.widgets.side import NarrowSide, Side

# Below this width (at 100 %) the section list folds into one line above the page.
_NARROW = 900
# Pages that show what to do themselves, or have nothing to do with a case.
_NO_BANNER = ("unlock", "cases", "result", "judgement", "handover")


class CaseFrame:
    """go: show a place of the list; back: to the cases. The window lays the parts out."""

    def __init__(self, ctx: Context, go: Callable[[Place], None], back: Callable[[], None]) -> None:
        self._ctx = ctx
        self.side = Side(ctx, go, back)
        self.narrow = NarrowSide(ctx, go, back)
        self.urgent = UrgentBanner()

    def refresh(self, shown: Place) -> None:
        """Bring the list and the level up to date."""
        listed = entries(self._ctx)
        self.side.show_entries(listed, shown)
        self.narrow.show_entries(listed, shown)

    def fit(self, room: QSize, page: str, *, alone: bool) -> None:
        """Show the list beside the page, above it where there is little room, or not; and the banner."""
        narrow = room.width() < theme.current().px(_NARROW)
        with_case = not alone and page not in {"unlock", "cases"}
        self.side.setVisible(with_case and not narrow)
        self.narrow.setVisible(with_case and narrow)
        self.narrow.fit(room)
        if page in _NO_BANNER:
            self.urgent.leave_out()
        else:
            self.urgent.refresh(self._ctx, room.height())
