#!/usr/bin/env bash
# Make .venv from nothing: Python, the pinned packages, the program itself, its catalogues, Qt's libraries.
# Safe to repeat. Needs no rights of its own: where a system package is missing it installs it by apt
# when root, and otherwise prints the exact line to type and stops.
#   PYTHON=/path/to/python3.12 packaging/setup.sh   uses that interpreter
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly venv=.venv
apt_fresh=no

say() { printf 'setup: %s\n' "$*"; }

stop() {
    printf '\nsetup: %s\n' "$1" >&2
    shift
    [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
    exit 1
}

can_install() { command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; }

apt_install() {
    say "installing by apt: $*"
    export DEBIAN_FRONTEND=noninteractive
    if [ "$apt_fresh" = no ]; then
        apt-get update -qq || say "apt could not refresh its lists; trying with the old ones"
        apt_fresh=yes
    fi
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
        stop "apt could not install these packages: $*" \
            "Nothing is lost. Look at apt's message above, mend it, and run make setup again."
}

ask_for() { # what is missing, then the packages that bring it
    local what=$1
    shift
    if command -v apt-get >/dev/null; then
        stop "$what Type this line, then run make setup again:" "sudo apt-get update && sudo apt-get install --no-install-recommends $*"
    fi
    stop "$what On Debian and Ubuntu these packages bring it; install their like, then run make setup again:" "$*"
}

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    local name
    if [ -n "${PYTHON:-}" ]; then
        fits "$PYTHON" || stop "PYTHON=$PYTHON is not a Python of version 3.11 or newer."
        echo "$PYTHON"
        return
    fi
    for name in python3 python3.11 python3.12 python3.13 python3.14; do
        if fits "$name"; then
            echo "$name"
            return
        fi
    done
}

ensure_python() {
    python=$(find_python)
    if [ -z "$python" ] && can_install; then
        apt_install python3 python3-venv
        python=$(find_python)
        # Ubuntu 22.04: its python3 is older, but it has a 3.11 beside it.
        [ -n "$python" ] || apt_install python3.11 python3.11-venv
        python=$(find_python)
    fi
    [ -n "$python" ] || ask_for "Python 3.11 or newer is missing." python3 python3-venv
}

ensure_venv() {
    if fits "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        return
    fi
    ensure_python
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        local package
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        can_install || ask_for "Python's venv module is missing." "$package"
        apt_install "$package"
    fi
    say "making $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv" ||
        stop "The virtual environment could not be made." "Look at Python's message above. Is the disk full, or this folder read-only?"
}

install_packages() {
    say "installing the pinned packages (some 300 MB the first time)"
    local pip=("$venv/bin/python" -m pip --disable-pip-version-check --no-input install --quiet)
    "${pip[@]}" --require-hashes --only-binary :all: -r requirements/dev.txt ||
        stop "The packages could not be installed; pip's reason is above." \
            "No connection: try again later. A hash that differs: do not go on, the file is not the one that was tested."
    "${pip[@]}" --no-deps --no-build-isolation --editable . ||
        stop "The program itself could not be installed into $venv; pip's reason is above."
    "$venv/bin/python" packaging/compile_catalogues.py
}

# Lines "kind library package"; see qt_libraries.py.
qt_missing() { "$venv/bin/python" packaging/qt_libraries.py; }

packages_of() { awk '{ print ($3 == "-") ? $2 : $3 }' | sort -u; }

ensure_qt() {
    local lines packages round
    # A library that is missing hides the ones that it needs itself: look again after each round.
    for round in 1 2 3; do
        lines=$(qt_missing)
        [ -n "$lines" ] || break
        can_install || break
        [ "$round" -lt 3 ] || break
        mapfile -t packages < <(awk '$3 != "-"' <<<"$lines" | packages_of)
        [ "${#packages[@]}" -gt 0 ] || break
        apt_install "${packages[@]}"
    done
    if [ -n "$lines" ]; then
        mapfile -t packages < <(packages_of <<<"$lines")
        if grep -q '^needed ' <<<"$lines" || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
            ask_for "System libraries that the windows need are missing." "${packages[@]}"
        fi
        say "no screen here, so going on; to show windows later: sudo apt-get install --no-install-recommends ${packages[*]}"
    fi
    QT_QPA_PLATFORM=offscreen "$venv/bin/python" -c '
import sqlcipher3
from PySide6.QtWidgets import QApplication
QApplication([])
' || stop "Qt or SQLCipher does not start on this machine; the reason is above."
}

# For the tests that watch every call that a whole day at the windows makes: without it they fail.
ensure_strace() {
    if [ "$(uname)" != Linux ] || command -v strace >/dev/null; then
        return
    fi
    if can_install; then
        apt_install strace
    else
        say "no strace here, so the tests of what is called and written fail; for them: sudo apt-get install strace"
    fi
}

ensure_venv
install_packages
ensure_qt
ensure_strace
say "ready"
