"""What our windows put on the clipboard goes off it after half a minute, and when the vault closes.

Only what is still ours goes: Python's own hash tells, which has another secret in every run; the text itself
is never kept. A program that keeps a history of the clipboard is asked to leave ours out, in the ways that
Windows and KDE know; on macOS there is no such way through Qt. What such a program took all the same is out
of our hands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

_SECONDS: Final = 30
_MARK: Final = "x-kde-passwordManagerHint"
_NO_HISTORY: Final = {
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': b"\0\0\0\0",
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': b"\0\0\0\0",
    _MARK: b"secret",
}
# Platforms without a real clipboard never say whose it is.
_MUTE: Final = frozenset({"offscreen", "minimal"})

Mode = QClipboard.Mode
# The second is what X11 pastes by the middle button: whatever was selected last.
_MODES: Final = (Mode.Clipboard, Mode.Selection)
Owns = Callable[[Mode], bool]


def owns(mode: Mode) -> bool:
    """Whether this program put there what is there now."""
    clipboard = QGuiApplication.clipboard()
    if QGuiApplication.platformName() in _MUTE:
        return bool(clipboard.text(mode))
    return clipboard.ownsSelection() if mode == Mode.Selection else clipboard.ownsClipboard()


class ClipboardGuard(QObject):
    """Watches the clipboard. owns: who put there what is there now. seconds: how long it may stay."""

    def __init__(self, owner: QObject, owns: Owns = owns, seconds: float = _SECONDS) -> None:
        super().__init__(owner)
        self._owns = owns
        self._prints: dict[Mode, int] = {}
        self._timers: dict[Mode, QTimer] = {}
        for mode, clear in zip(_MODES, (self._clear_copied, self._clear_selected), strict=True):
            timer = self._timers[mode] = QTimer(self)
            timer.setSingleShot(True)
            timer.setInterval(round(seconds * 1000))
            timer.timeout.connect(clear)
        QGuiApplication.clipboard().changed.connect(self._changed)

    def clear(self) -> None:
        """Take away at once what is still ours."""
        self._clear_copied()
        self._clear_selected()

    def stop(self) -> None:
        """Take away what is ours, and watch no more."""
        QGuiApplication.clipboard().changed.disconnect(self._changed)
        self.clear()

    def _changed(self, mode: Mode) -> None:
        text = QGuiApplication.clipboard().text(mode) if mode in self._timers else ""
        if not text or not self._owns(mode):
            return
        self._prints[mode] = hash(text)
        self._timers[mode].start()
        if mode == Mode.Clipboard and not QGuiApplication.clipboard().mimeData().hasFormat(_MARK):
            _ask_for_no_history(text)

    def _clear_copied(self) -> None:
        self._take(Mode.Clipboard)

    def _clear_selected(self) -> None:
        self._take(Mode.Selection)

    def _take(self, mode: Mode) -> None:
        self._timers[mode].stop()
        ours = self._prints.pop(mode, None)
        clipboard = QGuiApplication.clipboard()
        # A clipboard keeper may hold it for us by now: then the same text is there, under another owner.
        if ours is not None and hash(clipboard.text(mode)) == ours:
            clipboard.clear(mode)


def _ask_for_no_history(text: str) -> None:
    """Put the same text there again, with the word that it is not to be kept; nothing but the text."""
    data = QMimeData()
    data.setText(text)
    for name, value in _NO_HISTORY.items():
        data.setData(name, value)
    QGuiApplication.clipboard().setMimeData(data)
