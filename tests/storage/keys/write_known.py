"""Write a known key file: python -m tests.storage.keys.write_known known/FORMAT-WHAT.json.

Only for a new format. The ones that are there are never made again: they are what users have on disk.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.ring import KeyRing

PEOPLE = {"Noor Blankers": "vier groene fietsen bij de brug", "Imre Óvári": "één énige lamp op zolder"}


def main(path: Path, rotating: bool) -> None:
    (first, says), (second, also) = PEOPLE.items()
    ring = KeyRing.create("5b2f6c1e-0d4a-4f39-9a57-2f1d8c7e6b10", first, says, Cost.floor())
    ring, _slot_id = ring.with_person(second, also, Cost(80 * 1024, 4, 2))
    ring, shares = ring.with_recovery(3, 5) if rotating else ring.with_recovery(1, 1)
    if rotating:
        ring = ring.begin_rotation()
    known = {
        "people": PEOPLE,
        "shares": shares,
        "needed": 3 if rotating else 1,
        "keys": {str(generation): key.material.hex() for generation, key in ring.keys.items()},
        "file": ring.file.to_bytes().decode("ascii"),
    }
    path.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), rotating=len(sys.argv) > 2)
