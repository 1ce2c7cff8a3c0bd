"""Large sets at once: `assess --parquet IN OUT`, and one function for a partition of a cluster.

The rules are the engine's own, run on many cases together (docs/batch.md). Polars is an extra of the
package (`batch`); nothing here needs it until a table is assessed.
"""

from __future__ import annotations

import importlib
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from borg_triage.app.batch_errors import BatchError
from borg_triage.app.instruments import current
from borg_triage.text.catalog import Catalog

if TYPE_CHECKING:
    import polars

    from borg_triage.app.batch_assess import Batch


def run_parquet(source: Path, target: Path, texts: Catalog) -> int:
    """Assess a Parquet file into another; prints one line and gives exit status 0.

    Raises BatchError: nothing has then been written, and an older target is as it was.
    """
    batch = _batch()
    from borg_triage.app.batch_assess import assess_file

    with _tidy_when_stopped():
        cases = assess_file(source, target, batch)
    sys.stdout.buffer.write(texts.text("batch.done", cases=cases, file=target.name).encode() + b"\n")
    return 0


def assess_frame(frame: polars.DataFrame) -> polars.DataFrame:
    """The outcomes of the cases in one table, for instance one partition of a larger set.

    frame: either form of docs/batch.md; all rows of a case stand in the same frame, in any order. Gives one
    row a case: case_id, level, level_lower, level_upper, pattern, borg, primary_route and the instrument.
    Needs no file and keeps nothing. Raises BatchError for a row that cannot be taken.
    """
    batch = _batch()
    from borg_triage.app.batch_assess import assess

    return assess(frame, batch)


@contextmanager
def _tidy_when_stopped() -> Iterator[None]:
    """SIGTERM, with which clusters end a job, unwinds as Ctrl+C does: the passing files are removed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@cache
def _batch() -> Batch:
    try:
        importlib.import_module("polars")
    except ImportError as error:
        raise BatchError("batch.error.no_polars") from error
    from borg_triage.app.batch_assess import Batch

    return Batch(current())
