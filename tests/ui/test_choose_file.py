"""The dialogs for files and folders forget where one was: a folder can carry her name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAME = "Jasmijn van der Vlierbloesem"
SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from borg_triage.ui.widgets.choose_file import where_to_save, which_folder

folder, how = Path(sys.argv[1]), sys.argv[2]
app = QApplication([])
owner = QWidget()

def choose():
    dialog = app.activeModalWidget()
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    line.setText(str(folder / "paper") if how != "folder" else str(folder))
    dialog.accept()

for _ in range(2):
    QTimer.singleShot(300, choose)
    if how == "save":
        print(where_to_save(owner, "t", folder / "x.pdf", "PDF (*.pdf)"))
    elif how == "folder":
        print(which_folder(owner, "t", folder))
    else:
        print(QFileDialog.getSaveFileName(owner, "t", str(folder / "x.pdf"), "PDF (*.pdf)")[0])
app.processEvents()
"""


def played(home: Path, how: str) -> tuple[list[str], list[str]]:
    """What two real dialogs give, in a process of its own; and which files hold the name afterwards."""
    folder = home / "files" / NAME
    folder.mkdir(parents=True)
    own = {name: str(home / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), how],
        cwd=ROOT,
        env={**os.environ, **own, "HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    words = [word.encode(form) for word in NAME.split() for form in ("utf-8", "utf-16-le", "utf-16-be")]
    files = [path for path in home.rglob("*") if path.is_file()]
    holding = [
        path.name for path in files if any(word in path.read_bytes() for word in words if len(word) > 4)
    ]
    return done.stdout.splitlines(), holding


@pytest.mark.parametrize(("how", "chosen"), [("save", "paper.pdf"), ("folder", "")])
def test_the_real_dialog_leaves_no_name_of_a_folder_anywhere(tmp_path: Path, how: str, chosen: str) -> None:
    said, holding = played(tmp_path, how)
    assert said == [str(tmp_path / "files" / NAME / chosen)] * 2
    assert holding == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="settings are files here")
def test_qts_own_way_would(tmp_path: Path) -> None:
    """The control: the search finds what Qt keeps."""
    assert played(tmp_path, "as Qt has it")[1] == ["QtProject.conf"]
