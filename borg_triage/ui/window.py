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
from borg_triage.ui import errors, theme
from borg_triage.ui.context import Context
from borg_triage.ui.navigation import NEUTRAL, PAGES, Place, build, entries
from borg_triage.ui.widgets.banner import ErrorBanner
from borg_triage.ui.widgets.basics import ScrollPage
from borg_triage.ui.widgets.header import Header

if TYPE_CHECKING:
    from PySide6.QtCore import QTranslator
    from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent

    from borg_triage.app.session import CaseSession, Session
    from borg_triage.ui.case_frame import CaseFrame
    from borg_triage.ui.widgets.banner import UrgentBanner
    from borg_triage.ui.widgets.side import NarrowSide, Side

# Milliseconds after the first painting, in which the system shows it.
_SOON = 20

__all__ = ["PAGES", "MainWindow"]


class MainWindow(QMainWindow):
    """settings: as kept. Shows the unlock page until a vault is open."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._ctx = Context(
            texts=catalog(settings.language),
            go=self.go,
            changed=self.refresh,
            fail=self.fail,
            settings=settings,
        )
        self._ctx.enter, self._ctx.open_case = self.enter, self.open_case
        self._ctx.acute, self._ctx.choose = self.show_acute, self.choose
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
    def _place(self) -> Place:
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

    def open_case(self, case: CaseSession | None) -> None:
        """Work on a case, or go back to the list."""
        self._ctx.case = case
        self._ctx.drafts.clear()
        page = "cases" if case is None else "interview"
        self._page_id, self._args = page, {}
        self._rebuild()

    def lock(self) -> None:
        """Close the vault. Nothing is ever unsaved, so nothing is asked."""
        session, self._ctx.session, self._ctx.case = self._ctx.session, None, None
        self._ctx.drafts.clear()
        self._page_id, self._args = "unlock", {}
        self._rebuild()
        if session is not None:
            session.close()

    def choose(self, settings: Settings) -> None:
        """Apply other settings, and keep them."""
        before, self._ctx.settings = self._ctx.settings, settings
        with suppress(SettingsError):  # they hold until the program closes; that is all that is lost
            save(settings)
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
        """Say an error above the page."""
        ctx = self._ctx
        self.errors.tell(ctx.t("error.title"), errors.words(error, ctx.texts), ctx.t("error.dismiss"))

    def caught(self, error: BaseException) -> None:
        """An error that nobody caught: say it, and show again what is really stored."""
        with suppress(Exception):
            if self._ctx.case is not None:
                self._ctx.case.refresh()
            self._show_page()
            self.refresh()
        self.fail(error)

    def refresh(self) -> None:
        """The case changed: bring the section list, the badge and the banner up to date."""
        if self._frame is not None:
            self._frame.refresh(self._place)
            self._fit()

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

    def _dress(self) -> None:
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        settings = self._ctx.settings
        theme.apply(app, settings.appearance, settings.zoom)

    def _complete(self) -> None:
        """What can wait until the first page shows: the keys, the focus ring, Qt's own words."""
        from borg_triage.ui.keys import add_shortcuts
        from borg_triage.ui.widgets.focus import install_ring

        add_shortcuts(self)
        install_ring()
        self._translate()

    def _translate(self) -> None:
        """Qt's own words, such as those of a field's menu, in the language of the window."""
        from borg_triage.ui.keys import translate

        self._translator = translate(self, self._translator, self._ctx.language)

    def _rebuild(self) -> None:
        ctx = self._ctx
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

        self._frame = CaseFrame(self._ctx, self._go_place, self._back)
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
        self._content.addWidget(page, 1)
        self.refresh()
        QTimer.singleShot(0, page, lambda: _start(page))

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
        from borg_triage.ui.jobs import Job

        for job in self.findChildren(Job):
            job.wait()
        if self._ctx.session is not None:
            self._ctx.session.close()
        super().closeEvent(event)

    # ------------------------------------------------------------ the keyboard

    def other_language(self) -> None:
        """Switch between Dutch and English."""
        other = "en" if self._ctx.language == "nl" else "nl"
        self.choose(self._ctx.settings._replace(language=other))

    def _places(self) -> list[Place]:
        return [entry.place for entry in entries(self._ctx)]

    def step(self, by: int) -> None:
        """Go along the section list."""
        places = self._places()
        if self._place in places:
            self._go_place(places[(places.index(self._place) + by) % len(places)])

    def go_number(self, number: int) -> None:
        """Go to a line of the section list, counted from 0."""
        places = self._places()
        if number < len(places):
            self._go_place(places[number])

    def _go_place(self, place: Place) -> None:
        self.go(place.page, **place.args)

    def _back(self) -> None:
        self.open_case(None)


def _start(page: QWidget) -> None:
    """Give the keyboard to the page: to what it names itself, else to its first control."""
    begin = getattr(page, "begin", None)
    if begin is not None:
        begin()
    else:
        page.setFocus()
        page.focusNextChild()
    if isinstance(page, ScrollPage):
        page.still = True
