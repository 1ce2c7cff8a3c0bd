"""Wrong tries at a vault, open or not: how long to wait after them, and the list of them for the log.

None for the first three failures; after the fourth 1 second, then 2, 4, 8 and so on up to 300. It survives a
restart in `Name.borgvault-tries`, which holds moments only. Setting the clock forward does not shorten the
delay until the machine is started anew: beside the clock the machine's own timer is kept, which nobody sets.
Whoever can delete that file, restart the machine under another clock or copy the vault can try faster:
against them stands the cost of each try (Argon2id), not this.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from borg_triage.storage.keys.put import put_together, read_file
from borg_triage.text.backup_names import place_of

FREE: Final = 3
LONGEST: Final = 300.0
_FORMAT: Final = 1
# The newest failures are kept; at 300 seconds each this is more than three days of trying.
_MOST: Final = 1000
_MOST_BYTES: Final = 100_000
_YEAR_9999: Final = 253_000_000_000.0


@dataclass
class _State:
    """count: failures since the last success. since: from when the delay runs. failed: their moments.

    timer: `since` by the machine's timer; None where an earlier program wrote it.
    """

    count: int = 0
    since: float = 0.0
    timer: float | None = None
    failed: list[float] = field(default_factory=list)


# What this process saw, for folders that cannot be written, by the vault's full path.
_remembered: dict[Path, _State] = {}


class Tries:
    """The failed unlocks of one vault. Raises nothing: it is best effort.

    now: seconds since 1970. timer: seconds since the machine was started, the same for all its programs;
    `now` where that is given alone.
    """

    def __init__(
        self, vault: Path, now: Callable[[], float] | None = None, timer: Callable[[], float] | None = None
    ) -> None:
        self._vault = place_of(vault).absolute()
        self._now = now or time.time
        self._timer = timer or now or time.monotonic

    def wait(self) -> float:
        """Seconds still to wait before a try (0: go on), never more than 300."""
        state = self._state()
        delay = delay_after(state.count)
        if not delay:
            return 0.0
        passed = self._passed(state)
        if passed < 0:
            # The clock went back. How long ago it was is not known: the whole delay, from now.
            state.since, state.timer = self._now(), self._timer()
            self._keep(state)
            return delay
        return max(0.0, delay - passed)

    def _passed(self, state: _State) -> float:
        """Seconds since the delay began: by the clock or by the timer, whichever says less."""
        by_clock = self._now() - state.since
        by_timer = self._timer() - state.timer if state.timer is not None else by_clock
        # The timer began anew with the machine: only the clock knows.
        return by_clock if by_timer < 0 else min(by_clock, by_timer)

    def failed(self, *, told: bool = False) -> None:
        """Count one failure, from now. told: it is in the log already."""
        state = self._state()
        now = self._now()
        failed = [*state.failed, *([] if told else [now])][-_MOST:]
        self._keep(_State(state.count + 1, now, self._timer(), failed))

    def failures(self) -> list[datetime]:
        """The failures that are not in the log yet, oldest first."""
        return [datetime.fromtimestamp(at, UTC) for at in self._state().failed]

    def take(self) -> list[datetime]:
        """After a success: the failures for the log; the count starts anew and the file goes."""
        failures = self.failures()
        _remembered.pop(self._vault, None)
        with suppress(OSError):
            tries_path(self._vault).unlink(missing_ok=True)
        return failures

    def start_anew(self) -> None:
        """After a success of which the log is not told now: the count starts anew, the failures stay."""
        failed = self._state().failed
        if failed:
            self._keep(_State(failed=failed))
        else:
            self.take()

    def _state(self) -> _State:
        """What the file says, or what this process saw where that is more."""
        stored = _read(tries_path(self._vault))
        seen = _remembered.get(self._vault, _State())
        return seen if seen.count >= stored.count else stored

    def _keep(self, state: _State) -> None:
        _remembered[self._vault] = state
        content = {
            "failed": state.failed,
            "count": state.count,
            "since": state.since,
            "timer": state.timer,
            "format": _FORMAT,
        }
        with suppress(OSError):
            data = json.dumps(content, sort_keys=True).encode("ascii")
            put_together({tries_path(self._vault): data}, self._vault)


def tries_path(vault: Path) -> Path:
    """Where the failed tries of a vault are kept."""
    return vault.with_name(vault.name + "-tries")


def delay_after(failures: int) -> float:
    """Seconds between the last of so many failures and the next try."""
    if failures <= FREE:
        return 0.0
    # Beyond this the power only grows past the longest.
    return min(LONGEST, 2.0 ** min(failures - FREE - 1, 20))


def _read(path: Path) -> _State:
    """What a file of tries says; nothing where it is missing or not such a file."""
    try:
        content = json.loads(read_file(path, _MOST_BYTES))
        return _State(
            count=_whole(content["count"]),
            since=_moment(content["since"]),
            timer=None if content.get("timer") is None else _moment(content["timer"]),
            failed=[_moment(at) for at in content["failed"]][-_MOST:],
        )
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return _State()


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 10**9:
        raise ValueError
    return value


def _moment(value: Any) -> float:
    if type(value) not in {int, float} or not math.isfinite(value) or not 0 <= value < _YEAR_9999:
        raise ValueError
    return float(value)
