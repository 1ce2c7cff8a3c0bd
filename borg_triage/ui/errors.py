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


def not_stored(error: BorgTriageError) -> BorgTriageError:
    """An error that kept what was just filled in from being stored: then that is said too."""
    return _kept_from(error, "error.not_stored")


def not_all_stored(error: BorgTriageError) -> BorgTriageError:
    """The same where several things are stored one after the other: the first may be there."""
    return _kept_from(error, "error.not_all_stored")


def _kept_from(error: BorgTriageError, key: str) -> BorgTriageError:
    from borg_triage.storage.errors import VaultError

    # Any other says what is wrong with what was filled in.
    return BorgTriageError(key, why=error) if isinstance(error, VaultError) else error
