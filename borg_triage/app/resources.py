"""Where the program's own files lie: inside the package when installed, beside it in a checkout.

Only `app` reads resources; every other room is handed what it needs.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from borg_triage.domain.errors import BorgTriageError
from borg_triage.text.catalog import Catalog

_PACKAGE = Path(__file__).resolve().parent.parent


class ResourceError(BorgTriageError):
    """A file of the program itself is missing: the installation is incomplete."""


def _folder(name: str) -> Path:
    for candidate in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise ResourceError("app.error.incomplete", name=name)


@cache
def resources() -> Path:
    """The folder `resources`."""
    return _folder("resources")


@cache
def locales() -> Path:
    """The folder `locales`, with the compiled catalogues."""
    return _folder("locales")


@cache
def catalog(language: str) -> Catalog:
    """The texts of one language."""
    return Catalog(language, locales())
