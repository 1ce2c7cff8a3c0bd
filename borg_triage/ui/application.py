"""Start the program: the application, its font and look, the hook for errors, the window."""

from __future__ import annotations

import gc
from collections.abc import Sequence

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from borg_triage.app.resources import resources
from borg_triage.app.settings import Settings, load
from borg_triage.ui import theme
from borg_triage.ui.uncaught import Hook
from borg_triage.ui.window import MainWindow

# What X11 and Wayland call the program in a task bar, for as long as it runs: also while a cover hides it.
_NEUTRAL_NAME = "desk"
_FONTS = ("SourceSans3-Regular.ttf", "SourceSans3-SemiBold.ttf")


def run(argv: Sequence[str]) -> int:
    """Show the window until it is closed; gives the exit status."""
    # Never removed: also what goes wrong on the way out is written without its message.
    hook = Hook()
    hook.install()
    app, window = build(argv)
    hook.tell = window.caught
    hook.install_in_qt()
    window.show()
    return app.exec()


def build(argv: Sequence[str]) -> tuple[QApplication, MainWindow]:
    """The application and its window, with the settings as kept; not yet shown."""
    # Said here, since asking the application for its style costs a sixth of a start.
    app = QApplication([_NEUTRAL_NAME, *argv, "-style", "Fusion"])
    window = open_window(app, load())
    # What a start makes stays until the end: the collector need not look through it again.
    gc.freeze()
    return app, window


def open_window(app: QApplication, settings: Settings) -> MainWindow:
    """The window, dressed and not yet shown. Tests, the demo and the screenshots start here too."""
    app.setApplicationName(_NEUTRAL_NAME)
    theme.apply(app, settings.appearance, settings.zoom, load_font())
    return MainWindow(settings)


def load_font() -> str:
    """The family of the font that ships with the program; "" (the system's) where it cannot be read."""
    family = ""
    for name in _FONTS:
        number = QFontDatabase.addApplicationFont(str(resources() / "fonts" / name))
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        family = family or (families[0] if families else "")
    return family
