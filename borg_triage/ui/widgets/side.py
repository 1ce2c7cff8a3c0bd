"""The list of sections beside an open case, with how far each is in words; and its narrow form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.navigation import Entry, Place
from borg_triage.ui.widgets import icons
from borg_triage.ui.widgets.basics import (
    Badge,
    Body,
    Column,
    QuietButton,
    Select,
    clear,
    kind_of,
)
from borg_triage.ui.widgets.measure import wrapped

WIDTH = 264
_LEAST_SIGNS = 1
# What the name of a section takes in that list, and the height from which there may be two lines (at 100 %).
_SECTION = 150
_HIGH = 600


class EntryButton(QAbstractButton):
    """One section: its name, and below it how far it is. The one that is shown is marked by a bar."""

    def __init__(self, entry: Entry, shown: bool) -> None:
        super().__init__()
        self.entry = entry
        self.setCheckable(True)
        self.setChecked(shown)
        self.setFont(theme.current().font(bold=shown))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(entry.title)
        self.setAccessibleDescription(entry.detail)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_entry(self, entry: Entry, shown: bool) -> None:
        """Show how it stands now."""
        self.entry = entry
        self.setChecked(shown)
        self.setFont(theme.current().font(bold=shown))
        self.setAccessibleDescription(entry.detail)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the list."""
        width = theme.current().px(WIDTH - 40)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """A target."""
        now = theme.current()
        return QSize(now.px(120), now.px(theme.TARGET))

    def hasHeightForWidth(self) -> bool:
        """It grows when its name wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The name, the detail, and some room."""
        now = theme.current()
        text = wrapped(self.font(), self.entry.title, self._room(width)).height()
        if self.entry.detail:
            text += wrapped(now.font("small"), self.entry.detail, self._room(width)).height()
        return max(now.px(theme.TARGET), text + 2 * now.px(5))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be pressed."""
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """And no longer."""
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, bar, name, detail, mark."""
        now, c = theme.current(), theme.current().colours
        painter = QPainter(self)
        if self.isChecked() or self.underMouse():
            painter.fillRect(self.rect(), QColor(c.accent_soft))
        if self.isChecked():
            painter.fillRect(QRect(0, 0, now.px(4), self.height()), QColor(c.accent))
        left, room = now.px(14), self._room(self.width())
        title = wrapped(self.font(), self.entry.title, room)
        detail = wrapped(now.font("small"), self.entry.detail, room) if self.entry.detail else QSize(0, 0)
        top = (self.height() - title.height() - detail.height()) // 2
        painter.setPen(QPen(QColor(c.text)))
        painter.setFont(self.font())
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(QRect(left, top, room, title.height()), flags, self.entry.title)
        painter.setPen(QPen(QColor(now.kind("high").ink if self.entry.signals else c.muted)))
        painter.setFont(now.font("small"))
        below = QRect(left, top + title.height(), room, detail.height())
        painter.drawText(below, flags, self.entry.detail)
        if self.entry.signals:
            size = now.px(18)
            mark = icons.pixmap("diamond", now.kind("high").ink, size)
            painter.drawPixmap(self.width() - size - now.px(10), (self.height() - size) // 2, mark)
        painter.end()

    def _room(self, width: int) -> int:
        now = theme.current()
        return width - now.px(14) - now.px(36)


class Standing(Column):
    """Which case is open, and how it stands as far as people may know it now."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(gap="s")
        self._ctx = ctx
        self.refresh()

    def refresh(self) -> None:
        """Show how it stands now."""
        clear(self.body)
        ctx = self._ctx
        if ctx.case is not None:
            self.add(Body(ctx.case.view.pseudonym, bold=True))
            if not ctx.neutral:
                self.add(level_badge(ctx) or Badge(ctx.t("side.not_judged"), "neutral"))


def level_badge(ctx: Context) -> Badge | None:
    """The level of the open case; people judge first, so until then only what is certain and urgent."""
    view = ctx.opened.view
    lower = view.assessment.level.lower
    if view.judgement is not None:
        return Badge(ctx.t(f"level.{view.level}.label"), kind_of(view.level))
    if lower in {"high", "acute"}:
        return Badge(ctx.t("side.at_least", level=ctx.t(f"level.{lower}.label")), kind_of(lower))
    return None


class Side(QFrame):
    """The list at the left. go: show a place; back: to the cases."""

    def __init__(self, ctx: Context, go: Callable[[Place], None], back: Callable[[], None]) -> None:
        super().__init__()
        now = theme.current()
        self._go = go
        self.setProperty("role", "side")
        self.setFixedWidth(now.px(WIDTH))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, now.space("s"), 0, 0)
        column.setSpacing(now.space("s"))
        top = Column(gap="s")
        top.body.setContentsMargins(now.space("s"), 0, now.space("m"), now.space("s"))
        self.back = top.add(QuietButton(ctx.t("side.back"), back, icon="arrow_left"))
        self.standing = Standing(ctx)
        self.standing.body.setContentsMargins(now.px(6), 0, 0, 0)
        top.add(self.standing)
        column.addWidget(top)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setProperty("ground", "surface")
        self._list = QWidget()
        self._list.setProperty("ground", "surface")
        self._list.setAccessibleName(ctx.t("side.name"))
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, now.space("m"))
        self._column.setSpacing(0)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        area.setWidget(self._list)
        self._area = area
        column.addWidget(area, 1)
        self.buttons: list[EntryButton] = []

    def show_entries(self, entries: Sequence[Entry], shown: Place) -> None:
        """Show the list as it stands, with one entry marked."""
        if [button.entry.place for button in self.buttons] == [entry.place for entry in entries]:
            for button, entry in zip(self.buttons, entries, strict=True):
                button.show_entry(entry, entry.place == shown)
        else:
            clear(self._column)
            self.buttons = [self._button(entry, entry.place == shown) for entry in entries]
        self.standing.refresh()
        for button in self.buttons:
            if button.isChecked():
                self._area.ensureWidgetVisible(button, 0, theme.current().px(8))

    def _button(self, entry: Entry, shown: bool) -> EntryButton:
        button = EntryButton(entry, shown)
        button.clicked.connect(lambda _checked=False: self._go(button.entry.place))
        self._column.addWidget(button)
        return button


class NarrowSide(QFrame):
    """The same in one line, for a narrow window: back, the case, and the sections in a list.

    In two lines where the name of a section would be cut off, and the window is high enough.
    """

    def __init__(self, ctx: Context, go: Callable[[Place], None], back: Callable[[], None]) -> None:
        super().__init__()
        now = theme.current()
        self._ctx = ctx
        self._entries: Sequence[Entry] = ()
        self.setProperty("role", "header")
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lines.setContentsMargins(now.space("s"), now.space("s"), now.space("l"), now.space("s"))
        self._lines.setSpacing(now.space("s"))
        self._row = QHBoxLayout()
        self._row.setSpacing(now.space("s"))
        self._lines.addLayout(self._row)
        self.back = QuietButton(ctx.t("side.back"), back, icon="arrow_left")
        self.back.compact(True)
        self._row.addWidget(self.back)
        self.name = Body("", bold=True)
        self.name.setWordWrap(False)
        self._row.addWidget(self.name)
        self._row.addStretch(1)
        self.badge: Badge | None = None
        self.select = Select([], name=ctx.t("side.name"))
        self.select.chosen.connect(lambda value: go(self._entries[int(value)].place))
        self._lines.addWidget(self.select, 1)

    def fit(self, room: QSize) -> None:
        """Choose between one line and two. room: of the window."""
        now = theme.current()
        edges = self._lines.contentsMargins()
        left = room.width() - edges.left() - edges.right()
        # Not the row's own hint: a badge that is about to show does not count in it yet.
        for widget in (self.back, self.name, self.badge):
            left -= 0 if widget is None else widget.sizeHint().width() + self._row.spacing()
        two = left < now.px(_SECTION) and room.height() >= now.px(_HIGH)
        way = QBoxLayout.Direction.TopToBottom if two else QBoxLayout.Direction.LeftToRight
        self._lines.setDirection(way)

    def show_entries(self, entries: Sequence[Entry], shown: Place) -> None:
        """Show the list as it stands."""
        self._entries = entries
        options = [(str(place), _line(entry)) for place, entry in enumerate(entries)]
        chosen = next((str(place) for place, entry in enumerate(entries) if entry.place == shown), None)
        self.select.fill(options, chosen)
        # It takes the room that is left, however little.
        self.select.setMinimumContentsLength(_LEAST_SIGNS)
        self._show_case()

    def _show_case(self) -> None:
        ctx, room = self._ctx, theme.current().px(140)
        name = ctx.opened.view.pseudonym
        self.name.setText(self.name.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room))
        self.name.setAccessibleName(name)
        if self.badge is not None:
            self.badge.hide()
            self.badge.deleteLater()
        self.badge = None if ctx.neutral else level_badge(ctx)
        if self.badge is not None:
            self._row.insertWidget(2, self.badge)


def _line(entry: Entry) -> str:
    return f"{entry.title} · {entry.detail}" if entry.detail else entry.title
