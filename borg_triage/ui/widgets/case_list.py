"""The list of cases: a model that reads a screenful at a time, and a painter of its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets import icons
from borg_triage.ui.widgets.basics import icon_of, kind_of
from borg_triage.ui.widgets.measure import wrapped

if TYPE_CHECKING:
    from borg_triage.storage.records import CaseSummary

_MORE: Final = 100
_NONE: Final = QModelIndex()
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
Index = QModelIndex | QPersistentModelIndex


class CaseModel(QAbstractListModel):
    """The cases whose pseudonym holds the text; more are read as the list is scrolled."""

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._text = ""
        self._rows: list[CaseSummary] = []
        self._restricted: frozenset[str] = frozenset()
        self._whole = True

    def search(self, text: str) -> None:
        """Show the cases of this text. Raises VaultError."""
        self.beginResetModel()
        self._text = text
        session = self._ctx.session
        self._restricted = frozenset(session.vault.retention.restrictions() if session else ())
        self._rows = self._read(0)
        self._whole = len(self._rows) < _MORE
        self.endResetModel()

    def case(self, index: Index) -> CaseSummary | None:
        """The case of a line."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def rowCount(self, parent: Index = _NONE) -> int:
        """How many were read so far."""
        return 0 if parent.isValid() else len(self._rows)

    def canFetchMore(self, parent: Index) -> bool:
        """Whether there may be more."""
        return not parent.isValid() and not self._whole

    def fetchMore(self, parent: Index) -> None:
        """Read the next."""
        more = self._read(len(self._rows))
        self._whole = len(more) < _MORE
        if more:
            self.beginInsertRows(_NONE, len(self._rows), len(self._rows) + len(more) - 1)
            self._rows += more
            self.endInsertRows()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The pseudonym, and all that is painted as one sentence for a screen reader."""
        summary = self.case(index)
        if summary is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return summary.pseudonym
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ". ".join((summary.pseudonym, *self.words(summary)))
        return None

    def words(self, summary: CaseSummary) -> tuple[str, str, str]:
        """Urgency, pattern (not of a restricted case) with user group, and deadline with last touched."""
        from borg_triage.text import formats

        ctx, due = self._ctx, summary.next_deadline
        level = ctx.t(f"level.{summary.level}.label") if summary.level else ctx.t("cases.not_assessed")
        group = ctx.t(f"group.{summary.user_group}")
        pattern = ctx.t(f"pattern.{summary.pattern}.label") if summary.pattern else ""
        if summary.id in self._restricted:
            pattern = ctx.t("cases.restricted")
        touched = ctx.t("cases.touched", moment=formats.moment(summary.touched_at, ctx.language))
        if due is not None:
            passed = ctx.session is not None and due <= ctx.session.clock()
            moment = formats.moment(due, ctx.language)
            when = ctx.t("cases.due.now") if passed else ctx.t("cases.due", moment=moment)
            touched = f"{when} · {touched}"
        return level, f"{pattern} · {group}" if pattern else group, touched

    def _read(self, start: int) -> list[CaseSummary]:
        session = self._ctx.session
        return [] if session is None else session.cases(self._text, limit=_MORE, offset=start)


class CaseLines(QStyledItemDelegate):
    """Paints a case: urgency with its icon, pseudonym, pattern, next deadline, last touched."""

    def __init__(self, model: CaseModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The name with the urgency beside it, and two lines below both."""
        now = theme.current()
        small = wrapped(now.font("small"), "Xg").height()
        return QSize(now.px(200), _first_line() + 2 * small + now.px(30))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One case."""
        summary = self._model.case(index)
        if summary is None:
            return
        now, c = theme.current(), theme.current().colours
        state, box = option.state, option.rect
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.fillRect(box, QColor(c.accent_soft if chosen or hovered else c.surface))
        if chosen:
            painter.fillRect(QRect(box.left(), box.top(), now.px(4), box.height()), QColor(c.accent))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(c.border))
        level, pattern, dates = self._model.words(summary)
        room = box.adjusted(now.px(16), now.px(10), -now.px(12), -now.px(10))
        right = _paint_level(painter, room, level, summary.level or "")
        top = room.top()
        for text, font, ink in (
            (summary.pseudonym, now.font(bold=True), c.text),
            (pattern, now.font("small"), c.text),
            (dates, now.font("small"), c.muted),
        ):
            painter.setFont(font)
            painter.setPen(QPen(QColor(ink)))
            first = top == room.top()
            height = _first_line() if first else wrapped(font, "Xg").height()
            width = (room.width() - right) if first else room.width()
            line = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRect(room.left(), top, width, height), int(_MIDDLE), line)
            top += height + now.px(3)
        painter.restore()


def _first_line() -> int:
    """How high the line with the name and the urgency is: a line below stands clear of the badge."""
    return max(wrapped(theme.current().font(bold=True), "Xg").height(), _badge_height())


def _badge_height() -> int:
    now = theme.current()
    return wrapped(now.font("small", bold=True), "Xg").height() + now.px(8)


def _paint_level(painter: QPainter, room: QRect, text: str, level: str) -> int:
    """The urgency as a badge in the corner; gives the width it took."""
    now = theme.current()
    kind = kind_of(level)
    paint, font = now.kind(kind), now.font("small", bold=True)
    mark = now.px(16)
    width = wrapped(font, text).width() + mark + now.px(24)
    box = QRect(room.right() - width, room.top(), width, _badge_height())
    painter.setPen(QPen(QColor(paint.edge), now.px(1)))
    painter.setBrush(QColor(paint.fill))
    painter.drawRoundedRect(box, now.px(4), now.px(4))
    picture = icons.pixmap(icon_of(kind), paint.ink, mark)
    painter.drawPixmap(box.left() + now.px(8), box.center().y() - mark // 2, picture)
    painter.setPen(QPen(QColor(paint.ink)))
    painter.setFont(font)
    inner = box.adjusted(mark + now.px(14), 0, -now.px(4), 0)
    painter.drawText(inner, int(_MIDDLE), text)
    return width + now.px(12)
