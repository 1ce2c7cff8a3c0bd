"""How much work a passphrase costs to try: Argon2id's parameters.

The floor is the second recommendation of RFC 9106, section 4 (64 MiB, 3 passes, 4 lanes). Above it memory
comes first and passes after, as that section advises: memory is what a guessing machine has least of.
"""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass
from functools import cache
from typing import Final

MIB: Final = 1024
FLOOR_MEMORY_KIB: Final = 64 * MIB
FLOOR_PASSES: Final = 3
LANES: Final = 4
# What a key file may ask for. Together they bound the work as well: the most is some minutes, not a hang.
MOST_MEMORY_KIB: Final = 4096 * MIB
MOST_PASSES: Final = 100
MOST_LANES: Final = 16
MOST_WORK_KIB: Final = 32 * 1024 * MIB
# What calibration chooses: no more than an eighth of the machine, so that a smaller one can open it too.
_MOST_CHOSEN_KIB: Final = 1024 * MIB
_MOST_CHOSEN_BLIND_KIB: Final = 256 * MIB
_SHARE_OF_MEMORY: Final = 8


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id's parameters: memory in KiB, passes over it, lanes. Raises ValueError outside the bounds."""

    memory_kib: int
    passes: int
    lanes: int

    def __post_init__(self) -> None:
        within = (
            FLOOR_MEMORY_KIB <= self.memory_kib <= MOST_MEMORY_KIB
            and FLOOR_PASSES <= self.passes <= MOST_PASSES
            and 1 <= self.lanes <= MOST_LANES
            and self.memory_kib * self.passes <= MOST_WORK_KIB
        )
        if not within:
            message = "Argon2id parameters out of bounds"
            raise ValueError(message)

    @staticmethod
    def floor() -> Cost:
        """The least that any slot uses: 64 MiB, 3 passes, 4 lanes."""
        return Cost(FLOOR_MEMORY_KIB, FLOOR_PASSES, LANES)

    @staticmethod
    def calibrated(seconds: float = 1.0) -> Cost:
        """The cost that takes about `seconds` on this machine, never under the floor.

        Measured once in the life of the program (a fraction of a second), then remembered.
        """
        return fitting(seconds, _floor_seconds(), _memory_kib())


def fitting(seconds: float, floor_seconds: float, machine_kib: int | None) -> Cost:
    """The cost that takes about `seconds` where the floor takes `floor_seconds`: memory first, then passes.

    machine_kib: the machine's memory, None when unknown.
    """
    most = _MOST_CHOSEN_BLIND_KIB if machine_kib is None else machine_kib // _SHARE_OF_MEMORY
    most = max(FLOOR_MEMORY_KIB, min(most, _MOST_CHOSEN_KIB))
    # Argon2's time grows with memory times passes.
    work = FLOOR_MEMORY_KIB * FLOOR_PASSES * max(1.0, seconds / max(floor_seconds, 1e-3))
    memory = max(FLOOR_MEMORY_KIB, min(most, int(work / FLOOR_PASSES) // MIB * MIB))
    passes = max(FLOOR_PASSES, min(MOST_PASSES, MOST_WORK_KIB // memory, math.floor(work / memory)))
    return Cost(memory, passes, LANES)


@cache
def _floor_seconds() -> float:
    from argon2.low_level import Type, hash_secret_raw

    def once() -> float:
        start = time.perf_counter()
        hash_secret_raw(bytes(16), bytes(16), FLOOR_PASSES, FLOOR_MEMORY_KIB, LANES, 32, Type.ID)
        return time.perf_counter() - start

    # The quicker of two: a machine that is busy for a moment must not choose a low cost for years.
    return min(once(), once())


def _memory_kib() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1024
    except (AttributeError, OSError, ValueError):  # not on Windows
        return None
