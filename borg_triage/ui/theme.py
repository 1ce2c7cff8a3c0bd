"""How the windows look: colours for light, dark and high contrast, sizes, and the sheet made from them.

Everything that has a size asks `current().px(...)`, so that one zoom setting scales it all. A page is built
anew when the theme changes; no widget listens for a change.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from borg_triage.ui.theme_sheet import sheet

MODES: Final = ("light", "dark", "contrast")
ZOOMS: Final = (100, 125, 150, 175, 200)

# Kinds of badges and notices. There is none for "safe", on purpose.
KINDS: Final = ("neutral", "info", "attention", "elevated", "high", "acute")


class Kind(NamedTuple):
    """The three colours of a badge or notice: what is written, what lies behind it, the line around it."""

    ink: str
    fill: str
    edge: str


class Colours(NamedTuple):
    """The colours of one mode. Text on its ground has a contrast of at least 4.5, lines of controls 3."""

    window: str
    surface: str
    sunken: str
    border: str
    line: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    focus: str
    danger: str
    danger_hover: str
    on_danger: str
    disabled: str
    on_disabled: str
    kinds: dict[str, Kind]


_LIGHT: Final = Colours(
    window="#f2f4f7",
    surface="#ffffff",
    sunken="#e9edf2",
    border="#d3dae3",
    line="#6b7a8c",
    text="#16202c",
    muted="#4a5867",
    accent="#154273",
    accent_hover="#0f3259",
    on_accent="#ffffff",
    accent_soft="#e3ecf6",
    focus="#7a2bbf",
    danger="#a8141c",
    danger_hover="#851016",
    on_danger="#ffffff",
    disabled="#dfe4ea",
    on_disabled="#566373",
    kinds={
        "neutral": Kind("#34404d", "#eef1f4", "#76828f"),
        "info": Kind("#0f3a66", "#e3ecf6", "#4f7fb3"),
        "attention": Kind("#3d3a68", "#ebeaf6", "#7d78b8"),
        "elevated": Kind("#5c4300", "#fdf1cf", "#a87c00"),
        "high": Kind("#8a2a00", "#fde6da", "#c2521a"),
        "acute": Kind("#ffffff", "#a8141c", "#a8141c"),
    },
)

_DARK: Final = Colours(
    window="#12171d",
    surface="#1b222b",
    sunken="#0d1116",
    border="#36424f",
    line="#8a99aa",
    text="#eef2f6",
    muted="#b4c0cc",
    accent="#9cc7f5",
    accent_hover="#bcdaf9",
    on_accent="#0c2036",
    accent_soft="#22364c",
    focus="#e0b0ff",
    danger="#ff9c94",
    danger_hover="#ffbab4",
    on_danger="#3a0508",
    disabled="#2a333d",
    on_disabled="#9aa7b4",
    kinds={
        "neutral": Kind("#d6dee6", "#28313b", "#7c8a99"),
        "info": Kind("#bfdcfa", "#1d3146", "#5a8cc0"),
        "attention": Kind("#d5d2f7", "#2c2a49", "#8f8ac8"),
        "elevated": Kind("#f6d77e", "#3a2f0c", "#a98a2a"),
        "high": Kind("#ffc3a3", "#452312", "#cf7440"),
        "acute": Kind("#3a0508", "#ff9c94", "#ff9c94"),
    },
)

_CONTRAST: Final = Colours(
    window="#000000",
    surface="#000000",
    sunken="#000000",
    border="#ffffff",
    line="#ffffff",
    text="#ffffff",
    muted="#ffffff",
    accent="#ffe600",
    accent_hover="#ffffff",
    on_accent="#000000",
    accent_soft="#332f00",
    focus="#00e5ff",
    danger="#ff8a80",
    danger_hover="#ffffff",
    on_danger="#000000",
    disabled="#000000",
    on_disabled="#c8c8c8",
    kinds={
        "neutral": Kind("#ffffff", "#000000", "#ffffff"),
        "info": Kind("#9fd8ff", "#000000", "#9fd8ff"),
        "attention": Kind("#d0c8ff", "#000000", "#d0c8ff"),
        "elevated": Kind("#ffe600", "#000000", "#ffe600"),
        "high": Kind("#ffb380", "#000000", "#ffb380"),
        "acute": Kind("#000000", "#ff8a80", "#ff8a80"),
    },
)

COLOURS: Final = {"light": _LIGHT, "dark": _DARK, "contrast": _CONTRAST}

# Type scale and spacing in pixels at 100 %.
TEXT: Final = {"small": 15, "body": 17, "lead": 19, "h3": 19, "h2": 22, "h1": 28, "door": 26}
SPACE: Final = {"xs": 4, "s": 8, "m": 12, "l": 16, "xl": 24, "xxl": 32}
TARGET: Final = 44
DOOR_TARGET: Final = 64
COLUMN: Final = 820


class Theme(NamedTuple):
    """One mode at one zoom. zoom: percent, 100 to 200. family: the font's family, "" for the system's."""

    mode: str
    zoom: int
    family: str = ""

    @property
    def colours(self) -> Colours:
        """The colours of its mode."""
        return COLOURS[self.mode]

    def px(self, pixels: float) -> int:
        """A size at 100 % as it is at this zoom."""
        return round(pixels * self.zoom / 100)

    def space(self, name: str) -> int:
        """A step of the spacing scale: xs, s, m, l, xl, xxl."""
        return self.px(SPACE[name])

    def font(self, name: str = "body", *, bold: bool = False) -> QFont:
        """A font of the type scale: small, body, lead, h3, h2, h1, door."""
        font = QFont(self.family) if self.family else QFont()
        font.setPixelSize(self.px(TEXT[name]))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def kind(self, name: str) -> Kind:
        """The colours of a badge or notice."""
        return self.colours.kinds[name]


_now: list[Theme] = [Theme("light", 100)]


def current() -> Theme:
    """The theme that holds now."""
    return _now[0]


def apply(app: QApplication, mode: str, zoom: int, family: str = "") -> Theme:
    """Dress the whole program. mode: light, dark or contrast; zoom: percent, 100 to 200."""
    theme = Theme(mode if mode in MODES else "light", min(200, max(100, zoom)), family or current().family)
    # Qt would go through every widget once more, for nothing.
    if theme == current() and app.styleSheet():
        return theme
    _now[0] = theme
    with _nothing_collected():
        app.setFont(theme.font())
        app.setPalette(_palette(theme.colours))
        app.setStyleSheet(sheet(theme))
    return theme


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Qt goes through every widget there is, and calls Python on the way: a page that is collected as garbage
    just then is gone from under it, which ends the program."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.sunken),
        (role.Text, colours.text),
        (role.Button, colours.surface),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.on_danger),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.ToolTipBase, colours.surface),
        (role.ToolTipText, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.on_disabled))
    return palette
