"""The real window over a real vault, and a hand that clicks and types in it."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from borg_triage.app.session import CaseSession, Session
from borg_triage.app.settings import OVERRIDE, Settings
from borg_triage.domain.instrument import UserGroup
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import key_path
from borg_triage.ui.application import open_window
from borg_triage.ui.guard.locking import wait_for_work
from borg_triage.ui.widgets.focus import install_ring
from borg_triage.ui.window import MainWindow
from tests import deriving
from tests.clock import Clock

PASSPHRASE = "vier losse woorden hier"
WORKER = "M. de Boer"


class Hand:
    """Clicks, types, and reads what the window shows."""

    def __init__(self, window: MainWindow, folder: Path, empty_vault: Path) -> None:
        self.window, self.folder, self.empty_vault = window, folder, empty_vault
        self.clock = Clock()

    def settle(self) -> None:
        for _ in range(4):
            QCoreApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.settle()

    def press(self, key: Qt.Key | str, *modifiers: Qt.KeyboardModifier) -> None:
        """A key on the keyboard: it goes where the system sends it."""
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        QTest.keyClick(self._in_front(), key, held)
        self.settle()

    def write(self, text: str) -> None:
        for letter in text:
            QTest.keyClick(self._in_front(), letter)
        self.settle()

    def _in_front(self) -> QWindow:
        return QGuiApplication.focusWindow() or self.window.windowHandle()

    def texts(self, inside: QWidget | None = None) -> list[str]:
        """Every text that shows."""
        ground = inside or self.window
        found = [*ground.findChildren(QLabel), *ground.findChildren(QAbstractButton)]
        return [one.text() for one in found if one.isVisible()]

    def shows(self, text: str, inside: QWidget | None = None) -> bool:
        """Whether a text shows somewhere, as a part of another or alone."""
        return any(text in one for one in self.texts(inside))

    def t(self, key: str, **params: object) -> str:
        return self.window.context.t(key, **params)

    def session(self) -> Session:
        """Open a vault without the unlock page, and show its cases."""
        vault = self.folder / "zaken.borgvault"
        shutil.copy(self.empty_vault, vault)
        shutil.copy(key_path(self.empty_vault), key_path(vault))
        made = Session.open(vault, PASSPHRASE, WORKER, clock=self.clock)
        self.window.enter(made)
        self.settle()
        return made

    def case(self, group: UserGroup = "shelter") -> CaseSession:
        """A new case, open in the window."""
        made = self.session().new_case("Kastanje", group)
        self.window.open_case(made)
        self.settle()
        return made

    def go(self, page: str, **args: object) -> None:
        self.window.go(page, **args)
        self.settle()


MakeHand = Callable[..., Hand]


def let_go(window: MainWindow) -> None:
    """After a test: the vault is locked at once, for a backup of what a test did is read by nobody."""
    wait_for_work(window)
    if window.context.session is not None:
        window.context.session.close(back_up=False)


@pytest.fixture(scope="session", autouse=True)
def settled() -> None:
    """As a start of the program: what was loaded stays, and the collector need not look through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Vaults that the windows make cost as little to open as is allowed."""
    monkeypatch.setattr(Cost, "calibrated", staticmethod(Cost.floor))
    with deriving.once_by_tests():
        yield


@pytest.fixture(scope="session")
def empty_vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault made once: to make one takes longer than to open it."""
    path = tmp_path_factory.mktemp("vault") / "empty.borgvault"
    Session.create(path, PASSPHRASE, WORKER, clock=Clock(), cost=Cost.floor()).close()
    return path


@pytest.fixture
def make_hand(
    qtbot: QtBot, tmp_path: Path, empty_vault: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeHand]:
    """A window with the settings one wants."""
    monkeypatch.setenv(OVERRIDE, str(tmp_path / "config"))
    hands: list[Hand] = []

    def make(language: str = "nl", appearance: str = "light", zoom: int = 100) -> Hand:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        window = open_window(app, Settings(language, appearance, zoom, str(tmp_path)))
        qtbot.addWidget(window, before_close_func=let_go)
        window.resize(1366, 768)
        window.show()
        window.activateWindow()
        hand = Hand(window, tmp_path, empty_vault)
        # A window adds its keys, guards and focus ring just after it shows.
        qtbot.waitUntil(lambda: window.guard is not None, timeout=10_000)
        hand.settle()
        hands.append(hand)
        return hand

    install_ring()
    yield make
    for hand in hands:
        if hand.window.context.session is not None:
            hand.window.context.session.close()


@pytest.fixture
def hand(make_hand: MakeHand) -> Hand:
    """A window in Dutch, light, at 100 %."""
    return make_hand()
