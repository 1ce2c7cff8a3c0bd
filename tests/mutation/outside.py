"""Small changes to what stands outside functions, which mutmut passes over: tables, constants, defaults.

The same changes as mutmut's own, one at a time in a copy of the tree; the tests of this folder must notice.
A part of `make mutants`, after mutmut. Prints the changes that nothing noticed and the totals of both; exits
1 when less than 95 % was noticed.
"""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import libcst
from mutmut.configuration import config
from mutmut.mutation.file_mutation import create_mutations

COPIED = ("borg_triage", "tests", "resources", "locales", "pyproject.toml")
# What notices most comes first.
TESTS = ("tests/mutation/test_rule_language.py", "tests/mutation/test_whole_results.py", "tests/mutation")
COMMAND = [sys.executable, "-B", "-m", "pytest", "-x", "-q", *config().pytest_add_cli_args, *TESTS]
MOST_SECONDS = 180
INSIDE = Path("mutants") / "mutmut-cicd-stats.json"
HELD_TO = 0.95


def changes(path: Path) -> Iterator[tuple[str, str]]:
    """Every change outside functions: the lines that differ, and the whole module with it."""
    code = path.read_text("utf-8")
    module, mutations, *_ = create_mutations(str(path), code)
    for mutation in mutations:
        if not isinstance(mutation.contained_by_top_level_function, libcst.FunctionDef):
            changed = module.deep_replace(mutation.original_node, mutation.mutated_node)
            assert isinstance(changed, libcst.Module)
            lines = difflib.unified_diff(code.splitlines(), changed.code.splitlines(), n=0, lineterm="")
            told = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
            yield "\n  ".join(told), changed.code


def noticed(copy: Path) -> bool:
    """Whether a test fails in the copy, or goes on without end."""
    env = os.environ | {"PYTHONPATH": str(copy)}
    try:
        done = subprocess.run(
            COMMAND, check=False, cwd=copy, env=env, capture_output=True, timeout=MOST_SECONDS
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def main() -> int:
    made, left = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            if Path(name).is_dir():
                # Compiled files are told apart by second and size: a changed module could pass for another.
                shutil.copytree(name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(name, copy / name)
        if noticed(copy):
            print("The tests fail without any change.", file=sys.stderr)
            return 1
        for path in map(Path, config().only_mutate):
            kept = path.read_text("utf-8")
            for told, changed in changes(path):
                made += 1
                (copy / path).write_text(changed, "utf-8")
                if not noticed(copy):
                    left += 1
                    print(f"{path}\n  {told}", flush=True)
            (copy / path).write_text(kept, "utf-8")
    inside = json.loads(INSIDE.read_text("utf-8"))
    endless = inside["timeout"]
    killed = inside["killed"] + endless
    print(f"in functions: {inside['total']} mutants, {killed} killed, {endless} of them for they never end")
    print(f"outside functions: {made} mutants, {made - left} killed")
    share = (killed + made - left) / (inside["total"] + made)
    print(f"together: {share:.1%} killed")
    return 0 if share >= HELD_TO else 1


if __name__ == "__main__":
    sys.exit(main())
