"""The keys that work in the whole window, and Qt's own words in its language."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from borg_triage.ui.window import MainWindow


def add_shortcuts(window: MainWindow) -> None:
    """Give the window its keys; `help.key.*` in the catalogues tells of them."""
    keys: dict[str, Callable[[], object]] = {
        "F1": window.show_help,
        "F12": window.show_acute,
        "Ctrl+Shift+A": window.show_acute,
        "Ctrl+L": window.other_language,
        "Ctrl+PgDown": lambda: window.step(1),
        "Ctrl+PgUp": lambda: window.step(-1),
    }
    for number in range(10):
        keys[f"Alt+{(number + 1) % 10}"] = partial(window.go_number, number)
    for key, call in keys.items():
        QShortcut(QKeySequence(key), window, call)


def translate(window: MainWindow, before: QTranslator | None, language: str) -> QTranslator:
    """Have Qt speak a language, instead of the one before."""
    if before is not None:
        QApplication.removeTranslator(before)
    translator = QTranslator(window)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{language}", folder):
        QApplication.installTranslator(translator)
    return translator
