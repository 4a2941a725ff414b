# Two commands are all most people need: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
EVENTS ?= 1e6
BIN := $(VENV)/bin
# The demo company's last day is fixed, so that the demo's figures are the same on every day it runs.
DEMO_AS_OF := 2026-07-01

export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false

.PHONY: help setup run test lint format bench clean

help:
	@echo "make run     set up, make the demo company, refresh, show the funnel"
	@echo "make test    set up, run every check: lint, Python tests, dbt unit and data tests"
	@echo "make setup   make the environment in $(VENV) from requirements.lock"
	@echo "make lint    ruff and sqlfluff only"
	@echo "make bench   measure load, build and refresh beside plain DuckDB (EVENTS=1e6,1e7)"
	@echo "make clean   remove what runs have made (the environment stays)"

setup: $(VENV)/.ready

# --no-deps: the lock is complete, and leaves out one dependency of dbt-core that pip cannot build
# without fetching a binary (see CONTRIBUTING.md, "The lock file").
$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

run: setup
	$(BIN)/handoff generate --out warehouse/demo
	$(BIN)/handoff refresh --landing warehouse/demo --as-of $(DEMO_AS_OF)

# Two at a time, a file to one of them: what a file builds once serves all its tests.
test: setup lint
	$(BIN)/pytest --numprocesses 2 --dist loadfile

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 2 models tests/claims

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfluff fix models tests/claims

bench: setup
	$(BIN)/handoff bench --events $(EVENTS) --out warehouse/bench

clean:
	rm -rf warehouse/* target logs .pytest_cache .ruff_cache
