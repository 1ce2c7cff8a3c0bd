"""What a form says of itself: what is wrong, or what was done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from borg_triage.ui import theme
from borg_triage.ui.widgets.banner import announce
from borg_triage.ui.widgets.basics import Column, Notice, clear


class Told(Column):
    """A place for one message; takes no room while there is none."""

    def __init__(self) -> None:
        super().__init__(gap="s")
        self.text = ""
        self.hide()

    def say(
        self,
        text: str,
        kind: str = "elevated",
        focus: QWidget | None = None,
        title: str = "",
        actions: Sequence[QWidget] = (),
    ) -> Notice:
        """Show a message in place of an earlier one, and go to what it is about. actions: its buttons."""
        clear(self.body)
        self.text = text
        notice = self.add(Notice(title, text, kind, *actions))
        self.show()
        announce(notice)
        if focus is not None:
            focus.setFocus()
            # With the message, where both have room.
            soon_in_view(focus)
        soon_in_view(notice)
        return notice

    def put_away(self) -> None:
        """Say nothing any more."""
        clear(self.body)
        self.text = ""
        self.hide()


def soon_in_view(widget: QWidget) -> None:
    """Scroll to it once it has its place: a form filled in at its end may be longer than the window.

    Of what is higher than the window the beginning shows.
    """
    QTimer.singleShot(0, widget, lambda: _into_view(widget))


def _into_view(widget: QWidget) -> None:
    from PySide6.QtWidgets import QScrollArea

    area = widget.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if not isinstance(area, QScrollArea):
        return
    edge, ground = theme.current().space("xl"), area.widget()
    if widget.height() + 2 * edge > area.viewport().height() and ground is not None:
        area.verticalScrollBar().setValue(widget.mapTo(ground, widget.rect().topLeft()).y() - edge)
    else:
        area.ensureWidgetVisible(widget, 0, edge)
