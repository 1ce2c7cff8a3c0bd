# What the recovery kit uses of shamir-mnemonic, which is typed but does not say so.
from collections.abc import Iterable, Sequence

from .share import Share as Share

def generate_mnemonics(
    group_threshold: int,
    groups: Sequence[tuple[int, int]],
    master_secret: bytes,
    passphrase: bytes = ...,
    extendable: bool = ...,
    iteration_exponent: int = ...,
) -> list[list[str]]: ...
def combine_mnemonics(mnemonics: Iterable[str], passphrase: bytes = ...) -> bytes: ...
