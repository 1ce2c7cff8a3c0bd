#!/usr/bin/env bash
# Pin requirements/*.txt from pyproject.toml, with the hash of every file that each release offers.
# Pins stay as they are unless they must move; LOCK_FLAGS=--upgrade moves them all to the newest.
# One lock serves every platform: what only Windows needs is in it, behind a marker.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly tools=build/lock-tools
if [ ! -x "$tools/bin/uv" ]; then
    .venv/bin/python -m venv "$tools"
    "$tools/bin/python" -m pip install --quiet --disable-pip-version-check \
        --require-hashes --only-binary :all: -r requirements/lock-tools.txt
fi

pin() {
    # No index address, local path or date may end up in the files: they would say where they were made.
    # shellcheck disable=SC2086  (LOCK_FLAGS may hold several words)
    "$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" ${LOCK_FLAGS:-} "$@"
}

pin pyproject.toml --group dev --output-file requirements/dev.txt
# The runtime's pins are those that were tested: a part of dev.txt, never newer.
pin pyproject.toml --constraint requirements/dev.txt --output-file requirements/runtime.txt
# What make mutants needs beside them, in the versions of dev.txt where both have it.
pin --group mutation --constraint requirements/dev.txt --output-file requirements/mutation.txt
pin requirements/lock-tools.in --output-file requirements/lock-tools.txt
echo "requirements/ is pinned; make setup installs it."
