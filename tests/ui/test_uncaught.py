"""What nobody caught is told in the window, and leaves nothing of its content on standard error."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from borg_triage.app.trail import trail
from borg_triage.domain.errors import BorgTriageError, CaseInputError
from borg_triage.domain.instrument_files import load_instrument
from borg_triage.ui.uncaught import Hook

SECRET = "Kastanjelaan 12"
ROOT = Path(__file__).parents[2]


class Asked(BaseModel):
    """Something that refuses a text."""

    number: int


def missing_key() -> None:
    dict[str, str]()[SECRET]


def refused_value() -> None:
    Asked.model_validate({"number": SECRET})


def ours() -> None:
    raise CaseInputError("case.error.unknown", place=SECRET)


def from_another() -> None:
    try:
        missing_key()
    except KeyError as error:
        raise ValueError(SECRET) from error


def while_another() -> None:
    try:
        missing_key()
    except KeyError:
        ours()


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    hook.install()
    yield hook
    hook.remove()


ERRORS = [
    (missing_key, "KeyError"),
    (refused_value, "ValidationError"),
    (ours, "CaseInputError"),
    (from_another, "ValueError"),
    (while_another, "CaseInputError"),
]


@pytest.mark.parametrize(("fail", "kind"), ERRORS)
def test_an_error_in_a_slot_writes_its_kind_and_none_of_its_content(
    hook: Hook,
    qtbot: QtBot,
    capfd: pytest.CaptureFixture[str],
    fail: Callable[[], None],
    kind: str,
) -> None:
    told: list[BaseException] = []
    hook.tell = told.append
    QTimer.singleShot(0, fail)
    qtbot.waitUntil(lambda: bool(told))
    written = capfd.readouterr().err
    assert kind in written
    assert SECRET not in written
    # Python shows the line of the source too, and there a value can stand.
    assert len(written.splitlines()) == 1


def test_where_in_our_own_code_it_went_wrong_is_written(
    hook: Hook, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BorgTriageError) as caught:
        load_instrument({SECRET: SECRET.encode()})
    sys.excepthook(caught.type, caught.value, caught.value.__traceback__)
    written = capsys.readouterr().err
    assert re.search(r"\(borg_triage\.domain\.instrument_files:[0-9]+[,)]", written)
    assert written == f"borg-triage: {trail(caught.value)}\n"
    assert SECRET not in written


def test_the_kinds_of_the_causes_are_written_too(hook: Hook, capsys: pytest.CaptureFixture[str]) -> None:
    for fail in (from_another, while_another):
        try:
            fail()
        except Exception as error:  # noqa: BLE001  (any)
            sys.excepthook(type(error), error, error.__traceback__)
        assert "KeyError" in capsys.readouterr().err


def test_an_error_in_a_thread_is_written_without_its_content(
    hook: Hook, capfd: pytest.CaptureFixture[str]
) -> None:
    thread = threading.Thread(target=missing_key, name=SECRET)
    thread.start()
    thread.join()
    written = capfd.readouterr().err
    assert "KeyError" in written
    assert SECRET not in written


class Falls:
    """Fails as it is let go of, where nothing can be raised."""

    def __del__(self) -> None:
        missing_key()

    def __repr__(self) -> str:
        return SECRET


def test_an_error_that_cannot_be_raised_is_written_without_its_content(
    hook: Hook, capfd: pytest.CaptureFixture[str]
) -> None:
    Falls()
    gc.collect()
    written = capfd.readouterr().err
    assert "KeyError" in written
    assert SECRET not in written


def test_an_error_while_telling_writes_no_content_of_either(
    hook: Hook, capfd: pytest.CaptureFixture[str], qtbot: QtBot
) -> None:
    told: list[BaseException] = []

    def tell(error: BaseException) -> None:
        told.append(error)
        raise ValueError(SECRET)

    hook.tell = tell
    QTimer.singleShot(0, missing_key)
    qtbot.waitUntil(lambda: bool(told))
    written = capfd.readouterr().err
    assert "KeyError" in written
    assert "ValueError" in written
    assert SECRET not in written


@pytest.mark.parametrize("closed", [False, True])
def test_without_a_standard_error_it_is_still_told(
    hook: Hook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, closed: bool
) -> None:
    """As on Windows without a console."""
    file = (tmp_path / "shut").open("w")
    file.close()
    told: list[BaseException] = []
    hook.tell = told.append
    monkeypatch.setattr(sys, "stderr", file if closed else None)
    error = KeyError(SECRET)
    sys.excepthook(KeyError, error, None)
    assert told == [error]


PROGRAM = f"""
import logging, sys, threading, warnings
from PySide6.QtCore import QTimer, qCritical
from borg_triage.ui import application

SECRET = {SECRET!r}
build = application.build

def fail():
    raise KeyError(SECRET)

def everything(app, window):
    thread = threading.Thread(target=fail, name=SECRET)
    thread.start()
    thread.join()
    warnings.warn(SECRET)
    logging.getLogger(SECRET).error(SECRET)
    qCritical(SECRET)
    QTimer.singleShot(0, window, fail)
    QTimer.singleShot(300, app.quit)

def build_and_fail(argv):
    app, window = build(argv)
    QTimer.singleShot(0, window, lambda: everything(app, window))
    return app, window

application.build = build_and_fail
application.run([])
fail()
"""


def test_the_program_itself_writes_no_content(tmp_path: Path) -> None:
    """Also after its window: the last error comes when Qt is done."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**environment(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1, done
    assert SECRET not in done.stderr
    kinds = ["KeyError", "UserWarning", "QtCriticalMsg", "KeyError", "KeyError"]
    ours = [line.removeprefix("borg-triage: ").split()[0] for line in done.stderr.splitlines()]
    assert [kind for kind in ours if kind in kinds] == kinds


def environment(folder: Path) -> dict[str, str]:
    """This one's, with the settings in a folder of the test."""
    return {**os.environ, "XDG_CONFIG_HOME": str(folder), "HOME": str(folder), "PYTHONPATH": str(ROOT)}
