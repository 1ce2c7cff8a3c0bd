"""Check the files of the repository themselves, tracked ones and new ones that git would take.

No file names a package registry or a path of one particular machine, none is above 1 MB, no module
of the program reaches 400 lines, and every text file is UTF-8. Prints one line a fault, exits 1 when any.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MAX_BYTES = 1_000_000
MAX_LINES = 400

# Written apart, so that this file does not hold what it looks for.
_REGISTRIES = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("debian", "org/debian"),
    ("archive.ubuntu", "com"),
    ("crates", "io"),
    ("anaconda", "org"),
)
_HOSTS = re.compile("|".join(re.escape(".".join(host)) for host in _REGISTRIES), flags=re.IGNORECASE)
_ROOTS = "|".join(("work", "tmp", "root"))
_HOMES = "|".join(("home", "Users"))
# A slash that begins a path: not one inside a word, a relative path or an address.
_PATHS = re.compile(rf"(?<![\w.~)>}}*/-])/(?:(?:{_ROOTS})(?![\w-])|(?:{_HOMES})/\w)|\b[A-Z]:\\Users\\\w")
_PASSED_OVER = {".git", ".venv", "build", "dist", "__pycache__"}


def files_of(root: Path) -> list[Path]:
    """The files that git tracks or would take; every file but the made ones where git cannot tell."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        answer = subprocess.run(command, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return sorted(_walk(root))
    names = {os.fsdecode(name) for name in answer.stdout.split(b"\0") if name}
    return sorted(root / name for name in names if (root / name).is_file())


def _walk(root: Path) -> Iterator[Path]:
    for path in root.iterdir():
        if path.name in _PASSED_OVER or path.name.endswith(("_cache", ".mo")):
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path


def faults_of(path: Path, label: str) -> Iterator[str]:
    """What is wrong with the file at `path`, named `label` in the messages (its path in the tree)."""
    content = path.read_bytes()
    if len(content) > MAX_BYTES:
        yield f"{label}: {len(content):,} bytes, more than {MAX_BYTES:,}"
    if b"\0" in content:
        return
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        yield f"{label}: not UTF-8: {error.reason} at byte {error.start}"
        return
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if found := _HOSTS.search(line):
            yield f"{label}:{number}: names a package registry: {found[0]}"
        if found := _PATHS.search(line):
            yield f"{label}:{number}: names a path of one machine: {found[0]}"
    if label.startswith("borg_triage/") and label.endswith(".py") and len(lines) >= MAX_LINES:
        yield f"{label}: {len(lines)} lines; a module stays under {MAX_LINES}"


def check(root: Path) -> list[str]:
    """Every fault in the tree at `root`."""
    return [fault for path in files_of(root) for fault in faults_of(path, path.relative_to(root).as_posix())]


def main() -> int:
    faults = check(Path(__file__).resolve().parent.parent)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
