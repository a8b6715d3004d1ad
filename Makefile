# Two commands are all a newcomer needs:  make demo   and   make test
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=
# Twice as many as cores: tests wait for the disk, the database server and the browser about half of their time.
WORKERS ?= $(shell expr 2 '*' $$(nproc 2>/dev/null || echo 2))

.DEFAULT_GOAL := help
.PHONY: help demo test check bench scorecard screens catalogue install lock clean

help: ## what can be made here
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.installed ## set everything up, make a synthetic county and do the main job (ARGS=--no-serve stops after printing)
	@$(BIN)/broker demo $(ARGS)

test: $(VENV)/.installed ## every test, on SQLite and on a real PostgreSQL (ARGS='--database sqlite' for a quick look, 'all' for a long one)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q $(ARGS)

check: $(VENV)/.installed ## style, types, import contracts, the partnership's own files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/broker check policies agreements
	@$(BIN)/broker test agreements --min-coverage 100

bench: $(VENV)/.bench ## the benchmarks, one JSON object a line; written to docs/benchmarks.jsonl
	@$(BIN)/python tests/performance/run.py --output docs/benchmarks.jsonl $(ARGS)

scorecard: $(VENV)/.bench ## the heavy searches, one JSON object a line; written to docs/scorecard.jsonl
	@$(BIN)/python tests/scorecard/run.py --output docs/scorecard.jsonl $(ARGS)

catalogue: $(VENV)/.installed ## gather the words on screens for translators: broker/web/locale/web.pot
	@$(BIN)/pybabel -q extract -F pyproject.toml -o broker/web/locale/web.pot --omit-header --no-location --sort-output broker/web

install: $(VENV)/.installed ## the virtual environment, from the lock, hashes required

# --no-deps, because the lock is the whole list: an older pip, left to resolve, meets a newer release than the
# locked one where a package is asked for with an extra, and refuses it for want of a hash.
$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "make: this needs Python 3.11 or later as $(PYTHON); say which one with: make PYTHON=python3.12 demo" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "make: this Python cannot make a virtual environment; install it first, on Debian or Ubuntu with:" >&2; \
	  echo "make:   sudo apt-get install python3-venv" >&2; exit 2; }
	@echo "Setting up $(VENV) from requirements.lock (about a minute, once)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.bench: $(VENV)/.installed requirements-bench.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements-bench.lock
	@touch $@

lock: ## resolve the locks again (needs uv); they carry hashes and no download addresses
	uv pip compile pyproject.toml --group test --group build --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -q -o requirements.lock
	uv pip compile pyproject.toml --group test --group build --group bench --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -q -o requirements-bench.lock

clean: ## remove the virtual environment and everything generated
	rm -rf $(VENV) .broker demo-data .pytest_cache .mypy_cache .ruff_cache .hypothesis

screens: $(VENV)/.installed ## the screenshots of docs/pages.md, taken of the demo's county
	@$(BIN)/python tests/browser/screens.py $(ARGS)
