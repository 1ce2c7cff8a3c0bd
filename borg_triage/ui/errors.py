"""Errors as words in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from borg_triage.domain.errors import BorgTriageError

if TYPE_CHECKING:
    from borg_triage.text.catalog import Catalog


def words(error: BaseException, texts: Catalog) -> str:
    """What to say about an error. One that is not ours is named by its kind, never by its content."""
    if isinstance(error, BorgTriageError) and texts.has(error.key):
        params = {
            name: words(value, texts) if isinstance(value, BaseException) else value
            for name, value in error.params.items()
        }
        return texts.text(error.key, **params)
    return texts.text("error.unexpected", kind=type(error).__name__)
