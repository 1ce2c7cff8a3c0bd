"""Made-up people and a vault's key file that was changed by hand. Nobody in here exists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from borg_triage.storage.keying import RawKey
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import KeyFile
from borg_triage.storage.keys.ring import KeyRing

FLOOR = Cost.floor()
VAULT = Path("team.borgvault")
NOOR, NOOR_SAYS = "Noor Blankers", "vier groene fietsen bij de brug"
IMRE, IMRE_SAYS = "Imre Óvári", "zeven stille lampen op zolder"


@dataclass(frozen=True)
class Team:
    """A vault of two people with a kit, 2 of 3."""

    ring: KeyRing
    noor: str
    imre: str
    shares: list[str]

    @property
    def file(self) -> KeyFile:
        return self.ring.file

    @property
    def key(self) -> RawKey:
        return self.ring.keys[1]


def new_team(vault_id: str = "0f" * 16) -> Team:
    ring = KeyRing.create(vault_id, NOOR, NOOR_SAYS, FLOOR)
    ring, imre = ring.with_person(IMRE, IMRE_SAYS, FLOOR)
    ring, shares = ring.with_recovery(2, 3)
    return Team(ring, ring.slot_id, imre, shares)


def unlocked(file: KeyFile, name: str = NOOR, passphrase: str = NOOR_SAYS) -> KeyRing:
    return KeyRing.unlock(file, VAULT, name, passphrase)


def recovered(file: KeyFile, shares: list[str]) -> KeyRing:
    return KeyRing.recover(file, VAULT, shares)


def raw(content: dict[str, Any]) -> bytes:
    """The bytes of any content, with the checksum that is right for it."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    content = {**content, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def content_of(file: KeyFile) -> dict[str, Any]:
    """The file's content as a dictionary to change, without the checksum."""
    content: dict[str, Any] = json.loads(file.to_bytes())
    del content["sha256"]
    return content


def changed(file: KeyFile, change: Callable[[dict[str, Any]], object]) -> KeyFile:
    """The file as somebody without a key would change it: checksum and form are right again."""
    content = content_of(file)
    change(content)
    return keyfile.parse(raw(content), VAULT)
