from dataclasses import dataclass

@dataclass(frozen=True)
class Share:
    identifier: int
    extendable: bool
    iteration_exponent: int
    group_index: int
    group_threshold: int
    group_count: int
    index: int
    member_threshold: int
    value: bytes
    def mnemonic(self) -> str: ...
    @classmethod
    def from_mnemonic(cls, mnemonic: str) -> Share: ...
