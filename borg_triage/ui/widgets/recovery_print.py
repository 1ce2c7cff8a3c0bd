"""Recovery sheets straight to a printer: one page a sheet, no preview, and no file of our own.

From there on they are the print service's: see docs/threat-model.md, "Printing".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QWidget

from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.print_memory import put_aside_in_memory
from borg_triage.ui.recovery_words import Kit
from borg_triage.ui.widgets.recovery_sheet import sheet_title

_COLUMNS = 3
# Millimetres and points.
_MARGIN, _LINE = 20.0, 8.0
_TITLE, _TEXT, _WORD = 20, 11, 13
_SPACING = 104


@dataclass(frozen=True)
class Vault:
    """What stands on a sheet besides its words: which vault, and the day."""

    name: str
    day: str


def printers() -> bool:
    """Whether there is a printer. Asks the system's print service, over a socket: call it only to print."""
    return bool(QPrinterInfo.availablePrinterNames())


def ask_printer(window: QWidget) -> QPrinter | None:
    """Let a printer be chosen, never a file; None when nobody wants to print after all."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, window)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintToFile, on=False)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange, on=False)
    return printer if dialog.exec() else None


def print_kit(printer: QPrinter, ctx: Context, kit: Kit, vault: Vault) -> bool:
    """Print every sheet of a kit; gives whether the printer took it."""
    # Shown in the list of print jobs: nothing of what it is.
    printer.setDocName(ctx.t("app.name"))
    with put_aside_in_memory():
        return _print(printer, ctx, kit, vault)


def _print(printer: QPrinter, ctx: Context, kit: Kit, vault: Vault) -> bool:
    painter = QPainter()
    if not painter.begin(printer):
        return False
    for place in range(len(kit.sheets)):
        if place and not printer.newPage():
            painter.end()
            return False
        _sheet(painter, printer, ctx, kit, place, vault)
    return bool(painter.end())


def _sheet(painter: QPainter, printer: QPrinter, ctx: Context, kit: Kit, place: int, vault: Vault) -> None:
    mm = printer.resolution() / 25.4
    page = QRectF(printer.pageRect(QPrinter.Unit.DevicePixel))
    left, width = _MARGIN * mm, page.width() - 2 * _MARGIN * mm
    down = _MARGIN * mm
    title = sheet_title(ctx, place + 1, len(kit.sheets))
    down += _text(painter, title, QRectF(left, down, width, 0), _TITLE, bold=True)
    lines = [
        ctx.t("recovery.paper.vault", name=vault.name, day=vault.day),
        ctx.texts.plural("recovery.paper.needed", kit.needed, of=len(kit.sheets)),
        ctx.t("recovery.paper.how"),
    ]
    for line in lines:
        down += 3 * mm + _text(painter, line, QRectF(left, down + 3 * mm, width, 0), _TEXT)
    down += 8 * mm
    _words(painter, kit.words(place), QRectF(left, down, width, 0), _LINE * mm)
    rows = -(-len(kit.words(place)) // _COLUMNS)
    down += rows * _LINE * mm + 8 * mm
    _text(painter, ctx.t("recovery.paper.keep"), QRectF(left, down, width, 0), _TEXT)


def _words(painter: QPainter, words: Sequence[str], place: QRectF, high: float) -> None:
    """Column by column, so that a finger can follow the numbers down."""
    rows = -(-len(words) // _COLUMNS)
    for number, word in enumerate(words):
        left = place.left() + (number // rows) * place.width() / _COLUMNS
        top = place.top() + (number % rows) * high
        box = QRectF(left, top, place.width() / _COLUMNS, high)
        _text(painter, f"{number + 1:>2}  {word}", box, _WORD, bold=True)


def _text(painter: QPainter, text: str, box: QRectF, points: int, *, bold: bool = False) -> float:
    """Write a text in a box as high as it needs; gives that height."""
    font = QFont(theme.current().family) if theme.current().family else QFont()
    font.setPointSize(points)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    # Letter by letter, without ligatures, as words are read aloud and typed.
    font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, _SPACING)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.black)
    high = QRectF(box.left(), box.top(), box.width(), 1e6)
    flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    painter.drawText(high, flags, text)
    return painter.boundingRect(high, flags, text).height()
