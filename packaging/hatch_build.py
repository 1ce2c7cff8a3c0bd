"""Build hook: compile the catalogues and pack resources/ and locales/ into the wheel.

An editable install gets compiled catalogues only: the program then reads both folders
from the checkout, so a copy in site-packages could only go stale.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA = "borg_triage/_data"


class DataHook(BuildHookInterface):  # type: ignore[type-arg]
    """The hook that hatchling finds by being the only subclass in this file."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and add the data files to a standard wheel; `version` tells it from an editable one."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        compile_tree = runpy.run_path(str(root / "packaging" / "compile_catalogues.py"))["compile_tree"]
        compile_tree(root / "locales")
        if version == "standard":
            build_data["force_include"].update(_data_files(root))


def _data_files(root: Path) -> dict[str, str]:
    files = [path for path in (root / "resources").rglob("*") if path.is_file()]
    files += (root / "locales").rglob("*.mo")
    return {str(path): f"{DATA}/{path.relative_to(root).as_posix()}" for path in sorted(files)}
