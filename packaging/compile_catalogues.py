"""Compile locales/**/*.po to .mo, beside the source, when the .mo is missing or older.

Run by ``make setup``, ``make strings`` and, through hatch_build.py, by every build.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po


def compile_tree(locales: Path) -> list[Path]:
    """Compile every stale catalogue below `locales`; return the .mo files that were written."""
    return [_compile(po) for po in sorted(locales.rglob("*.po")) if _is_stale(po)]


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns


def _compile(po: Path) -> Path:
    mo = po.with_suffix(".mo")
    # A program that is reading the old catalogue must never see half of the new one.
    part = mo.with_name(f"{mo.name}.{os.getpid()}.part")
    with po.open("rb") as source:
        catalogue = read_po(source, abort_invalid=True)
    with part.open("wb") as target:
        write_mo(target, catalogue)
    part.replace(mo)
    return mo


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    try:
        written = compile_tree(root / "locales")
    except PoFileError as error:
        print(f"A catalogue in locales/ cannot be read: {error}", file=sys.stderr)
        return 1
    for mo in written:
        print(f"compiled {mo.relative_to(root)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
