"""What holds for every test: windows are drawn in memory, and a slow machine fails no property."""

from __future__ import annotations

import os

from hypothesis import settings

# Before anything imports Qt; QT_QPA_PLATFORM=xcb shows the windows of a run.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
