"""The bar on top of every page: the program's name, language, appearance, lock, and the acute button."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout

from borg_triage.app.settings import LOCK_AFTER, Settings
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Button, Heading

if TYPE_CHECKING:
    from PySide6.QtGui import QActionGroup, QResizeEvent
    from PySide6.QtWidgets import QMenu


class Header(QFrame):
    """lock: called to close the vault; the button shows only while one is open."""

    def __init__(self, ctx: Context, lock: Callable[[], None], help_: Callable[[], None]) -> None:
        super().__init__()
        now = theme.current()
        self._ctx = ctx
        self.setProperty("role", "header")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(now.space("l"), now.space("s"), now.space("l"), now.space("s"))
        row.setSpacing(now.space("s"))
        self.name = Heading(ctx.t("app.name"), 2)
        self.name.setWordWrap(False)
        row.addWidget(self.name)
        row.addStretch(1)
        other = "en" if ctx.language == "nl" else "nl"
        self.language = Button(
            ctx.t(f"header.language.{other}"),
            lambda: ctx.choose(ctx.settings._replace(language=other)),
            role="quiet",
            icon="speech",
            name=ctx.t("header.language.name", language=ctx.t(f"header.language.{other}")),
        )
        self.look = Button(ctx.t("header.look"), self._show_look, role="quiet", icon="eye")
        self.help = Button(ctx.t("header.help"), help_, role="quiet", icon="help")
        self.lock = Button(ctx.t("header.lock"), lock, role="quiet", icon="lock")
        self.acute = Button(ctx.t("header.acute"), ctx.acute, role="danger", icon="phone")
        self.acute.setAccessibleDescription(ctx.t("header.acute.name"))
        self._shrinks = (self.help, self.look, self.lock, self.language)
        for button in (self.language, self.look, self.help, self.lock, self.acute):
            row.addWidget(button)
        self.lock.setVisible(ctx.session is not None)
        self._shrink(True)
        self._least = self._needs()
        self._shrink(False)

    def minimumSizeHint(self) -> QSize:
        """What it needs with everything left out that may be: a window may be that narrow."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self._least), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out texts where there is no room; the acute button keeps its own."""
        super().resizeEvent(event)
        self._shrink(False)
        for button in self._shrinks:
            if self._needs() <= self.width():
                return
            button.compact(True)

    def _shrink(self, on: bool) -> None:
        for button in self._shrinks:
            button.compact(on)

    def _needs(self) -> int:
        self._row.invalidate()
        return self._row.sizeHint().width()

    def _show_look(self) -> None:
        from PySide6.QtCore import QPoint

        menu = self.look_menu()
        menu.exec(self.look.mapToGlobal(QPoint(0, self.look.height())))

    def look_menu(self) -> QMenu:
        """The menu of appearances, zooms, and when to lock, the present ones marked."""
        from PySide6.QtGui import QActionGroup
        from PySide6.QtWidgets import QMenu

        ctx, menu = self._ctx, QMenu(self)
        looks, zooms, kept = QActionGroup(menu), QActionGroup(menu), ctx.settings
        for mode in theme.MODES:
            self._add(looks, ctx.t(f"look.{mode}"), kept._replace(appearance=mode))
        for zoom in theme.ZOOMS:
            self._add(zooms, ctx.t("look.zoom", percent=zoom), kept._replace(zoom=zoom))
        menu.addActions(looks.actions())
        menu.addSeparator()
        menu.addActions(zooms.actions())
        menu.addSeparator()
        self._add_guards(menu)
        return menu

    def _add_guards(self, menu: QMenu) -> None:
        from PySide6.QtGui import QActionGroup

        from borg_triage.ui.guard import capture

        ctx, kept = self._ctx, self._ctx.settings
        after = menu.addMenu(ctx.t("lock.after"))
        times = QActionGroup(after)
        for minutes in LOCK_AFTER:
            text = ctx.texts.plural("lock.after.minutes", minutes)
            self._add(times, text, kept._replace(lock_after=minutes))
        after.addActions(times.actions())
        if capture.offered():
            hide = menu.addAction(ctx.t("look.hide_from_capture"))
            hide.setCheckable(True)
            hide.setChecked(kept.hide_from_capture)
            hide.triggered.connect(lambda on: ctx.choose(kept._replace(hide_from_capture=on)))

    def _add(self, group: QActionGroup, text: str, settings: Settings) -> None:
        from PySide6.QtGui import QAction

        action = QAction(text, group)
        action.setCheckable(True)
        action.setChecked(settings == self._ctx.settings)
        action.triggered.connect(lambda _checked=False: self._ctx.choose(settings))
