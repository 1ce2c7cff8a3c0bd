"""The worked cases come out to the letter as they are kept: reasons, items, routes, deadlines, questions."""

from __future__ import annotations

import pytest

from borg_triage.domain.engine import Engine
from tests.mutation.whole_results import NAMES, kept, texts

FEW = 3


@pytest.mark.parametrize("first", range(0, len(NAMES), FEW))
def test_the_worked_cases_come_out_as_kept(engine: Engine, first: int) -> None:
    names = NAMES[first : first + FEW]
    found, kept_before = texts(engine, names), kept()
    assert list(found) == names
    for name, text in found.items():
        assert text.splitlines() == kept_before[name].splitlines(), name


def test_nothing_else_is_kept() -> None:
    assert list(kept()) == NAMES
