"""The one window: header, section list, banners, and the page that is shown.

It holds what the pages do not: the open vault and case, the place where one is, the settings. Everything
that shows is thrown away and built anew when the language, the appearance or the talk changes.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from borg_triage.app.resources import catalog
from borg_triage.app.settings import Settings, SettingsError, save
from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui import errors, theme
from borg_triage.ui.context import Context
from borg_triage.ui.jobs import Job
from borg_triage.ui.navigation import NEUTRAL, PAGES, Place, build
from borg_triage.ui.widgets.banner import ErrorBanner
from borg_triage.ui.widgets.basics import ScrollPage
from borg_triage.ui.widgets.header import Header

if TYPE_CHECKING:
    from PySide6.QtCore import QTranslator
    from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent

    from borg_triage.app.session import CaseSession, Session
    from borg_triage.ui.case_frame import CaseFrame
    from borg_triage.ui.guard.cover import Cover
    from borg_triage.ui.guard.guard import Guard
    from borg_triage.ui.guard.reasons import Reason
    from borg_triage.ui.widgets.banner import UrgentBanner
    from borg_triage.ui.widgets.side import NarrowSide, Side

# Milliseconds after the first painting, in which the system shows it.
_SOON = 20

__all__ = ["PAGES", "MainWindow"]


class MainWindow(QMainWindow):
    """settings: as kept. Shows the unlock page until a vault is open."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._ctx = self._handed(settings)
        self.cover: Cover | None = None
        self.guard: Guard | None = None
        self._translator: QTranslator | None = None
        self._page_id = "unlock"
        self._args: dict[str, Any] = {}
        self.page: QWidget | None = None
        self._frame: CaseFrame | None = None
        self._complete_yet = False
        self._dress()
        self._rebuild()
        self.resize(1280, 720)

    # ------------------------------------------------------------ what one can do

    @property
    def context(self) -> Context:
        """What the pages are handed."""
        return self._ctx

    @property
    def side(self) -> Side:
        """The section list. Only with an open case."""
        return self._framed.side

    @property
    def narrow(self) -> NarrowSide:
        """The section list of a narrow window. Only with an open case."""
        return self._framed.narrow

    @property
    def urgent(self) -> UrgentBanner:
        """The banner of what is certain and urgent. Only with an open case."""
        return self._framed.urgent

    @property
    def _framed(self) -> CaseFrame:
        if self._frame is None:
            raise LookupError("no case is open")
        return self._frame

    @property
    def place(self) -> Place:
        """Where one is."""
        return Place(self._page_id, str(self._args.get("section", "")))

    def go(self, page: str, **args: Any) -> None:
        """Show a page. With the partner in the room only the neutral ones open."""
        if self._ctx.neutral and page not in NEUTRAL and page not in {"unlock", "cases"}:
            page, args = "interview", {}
        self._page_id, self._args = page, args
        self.errors.put(None)
        self._show_page()

    def enter(self, session: Session) -> None:
        """Work in a vault that was just opened."""
        self._ctx.session = session
        self._page_id, self._args = "cases", {}
        self._rebuild()
        if self.guard is not None:
            self.guard.opened(session)

    def open_case(self, case: CaseSession | None) -> None:
        """Work on a case, or go back to the list."""
        self._ctx.case = case
        if self._ctx.session is not None:
            self._ctx.session.in_hand = "" if case is None else case.id
        self._ctx.drafts.clear()
        page = "cases" if case is None else "interview"
        self._page_id, self._args = page, {}
        self._rebuild()

    def lock(self, reason: Reason = "asked") -> None:
        """Close the vault and throw every page away. Nothing is ever unsaved, so nothing is asked."""
        from borg_triage.ui.guard.locking import lock

        if self.cover is None:
            lock(self, reason)

    def leave(self, cover: Cover | None, **args: Any) -> QWidget | None:
        """Forget all that was open. args: of the unlock page, which shows unless a cover does.

        Gives what showed before, which is no part of the window any more.
        """
        before = self.takeCentralWidget()
        self._ctx = self._handed(self._ctx.settings)
        self._page_id, self._args, self._frame, self.page = "unlock", args, None, None
        if cover is None:
            self.back()
        else:
            self.cover = cover
            self.setCentralWidget(cover)
        return before

    def back(self) -> None:
        """From the cover to the unlock page."""
        self._rebuild()

    def choose(self, settings: Settings) -> None:
        """Apply other settings, and keep them."""
        before, self._ctx.settings = self._ctx.settings, settings
        with suppress(SettingsError):  # they hold until the program closes; that is all that is lost
            save(settings)
        if self.guard is not None:
            self.guard.follow(settings)
        shown = (settings.language, settings.appearance, settings.zoom)
        if shown == (before.language, before.appearance, before.zoom):
            return
        self._ctx.texts = catalog(settings.language)
        if self._ctx.session is not None:
            self._ctx.session.language = settings.language
        keep = getattr(self.page, "state", None)
        if keep is not None:
            self._args = {**self._args, **keep()}
        self._dress()
        self._rebuild()
        self._translate()

    def fail(self, error: BaseException) -> None:
        """Say an error above the page. While the window is covered there is no page."""
        if self.cover is not None:
            return
        ctx = self._ctx
        self.errors.tell(ctx.t("error.title"), errors.words(error, ctx.texts), ctx.t("error.dismiss"))

    def back_up(self) -> None:
        """Make a backup soon, if something waits for one."""
        if self.guard is not None:
            self.guard.backups.soon()

    def tell_of_backup(self, error: Exception) -> None:
        """A backup could not be made. Nobody is to read over a shoulder that there is a vault."""
        from borg_triage.storage.errors import VaultDamaged

        if self._ctx.neutral or self._ctx.session is None:
            return
        damaged = isinstance(error, VaultDamaged)
        self.fail(error if damaged else BorgTriageError("backup.error.failed"))

    def caught(self, error: BaseException) -> None:
        """An error that nobody caught: say it, and show again what is really stored."""
        from borg_triage.ui.guard.locking import has_leftovers

        if self.cover is not None or has_leftovers(self):
            return
        with suppress(Exception):
            if self._ctx.case is not None:
                self._ctx.case.refresh()
            self._show_page()
            self.refresh()
        self.fail(error)

    def refresh(self) -> None:
        """The case changed: bring the section list, the badge and the banner up to date."""
        if self._frame is not None:
            self._frame.refresh(self.place)
            self._fit()
        if self.guard is not None:
            # By voice, or by a screen reader's own commands, one works without touching anything.
            self.guard.touched()

    def show_acute(self) -> None:
        """The acute panel: numbers, what to say, and the log of calls."""
        from borg_triage.ui.acute import AcutePanel

        panel = AcutePanel(self._ctx, self)
        panel.finished.connect(lambda _result: self.refresh())
        panel.open()

    def show_help(self) -> None:
        """The keys, and how to use them."""
        from borg_triage.ui.help import HelpPanel

        HelpPanel(self._ctx, self).open()

    # ------------------------------------------------------------ building

    def _handed(self, settings: Settings) -> Context:
        ctx = Context(catalog(settings.language), self.go, self.refresh, self.fail, settings=settings)
        ctx.enter, ctx.open_case = self.enter, self.open_case
        ctx.acute, ctx.choose = self.show_acute, self.choose
        ctx.back_up = self.back_up
        return ctx

    def _dress(self) -> None:
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        settings = self._ctx.settings
        theme.apply(app, settings.appearance, settings.zoom)

    def _complete(self) -> None:
        """What can wait until the first page shows: the keys, the guards, the focus ring, Qt's own words."""
        from borg_triage.ui.guard.guard import Guard
        from borg_triage.ui.keys import add_shortcuts
        from borg_triage.ui.widgets.focus import install_ring

        add_shortcuts(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self.guard = Guard(app, self)
        install_ring()
        self._translate()

    def _translate(self) -> None:
        """Qt's own words, such as those of a field's menu, in the language of the window."""
        from borg_triage.ui.keys import translate

        self._translator = translate(self, self._translator, self._ctx.language)

    def _rebuild(self) -> None:
        ctx = self._ctx
        self.cover = None
        self.setWindowTitle(ctx.t("app.name"))
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = Header(ctx, self.lock, self.show_help)
        column.addWidget(self.header)
        row = QHBoxLayout()
        row.setSpacing(0)
        column.addLayout(row, 1)
        content = QWidget()
        content.setProperty("ground", "window")
        self._content = QVBoxLayout(content)
        self._content.setContentsMargins(0, 0, 0, 0)
        self._content.setSpacing(0)
        self.errors = ErrorBanner()
        self._content.addWidget(self.errors)
        row.addWidget(content, 1)
        self._frame = None
        if ctx.case is not None:
            self._add_frame(row)
        self.page = None
        self.setCentralWidget(whole)
        self._show_page()

    def _add_frame(self, row: QHBoxLayout) -> None:
        from borg_triage.ui.case_frame import CaseFrame

        self._frame = CaseFrame(self._ctx, self.go_place, self._back)
        row.insertWidget(0, self._frame.side)
        self._content.insertWidget(0, self._frame.narrow)
        self._content.addWidget(self._frame.urgent)

    def _show_page(self) -> None:
        page = build(self._ctx, self._page_id, **self._args)
        if self.page is not None:
            self._content.removeWidget(self.page)
            self.page.hide()
            self.page.deleteLater()
        self.page = page
        # An error above it may need nearly all the room.
        page.setMinimumHeight(1)
        self._content.addWidget(page, 1)
        self.refresh()
        # Not one that was put away meanwhile: locking takes from it what it would ask.
        QTimer.singleShot(0, page, lambda: self._start(page) if page is self.page else None)

    def _start(self, page: QWidget) -> None:
        """Give the keyboard to the page: to what it names itself, else to its first control.

        Not where an error came above it meanwhile, which has the keyboard.
        """
        begin = getattr(page, "begin", None)
        if self.errors.notice is None:
            if begin is not None:
                begin()
            else:
                page.setFocus()
                page.focusNextChild()
        if isinstance(page, ScrollPage):
            page.still = True

    def _fit(self) -> None:
        if self._frame is not None:
            self._frame.fit(self.size(), self._page_id, alone=getattr(self.page, "fills_window", False))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold the section list, and the banner."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """With the first page on the screen, make what it did not need."""
        super().paintEvent(event)
        if not self._complete_yet:
            self._complete_yet = True
            QTimer.singleShot(_SOON, self, self._complete)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close the vault with the window, after an unlocking that is under way."""
        # A window that closes at once has nothing that works, and need not read in what would wait for it.
        if self.guard is not None or self.findChildren(Job):
            from borg_triage.ui.guard.locking import wait_for_work

            wait_for_work(self)
        if self.guard is not None:
            self.guard.stop()
            self.guard = None
        if self._ctx.session is not None:
            self._clear_up(self._ctx.session)
            self._ctx.session.close()
        super().closeEvent(event)

    def _clear_up(self, session: Session) -> None:
        """End what made room for work, or the next opening would have to wait for it. Nobody waits here."""
        if session.dues.clearing:
            self.hide()
            with suppress(BorgTriageError):
                session.dues.clear_up()

    def go_place(self, place: Place) -> None:
        """Show a place of the section list."""
        self.go(place.page, **place.args)

    def _back(self) -> None:
        self.open_case(None)
