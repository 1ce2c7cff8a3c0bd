"""The worked cases of resources/examples, as tests read them."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "resources" / "examples"


@dataclass(frozen=True)
class Example:
    name: str
    path: Path
    case: dict[str, Any]
    expected: dict[str, Any]


def examples() -> list[Example]:
    return [
        Example(
            folder.name,
            folder / "case.json",
            json.loads((folder / "case.json").read_text("utf-8")),
            tomllib.loads((folder / "expected.toml").read_text("utf-8")),
        )
        for folder in sorted(FOLDER.iterdir())
        if folder.is_dir()
    ]
