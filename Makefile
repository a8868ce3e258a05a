# The two commands most people need: `make run` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# One line for each package while they come, since the first time takes a minute or two.
INSTALL = set -o pipefail; PYTHONUNBUFFERED=1 $(PIP) install --progress-bar off --require-hashes -r $(1) | awk '/^Collecting/ { print "  " $$2; fflush() }'
CHECKS := check-format check-lint check-types check-rules check-content

.PHONY: run setup dev test check $(CHECKS) evaluate lock clean

run: setup
	@$(BIN)/python -m bot run

setup: $(VENV)/.run-installed

dev: $(VENV)/.dev-installed

$(VENV)/.run-installed: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Buhuang needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || \
	  { rm -rf $(VENV); echo "Python's venv is missing; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing what the bot needs into $(VENV) (once) ..."
	@$(call INSTALL,requirements/run.txt)
	@$(PIP) --quiet install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev-installed: requirements/dev.txt $(VENV)/.run-installed
	@echo "Installing what the tests need ..."
	@$(call INSTALL,requirements/dev.txt)
	@touch $@

test: dev
	@$(BIN)/python -m pytest

# Everything is checked even if one thing is wrong.
check: dev
	@$(MAKE) --no-print-directory --keep-going $(CHECKS)

check-format:
	@$(BIN)/python -m ruff format --check .

check-lint:
	@$(BIN)/python -m ruff check .

check-types:
	@$(BIN)/python -m mypy

# How well messages are read: docs/evaluation.md and the figures in the READMEs. Five minutes on an idle machine.
evaluate: dev
	@$(BIN)/python -m benchmarks.evaluate

# Who imports whom, no borrower's sentence in code, sizes of files.
check-rules:
	@$(BIN)/python -m pytest -q tests/test_architecture.py

check-content:
	@$(BIN)/python -m bot content check

# Pins every dependency, direct or not, with its hashes. Needs uv (https://docs.astral.sh/uv/).
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra build -o requirements/run.txt pyproject.toml
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra dev -c requirements/run.txt -o requirements/dev.txt pyproject.toml

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
