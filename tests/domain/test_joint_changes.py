"""Joint changes of which one part is no reason of now, but stands behind one.

Decided for `would_change`: the smallest changes, of at most three items, that lower level, pattern or route.
"""

from __future__ import annotations

import pytest

from borg_triage.app.instruments import current
from tests.mutation.test_what_would_change import joint_changes, smallest_changes


@pytest.mark.parametrize(
    "graver",
    [
        # Off urgent needs both: the one makes the case acute, and behind it the other keeps it high.
        {"flag.care_withheld": "yes", "flag.stalking": "yes"},
        # A lighter pattern needs both: the part makes the whole yes again, and the pattern reads the whole.
        {"flag.strangulation": "yes", "flag.strangulation_recent": "yes"},
    ],
)
def test_joint_changes_reach_behind_the_present_reasons(graver: dict[str, str]) -> None:
    engine = current().engine
    assert joint_changes(engine, graver) == smallest_changes(engine, graver)
