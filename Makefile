# One front door. `make help` lists the targets; CONTRIBUTING.md says more.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
READY := .venv/.ready
# Windows are drawn in memory unless a test run is asked to show them: QT_QPA_PLATFORM=xcb make test
OFFSCREEN := QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen}

.PHONY: help setup run test check screenshots bench strings lock proof soak coverage mutants clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## install everything into .venv (done by itself by the other targets)

$(READY): requirements/dev.txt pyproject.toml packaging/setup.sh packaging/qt_libraries.py packaging/hatch_build.py
	@bash packaging/setup.sh
	@touch $@

run: strings ## start the program; without a screen, drive it through a sample case into build/demo/
	@if [ "$$(uname)" = Linux ] && [ -z "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then \
	    echo "There is no screen here: the windows are driven offscreen through a sample case."; \
	    QT_QPA_PLATFORM=offscreen $(PY) -m borg_triage.ui.demo build/demo; \
	else \
	    .venv/bin/borg-triage; \
	fi

test: strings check ## everything that must hold: make check, then every test but the long proofs
	@# Hundreds of tests start the program: it is compiled once, also where Python may write no bytecode.
	@$(PY) -m compileall -q borg_triage tests
	@$(OFFSCREEN) $(PY) -m pytest --numprocesses auto --dist loadfile

check: strings ## style, format, types, import directions, catalogues, the tree itself
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy borg_triage
	@$(PY) -m mypy packaging/*.py
	@.venv/bin/lint-imports --no-logo
	@$(PY) packaging/check_catalogues.py
	@$(PY) packaging/check_tree.py

screenshots: strings ## every page, in Dutch and English, light and dark, into build/screenshots/
	@QT_QPA_PLATFORM=offscreen $(PY) -m borg_triage.ui.screenshots build/screenshots

# Takes some 20 minutes, and for a while some 12 GB of disk.
bench: strings ## the measured figures of the README's performance table
	@QT_QPA_PLATFORM=offscreen $(PY) -m tests.bench

strings: $(READY) ## compile the Dutch and English texts
	@$(PY) packaging/compile_catalogues.py

proof: strings ## the long proofs (tests marked proof)
	@$(OFFSCREEN) $(PY) -m pytest -m proof --timeout=3600 || { [ $$? -ne 5 ] || echo "No test is marked proof."; exit 1; }

soak: strings ## the endurance runs (tests marked soak)
	@$(OFFSCREEN) $(PY) -m pytest -m soak --timeout=0 || { [ $$? -ne 5 ] || echo "No test is marked soak."; exit 1; }

coverage: strings ## which lines and branches of the program the tests run, and which not
	@$(OFFSCREEN) $(PY) -m pytest --numprocesses auto --dist loadfile --timeout=600 --cov --cov-report=term:skip-covered

# JOBS=1 leaves the other cores free. Ends with 1 when less than 95 % of the mutants are killed.
mutants: strings ## try the tests: 3,000 small faults in the engine, one by one (docs/safety/mutants.md)
	@$(PY) -m pip --disable-pip-version-check --no-input install --quiet \
	    --require-hashes --only-binary :all: -r requirements/mutation.txt
	@rm -rf mutants
	@.venv/bin/mutmut run $(if $(JOBS),--max-children $(JOBS))
	@.venv/bin/mutmut results
	@.venv/bin/mutmut export-cicd-stats
	@$(PY) -m tests.mutation.outside

# LOCK_FLAGS=--upgrade moves every pin to the newest release; without it only what must move, moves.
lock: $(READY) ## pin requirements/*.txt anew from pyproject.toml
	@LOCK_FLAGS="$(LOCK_FLAGS)" bash packaging/lock.sh

clean: ## remove what was made here, .venv included
	@rm -rf .venv build dist mutants .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find locales -name '*.mo' -delete 2>/dev/null || true
	@find borg_triage tests packaging -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
