"""Why the window locks."""

from __future__ import annotations

from typing import Final, Literal

# asked: the button. hidden: Escape twice. idle: nobody touched it. asleep: the machine slept, or is about to.
# session: the system's own screen lock. drive: the vault is no longer there. share: it does not answer.
Reason = Literal["asked", "hidden", "idle", "asleep", "session", "drive", "share"]

# The reasons that the unlock page tells: what someone did on purpose needs no telling.
TOLD: Final[tuple[Reason, ...]] = ("idle", "asleep", "session", "drive", "share")
