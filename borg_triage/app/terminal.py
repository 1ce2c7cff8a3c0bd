"""What the command line writes and asks."""

from __future__ import annotations

import getpass
import sys

from borg_triage.text.catalog import Catalog


def print_line(text: str) -> None:
    """One line on standard output, in UTF-8 whatever the terminal."""
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape") + b"\n")
    sys.stdout.buffer.flush()


def ask_secret(texts: Catalog, key: str) -> str:
    """A passphrase: asked unseen at a terminal, else the next line of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(texts.text(key) + " ")
    return sys.stdin.readline().rstrip("\n")


def ask_name(texts: Catalog, given: str) -> str:
    """Whose passphrase it is: as given, else asked at a terminal."""
    if given or not sys.stdin.isatty():
        return given
    return input(texts.text("vault.cli.name") + " ")
