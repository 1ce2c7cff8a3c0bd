"""Another program that opens the same vault."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

OPEN_ELSEWHERE = """
import sys
from pathlib import Path
from borg_triage.domain.errors import BorgTriageError
from borg_triage.storage.keying import RawKey
from borg_triage.storage.vault import Vault
try:
    Vault.open(Path(sys.argv[1]), RawKey(bytes(range(32)))).close()
    print("opened")
except BorgTriageError as error:
    print(error.key)
"""


def opened_elsewhere(path: Path) -> str:
    """What another program gets when it opens the vault now."""
    command = [sys.executable, "-c", OPEN_ELSEWHERE, str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
