"""Start the program: the window without arguments, the command line with them."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Run `borg-triage`; the exit status. Imports only what the chosen way needs."""
    from borg_triage.app.hardening import harden

    harden()
    arguments = sys.argv[1:] if argv is None else argv
    if arguments and arguments[0] != "window":
        from borg_triage.app.cli import run_command

        return run_command(arguments)
    from borg_triage.ui.application import run

    return run(arguments[1:])


if __name__ == "__main__":
    sys.exit(main())
