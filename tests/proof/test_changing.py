"""Property 14: a change that is left out, untrue or larger than it must be is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import pytest

from borg_triage.app.instruments import current
from borg_triage.domain.assessment import Change
from borg_triage.domain.engine import Engine
from borg_triage.domain.explain import Explanation
from borg_triage.proof.changing import Changing
from borg_triage.proof.samples import random_cases

ENGINE = Engine(current().instrument)
CASES = list(random_cases(ENGINE.instrument, 40, 7))
Changes: TypeAlias = tuple[Change, ...]


def dropped(changes: Changes) -> Changes:
    return changes[1:]


def untrue(changes: Changes) -> Changes:
    return tuple(replace(change, outcome={"level": "none_found"}) for change in changes)


def too_many(changes: Changes) -> Changes:
    more = {"care.drugs_severe": "no"}
    return tuple(replace(one, together=one.together | more) if one.together else one for one in changes)


def faults() -> set[str]:
    return {fault for case in CASES for fault in Changing(ENGINE, case).faults()}


def test_what_would_change_is_true_whole_and_small() -> None:
    assert faults() == set()
    assert any(change.together for case in CASES for change in ENGINE.assess(case).would_change)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [(dropped, "disagree"), (untrue, "disagree"), (too_many, "fewer changes do it too")],
)
def test_wrong_changes_are_found(
    wrong: Callable[[Changes], Changes], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Explanation.would_change
    monkeypatch.setattr(Explanation, "would_change", lambda self, evidence: wrong(right(self, evidence)))
    assert any(said in fault for fault in faults())
