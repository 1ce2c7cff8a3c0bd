from __future__ import annotations

import time

import pytest
from argon2.low_level import Type, hash_secret_raw
from hypothesis import given
from hypothesis import strategies as st

from borg_triage.storage.keys.cost import MOST_MEMORY_KIB, MOST_PASSES, MOST_WORK_KIB, Cost, fitting

MIB = 1024


def test_the_floor_is_what_the_rfc_recommends() -> None:
    assert Cost.floor() == Cost(64 * MIB, 3, 4)


@pytest.mark.parametrize(
    ("memory", "passes", "lanes"),
    [
        (64 * MIB - 1, 3, 4),
        (64 * MIB, 2, 4),
        (64 * MIB, 3, 0),
        (MOST_MEMORY_KIB + 1, 3, 4),
        (64 * MIB, 101, 4),
    ],
)
def test_out_of_bounds(memory: int, passes: int, lanes: int) -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        Cost(memory, passes, lanes)


@given(st.floats(0, 60), st.floats(0, 60), st.none() | st.integers(0, 2**36))
def test_what_is_chosen_is_within_bounds(seconds: float, floor: float, machine: int | None) -> None:
    cost = fitting(seconds, floor, machine)
    assert cost.memory_kib >= 64 * MIB
    assert cost.passes >= 3
    assert cost.lanes == 4
    assert cost.memory_kib <= 1024 * MIB
    assert cost.passes <= MOST_PASSES
    assert cost.memory_kib * cost.passes <= MOST_WORK_KIB
    # Never an eighth of the machine, but for the floor.
    assert cost.memory_kib <= max(64 * MIB, (256 * MIB * 8 if machine is None else machine) // 8)


@pytest.mark.parametrize(
    ("floor_seconds", "machine", "expected"),
    [
        (2.0, 16 * 1024 * MIB, Cost(64 * MIB, 3, 4)),  # slow: the floor all the same
        (0.25, 16 * 1024 * MIB, Cost(256 * MIB, 3, 4)),  # memory first
        (0.25, 1024 * MIB, Cost(128 * MIB, 6, 4)),  # then passes
        (0.01, 64 * 1024 * MIB, Cost(1024 * MIB, 18, 4)),
        (0.05, None, Cost(256 * MIB, 15, 4)),
        (0.25, 0, Cost(64 * MIB, 12, 4)),
    ],
)
def test_memory_first_then_passes(floor_seconds: float, machine: int | None, expected: Cost) -> None:
    assert fitting(1.0, floor_seconds, machine) == expected


def test_calibration_comes_near_the_time_asked_for() -> None:
    cost = Cost.calibrated(0.8)
    start = time.perf_counter()
    hash_secret_raw(bytes(16), bytes(16), cost.passes, cost.memory_kib, cost.lanes, 32, Type.ID)
    taken = time.perf_counter() - start
    # Loosely: the machine may be busy with something else at either moment.
    assert 0.2 < taken < 20
    # Measured once: the second time it only calculates.
    start = time.perf_counter()
    assert Cost.calibrated(0.8) == cost
    assert time.perf_counter() - start < 0.05
