"""An error that nobody caught, as one line that holds nothing of a case.

The message of an error, and the source line of a frame, can hold what was typed: a KeyError holds its key, a
refused value stands in the refusal. So both are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

_OURS = "borg_triage"


def trail(error: BaseException) -> str:
    """Kinds of an error and of what it came from, and where in our own code each went by; no message."""
    return " <- ".join(f"{type(one).__name__} ({_places(one)})" for one in _with_causes(error))


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        yield now
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)


def _places(error: BaseException) -> str:
    places = []
    trace = error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] == _OURS:
            places.append(f"{module}:{trace.tb_lineno}")
        trace = trace.tb_next
    return ", ".join(places) or "-"
