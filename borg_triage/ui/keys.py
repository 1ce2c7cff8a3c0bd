"""The keys that work in the whole window, and Qt's own words in its language."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

from borg_triage.ui.navigation import Place, entries

if TYPE_CHECKING:
    from borg_triage.ui.window import MainWindow


def add_shortcuts(window: MainWindow) -> None:
    """Give the window its keys; `help.key.*` in the catalogues tells of them. None works on the cover."""
    keys: dict[str, Callable[[], object]] = {
        "F1": window.show_help,
        "F12": window.show_acute,
        "Ctrl+Shift+A": window.show_acute,
        "Ctrl+L": partial(other_language, window),
        "Ctrl+PgDown": partial(step, window, 1),
        "Ctrl+PgUp": partial(step, window, -1),
    }
    for number in range(10):
        keys[f"Alt+{(number + 1) % 10}"] = partial(go_number, window, number)
    for key, call in keys.items():
        QShortcut(QKeySequence(key), window, partial(_unless_covered, window, call))


def other_language(window: MainWindow) -> None:
    """Switch between Dutch and English."""
    settings = window.context.settings
    window.choose(settings._replace(language="en" if settings.language == "nl" else "nl"))


def step(window: MainWindow, by: int) -> None:
    """Go along the section list."""
    places = _places(window)
    if window.place in places:
        window.go_place(places[(places.index(window.place) + by) % len(places)])


def go_number(window: MainWindow, number: int) -> None:
    """Go to a line of the section list, counted from 0."""
    places = _places(window)
    if number < len(places):
        window.go_place(places[number])


def _places(window: MainWindow) -> list[Place]:
    return [entry.place for entry in entries(window.context)]


def _unless_covered(window: MainWindow, call: Callable[[], object]) -> None:
    if window.cover is None:
        call()


def translate(window: MainWindow, before: QTranslator | None, language: str) -> QTranslator:
    """Have Qt speak a language, instead of the one before."""
    if before is not None:
        QApplication.removeTranslator(before)
    translator = QTranslator(window)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{language}", folder):
        QApplication.installTranslator(translator)
    return translator
