"""The program has no network: nothing imports a network module, nothing opens a socket."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "borg_triage"
NETWORK = {
    *("socket", "ssl", "http", "ftplib", "smtplib", "imaplib", "poplib", "telnetlib", "xmlrpc"),
    *("socketserver", "asyncio", "urllib.request", "requests", "httpx", "aiohttp", "urllib3", "webbrowser"),
}
QT_NETWORK = {"QtNetwork", "QtWebSockets", "QtWebEngineCore", "QtWebChannel", "QtNetworkAuth"}

EVERYTHING = """
import sys, pkgutil, importlib
def forbidden(event, args):
    if event.startswith("socket.") and event not in ("socket.gethostname",):
        raise SystemExit(f"network: {event} {args}")
sys.addaudithook(forbidden)
import borg_triage
for found in pkgutil.walk_packages(borg_triage.__path__, "borg_triage."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
qt = [name for name in sys.modules if name.startswith("PySide6.") and name.split(".")[1] in %r]
sys.exit(f"network: {qt}" if qt else 0)
"""


def imported(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_no_module_of_ours_imports_a_network_module(path: Path) -> None:
    for name in imported(ast.parse(path.read_text("utf-8"))):
        assert not NETWORK & {name, name.partition(".")[0]}, name
        assert not QT_NETWORK & set(name.split(".")), name


def test_importing_everything_opens_no_socket() -> None:
    done = subprocess.run(
        [sys.executable, "-c", EVERYTHING % QT_NETWORK], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
