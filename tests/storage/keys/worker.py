"""A second program that is stopped while it writes key files.

python -m tests.storage.keys.worker FOLDER: for N = 1, 2, 3 ... a child process puts the file NEW in place of
OLD and is stopped, without any clean-up, just before its N-th call into the system or the interpreter.
Prints what stood there after each, one line each, and stops when a child came to its end.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path
from types import FrameType

from borg_triage.storage.errors import VaultError
from borg_triage.storage.keys import keyfile
from borg_triage.storage.keys.keyfile import KeyFile

KILLED = 9


def main(folder: Path) -> None:
    vault = folder / "team.borgvault"
    old, new = (keyfile.parse((folder / name).read_bytes(), vault) for name in ("old", "new"))
    for number in itertools.count(1):
        keyfile.write(vault, old)
        child = os.fork()
        if child == 0:
            write_until(number, vault, new)
        _pid, status = os.waitpid(child, 0)
        print(seen(vault, old, new), flush=True)
        # The next program that unlocks leaves both files alike.
        keyfile.mend(vault, keyfile.read(vault))
        whole = keyfile.key_path(vault).read_bytes() == keyfile.copy_path(vault).read_bytes()
        print("alike" if whole else "apart", flush=True)
        if os.waitstatus_to_exitcode(status) == 0:
            return


def write_until(number: int, vault: Path, file: KeyFile) -> None:
    left = number

    def count(_frame: FrameType, event: str, _called: object) -> None:
        nonlocal left
        if event == "c_call":
            left -= 1
            if not left:
                os._exit(KILLED)

    sys.setprofile(count)
    keyfile.write(vault, file)
    sys.setprofile(None)
    os._exit(0)


def seen(vault: Path, old: KeyFile, new: KeyFile) -> str:
    try:
        found = keyfile.read(vault)
    except VaultError as error:
        return error.key
    return "old" if found == old else "new" if found == new else "other"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
