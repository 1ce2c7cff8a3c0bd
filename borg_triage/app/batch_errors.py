"""The error of the batch run; apart from it, so that it can be caught where Polars is not installed."""

from __future__ import annotations

from borg_triage.domain.errors import BorgTriageError


class BatchError(BorgTriageError):
    """A table that cannot be assessed, or a result that cannot be written; nothing has been written."""
