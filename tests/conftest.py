"""What holds for every test: windows are drawn in memory, and a slow machine fails no property."""

from __future__ import annotations

import os
import sys

from hypothesis import settings

# Before anything imports Qt; QT_QPA_PLATFORM=xcb shows the windows of a run.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


def pytest_collection_finish() -> None:
    """What the tests are compiled to may be kept for the next run; from here on nothing is.

    Some programs that tests start find no room on the disk: half of a compiled module would stay there.
    """
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
