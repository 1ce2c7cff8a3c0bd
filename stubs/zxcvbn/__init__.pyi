# What the strength of a passphrase uses of zxcvbn, which ships no types.
from collections.abc import Iterable
from typing import TypedDict

class _Result(TypedDict):
    score: int

def zxcvbn(password: str, user_inputs: Iterable[str] | None = ..., max_length: int = ...) -> _Result: ...
