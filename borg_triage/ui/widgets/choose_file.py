"""Where to save, and which folder: asked in Qt's own dialog, which then forgets it.

Qt keeps the folders of its file dialog, and the systems' own dialogs keep lists of recent files; the name of
a folder can be hers. So the systems' dialogs are not used, and Qt's has nowhere to keep anything.
"""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import delete, isValid

# Under these names Qt keeps what its file dialog showed.
_ORGANISATION = "QtProject"
_GROUP = "FileDialog"


def where_to_save(parent: QWidget, title: str, proposed: Path, kind: str) -> str:
    """A file's whole name; empty when the worker thinks better of it. kind: as "PDF (*.pdf)"."""
    dialog = _dialog(parent, title, proposed.parent)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(kind)
    # So that a file of that name is asked about also where its ending was not typed.
    dialog.setDefaultSuffix(proposed.suffix.lstrip("."))
    dialog.selectFile(proposed.name)
    return _asked(dialog)


def which_folder(parent: QWidget, title: str, folder: Path) -> str:
    """A folder; empty when the worker thinks better of it."""
    dialog = _dialog(parent, title, folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _asked(dialog)


def _dialog(parent: QWidget, title: str, folder: Path) -> QFileDialog:
    # Where settings are files (Linux) none is ever written.
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, os.devnull)
    dialog = QFileDialog(parent, title, str(folder))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    return dialog


def _asked(dialog: QFileDialog) -> str:
    try:
        chosen = dialog.selectedFiles() if dialog.exec() else []
    finally:
        if isValid(dialog):
            # It keeps its folders when it is deleted: now, so that they can be taken away after.
            delete(dialog)
        _forget()
    return chosen[0] if chosen else ""


def _forget() -> None:
    """Where settings are no files (Windows, macOS): take away what was kept."""
    kept = QSettings(QSettings.Scope.UserScope, _ORGANISATION)
    kept.remove(_GROUP)
    kept.sync()
